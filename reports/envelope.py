"""The DSSE v1 envelope: a payload, its type and its signatures. Verified first, parsed after.

An envelope has one form in bytes (canonical JSON, canonical base64, one DER form per signature), and each of its signatures must be
a trusted key's: so a change of any byte is noticed. See https://github.com/secure-systems-lab/dsse (protocol and envelope, v1.0).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import canonical
from reports.errors import CanonicalError, MalformedError, SignatureError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.canonical import Json
    from reports.keys import Role, TrustRoot
    from reports.signers import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of an envelope."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload with its signatures. Nothing in it is to be believed before ``verified_payload``."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The bytes of the envelope's file."""
        return canonical.write(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": signature.key_id, "sig": base64.b64encode(signature.value).decode()} for signature in self.signatures
                ],
            }
        )

    def digest(self) -> str:
        """SHA-256 (hex) of the envelope's bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def sign(payload: bytes, payload_type: str, signers: tuple[Signer, ...]) -> Envelope:
    """Put a payload in an envelope, signed by every signer."""
    message = pre_authentication_encoding(payload_type, payload)
    return Envelope(
        payload_type=payload_type,
        payload=payload,
        signatures=tuple(Signature(key_id=signer.key_id, value=signer.sign(message)) for signer in signers),
    )


def parse_envelope(content: bytes, name: str) -> Envelope:
    """Read an envelope's bytes. That believes nothing yet.

    Raises:
        MalformedError: They are not in the one form that they may have; the message names the field.
    """
    try:
        document = canonical.read(content, name)
    except CanonicalError as error:
        raise MalformedError(str(error)) from error
    fields = _fields(document, ("payload", "payloadType", "signatures"), name)
    signatures = fields["signatures"]
    if not isinstance(signatures, list) or not signatures:
        raise MalformedError(f"{name}: signatures: there must be at least one")
    return Envelope(
        payload_type=_text(fields["payloadType"], f"{name}: payloadType"),
        payload=_bytes(fields["payload"], f"{name}: payload"),
        signatures=tuple(_signature(entry, f"{name}: signatures[{index}]") for index, entry in enumerate(signatures)),
    )


def verified_payload(envelope: Envelope, *, payload_type: str, trust: TrustRoot, role: Role, at: datetime | None, name: str) -> bytes:
    """The payload, once its type is the expected one and every signature is a trusted key's.

    Every signature must hold, not one of them: an envelope that somebody added to is not the one that was signed.

    Raises:
        SignatureError: The type is another, a signature is wrong, or its key is not trusted in that role.
        ExpiredError: A key was not valid at that time.
    """
    if envelope.payload_type != payload_type:
        raise SignatureError(f"{name}: payloadType: {envelope.payload_type[:100]!r} is not {payload_type!r}")
    if len({signature.key_id for signature in envelope.signatures}) != len(envelope.signatures):
        raise SignatureError(f"{name}: signatures: a key signed twice")
    message = pre_authentication_encoding(envelope.payload_type, envelope.payload)
    for index, signature in enumerate(envelope.signatures):
        place = f"{name}: signatures[{index}]"
        trust.check(key_id=signature.key_id, role=role, message=message, signature=signature.value, at=at, place=place)
    return envelope.payload


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """What a DSSE signature is made over: type and payload, each with its length, so that neither can pass for the other."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _signature(document: Json, place: str) -> Signature:
    fields = _fields(document, ("keyid", "sig"), place)
    return Signature(key_id=_text(fields["keyid"], f"{place}: keyid"), value=_bytes(fields["sig"], f"{place}: sig"))


def _fields(document: Json, names: tuple[str, ...], place: str) -> Mapping[str, Json]:
    if not isinstance(document, dict) or sorted(document) != sorted(names):
        raise MalformedError(f"{place}: must have the fields {', '.join(names)} and no other")
    return document


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"{place}: must be text")
    return value


def _bytes(value: Json, place: str) -> bytes:
    text = _text(value, place)
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(f"{place}: is not base64") from error
    if base64.b64encode(decoded).decode() != text:
        raise MalformedError(f"{place}: is not base64 in its canonical form")
    return decoded
