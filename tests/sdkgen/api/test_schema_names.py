"""Schemas to types: everything named, references followed."""

from __future__ import annotations

import pytest

from sdkgen.api.model import (
    AliasType,
    ListOf,
    UnionType,
)
from tests.sdkgen.api.schema_types import ANY, TEXT
from tests.simulators.descriptions import api_of, fields, named, reference, rules


def test_recursive_schemas_are_fine() -> None:
    api = api_of(
        schemas={
            "Tree": {"properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
            "Json": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Json"}}]},
        }
    )
    assert fields(api, "Tree")["children"].type == ListOf(items=reference("tree"))
    declared = named(api, "Json")
    assert isinstance(declared, UnionType)
    assert declared.variants == (TEXT, ListOf(items=reference("json")))
    assert api.issues == ()


def test_inline_types_are_named_by_where_they_stand() -> None:
    schema = {
        "properties": {
            "fills": {"type": "array", "items": {"properties": {"fee": {"properties": {"asset": {"enum": ["BTC"]}}}}}},
            "byDay": {"additionalProperties": {"properties": {"a": {"type": "string"}}}},
        }
    }
    api = api_of(schemas={"Order": schema})
    assert [declared.name.pascal() for declared in api.types] == [
        "Order",
        "OrderByDayValue",
        "OrderFillsItem",
        "OrderFillsItemFee",
        "OrderFillsItemFeeAsset",
    ]


def test_a_digit_may_come_first_inside_a_name() -> None:
    api = api_of(schemas={"Funding": {"properties": {"1d": {"properties": {"rate": {"type": "string"}}}}}})
    assert [declared.name.pascal() for declared in api.types] == ["Funding", "Funding1d"]
    assert [field.name.snake() for field in fields(api, "Funding").values()] == ["field_1d"]


def test_a_reference_into_another_schema_is_the_type_that_stands_there() -> None:
    schemas = {
        "Order": {"properties": {"fee": {"properties": {"asset": {"type": "string"}}}}},
        "Trade": {"properties": {"fee": {"$ref": "#/components/schemas/Order/properties/fee"}}},
    }
    api = api_of(schemas=schemas)
    assert fields(api, "Trade")["fee"].type == fields(api, "Order")["fee"].type == reference("order", "fee")
    assert api.declared_fields == 3


def test_what_stands_beside_a_reference_counts_since_3_1_only() -> None:
    schemas = {"Base": {"properties": {"a": {"type": "string"}}}}
    schema = {"$ref": "#/components/schemas/Base", "properties": {"b": {"type": "string"}}}
    api = api_of(schemas={**schemas, "More": schema})
    assert list(fields(api, "More")) == ["a", "b"]
    api = api_of(schemas={**schemas, "More": schema}, version="3.0.3")
    more = named(api, "More")
    assert isinstance(more, AliasType)
    assert more.target == reference("base")


@pytest.mark.parametrize(
    ("reference_text", "rule"),
    [
        ("#/components/schemas/Gone", "dangling-reference"),
        ("#anchor", "dangling-reference"),
        ("http://169.254.169.254/latest/meta-data", "remote-reference"),
        ("other.yaml#/Order", "remote-reference"),
        ("./holder.yaml#/components/schemas/Holder/properties/bad", "remote-reference"),
        ("#/components/schemas/A", "cyclic-reference"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_and_the_rest_is_read(reference_text: str, rule: str) -> None:
    schemas = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"$ref": "#/components/schemas/A"},
        "Holder": {"properties": {"bad": {"$ref": reference_text}, "good": {"type": "string"}}},
    }
    api = api_of(schemas=schemas)
    assert {key: field.type for key, field in fields(api, "Holder").items()} == {"bad": ANY, "good": TEXT}
    assert ("refused", rule) in rules(api)
    if rule == "remote-reference":
        assert "is not here" in next(issue.message for issue in api.issues if issue.rule == rule)


def test_hostile_text_never_becomes_a_name() -> None:
    schemas = {'"; import os #': {"properties": {"__class__\n\x00": {"enum": ["'); DROP"]}, "../../etc": {"type": "string"}}}}
    api = api_of(schemas=schemas)
    words = [word for declared in api.types for word in declared.name.words]
    words += [word for field in fields(api, "ImportOs").values() for word in field.name.words]
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)


def test_a_component_named_like_an_inline_type_keeps_its_name() -> None:
    schemas = {
        "Order": {"properties": {"fee": {"properties": {"a": {"type": "string"}}}}},
        "OrderFee": {"properties": {"b": {"type": "string"}}},
    }
    api = api_of(schemas=schemas)
    assert list(fields(api, "OrderFee")) == ["b"]
    assert list(fields(api, "OrderFee2")) == ["a"]
