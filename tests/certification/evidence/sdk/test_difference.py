from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.sdk.difference import difference, shown
from sdkgen.api.json_text import JsonValue, same_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("expected", "found", "sentence"),
    [
        (Decimal("1.10"), Decimal("1.1"), None),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "$.a[1].b: 2 became 3"),
        ({"a": 1}, {}, "$.a: 1 is lost"),
        ({}, {"a": 1}, "$.a: 1 was added"),
        ([1, 2], [1], "$: 2 items became 1"),
        (Decimal("0.1234567890123456789"), Decimal("0.12345678901234568"), "$: 0.1234567890123456789 became 0.12345678901234568"),
        ("1", 1, '$: "1" became 1'),
        (True, 1, "$: true became 1"),
    ],
)
def test_the_first_place_that_differs_is_named(expected: JsonValue, found: JsonValue, sentence: str | None) -> None:
    assert difference(expected, found) == sentence


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 500) == '"' + "x" * 119 + "…"


@given(VALUES, VALUES)
def test_there_is_a_difference_where_the_values_are_not_the_same(left: JsonValue, right: JsonValue) -> None:
    assert (difference(left, right) is None) == same_json(left, right)
