from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.typescript.text import bigint_literal, comment, documentation, json_value, literal, markdown, one_line, path_template


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_a_literal_is_printable_ascii_and_means_the_text(text: str) -> None:
    written = literal(text)
    assert all(" " <= each <= "~" for each in written)
    assert json.loads(written) == text


@given(st.text())
def test_a_comment_neither_ends_early_nor_breaks_its_line(text: str) -> None:
    written = comment(f"{text}*/{text}")
    assert "*/" not in written
    assert "\n" not in written
    assert "\u2028" not in written


@pytest.mark.parametrize("text", ["@deprecated", "really @ts-ignore", "{@link evil}"])
def test_a_comment_begins_no_tag(text: str) -> None:
    assert " @" not in f" {comment(text)}"
    assert "{@" not in comment(text)


def test_a_comment_names_no_source_map() -> None:
    assert "sourceMappingURL" not in comment("# sourceMappingURL=http://evil.example/x.map")


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x1b", "\x00", "\ud800"], ids=lambda each: f"U+{ord(each):04X}"
)
def test_invisible_characters_are_taken_out(character: str) -> None:
    assert one_line(f"a{character}b") == "a b"


def test_only_the_first_paragraph_is_kept() -> None:
    assert one_line("first\nline\n\nsecond") == "first line"


def test_a_long_text_ends_at_a_word() -> None:
    shortened = one_line("word " * 100)
    assert len(shortened) <= 300
    assert shortened.endswith("word…")


def test_html_is_taken_out() -> None:
    assert one_line("a<br>b <script>x</script>") == "a b x"


@pytest.mark.parametrize(
    ("text", "deprecated", "expected"),
    [
        pytest.param("", False, (), id="nothing"),
        pytest.param("Says.", False, ("  /** Says. */",), id="a sentence"),
        pytest.param("", True, ("  /** @deprecated */",), id="deprecated only"),
        pytest.param("Says.", True, ("  /**", "   * Says.", "   *", "   * @deprecated", "   */"), id="both"),
    ],
)
def test_documentation_says_what_there_is(text: str, *, deprecated: bool, expected: tuple[str, ...]) -> None:
    assert documentation(text, deprecated=deprecated, indent="  ") == expected


def test_documentation_of_several_paragraphs_says_nothing_twice() -> None:
    assert documentation("One.", "Two.", "One.", "") == ("/**", " * One.", " *", " * Two.", " */")


def test_markdown_has_no_link_and_no_markup() -> None:
    assert markdown("[x](http://evil.example) *b* `c`") == "\\[x\\]\\(http:\u2060//evil.example\\) \\*b\\* \\`c\\`"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/{id}/b", "/a/{id}/b"),
        ("/a b/{x y}", "/a%20b/{x y}"),
        ("/é?#[]|", "/%C3%A9%3F%23%5B%5D%7C"),
        ("/v1/{a}:cancel", "/v1/{a}:cancel"),
        ("/a%2Fb", "/a%2Fb"),
    ],
)
def test_the_fixed_parts_of_a_path_fit_a_url(path: str, expected: str) -> None:
    assert path_template(path) == expected


def test_numbers_of_a_description_stay_exact() -> None:
    assert json_value("1.10") == Decimal("1.10")
    assert bigint_literal(json_value("9223372036854775807")) == "9223372036854775807n"
