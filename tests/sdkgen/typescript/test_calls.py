from __future__ import annotations

import json

import pytest

from sdkgen.api.load import load
from sdkgen.signing.recipe import Algorithm, Carrier, Placement, Recipe, Value
from sdkgen.source import ExampleCall, SdkOptions, TradingExample
from sdkgen.typescript.calls import Calls, calls
from sdkgen.typescript.plan import plan

RECIPE = Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.HEADER, name="K", value=Value.KEY),))
PLACE = ExampleCall(
    operation="place", arguments=(("body.legs[0].price", "1.10"), ("body.count", "3"), ("body.fast", "true"), ("query.at", "x"))
)


def shown(example: TradingExample | None, *, id_type: str = "string", required: bool = True) -> Calls:
    leg = {"type": "object", "required": ["price", "side"], "properties": {"price": {"type": "number"}, "side": {"enum": ["buy"]}}}
    sent = {
        "type": "object",
        "required": ["legs", "note"],
        "properties": {
            "legs": {"$ref": "#/components/schemas/Leg"},
            "count": {"type": ["integer", "null"]},
            "fast": {"oneOf": [{"type": "boolean"}, {"type": "integer"}]},
            "note": {"type": "string"},
        },
    }
    inner = {"type": "object", "required": ["id"] if required else [], "properties": {"id": {"type": id_type}}}
    answer = {"type": "object", "required": ["data", "rows"], "properties": {
        "data": {"$ref": "#/components/schemas/Inner"},
        "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}},
    }}  # fmt: skip
    schemas = {"Leg": {"type": "array", "items": leg}, "Sent": sent, "Inner": inner, "Answer": answer}

    def content(name: str) -> dict[str, object]:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    def operation(name: str, *parameters: object, **more: object) -> dict[str, object]:
        done = {"200": {"description": "", "content": content("Answer")}}
        return {"operationId": name, "tags": ["t"], "security": [{"k": []}], "parameters": parameters, "responses": done, **more}

    at = {"name": "at", "in": "query", "schema": {"type": "string"}}
    order = {"name": "order", "in": "query", "required": True, "schema": {"type": "string"}}
    number = {"name": "number", "in": "query", "required": True, "schema": {"type": "integer"}}
    exact = {"name": "exact", "in": "query", "required": True, "schema": {"type": "number"}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {"post": operation("place", at, requestBody={"content": content("Sent")}), "delete": operation("byText", order)},
            "/b": {"delete": operation("byNumber", number), "post": operation("byExact", exact)},
        },
        "components": {"schemas": schemas, "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K"}}},
    }
    options = SdkOptions(package="p", version="1.0.0", exchange_id="p", exchange_name="P", recipe=RECIPE, example=example)
    return calls(plan(load(json.dumps(document).encode()), options))


def cancelling(operation: str, source: str, target: str, **more: object) -> str | None:
    cancel = ExampleCall(operation=operation, arguments=())
    return shown(TradingExample(place=PLACE, cancel=cancel, order_id=(source, target)), **more).cancel  # type: ignore[arg-type]


def test_the_profile_s_order_is_placed_with_typed_values_and_what_must_be_there() -> None:
    example = TradingExample(place=PLACE, cancel=ExampleCall(operation="byText", arguments=()), order_id=("data.id", "query.order"))
    assert (
        shown(example).place
        == """client.t.place({
  at: "x",
  body: { legs: [{ price: new Decimal("1.10"), side: "buy" }], count: 3n, fast: true, note: "note" },
})"""
    )


@pytest.mark.parametrize(
    ("operation", "target", "id_type", "source", "required", "expected"),
    [
        pytest.param("byText", "query.order", "string", "data.id", True, "{ order: placed.data.id }", id="the same type"),
        pytest.param("byText", "query.order", "string", "data.id", False, '{ order: placed.data.id ?? "" }', id="perhaps absent"),
        pytest.param("byText", "query.order", "integer", "data.id", True, "{ order: String(placed.data.id) }", id="number as text"),
        pytest.param("byNumber", "query.number", "string", "data.id", True, "{ number: BigInt(String(placed.data.id)) }", id="as number"),
        pytest.param("byExact", "query.exact", "string", "data.id", True, "{ exact: new Decimal(String(placed.data.id)) }", id="decimal"),
        pytest.param("byText", "query.order", "string", "rows[0].id", True, '{ order: placed.rows[0]?.id ?? "" }', id="in a list"),
        pytest.param("byNumber", "query.number", "integer", "rows[].id", True, "{ number: placed.rows[0]?.id ?? 0n }", id="any of a list"),
    ],
)
def test_the_order_s_id_is_found_where_the_profile_says(
    *, operation: str, target: str, id_type: str, source: str, required: bool, expected: str
) -> None:
    assert cancelling(operation, source, target, id_type=id_type, required=required) == f"client.t.{operation}({expected})"


@pytest.mark.parametrize("source", ["data.unknown", "data[0]", "rows", "data"])
def test_a_place_that_the_types_do_not_know_is_not_shown(source: str) -> None:
    assert cancelling("byText", source, "query.order") is None


def test_an_example_of_another_api_is_passed_over() -> None:
    other = TradingExample(place=ExampleCall(operation="unknown", arguments=()), cancel=PLACE, order_id=("id", "query.order"))
    assert shown(other) == shown(None)
