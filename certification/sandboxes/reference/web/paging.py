"""Pages as a call asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from certification.sandboxes.reference.engine.journal import Page, page
from certification.sandboxes.reference.web.rules import WebRules

Item = TypeVar("Item")


class Paging:
    """Cuts lists into pages."""

    def __init__(self, rules: WebRules) -> None:
        self._rules = rules

    def page(self, items: Iterable[Item], number: Callable[[Item], int], query: dict[str, Any]) -> Page[Item]:
        """The page that ``limit`` and ``cursor`` name."""
        cursor = None if query["cursor"] is None else int(query["cursor"])
        if cursor is not None and not self._rules.pages_go_on_after_the_cursor:
            cursor += 1
        if self._rules.pages_leave_nothing_out:
            return page(items, number, limit=query["limit"], cursor=cursor)
        return _leaving_one_out(page(items, number, limit=query["limit"] + 1, cursor=cursor), number)


def _leaving_one_out(found: Page[Item], number: Callable[[Item], int]) -> Page[Item]:
    """The page without its last item, which the next one takes for shown."""
    if found.next_cursor is None:
        return found
    return Page(items=found.items[:-1], next_cursor=number(found.items[-1]))
