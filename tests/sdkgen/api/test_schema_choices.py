"""Schemas to types: enums, unions and their variants."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    Nullable,
    Reference,
    ScalarKind,
    UnionType,
)
from tests.sdkgen.api.schema_types import TEXT, WHOLE
from tests.simulators.descriptions import api_of, fields, named, reference, rules


def test_enums_keep_all_their_values() -> None:
    api = api_of(schemas={"Interval": {"type": "string", "enum": ["1m", "1M", "", ">=", "1m"], "description": "How long."}})
    interval = named(api, "Interval")
    assert isinstance(interval, EnumType)
    assert [(member.name.snake(), member.value) for member in interval.members] == [
        ("value_1m", '"1m"'),
        ("value_1_m_upper", '"1M"'),
        ("empty", '""'),
        ("greater_equal", '">="'),
    ]
    assert (interval.kind, interval.description) == (ScalarKind.STRING, "How long.")
    assert rules(api) == [("repaired", "duplicate-enum-value")]


@pytest.mark.parametrize(
    ("schema", "kind", "values", "issue"),
    [
        ({"enum": [1, 2]}, ScalarKind.INTEGER, ["1", "2"], None),
        ({"type": "number", "enum": [1, 2]}, ScalarKind.DECIMAL, ["1", "2"], None),
        ({"enum": [1, 2.5]}, ScalarKind.DECIMAL, ["1", "2.5"], None),
        ({"enum": ["a", 1]}, ScalarKind.ANY, ['"a"', "1"], None),
        ({"type": "boolean", "enum": [True]}, ScalarKind.BOOLEAN, ["true"], None),
        ({"const": "LIMIT"}, ScalarKind.STRING, ['"LIMIT"'], None),
        ({"type": "string", "enum": [1, True]}, ScalarKind.STRING, ['"1"', '"true"'], "enum-of-other-type"),
        ({"type": "integer", "enum": ["1", "2"]}, ScalarKind.INTEGER, ["1", "2"], "enum-of-other-type"),
        ({"type": "boolean", "enum": ["true"]}, ScalarKind.BOOLEAN, ["true"], "enum-of-other-type"),
        ({"type": "integer", "enum": ["one"]}, ScalarKind.STRING, ['"one"'], None),
    ],
)
def test_enums_of_every_kind(schema: Any, kind: ScalarKind, values: list[str], issue: str | None) -> None:
    api = api_of(schemas={"Kind": schema})
    declared = named(api, "Kind")
    assert isinstance(declared, EnumType)
    assert (declared.kind, [member.value for member in declared.members]) == (kind, values)
    assert {rule for _, rule in rules(api)} == ({issue} if issue else set())


def test_an_enum_with_null_is_an_enum_or_null() -> None:
    api = api_of(schemas={"Holder": {"properties": {"x": {"type": "string", "enum": ["a", None]}}}})
    assert fields(api, "Holder")["x"].type == Nullable(inner=reference("holder", "x"))
    declared = named(api, "HolderX")
    assert isinstance(declared, EnumType)
    assert [member.value for member in declared.members] == ['"a"']


def test_the_allowed_values_of_a_list_without_items_are_its_items() -> None:
    api = api_of(schemas={"Holder": {"properties": {"x": {"type": "array", "enum": ["a", "b"]}}}})
    assert fields(api, "Holder")["x"].type == ListOf(items=reference("holder", "x", "item"))
    assert rules(api) == [("repaired", "enum-of-list")]


def test_a_choice_is_a_union_of_its_variants() -> None:
    schemas = {
        "Limit": {"properties": {"kind": {"const": "limit"}}},
        "Market": {"properties": {"kind": {"const": "market"}}},
        "Order": {
            "oneOf": [
                {"$ref": "#/components/schemas/Limit"},
                {"$ref": "#/components/schemas/Market"},
                {"title": "Stop order", "properties": {"stop": {"type": "string"}}},
                {"type": "string"},
            ],
            "discriminator": {"propertyName": "kind", "mapping": {"limit": "#/components/schemas/Limit", "gone": "Nobody"}},
        },
    }
    api = api_of(schemas=schemas)
    order = named(api, "Order")
    assert isinstance(order, UnionType)
    assert order.variants == (reference("limit"), reference("market"), reference("order", "stop", "order"), TEXT)
    assert order.discriminator is not None
    assert [(value, name.pascal()) for value, name in order.discriminator.mapping] == [("Market", "Market"), ("limit", "Limit")]
    assert order.discriminator.wire_name == "kind"
    assert rules(api) == [("repaired", "discriminator-mapping")]


def test_what_stands_beside_a_choice_belongs_to_every_variant() -> None:
    schemas = {
        "Order": {
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
            "oneOf": [{"properties": {"price": {"type": "string"}}}, {"properties": {"size": {"type": "string"}}}],
        }
    }
    api = api_of(schemas=schemas)
    assert set(fields(api, "OrderPrice")) == {"id", "price"}
    assert set(fields(api, "OrderSize")) == {"id", "size"}
    assert fields(api, "OrderSize")["id"].required
    assert api.declared_fields == 4


@pytest.mark.parametrize(
    ("variants", "names"),
    [
        pytest.param([{"type": {"const": "limit"}, "price": {}}, {"type": {"enum": ["stop loss"]}}], ["Limit", "StopLoss"], id="a value"),
        pytest.param([{"surplus": {}}, {"volume": {}}], ["Surplus", "Volume"], id="the only key"),
        pytest.param([{"data": {}}, {"data": {"type": "string"}}], ["Option1", "Option2"], id="the same key"),
        pytest.param([{"a": {}, "b": {}}, {"kind": {"enum": ["x", "y"]}, "c": {}}], ["Option1", "Option2"], id="nothing"),
        pytest.param([{"type": {"const": 7}, "a": {}}, {"": {}}], ["Option1", "Option2"], id="no word"),
    ],
)
def test_a_variant_is_called_by_what_tells_it_apart(variants: list[dict[str, Any]], names: list[str]) -> None:
    api = api_of(schemas={"Order": {"oneOf": [{"type": "object", "properties": properties} for properties in variants]}})
    union = named(api, "Order")
    assert isinstance(union, UnionType)
    assert [variant.name.pascal() for variant in union.variants if isinstance(variant, Reference)] == [f"Order{name}" for name in names]


def test_a_type_inside_another_does_not_repeat_its_words() -> None:
    order = {"properties": {"orderType": {"enum": ["LIMIT"]}, "orderSide": {"enum": ["BUY"]}}}
    api = api_of(schemas={"Order": order, "OrderSide": {"enum": ["BUY", "SELL"]}})
    assert [declared.name.pascal() for declared in api.types] == ["Order", "OrderOrderSide", "OrderSide", "OrderType"]


def test_a_choice_of_required_properties_is_no_union() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    api = api_of(schemas={"Order": schema})
    assert list(fields(api, "Order")) == ["a", "b"]


def test_a_list_of_types_is_a_union() -> None:
    api = api_of(
        schemas={"Id": {"type": ["string", "integer", "null"]}, "Holder": {"properties": {"id": {"$ref": "#/components/schemas/Id"}}}}
    )
    declared = named(api, "Id")
    assert isinstance(declared, UnionType)
    assert declared.variants == (TEXT, WHOLE)
    assert fields(api, "Holder")["id"].type == Nullable(inner=reference("id"))


def test_a_component_that_is_no_object_keeps_its_name() -> None:
    api = api_of(
        schemas={
            "Price": {"type": "string", "description": "Exact.", "example": "1.10"},
            "Prices": {"type": "array", "items": {"$ref": "#/components/schemas/Price"}},
            "Same": {"$ref": "#/components/schemas/Price"},
        }
    )
    price, prices, same = named(api, "Price"), named(api, "Prices"), named(api, "Same")
    assert isinstance(price, AliasType)
    assert isinstance(prices, AliasType)
    assert isinstance(same, AliasType)
    assert (price.target, price.description, [example.value for example in price.examples]) == (TEXT, "Exact.", ['"1.10"'])
    assert prices.target == ListOf(items=reference("price"))
    assert same.target == reference("price")


def test_of_several_choices_one_is_a_union_and_nothing_of_the_others_is_lost() -> None:
    schema = {
        "oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}],
        "anyOf": [{"required": ["c"], "properties": {"c": {"type": "string"}}}, {"oneOf": [{"properties": {"d": {"type": "string"}}}]}],
    }
    api = api_of(schemas={"A": schema})
    assert rules(api) == [("noted", "several-choices")]
    assert {key: field.required for key, field in fields(api, "AA").items()} == {"a": False, "c": False, "d": False}
    assert set(fields(api, "AB")) == {"b", "c", "d"}
    assert api.declared_fields == 6
