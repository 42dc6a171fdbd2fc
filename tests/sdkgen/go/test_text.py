"""How a stranger's text enters Go source."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.go.text import comment, plain, quoted, sentences, tag


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        pytest.param("plain", '"plain"', id="plain"),
        pytest.param('a"b\\c`d', '"a\\"b\\\\c`d"', id="quotes"),
        pytest.param("a\nb\0", '"a\\u000ab\\u0000"', id="controls"),
        pytest.param("é\u202e", '"\\u00e9\\u202e"', id="beyond-ascii"),
        pytest.param("😀", '"\\U0001f600"', id="beyond-the-basic-plane"),
        pytest.param("\ud800", '"\\xed\\xa0\\x80"', id="lone-surrogate"),
    ],
)
def test_a_literal_is_quoted(text: str, literal: str) -> None:
    assert quoted(text) == literal


@given(st.text(st.characters()))
def test_a_literal_never_ends_early(text: str) -> None:
    literal = quoted(text)
    assert literal.isascii()
    assert literal.isprintable()
    assert '"' not in literal[1:-1].replace("\\\\", "").replace('\\"', "")


def test_a_tag_is_raw_where_it_can_be() -> None:
    assert tag(("wire", "price"), ("may", "absent")) == '`wire:"price" may:"absent"`'


def test_a_tag_with_a_backtick_is_quoted() -> None:
    assert tag(("wire", "a`b")) == '"wire:\\"a`b\\""'


def test_a_comment_can_not_become_a_directive() -> None:
    text = comment("Name: text\n//go:embed /etc/passwd\n\n+build ignore")
    assert text == "// Name: text //go:embed /etc/passwd +build ignore\n"


def test_a_comment_wraps_and_no_line_starts_like_a_list_or_a_heading() -> None:
    text = comment("Name: " + "word " * 20 + "1. " + "- " * 60 + "# heading")
    assert all(line.startswith("// ") and line[3] not in "-#1" for line in text.splitlines())


def test_paragraphs_are_apart_and_empty_ones_are_left_out() -> None:
    assert comment("One.", " ", "Deprecated: two.", indent="\t") == "\t// One.\n\t//\n\t// Deprecated: two.\n"


@given(st.text(st.characters()))
def test_plain_text_holds_nothing_that_formats_or_controls(text: str) -> None:
    kept = plain(text)
    assert all(character == " " or unicodedata.category(character)[0] not in "CZ" for character in kept)
    assert "``" not in kept
    assert "''" not in kept


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("Open orders", "All of the account's"), "Open orders. All of the account's"),
        (("Open orders. ", "All"), "Open orders. All"),
        (("Open orders", " Open orders"), "Open orders"),
        (("", "All"), "All"),
        (("", " "), ""),
    ],
)
def test_texts_are_told_apart_by_full_stops(texts: tuple[str, str], said: str) -> None:
    assert sentences(*texts) == said


def test_plain_text_is_cut_where_it_is_long() -> None:
    assert plain("word " * 1000).endswith(" …")
    assert len(plain("word " * 1000)) < 1510


def test_plain_text_knows_line_breaks_of_html() -> None:
    assert plain("a<br/>b<BR>c") == "a b c"
