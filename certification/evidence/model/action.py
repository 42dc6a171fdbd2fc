"""What a trader can do: the steps of a sequence that the model and an exchange are both taken through."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"


class Manner(StrEnum):
    """How an order trades; the words are those of a profile's ``time_in_force``, but for ``market``."""

    REST = "good_till_cancelled"
    IMMEDIATE = "immediate_or_cancel"
    WHOLE = "fill_or_kill"
    PASSIVE = "post_only"
    MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A new order."""

    key: str
    """Its name in the sequence."""
    who: str
    """``first`` or ``second``."""
    side: Side
    manner: Manner
    level: int
    """Which of the terms' prices; of no meaning for a market order."""
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The cancellation of an order, whatever has become of it."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """An open order placed once more: the same content under the same client order id."""

    key: str


Action = Place | Cancel | Repeat


def sentence(action: Action, prices: tuple[Decimal, ...], owner: str) -> str:
    """The action in words."""
    match action:
        case Place():
            at = "at the market" if action.manner is Manner.MARKET else f"at {prices[action.level]:f}, {action.manner.value}"
            return f"{action.who} {action.side.value}s {action.quantity:f} {at} ({action.key})"
        case Cancel():
            return f"{owner} cancels {action.key}"
        case Repeat():
            return f"{owner} places {action.key} again under its client order id"


def write_action(action: Action) -> str:
    """An action as one line of JSON."""
    match action:
        case Place():
            words = (action.key, action.who, action.side, action.manner, action.level, f"{action.quantity:f}")
            return json.dumps(["place", *words])
        case Cancel():
            return json.dumps(["cancel", action.key])
        case Repeat():
            return json.dumps(["repeat", action.key])


def read_action(text: str) -> Action:
    """What ``write_action`` wrote.

    Raises:
        ValueError, ArithmeticError: it is something else.
    """
    match json.loads(text):
        case ["place", str(key), str(who), str(side), str(manner), int(level), str(quantity)]:
            return Place(key=key, who=who, side=Side(side), manner=Manner(manner), level=level, quantity=Decimal(quantity))
        case ["cancel", str(key)]:
            return Cancel(key=key)
        case ["repeat", str(key)]:
            return Repeat(key=key)
        case _:
            message = "this is no action"
            raise ValueError(message)
