"""What signs: a protocol for any key, and the local key that is made on first use.

The local key is ECDSA P-256 unless Ed25519 is asked for, because ``cosign`` verifies that kind from a plain PEM file. Its folder:

    signing.pem    the private key, mode 0600
    signing.pub    the public key of today, for cosign and openssl
    trust.json     the trust root: today's key and those before it
    next.pem       only while a rotation is under way
"""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING, Protocol, TypeAlias, assert_never

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from certification.files import create_atomically, locked, write_atomically
from reports.errors import KeyFileError
from reports.keys import TRUST_SCHEMA, Algorithm, Role, TrustRoot, key_id_of, low_s, pem_of, read_trust, trusted

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from reports.keys import PublicKey

PrivateKey: TypeAlias = "ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey"

_LOGGER = logging.getLogger(__name__)
_ALL_ROLES = (Role.REPORTS, Role.LOG, Role.STATUS)
_OWNER_ONLY = 0o600
_OTHERS = 0o077


class Signer(Protocol):
    """Anything that signs bytes: a local key here, a key in a hardware module or a cloud's key service elsewhere."""

    @property
    def key_id(self) -> str:
        """The public key's fingerprint, see ``reports.keys.key_id_of``."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """What verifies its signatures."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over a message: DER with the smaller ``s`` for ECDSA, 64 bytes for Ed25519."""
        ...


class LocalSigner:
    """A private key in memory. The same message gets the same signature (RFC 6979, RFC 8032), so a resumed run signs alike."""

    def __init__(self, private: PrivateKey) -> None:
        self._private = private
        self.public_key: PublicKey = private.public_key()
        self.key_id = key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        match self._private:
            case ed25519.Ed25519PrivateKey():
                return self._private.sign(message)
            case ec.EllipticCurvePrivateKey():
                try:
                    return low_s(self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
                except UnsupportedAlgorithm:  # OpenSSL before 3.2 has random nonces only
                    return low_s(self._private.sign(message, ec.ECDSA(hashes.SHA256())))
            case _:
                assert_never(self._private)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Today's local signer and the trust root that its folder says."""

    signer: LocalSigner
    trust: TrustRoot
    created: bool
    """Whether the key was made just now. Whoever runs the command should hear of it."""


def open_keys(folder: Path, *, now: datetime, algorithm: Algorithm = Algorithm.ECDSA_P256) -> KeyRing:
    """The local key and its trust root, made on first use. Of several processes that start at once, one makes the key and all use it.

    Raises:
        KeyFileError: The folder or a file in it can't be read or written, or others may read the private key.
    """
    private_path = folder / "signing.pem"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder / ".lock"):
            created = not private_path.exists() and create_atomically(private_path, _generate(algorithm), mode=_OWNER_ONLY)
            signer = LocalSigner(_load_private(private_path))
            if (folder / "next.pem").exists():
                signer = _finish_rotation(folder, now)
            trust = _enter(folder, signer, now)
    except OSError as error:
        raise KeyFileError(f"{error.filename or folder}: the keys can't be used ({error.strerror}); name another folder") from error
    if created:
        _LOGGER.warning("made a signing key in %s; keep it private, and back it up", folder)
    return KeyRing(signer=signer, trust=trust, created=created)


def rotate_keys(folder: Path, *, now: datetime, algorithm: Algorithm = Algorithm.ECDSA_P256) -> KeyRing:
    """Replace the local key. The old one stays trusted for what it signed before now; a crash half way is finished by ``open_keys``.

    Raises:
        KeyFileError: As ``open_keys``.
    """
    open_keys(folder, now=now, algorithm=algorithm)
    try:
        create_atomically(folder / "next.pem", _generate(algorithm), mode=_OWNER_ONLY)
    except OSError as error:
        raise KeyFileError(f"{folder}: the new key can't be written ({error.strerror})") from error
    return open_keys(folder, now=now, algorithm=algorithm)


def _finish_rotation(folder: Path, now: datetime) -> LocalSigner:
    signer = LocalSigner(_load_private(folder / "next.pem"))
    _enter(folder, signer, now)
    (folder / "next.pem").replace(folder / "signing.pem")
    return signer


def _enter(folder: Path, signer: LocalSigner, now: datetime) -> TrustRoot:
    """Write the trust root that has a key as the one of today, and end those before it."""
    path = folder / "trust.json"
    moment = now.replace(microsecond=0)
    known = read_trust(path).keys if path.exists() else ()
    if any(key.key_id == signer.key_id for key in known):
        keys = known
    else:
        ended = tuple(dataclasses.replace(key, not_after=key.not_after or moment) for key in known)
        keys = (*ended, trusted(signer.public_key, roles=_ALL_ROLES, not_before=moment))
    root = TrustRoot(schema=TRUST_SCHEMA, keys=keys)
    write_atomically(path, root.to_bytes())
    write_atomically(folder / "signing.pub", pem_of(signer.public_key).encode())
    return root


def _load_private(path: Path) -> PrivateKey:
    if path.stat().st_mode & _OTHERS:
        raise KeyFileError(f"{path}: others on this machine may read the private key; run chmod 600 on it, and rotate it if they did")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(f"{path}: not a private key in PEM without a password; restore it from its backup or remove it") from error
    if isinstance(key, ed25519.Ed25519PrivateKey) or (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        return key
    raise KeyFileError(f"{path}: the key is neither ECDSA P-256 nor Ed25519")


def _generate(algorithm: Algorithm) -> bytes:
    private: PrivateKey
    match algorithm:
        case Algorithm.ECDSA_P256:
            private = ec.generate_private_key(ec.SECP256R1())
        case Algorithm.ED25519:
            private = ed25519.Ed25519PrivateKey.generate()
        case _:
            assert_never(algorithm)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
