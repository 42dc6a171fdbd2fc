from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.jsontext import JsonValue, number_text, parse, quoted, whole, write

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e30"), max_value=Decimal("1e30")).filter(
    lambda value: abs(value.adjusted()) < 200
)
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | decimals | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    [
        "1.10",
        "0.00000001",
        "-0",
        "-0.0",
        "123456789012345678901234567890",
        "9" * 5000,
        "0." + "1" * 1000,
        '"\\ud800"',
        '"é/<&\u2028\\u0000\\n\\"\\\\"',
        "[]",
        "{}",
        '{"a":[1,{"b":null}],"c":true,"m":1,"M":2}',
    ],
)
def test_text_is_the_same_after_reading_and_writing(text: str) -> None:
    assert write(parse(text)) == text


@given(json_values)
def test_any_value_survives(value: JsonValue) -> None:
    again = parse(write(value))
    assert again == value
    assert write(again) == write(value)


@given(json_values)
def test_what_is_written_is_utf_8(value: JsonValue) -> None:
    assert parse(write(value).encode()) == value


@pytest.mark.parametrize(
    "text",
    ["NaN", "-Infinity", '{"a":1,"a":2}', "[" * 100_000, "", "{", "1 2", "'a'", b"\xff", "01", '"\t"'],
)
def test_what_is_no_exact_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 1.5, {1: 2}, object(), [b"x"]])
def test_what_json_cannot_hold_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        write(value)  # type: ignore[arg-type]


def test_a_value_that_contains_itself_is_not_written() -> None:
    value: list[JsonValue] = []
    value.append(value)
    with pytest.raises(ValueError, match="deep"):
        write(value)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("1E+5"), "100000"),
        (Decimal("1.50E-8"), "0.0000000150"),
        (Decimal("1E+500"), "1E+500"),
        (Decimal("1E-1000000"), "1E-1000000"),
        (True + 0, "1"),
    ],
)
def test_numbers_are_written_in_plain_digits(number: int | Decimal, text: str) -> None:
    assert number_text(number) == text


def test_a_huge_exponent_is_never_worked_out() -> None:
    assert whole(Decimal("1E+1000000000")) is None
    assert whole(Decimal("1.50")) is None
    assert whole(Decimal("1E+3")) == 1000


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse("\ufeff1".encode()) == 1


@given(st.text())
def test_strings_hold_no_raw_control_and_no_lone_surrogate(text: str) -> None:
    written = quoted(text)
    assert parse(written) == text
    assert all(character >= " " for character in written)
    written.encode()
