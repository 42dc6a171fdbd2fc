"""Talks about lists in pages: every item once, the next page asked for as the last one says, and an end where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from certification.evidence.places import read, steps, write
from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.stranger import told_alike
from certification.evidence.sdk.talks.ground import Ground, unsound
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.behaviour import Pagination, Paging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall
    from certification.sandboxes.mock.log import Arrival
    from certification.sandboxes.mock.plan import PlannedAnswer
    from sdkgen.api.json_text import JsonValue

_MOST_ITEMS = 50
_SIZES = (2, 1, 1)
"""Items of each page."""
_LARGEST = 2**53
_CURSORS = ("next-1", "next/2 +&=")
_NUMBERS = (1001, 1002)
_ENDINGS: tuple[tuple[JsonValue, ...], ...] = ((None,), (), ("",))


def strangers_page_talks(ground: Ground) -> Iterator[Talk]:
    """For a third party's SDK: the lists whose pages name the next one, read to the end, and with a page that fails.

    Where pages are told apart by numbers or by their last item, SDKs differ in what a short page means to them, and in where the next one
    begins: nothing is said of that. Nor is a circle held against them.
    """
    for identity, paging in ground.behaviour.paging.items():
        shelf = _shelf(ground, identity, paging) if paging.kind is Paging.CURSOR and ground.call(identity) is not None else None
        if shelf is not None:
            yield _read(shelf)
            yield _broken(ground, shelf)


def page_talks(ground: Ground) -> Iterator[Talk]:
    """For one operation of each kind of paging: a list of three pages, a page that fails, and a list that turns in a circle."""
    kinds: set[Paging] = set()
    for identity, paging in ground.behaviour.paging.items():
        shelf = _shelf(ground, identity, paging) if paging.kind not in kinds else None
        if shelf is None:
            continue
        kinds.add(paging.kind)
        yield _read(shelf)
        yield _broken(ground, shelf)
        yield _circle(shelf)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """A list in pages: the call of the first, and what all of them hold."""

    call: PlannedCall
    paging: Pagination
    items: tuple[JsonValue, ...]
    """All different."""
    cursors: tuple[JsonValue, ...]
    ending: tuple[JsonValue, ...]
    """What the last page has in place of a cursor; empty where it leaves it out."""

    def page(self, number: int, cursor: JsonValue) -> PlannedAnswer:
        """The answer with a page's items and with a cursor, where the list has cursors."""
        begin = sum(_SIZES[:number])
        value = self.filled(list(self.items[begin : begin + _SIZES[number]]), cursor)
        return replace(self.call.answer.planned, body=dumps_exact(value).encode())

    def filled(self, items: list[JsonValue], cursor: JsonValue) -> JsonValue:
        """The answer with these items."""
        if not self.paging.items:
            return items
        value: dict[str, Any] = loads_exact(dumps_exact(self.call.answer.value))  # type: ignore[assignment]  # a place of names leads into an object
        write(value, self.paging.items, items)
        if self.paging.kind is Paging.CURSOR:
            _place(value, self.paging.next, self.ending if cursor is None else (cursor,))
        return value

    def question(self, most: int = _MOST_ITEMS) -> dict[str, JsonValue]:
        """Read the list."""
        return {"iterate": {"operation": self.call.operation, **self.call.arguments.document(), "most": most}}

    def asked(self) -> tuple[str | None, ...]:
        """What each request has to ask for."""
        match self.paging.kind:
            case Paging.CURSOR:
                return (None, *(_text(cursor) for cursor in self.cursors))
            case Paging.PAGE:
                first = 1 if self.paging.first is None else self.paging.first
                return tuple(str(first + number) for number in range(len(_SIZES) + 1))
            case Paging.OFFSET:
                first = 0 if self.paging.first is None else self.paging.first
                return tuple(str(first + sum(_SIZES[:number])) for number in range(len(_SIZES) + 1))
            case Paging.LAST:
                ends = [self.items[sum(_SIZES[: number + 1]) - 1] for number in range(len(_SIZES))]
                return (None, *(self._after(item) for item in ends))

    def _after(self, item: JsonValue) -> str:
        found = next(iter(read(item, self.paging.next)), "")
        return str(int(found) + self.paging.step) if self.paging.step and found.isdecimal() else found


def _shelf(ground: Ground, identity: str, paging: Pagination) -> _Shelf | None:
    """The list, where its pages can be made up: its places are plain, and its items can be told apart."""
    call = ground.call(identity)
    if call is None or not call.answer.is_json or call.misfits or not (_plain(paging.items) and _plain(paging.next)):
        return None
    if read(dict(call.arguments.outside_the_body()), paging.argument):
        return None
    if (paging.items and not isinstance(call.answer.value, dict)) or paging.next.startswith("header."):
        return None
    items = _items(ground, identity, paging)
    if len(items) < sum(_SIZES):
        return None
    numbers = any(text.isdecimal() for text in _cursors_made(ground, identity, paging))
    cursors = _NUMBERS if numbers else _CURSORS
    return _Shelf(call=call, paging=paging, items=items[: sum(_SIZES)], cursors=cursors, ending=_ending(ground, call, paging))


def _ending(ground: Ground, call: PlannedCall, paging: Pagination) -> tuple[JsonValue, ...]:
    """How the description lets a last page say that it is the last: by null, by no cursor at all, or by an empty one."""
    response = ground.operation(call.operation).success()
    if paging.kind is not Paging.CURSOR or response is None or not response.contents:
        return (None,)
    fitting = Fitting(ground.api.types)
    for ending in _ENDINGS:
        value: dict[str, Any] = loads_exact(dumps_exact(call.answer.value))  # type: ignore[assignment]  # as in ``filled``
        _place(value, paging.next, ending)
        if fitting.misfit(response.contents[0].type, value) is None:
            return ending
    return (None,)


def _place(document: dict[str, Any], place: str, put: tuple[JsonValue, ...]) -> None:
    """Put the value at a place made of object keys, or leave that place out."""
    write(document, place, put[0] if put else None)
    if not put:
        *parents, last = [step.key for step in steps(place)]
        for key in parents:
            document = document[key]
        del document[last]


def _items(ground: Ground, identity: str, paging: Pagination) -> tuple[JsonValue, ...]:
    """Made-up items of the list, each another one."""
    found: dict[str, JsonValue] = {}
    for answer in _answers(ground, identity):
        listed = _at(answer, paging.items)
        for item in listed if isinstance(listed, list) else ():
            mark = next(iter(read(item, paging.next)), "") if paging.kind is Paging.LAST else dumps_exact(item)
            if mark not in {"", "null"} and not (paging.step and _is_huge(mark)):
                found.setdefault(mark, item)
    return tuple(found.values())


def _is_huge(mark: str) -> bool:
    """Whether a number is so large that the next one may not fit the argument's type."""
    return not mark.removeprefix("-").isdecimal() or abs(int(mark)) > _LARGEST


def _answers(ground: Ground, identity: str) -> Iterator[JsonValue]:
    """Made-up answers, enough for items that differ."""
    response = ground.operation(identity).success()
    if response is None or not response.contents:
        return
    for seed in range(ground.plan.seed, ground.plan.seed + 4):
        for sample in ground.samples_of(seed).of(response.contents[0].type):
            yield loads_exact(sample.value)


def _cursors_made(ground: Ground, identity: str, paging: Pagination) -> tuple[str, ...]:
    """The cursors of made-up answers, as text: they tell whether a cursor is a number."""
    if paging.kind is not Paging.CURSOR:
        return ()
    made = (_at(answer, paging.next) for answer in _answers(ground, identity))
    return tuple(str(each) for each in made if isinstance(each, int) and not isinstance(each, bool))


def _plain(place: str) -> bool:
    """Whether a place is made of names alone."""
    return all(step.key and not step.position and not step.wanted for step in steps(place)) and not any(each in place for each in "[{")


def _at(value: JsonValue, place: str) -> JsonValue:
    for step in steps(place):
        value = value.get(step.key) if isinstance(value, dict) else None
    return value


def _text(cursor: JsonValue) -> str:
    return cursor if isinstance(cursor, str) else str(cursor)


def _read(shelf: _Shelf) -> Talk:
    """A list of three pages; where nothing else tells the end, an empty one follows."""
    ends_itself = shelf.paging.kind is Paging.CURSOR
    pages = [shelf.page(0, shelf.cursors[0]), shelf.page(1, shelf.cursors[1]), shelf.page(2, None)]
    if not ends_itself:
        pages.append(replace(pages[0], body=dumps_exact(shelf.filled([], None)).encode()))

    def judge(heard: Heard) -> Iterator[str]:
        yield from _wrong_items(shelf, heard)
        yield from differs("requests", len(pages), len(heard.arrivals))
        asked = tuple(_argument(shelf.paging, arrival) for arrival in heard.arrivals)
        yield from differs("the pages that were asked for", shelf.asked()[: len(pages)], asked)
        if shelf.call.expected.stranger is None:  # whose single requests are held against the description elsewhere
            yield from unsound(shelf.call, heard, heard.arrivals[:1] if shelf.asked()[0] is None else ())

    return Talk(id=f"pages.{shelf.call.operation}-to-the-end", answers=tuple(pages), questions=(shelf.question(),), judge=judge)


def _wrong_items(shelf: _Shelf, heard: Heard) -> Iterator[str]:
    first, wanted = heard.results[0], list(shelf.items)
    found = first.member("items")
    if shelf.call.expected.stranger is not None:
        found = told_alike(wanted, found, rounded=True)
    if first.kind != "iterated":
        yield f"reading the pages ended in {first.failure()}"
    elif (changed := difference(wanted, found)) is not None:
        yield f"the items of all pages differ at {changed}"


def _broken(ground: Ground, shelf: _Shelf) -> Talk:
    """A page that fails is an error, not the end of the list."""

    def judge(heard: Heard) -> Iterator[str]:
        # Of a third party's SDK any error will do: its kinds are asked about elsewhere.
        if ground.plan.stranger is None or heard.results[0].kind != "raised":
            yield from differs("a refused page ends in", ("bad_request",), heard.kinds())
        yield from differs("requests", 2, len(heard.arrivals))

    answers = (shelf.page(0, shelf.cursors[0]), ground.refusal("", "no"))
    return Talk(id=f"pages.{shelf.call.operation}-that-fail", answers=answers, questions=(shelf.question(),), judge=judge)


def _circle(shelf: _Shelf) -> Talk:
    """An exchange that gives the same page for ever must not become the caller's loop."""

    def judge(heard: Heard) -> Iterator[str]:
        found = heard.results[0].member("items")
        if not isinstance(found, list) or len(found) > 2 * _SIZES[0]:
            told = f"{len(found)} items" if isinstance(found, list) else heard.results[0].failure()
            yield f"a list that gives its first page again and again gave {told}"

    answers = (shelf.page(0, shelf.cursors[0]),)
    return Talk(id=f"pages.{shelf.call.operation}-in-a-circle", answers=answers, questions=(shelf.question(),), judge=judge)


def _argument(paging: Pagination, arrival: Arrival) -> str | None:
    """What a request asks for."""
    carrier, _, name = paging.argument.partition(".")
    if carrier == "query":
        pairs = (pair.partition("=") for pair in arrival.target.partition("?")[2].split("&"))
        return next((unquote_plus(value) for key, _, value in pairs if unquote_plus(key) == name), None)
    if carrier == "header":
        return arrival.header(name)
    try:
        return next(iter(read(loads_exact(arrival.body), name)), None)
    except ValueError:
        return None
