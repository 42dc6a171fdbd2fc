"""How a limit is broken on purpose: by the heaviest public call, and never by too many."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from certification.evidence.scenarios.burst import Burst, burst_of
from certification.profile import ExchangeProfile, RateBudget
from sdkgen.behaviour import RateLimit
from tests.simulators.stages import reference_api, reference_profile

USUAL = RateLimit(name="weight", requests=100, per_ms=10_000, weights={"getDepth": 5, "listTrades": 0})


def profile(*limits: RateLimit, budgets: tuple[RateBudget, ...] = ()) -> ExchangeProfile:
    behaviour = replace(reference_profile().behaviour, limits=limits)
    return reference_profile().model_copy(update={"behaviour": behaviour, "rate_limit": budgets})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(profile(USUAL), Burst(role="depth", requests=100, per_seconds=Decimal(10), weight=5), id="heaviest"),
        pytest.param(
            profile(USUAL, replace(USUAL, requests=3, weights={})),
            Burst(role="time", requests=3, per_seconds=Decimal(10)),
            id="whatever is exhausted first",
        ),
        pytest.param(
            profile(replace(USUAL, at_once=15)),
            Burst(role="depth", requests=15, per_seconds=Decimal("1.5"), sinks=True, weight=5),
            id="a bucket is as deep as what is let in at once",
        ),
        pytest.param(profile(replace(USUAL, signed_only=True)), None, id="public calls do not count"),
        pytest.param(profile(replace(USUAL, requests=10**6)), None, id="too many"),
        pytest.param(profile(replace(USUAL, per_ms=3_600_000)), None, id="too long"),
        pytest.param(
            profile(budgets=(RateBudget(requests=9, per_seconds=1), RateBudget(requests=5, per_seconds=60))),
            Burst(requests=5, per_seconds=Decimal(60)),
            id="the tightest budget",
        ),
        pytest.param(profile(), None, id="nothing is stated"),
    ],
)
def test_the_burst_is_what_the_profile_says(given: ExchangeProfile, expected: Burst | None) -> None:
    assert burst_of(given, reference_api(), fresh=True) == expected


def test_a_sandbox_that_was_called_is_left_alone_for_a_window_first() -> None:
    rested = burst_of(profile(USUAL), reference_api(), fresh=False)
    assert rested is not None
    assert rested.rest_s == 10
    assert rested.calls == 41


def test_what_comes_back_to_a_bucket_meanwhile_is_used_up_too() -> None:
    assert Burst(requests=15, per_seconds=Decimal(1), sinks=True).calls == 61
    assert Burst(requests=15, per_seconds=Decimal(1)).calls == 31
