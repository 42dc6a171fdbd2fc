"""Names: readable, deterministic, harmless, and never equal in any casing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api.name import Scope, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("openOrders", "open orders"),
        ("open_orders", "open orders"),
        ("open-orders", "open orders"),
        ("open.orders", "open orders"),
        ("OpenOrders", "open orders"),
        ("OPEN_ORDERS", "open orders"),
        ("HTTPServer", "http server"),
        ("orderID", "order id"),
        ("orderIDs", "order ids"),
        ("getAPIKeysV3", "get api keys v3"),
        ("level2_size", "level2 size"),
        ("24hrVolume", "24hr volume"),
        ("sha256", "sha256"),
        ("m", "m"),
        ("M", "m"),
        ("Größe", "grose"),
        ("Δ_price", "delta price"),
        ("Цена", "tseieena"),
        ("价格 price", "price"),
        ("价格", ""),
        ("; DROP TABLE x; --", "drop table x"),
        ("$ref", "ref"),
        ("", ""),
        ("🚀", ""),
    ],
)
def test_text_is_split_into_words(text: str, words: str) -> None:
    assert " ".join(words_of(text)) == words


def names(*texts: str, fallback: str = "field") -> list[str]:
    return [name.snake() for name in Scope(fallback).take_all(texts)]


def test_names_that_differ_only_in_case_are_told_apart_whatever_their_order() -> None:
    assert names("m", "M", "x") == ["m", "m_upper", "x"]
    assert names("M", "m", "x") == ["m_upper", "m", "x"]


def test_enum_values_such_as_candle_intervals_all_survive() -> None:
    assert names("1m", "1M", "1h", fallback="value") == ["value_1m", "value_1_m_upper", "value_1h"]


def test_a_plain_name_is_not_taken_by_a_numbered_one() -> None:
    found = names("a-b", "aB", "ab", "a_b")
    assert len({name.replace("_", "") for name in found}) == 4
    assert found[2] == "ab"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "empty"),
        ("<", "less"),
        (">=", "greater_equal"),
        ("-1", "minus_1"),
        ("+1", "plus_1"),
        ("0.5", "value_0_5"),
        ("*", "star"),
        ("🚀", "value"),
    ],
)
def test_values_without_letters_have_names_too(text: str, name: str) -> None:
    assert names(text, fallback="value") == [name]


def test_names_without_any_latin_letter_are_numbered() -> None:
    assert sorted(names("价格", "数量", "总额")) == ["field", "field_2", "field_3"]


def test_a_taken_name_gets_the_next_candidate_and_then_a_number() -> None:
    scope = Scope("operation")
    taken = [scope.take(("get", "order"), ("get", "order", "v3")).snake() for _ in range(4)]
    assert taken == ["get_order", "get_order_v3", "get_order_v3_2", "get_order_v3_3"]


def test_a_reserved_word_is_no_name() -> None:
    assert [name.snake() for name in Scope("parameter", reserved=("body",)).take_all(["body", "Body"])] == ["body_other", "body_upper"]


def test_long_texts_make_bounded_names() -> None:
    [name] = names("word " * 500)
    assert len(name.split("_")) == 12
    [name] = names("x" * 5000)
    assert len(name) == 48


@given(st.lists(st.text(max_size=8) | st.text("aAbB1_- ", max_size=5), max_size=12, unique=True))
def test_names_in_a_scope_never_collide_and_carry_nothing_but_letters_and_digits(texts: list[str]) -> None:
    found = Scope("field").take_all(texts)
    assert len({"".join(name.words) for name in found}) == len(texts)
    for name in found:
        assert all(re.fullmatch(r"[a-z0-9]+", word) for word in name.words)
        assert name.words[0][0].isalpha()


@given(st.lists(st.text("aAbB1_", min_size=1, max_size=4), max_size=8, unique=True), st.randoms())
def test_names_do_not_depend_on_the_order_of_the_texts(texts: list[str], shuffler: object) -> None:
    first = dict(zip(texts, Scope("field").take_all(texts), strict=True))
    other = sorted(texts)
    assert first == dict(zip(other, Scope("field").take_all(other), strict=True))
