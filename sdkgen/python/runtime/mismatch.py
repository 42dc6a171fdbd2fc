"""A value that does not fit its type: where, and what was expected there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from .errors import ArgumentError, DecodeError, printable
from .jsontext import parse, quoted, write
from .kinds import is_array, is_object

if TYPE_CHECKING:
    from .jsontext import JsonValue


class Codec(Protocol):
    """What reads and writes one type."""

    def read_(self, value: JsonValue, /) -> Any:
        """The typed value."""
        ...

    def write_(self, value: Any, /) -> JsonValue:
        """The JSON value."""
        ...


class MismatchError(Exception):
    """A value that does not fit. Collects the path to it on its way up."""

    def __init__(self, expected: str, value: object) -> None:
        """Keep what was expected and what is there."""
        super().__init__(expected)
        self.expected = expected
        self.value = value
        self._steps: list[str | int] = []

    def at(self, step: str | int) -> None:
        """Put one step in front of the path."""
        self._steps.append(step)

    @property
    def path(self) -> str:
        """The path from the outermost value, such as ``$.fills[0].price``."""
        return "$" + "".join(
            f"[{step}]" if isinstance(step, int) else f".{printable(step)}" if step.isidentifier() else f"[{printable(quoted(step))}]"
            for step in reversed(self._steps)
        )

    @property
    def shown(self) -> str:
        """The value, shortened."""
        if self.value is MISSING:
            return ""
        if is_object(self.value):
            return f"an object of {len(self.value)}"
        if is_array(self.value):
            return f"an array of {len(self.value)}"
        if isinstance(self.value, (str, int, Decimal)) or self.value is None:
            try:
                return printable(write(self.value))
            except ValueError:
                return printable(str(self.value))
        return f"a value of type {type(self.value).__name__}"


class _Missing:
    """Stands for a value that is not there at all."""


MISSING: Final = _Missing()


def parsed(text: str | bytes) -> JsonValue:
    """The value of a JSON text.

    Raises:
        DecodeError: it is none.
    """
    try:
        return parse(text)
    except ValueError as error:
        shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        raise DecodeError(f"JSON ({printable(str(error))})", value=printable(shown)) from None


def decoded(codec: Codec, value: JsonValue) -> Any:
    """The typed value.

    Raises:
        DecodeError: the value does not fit the type.
    """
    try:
        return codec.read_(value)
    except MismatchError as error:
        raise DecodeError(error.expected, path=error.path, value=error.shown) from None


def encoded(codec: Codec, value: Any, name: str = "$") -> JsonValue:
    """The JSON value.

    Raises:
        ArgumentError: the value does not fit the type.
    """
    try:
        return codec.write_(value)
    except MismatchError as error:
        found = f", found {error.shown}" if error.shown else ""
        message = f"{name}{error.path[1:]}: expected {error.expected}{found}"
        raise ArgumentError(message) from None
