"""Which stages could not see what they should, and when it is worth trying again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from certification.evidence.record import ContractEvidence, Evidence, Observation, Scenario, StrategyResult
from certification.model import Hindrance, Obstacle, Verdict, VerdictOutcome
from flows.request import RunRequest
from reports.report import PlannedRetry

_DELAYS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""After the first attempt, the second and the third; then a person, or the next night, tries again."""
_NEXT_DAY = timedelta(days=1)
_THROTTLED = timedelta(hours=1)
"""The least to wait where the sandbox said that it was asked too much."""


def planned_retries(evidence: Evidence, verdict: Verdict, request: RunRequest, *, now: datetime) -> tuple[PlannedRetry, ...]:
    """A retry for each stage that the environment kept from its work; none where the run came to a verdict."""
    if verdict.outcome is not VerdictOutcome.INCONCLUSIVE:
        return ()
    return tuple(_planned(stage, obstacle, request, now) for stage, obstacle in _kept_from_work(evidence).items())


def _kept_from_work(evidence: Evidence) -> dict[str, Obstacle]:
    """Stage -> why it could not be done, in the order of a run."""
    found: dict[str, Obstacle] = {}
    for scenario in evidence.scenarios or ():
        if scenario.observation is Observation.UNAVAILABLE:
            found.setdefault("scenarios", _obstacle(scenario))
    if evidence.contract is not None and evidence.contract.observation is Observation.UNAVAILABLE:
        found["contract test"] = _obstacle(evidence.contract)
    found |= {f"SDK {sdk.subject}": sdk.obstacle for sdk in evidence.sdks if sdk.obstacle is not None}
    for sdk in evidence.sdks:
        if sdk.strategy is not None and sdk.strategy.observation is Observation.UNAVAILABLE:
            found[f"strategy in {sdk.subject}"] = _obstacle(sdk.strategy)
    return found


def _obstacle(unseen: Scenario | ContractEvidence | StrategyResult) -> Obstacle:
    return Obstacle(reason=unseen.reason, hindrance=unseen.hindrance or Hindrance.ENVIRONMENT)


def _planned(stage: str, obstacle: Obstacle, request: RunRequest, now: datetime) -> PlannedRetry:
    if obstacle.hindrance.wants_a_person:
        return PlannedRetry(stage=stage, reason=obstacle.reason, again_at=None, automatic=False)
    left = request.attempt < len(_DELAYS)
    delay = _DELAYS[request.attempt] if left else _NEXT_DAY
    if obstacle.hindrance is Hindrance.THROTTLED:
        delay = max(delay, _THROTTLED)
    at = (now + delay).replace(microsecond=0)
    # A night's run belongs to the service, which plans it anew; any other belongs to whoever asked.
    return PlannedRetry(stage=stage, reason=obstacle.reason, again_at=at, automatic=request.rebuild and left)
