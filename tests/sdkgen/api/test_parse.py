"""From bytes to a document: exact, bounded, and clear about what is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api import parse as parsing
from sdkgen.api import yaml_text
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.parse import Lines, parse
from sdkgen.api.pointer import join
from sdkgen.api.yaml_text import YamlTextError, loads_yaml
from sdkgen.errors import DescriptionError


def root(text: str) -> dict[str, JsonValue]:
    return parse(text.encode(), source="here").root


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.10", Decimal("1.10")),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("12345678901234567890", 12345678901234567890),
        ("-5", -5),
        ("+5", 5),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1e-8", Decimal("1e-8")),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", "017"),
        ("-05", "-05"),
        ("0", 0),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 1.10", "1.10"),
        ("!!float 1.10", Decimal("1.10")),
        ("! 12", "12"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
    ],
)
def test_yaml_scalars_follow_the_core_schema_of_1_2(written: str, value: JsonValue) -> None:
    found = root(f"a: {written}\n")["a"]
    assert found == value
    assert type(found) is type(value)


def test_digits_survive_in_both_notations() -> None:
    assert dumps_exact(root('{"a": 1.10, "b": 0.00000001}')) == dumps_exact(root("a: 1.10\nb: 0.00000001"))


def test_keys_are_the_text_that_was_written() -> None:
    assert list(root("200: a\nno: b\n1.10: c\nnull: d\n'200 ': e\n")) == ["200", "no", "1.10", "null", "200 "]


def test_anchors_aliases_and_merge_keys() -> None:
    document = root("base: &b {x: 1, y: 2}\nuse: *b\nmerged: {<<: *b, y: 3}\nmany: {<<: [*b, {z: 4}]}\nname: &n key\n*n : v\n")
    assert document["use"] == {"x": 1, "y": 2}
    assert document["merged"] == {"x": 1, "y": 3}
    assert document["many"] == {"x": 1, "y": 2, "z": 4}
    assert document["key"] == "v"


@pytest.mark.parametrize(
    ("text", "line", "held"),
    [
        pytest.param("a: 1\nb: {c: 1,\n c: 2}\n", 3, {"c": 2}, id="yaml"),
        pytest.param('{"b": {"c": 1, "c": 2}}', None, {"c": 2}, id="json"),
        pytest.param("b:\n  c: {get: 1}\n  c: {put: 2}\n", 3, {"c": {"get": 1, "put": 2}}, id="yaml, other keys"),
        pytest.param('{"b": {"c": {"get": 1}, "c": {"put": 2}}}', None, {"c": {"get": 1, "put": 2}}, id="json, other keys"),
        pytest.param("b:\n  c: {get: 1}\n  c: {get: 2}\n", 3, {"c": {"get": 2}}, id="yaml, the same key"),
    ],
)
def test_keys_that_stand_twice_are_told(text: str, line: int | None, held: JsonValue) -> None:
    document = parse(text.encode(), source="here")
    assert [(slip.rule, slip.line) for slip in document.slips] == [("duplicate-key", line)]
    assert document.root["b"] == held


@pytest.mark.parametrize(
    ("text", "value", "slips"),
    [
        pytest.param("a: Note: this", {"a": "Note: this"}, [("unquoted-text", 1)], id="colon in a text"),
        pytest.param("b: 1\na: *important* note", {"b": 1, "a": "*important* note"}, [("unquoted-text", 2)], id="star"),
        pytest.param("a: *b", {"a": "*b"}, [("unquoted-text", 1)], id="alias of nothing"),
        pytest.param("a: @here", {"a": "@here"}, [("unquoted-text", 1)], id="at"),
        pytest.param("a: `code` here", {"a": "`code` here"}, [("unquoted-text", 1)], id="backtick"),
        pytest.param("a: %s", {"a": "%s"}, [("unquoted-text", 1)], id="percent"),
        pytest.param('a: "x" or "y"\nb: 2', {"a": '"x" or "y"', "b": 2}, [("unquoted-text", 1)], id="quotes inside"),
        pytest.param("a: [GET] it", {"a": "[GET] it"}, [("unquoted-text", 1)], id="brackets"),
        pytest.param("a: {{url}}/x", {"a": "{{url}}/x"}, [("unquoted-text", 1)], id="braces"),
        pytest.param("a:\n  - x: y: z\n  - b", {"a": [{"x": "y: z"}, "b"]}, [("unquoted-text", 2)], id="in a list"),
        pytest.param("a:\n  - @x\n", {"a": ["@x"]}, [("unquoted-text", 2)], id="item of a list"),
        pytest.param("a: first\n   second: more\nb: 2", {"a": "first second: more", "b": 2}, [("unquoted-text", 1)], id="two lines"),
        pytest.param("a: b: c\nd: e: f\n", {"a": "b: c", "d": "e: f"}, [("unquoted-text", 1), ("unquoted-text", 2)], id="several"),
        pytest.param("a:\n\tb: 1\n\tc:\n\t\td: 2\n", {"a": {"b": 1, "c": {"d": 2}}}, [("tab-in-indentation", 2)], id="tabs"),
        pytest.param("a: x\x00y", {"a": "xy"}, [("control-character", 1)], id="control character"),
        pytest.param("a: 1\n---\n", {"a": 1}, [], id="nothing after the end"),
        pytest.param('{"a": [1, 2,], "b": ",]",}', {"a": [1, 2], "b": ",]"}, [("trailing-comma", 1)], id="commas"),
        pytest.param('{\n// x\n"a": "//", /* y\n */ "b": 1}', {"a": "//", "b": 1}, [("comment-in-json", 2)], id="comments"),
        pytest.param('{"a": "x\ny"}', {"a": "x\ny"}, [("control-character", None)], id="line break in a text"),
    ],
)
def test_slips_of_the_pen_are_read_over_and_told(text: str, value: JsonValue, slips: list[tuple[str, int | None]]) -> None:
    document = parse(text.encode(), source="here")
    assert document.root == value
    assert [(slip.rule, slip.line) for slip in document.slips] == slips


@pytest.mark.parametrize(("data", "text"), [("a: Zürich".encode("cp1252"), "Zürich"), ("a: 交易".encode("utf-16"), "交易")])
def test_other_encodings_are_told(data: bytes, text: str) -> None:
    document = parse(data, source="here")
    assert document.root == {"a": text}
    assert [slip.rule for slip in document.slips] == ["not-utf-8"]


def test_a_text_full_of_slips_is_given_up_in_bounded_time() -> None:
    with pytest.raises(DescriptionError, match="line 1"):
        root("a: b: c\n" * 200)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("<!DOCTYPE html><html></html>", "HTML page, not an API description at here", id="html"),
        pytest.param("  <html lang='en'>", "HTML page", id="html without doctype"),
        pytest.param(BOMB, "aliases grow to more than 5,000,000 values at here, line 7", id="bomb"),
        pytest.param("a: &a [*a]", "an alias stands inside its own anchor at here, line 1", id="alias in itself"),
        pytest.param("[" * 300 + "]" * 300, "nests deeper than 100 levels", id="deep yaml"),
        pytest.param('{"a":' * 300 + "1" + "}" * 300, "nests deeper than 100 levels", id="deep json"),
        pytest.param('{"a": ', "no JSON", id="cut json"),
        pytest.param('{"a": NaN}', "NaN is no JSON number", id="nan"),
        pytest.param("a: [1", "can't be read", id="cut yaml"),
        pytest.param("a: 1\n---\nb: 2", "more than one YAML document", id="two documents"),
        pytest.param("? [a, b]\n: c", "key must be a single value", id="list as key"),
        pytest.param("a: &x [1]\n*x : 2", "key must be a single value", id="alias of a list as key"),
        pytest.param("a: 1e99999999999999999999", "out of range", id="number out of range"),
        pytest.param("- a\n- b", "no object at its top", id="list"),
        pytest.param("", "no object at its top", id="empty"),
        pytest.param("just text", "no object at its top", id="text"),
    ],
)
def test_what_can_not_be_read_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(DescriptionError) as raised:
        root(text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(DescriptionError, match="not UTF-8"):
        parse(b"\xff\xfe\x00", source="here")


def test_a_description_may_be_large_but_not_without_end() -> None:
    with pytest.raises(DescriptionError, match="more than the 52,428,800 that are read"):
        parse(b" " * (50 * 1024 * 1024 + 1), source="here")


YAML = "paths:\n  /a:\n    get:\n      tags:\n        - x\n        - y\n"
JSON = '{\n "paths": {\n  "/a": {\n   "get": {\n    "tags": [\n     "x",\n     "y\\n,{}[]:"], "q\\"\\/": {},\n    "e": []\n}}}}'


@pytest.mark.parametrize(
    ("text", "pointer", "line"),
    [
        (YAML, "", 1),
        (YAML, "/paths/~1a/get", 3),
        (YAML, "/paths/~1a/get/tags/1", 6),
        (YAML, "/paths/~1a/get/tags/7", 4),
        (YAML, "/paths/~1a/get/nothing/here", 3),
        (JSON, "", 1),
        (JSON, "/paths/~1a/get", 4),
        (JSON, "/paths/~1a/get/tags/0", 6),
        (JSON, "/paths/~1a/get/tags/1", 7),
        (JSON, '/paths/~1a/get/q"~1', 7),
        (JSON, "/paths/~1a/get/e", 8),
        (JSON, "/paths/~1a/get/nothing/here", 4),
    ],
)
def test_places_have_lines(text: str, pointer: str, line: int) -> None:
    assert Lines(parse(text.encode(), source="here")).of(pointer) == line


SIMPLE: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé~/", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text("ab", max_size=2), SIMPLE, max_size=3))
def test_json_is_read_the_same_by_both_readers(value: dict[str, JsonValue]) -> None:
    text = dumps_exact(value)
    assert loads_yaml(text.replace("\\/", "/")).value == value
    assert root(text) == value


@given(st.dictionaries(st.text("ab/~", min_size=1, max_size=3), SIMPLE, min_size=1, max_size=3))
def test_json_lines_name_every_place(value: dict[str, JsonValue]) -> None:
    def places(node: JsonValue, pointer: str) -> list[str]:
        match node:
            case dict():
                return [pointer, *(place for key, inner in node.items() for place in places(inner, join(pointer, key)))]
            case list():
                return [pointer, *(place for index, inner in enumerate(node) for place in places(inner, join(pointer, index)))]
            case _:
                return [pointer]

    known = parsing.json_lines(dumps_exact(value))
    assert all(place in known for place in places(value, "") if place)


def test_yaml_has_a_bound_on_values_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_NODES", 10)
    assert loads_yaml("[1, 2, 3, 4, 5, 6, 7, 8, 9]").value
    with pytest.raises(YamlTextError, match="more than 10 values"):
        loads_yaml("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")
