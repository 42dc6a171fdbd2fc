"""Lists in pages: the pages together are the list, nothing twice and nothing left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of
from certification.evidence.facts import UnclearError, is_accepted, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
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
