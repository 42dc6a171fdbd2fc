"""When a run that saw too little is worth trying again, and who does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certification.evidence.record import ContractEvidence, Evidence, Observation, Scenario, SdkEvidence, StrategyResult
from certification.model import Hindrance, Level, Obstacle, Verdict, VerdictOutcome
from flows.request import RunRequest
from flows.stages.retry import planned_retries
from sdkgen.language import Language

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DOWN = "the sandbox does not answer: refused"
VERDICT = Verdict(outcome=VerdictOutcome.INCONCLUSIVE, level=Level.NONE, asked=Level.SILVER, reasons=(), subjects=())
NIGHTLY = RunRequest(exchange="sample", rebuild=True)


def down(hindrance: Hindrance | None = Hindrance.ENVIRONMENT) -> Evidence:
    contract = ContractEvidence(tool="t", seed=1, observation=Observation.UNAVAILABLE, reason=DOWN, hindrance=hindrance)
    return Evidence(contract=contract)


@pytest.mark.parametrize(
    ("attempt", "hindrance", "delay", "automatic"),
    [
        pytest.param(0, Hindrance.ENVIRONMENT, timedelta(minutes=15), True, id="soon"),
        pytest.param(0, None, timedelta(minutes=15), True, id="of an older record"),
        pytest.param(1, Hindrance.ENVIRONMENT, timedelta(hours=1), True, id="later"),
        pytest.param(2, Hindrance.ENVIRONMENT, timedelta(hours=4), True, id="much later"),
        pytest.param(3, Hindrance.ENVIRONMENT, timedelta(days=1), False, id="not for ever"),
        pytest.param(0, Hindrance.THROTTLED, timedelta(hours=1), True, id="asked too much"),
        pytest.param(2, Hindrance.THROTTLED, timedelta(hours=4), True, id="asked too much again"),
    ],
)
def test_a_night_tries_again_later_and_later(attempt: int, hindrance: Hindrance | None, delay: timedelta, automatic: bool) -> None:
    (planned,) = planned_retries(down(hindrance), VERDICT, replace(NIGHTLY, attempt=attempt), now=NOW)
    assert (planned.stage, planned.reason, planned.automatic) == ("contract test", DOWN, automatic)
    assert planned.again_at == NOW + delay


def test_a_person_tries_again_what_a_person_asked_for() -> None:
    (planned,) = planned_retries(down(), VERDICT, RunRequest(exchange="sample"), now=NOW)
    assert (planned.again_at, planned.automatic) == (NOW + timedelta(minutes=15), False)


@pytest.mark.parametrize("hindrance", [Hindrance.CREDENTIALS, Hindrance.CLOCK, Hindrance.CONFIGURATION])
def test_time_alone_mends_no_credentials(hindrance: Hindrance) -> None:
    (planned,) = planned_retries(down(hindrance), VERDICT, NIGHTLY, now=NOW)
    assert (planned.again_at, planned.automatic) == (None, False)


def test_an_engine_that_went_away_comes_back() -> None:
    reason, delay = "no container engine answers; start one, or use --isolation process: refused", timedelta(minutes=15)
    sdk = SdkEvidence(language=Language.GO, package=None, operations=0, types=0, fields=0, obstacle=Obstacle(reason=reason))
    (planned,) = planned_retries(Evidence(sdks=(sdk,)), VERDICT, NIGHTLY, now=NOW)
    assert (planned.stage, planned.reason, planned.again_at, planned.automatic) == ("SDK go", reason, NOW + delay, True)


def test_every_stage_that_was_kept_from_its_work_is_named_once() -> None:
    told = tuple(
        Scenario(id=name, operation="o", observation=Observation.UNAVAILABLE, reason=f"{name} fell silent", steps=(), reproduce="")
        for name in ("orders.a", "orders.b")
    )
    strategy = StrategyResult(observation=Observation.UNAVAILABLE, reason="in use")
    sdk = SdkEvidence(language=Language.GO, package=None, operations=0, types=0, fields=0, strategy=strategy)
    found = planned_retries(replace(down(), scenarios=told, sdks=(sdk,)), VERDICT, NIGHTLY, now=NOW)
    assert [(retry.stage, retry.reason) for retry in found] == [
        ("scenarios", "orders.a fell silent"),
        ("contract test", DOWN),
        ("strategy in go", "in use"),
    ]


@pytest.mark.parametrize("outcome", [VerdictOutcome.CERTIFIED, VerdictOutcome.NOT_CERTIFIED])
def test_a_verdict_is_not_tried_again(outcome: VerdictOutcome) -> None:
    assert planned_retries(down(), replace(VERDICT, outcome=outcome), NIGHTLY, now=NOW) == ()
    assert planned_retries(Evidence(), VERDICT, NIGHTLY, now=NOW) == ()
