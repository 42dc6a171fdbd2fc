"""How many calls a contract test will make, and how long they take within an exchange's budgets: known before the first. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.contract.plan import Budget
from certification.evidence.pace import interval_of
from sdkgen.api.model import ObjectType, Reference

if TYPE_CHECKING:
    from certification.profile import RateBudget
    from sdkgen.api.model import Api, Operation
    from sdkgen.behaviour import RateLimit

USUAL_RATE = 30.0
"""Calls per second that one caller makes where no budget holds it back: what our tool reaches on two busy cores."""
_FIXED = 30
"""Calls for each operation whatever it takes: its examples, other methods, missing and foreign credentials."""
_PER_FIELD = 7
"""Calls for each parameter and each member of a body: left out, of another type, at and beyond its bounds."""
_MOST_FIELDS = 40


def calls_expected(api: Api, budget: Budget) -> int:
    """About how many calls a contract test makes; more rather than fewer."""
    fields = sum(min(_fields(api, operation), _MOST_FIELDS) for operation in api.operations)
    own = len(api.operations) * (budget.examples_per_operation + _FIXED) + fields * _PER_FIELD
    return own + budget.sequences * budget.steps_per_sequence


def seconds_expected(calls: int, budgets: tuple[RateBudget, ...], *, interval_s: float = 0.0) -> int:
    """How long so many calls take, one after the other, inside every budget; ``interval_s`` apart at least, on the average."""
    allowed = min((budget.requests / budget.per_seconds for budget in budgets), default=USUAL_RATE)
    if interval_s > 1 / min(allowed, USUAL_RATE):
        return math.ceil(round(calls * interval_s, 6))
    return math.ceil(calls / min(allowed, USUAL_RATE))


def usual_interval(api: Api, budgets: tuple[RateBudget, ...], limits: tuple[RateLimit, ...]) -> float:
    """The average of the distances, in seconds, that the operations' calls keep within budgets and weighed limits."""
    return math.fsum(interval_of(operation, budgets, limits) for operation in api.operations) / max(1, len(api.operations))


def budget_for(api: Api, budgets: tuple[RateBudget, ...], usual: Budget, limits: tuple[RateLimit, ...] = ()) -> Budget:
    """The same budget with time enough for an API of this size: twice what is expected, and never less than usual."""
    expected = seconds_expected(calls_expected(api, usual), budgets, interval_s=usual_interval(api, budgets, limits))
    return replace(usual, timeout_s=max(usual.timeout_s, 2.0 * expected))


def _fields(api: Api, operation: Operation) -> int:
    body = operation.body.contents[0].type if operation.body and operation.body.contents else None
    members = 0
    if isinstance(body, Reference):
        named = api.type_named(body.name)
        members = len(named.fields) if isinstance(named, ObjectType) else 1
    elif body is not None:
        members = 1
    return len(operation.parameters) + members
