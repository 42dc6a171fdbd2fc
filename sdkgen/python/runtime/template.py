"""Messages to an exchange's streams, filled in; and how messages from it are told apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .jsontext import write
from .kinds import is_array, is_object
from .places import values_at, words_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .jsontext import JsonValue

_PLACE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.\[\]-]*)(#?)\}")


def filled(template: Any, words: Mapping[str, str]) -> JsonValue:
    """The document with every ``{name}`` replaced; a text that is all of one place and ends in ``#`` becomes a number."""
    if isinstance(template, str):
        whole = _PLACE.fullmatch(template)
        text = filled_text(template, words)
        return int(text) if whole is not None and whole[2] and text.isdecimal() and text.isascii() else text
    if is_object(template):
        return {name: filled(value, words) for name, value in template.items()}
    if is_array(template):
        return [filled(value, words) for value in template]
    value: JsonValue = template
    return value


def filled_text(template: str, words: Mapping[str, str]) -> str:
    """The text with every ``{name}`` replaced that has a word."""
    return _PLACE.sub(lambda place: words.get(place[1], place[0]), template)


def filled_from(template: Any, message: JsonValue) -> JsonValue:
    """An answer to a message, with every ``{place}`` replaced by what stands there in the message."""
    if isinstance(template, str):
        whole = _PLACE.fullmatch(template)
        if whole is not None:
            return next(values_at(message, whole[1]), template)
        return _PLACE.sub(lambda place: next(words_at(message, place[1]), place[0]), template)
    if is_object(template):
        return {name: filled_from(value, message) for name, value in template.items()}
    return [filled_from(value, message) for value in template] if is_array(template) else template


class Match(NamedTuple):
    """How a message is told from others."""

    when: tuple[tuple[str, str], ...]
    """Place and the text that stands there; ``*`` is any text, ``{symbol}`` the subscription's own argument."""

    def fits(self, message: JsonValue, words: Mapping[str, str]) -> bool:
        """Whether everything stands where it should."""
        return all(_stands(message, place, filled_text(wanted, words)) for place, wanted in self.when)


def _stands(message: JsonValue, place: str, wanted: str) -> bool:
    found = words_at(message, place)
    return next(found, None) is not None if wanted == "*" else wanted in found


class MarkRule(NamedTuple):
    """A place that always holds one of few values in messages of a kind."""

    path: tuple[str, ...]
    values: tuple[str, ...]
    """As JSON text."""

    def fits(self, message: Any) -> bool:
        """Whether one of the values stands there."""
        for step in self.path:
            if is_object(message) and step in message:
                message = message[step]
            elif is_array(message) and step.isdecimal() and int(step) < len(message):
                message = message[int(step)]
            else:
                return False
        return not is_object(message) and not is_array(message) and write(message) in self.values
