"""Descriptions in several files: what is put together, what is left alone, and what is never read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from certification.errors import FetchError, NotThereError
from certification.profile import SpecSource
from certification.specs.bundle import FILES, MOST_FILES, Bundle, bundle
from certification.specs.fetch import fetch, read_bundle
from certification.specs.fetched import Bounds, Fetched, NotModified
from certification.specs.history import History
from sdkgen.api.load import load
from tests.simulators.description_server import Page, description_server

TOP = """\
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders/{id}: {$ref: ./paths/orders.yaml}
  /gone: {$ref: ./paths/gone.yaml}
components:
  schemas:
    Side: {type: string, enum: [buy, sell]}
"""
ORDERS = """\
get:
  operationId: getOrder
  parameters: [{$ref: '../parameters.yaml#/id'}]
  responses:
    '200':
      description: ok
      content: {application/json: {schema: {$ref: ../schemas/Order.yaml}, example: {$ref: ../schemas/Order.yaml}}}
"""
ORDER = """\
type: object
properties:
  price: {type: number, example: 1.10}
  parent: {$ref: '#'}
  fill: {$ref: 'Fill.json#/definitions/fill'}
"""
FILL = '{"definitions": {"fill": {"type": "object", "properties": {"items": {"$ref": "Order.yaml"}, "fee": {"$ref": "#/definitions/fee"}}},'
FILL += ' "fee": {"type": "object", "properties": {"paid": {"type": "number"}}}}}'
PARAMETERS = "id: {name: id, in: path, required: true, schema: {type: string}}\n"
SHOP = {
    "paths/orders.yaml": ORDERS,
    "schemas/Order.yaml": ORDER,
    "schemas/Fill.json": FILL,
    "parameters.yaml": PARAMETERS,
}


def bundled(top: str, files: Mapping[str, str]) -> Bundle:
    def read(path: str) -> bytes:
        if path not in files:
            raise NotThereError(f"{path}: there is no such file")
        return files[path].encode()

    return bundle(top.encode(), source="api.yaml", read=read)


def value_of(whole: Bundle) -> Any:
    return json.loads(whole.content)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in {"api.yaml": TOP, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "api.yaml"


def test_a_description_in_several_files_is_read_like_one_in_one() -> None:
    whole = bundled(TOP, SHOP)
    api = load(whole.content, source="api.yaml")
    assert [operation.id for operation in api.operations] == ["getOrder"]
    assert [declared.name.pascal() for declared in api.types] == ["Fee", "Fill", "Order", "Side"]
    assert [(issue.rule, issue.pointer) for issue in api.issues if issue.rule.endswith("reference")] == [
        ("remote-reference", "/paths/~1gone")
    ]
    assert set(whole.files) == set(SHOP)


def test_schemas_become_components_and_the_rest_stands_under_its_path() -> None:
    value = value_of(bundled(TOP, SHOP))
    schemas = value["components"]["schemas"]
    assert list(schemas) == ["Side", "Order", "fill", "fee"]
    assert schemas["Order"]["properties"]["parent"] == {"$ref": "#/components/schemas/Order"}
    assert schemas["fill"]["properties"]["items"] == {"$ref": "#/components/schemas/Order"}
    assert value["paths"]["/orders/{id}"] == {"$ref": "#/x-files/paths~1orders.yaml%23"}
    assert set(value[FILES]) == {"paths/orders.yaml#", "parameters.yaml#/id"}
    example = value[FILES]["paths/orders.yaml#"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert example == {"$ref": "../schemas/Order.yaml"}, "data, not a reference"


def test_numbers_keep_their_digits_and_every_value_has_a_line() -> None:
    text = bundled(TOP, SHOP).content.decode()
    assert '"example": 1.10' in text
    assert max(line.count(": ") for line in text.splitlines()) == 1


def test_a_component_that_is_only_a_reference_takes_in_what_it_refers_to() -> None:
    top = TOP + "    Trade: {$ref: schemas/Order.yaml}\n"
    schemas = value_of(bundled(top, SHOP))["components"]["schemas"]
    assert schemas["Trade"]["properties"]["parent"] == {"$ref": "#/components/schemas/Trade"}
    assert "Order" not in schemas


@pytest.mark.parametrize(
    ("files", "name"),
    [
        pytest.param({"a/Side.yaml": "{type: string}"}, "a_Side", id="folder"),
        pytest.param({"Side.yaml": "{type: string}"}, "Side_2", id="number"),
        pytest.param({"a/b.yaml#/Side": "{Side: {type: string}}"}, "b_Side", id="file"),
    ],
)
def test_schemas_of_one_name_are_told_apart(files: dict[str, str], name: str) -> None:
    (reference,) = files
    top = f"{TOP}    Holder: {{properties: {{side: {{$ref: '{reference}'}}}}}}\n"
    value = value_of(bundled(top, {reference.partition("#")[0]: files[reference]}))
    assert value["components"]["schemas"][name] == {"type": "string"}
    assert value["components"]["schemas"]["Holder"]["properties"]["side"] == {"$ref": f"#/components/schemas/{name}"}


def test_swagger_has_its_own_place_for_schemas() -> None:
    top = "{swagger: '2.0', info: {title: T, version: '1'}, paths: {}, definitions: {A: {properties: {b: {$ref: B.json}}}}}"
    assert value_of(bundled(top, {"B.json": "{}"}))["definitions"]["B"] == {}


@pytest.mark.parametrize(
    "reference",
    [
        "#/components/schemas/Side",
        "http://169.254.169.254/latest.yaml",
        "//example.com/a.yaml",
        "/etc/passwd.yaml",
        "../outside.yaml",
        "a/../../outside.yaml",
        "%2e%2e/outside.yaml",
        "..\\outside.yaml",
        "file:///etc/x.yaml",
        "passwords.txt",
        "there.yaml#/not/there",
    ],
)
def test_what_is_in_the_document_or_none_of_its_business_stays_a_reference(reference: str) -> None:
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return b"{}"

    top = json.dumps({"openapi": "3.0.3", "paths": {"/a": {"$ref": reference}, "/b": {"$ref": "b.yaml"}}})
    whole = bundle(top.encode(), source="api.yaml", read=read)
    assert value_of(whole)["paths"]["/a"] == {"$ref": reference}
    assert set(asked) <= {"b.yaml", "there.yaml"}


def test_a_whole_description_keeps_its_bytes() -> None:
    for top in (
        "{openapi:  3.0.3, paths: {/a: {$ref: '#/paths/~1b'}}}",
        "{openapi: 3.0.3, paths: {/a: {$ref: 'gone.yaml'}}}",
        "$ref: a: b",
    ):
        assert bundled(top, {}) == Bundle(content=top.encode(), files=())


def test_a_neighbour_that_is_no_description_part_stays_a_reference() -> None:
    assert bundled(TOP, {"paths/orders.yaml": "- 1\n"}).files == ()


def test_too_many_files_are_refused_with_advice() -> None:
    chain = {f"{number}.yaml": f"{{$ref: {number + 1}.yaml}}" for number in range(MOST_FILES + 2)}
    with pytest.raises(FetchError, match=r"api.yaml: refers to more than 2,000 other files; bundle it"):
        bundled("{openapi: 3.0.3, paths: {/a: {$ref: 0.yaml}}}", chain)


def test_a_file_is_fetched_with_its_neighbours_and_changes_with_them(tmp_path: Path) -> None:
    top = write(tmp_path, SHOP)
    history = History(tmp_path / "history")
    fetched = fetch(SpecSource(file="api.yaml"), folder=tmp_path)
    assert isinstance(fetched, Fetched)
    assert fetched.content == read_bundle(top).content
    snapshot = history.record("shop", fetched, overlays=())
    assert isinstance(fetch(SpecSource(file="api.yaml"), folder=tmp_path, previous=snapshot), NotModified)
    (tmp_path / "parameters.yaml").write_text(PARAMETERS.replace("string", "integer"))
    assert isinstance(fetch(SpecSource(file="api.yaml"), folder=tmp_path, previous=snapshot), Fetched)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("get: {operationId: secret}")
    top = write(tmp_path / "shop", SHOP | {"paths/orders.yaml": ORDERS})
    (tmp_path / "shop/paths/gone.yaml").symlink_to(tmp_path / "secret.yaml")
    assert b"secret" not in read_bundle(top).content


def test_neighbours_come_over_http_with_the_description_and_leave_no_etag() -> None:
    with description_server() as server:
        server.pages["/v1/api.yaml"] = Page(body=TOP.encode(), etag='"1"')
        server.pages |= {f"/v1/{name}": Page(body=text.encode()) for name, text in SHOP.items()}
        fetched = fetch(SpecSource(url=f"{server.url}/v1/api.yaml"), folder=Path(), allow_private=True)
        assert isinstance(fetched, Fetched)
        assert fetched.content == bundled(TOP, SHOP).content
        assert fetched.etag is None


def test_a_neighbour_that_can_not_be_read_just_now_ends_the_fetch() -> None:
    with description_server() as server:
        server.pages = {"/api.yaml": Page(body=TOP.encode()), "/paths/orders.yaml": Page(status=503)}
        with pytest.raises(FetchError, match="503"):
            fetch(SpecSource(url=f"{server.url}/api.yaml"), folder=Path(), allow_private=True)


def test_neighbours_share_the_bounds_of_the_description() -> None:
    with description_server() as server:
        server.pages = {"/api.yaml": Page(body=TOP.encode()), "/paths/orders.yaml": Page(body=b"get: {summary: '" + b"x" * 900 + b"'}")}
        with pytest.raises(FetchError, match="larger than"):
            fetch(SpecSource(url=f"{server.url}/api.yaml"), folder=Path(), allow_private=True, bounds=Bounds(max_bytes=900))
