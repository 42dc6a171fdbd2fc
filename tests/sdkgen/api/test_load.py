"""Whole descriptions: versions, counts, Swagger 2.0, real exchanges."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Encoding, IssueKind, ListOf, Location, ObjectType, Scalar, ScalarKind
from sdkgen.errors import DescriptionError
from tests.simulators.descriptions import api_of, description, fields, named, operation, reference, rules

TEXT = Scalar(kind=ScalarKind.STRING)


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0", "3.1"])
def test_every_version_since_3_0_is_read(version: str) -> None:
    api = api_of(version=version)
    assert (api.title, api.version, len(api.operations), api.issues) == ("Shop", "1", 1, ())


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"openapi": "4.0.0", "paths": {}}, "version “4.0.0” of OpenAPI is not known"),
        ({"openapi": "1.2", "paths": {}}, "is not known"),
        ({"asyncapi": "3.0.0"}, "describes no channel under “channels”"),
        ({"asyncapi": "1.2.0", "channels": {"a": {}}}, "version “1.2.0” of AsyncAPI is not known"),
        ({"name": "x"}, "neither “openapi”, “swagger” nor “asyncapi”"),
        ({"openapi": "3.1.0"}, "describes no operation under “paths”"),
        ({"openapi": "3.1.0", "paths": {}}, "describes no operation"),
        ({"openapi": "3.1.0", "paths": {"/a": {"summary": "x"}}}, "describes no operation"),
        ({"openapi": "3.1.0", "paths": ["/a"]}, "describes no operation"),
        ({"openapi": "3.1.0", "webhooks": {"filled": {"post": {}}}}, "describes no operation"),
    ],
)
def test_what_is_no_description_is_one_clear_line(document: dict[str, Any], message: str) -> None:
    with pytest.raises(DescriptionError) as raised:
        load(json.dumps(document).encode(), source="shop.json")
    assert message in str(raised.value)
    assert "shop.json" in str(raised.value)


def test_the_digest_is_that_of_the_bytes() -> None:
    data = json.dumps(description()).encode()
    assert load(data).digest == hashlib.sha256(data).hexdigest()


def test_the_same_bytes_give_the_same_model() -> None:
    data = json.dumps(description(schemas={"A": {"properties": {"b": {"enum": ["x", "X"]}}}})).encode()
    assert load(data) == load(data)


def test_keys_that_stand_twice_are_told_with_their_line() -> None:
    api = load(
        b"openapi: 3.0.0\npaths:\n  /a:\n    get:\n      summary: x\n      summary: y\n      responses: {'200': {description: ok}}\n"
    )
    assert api.operations[0].summary == "y"
    assert [(issue.rule, issue.line, issue.kind) for issue in api.issues] == [("duplicate-key", 6, IssueKind.REPAIRED)]


def test_messages_carry_no_control_characters() -> None:
    api = api_of(schemas={"A": {"type": "a\x1b[31m\nb\u202e" + "x" * 500}})
    [issue] = api.issues
    assert issue.message.isprintable()
    assert len(issue.message) < 250


SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "Old", "version": 2},
    "host": "api.old.example",
    "basePath": "/v1/",
    "schemes": ["http", "https", "wss"],
    "consumes": ["application/json"],
    "produces": ["application/json", "text/csv"],
    "securityDefinitions": {"basic": {"type": "basic"}, "key": {"type": "apiKey", "in": "query", "name": "key"}, "odd": {"type": "magic"}},
    "security": [{"key": []}],
    "parameters": {"page": {"name": "page", "in": "query", "type": "integer", "default": 1, "format": "int64"}},
    "responses": {"Bad": {"description": "bad", "schema": {"$ref": "#/definitions/Error"}}},
    "definitions": {
        "Error": {"type": "object", "properties": {"code": {"type": "integer"}}},
        "Order": {"type": "object", "properties": {"side": {"type": "string", "enum": ["BUY"]}}},
    },
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
                    {"name": "many", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                    {"name": "X-A", "in": "header", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/Order"}},
                        "examples": {"application/json": [{"side": "BUY"}]},
                    },
                    "400": {"$ref": "#/responses/Bad"},
                    "204": {"description": "none"},
                },
            },
            "post": {
                "operationId": "placeOrder",
                "parameters": [{"name": "order", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Order"}}],
                "responses": {"200": {"description": "ok"}},
            },
        },
        "/upload": {
            "post": {
                "operationId": "upload",
                "security": [],
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"name": "file", "in": "formData", "type": "file", "required": True, "description": "Proof."},
                    {"name": "note", "in": "formData", "type": "string"},
                ],
                "responses": {"200": {"description": "ok"}},
            },
            "put": {
                "operationId": "form",
                "parameters": [{"name": "a", "in": "formData", "type": "string"}],
                "responses": {"200": {"description": "ok"}},
            },
        },
    },
}


def test_swagger_2_is_read_into_the_same_model() -> None:
    api = load(json.dumps(SWAGGER).encode())
    assert (api.title, api.version, api.servers) == ("Old", "2", ("https://api.old.example/v1", "http://api.old.example/v1"))
    assert [(scheme.id, scheme.kind, scheme.location, scheme.scheme) for scheme in api.security_schemes] == [
        ("basic", "http", None, "basic"),
        ("key", "apiKey", Location.QUERY, None),
        ("odd", "apiKey", None, None),
    ]
    assert rules(api) == [("repaired", "unknown-security-kind")]
    assert (api.declared_operations, api.declared_fields) == (4, 5)


def test_parameters_of_swagger_2() -> None:
    found = {parameter.wire_name: parameter for parameter in operation(load(json.dumps(SWAGGER).encode()), "listOrders").parameters}
    assert (found["page"].type, found["page"].default) == (Scalar(kind=ScalarKind.INTEGER, format="int64"), "1")
    assert [(key, found[key].style, found[key].explode) for key in ("ids", "many", "X-A")] == [
        ("ids", "pipeDelimited", False),
        ("many", "form", True),
        ("X-A", "simple", False),
    ]


def test_answers_of_swagger_2() -> None:
    found = operation(load(json.dumps(SWAGGER).encode()), "listOrders")
    ok, bad, none = found.responses
    assert [(content.media_type, content.encoding, content.type) for content in ok.contents] == [
        ("application/json", Encoding.JSON, ListOf(items=reference("order"))),
        ("text/csv", Encoding.TEXT, TEXT),
    ]
    assert [example.value for example in ok.contents[0].examples] == ['[{"side":"BUY"}]']
    assert bad.contents[0].type == reference("error")
    assert none.contents == ()
    assert found.signed


def test_bodies_of_swagger_2() -> None:
    api = load(json.dumps(SWAGGER).encode())
    placed, uploaded, form = (operation(api, identity) for identity in ("placeOrder", "upload", "form"))
    assert placed.body is not None
    assert [(content.media_type, content.type) for content in placed.body.contents] == [("application/json", reference("order"))]
    assert uploaded.body is not None
    assert (uploaded.body.contents[0].encoding, uploaded.body.required, uploaded.signed) == (Encoding.MULTIPART, True, False)
    assert [(field.wire_name, field.type, field.required) for field in fields(api, "UploadRequest").values()] == [
        ("file", Scalar(kind=ScalarKind.BINARY), True),
        ("note", TEXT, False),
    ]
    assert form.body is not None
    assert (form.body.contents[0].media_type, form.body.required) == ("application/x-www-form-urlencoded", False)


def test_examples_and_defaults_are_held_against_their_types() -> None:
    schemas = {
        "Text": {"type": "object", "properties": {"a": {"type": "string"}}, "example": '{"a": "1.10"}'},
        "Number": {
            "properties": {
                "text": {"type": "string", "example": 1.25, "default": 5},
                "whole": {"type": "integer", "example": "7", "default": "x"},
                "list": {"type": "string", "example": ["a", "b"]},
                "wrong": {"type": "boolean", "example": "maybe", "default": None},
            }
        },
        "Wrong": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}, "example": {"b": 1}},
    }
    api = load(json.dumps(description(schemas=schemas)).encode())
    text, found = named(api, "Text"), fields(api, "Number")
    assert isinstance(text, ObjectType)
    assert [example.value for example in text.examples] == ['{"a":"1.10"}']
    assert {key: [example.value for example in field.examples] for key, field in found.items()} == {
        "text": ['"1.25"'],
        "whole": ["7"],
        "list": ['"a"', '"b"'],
        "wrong": [],
    }
    assert {key: field.default for key, field in found.items()} == {"text": '"5"', "whole": None, "list": None, "wrong": None}
    wrong = named(api, "Wrong")
    assert isinstance(wrong, ObjectType)
    assert wrong.examples == ()
    assert sorted(rules(api)) == [
        ("noted", "default-does-not-fit"),
        ("noted", "example-does-not-fit"),
        ("noted", "example-does-not-fit"),
        ("repaired", "default-of-other-type"),
        ("repaired", "example-of-other-type"),
        ("repaired", "example-of-other-type"),
        ("repaired", "example-of-other-type"),
        ("repaired", "list-of-examples"),
    ]


def rest_descriptions(folder: Path) -> list[dict[str, Any]]:
    """All but the largest, which take too long under a coverage tracer and show nothing that the others don't."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return [entry for entry in manifest if entry["kind"] != "asyncapi" and entry["bytes"] < 700_000]


def test_real_descriptions_lose_no_operation_and_no_field(specs_folder: Path) -> None:
    spread_over_files = {"nobitex/rest.yaml"}
    for entry in rest_descriptions(specs_folder):
        api = load((specs_folder / entry["file"]).read_bytes(), source=entry["file"])
        known = sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType))
        assert known == api.declared_fields, entry["file"]
        assert api.declared_operations == entry["operations"], entry["file"]
        if entry["file"] not in spread_over_files:
            assert len(api.operations) == entry["operations"], entry["file"]
            assert not [issue for issue in api.issues if issue.kind is IssueKind.REFUSED], entry["file"]
        keys = ["".join(declared.name.words) for declared in api.types]
        assert len(set(keys)) == len(keys), entry["file"]
        assert len({"".join(found.name.words) for found in api.operations}) == len(api.operations), entry["file"]
        assert all(issue.line for issue in api.issues), entry["file"]


def test_a_description_spread_over_files_is_refused_part_by_part(specs_folder: Path) -> None:
    api = load((specs_folder / "nobitex/rest.yaml").read_bytes())
    assert (len(api.operations), api.declared_operations) == (0, 28)
    assert {rule for _, rule in rules(api)} == {"remote-reference"}


def test_binance_loads_fast(specs_folder: Path) -> None:
    data = (specs_folder / "binance/spot-openxapi.yaml").read_bytes()
    began = time.process_time()
    assert len(load(data).operations) == 382
    assert time.process_time() - began < 8  # 0.7 s on a quiet machine; the bound leaves room for a busy one


def test_loading_imports_nothing_heavy() -> None:
    program = (
        "import sys, sdkgen.api.load; print([name for name in ('yaml', 'pydantic', 'httpx', 'jsonpath_rfc9535') if name in sys.modules])"
    )
    run = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_description_of_webhooks_alone_gives_the_types_of_what_the_exchange_sends() -> None:
    schemas = {"OrderFilled": {"type": "object", "properties": {"price": {"type": "string"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/OrderFilled"}}}}
    document = {"openapi": "3.1.0", "webhooks": {"filled": {"post": {"requestBody": body}}}, "components": {"schemas": schemas}}
    api = load(json.dumps(document).encode())
    assert (api.operations, [declared.name.pascal() for declared in api.types]) == ((), ["OrderFilled"])
    assert [(issue.kind.value, issue.rule) for issue in api.issues] == [("noted", "webhook")]
