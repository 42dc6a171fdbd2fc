from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import configuration
from hypothesis.internal import charmap
from pydantic import TypeAdapter
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import (
    CaseMetadata,
    ComponentInfo,
    ExamplesPhaseData,
    FuzzingPhaseData,
    GenerationInfo,
    PhaseInfo,
    TestPhase,
)
from schemathesis.wfc.escalation import EscalatingAuthProvider

from certification.evidence.contract import hooks
from certification.evidence.contract.recipe_json import recipe_from_json, recipe_to_json
from certification.profile import ExchangeProfile
from sdkgen.signing.recipe import Carrier, Recipe
from sdkgen.signing.request import Credentials, Place, SignedRequest
from sdkgen.signing.verify import signing_faults
from tests.certification.evidence.contract.conftest import DESCRIPTION
from tests.conftest import REPOSITORY

# Kraken's documented example tells its nonce in the caller's own form, where only the exchange looks for it.
VECTORS = [path for path in sorted((REPOSITORY / "tests" / "vectors" / "signing").glob("*.json")) if path.stem != "kraken-spot"]
KNOWN = {"first": Credentials(key="k1", secret="s1"), "second": Credentials(key="k2", secret="s2")}


@pytest.fixture
def recipe(profile: ExchangeProfile) -> Recipe:
    assert profile.signing is not None
    return profile.signing


def metadata(*negated: str, phase: TestPhase = TestPhase.FUZZING, negative: ParameterLocation | None = None) -> CaseMetadata:
    mode = GenerationMode.NEGATIVE if negated or negative else GenerationMode.POSITIVE
    name = negated[0] if negated else None
    where = ParameterLocation.HEADER if negated else None
    told: dict[str, Any] = {"description": "d", "location": None, "parameter": name, "parameter_location": where, "mutations": ()}
    data = ExamplesPhaseData(**told) if phase is TestPhase.EXAMPLES else FuzzingPhaseData(**told)
    components = {negative: ComponentInfo(mode=GenerationMode.NEGATIVE)} if negative else {}
    return CaseMetadata(generation=GenerationInfo(time=0.0, mode=mode), components=components, phase=PhaseInfo(name=phase, data=data))


def prepared(**arguments: Any) -> requests.PreparedRequest:
    return requests.Request(**{"method": "POST", "url": "http://h:8/a%20b?q=1&r=%2F", **arguments}).prepare()


def case(meta: CaseMetadata | None = None, identity: str | None = "first") -> Any:
    return SimpleNamespace(meta=meta, auth_identity=identity)


@pytest.mark.parametrize(("body", "sent"), [(None, b""), ("text", b"text"), (b'{"a":1}', b'{"a":1}')], ids=["nothing", "text", "bytes"])
def test_exactly_what_goes_on_the_wire_is_signed(recipe: Recipe, body: Any, sent: bytes) -> None:
    request = prepared(data=body)
    hooks.Signature(recipe, case(), "first", KNOWN, frozenset())(request)
    payload = request.headers["X-Time"].encode() + b"POST" + b"/a%20bq=1&r=%2F" + sent
    assert request.headers["X-Sign"] == hmac.new(b"s1", payload, hashlib.sha256).hexdigest()
    assert request.headers["X-Key"] == "k1"
    assert (request.url, request.body or b"") == ("http://h:8/a%20b?q=1&r=%2F", sent)


def test_the_case_says_as_whom_to_sign(recipe: Recipe) -> None:
    request = prepared()
    hooks.Signature(recipe, case(identity="second"), "first", KNOWN, frozenset())(request)
    assert request.headers["X-Key"] == "k2"
    nobody = prepared()
    hooks.Signature(recipe, case(identity=None), "first", KNOWN, frozenset())(nobody)
    assert nobody.headers["X-Key"] == "k1"


@pytest.mark.parametrize(
    ("meta", "garbled"),
    [
        pytest.param(None, False, id="sent-by-a-check"),
        pytest.param(metadata(), False, id="valid"),
        pytest.param(metadata("x-sign"), True, id="signature"),
        pytest.param(metadata("X-Other"), False, id="another-header"),
        pytest.param(metadata(negative=ParameterLocation.HEADER), True, id="some-header"),
        pytest.param(metadata(negative=ParameterLocation.QUERY), False, id="query"),
        pytest.param(metadata(negative=ParameterLocation.HEADER, phase=TestPhase.EXAMPLES), False, id="example"),
    ],
)
def test_what_the_tool_spoilt_on_purpose_is_not_mended(recipe: Recipe, meta: CaseMetadata | None, garbled: bool) -> None:
    request = prepared()
    hooks.Signature(recipe, case(meta), "first", KNOWN, frozenset())(request)
    assert ("X-Sign" not in request.headers) is garbled


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_contract_test_signs_by_every_recipe_that_a_vector_has(path: Path) -> None:
    vector = json.loads(path.read_text())
    written = recipe_to_json(TypeAdapter(Recipe).validate_python(vector["recipe"]))
    recipe = recipe_from_json(json.loads(json.dumps(written)))
    asked, known = vector["request"], {"first": Credentials(**vector["credentials"])}
    declared = None if vector["declared"] is None else frozenset(Place(Carrier(carrier), name) for carrier, name in vector["declared"])
    url = f"https://{asked['host']}{asked['path']}{'?' if asked['query'] else ''}{asked['query']}"
    request = requests.Request(method=asked["method"], url=url, headers=dict(asked["headers"]), data=asked["body"].encode()).prepare()
    # an operation that declares nothing is one for which nothing is known: only such recipes ask
    hooks.Signature(recipe, case(), "first", known, declared or frozenset())(request)
    parts = urlsplit(request.url or "")
    sent = SignedRequest(
        method=request.method or "",
        host=parts.netloc,
        path=parts.path or "/",
        query=parts.query,
        headers=tuple((name, str(value)) for name, value in request.headers.items()),
        body=request.body if isinstance(request.body, bytes) else (request.body or "").encode(),
    )
    assert signing_faults(recipe, known["first"], sent, declared=declared) == ()


def test_no_two_calls_have_the_same_instant() -> None:
    instants = [hooks._growing_now_ms() for _ in range(1000)]
    assert len(set(instants)) == 1000
    assert instants == sorted(instants)


def loaded(monkeypatch: pytest.MonkeyPatch, folder: Path, plan: dict[str, Any], environment: dict[str, str]) -> Any:
    (folder / "plan.json").write_text(json.dumps(plan))
    monkeypatch.chdir(folder)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return schemathesis.openapi.from_dict(json.loads(json.dumps(DESCRIPTION)))


def test_both_accounts_become_identities_that_must_not_see_each_others_objects(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recipe: Recipe
) -> None:
    operations = {"GET /orders/{id}": {"signed": True, "declared": [["query", "market"]]}, "GET /time": {"signed": False, "declared": []}}
    environment = {f"CERTIFY_{actor}_KEY": actor for actor in ("FIRST", "SECOND")} | {"CERTIFY_SECOND_PASSPHRASE": "p"}
    schema = loaded(monkeypatch, tmp_path, {"recipe": recipe_to_json(recipe), "operations": operations}, environment)
    (provider,) = schema.auth.providers
    assert isinstance(provider, EscalatingAuthProvider)
    assert provider.peers == ("first", "second")
    read = schema["/orders/{id}"]["GET"].Case(path_parameters={"id": "7"})
    context = SimpleNamespace(operation=read.operation, app=None)
    signature = provider.get(read, context)  # type: ignore[arg-type]
    provider.set(read, signature, context)  # type: ignore[arg-type]
    assert isinstance(read._auth, hooks.Signature)
    assert read.auth_identity == "first"
    clock = schema["/time"]["GET"].Case()
    assert provider.get(clock, SimpleNamespace(operation=clock.operation, app=None)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("signed", [True, False])
def test_without_accounts_or_recipe_nothing_is_signed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recipe: Recipe, signed: bool
) -> None:
    plan = {"recipe": recipe_to_json(recipe) if signed else None, "operations": {}}
    environment = {} if signed else {"CERTIFY_FIRST_KEY": "k"}
    assert loaded(monkeypatch, tmp_path, plan, environment).auth.providers == []


@pytest.fixture
def hypothesis_home(tmp_path: Path) -> Iterator[Path]:
    known = configuration.storage_directory().path
    configuration.set_hypothesis_home_dir(tmp_path)
    charmap.intervals_from_codec.cache_clear()
    yield tmp_path
    configuration.set_hypothesis_home_dir(known)
    charmap.intervals_from_codec.cache_clear()


def test_what_hypothesis_is_told_of_utf8_is_what_it_would_find_itself(hypothesis_home: Path) -> None:
    reckoned = charmap.intervals_from_codec("utf-8")
    (kept,) = hypothesis_home.rglob("*utf-8*")
    told = gzip.decompress(kept.read_bytes())
    kept.unlink()
    hooks.know_utf8()
    assert json.loads(gzip.decompress(kept.read_bytes())) == json.loads(told)
    charmap.intervals_from_codec.cache_clear()
    assert charmap.intervals_from_codec("utf-8") == reckoned


def test_a_place_that_can_not_be_written_costs_time_and_nothing_else(hypothesis_home: Path) -> None:
    (hypothesis_home / "unicode_data").write_text("a file in the way")
    hooks.know_utf8()
