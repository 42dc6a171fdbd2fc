"""Lists in pages: the pages together are the list, nothing twice and nothing left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of
from certification.evidence.facts import UnclearError, is_accepted, numbers, texts
from certification.evidence.record import STATED_PAGE, Evidence, Scenario, ScenarioStep
from certification.model import Answer


def _ids(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the list at once, and those of its pages in order."""
    at_once = texts(accepted_step(scenario, "at once"), "item_id")
    pages = [step for step in scenario.steps if step.label.startswith("page ")]
    if not all(is_accepted(page) for page in pages):
        raise UnclearError("a page was refused")
    if len(pages) < 2 and not _ends_too_early(pages, at_once):  # noqa: PLR2004 - one page shows nothing about the next
        raise UnclearError("the list is too short to fill two pages")
    paged = tuple(item for page in pages for item in texts(page, "item_id"))
    if not at_once or not paged:
        raise UnclearError("the profile reads no item_id from the list, or it is empty")
    return at_once, paged


def _ends_too_early(pages: list[ScenarioStep], at_once: tuple[str, ...]) -> bool:
    """Whether the only page says where its cursor is told that there is none, and the list goes on."""
    return bool(pages) and set(texts(pages[0], "cursor")) == {"null"} and len(texts(pages[0], "item_id")) < len(at_once)


@check(
    requirement="Following the cursor gives no item twice.",
    remediation="Let the cursor name the last item that was given, and go on strictly behind it.",
)
def pages_repeat_nothing(evidence: Evidence) -> Iterator[Answer]:
    """No item stands on two pages."""

    def question(scenario: Scenario) -> list[str]:
        _, paged = _ids(scenario)
        return [f"{item} stands on {count} pages" for item, count in Counter(paged).items() if count > 1]

    return ask_of(evidence, "pagination", question)


@check(
    requirement="A page holds no more items than were asked for.",
    remediation="Cut each page to the limit of the request.",
)
def pages_keep_their_size(evidence: Evidence) -> Iterator[Answer]:
    """Asked for so many items, no page holds more."""

    def question(scenario: Scenario) -> list[str]:
        pages = [step for step in scenario.steps if step.label.startswith("page ") and is_accepted(step) and texts(step, "asked.limit")]
        if not pages:
            raise UnclearError("no page was asked for with a limit")
        if not any(texts(page, "item_id") for page in pages):
            raise UnclearError("the profile reads no item_id from the pages, or they are empty")
        sizes = [(len(texts(page, "item_id")), int(texts(page, "asked.limit")[0])) for page in pages]
        return [f"a page of {asked} holds {size} items" for size, asked in sizes if size > asked]

    return ask_of(evidence, "pagination", question)


@check(
    requirement="Following the cursor to its end gives every item.",
    remediation="Let the cursor name the last item that was given, and go on right behind it.",
)
def pages_leave_nothing_out(evidence: Evidence) -> Iterator[Answer]:
    """Every item of the list at once stands on one of its pages."""

    def question(scenario: Scenario) -> list[str]:
        at_once, paged = _ids(scenario)
        return [f"{item} stands on no page" for item in at_once if item not in set(paged)]

    return ask_of(evidence, "pagination", question)


@check(
    requirement="A list's total counts all its items, on whichever page it is told.",
    remediation="Count what matches, before the page is cut.",
)
def totals_count_the_whole_list(evidence: Evidence) -> Iterator[Answer]:
    """Where a list tells how many items there are, it is as many as its pages hold together, once they are read to the end."""

    def question(scenario: Scenario) -> list[str]:
        pages = [step for step in scenario.steps if step.label.startswith("page ")]
        counts = [count for page in pages if is_accepted(page) for count in numbers(page, "count", null_is_none=True)]
        if not counts:
            raise MootError("the profile reads no count from the list")
        if not any(step.label == "the end" for step in scenario.steps) or not all(is_accepted(page) for page in pages):
            raise UnclearError("the list was not read to its end")
        items = {item for page in pages for item in texts(page, "item_id")}
        if sum(bool(texts(page, "item_id")) for page in pages) < 2:  # noqa: PLR2004 - on one page, a page's count is the whole's
            raise UnclearError("the list is too short to fill two pages")
        # A list that grows while it is read tells of more than was there at first.
        wrong = [count for count in counts if count < len(items) or (count > len(items) and len(set(counts)) == 1)]
        return [f"{count:f} are told to be there, and the pages hold {len(items)}" for count in wrong[:1]]

    return ask_of(evidence, "pagination", question)


@check(
    requirement="A page that is not the last holds as many items as documented.",
    remediation="Cut each page to its documented size, so that who goes on by that number misses nothing.",
)
def pages_are_full(evidence: Evidence) -> Iterator[Answer]:
    """Where pages have one documented size, the first page of a longer list holds so many items.

    A client that asks for the second page by that number never sees what the first one left out.
    """

    def question(scenario: Scenario) -> list[str]:
        at_once = accepted_step(scenario, "at once")
        stated = texts(at_once, STATED_PAGE)
        if not stated:
            raise MootError("the profile states no size of the list's pages (page), or a request does")
        held = len(texts(at_once, "item_id"))
        items = {item for step in scenario.steps if step.label.startswith("page ") for item in texts(step, "item_id")}
        if len(items | set(texts(at_once, "item_id"))) <= held:
            raise UnclearError("the list is too short to fill a page")
        return [f"a page of {stated[0]} holds {held} items, and more follow"] if held < int(stated[0]) else []

    return ask_of(evidence, "pagination", question)
