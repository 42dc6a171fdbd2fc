"""Text that a regular expression matches, built from the expression instead of tried against it.

Expressions come from strangers, so none is ever run: one that needs minutes to match can't stop us. What is understood is what
descriptions use: literals, classes, groups, alternatives, repetitions and anchors at the ends (ECMA-262's common ground).
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sdkgen.api.dice import Dice

    Writer = Callable[[Dice], str]

_CLASSES = {
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_",
    "s": " ",
    "D": string.ascii_letters,
    "W": "-",
    "S": string.ascii_letters + string.digits,
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ANY = string.ascii_letters + string.digits
_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
_MORE = 4
"""How often at most a repetition without an end goes beyond its least."""
_LONGEST = 200
_DEEPEST = 20


class PatternError(ValueError):
    """The expression uses something that is not understood here."""


def text_matching(pattern: str, dice: Dice) -> str:
    """A text that the expression matches as a whole.

    Raises:
        PatternError: the expression uses what is not understood (look-around, back references …), or wants a very long text.
    """
    parser = _Parser(pattern)
    writer = parser.alternatives(0)
    if not parser.at_end():
        raise PatternError("a closing bracket too many")
    text = writer(dice)
    if len(text) > _LONGEST:
        raise PatternError("the text grows too long")
    return text


class _Parser:
    """Recursive descent over one expression."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0

    def at_end(self) -> bool:
        return self._position >= len(self._pattern)

    def _peek(self) -> str:
        return "" if self.at_end() else self._pattern[self._position]

    def _take(self) -> str:
        if self.at_end():
            raise PatternError("the expression ends too early")
        self._position += 1
        return self._pattern[self._position - 1]

    def _took(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._position)
        self._position += len(text) if found else 0
        return found

    def alternatives(self, depth: int) -> Writer:
        if depth > _DEEPEST:
            raise PatternError("groups nest too deep")
        branches = [self._sequence(depth)]
        while self._took("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else lambda dice: dice.pick(branches)(dice)

    def _sequence(self, depth: int) -> Writer:
        parts: list[Writer] = []
        while self._peek() not in ("", "|", ")"):
            if self._took("^"):
                if parts:
                    raise PatternError("an anchor stands inside")
                continue
            if self._took("$"):
                if self._peek() not in ("", "|", ")"):
                    raise PatternError("an anchor stands inside")
                continue
            parts.append(self._repeated(self._atom(depth)))
        return lambda dice: "".join(part(dice) for part in parts)

    def _atom(self, depth: int) -> Writer:
        character = self._take()
        match character:
            case "(":
                return self._group(depth)
            case "[":
                return _one_of(self._class())
            case "\\":
                return _one_of(self._escape())
            case ".":
                return _one_of(_ANY)
            case "*" | "+" | "?" | "{":
                raise PatternError("a repetition of nothing")
            case _:
                return lambda _: character

    def _group(self, depth: int) -> Writer:
        if self._took("?") and not self._took(":"):
            if not self._took("<") or self._peek() in ("=", "!"):
                raise PatternError("look-around is not understood")
            while self._take() != ">":
                pass
        inner = self.alternatives(depth + 1)
        if not self._took(")"):
            raise PatternError("a group is not closed")
        return inner

    def _escape(self) -> str:
        character = self._take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character in "ux":
            digits = "".join(self._take() for _ in range(4 if character == "u" else 2))
            if set(digits) - set(string.hexdigits):
                raise PatternError("an escape is not understood")
            return chr(int(digits, 16))
        if character.isalnum():
            raise PatternError("an escape is not understood")
        return character

    def _class(self) -> str:
        negated = self._took("^")
        members: list[str] = []
        while not self._took("]"):
            first = self._member()
            if self._peek() == "-" and self._pattern[self._position + 1 : self._position + 2] not in ("", "]") and len(first) == 1:
                self._take()
                first = _span(first, self._member())
            members.append(first)
        text = "".join(members)
        if negated:
            text = "".join(character for character in _PRINTABLE if character not in text)
        if not text:
            raise PatternError("a class is empty")
        return text

    def _member(self) -> str:
        character = self._take()
        return self._escape() if character == "\\" else character

    def _repeated(self, atom: Writer) -> Writer:
        least, most = self._bounds()
        self._took("?")
        if least == most == 1:
            return atom
        if least > _LONGEST or most < least:
            raise PatternError("a repetition is out of range")
        return lambda dice: "".join(atom(dice) for _ in range(dice.between(least, min(most, least + _MORE))))

    def _bounds(self) -> tuple[int, int]:
        if self._took("*"):
            return 0, _MORE
        if self._took("+"):
            return 1, 1 + _MORE
        if self._took("?"):
            return 0, 1
        if not self._took("{"):
            return 1, 1
        inside = ""
        while (character := self._take()) != "}":
            inside += character
        least, comma, most = inside.partition(",")
        if not least.isdigit() or not (most.isdigit() or not most) or len(inside) > 12:  # noqa: PLR2004 - two numbers of five digits
            raise PatternError("a repetition is not understood")
        return int(least), int(most) if most else int(least) + (_MORE if comma else 0)


def _span(first: str, last: str) -> str:
    if len(last) != 1 or ord(last) < ord(first):
        raise PatternError("a range is not understood")
    return "".join(chr(code) for code in range(ord(first), min(ord(last), ord(first) + 2000) + 1))


def _one_of(characters: str) -> Writer:
    return lambda dice: dice.pick(characters)
