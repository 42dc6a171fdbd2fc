"""Random orders and the random trouble that each of them meets on its way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from certification.sandboxes.mock.trouble import Case, Trouble

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

TROUBLES = (
    Trouble.DROPPED,
    Trouble.SWALLOWED,
    Trouble.LATE_CALL,
    Trouble.LOST_ANSWER,
    Trouble.SLOW_ANSWER,
    Trouble.CUT_ANSWER,
    Trouble.RESET_ANSWER,
    Trouble.DRIPPED,
    Trouble.ENDLESS,
    Trouble.DOUBLED_ANSWER,
    Trouble.HINTED,
    Trouble.STALE,
    Trouble.BROKEN_ANSWER,
    Trouble.PAGE,
    Trouble.GARBLED,
    Trouble.BAD_GATEWAY,
    Trouble.UNAVAILABLE,
    Trouble.THROTTLED,
)
"""Everything that can happen to a call."""
_CENT = Decimal("0.01")
_SHARE_TROUBLED = 0.45
_SHARE_AGAIN = 0.3
"""How often another trouble follows a trouble."""
_MOST_TROUBLES = 5
_QUANTITY = "0.00100"


class Kind(StrEnum):
    """What an order does where it arrives. The house of the reference exchange quotes around 60,000."""

    RESTS = "rests"
    BUYS = "buys"
    SELLS = "sells"
    EXPIRES = "expires"


_PLACED: dict[Kind, tuple[str, str, int]] = {
    Kind.RESTS: ("buy", "GTC", 50_000),
    Kind.BUYS: ("buy", "IOC", 70_000),
    Kind.SELLS: ("sell", "IOC", 55_000),
    Kind.EXPIRES: ("buy", "IOC", 40_000),
}
"""Side, time in force, and the price from which its orders go down, a cent each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOrder:
    """One order, told from all others by its price."""

    number: int
    kind: Kind
    price: Decimal
    client_order_id: str | None
    troubles: tuple[Trouble, ...]
    """What happens to its first attempt, its second, and so on; nothing to further ones."""
    retry_after_s: int

    @property
    def cause(self) -> str:
        """Its first trouble."""
        return self.troubles[0].value if self.troubles else Trouble.NONE.value

    def case(self) -> Case:
        """For the relay."""
        return Case(marker=f"{self.price:f}", troubles=self.troubles, retry_after_s=self.retry_after_s)

    def call(self) -> dict[str, JsonValue]:
        """For the harness."""
        side, time_in_force, _ = _PLACED[self.kind]
        body: dict[str, JsonValue] = {
            "symbol": "BTC-USD",
            "side": side,
            "type": "limit",
            "time_in_force": time_in_force,
            "price": f"{self.price:f}",
            "quantity": _QUANTITY,
        }
        if self.client_order_id is not None:
            body["client_order_id"] = self.client_order_id
        return {"call": {"operation": "placeOrder", "body": body}}


def planned_orders(count: int, seed: int) -> tuple[PlannedOrder, ...]:
    """So many orders; half of them have client order ids. The same seed gives the same ones."""
    dice = random.Random(seed)  # noqa: S311  # orders, no secrets
    return tuple(_order(number, dice) for number in range(1, count + 1))


def _order(number: int, dice: random.Random) -> PlannedOrder:
    kind = dice.choice(tuple(Kind))
    return PlannedOrder(
        number=number,
        kind=kind,
        price=_PLACED[kind][2] - number * _CENT,
        client_order_id=f"order-{number}" if dice.random() < 0.5 else None,  # noqa: PLR2004
        troubles=tuple(_troubles(dice)),
        retry_after_s=dice.choice((0, 0, 0, 1)),
    )


def _troubles(dice: random.Random) -> Iterator[Trouble]:
    share = _SHARE_TROUBLED
    for _ in range(_MOST_TROUBLES):
        if dice.random() >= share:
            return
        yield dice.choice(TROUBLES)
        share = _SHARE_AGAIN
