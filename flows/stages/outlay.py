"""What a run will ask of a sandbox, told before the first call: calls stage by stage, the budgets that they keep to, and their time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from certification.evidence.contract.estimate import calls_expected, seconds_expected, usual_interval
from certification.evidence.contract.plan import Budget
from certification.evidence.scenarios.run import STORIES
from certification.evidence.strategy.trade import untradable
from certification.evidence.trials.run import can_be_tried
from certification.model import Part
from certification.profile import ExchangeProfile
from flows.request import RunRequest, asks_for_proof, default_level
from sdkgen.api.model import Api

_PER_STORY = 12
_MODEL = 200
"""Calls of the story that trades by chance, and of making it shorter where it finds something."""
_PER_TRIAL = 90
"""Calls of the trials of one SDK: each order and what it takes to find out what became of it, and the book."""
_PER_STRATEGY = 90
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlay:
    """One stage."""

    stage: str
    calls: int
    """About how many it makes; more rather than fewer."""
    seconds: int
    """How long they take, one after the other and inside every budget."""


def outlays(request: RunRequest, profile: ExchangeProfile, api: Api) -> tuple[Outlay, ...]:
    """The stages that call the sandbox, in order; none where the run does not call it."""
    if Part.API not in request.parts:
        return ()
    accounts = len(profile.sandbox.accounts) if profile.sandbox is not None else 0
    stories = len(STORIES) * _PER_STORY + _MODEL if profile.trading is not None and accounts else 0
    wanted = [("scenarios", stories), ("contract test", calls_expected(api, Budget()))]
    if Part.SDKS in request.parts and can_be_tried(profile) and accounts:
        proof = asks_for_proof(request, request.level or default_level(request, profile))
        strategy = _PER_STRATEGY if proof and not untradable(profile, accounts) else 0
        wanted.append((f"trials of {len(request.languages)} SDKs", len(request.languages) * (_PER_TRIAL + strategy)))
    interval_s = usual_interval(api, profile.rate_limit, profile.behaviour.limits)
    return tuple(
        Outlay(stage=stage, calls=calls, seconds=seconds_expected(calls, profile.rate_limit, interval_s=interval_s))
        for stage, calls in wanted
        if calls
    )


def told(stages: tuple[Outlay, ...], profile: ExchangeProfile) -> tuple[str, ...]:
    """The plan as lines for a person."""
    if not stages:
        return ("this run calls no sandbox",)
    calls, seconds = sum(stage.calls for stage in stages), sum(stage.seconds for stage in stages)
    budgets = " and ".join(f"{budget.requests:,} {budget.name} in {budget.per_seconds:,} s" for budget in profile.rate_limit)
    return (
        f"about {calls:,} calls to the sandbox in {_lasting(seconds)}, one after the other; allowed: {budgets or 'nothing is said'}",
        *(f"{stage.stage}: about {stage.calls:,} calls, {_lasting(stage.seconds)}" for stage in stages),
    )


def _lasting(seconds: int) -> str:
    return f"{seconds} s" if seconds < _MINUTE else f"{math.ceil(seconds / _MINUTE)} min"
