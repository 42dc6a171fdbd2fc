"""Orders that are only tried, and orders that come too late, as told by hand."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED


def balances(free: str = "100", held: str = "0") -> Facts:
    return {"asset": ("BTC", "USD"), "free": ("1", free), "held": ("0", held)}


TRIED = told(
    "terms.dry-run",
    step("balances before", balances()),
    step("open orders before", {"order_id": "1"}),
    step("dry run"),
    step("open orders after", {"order_id": "1"}),
    step("balances after", balances()),
)
LATE = told(
    "terms.deadline",
    step("open orders before"),
    step("place after its deadline", status=400),
    step("open orders after"),
    step("place before its deadline", {"order_id": "2"}),
)


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("dry_runs_place_nothing", TRIED, PASSED, "", id="only tried"),
        pytest.param(
            "dry_runs_place_nothing", but(TRIED, "open orders after", {"order_id": ("1", "2")}), FAILED, "rests in the book", id="placed"
        ),
        pytest.param(
            "dry_runs_place_nothing", but(TRIED, "balances after", balances("50", "50")), FAILED, "free or held of USD", id="held for"
        ),
        pytest.param("dry_runs_place_nothing", but(TRIED, "dry run", status=400), UNSEEN, "answered 400", id="not even tried"),
        pytest.param("deadlines_are_kept", LATE, PASSED, "", id="refused"),
        pytest.param(
            "deadlines_are_kept", but(LATE, "place after its deadline", {"order_id": "3"}), FAILED, "ten seconds after", id="accepted"
        ),
        pytest.param("deadlines_are_kept", but(LATE, "open orders after", {"order_id": "3"}), FAILED, "rests all the same", id="rests"),
        pytest.param("deadlines_are_kept", but(LATE, "place before its deadline", status=400), UNSEEN, "answered 400", id="never taken"),
        pytest.param("deadlines_are_kept", but(LATE, "place after its deadline", status=429), UNSEEN, "says nothing", id="throttled"),
    ],
)
def test_what_is_said_of_the_terms_of_requests(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"terms.{check}", scenario)
    assert said in answer.summary
    assert answer.outcome is outcome
