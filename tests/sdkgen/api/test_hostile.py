"""Descriptions that were broken on purpose or by accident: an answer or one clear refusal, never a crash."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdkgen.api.load import load
from sdkgen.api.model import ObjectType, Reference
from sdkgen.api.values import Values
from sdkgen.errors import DescriptionError
from tests.simulators.descriptions import api_of, description, rules

_OK = {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}, "example": {"id": 1}}}}
WHOLE: dict[str, Any] = description(
    servers=[{"url": "https://{h}/", "variables": {"h": {"default": "a.example"}}}],
    security=[{"key": []}],
    paths={
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^a+$"}}],
            "post": {
                "operationId": "place",
                "tags": ["a"],
                "parameters": [{"name": "q", "in": "query", "style": "form", "schema": {"type": "array", "items": {"enum": ["x"]}}}],
                "requestBody": {"content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Order"}, {}]}}}},
                "responses": {"200": _OK, "default": {"$ref": "#/components/responses/Bad"}},
                "security": [],
            },
        }
    },
    components={
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
        "responses": {"Bad": {"description": "bad", "headers": {"X": {}}, "content": {"text/plain": {"schema": {"type": "string"}}}}},
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "integer", "minimum": 1, "default": 5},
                    "kind": {
                        "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Order"}],
                        "discriminator": {"propertyName": "id"},
                    },
                    "map": {"additionalProperties": {"type": ["number", "null"]}},
                    "tuple": {"prefixItems": [{"type": "string"}], "items": {"type": "number", "exclusiveMaximum": 9}},
                },
            }
        },
    },
)

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(None, True, 0, -1, 1.5, 10**30, "", "x", "#/components/schemas/Order", "http://10.0.0.1/", [], {}, [[]], [None]),
        *({"$ref": "#/gone"}, {"$ref": "#/components/schemas/Order"}, {"$ref": 5}, {"": ""}, {"type": "object"}),
        *(["null", "string"], {"a": {"b": [1]}}),
    )
)


def places(node: Any, around: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [around, *(place for key, value in inner for place in places(value, (*around, key)))]


PLACES = [place for place in places(WHOLE) if place]
DICTS = [place for place in PLACES if place[-1] != "openapi"]


def broken(changes: list[tuple[tuple[Any, ...], Any, str]]) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    for place, shared, key in changes:
        junk = copy.deepcopy(shared)
        node: Any = document
        for step in place[:-1]:
            known = step in node if isinstance(node, dict) else isinstance(node, list) and isinstance(step, int) and step < len(node)
            node = node[step] if known else None
        if isinstance(node, dict):
            node[place[-1] if key == "" else key] = junk
        elif isinstance(node, list) and isinstance(place[-1], int) and place[-1] < len(node):
            node[place[-1]] = junk
    return document


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(DICTS), JUNK, st.sampled_from(("", "", "", "$ref", "allOf", "oneOf", "type", "items", "enum", "properties"))
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_broken_description_breaks_the_loader(changes: list[tuple[tuple[Any, ...], Any, str]]) -> None:
    try:
        api = load(json.dumps(broken(changes)).encode())
    except DescriptionError:
        return
    assert len({"".join(declared.name.words) for declared in api.types}) == len(api.types)
    maker = Values(api)
    for declared in api.types:
        maker.examples(Reference(name=declared.name), seed=1, count=3)
    if not any(kind == "refused" for kind, _ in rules(api)):
        known = sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType))
        assert known >= api.declared_fields
        assert len(api.operations) == api.declared_operations


def chain(length: int, link: str) -> dict[str, Any]:
    schemas: dict[str, Any] = {f"S{index}": {link: [{"$ref": f"#/components/schemas/S{index + 1}"}, {}]} for index in range(length)}
    return schemas | {f"S{length}": {"properties": {"x": {"type": "string"}}}}


@pytest.mark.parametrize("link", ["allOf", "oneOf", "anyOf"])
def test_long_chains_of_schemas_do_not_exhaust_the_stack(link: str) -> None:
    api = api_of(schemas=chain(300, link))
    assert len(api.types) >= 300


def test_long_chains_of_references_do_not_exhaust_the_stack() -> None:
    schemas: dict[str, Any] = {f"S{index}": {"$ref": f"#/components/schemas/S{index + 1}"} for index in range(1500)}
    api = api_of(schemas=schemas | {"S1500": {"type": "string", "nullable": True}})
    assert api.issues == ()


def test_deep_schemas_do_not_exhaust_the_stack() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(30):
        schema = {"type": "array", "items": {"properties": {"a": schema}}}
    assert api_of(schemas={"Deep": schema}).declared_fields == 30
    lists: dict[str, Any] = {"type": "string"}
    for _ in range(94):
        lists = {"type": "array", "items": lists}
    assert api_of(schemas={"Deep": lists}).issues == ()
    with pytest.raises(DescriptionError, match="nests deeper than 100 levels"):
        api_of(schemas={"Deep": {"items": {"items": {"items": {"items": lists}}}}})


def test_choices_of_choices_do_not_take_for_ever() -> None:
    schemas: dict[str, Any] = {
        f"S{index}": {"oneOf": [{"$ref": f"#/components/schemas/S{index + 1}"}, {"$ref": f"#/components/schemas/S{index + 1}"}]}
        for index in range(60)
    }
    assert api_of(schemas=schemas | {"S60": {"type": "string"}}).types


def test_all_of_of_all_of_does_not_take_for_ever() -> None:
    schemas: dict[str, Any] = {
        f"S{index}": {"allOf": [{"$ref": f"#/components/schemas/S{index + 1}"}, {"$ref": f"#/components/schemas/S{index + 1}"}]}
        for index in range(40)
    }
    assert api_of(schemas=schemas | {"S40": {"properties": {"x": {"type": "string"}}}}).types
