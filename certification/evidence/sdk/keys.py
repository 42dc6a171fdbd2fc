"""Made-up credentials that fit a signing recipe, the same for the same seed: nobody's, worth nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sdkgen.signing.recipe import Algorithm, NonceFormat, SecretEncoding
from sdkgen.signing.request import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.signing.recipe import Recipe

_PRIME_BITS = 1024
_EXPONENT = 65537
_WITNESSES = 40
_SMALL_PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113)
_ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def credentials(recipe: Recipe | None, *, seed: int) -> Credentials | None:
    """A key, a secret of the kind that the recipe's algorithm takes, and a passphrase; ``None`` where nothing is signed."""
    if recipe is None:
        return None
    secret = _bytes(f"secret {seed}", 32)
    match recipe.algorithm:
        case Algorithm.RSA_PKCS1V15_SHA256 | Algorithm.RSA_PSS_SHA256:
            text = _pem(_rsa_key(seed))
        case Algorithm.JWT_ES256:
            text = _pem(ec.derive_private_key(int.from_bytes(secret) % (_ORDER_P256 - 1) + 1, ec.SECP256R1()))
        case Algorithm.ED25519 | Algorithm.JWT_EDDSA:
            text = _pem(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
        case _:
            text = _text(secret, recipe.secret_encoding)
    return Credentials(key=f"key-{_bytes(f'key {seed}', 8).hex()}", secret=text, passphrase=f"pass-{_bytes(f'pass {seed}', 6).hex()}")


def nonce(recipe: Recipe | None, now_ms: int) -> str:
    """A nonce's text of the recipe's format."""
    match recipe.nonce if recipe is not None else NonceFormat.MILLISECONDS:
        case NonceFormat.UUID:
            return "0b8c5d6e-3f1a-4c2b-9d7e-8a6f5e4d3c2b"
        case NonceFormat.HEX:
            return "0b8c5d6e3f1a4c2b9d7e8a6f5e4d3c2b"
        case NonceFormat.MICROSECONDS:
            return f"{now_ms}000"
        case NonceFormat.NANOSECONDS:
            return f"{now_ms}000000"
        case NonceFormat.MILLISECONDS:
            return str(now_ms)


def _text(secret: bytes, encoding: SecretEncoding) -> str:
    return base64.b64encode(secret).decode() if encoding is SecretEncoding.BASE64 else secret.hex()


def _pem(key: PrivateKey) -> str:
    format_ = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, format_, serialization.NoEncryption()).decode()


def _bytes(label: str, size: int) -> bytes:
    return hashlib.shake_256(f"openxapi-certify {label}".encode()).digest(size)


@functools.cache
def _rsa_key(seed: int) -> rsa.RSAPrivateKey:
    """A key from the seed's own primes: the library makes random ones only."""
    p, q = _prime(f"p {seed}"), _prime(f"q {seed}")
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e=_EXPONENT, n=p * q),
    )
    return numbers.private_key()


def _prime(label: str) -> int:
    start = int.from_bytes(_bytes(label, _PRIME_BITS // 8)) | 3 << (_PRIME_BITS - 2) | 1
    return next(number for number in _odd_from(start) if (number - 1) % _EXPONENT and _is_prime(number))


def _odd_from(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 2


def _is_prime(number: int) -> bool:
    """Miller and Rabin's test; its error is far below that of the machine."""
    if any(number % prime == 0 for prime in _SMALL_PRIMES):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, odd, twos, int.from_bytes(_bytes(f"witness {index}", 64)) + 2) for index in range(_WITNESSES))


def _passes(number: int, odd: int, twos: int, witness: int) -> bool:
    power = pow(witness, odd, number)
    if power in {1, number - 1}:
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
