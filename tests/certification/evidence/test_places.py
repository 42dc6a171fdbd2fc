from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.places import read, read_rows, write
from sdkgen.api.json_text import loads_exact

DOCUMENT = loads_exact(
    '{"a": {"b": [{"c": 1.10}, {"c": null}, {"d": 2}], "t": true, "o": {}}, "bids": [["9", 2], ["8"]], "n": 12345678901234567890, '
    '"filters": [{"kind": "size", "step": 0.1}, {"kind": "price", "step": 0.2}, {"kind": "size", "step": 0.3}, {"kind": "", "step": 0.4}, '
    '{"n": 5, "step": "0.5"}], "open": {"O-1": {"status": "new"}, "O-2": {"status": "done"}}}'
)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("n", ("12345678901234567890",)),
        ("a.t", ("true",)),
        ("a.b[].c", ("1.10", "null")),
        ("a.b[0].c", ("1.10",)),
        ("a.b[2].d", ("2",)),
        ("a.b[7].d", ()),
        ("bids[][0]", ("9", "8")),
        ("bids[].[1]", ("2",)),
        ("bids[0][]", ("9", "2")),
        ("a", ()),
        ("a.b", ()),
        ("a.o", ()),
        ("filters[kind=size].step", ("0.1", "0.3")),
        ("filters[kind=price].step", ("0.2",)),
        ("filters[kind=].step", ("0.4",)),
        ("filters[n=5].step", ("0.5",)),
        ("filters[kind=other].step", ()),
        ("bids[kind=size].step", ()),
        ("bids[0=9][1]", ("2",)),
        ("bids[1=2][0]", ("9",)),
        ("bids[0=2][1]", ()),
        ("filters[0=size].step", ()),
        ("a[kind=size].step", ()),
        ("open{}.status", ("new", "done")),
        ("open{name}", ("O-1", "O-2")),
        ("open{name}.x", ()),
        ("a.b{}", ()),
        ("a.b{name}", ()),
        ("missing", ()),
        ("a.t.deeper", ()),
        ("a[0]", ()),
        ("bids.x", ()),
    ],
)
def test_a_place_is_read_from_a_document(place: str, found: tuple[str, ...]) -> None:
    assert read(DOCUMENT, place) == found


def test_the_top_of_a_document_may_be_a_list_or_nothing() -> None:
    assert read([{"x": False}, {"x": "y"}], "[].x") == ("false", "y")
    assert read(None, "x") == ()
    assert read("text", "") == ("text",)


@pytest.mark.parametrize(("literal", "text"), [("1e-8", "0.00000001"), ("1.50", "1.50"), ("-0.0", "-0.0"), ("1e999999999", "1E+999999999")])
def test_a_number_keeps_its_digits_and_never_grows_without_bound(literal: str, text: str) -> None:
    assert read(loads_exact(f'{{"x": {literal}}}'), "x") == (text,)


KEYS = st.lists(st.text(st.characters(exclude_characters=".[]{}"), min_size=1, max_size=4), min_size=1, max_size=4)


@given(keys=KEYS, value=st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_what_is_written_is_read_again(keys: list[str], value: Any) -> None:
    document: dict[str, Any] = {"already": "here"}
    write(document, ".".join(keys), value)
    expected = f"{value:f}" if isinstance(value, Decimal) else str(value)
    assert read(document, ".".join(keys)) == (expected,)


def test_writing_joins_what_is_there() -> None:
    document: dict[str, Any] = {}
    for place in ("a.b", "a.c", "d"):
        write(document, place, place)
    assert document == {"a": {"b": "a.b", "c": "a.c"}, "d": "d"}


@given(
    place=st.text(max_size=30),
    document=st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
)
def test_no_place_and_no_document_break_reading(place: str, document: Any) -> None:
    assert all(isinstance(text, str) for text in read(document, place))


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("a.b[].c", ("1.10", "null", "null")),
        ("filters[].kind", ("size", "price", "size", "", "null")),
        ("filters[].none", ("null",) * 5),
        ("bids[][0]", ("9", "8")),
        ("open{}.status", ("new", "done")),
        ("n", ("12345678901234567890",)),
    ],
)
def test_rows_that_lack_what_others_have_are_told_as_null(place: str, found: tuple[str, ...]) -> None:
    assert read_rows(DOCUMENT, place) == found
