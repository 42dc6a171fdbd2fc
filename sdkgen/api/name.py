"""Public names out of a description's words: readable, deterministic, and unable to collide or to carry anything but letters and digits."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from sdkgen.api.model import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PIECE = re.compile(
    r"[A-Z]{2,}s(?![a-zA-Z])"  # orderIDs -> order, ids
    r"|[A-Z]+(?=[A-Z][a-z])[0-9]*"  # HTTPServer -> http, server
    r"|[A-Z]?[a-z]+[0-9]*"
    r"|[A-Z]+[0-9]*"
    r"|[0-9]+[a-z]*"  # 24hr stays one word
)
_LONGEST_WORDS = 12
"""Words beyond these make names that nobody can read; what they told apart is told apart by a number."""
_LONGEST_WORD = 48
_SYMBOLS = {
    "<": "less",
    ">": "greater",
    "=": "equal",
    "+": "plus",
    "-": "minus",
    "*": "star",
    "%": "percent",
    "!": "not",
    "&": "and",
    "|": "or",
    "/": "slash",
    "~": "about",
    "#": "hash",
    "$": "dollar",
    "@": "at",
    "?": "question",
    ".": "dot",
    ",": "comma",
    "_": "underscore",
    " ": "blank",
}


def words_of(text: str) -> tuple[str, ...]:
    """The words in a text, split at case changes, punctuation and white space. May be empty, may start with a digit."""
    return _words(text[:_LONGEST_TEXT])


_LONGEST_TEXT = 400


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    plain = text if text.isascii() else "".join(map(_latin, unicodedata.normalize("NFKD", text)))
    return tuple(piece.lower()[:_LONGEST_WORD] for piece in _PIECE.findall(plain[:_LONGEST_TEXT]))


def _latin(character: str) -> str:
    """A character in Latin letters: itself, or its Unicode name's last word where that spells it (``alpha``, ``tse``), else a gap."""
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    last = unicodedata.name(character, "").rpartition(" ")[2]
    return last.lower() if character.isalpha() and last.isascii() and last.isalpha() else " "


def symbol_words(text: str) -> tuple[str, ...]:
    """The words for a text such as ``>=`` or ``-1``; ``("empty",)`` for an empty one."""
    if not text:
        return ("empty",)
    words = words_of(text)
    if words and not (text[0] in "+-" and words[0][0].isdigit()):
        return words
    signs = tuple(_SYMBOLS[character] for character in text[:_LONGEST_WORDS] if character in _SYMBOLS)
    return (signs[0], *words) if words and signs else signs


def key(words: Iterable[str]) -> str:
    """What two names must not share: their words run together."""
    return "".join(words)


def without_echo(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of which none repeats the ones right before: what names an order's ``order_type`` is ``order``, ``type``."""
    for length in range(len(words) // 2, 0, -1):
        for start in range(len(words) - 2 * length + 1):
            middle, end = start + length, start + 2 * length
            if words[start:middle] == words[middle:end]:
                return without_echo((*words[:middle], *words[end:]))
    return words


class Scope:
    """The names that are taken where names must differ."""

    def __init__(self, fallback: str, *, reserved: Iterable[str] = ()) -> None:
        """Begin an empty scope.

        Args:
            fallback: the word that goes before a name that starts with a digit, and stands for one without any letter or digit.
            reserved: words that no name may be.
        """
        self._fallback = fallback
        self._taken: set[str] = set(reserved)
        self._numbers: dict[str, int] = {}
        """The first number that may be free, by the words before it: all below it are taken for good."""

    def _sound(self, words: Sequence[str]) -> tuple[str, ...]:
        kept = tuple(words)[:_LONGEST_WORDS]
        return kept if kept and kept[0][0].isalpha() else (self._fallback, *kept)

    def take(self, *candidates: Sequence[str]) -> Name:
        """A name out of the first candidate that is free, else the last one with a number."""
        sound = [self._sound(candidate) for candidate in candidates]
        for words in sound:
            if key(words) not in self._taken:
                return self._enter(words)
        base = key(sound[-1])
        number = self._numbers.get(base, 2)
        while base + str(number) in self._taken:
            number += 1
        self._numbers[base] = number
        return self._enter((*sound[-1], str(number)))

    def _enter(self, words: tuple[str, ...]) -> Name:
        self._taken.add(key(words))
        return Name(words=words)

    def take_all(self, texts: Sequence[str]) -> tuple[Name, ...]:
        """Names for all members of a scope, in their order.

        Of texts that would share a name, such as ``m`` and ``M``, the one with the fewest capitals keeps it; the others get a
        word more. So a name does not depend on the order in which the description lists its owners.
        """
        wanted = [self._sound(symbol_words(text)) for text in texts]
        order = sorted(
            range(len(texts)), key=lambda index: (_capitals(texts[index]), texts[index] != key(wanted[index]), texts[index], index)
        )
        names: dict[int, Name] = {}
        for index in order:
            if key(wanted[index]) not in self._taken:
                names[index] = self._enter(wanted[index])
        for index in order:
            if index not in names:
                names[index] = self.take((*wanted[index], *_difference(texts[index], wanted[index])))
        return tuple(names[index] for index in range(len(texts)))


def _difference(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """What tells a name apart from an equal one; nothing (so that a number does) where the text has no words of its own."""
    if len(words) == 1 and not symbol_words(text):
        return ()
    return ("upper",) if _capitals(text) else ("other",)


def _capitals(text: str) -> int:
    return 0 if text.islower() else sum(character.isupper() for character in text)
