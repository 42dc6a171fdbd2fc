"""Probes of faults in balances, holds, fees and statements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import Probe, expired, order_of, sell_into, taken
from tests.simulators.reference_desk import Desk


def _money_made(desk: Desk) -> bool:
    ledger = desk.assembly.venue.exchange.ledger
    before = ledger.total("USD")
    desk.place(type="market", price=None)
    return ledger.total("USD") != before


def _hold_stays(desk: Desk) -> bool:
    desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="first")
    return Decimal(desk.balance("USD")["held"]) != 0


def _fee(desk: Desk) -> Decimal:
    order = desk.place(type="market", price=None, quantity="0.1")
    return Decimal(order["fee"]) / Decimal(order["notional"])


def _rest_unheld(desk: Desk) -> bool:
    sell_into(desk)
    return Decimal(desk.balance("USD")["held"]) == 0


def _immediate_held(desk: Desk) -> bool:
    sell_into(desk, "0.06", time_in_force="IOC")
    return Decimal(desk.balance("BTC", "second")["held"]) != 0


def _fee_up(desk: Desk) -> bool:
    maker, _ = sell_into(desk, "0.01001")
    order = order_of(desk, maker)
    return Decimal(order["fee"]) > Decimal(order["notional"]) * Decimal("0.001")


def _maker_pays_as_taker(desk: Desk) -> bool:
    maker, _ = sell_into(desk)
    order = order_of(desk, maker)
    return Decimal(order["fee"]) / Decimal(order["notional"]) > Decimal("0.0015")


def _fee_in_base(desk: Desk) -> bool:
    desk.place(type="market", price=None)
    return {each["fee_asset"] for each in desk.ask("GET", "/v1/fills", who="first")["items"]} == {"BTC"}


def _totals_wrong(desk: Desk) -> bool:
    desk.place()
    rows = desk.ask("GET", "/v1/balances", who="first").document
    return any(Decimal(row["total"]) != Decimal(row["available"]) + Decimal(row["held"]) for row in rows)


def _expired_held(desk: Desk) -> bool:
    expired(desk)
    return Decimal(desk.balance("USD")["held"]) != 0


def _entries(desk: Desk, **asked: str) -> list[dict[str, Any]]:
    """What the first account is told of its money after a trade."""
    desk.place(type="market", price=None)
    entries: list[dict[str, Any]] = desk.ask("GET", "/v1/ledger", asked, who="first")["items"]
    return entries


def _other_named(desk: Desk) -> bool:
    named = _entries(desk)[0]["reference"]
    return bool(named != str(desk.ask("GET", "/v1/fills", who="first")["items"][0]["order_id"]))


PROBES: dict[str, Probe] = {
    "balance-leak": _money_made,
    "hold-not-released": _hold_stays,
    "fee-not-charged": lambda desk: _fee(desk) == 0,
    "wrong-fee": lambda desk: _fee(desk) == Decimal("0.001"),
    "part-fill-frees-the-rest": _rest_unheld,
    "immediate-rest-stays-held": _immediate_held,
    "fee-rounded-up": _fee_up,
    "maker-pays-taker-fee": _maker_pays_as_taker,
    "fee-in-wrong-asset": _fee_in_base,
    "market-order-beyond-balance": taken(side="sell", type="market", price=None, quantity="101"),
    "spent-twice-at-once": lambda desk: [desk.place(quantity="100").status for _ in range(3)] == [201, 201, 201],
    "limit-order-beyond-balance": taken(quantity="300"),
    "total-without-held": _totals_wrong,
    "statement-hides-fees": lambda desk: "fee" not in [each["kind"] for each in _entries(desk)],
    "statement-balance-before": lambda desk: _entries(desk, asset="BTC")[0]["balance"] != desk.balance("BTC")["total"],
    "statement-names-others": _other_named,
    "statement-filter-ignored": lambda desk: {each["asset"] for each in _entries(desk, asset="BTC")} != {"BTC"},
    "expired-order-held-for": _expired_held,
}
