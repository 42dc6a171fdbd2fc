"""Made-up values: repeatable, valid, and telling."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api.dice import Dice
from sdkgen.api.fit import Fitting, misfit
from sdkgen.api.json_text import JsonValue, dumps_exact, loads_exact
from sdkgen.api.load import load
from sdkgen.api.model import Api, Limits, Reference, Scalar, ScalarKind
from sdkgen.api.pattern import PatternError, text_matching
from sdkgen.api.single import UNUSUAL_KEYS, edge_number, number, stranger, text
from sdkgen.api.values import Sample, Values, examples
from tests.simulators.descriptions import api_of, named, reference

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "side", "price"],
    "properties": {
        "id": {"type": "integer"},
        "side": {"type": "string", "enum": ["BUY", "SELL"]},
        "price": {"type": "number"},
        "note": {"type": ["string", "null"]},
        "fills": {"type": "array", "items": {"$ref": "#/components/schemas/Fill"}},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "candle": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": {"type": "number"}},
        "kind": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Fill"}]},
        "anything": {},
        "live": {"type": "boolean"},
    },
}
FILL: dict[str, Any] = {
    "type": "object",
    "required": ["price"],
    "properties": {"price": {"type": "number", "minimum": 0, "maximum": 1}, "order": {"$ref": "#/components/schemas/Order"}},
}
SHOP = api_of(schemas={"Order": ORDER, "Fill": FILL})


def values_of(api: Api, pascal: str, **more: Any) -> tuple[Sample, ...]:
    return examples(api, Reference(name=named(api, pascal).name), **({"seed": 1, "count": 12} | more))


def test_the_same_seed_gives_the_same_values_and_another_gives_others() -> None:
    assert values_of(SHOP, "Order") == values_of(SHOP, "Order")
    assert values_of(SHOP, "Order") != values_of(SHOP, "Order", seed=2)
    assert [sample.value for sample in examples(SHOP, Scalar(kind=ScalarKind.STRING), seed=1, count=2)] == [
        '"gk182tqw80rl"',
        '"lqtq8"',
    ]


def test_the_first_values_show_all_that_a_type_can_be() -> None:
    full, precise, bare, strange, nulls, odd = values_of(SHOP, "Order", count=6)
    assert [sample.probe for sample in (full, precise, bare, strange, nulls, odd)] == [
        "generated",
        "precision",
        "generated",
        "unknown",
        "generated",
        "generated",
    ]
    found = loads_exact(full.value)
    assert isinstance(found, dict)
    assert set(found) == set(ORDER["properties"])
    assert loads_exact(bare.value).keys() == {"id", "side", "price"}  # type: ignore[union-attr]
    assert '"note":null' in nulls.value
    assert '"addedLater":' in strange.value
    assert '"side":"ADDED_LATER"' in strange.value
    assert not odd.value.isascii()


def test_precision_probes_hold_numbers_that_floats_can_not() -> None:
    [precise] = [sample for sample in values_of(SHOP, "Order", count=6) if sample.probe == "precision"]
    found = json.loads(precise.value, parse_float=Decimal)
    assert Decimal(found["id"]) != Decimal(float(found["id"])) or Decimal(str(found["price"])) != Decimal(float(found["price"]))


def test_a_type_without_numbers_has_no_precision_probe_and_one_without_strangers_no_unknown() -> None:
    api = api_of(schemas={"Text": {"type": "string"}, "Flag": {"type": "boolean", "enum": [True]}})
    assert {sample.probe for name in ("Text", "Flag") for sample in values_of(api, name)} == {"generated"}


def test_a_type_with_few_values_gives_few() -> None:
    assert [sample.value for sample in values_of(api_of(schemas={"Only": {"type": "boolean", "enum": [True]}}), "Only")] == ["true"]
    assert values_of(SHOP, "Order", count=0) == ()


def test_documented_examples_of_fields_are_used_where_an_ordinary_value_will_do() -> None:
    api = api_of(schemas={"Order": {"properties": {"price": {"type": "string", "example": "1.10"}}}})
    assert values_of(api, "Order", count=1)[0].value == '{"price":"1.10"}'


@pytest.mark.parametrize(
    "schemas",
    [
        pytest.param({"Node": {"required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}}}}, id="object"),
        pytest.param({"Node": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Node"}}}, id="list"),
        pytest.param({"Node": {"type": "array", "prefixItems": [{"$ref": "#/components/schemas/Node"}]}}, id="tuple"),
    ],
)
def test_a_type_without_finite_values_has_none(schemas: dict[str, Any]) -> None:
    assert values_of(api_of(schemas=schemas), "Node") == ()


def test_what_would_never_end_is_left_out_or_null() -> None:
    endless = {"required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Endless"}}}
    holder = {
        "required": ["maybe", "either", "many"],
        "properties": {
            "optional": {"$ref": "#/components/schemas/Endless"},
            "maybe": {"oneOf": [{"$ref": "#/components/schemas/Endless"}, {"type": "null"}]},
            "either": {"oneOf": [{"$ref": "#/components/schemas/Endless"}, {"type": "integer"}]},
            "many": {"type": "array", "items": {"$ref": "#/components/schemas/Endless"}},
        },
    }
    for sample in values_of(api_of(schemas={"Endless": endless, "Holder": holder}), "Holder"):
        found = loads_exact(sample.value)
        assert isinstance(found, dict)
        assert "optional" not in found
        assert (found["maybe"], found["many"]) == (None, [])
        assert isinstance(found["either"], int)


def test_recursive_values_end() -> None:
    tree = {"required": ["left"], "properties": {"left": {"oneOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]}}}
    many = {"properties": {name: {"type": "array", "items": {"$ref": "#/components/schemas/Many"}} for name in "abcdefgh"}}
    api = api_of(schemas={"Tree": tree, "Many": many})
    assert len(values_of(api, "Tree")) > 1
    assert all(len(sample.value) < 1_000_000 for sample in values_of(api, "Many"))


def test_discriminated_variants_say_which_they_are() -> None:
    variants = {name: {"required": ["kind"], "properties": {"kind": {"type": "string"}, name: {"type": "string"}}} for name in ("A", "B")}
    union = {
        "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
        "discriminator": {"propertyName": "kind", "mapping": {"a": "#/components/schemas/A", "b": "#/components/schemas/B"}},
    }
    kinds = set()
    for sample in values_of(api_of(schemas={**variants, "Either": union}), "Either"):
        found = loads_exact(sample.value)
        assert isinstance(found, dict)
        assert found["kind"] in ("a", "b")
        assert {"a": "B", "b": "A"}[str(found["kind"])] not in found
        kinds.add(found["kind"])
    assert kinds == {"a", "b"}


def test_plain_values_fit_into_a_path() -> None:
    for sample in examples(SHOP, Scalar(kind=ScalarKind.STRING), seed=3, count=20, plain=True):
        assert re.fullmatch(r'"[a-z0-9]+"', sample.value)
    assert not [sample for sample in values_of(SHOP, "Order", plain=True) if sample.probe == "unknown" or not sample.value.isascii()]


def validated(schema: dict[str, Any], value: JsonValue) -> None:
    def plain(node: Any) -> Any:  # jsonschema knows no Decimal; a Fraction-like float is exact enough to hold a value against limits
        match node:
            case Decimal():
                return int(node) if node == node.to_integral_value() else float(node)
            case dict():
                return {key: plain(inner) for key, inner in node.items()}
            case list():
                return [plain(inner) for inner in node]
            case _:
                return node

    jsonschema.Draft202012Validator(schema).validate(plain(value))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 20},
        {"type": "string", "maxLength": 2},
        {"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$"},
        {"type": "string", "pattern": "^(BUY|SELL)$", "maxLength": 4},
        {"type": "integer", "minimum": 5, "maximum": 7},
        {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
        {"type": "integer", "minimum": -10, "maximum": -3},
        {"type": "integer", "multipleOf": 5, "minimum": 1},
        {"type": "integer", "format": "int32"},
        {"type": "number", "minimum": 0.5, "maximum": 0.75},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "number", "minimum": 3, "maximum": 3},
        {"type": "number", "minimum": 10**30},
        {"type": "number", "maximum": -(10**30)},
        {"type": "number", "multipleOf": 0.25, "maximum": 10},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 1},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 0},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "boolean"}},
        ORDER | {"properties": {**ORDER["properties"], "fills": True, "kind": True}},
    ],
)
def test_values_are_valid_by_json_schema_except_on_purpose(schema: dict[str, Any]) -> None:
    api = api_of(schemas={"It": schema})
    found = values_of(api, "It", count=25)
    assert found
    for sample in found:
        if sample.probe != "unknown":
            validated(schema, loads_exact(sample.value))


@pytest.mark.parametrize(
    ("text_format", "shape"),
    [
        ("date-time", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
        ("date", r"20\d\d-\d\d-\d\d"),
        ("time", r"\d\d:\d\d:\d\dZ"),
        ("duration", r"PT\d+M"),
        ("uuid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("uri", r"https://host\d+\.example/\d+"),
        ("uri-reference", r"/\d+"),
        ("email", r"user\d+@host\d+\.example"),
        ("hostname", r"host\d+\.example"),
        ("ipv4", r"192\.0\.2\.\d+"),
        ("ipv6", r"2001:db8::[0-9a-f]+"),
        ("byte", r"[A-Za-z0-9+/]+=*"),
        ("decimal", r"\d+\.\d{8}"),
        ("int64", r"\d+"),
        ("unheard-of", r"[a-z0-9]+"),
    ],
)
def test_texts_have_their_format(text_format: str, shape: str) -> None:
    for seed in range(5):
        made = text(Scalar(kind=ScalarKind.STRING, format=text_format), Dice(str(seed)), odd=False, plain=False)
        assert re.fullmatch(shape, made)


def test_a_format_that_does_not_fit_the_length_gives_way() -> None:
    made = text(Scalar(kind=ScalarKind.STRING, format="uuid", limits=Limits(max_length=4)), Dice("1"), odd=False, plain=False)
    assert 0 < len(made) <= 4


def test_a_pattern_that_is_not_understood_gives_way() -> None:
    made = text(Scalar(kind=ScalarKind.STRING, limits=Limits(pattern="(?=x)y")), Dice("1"), odd=False, plain=True)
    assert made.isalnum()


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2,5}-[A-Z]{3,4}$",
        r"^\d+(\.\d+)?$",
        r"[a-c]|x{3}|(?:yes|no)+",
        r"^\w\s\S\D\W$",
        r"^[^a-z]{4}$",
        r"^[\w.-]+@[\d]$",
        r"^a*?b+?c??$",
        r"^(?<name>ab)$",
        r"^[]-]$".replace("[]-]", r"[\]-]"),
        r"^\u0041\x42\n\t\/\.$",
        r"^.{3}$",
        r"^[A-Za-z0-9+/]{8}==$",
        "",
        r"^$",
        r"^[a-]$",
        r"(^a$|^b$)",
        r"x{2}",
        r"x{2,}",
    ],
)
def test_texts_match_their_pattern(pattern: str) -> None:
    as_python = pattern.replace("(?<name>", "(?P<name>")
    for seed in range(20):
        assert re.search(as_python, text_matching(pattern, Dice(str(seed))))


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=x)", "(?!x)", "(?<=x)y", "(", ")", "[", "[]", "a**b", "*", "\\", r"\1", r"\b", r"\p{L}", r"\uZZZZ", "a$b", "a^b", "[z-a]",
        "x{5,2}", "x{a}", "x{999999}", "x{1", "(" * 30 + ")" * 30, "(x{100}){100}", "(?<n", r"[\d-\w]x[a-\d]",
    ],
)  # fmt: skip
def test_patterns_that_are_not_understood_are_told(pattern: str) -> None:
    with pytest.raises(PatternError):
        text_matching(pattern, Dice("1"))


@given(st.integers(min_value=1, max_value=10**50), st.text(max_size=3))
def test_dice_stay_below_their_limit(limit: int, seed: str) -> None:
    assert 0 <= Dice(seed).below(limit) < limit


def test_dice_fall_the_same_everywhere() -> None:
    dice = Dice("fixed")
    assert [dice.below(1000) for _ in range(5)] == [673, 408, 561, 275, 588]


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        (ScalarKind.STRING, ("A", "ADDED_LATER"), "ADDED_LATER_"),
        (ScalarKind.INTEGER, (1, 7), 1007),
        (ScalarKind.DECIMAL, (Decimal("0.5"),), 1000),
        (ScalarKind.BOOLEAN, (True,), True),
        (ScalarKind.ANY, ("a", 1), "ADDED_LATER"),
    ],
)
def test_strangers_are_not_among_the_known(kind: ScalarKind, values: tuple[JsonValue, ...], wanted: JsonValue) -> None:
    assert stranger(values, kind) == wanted


def test_what_an_object_says_it_is_it_must_fit() -> None:
    account = {"properties": {"type": {"enum": ["vault", "fiat"]}, "id": {"type": "string"}}, "required": ["type", "id"]}
    other = {"properties": {"type": {"enum": ["external"]}}, "required": ["type"]}
    mapping = {"vault": "#/components/schemas/Account", "external": "#/components/schemas/Other"}
    variants = [{"$ref": "#/components/schemas/Account"}, {"$ref": "#/components/schemas/Other"}]
    source = {"oneOf": variants, "discriminator": {"propertyName": "type", "mapping": mapping}}
    api = api_of(schemas={"Account": account, "Other": other, "Holder": {"properties": {"x": source}}})
    [field] = named(api, "Holder").fields  # type: ignore[union-attr]
    assert misfit(api, field.type, '{"type":"vault"}') == "/id: required, but absent"
    assert misfit(api, field.type, '{"type":"external"}') is None
    assert misfit(api, field.type, '{"type":"added-later"}') is None


def test_precise_numbers_keep_inside_limits() -> None:
    for seed in range(20):
        made = number(Scalar(kind=ScalarKind.DECIMAL, limits=Limits(minimum="5", maximum="6")), Dice(str(seed)), precise=True)
        assert 5 <= made <= 6
        made = number(Scalar(kind=ScalarKind.INTEGER, format="uint32"), Dice(str(seed)), precise=True)
        assert 0 <= made < 2**32


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        ({"type": "string"}, "1", "/: text expected, a number found"),
        ({"type": "integer"}, "1.5", "/: a whole number expected, a number found"),
        ({"type": "integer"}, "1.0", None),
        ({"type": "integer"}, "true", "/: a whole number expected, true or false found"),
        ({"type": "number"}, "null", "/: a number expected, null found"),
        ({"type": ["number", "null"]}, "null", None),
        ({"type": "boolean"}, "1", "/: true or false expected, a number found"),
        ({"type": "array", "items": {"type": "string"}}, '["a",1]', "/1: text expected, a number found"),
        ({"type": "array", "items": {"type": "string"}}, "{}", "/: a list expected, an object found"),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, "[]", "/: 1 places expected, 0 found"),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, '["a",{}]', None),
        ({"type": "object", "additionalProperties": {"type": "string"}}, '{"a":1}', "/a: text expected, a number found"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "[]", "/: an object expected, a list found"),
        ({"properties": {"a": {"type": "string"}}, "required": ["a"]}, "{}", "/a: required, but absent"),
        ({"properties": {"a": {"type": "string"}}}, '{"b":1}', None),
        ({"properties": {"a": {"type": "string"}}}, '"x"', "/: an object expected, text found"),
        ({"enum": ["a"]}, '"unknown"', None),
        ({"enum": ["a"]}, "1", "/: text expected, a number found"),
        ({"oneOf": [{"type": "string"}, {"type": "boolean"}]}, "1", "/: fits none of 2 variants"),
        ({"oneOf": [{"type": "string"}, {"type": "boolean"}]}, '"a"', None),
        ({}, "[1]", None),
    ],
)
def test_fitting_says_where_and_why_not(schema: dict[str, Any], value: str, why: str | None) -> None:
    api = api_of(schemas={"Holder": {"properties": {"x": schema}}})
    [field] = named(api, "Holder").fields  # type: ignore[union-attr]
    assert misfit(api, field.type, value) == why


def test_values_of_real_descriptions_fit_their_types(specs_folder: Path) -> None:
    for file in ("kucoin/spot.json", "kraken/futures-rest.yaml", "hyperliquid/rest.yaml"):
        api = load((specs_folder / file).read_bytes())
        maker, fitting = Values(api), Fitting(api.types)
        for declared in api.types:
            wanted = Reference(name=declared.name)
            found = maker.examples(wanted, seed=5, count=4)
            assert found, declared.name.pascal()
            assert not [why for sample in found if (why := fitting.misfit(wanted, loads_exact(sample.value)))]


def inner(value: JsonValue) -> list[JsonValue]:
    """The value and all that stands in it."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for member in members for each in inner(member))]


EDGY = {
    "price": {"type": "number"},
    "count": {"type": "integer"},
    "note": {"type": "string"},
    "tags": {"additionalProperties": {"type": "string"}},
}
BOOK = api_of(schemas={"Book": {"type": "object", "properties": EDGY | {"levels": {"type": "array", "items": {"type": "number"}}}}})


def test_many_values_go_to_the_ends_of_what_programs_hold() -> None:
    few = {sample.value for sample in values_of(BOOK, "Book", count=6)}
    many = [loads_exact(sample.value) for sample in values_of(BOOK, "Book", count=60)]
    assert few == {dumps_exact(value) for value in many[:6]}
    found = [each for value in many for each in inner(value)]
    numbers = {format(each, "f") for each in found if isinstance(each, Decimal)} | {str(each) for each in found if isinstance(each, int)}
    assert {"-0.0", "0.00000001", format(Decimal("1E+308"), "f"), "9223372036854775808", "12345678901234567890"} <= numbers
    texts = "".join(each for each in found if isinstance(each, str))
    assert {"\x00", "\x1f", "\u2028", "\ufeff", "\U0001f680"} <= set(texts)
    keys = {key for each in found if isinstance(each, dict) for key in each}
    assert {"__proto__", "constructor", "", "a\x00b"} <= keys
    levels = [value.get("levels") for value in many if isinstance(value, dict)]
    lengths = {len(each) for each in levels if isinstance(each, list)}
    assert 0 in lengths
    assert max(lengths) == 60


def test_unusual_keys_never_replace_one_that_the_type_knows() -> None:
    fields = {key: {"type": "boolean"} for key in UNUSUAL_KEYS}
    api = api_of(schemas={"Odd": {"type": "object", "properties": fields}})
    for sample in values_of(api, "Odd", count=40):
        value = loads_exact(sample.value)
        assert isinstance(value, dict)
        assert all(isinstance(value[key], bool) for key in value.keys() & fields.keys())


@pytest.mark.parametrize(
    ("text_format", "lowest", "highest"),
    [
        ("int8", -127, 127),
        ("uint8", 0, 255),
        ("int16", -32767, 32767),
        ("uint16", 0, 65535),
        ("uint32", 0, 2**32 - 1),
        ("uint64", 0, 2**64 - 1),
    ],
)
def test_whole_numbers_keep_to_their_width(text_format: str, lowest: int, highest: int) -> None:
    scalar = Scalar(kind=ScalarKind.INTEGER, format=text_format)
    made = [edge_number(scalar, turn, Dice(str(turn))) for turn in range(20)]
    made += [number(scalar, Dice(str(turn)), precise=precise) for turn in range(20) for precise in (True, False)]
    assert all(isinstance(each, int) and lowest <= each <= highest for each in made)


def test_numbers_at_the_ends_keep_inside_limits() -> None:
    scalar = Scalar(kind=ScalarKind.DECIMAL, limits=Limits(minimum="0", maximum="1", multiple_of="0.5"))
    assert {edge_number(scalar, turn, Dice("1")) for turn in range(20)} <= {Decimal(0), Decimal(1), Decimal("0.5")}
    narrow = Scalar(kind=ScalarKind.DECIMAL, limits=Limits(minimum="5", maximum="6"))
    assert all(5 <= edge_number(narrow, turn, Dice("1")) <= 6 for turn in range(20))


def test_a_reference_to_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        examples(SHOP, reference("nobody"), seed=1, count=1)
