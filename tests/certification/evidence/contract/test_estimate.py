"""What a contract test will cost is known before it begins, and is inside the exchange's budgets when it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from certification.evidence.contract.estimate import budget_for, calls_expected, seconds_expected, usual_interval
from certification.evidence.contract.plan import Budget
from certification.evidence.contract.run import Subject, contract_test
from certification.isolation.process import ProcessRunner
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile, RateBudget
from certification.sandboxes.open import Sandbox
from sdkgen.api.model import Api
from sdkgen.behaviour import RateLimit
from tests.simulators.counting_server import counting_server, most_within

SLOW = RateBudget(requests=1200, per_seconds=60)
SMALL = Budget(examples_per_operation=2, sequences=1, steps_per_sequence=2)


@pytest.mark.parametrize(
    ("calls", "budgets", "expected"),
    [
        pytest.param(1200, (SLOW,), 60, id="at the budget's pace"),
        pytest.param(1201, (SLOW,), 61, id="never less than it takes"),
        pytest.param(600, (SLOW, RateBudget(requests=10, per_seconds=1)), 60, id="the tightest one counts"),
        pytest.param(300, (), 10, id="no budget"),
        pytest.param(300, (RateBudget(requests=5000, per_seconds=1),), 10, id="faster than anybody calls"),
        pytest.param(0, (SLOW,), 0, id="nothing"),
    ],
)
def test_calls_take_as_long_as_the_budget_wants(calls: int, budgets: tuple[RateBudget, ...], expected: int) -> None:
    assert seconds_expected(calls, budgets) == expected


def test_calls_that_weigh_more_take_longer(api: Api) -> None:
    heavy = RateLimit(name="weight", requests=60, per_ms=60_000, weight=2)
    assert usual_interval(api, (SLOW,), (heavy,)) == 2.0
    assert usual_interval(replace(api, operations=()), (), ()) == 0.0
    assert seconds_expected(30, (SLOW,), interval_s=2.0) == 60
    assert budget_for(api, (), SMALL, (replace(heavy, weight=60),)).timeout_s == 2 * 60 * calls_expected(api, SMALL)


def test_more_operations_fields_and_examples_are_more_calls(api: Api) -> None:
    whole = calls_expected(api, SMALL)
    assert calls_expected(replace(api, operations=api.operations[:1]), SMALL) < whole
    assert calls_expected(api, Budget()) > whole
    assert calls_expected(replace(api, operations=()), SMALL) == 2


def test_a_test_has_time_enough_for_the_exchange_s_own_pace(api: Api) -> None:
    assert budget_for(api, (), SMALL).timeout_s == SMALL.timeout_s
    crawling = RateBudget(requests=1, per_seconds=60)
    assert budget_for(api, (crawling,), SMALL).timeout_s == 2 * 60 * calls_expected(api, SMALL)


def test_a_remote_exchange_is_never_asked_more_than_its_budget_and_no_more_than_was_told(
    tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: Callable[..., Sandbox]
) -> None:
    """1,200 a minute is 20 a second: what holds in each few seconds holds in each minute."""
    with counting_server() as (url, arrivals), ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as runner:
        paced = profile.model_copy(update={"rate_limit": (SLOW,)})
        subject = Subject(api=api, snapshot=snapshot, profile=paced, sandbox=sandbox_at(url))
        evidence = contract_test(subject, runner, seed=3, folder=tmp_path / "out", budget=SMALL)
    assert sum(operation.calls for operation in evidence.operations) > 40
    # Calls are paced where they leave. On the way a few may wait for each other, so a second can see more than 20 arrive, never many more;
    # over all of the test that evens out. One more is the look whether anybody is there, which comes before.
    assert most_within(arrivals, 1.0) <= 20 + 10
    assert len(arrivals) <= 20 * (arrivals[-1] - arrivals[0] + 1) + 1
    assert len(arrivals) <= calls_expected(api, SMALL) + 10
