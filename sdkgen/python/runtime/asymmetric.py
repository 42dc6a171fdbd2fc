"""Signatures with private keys, through the ``cryptography`` package."""

from __future__ import annotations

import base64
import importlib
from typing import Any, Final

from .errors import ConfigurationError

_P256_INTEGER: Final = 32
_SEED: Final = 32
_SEED_AND_PUBLIC_KEY: Final = 64
_PRIMITIVES: Final = "cryptography.hazmat.primitives"
_WANTED: Final = {
    "ed25519": "Ed25519PrivateKey",
    "jwt-eddsa": "Ed25519PrivateKey",
    "rsa-pkcs1v15-sha256": "RSAPrivateKey",
    "rsa-pss-sha256": "RSAPrivateKey",
    "jwt-es256": "EllipticCurvePrivateKey",
}


def signature(algorithm: str, encoding: str, secret: str, message: bytes, package: str) -> bytes:
    """The raw signature over ``message``.

    Raises:
        ConfigurationError: ``cryptography`` is not installed, or the secret is no key for the algorithm.
    """
    try:
        hashes = importlib.import_module(f"{_PRIMITIVES}.hashes")
        padding = importlib.import_module(f"{_PRIMITIVES}.asymmetric.padding")
    except ImportError:
        text = f"signing with {algorithm} needs the package cryptography; install {package}[asymmetric]"
        raise ConfigurationError(text) from None
    key = _key(algorithm, encoding, secret)
    match algorithm:
        case "rsa-pkcs1v15-sha256":
            made: bytes = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        case "rsa-pss-sha256":
            made = key.sign(message, padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32), hashes.SHA256())
        case "jwt-es256":
            made = _raw_p256(key, message, hashes)
        case _:
            made = key.sign(message)
    return made


def _raw_p256(key: Any, message: bytes, hashes: Any) -> bytes:
    curves = importlib.import_module(f"{_PRIMITIVES}.asymmetric.ec")
    if key.curve.name != "secp256r1":
        raise ConfigurationError("the secret is a private key, but none on the curve P-256")
    utils = importlib.import_module(f"{_PRIMITIVES}.asymmetric.utils")
    r, s = utils.decode_dss_signature(key.sign(message, curves.ECDSA(hashes.SHA256())))
    made: bytes = r.to_bytes(_P256_INTEGER, "big") + s.to_bytes(_P256_INTEGER, "big")
    return made


def _key(algorithm: str, encoding: str, secret: str) -> Any:
    wanted = _WANTED[algorithm]
    if encoding == "pem":
        return _pem_key(wanted, secret)
    try:
        seed = base64.b64decode(secret.strip(), validate=True) if encoding == "base64" else bytes.fromhex(secret.strip())
    except ValueError:
        text = f"the secret is no {encoding} text; check what you gave the client"
        raise ConfigurationError(text) from None
    if len(seed) not in {_SEED, _SEED_AND_PUBLIC_KEY}:
        text = f"the secret holds {len(seed)} bytes; an Ed25519 key has 32, or 64 with its public half"
        raise ConfigurationError(text)
    keys = importlib.import_module(f"{_PRIMITIVES}.asymmetric.ed25519")
    return keys.Ed25519PrivateKey.from_private_bytes(seed[:_SEED])


def _pem_key(wanted: str, secret: str) -> Any:
    loader = importlib.import_module(f"{_PRIMITIVES}.serialization")
    try:
        # Environment variables and secret stores often hold line breaks as the two characters \\n.
        key = loader.load_pem_private_key(secret.replace("\\n", "\n").strip().encode(), password=None)
    except Exception:  # noqa: BLE001  # whatever it is, its text may quote the key
        raise ConfigurationError("the secret is no unencrypted private key in PEM; give PKCS#8, PKCS#1 or SEC1") from None
    modules = {"Ed25519PrivateKey": "ed25519", "RSAPrivateKey": "rsa", "EllipticCurvePrivateKey": "ec"}
    if not isinstance(key, getattr(importlib.import_module(f"{_PRIMITIVES}.asymmetric.{modules[wanted]}"), wanted)):
        text = f"the secret is a private key, but no {wanted.removesuffix('PrivateKey')} key"
        raise ConfigurationError(text)
    return key
