"""Collecting the differences of two descriptions: each place once, however many operations share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from certification.model import Change, ChangeClass

ORDER = (ChangeClass.BREAKING, ChangeClass.ADDITIVE, ChangeClass.DOCUMENTATION)
"""The worst first."""


class Direction(StrEnum):
    """Who sends a value: what is harmless one way breaks programs the other way."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place that is compared at the moment."""

    operation: str
    direction: Direction
    pointer: str
    label: str
    """For people: ``body.orders[].price``, ``200.data``, ``query:symbol``."""
    within: str = ""
    """The end of the label that lies inside what the pointer names: ``[]``."""

    def inside(self, label: str, pointer: str | None = None) -> Where:
        """A place inside this one; with a pointer of its own where it has one."""
        return Where(
            operation=self.operation,
            direction=self.direction,
            pointer=self.pointer if pointer is None else pointer,
            label=self.label + label,
            within=self.within + label if pointer is None else "",
        )


@dataclass(slots=True, kw_only=True)
class _Entry:
    change_class: ChangeClass
    operation: str | None
    summary: str
    others: set[str] = field(default_factory=set)


class Tally:
    """The differences found so far."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], _Entry] = {}

    def add(self, change_class: ChangeClass, rule: str, where: Where, what: str) -> None:
        """Note a difference at a place inside an operation."""
        entry = _Entry(change_class=change_class, operation=where.operation, summary=f"{where.label} {what}")
        self._enter((rule, where.pointer, f"{where.within} {what}"), entry)

    def whole(self, change_class: ChangeClass, rule: str, pointer: str, operation: str | None, summary: str) -> None:
        """Note a difference of an operation or of the API as a whole."""
        self._enter((rule, pointer, summary), _Entry(change_class=change_class, operation=operation, summary=summary))

    def _enter(self, key: tuple[str, str, str], entry: _Entry) -> None:
        known = self._entries.setdefault(key, entry)
        if entry.operation is not None and entry.operation != known.operation:
            known.others.add(entry.operation)
        if ORDER.index(entry.change_class) < ORDER.index(known.change_class):
            known.change_class, known.summary = entry.change_class, entry.summary

    def concerns(self, operation: str) -> bool:
        """Whether anything was noted about an operation."""
        return any(entry.operation == operation or operation in entry.others for entry in self._entries.values())

    def changes(self) -> tuple[Change, ...]:
        """All differences, the worst first, then in the order in which they were found."""
        found = [
            Change(
                change_class=entry.change_class,
                rule=rule,
                pointer=pointer,
                operation=entry.operation,
                summary=entry.summary + (f" (and in {len(entry.others)} more)" if entry.others else ""),
            )
            for (rule, pointer, _), entry in self._entries.items()
        ]
        return tuple(sorted(found, key=lambda change: ORDER.index(change.change_class)))
