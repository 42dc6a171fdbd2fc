from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sdkgen.python.package import recipe_source
from sdkgen.python.runtime import recipe as runtime_recipe
from sdkgen.python.runtime.draft import Credentials, Draft
from sdkgen.python.runtime.errors import ConfigurationError
from sdkgen.python.runtime.jsontext import parse
from sdkgen.python.runtime.signing import Signer
from sdkgen.signing import recipe as reference_recipe
from sdkgen.signing.recipe import Algorithm, Carrier, Placement, Recipe, Value
from sdkgen.signing.request import Credentials as ReferenceCredentials
from sdkgen.signing.request import Place, SignedRequest
from sdkgen.signing.sign import places_made
from sdkgen.signing.verify import signing_faults

VECTORS = sorted((Path(__file__).resolve().parents[2] / "vectors" / "signing").glob("*.json"))
RECIPES: TypeAdapter[Recipe] = TypeAdapter(Recipe)
NEVER_TOLD = {"kraken-spot"}


def embedded(recipe: Recipe) -> runtime_recipe.Recipe:
    """The recipe as a generated package holds it."""
    expression, _ = recipe_source(recipe)
    made = eval(expression, vars(runtime_recipe))  # noqa: S307  # what the emitter wrote, as Python will read it
    assert isinstance(made, runtime_recipe.Recipe)
    return made


def draft_of(request: dict[str, Any]) -> Draft:
    draft = Draft(request["method"], request["host"].lower(), request["path"])
    draft.query = [pair for pair in request["query"].split("&") if pair]
    draft.headers = dict(request["headers"])
    draft.encoding = request["encoding"] or "json"
    kind = next((value for name, value in request["headers"] if name.lower() == "content-type"), "")
    if kind.startswith("application/x-www-form"):
        draft.form = request["body"].split("&")
    elif request["body"]:
        members = parse(request["body"])
        assert isinstance(members, dict)
        draft.members = members
    return draft


def places_of(vector: dict[str, Any], recipe: Recipe) -> tuple[int, ...] | None:
    if vector["declared"] is None:
        return None
    made = places_made(recipe, frozenset(Place(Carrier(carrier), name) for carrier, name in vector["declared"]))
    return tuple(index for index, placement in enumerate(recipe.placements) if placement in made)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_sdk_signs_as_the_vectors_and_the_reference_signer_do(path: Path) -> None:
    vector = json.loads(path.read_text())
    recipe = RECIPES.validate_json(json.dumps(vector["recipe"]))
    nonce = None if vector["nonce"] is None else lambda: str(vector["nonce"])
    signer = Signer(embedded(recipe), Credentials(**vector["credentials"]), lambda: vector["now_ms"], nonce, "a-package")
    draft = draft_of(vector["request"])
    signer.sign(draft, places_of(vector, recipe))
    expected = vector["expected"]
    headers = sorted([name.lower(), value] for name, value in draft.headers.items())
    assert draft.query_text() == expected["query"]
    assert draft.content().decode() == expected["body"]
    if not expected.get("varies"):
        assert headers == expected["headers"]
    if path.stem not in NEVER_TOLD:
        received = SignedRequest(
            method=draft.method,
            host=draft.host,
            path=draft.path,
            query=draft.query_text(),
            headers=tuple(draft.headers.items()),
            body=draft.content(),
        )
        declared = vector["declared"]
        assert (
            signing_faults(
                recipe,
                ReferenceCredentials(**vector["credentials"]),
                received,
                declared=None if declared is None else frozenset(Place(Carrier(carrier), name) for carrier, name in declared),
            )
            == ()
        )


def test_the_embedded_recipe_has_every_member_of_the_reference_one() -> None:
    for name in ("Recipe", "Part", "Placement", "Claim"):
        reference = set(getattr(reference_recipe, name).__dataclass_fields__)
        assert reference - set(getattr(runtime_recipe, name)._fields) <= {"only_declared"}


def signer_with(recipe: Recipe, *, key: str | None = "k", secret: str | None = None, now: Any = lambda: 1) -> Signer:
    return Signer(embedded(recipe), Credentials(key, secret, None), now, None, "a-package")


def in_header(value: Value) -> tuple[Placement, ...]:
    return (Placement(carrier=Carrier.HEADER, name="X", value=value),)


@pytest.mark.parametrize(
    ("made", "grows"),
    [("milliseconds", True), ("microseconds", True), ("nanoseconds", True), ("uuid", False), ("hex", False)],
)
def test_a_nonce_is_never_sent_twice_and_clock_made_ones_only_grow(made: str, grows: bool) -> None:
    recipe = Recipe(algorithm=Algorithm.NONE, placements=in_header(Value.NONCE), nonce=reference_recipe.NonceFormat(made))
    instants = iter([5, 5, 4, 7, 7, 1])
    signer = signer_with(recipe, now=lambda: next(instants))
    sent = []
    for _ in range(6):
        draft = Draft("GET", "h", "/")
        signer.sign(draft, None)
        sent.append(draft.headers["X"])
    assert len(set(sent)) == 6
    if grows:
        assert [int(each) for each in sent] == sorted(int(each) for each in sent)


@pytest.mark.parametrize(
    ("value", "missing"),
    [(Value.KEY, "key"), (Value.PASSPHRASE, "passphrase"), (Value.SIGNED_PASSPHRASE, "passphrase"), (Value.SIGNATURE, "secret")],
)
def test_a_missing_credential_is_named(value: Value, missing: str) -> None:
    algorithm = Algorithm.HMAC_SHA256 if value in {Value.SIGNATURE, Value.SIGNED_PASSPHRASE} else Algorithm.NONE
    placements = in_header(value) if value is not Value.SIGNED_PASSPHRASE else (*in_header(value), *in_header(Value.SIGNATURE))
    signer = signer_with(Recipe(algorithm=algorithm, placements=placements), key=None)
    with pytest.raises(ConfigurationError, match=f"needs {missing}"):
        signer.sign(Draft("GET", "h", "/"), None)


@pytest.mark.parametrize(
    ("algorithm", "encoding", "complaint"),
    [
        ("hmac-sha256", "base64", "no base64 text"),
        ("hmac-sha256", "hex", "no hex text"),
        ("ed25519", "pem", "no unencrypted private key"),
        ("ed25519", "hex", "no hex text"),
        ("ed25519", "base64", "no base64 text"),
    ],
)
def test_a_secret_that_does_not_fit_is_refused_without_being_shown(algorithm: str, encoding: str, complaint: str) -> None:
    recipe = Recipe(
        algorithm=Algorithm(algorithm),
        placements=in_header(Value.SIGNATURE),
        secret_encoding=reference_recipe.SecretEncoding(encoding),
    )
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        signer_with(recipe, secret="top-secret!").sign(Draft("GET", "h", "/"), None)
    assert "top-secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_key_of_the_wrong_length_or_kind_is_refused() -> None:
    keys = {path.stem: json.loads(path.read_text())["credentials"]["secret"] for path in VECTORS}
    recipe = Recipe(
        algorithm=Algorithm.ED25519, placements=in_header(Value.SIGNATURE), secret_encoding=reference_recipe.SecretEncoding.BASE64
    )
    with pytest.raises(ConfigurationError, match="holds 3 bytes"):
        signer_with(recipe, secret="YWJj").sign(Draft("GET", "h", "/"), None)
    for algorithm, other in ((Algorithm.ED25519, "rsa-pss"), (Algorithm.RSA_PSS_SHA256, "ed25519"), (Algorithm.JWT_ES256, "ed25519")):
        pem = Recipe(algorithm=algorithm, placements=in_header(Value.SIGNATURE), secret_encoding=reference_recipe.SecretEncoding.PEM)
        with pytest.raises(ConfigurationError, match="but no"):
            signer_with(pem, secret=keys[other]).sign(Draft("GET", "h", "/"), None)


def test_a_number_that_is_none_is_refused() -> None:
    recipe = Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE, number=True),))
    signer = Signer(embedded(recipe), Credentials("k", "s", None), lambda: 1, lambda: "x", "a-package")
    with pytest.raises(ConfigurationError, match="as a number"):
        signer.sign(Draft("POST", "h", "/"), None)


def test_nothing_shows_a_secret() -> None:
    credentials = Credentials("key", "hush", "hush")
    assert "hush" not in repr(credentials)
    with pytest.raises(TypeError):
        credentials.__reduce__()
    recipe = Recipe(algorithm=Algorithm.HMAC_SHA256, placements=in_header(Value.SIGNATURE))
    assert "hush" not in repr(signer_with(recipe, secret="hush"))
