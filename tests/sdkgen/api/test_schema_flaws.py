"""Schemas to types: flaws told, and repaired where the meaning is plain."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import (
    Limits,
    ListOf,
    MapOf,
    Scalar,
    ScalarKind,
    Type,
)
from tests.sdkgen.api.schema_types import ANY, NUMBER, TEXT, WHOLE
from tests.simulators.descriptions import api_of, fields, reference, rules, type_of


def test_a_schema_merged_into_itself_is_refused() -> None:
    api = api_of(schemas={"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"x": {"type": "string"}}}]}})
    assert list(fields(api, "A")) == ["x"]
    assert rules(api) == [("refused", "cyclic-reference")]


def test_a_nameless_schema_that_holds_itself_is_refused_and_not_read_for_ever() -> None:
    api = api_of(
        paths={
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "array",
                                        "items": {"$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema"},
                                    }
                                }
                            },
                        }
                    }
                }
            }
        }
    )
    assert rules(api) == [("refused", "cyclic-reference")]
    assert api.operations[0].responses[0].contents[0].type == ListOf(items=ANY)


@pytest.mark.parametrize(
    ("schema", "wanted", "issue"),
    [
        ({"type": "int"}, WHOLE, ("repaired", "unknown-type")),
        ({"type": "Decimal"}, NUMBER, ("repaired", "unknown-type")),
        ({"type": "String"}, TEXT, ("repaired", "unknown-type")),
        ({"type": "dict"}, MapOf(values=ANY), ("repaired", "unknown-type")),
        ({"type": "money"}, ANY, ("refused", "unknown-type")),
        ({"type": 5}, ANY, ("refused", "unknown-type")),
        ({"type": "array"}, ListOf(items=ANY), ("repaired", "missing-items")),
        ("text", ANY, ("refused", "wrong-shape")),
        ({"allOf": "x"}, ANY, ("refused", "wrong-shape")),
        ({"properties": [7]}, ANY, ("refused", "wrong-shape")),
        ({"type": "number", "minimum": "1"}, Scalar(kind=ScalarKind.DECIMAL, limits=Limits(minimum="1")), ("repaired", "number-as-text")),
        ({"type": "number", "minimum": "low"}, NUMBER, ("noted", "wrong-limit")),
        ({"type": "string", "maxLength": 1.5}, TEXT, ("noted", "wrong-limit")),
        ({"type": "string", "enum": []}, TEXT, ("noted", "empty-enum")),
        ({"type": "string", "enum": [["a"]]}, TEXT, ("noted", "enum-of-collections")),
    ],
)
def test_a_flaw_is_repaired_refused_or_noted(schema: Any, wanted: Type, issue: tuple[str, str]) -> None:
    api = api_of(schemas={"Holder": {"properties": {"x": schema}}})
    assert fields(api, "Holder")["x"].type == wanted
    assert rules(api) == [issue]
    assert api.issues[0].pointer.startswith("/components/schemas/Holder/properties/x")


def test_properties_in_the_wrong_place_are_not_lost() -> None:
    api = api_of(
        schemas={
            "Holder": {
                "properties": {
                    "text": {"type": "string", "properties": {"a": {"type": "string"}}},
                    "list": {"type": "array", "properties": {"b": {"type": "string"}}},
                }
            }
        }
    )
    assert list(fields(api, "HolderText")) == ["a"]
    assert list(fields(api, "HolderListItem")) == ["b"]
    assert fields(api, "Holder")["list"].type == ListOf(items=reference("holder", "list", "item"))
    assert sorted(rules(api)) == [("repaired", "properties-of-list"), ("repaired", "properties-of-scalar")]
    assert api.declared_fields == 4


def test_required_in_the_wrong_place_and_of_unknown_properties() -> None:
    api = api_of(schemas={"Order": {"required": ["gone"], "properties": {"a": {"type": "string", "required": True}}}})
    assert fields(api, "Order")["a"].required
    assert sorted(rules(api)) == [("noted", "required-but-undeclared"), ("repaired", "required-flag")]


@pytest.mark.parametrize(
    ("keywords", "wanted"),
    [
        ({"minimum": 1, "exclusiveMinimum": True}, Limits(minimum="1", exclusive_minimum=True)),
        ({"exclusiveMinimum": 1}, Limits(minimum="1", exclusive_minimum=True)),
        ({"minimum": 5, "exclusiveMinimum": 1}, Limits(minimum="5")),
        ({"maximum": 5, "exclusiveMaximum": 5}, Limits(maximum="5", exclusive_maximum=True)),
        ({"maximum": 5, "exclusiveMaximum": 9}, Limits(maximum="5")),
        ({"maximum": 5, "exclusiveMaximum": False}, Limits(maximum="5")),
        ({"exclusiveMaximum": True}, Limits()),
        ({"multipleOf": 1}, Limits(multiple_of="1")),
        ({"minimum": 0, "maximum": 12345678901234567890}, Limits(minimum="0", maximum="12345678901234567890")),
    ],
)
def test_limits_of_both_styles(keywords: dict[str, Any], wanted: Limits) -> None:
    assert type_of({"type": "number", **keywords}) == Scalar(kind=ScalarKind.DECIMAL, limits=wanted)
