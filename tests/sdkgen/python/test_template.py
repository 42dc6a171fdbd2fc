from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sdkgen.python.runtime.channels import MarkRule, Match, MessageKind, kind_among, read
from sdkgen.python.runtime.codec import INTEGER, STRING
from sdkgen.python.runtime.errors import DecodeError
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.template import filled, filled_from, filled_text


class Small(Model):
    a: int = field("a", INTEGER)


class Large(Model):
    a: int = field("a", INTEGER)
    b: str = field("b", STRING)


def test_templates_are_filled_and_numbers_become_numbers() -> None:
    template = {"op": "sub", "id": "{id#}", "args": ["{symbol}@depth", "{other}"], "deep": {"t": "{timestamp}"}, "n": 5, "no": None}
    words = {"id": "7", "symbol": 'B"TC', "timestamp": "1"}
    assert filled(template, words) == {"op": "sub", "id": 7, "args": ['B"TC@depth', "{other}"], "deep": {"t": "1"}, "n": 5, "no": None}
    assert filled("{symbol#}", words) == 'B"TC'
    assert filled_text("{timestamp}GET/{id}", words) == "1GET/7"
    assert filled_text("{symbol}", {"symbol": "{id}", "id": "7"}) == "{id}"


def test_an_answer_takes_what_stands_in_the_message() -> None:
    assert filled_from({"pong": "{ping}", "as": "<{ping}>", "all": ["{a.b[0]}", "{gone}", 1]}, {"ping": 5, "a": {"b": [True]}}) == {
        "pong": 5,
        "as": "<5>",
        "all": [True, "{gone}", 1],
    }


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ((("type", "a"),), True),
        ((("type", "a"), ("s", "{symbol}")), True),
        ((("type", "a"), ("s", "Y")), False),
        ((("n", "1.0"),), True),
        ((("s", "*"),), True),
        ((("gone", "*"),), False),
        ((("l[].x", "2"),), True),
        ((("l", "*"),), False),
        ((), True),
    ],
)
def test_a_match_looks_at_every_place(when: Any, fits: bool) -> None:
    message: Any = {"type": "a", "s": "X", "n": Decimal("1.0"), "l": [{"x": 1}, {"x": 2}]}
    assert Match(when).fits(message, {"symbol": "X"}) is fits


def test_marks_tell_kinds_apart_the_most_first() -> None:
    one = MessageKind("one", Small, (MarkRule(("t",), ('"x"', '"y"')),))
    two = MessageKind("two", Small, (MarkRule(("t",), ('"x"',)), MarkRule(("l", "0"), ("1",))))
    assert kind_among((one, two), {"t": "x", "l": [1]}) is two
    assert kind_among((one, two), {"t": "y", "l": [1]}) is one
    assert kind_among((one, two), {"t": "x", "l": []}) is one
    strangers: list[Any] = [{"t": "z"}, {"t": {"deep": 1}}, {"t": ["x"]}, [], "x", None]
    for stranger in strangers:
        assert kind_among((one, two), stranger) is None


def test_without_marks_the_kind_that_fits_best_is_meant() -> None:
    small, large = MessageKind("small", Small), MessageKind("large", Large)
    assert kind_among((small, large), {"a": 1, "b": "x"}) is large
    assert kind_among((large, small), {"a": 1}) is small
    assert kind_among((small,), "nonsense") is small
    assert read(small, {"a": 1}).a == 1
    with pytest.raises(DecodeError, match=r"\$.a: expected a whole number in a message small"):
        read(small, {"a": "x"})
