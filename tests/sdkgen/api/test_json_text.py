"""Exact JSON: every digit survives."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api.json_text import MAX_DEPTH, JsonTextError, JsonValue, dumps_exact, loads_exact, number_text, same_json

NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "1.10",
        "0.1234567890123456789",
        "12345678901234567890",
        "-0.00000001",
        "0.00",
        '{"b":1,"a":[true,false,null]}',
        '"交易 🚀 \\" \\\\ \\n"',
        "[]",
        "{}",
        pytest.param("1" * 5000, id="5,000 digits"),
    ],
)
def test_text_survives_reading_and_writing(text: str) -> None:
    assert dumps_exact(loads_exact(text)) == text


@given(VALUES)
def test_every_value_survives_writing_and_reading(value: JsonValue) -> None:
    assert same_json(loads_exact(dumps_exact(value)), value)


@given(VALUES)
def test_what_is_written_is_json_for_others_too(value: JsonValue) -> None:
    assert json.loads(dumps_exact(value), parse_float=Decimal, parse_int=Decimal) == json.loads(
        dumps_exact(value), parse_float=Decimal, parse_int=Decimal
    )


def test_bytes_are_utf_8_with_or_without_a_mark() -> None:
    assert loads_exact(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("1E-400"), "1E-400"),
        (Decimal("-0.0"), "-0.0"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_numbers_are_written_plainly_unless_that_takes_too_many_zeros(number: int | Decimal, text: str) -> None:
    assert number_text(number) == text
    assert loads_exact(text) == number


def test_numbers_that_json_does_not_have_are_refused() -> None:
    for number in (Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(JsonTextError, match="no JSON number"):
            dumps_exact([number])
    for text in ("NaN", "-Infinity"):
        with pytest.raises(JsonTextError, match="no JSON number"):
            loads_exact(text)
    with pytest.raises(JsonTextError, match="out of range"):
        loads_exact("1e9999999999999999999")


@pytest.mark.parametrize("text", ["", "{", "[1,]", "01", "'a'", b"\xff"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(JsonTextError):
        loads_exact(text)


def test_a_key_twice_is_an_error_unless_somebody_wants_to_know() -> None:
    with pytest.raises(JsonTextError, match=r'"a" stands twice'):
        loads_exact('{"a":1,"b":{"a":1,"a":2}}')
    told: list[str] = []
    assert loads_exact('{"a":1,"a":2,"a":3}', on_duplicate=told.append) == {"a": 3}
    assert told == ["a", "a"]


def test_nesting_has_a_bound() -> None:
    assert loads_exact("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(JsonTextError, match="nests deeper"):
            loads_exact("[" * depth + "]" * depth)


def test_a_lone_surrogate_can_be_written() -> None:
    text = dumps_exact("\ud800")
    assert text == '"\\ud800"'
    text.encode()


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("1", "1.0", True),
        ("1.10", "1.1", True),
        ("100", "1e2", True),
        ("0.1234567890123456789", "0.12345678901234568", False),
        ("9007199254740993", "9007199254740992", False),
        ('{"a":1,"b":2}', '{"b":2,"a":1.0}', True),
        ('{"a":1}', '{"a":1,"b":null}', False),
        ("[1,2]", "[2,1]", False),
        ("[1]", "[1,2]", False),
        ("1", "true", False),
        ("0", "false", False),
        ("true", "true", True),
        ("true", "false", False),
        ("null", "null", True),
        ("null", "0", False),
        ('"1"', "1", False),
        ('"a"', '"a"', True),
        ("[]", "{}", False),
    ],
)
def test_sameness_is_by_value(left: str, right: str, same: bool) -> None:
    assert same_json(loads_exact(left), loads_exact(right)) is same
    assert same_json(loads_exact(right), loads_exact(left)) is same
