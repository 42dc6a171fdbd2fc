"""Public keys: how they are named, what they may sign and when, and how a signature is checked. No private key comes near."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from reports import canonical, codec
from reports.errors import ExpiredError, KeyFileError, SignatureError

PublicKey: TypeAlias = "ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey"

TRUST_SCHEMA = "https://openxapi.dev/certification/trust/v1"

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of NIST P-256 (FIPS 186-5)."""


class Algorithm(StrEnum):
    """How a key signs."""

    ECDSA_P256 = "ecdsa-p256-sha256"
    """The default: ``cosign`` makes and verifies such keys. Signatures are DER, with the smaller of the two possible ``s``."""
    ED25519 = "ed25519"


class Role(StrEnum):
    """What a key may sign."""

    REPORTS = "reports"
    LOG = "log"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A public key, what it may sign, and when."""

    key_id: str
    """Its fingerprint, see ``key_id_of``."""
    algorithm: Algorithm
    public_key: str
    """PEM."""
    roles: tuple[Role, ...]
    not_before: datetime
    not_after: datetime | None
    """From then on it signs nothing more; what it signed before still holds. A key that leaked is removed instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRoot:
    """The keys that a verifier believes. Rotation adds the new key first, signs with it from then on, and ends the old one."""

    schema: str
    keys: tuple[TrustedKey, ...]

    def to_bytes(self) -> bytes:
        """The bytes of ``trust.json``."""
        return canonical.write(codec.encode(self))

    def check(self, *, key_id: str, role: Role, message: bytes, signature: bytes, at: datetime | None, place: str) -> None:
        """Whether a trusted key made a signature in a role at a time; ``None`` stands for any time.

        Raises:
            SignatureError: The key is not trusted for the role, or the signature is wrong.
            ExpiredError: The key was not valid at that time.
        """
        key = next((key for key in self.keys if key.key_id == key_id), None)
        if key is None:
            raise SignatureError(f"{place}: the key {key_id[:64]!r} is not in the trust root; add it if you trust its owner")
        if role not in key.roles:
            raise SignatureError(f"{place}: the key {key_id[:64]} may not sign {role.value}")
        if at is not None and (at < key.not_before or (key.not_after is not None and at >= key.not_after)):
            raise ExpiredError(f"{place}: the key {key_id[:64]} was not valid at {codec.moment_text(at)}")
        if not signature_holds(load_public(key.public_key.encode(), place), message, signature):
            raise SignatureError(f"{place}: the signature does not fit the content and the key {key_id[:64]}")


def parse_trust(content: bytes, name: str) -> TrustRoot:
    """Read a trust root.

    Raises:
        DocumentError: It is not one; the message names the field.
        CanonicalError: The bytes are not canonical JSON.
        KeyFileError: A key in it is not what its id or algorithm says.
    """
    root = codec.decode(TrustRoot, canonical.read(content, name), name)
    if root.schema != TRUST_SCHEMA:
        raise KeyFileError(f"{name}: schema: {root.schema[:100]!r} is not {TRUST_SCHEMA!r}")
    for key in root.keys:
        public = load_public(key.public_key.encode(), name)
        if key_id_of(public) != key.key_id or algorithm_of(public) is not key.algorithm:
            raise KeyFileError(
                f"{name}: the key {key.key_id[:64]!r} is not the one that its id and algorithm say; restore the file, or remove it"
            )
    return root


def read_trust(path: Path) -> TrustRoot:
    """Read a trust root from a file.

    Raises:
        ReportError: It can't be read, or is not a trust root.
    """
    try:
        return parse_trust(path.read_bytes(), str(path))
    except OSError as error:
        raise KeyFileError(f"{path}: the trust root can't be read ({error.strerror}); name one with the keys you trust") from error


def trusted(public: PublicKey, *, roles: tuple[Role, ...], not_before: datetime) -> TrustedKey:
    """An entry of a trust root."""
    return TrustedKey(
        key_id=key_id_of(public),
        algorithm=algorithm_of(public),
        public_key=pem_of(public),
        roles=roles,
        not_before=not_before.replace(microsecond=0),
        not_after=None,
    )


def signature_holds(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether a signature over a message is this key's, in its only accepted form."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
            return True
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return low_s(signature) == signature
    except (InvalidSignature, ValueError):
        return False


def low_s(signature: bytes) -> bytes:
    """The same ECDSA signature with the smaller ``s``: (r, s) and (r, n - s) both verify, so only one form may stand in a file."""
    r, s = utils.decode_dss_signature(signature)
    return utils.encode_dss_signature(r, min(s, P256_ORDER - s))


def load_public(pem: bytes, place: str) -> PublicKey:
    """A public key from PEM.

    Raises:
        KeyFileError: It is none, or of an algorithm that is not accepted.
    """
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFileError(f"{place}: not a public key in PEM") from error
    if isinstance(key, ed25519.Ed25519PublicKey) or (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        return key
    raise KeyFileError(f"{place}: the key is neither ECDSA P-256 nor Ed25519")


def algorithm_of(key: PublicKey) -> Algorithm:
    """The algorithm that a key signs with."""
    return Algorithm.ED25519 if isinstance(key, ed25519.Ed25519PublicKey) else Algorithm.ECDSA_P256


def key_id_of(key: PublicKey) -> str:
    """A key's fingerprint as SSH writes it, ``SHA256:`` and base64 without padding.

    DSSE leaves the form open, but Go's implementation, and so cosign, skips a signature whose id is another than this.
    """
    wire = base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(wire).digest()).decode().rstrip("=")


def spki_of(key: PublicKey) -> bytes:
    """A key's SubjectPublicKeyInfo in DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def pem_of(key: PublicKey) -> str:
    """A key in PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
