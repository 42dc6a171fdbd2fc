"""Where the next page of a list begins, however the exchange counts its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from certification.evidence.places import read
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.answered import document_of, told_at
from sdkgen.behaviour import Pagination, Paging

if TYPE_CHECKING:
    from certification.profile import Role

CURSOR = "cursor"
"""The neutral name of the argument, and of the field, that leads from page to page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How one list is read to its end."""

    role: Role
    """With a place for the argument."""
    told: Pagination | None
    """By the profile's behaviour; ``None`` where the role itself reads a cursor from the answer."""

    def first(self, at_once: ScenarioStep) -> str | None:
        """What asks for the first page; ``None`` where nothing does. ``at_once`` is the whole list.

        Lists that go on behind a value, and grow at their end, begin with their newest items unless they are told where.
        """
        if self.told is None or self.told.kind is not Paging.LAST:
            return None
        values = self._values(at_once)
        whole = [int(value) for value in values if value.isdecimal()]
        grows = len(whole) == len(values) > 1 and whole[0] < whole[-1]
        return str(whole[0] - 1 + self.told.step) if grows else None

    def following(self, page: ScenarioStep, *, number: int, seen: int) -> str | None:
        """What asks for the page after this one, which is the ``number``-th and ends with the ``seen``-th item; ``None`` at the end."""
        if self.told is None:
            return _some(tuple(value for name, value in page.facts if name == CURSOR))
        if self.told.kind is Paging.CURSOR:
            headers = page.call.response.headers if page.call is not None and page.call.response is not None else ()
            return _some(told_at(self.told.next, _document(page), headers))
        if not self.items(page):
            return None
        match self.told.kind:
            case Paging.PAGE:
                return str((1 if self.told.first is None else self.told.first) + number)
            case Paging.OFFSET:
                return str((self.told.first or 0) + seen)
            case Paging.LAST:
                last = _some(self._values(page)[-1:])
                return str(int(last) + self.told.step) if last is not None and last.isdecimal() else last
            case _:
                assert_never(self.told.kind)

    def items(self, page: ScenarioStep) -> int:
        """How many items a page holds."""
        return sum(1 for name, _ in page.facts if name == "item_id")

    def _values(self, page: ScenarioStep) -> tuple[str, ...]:
        """The value of each item that the next page is asked for by."""
        return read(_document(page), f"{self.told.items}[].{self.told.next}") if self.told else ()


def pages_of(role: Role, told: Pagination | None) -> Pages | None:
    """How a role's list is paged, by the role itself or by the profile's behaviour; ``None`` where neither says."""
    if CURSOR in role.arguments and CURSOR in role.fields:
        return Pages(role=role, told=None)
    if told is None:
        return None
    return Pages(role=role.model_copy(update={"arguments": role.arguments | {CURSOR: told.argument}}), told=told)


def _some(values: tuple[str, ...]) -> str | None:
    return values[0] if values and values[0] not in {"", "null"} else None


def _document(page: ScenarioStep) -> Any:
    return document_of(page.call) if page.call is not None else None
