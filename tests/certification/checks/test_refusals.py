"""What means nothing is not taken for an order."""

from __future__ import annotations

import pytest

from certification.checks import refusals
from certification.evidence.record import Evidence, Scenario
from certification.model import Outcome
from tests.simulators.told import but, cut, step, told

MEANINGLESS = told(
    "refusals.meaningless-order",
    step("place as usual", status=201),
    step("place with an unknown side", status=400),
    step("place without a price", status=422),
)
CASES = (
    (MEANINGLESS, Outcome.PASSED, ""),
    (cut(MEANINGLESS, "place without a price"), Outcome.PASSED, ""),
    (but(MEANINGLESS, "place with an unknown side", status=201), Outcome.FAILED, "'place with an unknown side' was accepted"),
    (but(MEANINGLESS, "place without a price", status=201), Outcome.FAILED, "'place without a price' was accepted"),
    (but(MEANINGLESS, "place without a price", status=429), Outcome.PASSED, ""),
    (but(MEANINGLESS, "place as usual", status=422), Outcome.NOT_OBSERVED, "'place as usual' was answered 422"),
    (
        but(but(MEANINGLESS, "place without a price", status=500), "place with an unknown side", status=429),
        Outcome.NOT_OBSERVED,
        "no order with a spoilt term was decided on",
    ),
)


@pytest.mark.parametrize(("scenario", "outcome", "said"), CASES)
def test_an_order_that_means_nothing_is_not_taken(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = refusals.meaningless_orders_are_refused(Evidence(scenarios=(scenario,)))
    assert answer.outcome is outcome, answer
    assert said in answer.summary


def test_where_no_such_order_was_tried_nothing_is_said() -> None:
    (answer,) = refusals.meaningless_orders_are_refused(Evidence(scenarios=()))
    assert answer.outcome is Outcome.NOT_OBSERVED
