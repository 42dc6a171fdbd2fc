"""Schemas to types: nothing lost, everything named, flaws told."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import (
    AliasType,
    EnumType,
    Limits,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)
from tests.simulators.descriptions import api_of, fields, named, reference, rules, type_of

TEXT, WHOLE, NUMBER = Scalar(kind=ScalarKind.STRING), Scalar(kind=ScalarKind.INTEGER), Scalar(kind=ScalarKind.DECIMAL)
FLAG, ANY, BYTES = Scalar(kind=ScalarKind.BOOLEAN), Scalar(kind=ScalarKind.ANY), Scalar(kind=ScalarKind.BINARY)


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


def test_limits_of_texts() -> None:
    found = type_of({"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a+$"})
    assert found == Scalar(kind=ScalarKind.STRING, limits=Limits(min_length=1, max_length=9, pattern="^a+$"))


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
