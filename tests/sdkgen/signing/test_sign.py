from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sdkgen.api.load import load
from sdkgen.api.model import Encoding, Location, Operation
from sdkgen.errors import RecipeError
from sdkgen.signing.algorithms import signature_of
from sdkgen.signing.recipe import (
    Algorithm,
    Carrier,
    NonceFormat,
    Part,
    Placement,
    Recipe,
    SecretEncoding,
    TextEncoding,
    Value,
    managed_parameters,
)
from sdkgen.signing.request import Credentials, Place, SignedRequest, UnsignedRequest, declared_places
from sdkgen.signing.sign import nonce_text, sign
from sdkgen.signing.verify import signing_faults

VECTORS = sorted((Path(__file__).resolve().parents[2] / "vectors" / "signing").glob("*.json"))
# Kraken's documented example tells its nonce in the caller's own form, where only the exchange looks for it.
VERIFIABLE = [path for path in VECTORS if path.stem != "kraken-spot"]
SIGNED = [path for path in VERIFIABLE if path.stem not in {"none", "only-declared-unsigned"}]
RECIPES: TypeAdapter[Recipe] = TypeAdapter(Recipe)


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def recipe_of(vector: dict[str, Any]) -> Recipe:
    return RECIPES.validate_json(json.dumps(vector["recipe"]))


def declared_of(vector: dict[str, Any]) -> frozenset[Place] | None:
    declared = vector["declared"]
    return None if declared is None else frozenset(Place(Carrier(carrier), name) for carrier, name in declared)


def values_of(parts: tuple[Part, ...]) -> set[Value]:
    return {part.value for part in parts} | {value for part in parts for value in values_of(part.parts)}


def signed(vector: dict[str, Any]) -> SignedRequest:
    request = vector["request"]
    return sign(
        recipe_of(vector),
        Credentials(**vector["credentials"]),
        UnsignedRequest(
            method=request["method"],
            host=request["host"],
            path=request["path"],
            query=request["query"],
            headers=tuple((name, value) for name, value in request["headers"]),
            body=request["body"].encode(),
            encoding=Encoding(request["encoding"]) if request["encoding"] else None,
        ),
        now_ms=vector["now_ms"],
        nonce=vector["nonce"],
        declared=declared_of(vector),
    )


def is_signature(public_key: str, algorithm: str, message: bytes, signature: bytes) -> bool:
    key = load_pem_public_key(public_key.encode())
    if algorithm == Algorithm.RSA_PSS_SHA256:
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signature, message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    return True


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_request_is_signed_as_the_vector_says(path: Path) -> None:
    vector = read(path)
    request = signed(vector)
    expected = vector["expected"]
    headers = sorted([name.lower(), value] for name, value in request.headers)
    assert request.query == expected["query"]
    assert request.body.decode() == expected["body"]
    if not expected.get("varies"):
        assert headers == expected["headers"]
        return
    name = expected["signature_header"]
    assert [header for header in headers if header[0] != name] == expected["headers"]
    text = (request.header(name) or "").removeprefix(expected.get("prefix", ""))
    if "prefix" in expected:
        message, _, encoded = text.rpartition(".")
        assert message == expected["signed"]
        signature = base64.urlsafe_b64decode(encoded + "==")
    else:
        signature = base64.b64decode(text)
    assert is_signature(expected["public_key"], vector["recipe"]["algorithm"], expected["signed"].encode(), signature)


@pytest.mark.parametrize("path", VERIFIABLE, ids=lambda path: path.stem)
def test_what_was_signed_verifies_and_what_was_changed_does_not(path: Path) -> None:
    vector = read(path)
    recipe, credentials, declared = recipe_of(vector), Credentials(**vector["credentials"]), declared_of(vector)
    request = signed(vector)
    assert signing_faults(recipe, credentials, request, declared=declared) == ()
    placements = [each for each in recipe.placements if each.carrier is Carrier.HEADER]
    for placement in placements:
        bare = replace(request, headers=tuple(header for header in request.headers if header[0] != placement.name))
        assert signing_faults(recipe, credentials, bare, declared=declared) == (f"header {placement.name} is missing",)


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.stem)
def test_another_path_method_query_or_body_needs_another_signature_where_it_is_signed(path: Path) -> None:
    vector = read(path)
    recipe, credentials, declared = recipe_of(vector), Credentials(**vector["credentials"]), declared_of(vector)
    request = signed(vector)
    claims = (*recipe.jwt_header, *recipe.jwt_claims)
    parts = values_of(recipe.payload) | {value for claim in claims for value in values_of(claim.parts)}
    parts |= {placement.value for placement in recipe.placements}
    changes: dict[Value, dict[str, Any]] = {
        Value.METHOD: {"method": "DELETE"},
        Value.PATH: {"path": request.path + "x"},
        Value.QUERY: {"query": "x=1&" + request.query},
    }
    for value, change in changes.items():
        faults = signing_faults(recipe, credentials, replace(request, **change), declared=declared)
        assert bool(faults) == (value in parts), (value, faults)


def test_a_stranger_s_secret_makes_no_valid_signature() -> None:
    for path in SIGNED:
        vector = read(path)
        if not vector["recipe"]["algorithm"].startswith("hmac"):
            continue
        right = Credentials(**vector["credentials"])
        other = {"base64": "c3RyYW5nZXI=", "hex": "beef"}.get(vector["recipe"].get("secret_encoding", "text"), "stranger")
        wrong = Credentials(key=right.key, secret=other, passphrase=right.passphrase)
        assert signing_faults(recipe_of(vector), wrong, signed(vector), declared=declared_of(vector)), path.stem


HEADER_RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="Key", value=Value.KEY),
        Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE),
        Placement(carrier=Carrier.HEADER, name="Sign", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.BODY),),
)


@pytest.mark.parametrize("body", [b"[1]", b"{garbled", b"null", b"\xff"], ids=["list", "no JSON", "null", "no text"])
def test_a_body_that_is_no_object_is_left_alone(body: bytes) -> None:
    request = UnsignedRequest(method="POST", host="h", path="/", headers=(("Content-Type", "application/json"),), body=body)
    assert sign(HEADER_RECIPE, Credentials(key="k", secret="s"), request, now_ms=1).body == body


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False, places=8).map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_a_caller_s_own_fields_keep_their_bytes(fields: dict[str, Any]) -> None:
    fields.pop("nonce", None)
    body = json.dumps(fields, indent=1).encode()
    request = UnsignedRequest(method="POST", host="h", path="/", headers=(("Content-Type", "application/json"),), body=body)
    after = sign(HEADER_RECIPE, Credentials(key="k", secret="s"), request, now_ms=7).body
    assert after.startswith(b"{" + body.strip()[1:-1].strip())
    assert json.loads(after) == {**fields, "nonce": "7"}


def test_the_signature_comes_last_even_where_the_recipe_names_it_first() -> None:
    recipe = Recipe(
        algorithm=Algorithm.HMAC_SHA256,
        placements=(
            Placement(carrier=Carrier.QUERY, name="sig", value=Value.SIGNATURE),
            Placement(carrier=Carrier.QUERY, name="t", value=Value.TIMESTAMP),
        ),
        payload=(Part(value=Value.QUERY),),
    )
    query = sign(
        recipe, Credentials(key="k", secret="s"), UnsignedRequest(method="GET", host="h", path="/", query="a=1"), now_ms=lambda: 5
    ).query
    assert query.startswith("a=1&t=5&sig=")


@pytest.mark.parametrize(
    ("algorithm", "encoding", "secret", "complaint"),
    [
        (Algorithm.HMAC_SHA256, SecretEncoding.BASE64, "top-secret!", "no base64 text"),
        (Algorithm.HMAC_SHA256, SecretEncoding.HEX, "top-secret!", "no hex text"),
        (Algorithm.ED25519, SecretEncoding.PEM, "top-secret!", "no unencrypted private key"),
        (Algorithm.ED25519, SecretEncoding.TEXT, "top-secret!", "holds 11 bytes"),
    ],
)
def test_a_secret_that_does_not_fit_is_refused_without_being_shown(
    algorithm: Algorithm, encoding: SecretEncoding, secret: str, complaint: str
) -> None:
    recipe = Recipe(
        algorithm=algorithm,
        placements=(Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),),
        secret_encoding=encoding,
    )
    with pytest.raises(RecipeError, match=complaint) as raised:
        sign(recipe, Credentials(key="k", secret=secret), UnsignedRequest(method="GET", host="h", path="/"), now_ms=1)
    assert secret not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.RSA_PSS_SHA256, Algorithm.JWT_ES256])
def test_a_key_of_another_algorithm_is_refused(algorithm: Algorithm) -> None:
    other = "rsa-pss" if algorithm is not Algorithm.RSA_PSS_SHA256 else "ed25519"
    secret = next(read(path)["credentials"]["secret"] for path in VECTORS if path.stem == other)
    recipe = Recipe(
        algorithm=algorithm,
        placements=(Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),),
        secret_encoding=SecretEncoding.PEM,
    )
    with pytest.raises(RecipeError, match="but n"):
        sign(recipe, Credentials(key="k", secret=secret), UnsignedRequest(method="GET", host="h", path="/"), now_ms=1)


def test_a_missing_passphrase_is_said() -> None:
    recipe = Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.HEADER, name="P", value=Value.PASSPHRASE),))
    with pytest.raises(RecipeError, match="passphrase"):
        sign(recipe, Credentials(key="k"), UnsignedRequest(method="GET", host="h", path="/"), now_ms=1)


def test_raw_signatures_and_placed_request_parts_are_refused() -> None:
    raw = Recipe(
        algorithm=Algorithm.HMAC_SHA256,
        placements=(Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),),
        output=TextEncoding.RAW,
    )
    request = UnsignedRequest(method="GET", host="h", path="/")
    with pytest.raises(RecipeError, match="encoding"):
        sign(raw, Credentials(key="k", secret="s"), request, now_ms=1)
    for value in (Value.QUERY, Value.BODY, Value.GROUP, Value.MEMBERS):
        with pytest.raises(RecipeError, match=f"can't place {value.value}"):
            Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.HEADER, name="S", value=value),))
    unmade = Recipe(
        algorithm=Algorithm.HMAC_SHA256,
        placements=(Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),),
        payload=(Part(value=Value.PAYLOAD),),
    )
    with pytest.raises(RecipeError, match="before it is made"):
        sign(unmade, Credentials(key="k", secret="s"), request, now_ms=1)


def test_credentials_show_nothing_but_the_key() -> None:
    assert "hush" not in repr(Credentials(key="k", secret="hush", passphrase="hush"))


def test_nonces_have_the_asked_form() -> None:
    assert nonce_text(NonceFormat.MILLISECONDS, 12) == "12"
    assert nonce_text(NonceFormat.MICROSECONDS, 12) == "12000"
    assert nonce_text(NonceFormat.NANOSECONDS, 12) == "12000000"
    assert len(nonce_text(NonceFormat.UUID, 12)) == 36
    assert len(nonce_text(NonceFormat.HEX, 12)) == 32
    assert nonce_text(NonceFormat.HEX, 12) != nonce_text(NonceFormat.HEX, 12)


def token_of(change: dict[str, Any], *, header: dict[str, Any] | None = None) -> tuple[str, ...]:
    """The faults of a vector's token after some of its claims changed, signed anew by the same key."""
    vector = read(next(path for path in VECTORS if path.stem == "jwt-eddsa"))
    request = signed(vector)
    recipe, credentials = recipe_of(vector), Credentials(**vector["credentials"])
    parts = (request.header("authorization") or "").removeprefix("Bearer ").split(".")
    documents = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2]]
    documents[0] |= header or {}
    documents[1] |= change
    content = ".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in documents)
    raw = signature_of(recipe.algorithm, recipe.secret_encoding, credentials.secret, content.encode())
    token = f"Bearer {content}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
    return signing_faults(recipe, credentials, replace(request, headers=(("Authorization", token),)))


def test_a_token_s_claims_must_be_about_this_request() -> None:
    assert token_of({}) == ()
    assert token_of({"nbf": 1, "exp": 2}) == ()
    assert token_of({"uri": "GET elsewhere/"}) == ("header Authorization claims another uri than this request's",)
    assert token_of({"sub": "someone"}) == ("header Authorization claims another sub than this request's",)
    assert token_of({"exp": None}) == ("header Authorization claims another exp than this request's",)
    assert token_of({}, header={"alg": "none"}) == ("header Authorization names another algorithm",)


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer a.b.c", "Bearer e30.W10.AA", "Bearer !.!.!"])
def test_what_is_no_token_is_said(token: str) -> None:
    vector = read(next(path for path in VECTORS if path.stem == "jwt-eddsa"))
    request = replace(signed(vector), headers=(("Authorization", token),))
    faults = signing_faults(recipe_of(vector), Credentials(**vector["credentials"]), request)
    assert faults in {("header Authorization is no JSON Web Token",), ("header Authorization is missing",)}


def test_another_account_s_passphrase_is_seen() -> None:
    vector = read(next(path for path in VECTORS if path.stem == "okx-get"))
    own = Credentials(**vector["credentials"])
    other = Credentials(key=own.key, secret=own.secret, passphrase="another")
    assert signing_faults(recipe_of(vector), other, signed(vector)) == ("header OK-ACCESS-PASSPHRASE is not this account's passphrase",)


def test_a_changed_payload_header_is_seen() -> None:
    vector = read(next(path for path in VECTORS if path.stem == "whitebit"))
    request = signed(vector)
    headers = tuple((name, "x" if name == "X-TXC-PAYLOAD" else value) for name, value in request.headers)
    faults = signing_faults(recipe_of(vector), Credentials(**vector["credentials"]), replace(request, headers=headers))
    assert faults == ("header X-TXC-PAYLOAD is not this request's payload",)


def test_declared_places_are_parameters_and_fields_of_the_body() -> None:
    api = load(
        b"""{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/a":{"post":{
        "parameters":[{"name":"q","in":"query","schema":{}},{"name":"H","in":"header","schema":{}},
          {"name":"c","in":"cookie","schema":{"type":"string"}}],
        "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Alias"}}}},
        "responses":{"200":{"description":""}}}}},
        "components":{"schemas":{"Alias":{"$ref":"#/components/schemas/Body"},
          "Body":{"type":"object","properties":{"timestamp":{"type":"integer"}}}}}}"""
    )
    assert declared_places(api, api.operations[0]) == {
        Place(Carrier.QUERY, "q"),
        Place(Carrier.HEADER, "H"),
        Place(Carrier.BODY, "timestamp"),
    }


def test_managed_parameters_are_those_that_the_signer_fills() -> None:
    def operation(*parameters: tuple[str, str]) -> Operation:
        listed = [{"name": name, "in": place, "schema": {"type": "string"}} for place, name in parameters]
        document = {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "security": [{"key": []}],
            "paths": {"/a": {"get": {"parameters": listed, "responses": {"200": {"description": ""}}}}},
            "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}}},
        }
        return load(json.dumps(document).encode()).operations[0]

    recipe = recipe_of(read(next(path for path in VECTORS if path.stem == "only-declared")))
    key = (Location.HEADER, "x-mbx-apikey")
    whole = operation(("query", "timestamp"), ("query", "recvWindow"), ("query", "symbol"), ("header", "x-mbx-apikey"))
    assert managed_parameters(recipe, whole) == {(Location.QUERY, "timestamp"), (Location.QUERY, "recvWindow"), key}
    assert managed_parameters(recipe, operation(("query", "recvWindow"), ("header", "x-mbx-apikey"))) == {key}
    assert managed_parameters(None, whole) == frozenset()


def test_a_recipe_that_contradicts_itself_is_refused() -> None:
    place = (Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),)
    with pytest.raises(RecipeError, match="algorithm is none"):
        Recipe(algorithm=Algorithm.NONE, placements=place)
    with pytest.raises(RecipeError, match="places no signature"):
        Recipe(algorithm=Algorithm.HMAC_SHA256, placements=())
