"""Lists that come in pages: which arguments ask for the next one, and where the last one is. Does no I/O."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from .answer import words_of
from .codec import plain
from .errors import ArgumentError, printable
from .jsontext import write
from .kinds import is_array, is_object
from .mismatch import Codec, MismatchError
from .places import values_at, word, words_at

if TYPE_CHECKING:
    from .answer import Reply
    from .behaviour import Pagination
    from .operation import Operation

T = TypeVar("T")

Asked = tuple[tuple[Any, ...], Any]
"""The arguments of one call, and its body."""


class Pages(Generic[T]):
    """One walk through a list; ``T`` is an item."""

    def __init__(self, operation: Operation[Any], pagination: Pagination, arguments: tuple[Any, ...] = (), body: Any = None) -> None:
        """Take the call of the first page."""
        self.operation: Final = operation
        self._by: Final = pagination
        self._arguments = arguments
        self._body = body
        self._number = pagination.first
        self._seen: set[str] = set()

    def first(self) -> Asked:
        """The call of the first page."""
        if self._by.kind in {"page", "offset"}:
            given = word(self._given())
            if given is not None and given.isdecimal():
                self._number = int(given)
            else:
                self._ask(str(self._number))
        return self._arguments, self._body

    def read(self, reply: Reply[Any]) -> tuple[list[T], Asked | None]:
        """The items of a page, and the call of the next one, where there is one."""
        items: list[T] = [item for found in values_at(reply.value, self._by.items) for item in (found if is_array(found) else ())]
        if not items:
            return [], None
        match self._by.kind:
            case "cursor":
                following = self._cursor(reply)
            case "last":
                following = self._after(items[-1])
            case _:
                if self._is_known(write(plain(items[-1]))):
                    return [], None
                self._number += 1 if self._by.kind == "page" else len(items)
                following = str(self._number)
        if following is None:
            return items, None
        self._ask(following)
        return items, (self._arguments, self._body)

    def _cursor(self, reply: Reply[Any]) -> str | None:
        place = self._by.next
        found = words_of(None, reply.headers, place) if place.startswith("header.") else tuple(words_at(reply.value, place))
        return found[0] if found and found[0] and not self._is_known(found[0]) else None

    def _after(self, item: T) -> str | None:
        found = next(words_at(item, self._by.next), "")
        if not found or self._is_known(found):
            return None
        return str(int(found) + self._by.step) if self._by.step and found.isdecimal() else found

    def _is_known(self, mark: str) -> bool:
        known = mark in self._seen
        self._seen.add(mark)
        return known

    def _given(self) -> Any:
        carrier, _, name = self._by.argument.partition(".")
        if carrier == "body":
            return next(values_at(self._body, name), None)
        return self._arguments[self._index(carrier, name)]

    def _index(self, carrier: str, name: str) -> int:
        parameters = self.operation.parameters
        return next(index for index, each in enumerate(parameters) if (each.location, each.wire) == (carrier, name))

    def _ask(self, text: str) -> None:
        carrier, _, name = self._by.argument.partition(".")
        if carrier == "body":
            self._body = self._with(name, text)
            return
        index = self._index(carrier, name)
        value = fitting(self.operation.parameters[index].codec, text)
        self._arguments = (*self._arguments[:index], value, *self._arguments[index + 1 :])

    def _with(self, name: str, text: str) -> Any:
        described = self.operation.body
        written: Any = {} if self._body is None else plain(self._body)
        if described is None or not is_object(written):
            message = f"{self.operation.id}: {name} is asked for in a body that is no object"
            raise ArgumentError(message)
        return _first_fit(described.codec, [{**written, name: value} for value in _readings(text)], text)


def fitting(codec: Codec, text: str | None) -> Any:
    """A text as the type that an argument takes; ``None`` stays.

    Raises:
        ArgumentError: it is no value of the type.
    """
    return None if text is None else _first_fit(codec, _readings(text), text)


def _first_fit(codec: Codec, candidates: list[Any], text: str) -> Any:
    for candidate in candidates:
        try:
            return codec.read_(candidate)
        except MismatchError:
            continue
    message = f"{printable(text)!r} does not fit the argument that takes it"
    raise ArgumentError(message)


def _readings(text: str) -> list[Any]:
    """What a text may stand for, the likeliest first."""
    readings: list[Any] = [text]
    if text.removeprefix("-").isdecimal() and text.isascii():
        readings.append(int(text))
    elif text.removeprefix("-").replace(".", "", 1).isdecimal() and text.isascii():
        readings.append(Decimal(text))
    return readings
