"""Chance that repeats: the same seed throws the same numbers on every machine and in every version of Python."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")

_MASK = 2**64 - 1
_SMALL = 2**32
"""Below this, one throw is enough: the remainder favours no number by more than one in four thousand million."""


class Dice:
    """SplitMix64 (Steele, Lea, Flood 2014), seeded with the SHA-256 of a text."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A whole number from 0, less than ``limit`` (at least 1, of any size)."""
        if limit < _SMALL:
            return self._next() % limit
        drawn = 0
        for _ in range(limit.bit_length() // 64 + 2):
            drawn = (drawn << 64) | self._next()
        return drawn % limit

    def between(self, lowest: int, highest: int) -> int:
        """A whole number from ``lowest`` to ``highest``."""
        return lowest + self.below(highest - lowest + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items (there is at least one)."""
        return items[self.below(len(items))]

    def chance(self, one_in: int) -> bool:
        """True once in so many throws."""
        return self.below(one_in) == 0
