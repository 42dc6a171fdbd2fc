"""The signed checkpoint of the transparency log: c2sp.org/tlog-checkpoint in the form of c2sp.org/signed-note.

    openxapi.dev/certify
    12
    <root hash, base64>

    — openxapi.dev/certify <key hash and signature, base64>

A checkpoint here has exactly one signature line, the log's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reports.errors import MalformedError, SignatureError
from reports.keys import Role, load_public, spki_of

if TYPE_CHECKING:
    from datetime import datetime

    from reports.keys import PublicKey, TrustRoot
    from reports.signers import Signer

_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n)"
    r"\n— (?P<name>[^\s+]+) (?P<sig>[A-Za-z0-9+/=]+)\n"
)
_KEY_HASH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How large a log is, and the root over its entries."""

    origin: str
    """The log's name, like a URL without a scheme."""
    size: int
    root: bytes


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """The signed note that states a checkpoint."""
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"
    signature = _key_hash(signer.public_key, checkpoint.origin) + signer.sign(text.encode())
    return f"{text}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def read_checkpoint(note: str, *, trust: TrustRoot, at: datetime | None, name: str) -> Checkpoint:
    """The checkpoint that a signed note states, once a trusted key's signature holds.

    ``at`` is when it was made, ``None`` where that is unknown.

    Raises:
        MalformedError: It is not a checkpoint in its only accepted form.
        SignatureError: The signature is wrong or by a key that is not trusted for the log.
        ExpiredError: The key was not valid at that time.
    """
    found = _NOTE.fullmatch(note)
    if found is None or found["name"] != found["origin"]:
        raise MalformedError(f"{name}: checkpoint: not a signed note of three lines and one signature")
    signature = _canonical_base64(found["sig"], f"{name}: checkpoint: the signature")
    root = _canonical_base64(found["root"], f"{name}: checkpoint: the root hash")
    key_hash = signature[:_KEY_HASH_BYTES]
    for key in trust.keys:
        if _key_hash(load_public(key.public_key.encode(), name), found["name"]) == key_hash:
            trust.check(
                key_id=key.key_id,
                role=Role.LOG,
                message=found["text"].encode(),
                signature=signature[_KEY_HASH_BYTES:],
                at=at,
                place=f"{name}: checkpoint",
            )
            return Checkpoint(origin=found["origin"], size=int(found["size"]), root=root)
    raise SignatureError(f"{name}: checkpoint: signed by a key that is not in the trust root")


def _key_hash(key: PublicKey, name: str) -> bytes:
    """What names a key in a signature line: for ECDSA it is that of the key alone (signature type 0x02), for Ed25519 the name's too."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:_KEY_HASH_BYTES]
    return hashlib.sha256(spki_of(key)).digest()[:_KEY_HASH_BYTES]


def _canonical_base64(text: str, place: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(f"{place} is not base64") from error
    if base64.b64encode(decoded).decode() != text:
        raise MalformedError(f"{place} is not base64 in its canonical form")
    return decoded
