"""Whether a version lies in a range, as npm's advisories and Go's database write both (semver.org 2.0.0, section 11)."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import NamedTuple

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_CLAUSE = re.compile(r"(<=|>=|<|>|=)?\s*([^\s<>=]+)")


@total_ordering
class _Part(NamedTuple):
    """One part of what stands behind a hyphen: numbers before words."""

    number: int | None
    word: str

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, _Part):
            return NotImplemented
        mine = (self.number is None, self.number or 0, self.word)
        return mine < (other.number is None, other.number or 0, other.word)


def in_range(version: str, text: str) -> bool:
    """Whether the version is in the range: alternatives by ``||``, each of comparisons that must all hold; ``*`` is any.

    Raises:
        ValueError: one of them is not written so.
    """
    return any(_holds(version, alternative.strip()) for alternative in text.split("||"))


def _holds(version: str, alternative: str) -> bool:
    if alternative in {"", "*"}:
        return True
    key = _key(version)
    return all(_compares(key, sign or "=", _key(bound)) for sign, bound in _CLAUSE.findall(alternative))


def _compares(key: tuple[object, ...], sign: str, bound: tuple[object, ...]) -> bool:
    match sign:
        case "<":
            return key < bound
        case "<=":
            return key <= bound
        case ">":
            return key > bound
        case ">=":
            return key >= bound
        case _:
            return key == bound


def _key(version: str) -> tuple[tuple[int, int, int], bool, tuple[_Part, ...]]:
    """What versions are ordered by: one with a hyphen comes before the same without."""
    found = _VERSION.fullmatch(version)
    if found is None:
        message = f"{version!r} is no version"
        raise ValueError(message)
    major, minor, patch, before = found.groups()
    parts = tuple(_Part(int(part), "") if part.isdigit() else _Part(None, part) for part in (before or "").split(".") if part)
    return (int(major), int(minor or 0), int(patch or 0)), not parts, parts
