"""An exchange is asked no faster than its budgets allow, and not while it says to wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.pace import Pace, interval_of, limits_on
from certification.profile import RateBudget
from sdkgen.behaviour import RateLimit
from tests.simulators.stages import reference_api

WEIGHT = RateLimit(name="weight", requests=100, per_ms=10_000, weights={"getDepth": 5, "listTrades": 0})
OPERATIONS = {operation.id: operation for operation in reference_api().operations}
SLOW = RateBudget(requests=2, per_seconds=1)


def test_a_call_counts_against_the_limits_that_it_weighs_in() -> None:
    private = replace(WEIGHT, signed_only=True)
    assert limits_on(OPERATIONS["getDepth"], (WEIGHT, private)) == ((WEIGHT, 5),)
    assert limits_on(OPERATIONS["listTrades"], (WEIGHT,)) == ()
    assert limits_on(OPERATIONS["placeOrder"], (private,)) == ((private, 1),)


@pytest.mark.parametrize(
    ("operation", "budgets", "limits", "expected"),
    [
        pytest.param("getDepth", (), (), 0.0, id="nothing is said"),
        pytest.param("getDepth", (), (WEIGHT,), 0.5, id="by its weight"),
        pytest.param("getTime", (), (WEIGHT,), 0.1, id="by the usual weight"),
        pytest.param("getTime", (SLOW,), (WEIGHT,), 0.5, id="a budget counts calls"),
        pytest.param("getDepth", (SLOW,), (WEIGHT, replace(WEIGHT, requests=10)), 5.0, id="the tightest limit"),
    ],
)
def test_heavier_calls_are_made_less_often(
    operation: str, budgets: tuple[RateBudget, ...], limits: tuple[RateLimit, ...], expected: float
) -> None:
    assert interval_of(OPERATIONS[operation], budgets, limits) == expected


def test_a_call_is_followed_after_its_own_interval() -> None:
    waits: list[float] = []
    pace = Pace({"heavy": 100.0}, usual_s=10.0, sleep=waits.append)
    for operation in ("light", "heavy", "light"):
        pace.before(operation)
    assert [round(wait) for wait in waits] == [10, 110]


@pytest.mark.parametrize(
    ("status", "retry_after", "follows"),
    [
        pytest.param(429, "7", True, id="throttled"),
        pytest.param(418, "7", True, id="banned"),
        pytest.param(503, "7", False, id="not for asking too much"),
        pytest.param(200, "7", False, id="accepted"),
        pytest.param(None, "", False, id="no answer"),
        pytest.param(429, "", False, id="nothing is said"),
        pytest.param(429, "0", False, id="no time at all"),
        pytest.param(429, "-1", False, id="no number"),
        pytest.param(429, "²", False, id="no digit"),
    ],
)
def test_a_refusal_that_says_when_is_waited_for(status: int | None, retry_after: str, *, follows: bool) -> None:
    waits: list[float] = []
    pace = Pace({}, sleep=waits.append)
    assert pace.refused(status, retry_after) is follows
    pace.before("any")
    assert [round(wait) for wait in waits] == ([7] if follows else [])


def test_who_asks_for_more_patience_than_there_is_is_not_asked_again() -> None:
    waits: list[float] = []
    pace = Pace({}, sleep=waits.append)
    assert pace.refused(429, "45") is True
    pace.before("any")
    assert pace.refused(429, "999") is False
    assert pace.refused(429, "1") is False
    assert [round(wait) for wait in waits] == [45]


def test_patience_ends() -> None:
    pace = Pace({}, sleep=lambda _: None)
    assert [pace.refused(429, "25") for _ in range(3)] == [True, True, False]
    assert pace.refused(429, "9" * 400) is False
