"""What stands behind the vectors: which are the exchanges' own numbers, and the others' rules computed once more without our signer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import TypeAdapter

from certification.profiles import list_profiles, load_profile
from sdkgen.behaviour import message_recipe
from sdkgen.signing.recipe import Recipe
from tests.conftest import REPOSITORY

VECTORS = {path.stem: json.loads(path.read_text()) for path in sorted((REPOSITORY / "tests" / "vectors" / "signing").glob("*.json"))}
EVIDENCE = {"documented", "sdk-test", "formula", "own"}
RECIPES: TypeAdapter[Recipe] = TypeAdapter(Recipe)


def mac(vector: dict[str, Any], message: str | bytes, digest: str = "sha256", *, secret: bytes | None = None) -> bytes:
    key = vector["credentials"]["secret"].encode() if secret is None else secret
    return hmac.digest(key, message.encode() if isinstance(message, str) else message, digest)


def base64_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def url64_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sent(vector: dict[str, Any], name: str) -> str:
    return str(dict(vector["expected"]["headers"])[name])


def target(vector: dict[str, Any]) -> str:
    request = vector["request"]
    return f"{request['path']}{'?' if request['query'] else ''}{request['query']}"


def simple(stamp: str) -> Callable[[dict[str, Any]], str]:
    """Base64 of HMAC-SHA256 over time, method, path with query, and body."""
    return lambda vector: base64_of(
        mac(vector, sent(vector, stamp) + vector["request"]["method"] + target(vector) + vector["request"]["body"])
    )


def bybit(vector: dict[str, Any]) -> str:
    request = vector["request"]
    return mac(vector, f"{sent(vector, 'x-bapi-timestamp')}{vector['credentials']['key']}5000{request['query']}{request['body']}").hex()


def kraken_futures(vector: dict[str, Any]) -> str:
    request = vector["request"]
    hashed = hashlib.sha256((request["body"] + sent(vector, "nonce") + request["path"].removeprefix("/derivatives")).encode()).digest()
    return base64_of(mac(vector, hashed, "sha512", secret=base64.b64decode(vector["credentials"]["secret"])))


def whitebit(vector: dict[str, Any]) -> str:
    return mac(vector, base64_of(vector["expected"]["body"].encode()), "sha512").hex()


def upbit(vector: dict[str, Any]) -> str:
    query_hash = hashlib.sha512(unquote(vector["request"]["query"]).encode()).hexdigest()
    claims = {"access_key": vector["credentials"]["key"], "nonce": vector["nonce"], "query_hash": query_hash}
    signed = ".".join(url64_of(json.dumps(each, separators=(",", ":")).encode()) for each in ({"alg": "HS512", "typ": "JWT"}, claims))
    return f"Bearer {signed}.{url64_of(mac(vector, signed, 'sha512'))}"


def coincheck(vector: dict[str, Any]) -> str:
    return mac(vector, f"{sent(vector, 'access-nonce')}https://{vector['request']['host']}{target(vector)}").hex()


def crypto_com(vector: dict[str, Any]) -> str:
    params = json.loads(vector["request"]["body"], parse_float=str, parse_int=str)["params"]
    joined = "".join(name + params[name] for name in sorted(params))
    return mac(vector, f"private/create-order{vector['nonce']}{vector['credentials']['key']}{joined}{vector['nonce']}").hex()


def binance_message(vector: dict[str, Any]) -> str:
    params = json.loads(vector["expected"]["body"], parse_int=str)["params"]
    return mac(vector, "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "signature")).hex()


def signature_in(body: dict[str, Any]) -> str:
    return str(body["sig"] if "sig" in body else body["params"]["signature"])


FORMULAS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "binance-message-window": ("", binance_message),
    "bitget": ("access-sign", simple("access-timestamp")),
    "bybit-get": ("x-bapi-sign", bybit),
    "bybit-post": ("x-bapi-sign", bybit),
    "coinbase-prime": ("x-cb-access-signature", simple("x-cb-access-timestamp")),
    "coincheck": ("access-signature", coincheck),
    "crypto-com": ("", crypto_com),
    "kraken-futures-form": ("authent", kraken_futures),
    "kucoin-get": ("kc-api-sign", simple("kc-api-timestamp")),
    "okx": ("ok-access-sign", simple("ok-access-timestamp")),
    "upbit": ("authorization", upbit),
    "whitebit-order": ("x-txc-signature", whitebit),
}
TOKENS_OF_PRIVATE_KEYS = {"coinbase-jwt-es256", "coinbase-jwt-eddsa"}
"""Their signatures are checked with the public key, by every signer's own test."""


@pytest.mark.parametrize("name", FORMULAS)
def test_an_exchange_s_rule_gives_the_vector_s_signature(name: str) -> None:
    vector = VECTORS[name]
    header, rule = FORMULAS[name]
    signature = sent(vector, header) if header else signature_in(json.loads(vector["expected"]["body"]))
    assert rule(vector) == signature


def test_every_vector_tells_what_stands_at_its_source() -> None:
    assert {vector["evidence"] for vector in VECTORS.values()} == EVIDENCE
    for name, vector in VECTORS.items():
        assert (vector["source"] == "own") == (vector["evidence"] == "own"), name
        assert vector["evidence"] == "own" or vector["source"].startswith("https://"), name
    formulas = {name for name, vector in VECTORS.items() if vector["evidence"] == "formula"}
    assert formulas == FORMULAS.keys() | TOKENS_OF_PRIVATE_KEYS


def test_more_than_ten_recipes_are_proved_by_the_exchanges_own_numbers() -> None:
    proved = {
        json.dumps(vector["recipe"], sort_keys=True) for vector in VECTORS.values() if vector["evidence"] in {"documented", "sdk-test"}
    }
    assert len(proved) > 10


@pytest.mark.parametrize("profile", [load_profile(file) for file in list_profiles()], ids=lambda profile: profile.id)
def test_a_profile_s_recipe_has_a_vector(profile: Any) -> None:
    if profile.signing is None or not any(placement.value == "signature" for placement in profile.signing.placements):
        pytest.skip("nothing is signed")
    if profile.id == "reference":
        pytest.skip("our own exchange: its server checks every signature")
    assert profile.signing in [RECIPES.validate_python(vector["recipe"]) for vector in VECTORS.values()]


def test_what_profiles_sign_inside_messages_has_a_vector() -> None:
    profiles = [load_profile(file) for file in list_profiles()]
    recipes = [recipe for profile in profiles if profile.id != "reference" and (recipe := message_recipe(profile.behaviour)) is not None]
    known = [RECIPES.validate_python(vector["recipe"]) for vector in VECTORS.values()]
    assert recipes
    assert [recipe for recipe in recipes if recipe not in known] == []
