"""Schemas to types: nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import (
    Limits,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
)
from tests.sdkgen.api.schema_types import ANY, FLAG, NUMBER, TEXT, WHOLE
from tests.simulators.descriptions import api_of, fields, named, reference, rules, type_of


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "string"}, TEXT),
        ({"type": "integer"}, WHOLE),
        ({"type": "number"}, NUMBER),
        ({"type": "boolean"}, FLAG),
        ({}, ANY),
        (True, ANY),
        ({"type": "string", "format": "binary"}, Scalar(kind=ScalarKind.BINARY, format="binary")),
        ({"type": "string", "format": "uuid"}, Scalar(kind=ScalarKind.STRING, format="uuid")),
        ({"type": "array", "items": {"type": "string"}}, ListOf(items=TEXT)),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}, ListOf(items=TEXT, min_items=1, max_items=2)),
        ({"type": "array", "items": True}, ListOf(items=ANY)),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}, TupleOf(items=(TEXT, NUMBER))),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "number"}},
            TupleOf(items=(TEXT,), rest=NUMBER),
        ),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": False}, TupleOf(items=(TEXT,))),
        ({"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "number"}}, TupleOf(items=(TEXT,), rest=NUMBER)),
        ({"type": "object"}, MapOf(values=ANY)),
        ({"type": "object", "additionalProperties": True}, MapOf(values=ANY)),
        ({"type": "object", "additionalProperties": {"type": "number"}}, MapOf(values=NUMBER)),
        ({"type": "object", "patternProperties": {"^x": {"type": "number"}}}, MapOf(values=NUMBER)),
        ({"type": "object", "patternProperties": {"^x": {"type": "number"}, "^y": {"type": "string"}}}, MapOf(values=ANY)),
        ({"additionalProperties": {"type": "string"}}, MapOf(values=TEXT)),
        ({"items": {"type": "string"}}, ListOf(items=TEXT)),
        ({"pattern": "x"}, Scalar(kind=ScalarKind.STRING, limits=Limits(pattern="x"))),
        ({"maximum": 5}, Scalar(kind=ScalarKind.DECIMAL, limits=Limits(maximum="5"))),
        ({"format": "date-time"}, Scalar(kind=ScalarKind.STRING, format="date-time")),
        ({"format": "int64"}, Scalar(kind=ScalarKind.INTEGER, format="int64")),
        ({"type": ["integer", "number"]}, NUMBER),
        ({"type": ["string"]}, TEXT),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}]}, TEXT),
        ({"oneOf": [{"type": "string"}]}, TEXT),
        ({"type": "any"}, ANY),
        ({"enum": [{"a": 1}], "type": "object"}, MapOf(values=ANY)),
    ],
)
def test_a_schema_is_a_type(schema: Any, wanted: Type) -> None:
    assert type_of(schema) == wanted


@pytest.mark.parametrize(
    ("schema", "version"),
    [
        ({"type": "string", "nullable": True}, "3.0.3"),
        ({"type": "string", "x-nullable": True}, "3.0.3"),
        ({"type": ["string", "null"]}, "3.1.0"),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "3.1.0"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, "3.1.0"),
        ({"anyOf": [{"const": None}, {"type": "string"}]}, "3.1.0"),
        ({"oneOf": [{"enum": [None]}, {"type": "string"}]}, "3.0.3"),
        ({"allOf": [{"type": "string", "nullable": True}]}, "3.0.3"),
        ({"allOf": [{"$ref": "#/components/schemas/Text"}], "nullable": True}, "3.0.3"),
        ({"$ref": "#/components/schemas/Text", "nullable": True}, "3.0.3"),
        ({"$ref": "#/components/schemas/MaybeText"}, "3.0.3"),
        ({"oneOf": [{"$ref": "#/components/schemas/MaybeText"}]}, "3.0.3"),
        ({"$ref": "#/components/schemas/Alias"}, "3.0.3"),
    ],
)
def test_null_is_admitted_in_every_style(schema: Any, version: str) -> None:
    parts = {
        "Text": {"type": "string"},
        "MaybeText": {"type": "string", "nullable": True},
        "Alias": {"$ref": "#/components/schemas/MaybeText"},
    }
    found = type_of(schema, schemas=parts, version=version)
    assert isinstance(found, Nullable)
    assert found.inner in (TEXT, reference("text"), reference("maybe", "text"))


def test_null_is_not_admitted_by_an_all_of_with_one_that_forbids_it() -> None:
    schema = {"allOf": [{"type": "string", "nullable": True}, {"maxLength": 3}]}
    assert not isinstance(type_of(schema), Nullable)


def test_null_alone_and_false_are_any_value() -> None:
    assert type_of({"type": "null"}) == ANY
    never: bool = False
    assert type_of(never) == ANY


def test_fields_that_differ_only_in_case_both_survive() -> None:
    found = fields(api_of(schemas={"Trade": {"properties": {"M": {"type": "boolean"}, "m": {"type": "string"}}}}), "Trade")
    assert {key: (field.name.snake(), field.type) for key, field in found.items()} == {"M": ("m_upper", FLAG), "m": ("m", TEXT)}


def test_a_field_says_all_that_the_description_says() -> None:
    schema = {
        "type": "object",
        "required": ["price"],
        "description": "One order.",
        "deprecated": True,
        "additionalProperties": False,
        "properties": {
            "price": {"type": "string", "description": "In quote.", "example": "1.10", "deprecated": True, "readOnly": True},
            "secret": {"type": "string", "writeOnly": True, "default": "x", "examples": ["a", "b"]},
        },
    }
    api = api_of(schemas={"Order": schema})
    price, secret = fields(api, "Order").values()
    assert (price.required, price.description, price.deprecated, price.read_only) == (True, "In quote.", True, True)
    assert [example.value for example in price.examples] == ['"1.10"']
    assert (secret.required, secret.write_only, secret.default) == (False, True, '"x"')
    assert [(example.value, example.pointer) for example in secret.examples] == [
        ('"a"', "/components/schemas/Order/properties/secret/examples/0"),
        ('"b"', "/components/schemas/Order/properties/secret/examples/1"),
    ]
    order = named(api, "Order")
    assert isinstance(order, ObjectType)
    assert (order.closed, order.description, order.deprecated, order.pointer) == (True, "One order.", True, "/components/schemas/Order")


def test_an_object_may_have_known_and_further_keys() -> None:
    api = api_of(schemas={"Book": {"properties": {"id": {"type": "string"}}, "additionalProperties": {"type": "number"}}})
    book = named(api, "Book")
    assert isinstance(book, ObjectType)
    assert (book.extra, book.closed) == (NUMBER, False)


def test_an_object_without_keys_that_forbids_any_is_a_type_of_its_own() -> None:
    nothing = named(api_of(schemas={"Nothing": {"type": "object", "additionalProperties": False}}), "Nothing")
    assert isinstance(nothing, ObjectType)
    assert (nothing.fields, nothing.closed) == ((), True)


def test_all_of_merges_references_and_inline_parts() -> None:
    schemas = {
        "Base": {"required": ["id"], "properties": {"id": {"type": "string"}, "meta": {"properties": {"a": {"type": "string"}}}}},
        "Order": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["price"], "properties": {"price": {"type": "string"}}},
                {"properties": {"id": {"description": "Better."}}},
            ],
            "description": "Outer.",
        },
    }
    api = api_of(schemas=schemas)
    found = fields(api, "Order")
    assert [(key, field.required) for key, field in found.items()] == [("id", True), ("meta", False), ("price", True)]
    assert found["id"].type == TEXT
    assert found["id"].description == "Better."
    assert found["meta"].type == fields(api, "Base")["meta"].type == reference("base", "meta")
    assert named(api, "Order").description == "Outer."
    assert api.issues == ()


def test_an_all_of_around_one_reference_is_that_reference() -> None:
    schemas = {"Side": {"enum": ["BUY", "SELL"]}}
    assert type_of({"allOf": [{"$ref": "#/components/schemas/Side"}], "description": "Which."}, schemas=schemas) == reference("side")


@pytest.mark.parametrize(
    ("parts", "wanted", "noted"),
    [
        pytest.param([{"type": "string"}, {"type": "number"}], TEXT, [("noted", "conflicting-all-of")], id="conflict"),
        pytest.param([{"type": "number"}, {"type": "integer"}], WHOLE, [], id="whole numbers are numbers"),
        pytest.param([{"type": ["string", "number"]}, {"type": "string"}], TEXT, [], id="narrowed"),
    ],
)
def test_all_of_with_several_types(parts: list[Any], wanted: Type, noted: list[tuple[str, str]]) -> None:
    api = api_of(schemas={"Holder": {"properties": {"x": {"allOf": parts}}}})
    assert fields(api, "Holder")["x"].type == wanted
    assert rules(api) == noted


def test_limits_of_texts() -> None:
    found = type_of({"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a+$"})
    assert found == Scalar(kind=ScalarKind.STRING, limits=Limits(min_length=1, max_length=9, pattern="^a+$"))
