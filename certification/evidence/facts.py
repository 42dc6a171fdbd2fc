"""How a step's facts are read: what the exchange said in neutral words, as text and as exact numbers, and whether it agreed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from certification.evidence.record import REFUSAL, ScenarioStep
from certification.evidence.statuses import THROTTLED, TURNED_AWAY
from sdkgen.refusal import Refusal

_MOST_DIGITS = 40
"""Before or after the point: more than any amount of money has, and few enough to work with."""
_NULL = "null"
RESTING = frozenset({"open", "partially_filled"})
"""Neutral statuses of an order that stands in the book."""
_UNDECIDED = frozenset({"authentication", "permission", "clock", "rate_limit", "unavailable", "unknown_outcome"})
"""Refusals of the caller, or of the moment, not of what was asked for."""


class UnclearError(Exception):
    """What was seen does not allow an answer; the message says why."""


def texts(step: ScenarioStep, name: str) -> tuple[str, ...]:
    """All values under a neutral name, in the answer's order."""
    return tuple(value for key, value in step.facts if key == name)


def text(step: ScenarioStep, name: str) -> str:
    """The first value under a neutral name.

    Raises:
        UnclearError: there is none.
    """
    found = texts(step, name)
    if not found:
        raise UnclearError(f"the profile reads no '{name}' from the answer to '{step.label}'")
    return found[0]


def text_or_empty(step: ScenarioStep, name: str) -> str:
    """The first value under a neutral name that is not null; empty where there is none."""
    return next((value for value in texts(step, name) if value != _NULL), "")


def numbers(step: ScenarioStep, name: str, *, null_is_none: bool = False) -> tuple[Decimal, ...]:
    """All values under a neutral name, as exact numbers.

    Args:
        step: whose answer is read.
        name: the neutral one.
        null_is_none: a null is left out. Otherwise it is no number.

    Raises:
        UnclearError: one is no number, or none that anything trades in.
    """
    try:
        found = tuple(Decimal(value) for value in texts(step, name) if not (null_is_none and value == _NULL))
    except InvalidOperation as error:
        raise UnclearError(f"'{name}' in the answer to '{step.label}' is no number") from error
    if not all(value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS for value in found):
        raise UnclearError(f"'{name}' in the answer to '{step.label}' is no amount that anything trades in")
    return found


def number(step: ScenarioStep, name: str) -> Decimal:
    """The first value under a neutral name, as an exact number.

    Raises:
        UnclearError: there is none, or it is no number.
    """
    text(step, name)
    return numbers(step, name)[0]


def holdings(step: ScenarioStep) -> dict[str, tuple[Decimal, Decimal]]:
    """What a balances step read: asset -> free and held.

    Raises:
        UnclearError: the profile does not read them all.
    """
    assets, free, held = texts(step, "asset"), numbers(step, "free"), numbers(step, "held")
    if not assets or not len(assets) == len(free) == len(held):
        raise UnclearError(f"the profile reads no asset, free and held from the answer to '{step.label}'")
    return {asset: (available, reserved) for asset, available, reserved in zip(assets, free, held, strict=True)}


def is_accepted(step: ScenarioStep) -> bool:
    """Whether the exchange answered 2xx, and did not refuse inside the answer."""
    return status_class(step) == 2 and not texts(step, REFUSAL)  # noqa: PLR2004


def is_refused(step: ScenarioStep) -> bool:
    """Whether the exchange answered 4xx, or refused inside an answer of 2xx."""
    return status_class(step) == 4 or (status_class(step) == 2 and bool(texts(step, REFUSAL)))  # noqa: PLR2004


def was_decided(step: ScenarioStep) -> bool:
    """Whether the exchange decided on what was asked: accepted it, or refused it for what it is, not for who asks or when."""
    refused = is_refused(step) and (step.call is None or step.call.status not in TURNED_AWAY)
    return is_accepted(step) or (refused and not _UNDECIDED & set(texts(step, REFUSAL)))


def is_throttled(step: ScenarioStep) -> bool:
    """Whether the answer says that there were too many calls: by its status, or by a code that the profile knows."""
    return (step.call is not None and step.call.status in THROTTLED) or Refusal.RATE_LIMIT.value in texts(step, REFUSAL)


def status_class(step: ScenarioStep) -> int:
    """The first digit of the answer's status; 0 where there was no answer."""
    return (step.call.status or 0) // 100 if step.call is not None else 0
