"""Finds the case that a call or a message is about, by the number that stands in it, and the trouble whose turn it is."""

from __future__ import annotations

import re
from decimal import Decimal

from .trouble import Case, Trouble

_NUMBER = re.compile(r"(?<![\d.])\d{1,30}(?:\.\d{1,30})?(?![\d.])")


class Cases:
    """The cases of a plan, and how often each was met."""

    def __init__(self, cases: tuple[Case, ...]) -> None:
        """Take them; where two have the same number, the first one counts."""
        self._places: dict[Decimal, int] = {}
        for place, case in enumerate(cases):
            self._places.setdefault(Decimal(case.marker), place)
        self._cases = cases
        self._met = [0] * len(cases)

    def next(self, text: str) -> tuple[Case | None, Trouble]:
        """The first case whose number stands in the text, and its next trouble.

        The number stands there by itself, however many zeros it ends with, and not as a part of a longer number.
        """
        found = [self._places[number] for each in _NUMBER.findall(text) if (number := Decimal(each)) in self._places]
        if not found:
            return None, Trouble.NONE
        place = min(found)
        case, met = self._cases[place], self._met[place]
        self._met[place] = met + 1
        return case, case.troubles[met] if met < len(case.troubles) else Trouble.NONE
