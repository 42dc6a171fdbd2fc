"""What probes of faults have in common: a probe says whether the deviation of one fault is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulators.reference_desk import START, Desk

BTC = "/v1/instruments/BTC-USD"
EXPIRING: dict[str, Any] = {"time_in_force": "GTD", "expires_at": START + 5000}
Probe = Callable[[Desk], bool]
"""Says whether the deviation is there."""


def taken(**changes: Any) -> Probe:
    return lambda desk: desk.place(**changes).status == 201


def sell_into(desk: Desk, quantity: str = "0.02", **changes: Any) -> tuple[int, int]:
    """A buy of 0.04 inside the spread that the second account sells to; both ids."""
    maker = desk.place(price="59999.13", quantity="0.04")["order_id"]
    return maker, desk.place("second", side="sell", price="59999.13", quantity=quantity, **changes)["order_id"]


def order_of(desk: Desk, order_id: int, who: str = "first") -> dict[str, Any]:
    document: dict[str, Any] = desk.ask("GET", f"/v1/orders/{order_id}", who=who).document
    return document


def expired(desk: Desk, *, part_filled: bool = False) -> dict[str, Any]:
    """An order whose time is over."""
    order_id = desk.place(**EXPIRING | ({"price": "59996"} if part_filled else {}))["order_id"]
    if part_filled:
        desk.place("second", side="sell", price="59996", quantity="0.004", time_in_force="IOC")
    desk.now += 5000
    return order_of(desk, order_id)
