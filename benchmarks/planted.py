"""What can be wrong with a stranger's exchange on purpose, as its author tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

Theme = Literal["contract", "auth", "state", "money", "limits", "streams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One fault: what it breaks, in a sentence, and on which call or channel it shows."""

    name: str
    theme: Theme
    operation: str
    breaks: str


def themed(theme: Theme, *rows: tuple[str, str, str]) -> tuple[Defect, ...]:
    """Defects of one theme, from rows of name, operation and sentence."""
    return tuple(Defect(name=name, theme=theme, operation=operation, breaks=breaks) for name, operation, breaks in rows)


class Switches:
    """The defects that are switched on, of all that an exchange knows."""

    among: ClassVar[tuple[Defect, ...]] = ()

    def __init__(self, names: Iterable[str]) -> None:
        """Switch these on.

        Raises:
            KeyError: one of them is not known.
        """
        self._known = frozenset(defect.name for defect in self.among)
        self._on = frozenset(names)
        if unknown := self._on - self._known:
            raise KeyError(f"no such defect: {', '.join(sorted(unknown))}")

    def on(self, name: str) -> bool:
        """Whether this one is on."""
        assert name in self._known, f"{name} is not in the list"
        return name in self._on
