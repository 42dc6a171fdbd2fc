from decimal import Decimal

import pytest

from certification.evidence.sdk.described import DescribedParameter
from certification.evidence.sdk.written import cookie_text, header_text, path_text, plain, query_pairs
from sdkgen.api.json_text import JsonValue


def parameter(
    location: str, style: str, *, explode: bool = False, json_encoded: bool = False, allow_reserved: bool = False
) -> DescribedParameter:
    return DescribedParameter(
        name="k y", location=location, style=style, explode=explode, json_encoded=json_encoded, schema=None, allow_reserved=allow_reserved
    )


LIST: JsonValue = ["a b", 1, Decimal("1.10")]
ALL = "a%41%25#[]&=+' é:/?@!$()*;,"
KEPT = "a%2541%2525%23%5B%5D%26%3D%2B%27%20%C3%A9:/?@!$()*;"
OBJECT: JsonValue = {"x": 1, "y z": "&"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (12345678901234567890, "12345678901234567890"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E-8"), "0.00000001"),
        ("é", "é"),
        ([1, {"a": None}], '[1,{"a":null}]'),
    ],
)
def test_a_value_has_one_text(value: JsonValue, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("style", "explode", "value", "query"),
    [
        ("form", True, "a b+c&é/", "k%20y=a%20b%2Bc%26%C3%A9%2F"),
        ("form", True, LIST, "k%20y=a%20b&k%20y=1&k%20y=1.10"),
        ("form", False, LIST, "k%20y=a%20b,1,1.10"),
        ("spaceDelimited", False, LIST, "k%20y=a%20b%201%201.10"),
        ("pipeDelimited", False, LIST, "k%20y=a%20b%7C1%7C1.10"),
        ("pipeDelimited", True, LIST, "k%20y=a%20b&k%20y=1&k%20y=1.10"),
        ("deepObject", False, LIST, "k%20y=a%20b&k%20y=1&k%20y=1.10"),
        ("form", True, OBJECT, "x=1&y%20z=%26"),
        ("form", False, OBJECT, "k%20y=x,1,y%20z,%26"),
        ("form", True, {"x": None, "y": 1}, "y=1"),
        ("deepObject", True, {"x": {"y": 1}, "l": [1, 2], "n": None}, "k%20y%5Bx%5D%5By%5D=1&k%20y%5Bl%5D=1&k%20y%5Bl%5D=2"),
        ("form", True, None, ""),
        ("form", True, [], ""),
        ("form", True, {}, ""),
        ("deepObject", True, {}, ""),
    ],
)
def test_a_query_parameter_is_written_in_its_style(style: str, explode: bool, value: JsonValue, query: str) -> None:
    assert "&".join("=".join(pair) for pair in query_pairs(parameter("query", style, explode=explode), value)) == query


@pytest.mark.parametrize(
    ("style", "explode", "value", "query"),
    [
        ("form", True, ALL, f"k%20y={KEPT},"),
        ("form", True, ["a,b", "c:d"], "k%20y=a,b&k%20y=c:d"),
        ("form", False, ["a,b", "c:d"], "k%20y=a%2Cb,c:d"),
        ("form", False, {"x/y": "a,b"}, "k%20y=x/y,a%2Cb"),
        ("form", True, {"x/y": "a,b"}, "x%2Fy=a,b"),
        ("deepObject", True, {"x": {"y/z": "a/b"}}, "k%20y%5Bx%5D%5By%2Fz%5D=a/b"),
        ("spaceDelimited", False, ["a b", "c/d"], "k%20y=a%20b%20c/d"),
    ],
)
def test_reserved_characters_that_mean_nothing_in_a_query_are_kept(style: str, explode: bool, value: JsonValue, query: str) -> None:
    described = parameter("query", style, explode=explode, allow_reserved=True)
    assert "&".join("=".join(pair) for pair in query_pairs(described, value)) == query


def test_a_json_encoded_parameter_is_json_text() -> None:
    described = parameter("query", "form", json_encoded=True)
    assert query_pairs(described, {"a": Decimal("1.10")}) == (("k%20y", "%7B%22a%22%3A1.10%7D"),)
    assert header_text(parameter("header", "simple", json_encoded=True), ["a"]) == '["a"]'
    assert cookie_text(parameter("cookie", "form", json_encoded=True), ["a"]) == "k%20y=%5B%22a%22%5D"


@pytest.mark.parametrize(
    ("style", "explode", "value", "path"),
    [
        ("simple", False, "a/b", "a%2Fb"),
        ("simple", False, LIST, "a%20b,1,1.10"),
        ("simple", False, OBJECT, "x,1,y%20z,%26"),
        ("simple", True, OBJECT, "x=1,y%20z=%26"),
        ("label", False, LIST, ".a%20b,1,1.10"),
        ("label", True, LIST, ".a%20b.1.1.10"),
        ("matrix", False, LIST, ";k%20y=a%20b,1,1.10"),
        ("matrix", True, LIST, ";k%20y=a%20b;k%20y=1;k%20y=1.10"),
        ("matrix", True, OBJECT, ";x=1;y%20z=%26"),
        ("matrix", True, "v", ";k%20y=v"),
    ],
)
def test_a_path_parameter_is_written_in_its_style(style: str, explode: bool, value: JsonValue, path: str) -> None:
    assert path_text(parameter("path", style, explode=explode), value) == path


@pytest.mark.parametrize(
    ("explode", "value", "text"),
    [(False, "a b", "a b"), (False, LIST, "a b,1,1.10"), (False, OBJECT, "x,1,y z,&"), (True, OBJECT, "x=1,y z=&")],
)
def test_a_header_is_not_percent_encoded(explode: bool, value: JsonValue, text: str) -> None:
    assert header_text(parameter("header", "simple", explode=explode), value) == text


def test_a_cookie_is_one_pair() -> None:
    assert cookie_text(parameter("cookie", "form"), LIST) == "k%20y=a%20b,1,1.10"
