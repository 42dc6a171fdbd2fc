"""What exchanges use in Swagger 2.0 and OpenAPI 3.0 to 3.2: what goes in, and what the model holds."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import Api, Encoding, ListOf, Location, Nullable, ObjectType, Operation, Reference, Scalar, ScalarKind, UnionType
from tests.simulators.descriptions import api_of, fields, named, operation, reference, rules

TEXT = Scalar(kind=ScalarKind.STRING)
WHOLE = Scalar(kind=ScalarKind.INTEGER)
ORDER = {"type": "object", "properties": {"id": {"type": "string"}}}
OK = {"200": {"description": "ok"}}


def one(
    operation_object: dict[str, Any], *, path: str = "/a", method: str = "get", version: str = "3.2.0", **more: Any
) -> tuple[Api, Operation]:
    item = {method: {"responses": OK, **operation_object}}
    api = api_of(paths={path: item}, version=version, **more)
    return api, api.operations[0]


def test_methods_of_3_2() -> None:
    item = {"query": {"responses": OK}, "additionalOperations": {"COPY": {"responses": OK, "operationId": "copyIt"}}}
    api = api_of(paths={"/a": item}, version="3.2.0")
    assert [(found.method, found.path, found.id) for found in api.operations] == [("QUERY", "/a", "QUERY /a"), ("COPY", "/a", "copyIt")]
    assert api.declared_operations == 2
    assert operation(api, "copyIt").pointer == "/paths/~1a/additionalOperations/COPY"
    assert api.issues == ()


def test_a_whole_query_of_3_2_is_its_properties() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    whole = {"name": "q", "in": "querystring", "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    api, found = one({"parameters": [whole]})
    assert [(each.wire_name, each.location, each.type, each.required) for each in found.parameters] == [
        ("a", Location.QUERY, TEXT, True),
        ("b", Location.QUERY, WHOLE, False),
    ]
    assert api.issues == ()


def test_media_types_may_be_references_in_3_2() -> None:
    media = {"mediaTypes": {"Order": {"schema": ORDER}}}
    answer = {"200": {"description": "ok", "content": {"application/json": {"$ref": "#/components/mediaTypes/Order"}}}}
    api, found = one({"responses": answer}, components=media)
    assert isinstance(found.responses[0].contents[0].type, Reference)
    assert api.declared_fields == sum(len(each.fields) for each in api.types if isinstance(each, ObjectType)) == 1


@pytest.mark.parametrize(
    "reference_text",
    ["#/components/schemas/Order", "https://api.shop.example/v1/spec#/components/schemas/Order", "spec#/components/schemas/Order"],
)
def test_a_document_may_refer_to_itself_by_its_own_address(reference_text: str) -> None:
    schemas = {"Holder": {"properties": {"x": {"$ref": reference_text}}}, "Order": ORDER}
    api = api_of(schemas=schemas, version="3.2.0", **{"$self": "https://api.shop.example/v1/spec"})
    assert fields(api, "Holder")["x"].type == reference("order")
    assert api.issues == ()


@pytest.mark.parametrize(
    "reference_text",
    ["#order", "https://shop.example/order", "https://shop.example/order#order", "https://shop.example/order#/properties/id"],
)
def test_schemas_are_found_by_anchor_and_id(reference_text: str) -> None:
    order = {"$id": "https://shop.example/order", "$anchor": "order", **ORDER}
    api = api_of(schemas={"Holder": {"properties": {"x": {"$ref": reference_text}}}, "Order": order})
    assert fields(api, "Holder")["x"].type == (TEXT if reference_text.endswith("id") else reference("order"))
    assert api.issues == ()


def test_a_dynamic_reference_is_a_reference() -> None:
    node = {"$dynamicAnchor": "node", "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}
    api = api_of(schemas={"Node": node})
    assert fields(api, "Node")["children"].type == ListOf(items=reference("node"))
    assert api.issues == ()


def test_what_holds_sometimes_is_an_optional_property() -> None:
    schema = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string"}},
        "if": {"properties": {"type": {"const": "limit"}}},
        "then": {"required": ["price"], "properties": {"price": {"type": "string"}}},
        "else": {"allOf": [{"$ref": "#/components/schemas/Sized"}]},
        "dependentSchemas": {"price": {"properties": {"time": {"type": "string"}}}},
        "not": {"required": ["both"]},
    }
    api = api_of(schemas={"Order": schema, "Sized": {"properties": {"size": {"type": "string"}}}})
    assert {key: field.required for key, field in fields(api, "Order").items()} == {
        "type": True,
        "price": False,
        "size": False,
        "time": False,
    }
    assert fields(api, "Order")["type"].type == TEXT
    assert api.declared_fields == 5
    assert api.issues == ()


def test_what_holds_sometimes_may_lead_back() -> None:
    schema = {"properties": {"a": {"type": "string"}}, "then": {"$ref": "#/components/schemas/Order"}}
    api = api_of(schemas={"Order": schema})
    assert list(fields(api, "Order")) == ["a"]
    assert api.declared_fields == 1


def test_webhooks_are_noted_and_no_operations() -> None:
    api = api_of(webhooks={"filled": {"post": {"requestBody": {"content": {"application/json": {"schema": ORDER}}}}}})
    assert rules(api) == [("noted", "webhook")]
    assert len(api.operations) == api.declared_operations == 1


@pytest.mark.parametrize(
    ("written", "path", "parameters"),
    [
        ("orders", "/orders", []),
        (" /orders ", "/orders", []),
        ("/orders/:id", "/orders/{id}", ["path:id"]),
        ("/orders/<int:id>", "/orders/{id}", ["path:id"]),
        ("/orders/{{id}}", "/orders/{id}", ["path:id"]),
        ("/orders/{id:[0-9]{2}}/{+rest}/{more*}", "/orders/{id}/{rest}/{more}", ["path:id", "path:rest", "path:more"]),
        ("/orders{?limit,from}", "/orders", ["query:limit", "query:from"]),
        ("/orders?limit={limit}&kind=open#part", "/orders", ["query:limit", "query:kind"]),
        ("https://api.shop.example/v1/orders", "/orders", []),
    ],
)
def test_paths_hold_more_than_paths(written: str, path: str, parameters: list[str]) -> None:
    _, found = one({}, path=written, servers=[{"url": "https://api.shop.example/v1"}])
    assert found.path == path
    assert [f"{each.location.value}:{each.wire_name}" for each in found.parameters] == parameters
    assert found.servers == ()


def test_a_path_with_another_server_is_there() -> None:
    _, found = one({}, path="https://other.example/orders", servers=[{"url": "https://api.shop.example/v1"}])
    assert (found.path, found.servers) == ("/orders", ("https://other.example",))


def test_a_fixed_value_in_a_path_is_always_sent() -> None:
    api, found = one({}, path="/orders?kind=open")
    [kind] = found.parameters
    assert (kind.required, kind.default) == (True, '"open"')
    assert [(issue.rule, issue.mend is not None) for issue in api.issues] == [("parameter-of-path-query", True), ("path-with-query", False)]


def test_a_declared_parameter_of_the_query_in_a_path_moves_there() -> None:
    declared = {"name": "limit", "in": "path", "required": True, "schema": {"type": "integer"}}
    _, found = one({"parameters": [declared]}, path="/orders?limit={limit}")
    assert [(each.location, each.type) for each in found.parameters] == [(Location.QUERY, WHOLE)]


@pytest.mark.parametrize(
    ("written", "rule"),
    [("3.0", []), ("3.1.1", []), ("3.0.0-rc0", []), ("v3.0.0", ["wrong-version"]), (3, ["wrong-version"]), ("3.0.0.1", ["wrong-version"])],
)
def test_versions(written: Any, rule: list[str]) -> None:
    api = api_of(version=written)
    assert [issue.rule for issue in api.issues] in (rule, [])
    assert len(api.operations) == 1


def test_parameters_and_servers_of_a_path_hold_for_its_operations() -> None:
    item = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"$ref": "#/components/parameters/trace"},
        ],
        "servers": [{"url": "https://{region}.shop.example", "variables": {"region": {"enum": ["eu", "us"]}}}],
        "get": {"responses": OK, "parameters": [{"name": "trace", "in": "header", "required": True, "schema": {"type": "string"}}]},
    }
    parameters = {"trace": {"name": "trace", "in": "header", "schema": {"type": "string"}}}
    api = api_of(paths={"/a/{id}": item}, components={"parameters": parameters})
    [found] = api.operations
    assert [(each.wire_name, each.required) for each in found.parameters] == [("id", True), ("trace", True)]
    assert found.servers == ("https://eu.shop.example",)
    assert rules(api) == [("repaired", "server-variable")]


def test_a_deep_object_a_list_in_pipes_and_a_value_in_json() -> None:
    written = [
        {"name": "filter", "in": "query", "style": "deepObject", "schema": ORDER},
        {
            "name": "ids",
            "in": "query",
            "style": "pipeDelimited",
            "explode": False,
            "schema": {"type": "array", "items": {"type": "string"}},
        },
        {"name": "range", "in": "query", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}}},
    ]
    _, found = one({"parameters": written})
    assert [(each.style, each.explode, each.json_encoded) for each in found.parameters] == [
        ("deepObject", False, False),
        ("pipeDelimited", False, False),
        ("form", True, True),
    ]
    assert found.parameters[2].type == ListOf(items=WHOLE)


@pytest.mark.parametrize("keyword", ["schema", "itemSchema"])
def test_events_are_text_and_their_type_is_declared(keyword: str) -> None:
    api, found = one({"responses": {"200": {"description": "", "content": {"text/event-stream": {keyword: ORDER}}}}})
    [content] = found.responses[0].contents
    assert (content.encoding, content.type) == (Encoding.TEXT, TEXT)
    assert rules(api) == [("noted", "event-stream")]
    assert api.declared_fields == sum(len(each.fields) for each in api.types if isinstance(each, ObjectType)) == 1


def test_ranges_and_default_answers_and_several_contents() -> None:
    answers = {
        "2XX": {"description": "", "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": ORDER}}},
        "default": {"description": "", "content": {"application/problem+json": {"schema": ORDER}}},
    }
    _, found = one({"responses": answers})
    assert [(each.status, [content.encoding for content in each.contents]) for each in found.responses] == [
        ("2XX", [Encoding.JSON, Encoding.TEXT]),
        ("default", [Encoding.JSON]),
    ]
    success = found.success()
    assert success is not None
    assert success.status == "2XX"


def test_types_of_3_1_in_one_schema() -> None:
    schema = {
        "type": ["object", "null"],
        "properties": {
            "kind": {"const": "trade"},
            "id": {"type": ["string", "integer"]},
            "candle": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
            "by": {"type": "object", "patternProperties": {"^[A-Z]+$": {"type": "string"}}},
        },
    }
    api = api_of(schemas={"Trade": schema, "Holder": {"properties": {"x": {"$ref": "#/components/schemas/Trade"}}}})
    assert fields(api, "Holder")["x"].type == Nullable(inner=reference("trade"))
    assert isinstance(named(api, "TradeId"), UnionType)
    assert api.issues == ()
