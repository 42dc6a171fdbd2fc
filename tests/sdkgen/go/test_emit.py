"""What an SDK's source tree holds, without a compiler."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api, Name, ObjectType
from sdkgen.behaviour import Behaviour, Pagination, Paging
from sdkgen.errors import SdkgenError
from sdkgen.generate import generate
from sdkgen.go.emit import emit
from sdkgen.go.module import module_path
from sdkgen.language import Language
from sdkgen.signing.recipe import Algorithm, Carrier, Claim, Digest, Part, Placement, Recipe, SecretEncoding, Value
from sdkgen.source import SdkOptions, SdkSource

GOLDEN = Path(__file__).parents[2] / "golden" / "go"


def text_of(source: SdkSource, path: str) -> str:
    return next(file.content for file in source.files if file.path == path).decode()


def test_everything_declared_is_emitted(hostile: SdkSource, hostile_api: Api) -> None:
    assert (hostile.language, hostile.package, hostile.version) == (Language.GO, "github.com/openxapi/hostile-go", "0.1.0")
    assert hostile.operations == len(hostile_api.operations) == hostile_api.declared_operations
    assert hostile.types == len(hostile_api.types)
    assert hostile.fields == hostile_api.declared_fields


def test_the_same_input_gives_the_same_bytes(hostile: SdkSource, hostile_api: Api, options: SdkOptions) -> None:
    assert emit(hostile_api, options) == hostile
    assert generate(hostile_api, Language.GO, options).digest() == hostile.digest()


def test_paths_are_sorted_and_harmless(hostile: SdkSource) -> None:
    for files in (hostile.files, hostile.harness):
        paths = [file.path for file in files]
        assert paths == sorted(set(paths))
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]*", path) for path in paths)


def test_no_file_is_bound_to_a_system_by_its_name(hostile: SdkSource) -> None:
    # A group named “linux” must not become a file that only Linux compiles.
    assert "linux_service.go" in [file.path for file in hostile.files]
    bound = [file.path for file in hostile.files if re.search(r"_(linux|windows|amd64|test)\.go$", file.path)]
    assert bound == ["package_test.go"], "the tests that it ships"


def test_the_generated_files_are_those_of_the_golden_folder(hostile: SdkSource) -> None:
    made = {file.path: file.content for file in hostile.files if is_generated(file.path, file.content)}
    made |= {f"harness/{file.path}": file.content for file in hostile.harness if is_generated(file.path, file.content)}
    if os.environ.get("CERTIFY_UPDATE_GOLDEN"):
        update(made)
    golden = {str(path.relative_to(GOLDEN)).removesuffix(".golden"): path.read_bytes() for path in GOLDEN.rglob("*.golden")}
    assert sorted(made) == sorted(golden)
    for path, content in made.items():
        assert content == golden[path], f"{path} differs; look at it, then run with CERTIFY_UPDATE_GOLDEN=1"


def is_generated(path: str, content: bytes) -> bool:
    return content.startswith(b"// Code generated") or path in {"README.md", "go.mod"}


def update(made: dict[str, bytes]) -> None:
    for path, content in made.items():
        target = GOLDEN / f"{path}.golden"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


@pytest.mark.parametrize(
    ("package", "version", "path"),
    [
        pytest.param("example.com/x", "1.9.0", "example.com/x", id="version-one"),
        pytest.param("example.com/x", "2.0.0", "example.com/x/v2", id="version-two"),
        pytest.param("example.com/x/v2", "2.1.0", "example.com/x/v2", id="already-there"),
    ],
)
def test_a_major_version_stands_in_the_path(options: SdkOptions, package: str, version: str, path: str) -> None:
    assert module_path(replace(options, package=package, version=version)) == path


@pytest.mark.parametrize(
    ("package", "version"),
    [
        pytest.param("no-domain", "1.0.0", id="no-domain"),
        pytest.param("example.com/../x", "1.0.0", id="dots"),
        pytest.param('example.com/x"\n', "1.0.0", id="quote"),
        pytest.param("example.com/x", "v1", id="version"),
    ],
)
def test_a_wrong_package_or_version_is_refused(hostile_api: Api, options: SdkOptions, package: str, version: str) -> None:
    with pytest.raises(SdkgenError, match="give one such as"):
        emit(hostile_api, replace(options, package=package, version=version))


def test_a_licence_that_is_not_ours_is_named(hostile_api: Api, options: SdkOptions) -> None:
    made = emit(hostile_api, replace(options, licence="MIT", recipe=None))
    assert text_of(made, "LICENSE") == "SPDX-License-Identifier: MIT\n\nCopyright: Somebody\n"
    assert text_of(emit(hostile_api, options), "LICENSE").lstrip().startswith("Apache License")


def test_the_readme_says_how_calls_are_authenticated(hostile_api: Api, options: SdkOptions) -> None:
    signed = text_of(emit(hostile_api, options), "README.md")
    assert 'os.Getenv("API_SECRET")' in signed
    assert "signed with `hmac-sha256`" in signed
    unknown = text_of(emit(hostile_api, replace(options, recipe=None)), "README.md")
    assert "no signing recipe was given" in unknown
    public = replace(hostile_api, operations=tuple(replace(each, signed=False) for each in hostile_api.operations))
    assert "The description asks for none." in text_of(emit(public, replace(options, recipe=None)), "README.md")


def test_the_readme_names_the_passphrase_and_the_kind_of_key(hostile_api: Api, options: SdkOptions) -> None:
    recipe = Recipe(
        algorithm=Algorithm.JWT_ES256,
        secret_encoding=SecretEncoding.PEM,
        placements=(Placement(carrier=Carrier.HEADER, name="Authorization", value=Value.SIGNATURE, prefix="Bearer "),),
        jwt_header=(Claim(name="kid", parts=(Part(value=Value.GROUP, parts=(Part(value=Value.KEY),)),)),),
        jwt_claims=(Claim(name="pass", parts=(Part(value=Value.PASSPHRASE, digest=Digest.SHA256),), number=True),),
    )
    made = emit(hostile_api, replace(options, recipe=recipe, base_url="https://sandbox.example.com/"))
    readme = text_of(made, "README.md")
    assert "(Key, Secret, Passphrase)" in readme
    assert "private key in PEM" in readme
    source = text_of(made, "sdk.go")
    assert 'parts: []payloadPart{{value: "group", encoding: "raw", parts: []payloadPart{{value: "key", encoding: "raw"}}}}' in source
    assert "number: true" in source
    assert 'DefaultBaseURL = "https://sandbox.example.com"' in source


def test_a_strangers_name_is_no_markup(hostile: SdkSource) -> None:
    assert "Hostile // \\<b\\> \\# x" in text_of(hostile, "README.md")


def test_an_api_without_operations_and_servers_has_an_sdk(hostile_api: Api, options: SdkOptions) -> None:
    made = emit(replace(hostile_api, operations=(), types=(), servers=(), channels=(), messages=(), requests=()), options)
    assert (made.operations, made.types, made.fields) == (0, 0, 0)
    assert "## Quick start\n\n" in text_of(made, "README.md")


def test_a_placement_goes_only_where_it_is_declared(hostile_api: Api, options: SdkOptions) -> None:
    recipe = replace(options.recipe, only_declared=True) if options.recipe else None
    made = emit(hostile_api, replace(options, recipe=recipe))
    orders = text_of(made, "orders_service.go")
    assert re.search(r"placed: +\[\]int\{0, 1, 2\},", orders)
    assert re.search(r"placed: +\[\]int\{0, 1\},", orders)


def test_what_signing_fills_is_no_argument(hostile_api: Api, options: SdkOptions) -> None:
    # “signature” is required here, and filled by the recipe.
    required = tuple(
        replace(each, fields=tuple(replace(field, required=True) for field in each.fields))
        if isinstance(each, ObjectType) and each.name == Name(words=("new", "order"))
        else each
        for each in hostile_api.types
    )
    made = text_of(emit(replace(hostile_api, types=required), options), "types_n.go")
    assert 'Signature Optional[string] `wire:"signature" may:"absent"`' in made
    assert 'Flags []string `wire:"flags"`' in made


@pytest.mark.parametrize(
    ("spec", "operations"),
    [
        pytest.param("binance/spot-openxapi.yaml", 382, id="binance-spot"),
        pytest.param("kucoin/spot.json", 70, id="kucoin-spot"),
        pytest.param("coinbase/prime.yaml", 103, id="coinbase-prime"),
        pytest.param("kraken/futures-rest.yaml", 55, id="kraken-futures"),
    ],
)
def test_real_descriptions_lose_nothing_and_stay_small(specs_folder: Path, options: SdkOptions, spec: str, operations: int) -> None:

    api = load((specs_folder / spec).read_bytes())
    made = emit(api, options)
    assert made.operations == operations == api.declared_operations
    assert made.types == len(api.types)
    assert made.fields == api.declared_fields
    assert len(made.files) < 90
    assert sum(len(file.content) for file in made.files) < 3_000_000


@pytest.mark.parametrize(
    ("items", "item"),
    [
        pytest.param("data.list", "Filter", id="described"),
        pytest.param("data.nowhere", "json.RawMessage", id="not-described"),
        pytest.param("next", "json.RawMessage", id="no-list"),
        pytest.param("data[0].list", "json.RawMessage", id="no-list-on-the-way"),
    ],
)
def test_an_iterator_gives_what_the_description_says(hostile_api: Api, options: SdkOptions, items: str, item: str) -> None:
    paging = {"listOrders": Pagination(kind=Paging.OFFSET, argument="query.page", items=items, first=3)}
    made = emit(hostile_api, replace(options, behaviour=Behaviour(paging=paging)))
    service = text_of(made, "orders_service.go")
    assert f"IterListOrders(ctx context.Context, params ListOrdersParams) iter.Seq2[{item}, error]" in service
    assert ('"encoding/json"' in service) == (item == "json.RawMessage")
    assert "\tfirst:    3,\n" in service
    assert "var exchangeBehaviour = behaviour{}" in text_of(made, "exchange.go")


def test_an_operation_without_arguments_can_not_be_paged(hostile_api: Api, options: SdkOptions) -> None:
    paging = {"tell time": Pagination(kind=Paging.PAGE, argument="query.page", items="")}
    assert "IterTellTime" not in text_of(emit(hostile_api, replace(options, behaviour=Behaviour(paging=paging))), "type_service.go")


def test_an_exchange_s_own_words_are_quoted(hostile: SdkSource) -> None:
    exchange = text_of(hostile, "exchange.go")
    assert 'case "quote\\"\\u000a`",\n\t\t"busy":\n\t\treturn RefusalUnavailable\n' in exchange
    assert 'places{"code"' not in exchange
    assert 'success: []condition{{place: "ok", texts: []string{"true", "\\""}}}' in exchange
    assert '\tweights: []int{5, 1},\n\torderID: "body.note",\n' in text_of(hostile, "orders_service.go")


def test_the_readme_says_what_is_repeated_and_limited(hostile: SdkSource) -> None:
    readme = text_of(hostile, "README.md")
    assert "only where twice is once: GET, HEAD, `CancelAll` |" in readme
    assert "client order id (`PlaceOrder`: `body.note`)" in readme
    assert "10 in 1 s: all" in readme
    assert 'BaseURL: os.Getenv("API_URL"), // empty: the exchange itself' in readme
    assert "Nothing is sent twice" not in readme
