from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.sandboxes.reference.web import codec

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_again_without_a_digit_lost(value: codec.Json) -> None:
    assert codec.read(codec.write(value)) == value


@pytest.mark.parametrize(
    ("number", "text"), [("1E+3", "1000"), ("1.500", "1.5"), ("0E-10", "0"), ("100", "100"), ("0.00000001", "0.00000001"), ("-2.0", "-2")]
)
def test_decimals_are_written_plainly(number: str, text: str) -> None:
    assert codec.plain(Decimal(number)) == text


def test_numbers_with_a_point_are_exact() -> None:
    assert codec.read(b'{"x": 0.10000000000000000001}') == {"x": Decimal("0.10000000000000000001")}


def test_strings_are_ascii_on_the_wire() -> None:
    assert codec.write({"é": "\ud800"}) == b'{"\\u00e9":"\\ud800"}'


def test_binary_floats_are_not_written() -> None:
    with pytest.raises(TypeError):
        codec.write({"x": 0.1})


def test_nesting_up_to_the_bound_is_read() -> None:
    bound = codec.MAX_DEPTH
    assert codec.read(b"[" * bound + b"]" * bound)
    with pytest.raises(codec.JsonError):
        codec.read(b"[" * (bound + 1) + b"]" * (bound + 1))
    assert codec.read(b"[" + b",".join([b"[]"] * 100) + b"]")
