"""What official descriptions get wrong is read as it is meant, and the overlay lines that a finding gives mend it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api, IssueKind

ORDER = {"type": "object", "properties": {"price": {"type": "string"}, "id": {"type": "integer"}}}
OK = {"200": {"description": "ok", "content": {"application/json": {"schema": ORDER}}}}


def openapi(operation: Any, *, path: str = "/orders", method: str = "get", item: dict[str, Any] | None = None, **more: Any) -> Any:
    document = {"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "servers": [{"url": "https://api.shop.example"}]}
    return document | {"paths": {path: {method: operation, **(item or {})}}} | more


def swagger(operation: Any, *, path: str = "/orders", method: str = "get", **more: Any) -> Any:
    document = {"swagger": "2.0", "info": {"title": "Shop", "version": "1"}, "host": "api.shop.example"}
    return document | {"paths": {path: {method: operation}}} | more


def query(name: Any = "x", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, **more}


def taking(*parameters: Any, path: str = "/orders", method: str = "get") -> Any:
    return openapi({"responses": OK, "parameters": list(parameters)}, path=path, method=method)


def posting(body: Any) -> Any:
    return openapi({"requestBody": body, "responses": OK}, method="post")


def answering(answers: Any, **more: Any) -> Any:
    return openapi({"responses": answers}, **more)


JSON_ORDER = {"content": {"application/json": {"schema": ORDER}}}
COMPONENTS: dict[str, Any] = {"components": {"schemas": {"Order": ORDER}}}
REFERENCE = {"$ref": "#/components/schemas/Order"}
FORM = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
SIMPLE = openapi({"responses": OK})
PAGE = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/cursor"}}}
SHARED_AMONG_SCHEMAS: dict[str, Any] = {"components": {"schemas": {"cursor": query("cursor"), "Page": PAGE}}}
SHARED: dict[str, Any] = {
    "components": {"parameters": {"cursor": query("cursor")}, "schemas": {"cursor": {"type": "string"}, "Page": PAGE}}
}
"""A parameter that operations share, and whose schema is a field's as well."""
BAD = {"default": {"description": "bad"}}

REPAIRS = [
    pytest.param(
        answering({"200": {"description": "ok", "content": {"application/json": {"schema": REFERENCE}}}}, definitions={"Order": ORDER}),
        answering({"200": {"description": "ok", "content": {"application/json": {"schema": REFERENCE}}}}, **COMPONENTS),
        "swagger-section",
        id="definitions in OpenAPI 3",
    ),
    pytest.param({**SIMPLE, "paths": [SIMPLE["paths"]]}, SIMPLE, "list-of-paths", id="list of paths"),
    pytest.param(
        openapi({"responses": OK, "parameters": [{"$ref": "#/components/schemas/cursor"}, query("y")]}, **SHARED_AMONG_SCHEMAS),
        openapi({"responses": OK, "parameters": [{"$ref": "#/components/parameters/cursor"}, query("y")]}, **SHARED),
        "parameter-among-schemas",
        id="parameter among the schemas",
    ),
    pytest.param(
        openapi({"responses": OK}, item={"parameters": [{"$ref": "#/components/schemas/cursor"}]}, **SHARED_AMONG_SCHEMAS),
        openapi({"responses": OK}, item={"parameters": [{"$ref": "#/components/parameters/cursor"}]}, **SHARED),
        "parameter-among-schemas",
        id="a path's parameter among the schemas",
    ),
    pytest.param({**SIMPLE, "servers": "https://api.shop.example"}, SIMPLE, "servers-are-no-list", id="server as text"),
    pytest.param({**SIMPLE, "servers": {"url": "https://api.shop.example"}}, SIMPLE, "servers-are-no-list", id="one server"),
    pytest.param({**SIMPLE, "servers": ["https://api.shop.example"]}, SIMPLE, "server-is-text", id="list of texts"),
    pytest.param({**SIMPLE, "servers": [{"url": " api.shop.example "}]}, SIMPLE, "server-without-scheme", id="no scheme"),
    pytest.param(
        swagger({"responses": BAD}, host="https://api.shop.example/v1/"),
        swagger({"responses": BAD}, host="api.shop.example", schemes=["https"], basePath="/v1/"),
        "host-is-a-url",
        id="URL as host",
    ),
    pytest.param(
        openapi({"responses": OK, "security": "key"}, components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}),
        openapi(
            {"responses": OK, "security": [{"key": []}]}, components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
        ),
        "security-is-a-name",
        id="security as a name",
    ),
    pytest.param(
        openapi({"responses": OK, "security": {}}), openapi({"responses": OK, "security": [{}]}), "security-is-no-list", id="object"
    ),
    pytest.param(openapi(None), openapi({}), "empty-operation", id="operation without anything"),
    pytest.param(
        openapi({"responses": OK, "operationId": 7}), openapi({"responses": OK, "operationId": "7"}), "operation-id-is-no-text", id="7"
    ),
    pytest.param(openapi({"responses": OK, "tags": "a"}), openapi({"responses": OK, "tags": ["a"]}), "tags-are-no-list", id="tag as text"),
    pytest.param(
        openapi({"responses": OK, "tags": [{"name": "a"}]}), openapi({"responses": OK, "tags": ["a"]}), "tag-is-an-object", id="tag object"
    ),
    pytest.param(
        openapi({"responses": OK, "deprecated": "True"}), openapi({"responses": OK, "deprecated": True}), "flag-is-text", id="deprecated"
    ),
    pytest.param(openapi({"responses": OK, "deprecated": "2020"}), SIMPLE, "flag-is-text", id="deprecated since"),
    pytest.param(openapi({"responses": OK, "parameters": None}), SIMPLE, "empty-parameters", id="null parameters"),
    pytest.param(
        openapi({"responses": OK, "parameters": {"x": {"in": "query", "schema": {"type": "string"}}}}),
        taking(query()),
        "parameters-are-no-list",
        id="parameters by name",
    ),
    pytest.param(openapi({"responses": OK, "parameters": query()}), taking(query()), "parameters-are-no-list", id="one parameter"),
    pytest.param(taking(None, [query()]), taking(query()), "parameters-are-no-list", id="lists in lists"),
    pytest.param(taking(query(name=7)), taking(query(name="7")), "name-is-no-text", id="number as name"),
    pytest.param(taking(query(name=" x ")), taking(query()), "blank-around-name", id="blanks"),
    pytest.param(taking(query() | {"in": "queryString"}), taking(query()), "wrong-parameter-place", id="misspelt place"),
    pytest.param(
        taking({"name": "id", "required": True, "schema": {}}, path="/orders/{id}"),
        taking({"name": "id", "required": True, "schema": {}, "in": "path"}, path="/orders/{id}"),
        "wrong-parameter-place",
        id="no place, in the template",
    ),
    pytest.param(taking({"name": "x", "schema": {"type": "string"}}), taking(query()), "wrong-parameter-place", id="no place"),
    pytest.param(taking(query() | {"in": "url"}), taking(query()), "wrong-parameter-place", id="no such place in the path"),
    pytest.param(taking(query(required="Yes")), taking(query(required=True)), "flag-is-text", id="required as text"),
    pytest.param(
        openapi({"responses": OK, "parameters": ["#/components/parameters/x"]}, components={"parameters": {"x": query()}}),
        openapi({"responses": OK, "parameters": [{"$ref": "#/components/parameters/x"}]}, components={"parameters": {"x": query()}}),
        "reference-is-text",
        id="reference as text",
    ),
    pytest.param(
        taking({"name": "order", "in": "body", "required": True, "schema": ORDER}, query(), method="post"),
        openapi(
            {"responses": OK, "parameters": [query()], "requestBody": {"required": True, **JSON_ORDER, "description": ""}}, method="post"
        ),
        "body-among-parameters",
        id="body among parameters",
    ),
    pytest.param(
        taking({"name": "a", "in": "formData", "required": True, "type": "string"}, method="post"),
        openapi(
            {
                "responses": OK,
                "parameters": [],
                "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
            },
            method="post",
        ),
        "body-among-parameters",
        id="form among parameters",
    ),
    pytest.param(
        swagger({"responses": BAD, "parameters": [{"in": "body", "schema": ORDER}]}, method="post"),
        swagger({"responses": BAD, "parameters": [{"in": "body", "name": "body", "schema": ORDER}]}, method="post"),
        "body-without-name",
        id="body without name",
    ),
    pytest.param(
        swagger({"responses": BAD, "parameters": [{"name": "order", "schema": ORDER}]}, method="post"),
        swagger({"responses": BAD, "parameters": [{"name": "order", "schema": ORDER, "in": "body"}]}, method="post"),
        "wrong-parameter-place",
        id="body without place",
    ),
    pytest.param(posting({"schema": ORDER}), posting(JSON_ORDER), "body-without-media-type", id="schema in body"),
    pytest.param(posting({"application/json": {"schema": ORDER}}), posting(JSON_ORDER), "media-types-outside-content", id="no content"),
    pytest.param(posting(ORDER), posting(JSON_ORDER), "schema-as-body", id="body is a schema"),
    pytest.param(posting({"content": {"schema": ORDER}}), posting(JSON_ORDER), "content-without-media-type", id="no media type"),
    pytest.param(posting({"content": {"application/json": ORDER}}), posting(JSON_ORDER), "schema-as-media-type", id="no schema word"),
    pytest.param(
        posting({"content": {"application/json": None}}),
        posting({"content": {"application/json": {}}}),
        "empty-media-type",
        id="null media",
    ),
    pytest.param(
        openapi({"responses": {"200": REFERENCE}}, **COMPONENTS),
        openapi({"responses": {"200": {"content": {"application/json": {"schema": REFERENCE}}}}}, **COMPONENTS),
        "schema-as-body",
        id="answer refers to a schema",
    ),
    pytest.param(answering({"200": None}), answering({"200": {}}), "empty-response", id="null answer"),
    pytest.param(answering({"200": "fine"}), answering({"200": {"description": "fine"}}), "response-is-text", id="answer as text"),
    pytest.param(answering({"200 OK": OK["200"]}), SIMPLE, "wrong-status", id="status with words"),
    pytest.param(answering({"success": OK["200"]}), SIMPLE, "wrong-status", id="status as a word"),
    pytest.param(
        answering({"400, 404": {"description": "bad"}}),
        answering({"400": {"description": "bad"}, "404": {"description": "bad"}}),
        "wrong-status",
        id="two in one",
    ),
    pytest.param(
        answering({"4**": {"description": "bad"}}), answering({"4XX": {"description": "bad"}}), "wrong-status", id="range with stars"
    ),
    pytest.param(answering([{"code": 200, **OK["200"]}]), SIMPLE, "list-of-responses", id="list with codes"),
    pytest.param(answering([OK]), SIMPLE, "list-of-responses", id="list of objects"),
    pytest.param(
        swagger({"responses": {"200": {"content": {"application/json": {"schema": ORDER}}}}}),
        swagger({"responses": {"200": {"schema": ORDER}}}),
        "content-in-swagger",
        id="content in Swagger 2.0",
    ),
    pytest.param(
        swagger({"responses": {"200": {"$ref": "#/definitions/Order"}}}, definitions={"Order": ORDER}),
        swagger({"responses": {"200": {"schema": {"$ref": "#/definitions/Order"}}}}, definitions={"Order": ORDER}),
        "schema-as-response",
        id="answer refers to a schema in Swagger 2.0",
    ),
]

PRICE = {"type": "string"}


def holding(schema: Any, **more: Any) -> Any:
    """A description whose schema ``Holder`` has a property of that schema."""
    schemas = {"Holder": {"type": "object", "properties": {"x": schema}}, "Order": ORDER, "Side": {"enum": ["BUY", "SELL"]}}
    return openapi({"responses": OK}, components={"schemas": schemas}, **more)


def component(schema: Any) -> Any:
    return openapi({"responses": OK}, components={"schemas": {"Holder": schema, "Order": ORDER}})


PROPERTIES = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
OF_SCHEMAS = [
    pytest.param(holding(None), holding({}), "schema-is-no-object", id="null"),
    pytest.param(holding("string"), holding(PRICE), "schema-is-no-object", id="a type's name"),
    pytest.param(holding("Order"), holding(REFERENCE), "schema-is-no-object", id="a component's name"),
    pytest.param(holding("#/components/schemas/Order"), holding(REFERENCE), "schema-is-no-object", id="a reference's text"),
    pytest.param(holding([PRICE]), holding(PRICE), "schema-is-no-object", id="list of one"),
    pytest.param(holding({"type": "Order"}), holding(REFERENCE), "type-in-words", id="component as type"),
    pytest.param(holding({"type": "string[]"}), holding({"type": "array", "items": PRICE}), "type-in-words", id="string[]"),
    pytest.param(holding({"type": "Array<Order>"}), holding({"type": "array", "items": REFERENCE}), "type-in-words", id="Array<Order>"),
    pytest.param(
        holding({"type": "array of decimal"}),
        holding({"type": "array", "items": {"type": "number"}}),
        "type-in-words",
        id="array of decimal",
    ),
    pytest.param(
        holding({"type": "map<string, long>"}),
        holding({"type": "object", "additionalProperties": {"type": "integer"}}),
        "type-in-words",
        id="map",
    ),
    pytest.param(holding({"type": "string | null"}), holding({**PRICE, "nullable": True}), "type-in-words", id="or null"),
    pytest.param(holding({"type": "Int or String"}), holding({"type": ["integer", "string"]}), "type-in-words", id="one of two"),
    pytest.param(holding({"type": PRICE}), holding({"allOf": [PRICE]}), "type-is-a-schema", id="schema as type"),
    pytest.param(
        holding({"type": [PRICE, "integer"]}), holding({"anyOf": [PRICE, {"type": "integer"}]}), "type-is-a-schema", id="schemas as types"
    ),
    pytest.param(holding({**PRICE, "nullable": "true"}), holding({**PRICE, "nullable": True}), "flag-is-text", id="nullable as text"),
    pytest.param(holding({"oneOf": REFERENCE}), holding({"oneOf": [REFERENCE]}), "choice-is-no-list", id="choice of one"),
    pytest.param(holding({"allOf": [REFERENCE, None]}), holding({"allOf": [REFERENCE]}), "empty-choice", id="nothing in allOf"),
    pytest.param(holding({"anyOf": [], **PRICE}), holding(PRICE), "empty-choice", id="no choice"),
    pytest.param(holding({"ref": "#/components/schemas/Order"}), holding(REFERENCE), "ref-without-dollar", id="ref"),
    pytest.param(holding({"schema": PRICE}), holding(PRICE), "schema-in-schema", id="schema in schema"),
    pytest.param(
        component({"type": "object", "properties": [{"name": "a", **PRICE}, {"b": {"type": "integer"}}]}),
        component(PROPERTIES),
        "list-of-properties",
        id="list of properties",
    ),
    pytest.param(
        component({"type": "object", "properties": {"$ref": "#/components/schemas/Order", "a": PRICE}}),
        component({"type": "object", "properties": {"a": PRICE}, "allOf": [REFERENCE]}),
        "reference-among-properties",
        id="reference among properties",
    ),
    pytest.param(
        component({"type": "object", "a": PRICE, "b": {"type": "integer"}}), component(PROPERTIES), "properties-outside", id="outside"
    ),
    pytest.param(
        component({**PROPERTIES, "required": "a"}), component({**PROPERTIES, "required": ["a"]}), "required-is-text", id="one name"
    ),
    pytest.param(
        component({"type": "object", "properties": {"a": {**PRICE, "required": True}, "b": {"type": "integer", "required": "true"}}}),
        component({**PROPERTIES, "required": ["a", "b"]}),
        "required-flag",
        id="required flags",
    ),
    pytest.param(
        component({"type": "object", "properties": {"a": {**PRICE, "required": False}, "b": {"type": "integer"}}}),
        component(PROPERTIES),
        "required-flag",
        id="not required",
    ),
    pytest.param(
        holding({**PRICE, "enum": "BUY, SELL"}), holding({**PRICE, "enum": ["BUY", "SELL"]}), "enum-is-no-list", id="values in a text"
    ),
    pytest.param(holding({**PRICE, "enum": "BUY"}), holding({**PRICE, "enum": ["BUY"]}), "enum-is-no-list", id="one value"),
    pytest.param(
        holding({**PRICE, "enum": {"BUY": "to buy", "SELL": ""}}),
        holding({**PRICE, "enum": ["BUY", "SELL"]}),
        "enum-is-no-list",
        id="explained",
    ),
    pytest.param(
        component({**PROPERTIES, "additionalProperties": "False"}),
        component({**PROPERTIES, "additionalProperties": False}),
        "flag-is-text",
        id="F",
    ),
    pytest.param(
        component({**PROPERTIES, "additionalProperties": None}), component(PROPERTIES), "empty-additional-properties", id="null more"
    ),
    pytest.param(
        holding({"type": "array", "items": [PRICE]}), holding({"type": "array", "items": PRICE}), "list-of-items", id="items in a list"
    ),
    pytest.param(
        holding({"type": "array", "items": {"type": "object"}, "properties": {"a": PRICE}, "required": ["a"]}),
        holding({"type": "array", "items": {"type": "object", "properties": {"a": PRICE}, "required": ["a"]}}),
        "properties-of-list",
        id="properties beside items",
    ),
    pytest.param(
        holding({"type": "array", "anyOf": [REFERENCE]}),
        holding({"type": "array", "items": {"anyOf": [REFERENCE]}}),
        "list-without-items",
        id="choices of a list",
    ),
    pytest.param(
        holding({"type": "object", "properties": {"description": "What a fill costs.", "price": PRICE, "title": "string"}}),
        holding({"type": "object", "description": "What a fill costs.", "properties": {"price": PRICE, "title": {"type": "string"}}}),
        "text-among-properties",
        id="a sentence among the properties",
    ),
    pytest.param(
        holding({"type": "object", "title": "Fee", "properties": {"title": "What a fill costs.", "price": PRICE}}),
        holding({"type": "object", "title": "Fee", "properties": {"price": PRICE}}),
        "text-among-properties",
        id="a second title among the properties",
    ),
    pytest.param(holding({"type": "object", "items": PRICE}), holding({"type": "array", "items": PRICE}), "items-of-no-list", id="items"),
    pytest.param(
        holding({"oneOf": [REFERENCE, PRICE], "discriminator": "kind"}),
        holding({"oneOf": [REFERENCE, PRICE], "discriminator": {"propertyName": "kind"}}),
        "discriminator-is-text",
        id="discriminator as text",
    ),
    *(
        pytest.param(holding({"$ref": text}), holding(REFERENCE), "misspelt-reference", id=text)
        for text in (
            "#/definitions/Order",
            "#/components/schema/Order",
            "#/components/schemas/order",
            "#/schemas/Order",
            "#components/schemas/Order",
            "/components/schemas/Order",
            " #/components/schemas/Order ",
            "Order",
            "openapi.yaml#/components/schemas/Order",
            "https://api.shop.example/openapi.json#/components/schemas/Order",
        )
    ),
    pytest.param(
        swagger({"responses": {"200": {"description": "", "schema": REFERENCE}}}, definitions={"Order": ORDER}),
        swagger({"responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Order"}}}}, definitions={"Order": ORDER}),
        "misspelt-reference",
        id="OpenAPI 3's reference in Swagger 2.0",
    ),
]


def read(document: Any, *overlays: bytes) -> Api:
    return load(json.dumps(document).encode(), overlays=overlays)


def mends(api: Api) -> bytes:
    """An overlay of all that the issues advise."""
    actions = "\n".join(issue.mend for issue in api.issues if issue.mend)
    return f"overlay: 1.0.0\ninfo: {{title: mends, version: '1'}}\nactions:\n{actions}\n".encode()


def held(api: Api) -> object:
    return api.operations, api.types, api.servers, api.security_schemes, api.declared_operations, api.declared_fields


@pytest.mark.parametrize(("wrong", "right", "rule"), [*REPAIRS, *OF_SCHEMAS])
def test_a_flaw_is_read_as_it_is_meant_and_its_overlay_mends_it(wrong: Any, right: Any, rule: str) -> None:
    api, meant = read(wrong), read(right)
    repairs = {issue.rule: issue for issue in api.issues if issue.kind is IssueKind.REPAIRED}
    assert rule in repairs
    assert repairs[rule].mend
    assert held(api) == held(meant)
    mended = read(wrong, mends(api))
    assert held(mended) == held(meant)
    assert rule not in {issue.rule for issue in mended.issues}


@pytest.mark.parametrize(
    "document",
    [
        answering({"ok": {}, "200": {}}),
        answering({"10001": {}}),
        answering([7]),
        openapi({"responses": OK, "parameters": {"name": "x"}}),
        taking({"name": "x", "in": "moon", "schema": {}}),
        taking({"in": "query", "schema": {}}),
        openapi({"responses": OK, "security": 7}),
        posting({"content": {"json": {"schema": ORDER}}}),
    ],
)
def test_what_cannot_be_known_is_refused(document: Any) -> None:
    assert IssueKind.REFUSED in {issue.kind for issue in read(document).issues} or not read(document).operations[0].responses


def test_lines_of_a_mend_carry_nothing_that_commands_a_terminal() -> None:
    api = read(taking(query(name=" x\u202e\u0007\U000e0001 ")))
    [mend] = [issue.mend for issue in api.issues if issue.mend]
    assert mend.isascii()
    assert held(read(taking(query(name=" x\u202e\u0007\U000e0001 ")), mends(api))) == held(api)


def test_a_mend_too_long_to_copy_is_left_out() -> None:
    schema = {"type": "object", "properties": {f"field_{number}": {"type": "string"} for number in range(200)}}
    api = read(posting(schema))
    assert [(issue.rule, issue.mend) for issue in api.issues if issue.kind is IssueKind.REPAIRED] == [("schema-as-body", None)]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "anyOf": [REFERENCE, {"type": "array", "items": {"type": "string"}}]},
        {"type": "array", "anyOf": [{"$ref": "#/components/schemas/Gone"}]},
        {"type": "array", "oneOf": [{"minItems": 1}, {"maxItems": 3}]},
        {"type": "array", "items": {}, "anyOf": [REFERENCE]},
        {"type": "array", "allOf": []},
    ],
)
def test_a_list_whose_items_are_told_or_can_not_be_known_is_left_as_it_is(schema: dict[str, Any]) -> None:
    api = load(json.dumps(holding(schema)).encode())
    assert "list-without-items" not in {issue.rule for issue in api.issues}


def test_a_description_that_is_wrong_everywhere_is_read_in_bounded_time() -> None:
    wrong = component({"type": "object", "properties": {f"field_{number}": None for number in range(20_000)}})
    began = time.process_time()
    api = read(wrong)
    assert time.process_time() - began < 20  # 0.8 s on a quiet machine; a copy of the object for each repair would take minutes
    repairs = [issue for issue in api.issues if issue.rule == "schema-is-no-object"]
    assert len(repairs) == 20_000
    assert sum(issue.mend is not None for issue in repairs) == 1000
