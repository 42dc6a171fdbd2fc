"""Codecs of values that hold others: lists, tuples, maps, what may be null, and what is declared later."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from .codec import ANY
from .kinds import is_array
from .mismatch import MismatchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .jsontext import JsonValue
    from .kinds import Array
    from .mismatch import Codec

_LISTS: Final = frozenset({list})
_DEEPEST_AT_ONCE: Final = 3


class Nullable:
    """The inner type, or ``null``."""

    __slots__ = ("inner",)

    def __init__(self, inner: Codec) -> None:
        """Take the inner type."""
        self.inner = inner

    def read_(self, value: JsonValue, /) -> Any:
        """The inner type's value, or ``None``."""
        return None if value is None else self.inner.read_(value)

    def write_(self, value: Any, /) -> JsonValue:
        """The inner type's JSON value, or ``None``."""
        return None if value is None else self.inner.write_(value)


class ListOf:
    """An array of any length."""

    __slots__ = ("_depth", "_same", "items")

    def __init__(self, items: Codec) -> None:
        """Take the items' type."""
        self.items = items
        inner: Any = items
        self._depth = 0
        """How many lists stand around single values that are read as they are."""
        while isinstance(inner, ListOf) and self._depth < _DEEPEST_AT_ONCE:
            inner = inner.items
            self._depth += 1
        self._same = {getattr(inner, "same_", None)}

    def read_(self, value: JsonValue, /) -> list[Any]:
        """A list of the items."""
        if type(value) is not list:
            raise MismatchError("an array", value)
        return value if self._is_same(value) else _each(self.items.read_, value)

    def _is_same(self, value: list[Any]) -> bool:
        """Whether everything in it is read as it is: an order book of a thousand levels is looked at, not built again."""
        inner: Any = value
        for _ in range(self._depth):
            if not _LISTS.issuperset(map(type, inner)):
                return False
            inner = [*chain.from_iterable(inner)]
        return self._same.issuperset(map(type, inner))

    def write_(self, value: Any, /) -> JsonValue:
        """An array, from any list or tuple."""
        if not is_array(value):
            raise MismatchError("a list", value)
        return _each(self.items.write_, value)


class TupleOf:
    """An array whose places have their own types; further places are kept."""

    __slots__ = ("_same", "items", "rest")

    def __init__(self, *items: Codec, rest: Codec = ANY) -> None:
        """Take the type of each place, and that of any further one."""
        self.items = items
        self.rest = rest
        same = [getattr(item, "same_", None) for item in items]
        self._same = None if None in same else same

    def read_(self, value: JsonValue, /) -> tuple[Any, ...]:
        """A tuple of the places."""
        if type(value) is not list or len(value) < len(self.items):
            raise MismatchError(f"an array of {len(self.items)} or more", value)
        if self._same == [*map(type, value)]:
            return tuple(value)
        return tuple(self._placed(value, "read_"))

    def write_(self, value: Any, /) -> JsonValue:
        """An array."""
        if not is_array(value) or len(value) < len(self.items):
            raise MismatchError(f"a tuple of {len(self.items)} or more", value)
        return self._placed(value, "write_")

    def _placed(self, value: Array, direction: str) -> list[Any]:
        known = len(self.items)
        return [
            _step(getattr(self.items[index] if index < known else self.rest, direction), item, index) for index, item in enumerate(value)
        ]


class MapOf:
    """An object whose keys are data."""

    __slots__ = ("values",)

    def __init__(self, values: Codec) -> None:
        """Take the values' type."""
        self.values = values

    def read_(self, value: JsonValue, /) -> dict[str, Any]:
        """A dictionary."""
        if type(value) is not dict:
            raise MismatchError("an object", value)
        return {key: _step(self.values.read_, item, key) for key, item in value.items()}

    def write_(self, value: Any, /) -> JsonValue:
        """An object."""
        if not hasattr(value, "items"):
            raise MismatchError("a dict", value)
        for key in value:
            if not isinstance(key, str):
                raise MismatchError("a string as key", key)
        return {key: _step(self.values.write_, item, key) for key, item in value.items()}


class Later:
    """A type that is declared further down, or that contains itself."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], Codec]) -> None:
        """Take what finds the type once everything is declared."""
        self._find = find
        self._found: Codec | None = None

    @property
    def codec(self) -> Codec:
        """The type itself."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def read_(self, value: JsonValue, /) -> Any:
        """As the type itself."""
        return self.codec.read_(value)

    def write_(self, value: Any, /) -> JsonValue:
        """As the type itself."""
        return self.codec.write_(value)


def _each(convert: Callable[[Any], Any], items: Array) -> list[Any]:
    made: list[Any] = []
    try:
        made.extend(map(convert, items))
    except MismatchError as error:
        error.at(len(made))
        raise
    return made


def _step(convert: Callable[[Any], Any], item: Any, step: str | int) -> Any:
    try:
        return convert(item)
    except MismatchError as error:
        error.at(step)
        raise
