"""Which stages could not see what they should, and when it is worth trying again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from certification.evidence.record import Evidence, Observation
from certification.model import Verdict, VerdictOutcome
from flows.request import RunRequest
from reports.report import PlannedRetry

_DELAYS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""After the first attempt, the second and the third; then a person, or the next night, tries again."""
_NEXT_DAY = timedelta(days=1)
_THROTTLED = timedelta(hours=1)
"""The least to wait where the sandbox said that it was asked too much."""
_WANTS_A_PERSON = ("credentials", "clock", "CERTIFY_ALLOW_PRIVATE", "is no address", "names no sandbox", "--isolation")
"""What reasons say that time alone does not mend."""


def planned_retries(evidence: Evidence, verdict: Verdict, request: RunRequest, *, now: datetime) -> tuple[PlannedRetry, ...]:
    """A retry for each stage that the environment kept from its work; none where the run came to a verdict."""
    if verdict.outcome is not VerdictOutcome.INCONCLUSIVE:
        return ()
    return tuple(_planned(stage, reason, request, now) for stage, reason in _kept_from_work(evidence).items())


def _kept_from_work(evidence: Evidence) -> dict[str, str]:
    """Stage -> why it could not be done, in the order of a run."""
    found: dict[str, str] = {}
    for scenario in evidence.scenarios or ():
        if scenario.observation is Observation.UNAVAILABLE:
            found.setdefault("scenarios", scenario.reason)
    if evidence.contract is not None and evidence.contract.observation is Observation.UNAVAILABLE:
        found["contract test"] = evidence.contract.reason
    for sdk in evidence.sdks:
        if sdk.strategy is not None and sdk.strategy.observation is Observation.UNAVAILABLE:
            found[f"strategy in {sdk.subject}"] = sdk.strategy.reason
    return found


def _planned(stage: str, reason: str, request: RunRequest, now: datetime) -> PlannedRetry:
    if any(word in reason for word in _WANTS_A_PERSON):
        return PlannedRetry(stage=stage, reason=reason, again_at=None, automatic=False)
    left = request.attempt < len(_DELAYS)
    delay = _DELAYS[request.attempt] if left else _NEXT_DAY
    if "429" in reason:
        delay = max(delay, _THROTTLED)
    at = (now + delay).replace(microsecond=0)
    # A night's run belongs to the service, which plans it anew; any other belongs to whoever asked.
    return PlannedRetry(stage=stage, reason=reason, again_at=at, automatic=request.rebuild and left)
