from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.errors import ArgumentError
from sdkgen.python.runtime.jsontext import JsonValue
from sdkgen.python.runtime.wire import (
    cookie_text,
    form_text,
    header_text,
    multipart,
    path_segment,
    percent_encoded,
    query_pairs,
    text_of,
    with_reserved,
)

OBJECT: JsonValue = {"x": 1, "y": {"z": "a b"}, "n": None, "l": [1, 2]}


@given(st.text().filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)))
def test_everything_but_unreserved_characters_is_encoded(text: str) -> None:
    assert percent_encoded(text) == quote(text, safe="")


@pytest.mark.parametrize(
    ("value", "style", "explode", "pairs"),
    [
        ("a b/é", "form", True, ["k=a%20b%2F%C3%A9"]),
        (Decimal("1E-8"), "form", True, ["k=0.00000001"]),
        (Decimal("1.10"), "form", True, ["k=1.10"]),
        (True, "form", True, ["k=true"]),
        (["a", "b,c"], "form", True, ["k=a", "k=b%2Cc"]),
        (["a", "b,c"], "form", False, ["k=a,b%2Cc"]),
        (["a", "b"], "spaceDelimited", False, ["k=a%20b"]),
        (["a", "b"], "pipeDelimited", False, ["k=a%7Cb"]),
        (["a", "b"], "pipeDelimited", True, ["k=a", "k=b"]),
        ([], "form", True, []),
        ([], "form", False, []),
        ({}, "form", False, []),
        (OBJECT, "form", True, ["x=1", "y=%7B%22z%22%3A%22a%20b%22%7D", "l=%5B1%2C2%5D"]),
        ({"x": 1, "n": None, "y": 2}, "form", False, ["k=x,1,y,2"]),
        (OBJECT, "deepObject", True, ["k%5Bx%5D=1", "k%5By%5D%5Bz%5D=a%20b", "k%5Bl%5D=1", "k%5Bl%5D=2"]),
        (["a", "b"], "deepObject", True, ["k=a", "k=b"]),
        ("a", "deepObject", True, ["k=a"]),
    ],
)
def test_query_styles(value: JsonValue, style: str, explode: bool, pairs: list[str]) -> None:
    assert list(query_pairs("k", value, style, explode, json=False)) == pairs


@pytest.mark.parametrize(
    ("pair", "joined", "kept"),
    [
        (f"k%3A={percent_encoded(':/?@!$()*;,')}", False, "k%3A=:/?@!$()*;,"),
        (f"k={percent_encoded(':/?@!$()*;,')}", True, "k=:/?@!$()*;%2C"),
        (f"k={percent_encoded('a%3A%25#[]&=+é ')}", False, f"k={quote('a%3A%25#[]&=+é ', safe='')}"),
        ("k=a%20b%7C%27", False, "k=a%20b%7C%27"),
        ("k=", True, "k="),
    ],
)
def test_reserved_characters_that_mean_nothing_in_a_query_are_kept(pair: str, joined: bool, kept: str) -> None:
    assert with_reserved(pair, joined=joined) == kept


def test_a_parameter_that_travels_as_json_is_json_whatever_its_style() -> None:
    assert list(query_pairs("k e", {"a": [Decimal("1.10")]}, "form", True, json=True)) == ["k%20e=%7B%22a%22%3A%5B1.10%5D%7D"]  # noqa: FBT003


@pytest.mark.parametrize(
    ("value", "style", "explode", "segment"),
    [
        ("BTC/USD", "simple", False, "BTC%2FUSD"),
        (["a", "b"], "simple", False, "a,b"),
        ({"x": 1, "y": 2}, "simple", False, "x,1,y,2"),
        ({"x": 1, "y": 2}, "simple", True, "x=1,y=2"),
        ("a", "label", False, ".a"),
        (["a", "b"], "label", True, ".a.b"),
        (["a", "b"], "label", False, ".a,b"),
        ("a", "matrix", False, ";k=a"),
        (["a", "b"], "matrix", False, ";k=a,b"),
        (["a", "b"], "matrix", True, ";k=a;k=b"),
        ({"x": 1}, "matrix", True, ";x=1"),
        ("..x", "simple", False, "..x"),
    ],
)
def test_path_styles(value: JsonValue, style: str, explode: bool, segment: str) -> None:
    assert path_segment("k", value, style, explode) == segment


@pytest.mark.parametrize("value", ["", ".", "..", []])
def test_a_segment_that_would_change_the_path_is_refused(value: JsonValue) -> None:
    with pytest.raises(ArgumentError, match="can't stand in a path"):
        path_segment("k", value, "simple", explode=False)


@pytest.mark.parametrize(
    ("value", "explode", "json", "text"),
    [
        ("a b", False, False, "a b"),
        (["a", 1], False, False, "a,1"),
        ({"x": 1, "n": None}, False, False, "x,1"),
        ({"x": 1}, True, False, "x=1"),
        ({"x": 1}, True, True, '{"x":1}'),
    ],
)
def test_header_styles(value: JsonValue, explode: bool, json: bool, text: str) -> None:
    assert header_text("X-K", value, explode, json) == text


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nb", "\x00", "\x7f", "€"])
def test_a_header_that_would_end_early_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        header_text("X-K", text, explode=False, json=False)
    assert text not in str(raised.value)


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "", "A B", "A:B", "A\r\nB"])
def test_headers_that_frame_the_request_are_not_set_by_a_call(name: str) -> None:
    with pytest.raises(ArgumentError, match="no header that a call may set"):
        header_text(name, "x", explode=False, json=False)


def test_cookies() -> None:
    assert cookie_text("k", "a;b", json=False) == "k=a%3Bb"
    assert cookie_text("k", ["a", "b"], json=False) == "k=a,b"
    assert cookie_text("k", {"a": 1}, json=True) == "k=%7B%22a%22%3A1%7D"


def test_a_form_repeats_lists_and_leaves_null_out() -> None:
    assert form_text({"a b": "c&d", "l": [1, "x"], "n": None, "o": {"p": Decimal("1.0")}}) == "a%20b=c%26d&l=1&l=x&o=%7B%22p%22%3A1.0%7D"
    with pytest.raises(ArgumentError, match="object"):
        form_text([1])


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_a_form_reads_back_as_it_was(fields: dict[str, JsonValue]) -> None:
    written = form_text(fields)
    pairs = parse_qsl(written, keep_blank_values=True, errors="surrogatepass") if written else []
    assert dict(pairs) == fields


def test_multipart_parts_and_boundary_depend_on_nothing_but_the_content() -> None:
    value: JsonValue = {"a": "1", "f": "raw\udcff", "l": ["x", "y"], "o": [{"p": 1}], "n": None, 'q"\r\n': "z"}
    boundary, body = multipart(value, frozenset({"f"}))
    assert multipart(value, frozenset({"f"})) == (boundary, body)
    assert len(boundary) == 32
    mark = f"--{boundary}\r\n".encode()
    parts = body.removesuffix(f"--{boundary}--\r\n".encode()).split(mark)[1:]
    assert parts == [
        b'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n',
        b'Content-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\nraw\xff\r\n',
        b'Content-Disposition: form-data; name="l"\r\n\r\nx\r\n',
        b'Content-Disposition: form-data; name="l"\r\n\r\ny\r\n',
        b'Content-Disposition: form-data; name="o"\r\nContent-Type: application/json\r\n\r\n[{"p":1}]\r\n',
        b'Content-Disposition: form-data; name="q%22%0D%0A"\r\n\r\nz\r\n',
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (False, "false"), (12, "12"), (Decimal("0.10"), "0.10"), ([1], "[1]"), ({"a": None}, '{"a":null}'), (None, "null")],
)
def test_one_value_is_text_and_anything_deeper_is_json(value: JsonValue, text: str) -> None:
    assert text_of(value) == text
