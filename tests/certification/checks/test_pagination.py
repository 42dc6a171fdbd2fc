from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
LIST = told(
    "pagination.fills",
    step("at once", {"item_id": ("5", "4", "3", "2", "1")}),
    step("page 1", {"item_id": ("5", "4", "3")}),
    step("page 2", {"item_id": ("2", "1")}),
)

END = step("the end", {"pages": "2"}, status=None)
COUNTED = told(
    "pagination.order-history",
    step("at once", {"item_id": ("5", "4", "3"), "stated.page": "3"}),
    step("page 1", {"item_id": ("5", "4", "3"), "count": "5"}),
    step("page 2", {"item_id": ("2", "1"), "count": "5"}),
    END,
)
OF_THE_PAGE = but(but(COUNTED, "page 1", {"count": "3"}), "page 2", {"count": "2"})

CASES = (
    ("totals_count_the_whole_list", COUNTED, PASSED, ""),
    ("totals_count_the_whole_list", OF_THE_PAGE, FAILED, "3 are told to be there, and the pages hold 5"),
    ("totals_count_the_whole_list", but(COUNTED, "page 2", {"item_id": "2"}), FAILED, "5 are told to be there, and the pages hold 4"),
    ("totals_count_the_whole_list", but(COUNTED, "page 2", {"count": "6"}), PASSED, ""),
    ("totals_count_the_whole_list", cut(COUNTED, "the end"), UNSEEN, "not read to its end"),
    ("totals_count_the_whole_list", cut(COUNTED, "page 2"), UNSEEN, "too short"),
    ("totals_count_the_whole_list", LIST, MOOT, "no count"),
    ("pages_are_full", COUNTED, PASSED, ""),
    ("pages_are_full", but(COUNTED, "at once", {"item_id": ("5", "4")}), FAILED, "a page of 3 holds 2 items, and more follow"),
    ("pages_are_full", but(COUNTED, "at once", {"item_id": ("5", "4", "3", "2", "1")}), UNSEEN, "too short to fill a page"),
    ("pages_are_full", LIST, MOOT, "no size"),
    ("pages_repeat_nothing", LIST, PASSED, ""),
    ("pages_repeat_nothing", but(LIST, "page 2", {"item_id": ("3", "2", "1")}), FAILED, "3 stands on 2 pages"),
    ("pages_repeat_nothing", but(LIST, "page 2", status=400), UNSEEN, "a page was refused"),
    ("pages_repeat_nothing", cut(LIST, "page 2"), UNSEEN, "too short to fill two pages"),
    ("pages_repeat_nothing", but(LIST, "at once", {"item_id": ()}), UNSEEN, "no item_id"),
    ("pages_keep_their_size", but(LIST, "page 1", {"asked.limit": "3"}), PASSED, ""),
    ("pages_keep_their_size", but(LIST, "page 1", {"asked.limit": "2"}), FAILED, "a page of 2 holds 3 items"),
    ("pages_keep_their_size", LIST, UNSEEN, "no page was asked for with a limit"),
    ("pages_keep_their_size", but(LIST, "page 1", {"asked.limit": "3", "item_id": ()}), UNSEEN, "no item_id"),
    ("pages_leave_nothing_out", LIST, PASSED, ""),
    ("pages_leave_nothing_out", but(LIST, "page 2", {"item_id": "1"}), FAILED, "2 stands on no page"),
    ("pages_leave_nothing_out", cut(but(LIST, "page 1", {"cursor": "null"}), "page 2"), FAILED, "2 stands on no page"),
    ("pages_leave_nothing_out", cut(LIST, "page 2"), UNSEEN, "too short to fill two pages"),
    ("pages_leave_nothing_out", cut(but(LIST, "page 1", {"cursor": "null"}), "page 1"), UNSEEN, "too short"),
    ("pages_leave_nothing_out", but(LIST, "at once", status=400), UNSEEN, "'at once' was answered 400"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_the_pages_together_are_the_list(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"pagination.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
