"""From a secret's text and a payload to a signature, and back: the cryptography that every recipe is built from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING, assert_never

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sdkgen.errors import RecipeError
from sdkgen.signing.recipe import Algorithm, Digest, SecretEncoding, TextEncoding

if TYPE_CHECKING:
    from collections.abc import Callable

_ED25519_SEED = 32
_ED25519_SEED_AND_PUBLIC_KEY = 64
_P256_INTEGER = 32

_HMAC_HASHES: dict[Algorithm, Callable[..., hashlib._Hash]] = {
    Algorithm.HMAC_SHA256: hashlib.sha256,
    Algorithm.HMAC_SHA384: hashlib.sha384,
    Algorithm.HMAC_SHA512: hashlib.sha512,
    Algorithm.JWT_HS256: hashlib.sha256,
    Algorithm.JWT_HS512: hashlib.sha512,
}

_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


def signature_of(algorithm: Algorithm, encoding: SecretEncoding, secret: str, message: bytes) -> bytes:
    """The raw signature over ``message``; for the token algorithms, the one over the token's signing input (RFC 7515, section 5.1).

    Raises:
        RecipeError: the secret can't be decoded, or is a key of another algorithm. The message never holds the secret.
    """
    match algorithm:
        case Algorithm.HMAC_SHA256 | Algorithm.HMAC_SHA384 | Algorithm.HMAC_SHA512 | Algorithm.JWT_HS256 | Algorithm.JWT_HS512:
            return hmac.new(_secret_bytes(encoding, secret), message, _HMAC_HASHES[algorithm]).digest()
        case Algorithm.ED25519 | Algorithm.JWT_EDDSA:
            return _ed25519_key(encoding, secret).sign(message)
        case Algorithm.RSA_PKCS1V15_SHA256:
            return _rsa_key(secret).sign(message, padding.PKCS1v15(), hashes.SHA256())
        case Algorithm.RSA_PSS_SHA256:
            return _rsa_key(secret).sign(message, _PSS, hashes.SHA256())
        case Algorithm.JWT_ES256:
            r, s = decode_dss_signature(_p256_key(secret).sign(message, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(_P256_INTEGER, "big") + s.to_bytes(_P256_INTEGER, "big")
        case Algorithm.NONE:
            raise RecipeError("signing.algorithm is none, so there is no signature to make; name an algorithm")
        case _:
            assert_never(algorithm)


def signature_holds(algorithm: Algorithm, encoding: SecretEncoding, secret: str, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is one over ``message`` by the holder of ``secret``.

    Raises:
        RecipeError: as ``signature_of``.
    """
    try:
        match algorithm:
            case Algorithm.ED25519 | Algorithm.JWT_EDDSA:
                _ed25519_key(encoding, secret).public_key().verify(signature, message)
            case Algorithm.RSA_PKCS1V15_SHA256:
                _rsa_key(secret).public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            case Algorithm.RSA_PSS_SHA256:
                _rsa_key(secret).public_key().verify(signature, message, _PSS, hashes.SHA256())
            case Algorithm.JWT_ES256:
                if len(signature) != 2 * _P256_INTEGER:
                    return False
                r, s = (int.from_bytes(half, "big") for half in (signature[:_P256_INTEGER], signature[_P256_INTEGER:]))
                _p256_key(secret).public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            case _:
                return hmac.compare_digest(signature_of(algorithm, encoding, secret, message), signature)
    except InvalidSignature:
        return False
    return True


def hashed(digest: Digest, content: bytes) -> bytes:
    """The raw hash of ``content``."""
    return hashlib.new(digest.value, content).digest()


def encoded(encoding: TextEncoding, content: bytes) -> bytes:
    """``content`` as the ASCII bytes of its encoding, or itself where that is RAW."""
    match encoding:
        case TextEncoding.RAW:
            return content
        case TextEncoding.HEX:
            return content.hex().encode()
        case TextEncoding.BASE64:
            return base64.b64encode(content)
        case TextEncoding.BASE64URL:
            return base64.urlsafe_b64encode(content).rstrip(b"=")
        case _:
            assert_never(encoding)


def decoded(encoding: TextEncoding, text: str) -> bytes | None:
    """The bytes that ``text`` encodes, or ``None`` where it is no such text."""
    try:
        match encoding:
            case TextEncoding.RAW:
                return text.encode()
            case TextEncoding.HEX:
                return bytes.fromhex(text)
            case TextEncoding.BASE64:
                return base64.b64decode(text, validate=True)
            case TextEncoding.BASE64URL:
                return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            case _:
                assert_never(encoding)
    except (ValueError, binascii.Error):
        return None


def _secret_bytes(encoding: SecretEncoding, secret: str) -> bytes:
    kind = {SecretEncoding.BASE64: TextEncoding.BASE64, SecretEncoding.HEX: TextEncoding.HEX}.get(encoding, TextEncoding.RAW)
    content = decoded(kind, secret.strip() if kind is not TextEncoding.RAW else secret)
    if content is None:
        message = f"the secret is no {encoding.value} text; check the secret, or signing.secret_encoding"
        raise RecipeError(message)
    return content


def _private_key(secret: str) -> object:
    # Environment variables and secret stores often hold a PEM file's line breaks as the two characters \n.
    pem = secret.replace("\\n", "\n").strip().encode()
    try:
        return serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause is dropped on purpose: it may quote the key.
        raise RecipeError("the secret is no unencrypted private key in PEM; give PKCS#8, PKCS#1 or SEC1") from None


def _rsa_key(secret: str) -> rsa.RSAPrivateKey:
    key = _private_key(secret)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise RecipeError("the secret is a private key, but no RSA key; signing.algorithm asks for one")
    return key


def _p256_key(secret: str) -> ec.EllipticCurvePrivateKey:
    key = _private_key(secret)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise RecipeError("the secret is a private key, but none on the curve P-256; signing.algorithm asks for one")
    return key


def _ed25519_key(encoding: SecretEncoding, secret: str) -> ed25519.Ed25519PrivateKey:
    if encoding is not SecretEncoding.PEM:
        seed = _secret_bytes(encoding, secret)
        if len(seed) not in {_ED25519_SEED, _ED25519_SEED_AND_PUBLIC_KEY}:
            message = f"the secret holds {len(seed)} bytes; an Ed25519 key has 32, or 64 with its public half"
            raise RecipeError(message)
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:_ED25519_SEED])
    key = _private_key(secret)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise RecipeError("the secret is a private key, but no Ed25519 key; signing.algorithm asks for one")
    return key
