from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.python.runtime.answer import Reply
from sdkgen.python.runtime.behaviour import Pagination
from sdkgen.python.runtime.codec import ANY, DECIMAL, INTEGER, STRING
from sdkgen.python.runtime.containers import ListOf, Nullable
from sdkgen.python.runtime.errors import ArgumentError
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.operation import Body, Operation, Parameter
from sdkgen.python.runtime.paging import Pages
from sdkgen.python.runtime.places import members_of, steps_of, values_at, word, words_at


class Item(Model):
    number: int = field("n", INTEGER)


class Page(Model):
    items: list[Item] = field("list", ListOf(Item))
    following: str | None = field("next cursor", Nullable(STRING), default=None)


class Query(Model):
    after: str | None = field("after", STRING, default=None)
    size: int | None = field("size", INTEGER, default=None)


def operation(codec: Any = STRING, body: Body | None = None) -> Operation[Any]:
    parameters = (Parameter("query", "symbol", "symbol", STRING), Parameter("query", "from", "from_", codec))
    return Operation("list", "GET", "/list", parameters=parameters, body=body)


def walk(pages: Pages[Any], answers: list[Any], headers: list[dict[str, str]] | None = None) -> tuple[list[Any], list[Any]]:
    """The items, and the calls that were made for them; every answer must be asked for."""
    items, calls = [], []
    asked: Any = pages.first()
    for index, value in enumerate(answers):
        calls.append(asked)
        given = {} if headers is None else headers[index]
        found, asked = pages.read(Reply(value, 200, given, b"", None))
        items += found
        if asked is None:
            assert index == len(answers) - 1
    assert asked is None
    return items, calls


def page(*numbers: int, cursor: str | None = None) -> Page:
    return Page(items=[Item(number=number) for number in numbers], following=cursor)


def froms(calls: list[Any]) -> list[Any]:
    return [arguments[1] for arguments, _ in calls]


CURSOR = Pagination("cursor", "query.from", "list", "next cursor")


def test_a_cursor_leads_from_page_to_page_until_there_is_none() -> None:
    items, calls = walk(Pages(operation(), CURSOR, ("X", None)), [page(1, 2, cursor="a"), page(3, cursor="b"), page(4)])
    assert [each.number for each in items] == [1, 2, 3, 4]
    assert calls == [(("X", None), None), (("X", "a"), None), (("X", "b"), None)]


@pytest.mark.parametrize("last", [page(3, cursor=None), page(3, cursor=""), page(3, cursor="a"), page(cursor="z")])
def test_an_empty_page_an_empty_cursor_and_one_that_was_given_before_end_it(last: Page) -> None:
    items, _ = walk(Pages(operation(), CURSOR, ("X", "mine")), [page(1, cursor="a"), last])
    assert len(items) == 1 + len(last.items)


def test_a_cursor_may_stand_in_a_header_or_be_a_number() -> None:
    by_header = Pages[Item](operation(INTEGER), Pagination("cursor", "query.from", "list", "header.X-After"), ("X", None))
    _, calls = walk(by_header, [page(1), page(2)], [{"x-after": "7"}, {}])
    assert froms(calls) == [None, 7]
    free = Pages[Any](operation(), Pagination("cursor", "query.from", "data.rows", "data.next"), ("X", None))
    items, calls = walk(free, [{"data": {"rows": [{"a": 1}], "next": 12345678901234567890}}, {"data": {"rows": []}}])
    assert (items, froms(calls)) == ([{"a": 1}], [None, "12345678901234567890"])


def test_pages_are_numbered_from_the_first_on() -> None:
    items, calls = walk(
        Pages(operation(INTEGER), Pagination("page", "query.from", "list", first=1), ("X", None)), [page(1), page(2), page()]
    )
    assert (len(items), froms(calls)) == (2, [1, 2, 3])
    _, calls = walk(Pages(operation(INTEGER), Pagination("page", "query.from", "list", first=1), ("X", 5)), [page(1), page()])
    assert froms(calls) == [5, 6]


def test_offsets_grow_by_what_was_seen() -> None:
    _, calls = walk(Pages(operation(), Pagination("offset", "query.from", "list"), ("X", None)), [page(1, 2, 3), page(4), page()])
    assert froms(calls) == ["0", "3", "4"]


def test_an_exchange_that_ignores_the_page_does_not_loop() -> None:
    items, calls = walk(Pages(operation(INTEGER), Pagination("page", "query.from", "list", first=1), ("X", None)), [page(1, 2), page(1, 2)])
    assert (len(items), len(calls)) == (2, 2)


def test_the_last_item_leads_on() -> None:
    by_last = Pagination("last", "query.from", "", "n", step=1)
    items, calls = walk(Pages(operation(INTEGER), by_last, ("X", None)), [[{"n": 1}, {"n": 4}], [{"n": 9}], []])
    assert (len(items), froms(calls)) == (3, [None, 5, 10])
    again = Pages[Any](operation(INTEGER), by_last._replace(step=0), ("X", None))
    assert froms(walk(again, [[Item(number=4)], [Item(number=4)]])[1]) == [None, 4]
    assert len(walk(Pages(operation(), by_last, ("X", None)), [[{"other": 4}]])[0]) == 1


def test_a_body_may_ask_for_the_next_page() -> None:
    described = operation(body=Body("json", "application/json", Query))
    rule = CURSOR._replace(argument="body.after")
    _, calls = walk(Pages(described, rule, ("X", None), Query(size=5)), [page(1, cursor="a"), page(2)])
    assert [body for _, body in calls] == [Query(size=5), Query(size=5, after="a")]
    _, calls = walk(Pages(described, rule, ("X", None)), [page(1, cursor="a"), page(2)])
    assert calls[1][1] == Query(after="a")
    numbered = Pages[Any](described, Pagination("offset", "body.size", "list"), ("X", None), Query(size=3))
    assert [body.size for _, body in walk(numbered, [page(1), page()])[1]] == [3, 4]
    odd = operation(body=Body("json", "application/json", ANY))
    with pytest.raises(ArgumentError, match="no object"):
        walk(Pages(odd, rule, ("X", None), [1]), [page(1, cursor="a"), page()])


def test_a_cursor_that_its_argument_can_t_take_is_said() -> None:
    with pytest.raises(ArgumentError, match="does not fit"):
        walk(Pages(operation(INTEGER), CURSOR, ("X", None)), [page(1, cursor="x y")])
    _, calls = walk(Pages(operation(DECIMAL), CURSOR, ("X", None)), [page(1, cursor="1.50"), page()])
    assert froms(calls) == [None, Decimal("1.50")]


def test_places_lead_through_values_and_typed_objects() -> None:
    value = {"a": [{"b": [1, 2]}, {"b": []}, "x"], "c": None, "0": "zero"}
    assert list(values_at(value, "a[].b[]")) == [1, 2]
    assert list(values_at(value, "a[1].b")) == [[]]
    assert list(values_at(value, "a.0.b[1]")) == [2]
    assert list(values_at(value, "a[9]")) == list(values_at(value, "c.x")) == list(values_at(value, "a[].b.x")) == []
    assert list(values_at(value, "0")) == ["zero"]
    assert list(values_at(value, "")) == [value]
    assert list(words_at({"a": [True, False, None, {}, Decimal("1.0"), 2]}, "a[]")) == ["true", "false", "1.0", "2"]
    assert word([]) is None
    typed = Page(items=[Item(number=7)], following=None, extra={"more": 1})
    assert list(values_at(typed, "list[].n")) == [7]
    assert list(values_at(typed, "more")) == [1]
    assert members_of(3) == {}
    assert steps_of("a[].b[0]") == ("a", None, "b", 0)


@given(st.lists(st.lists(st.integers(), min_size=1, max_size=3), max_size=6), st.lists(st.sampled_from("abc"), max_size=8))
def test_no_answers_make_a_walk_endless(rows: list[list[int]], cursors: list[str]) -> None:
    pages = Pages[Any](operation(), CURSOR, ("X", None))
    asked: Any = pages.first()
    turns = 0
    while asked is not None:
        numbers = rows[turns % len(rows)] if rows else [1]
        _, asked = pages.read(Reply(page(*numbers, cursor=cursors[turns % len(cursors)] if cursors else None), 200, {}, b"", None))
        turns += 1
        assert turns <= 4
