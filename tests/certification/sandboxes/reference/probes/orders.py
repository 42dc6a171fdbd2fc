"""Probes of faults in what becomes of orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import BTC, Probe, expired, order_of, sell_into, taken
from tests.simulators.reference_desk import Desk


def _beyond_limit(desk: Desk) -> bool:
    order = desk.place(price="60010", quantity="0.1")
    return bool(order["notional"] > Decimal(6001))


def _two_orders(desk: Desk) -> bool:
    ids = {desk.place(client_order_id="mine")["order_id"] for _ in range(2)}
    return len(ids) == 2


def _content_ignored(desk: Desk) -> bool:
    return [desk.place(client_order_id="mine", quantity=quantity).status for quantity in ("0.01", "0.02")] == [201, 200]


def _filled(time_in_force: str, **changes: str) -> Callable[[Desk], dict[str, Any]]:
    def order(desk: Desk) -> dict[str, Any]:
        document: dict[str, Any] = desk.place(time_in_force=time_in_force, price="60005", **changes).document
        return document

    return order


def _post_only_takes(desk: Desk) -> bool:
    return bool(_filled("POST_ONLY")(desk)["filled_quantity"] != "0")


def _ioc_rests(desk: Desk) -> bool:
    return bool(_filled("IOC", quantity="1")(desk)["status"] == "partially_filled")


def _fok_in_part(desk: Desk) -> bool:
    return bool(_filled("FOK", quantity="1")(desk)["filled_quantity"] == "0.5")


def _newest_first(desk: Desk) -> bool:
    older, newer = (desk.place(who, price="59999")["order_id"] for who in ("first", "first"))
    desk.place("second", side="sell", price="59999")
    statuses = [desk.ask("GET", f"/v1/orders/{order_id}", who="first")["status"] for order_id in (older, newer)]
    return statuses == ["open", "filled"]


def _still_open(desk: Desk) -> bool:
    desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="first")
    return bool(desk.ask("GET", "/v1/open-orders", who="first").document)


def _trades_with_itself(desk: Desk) -> bool:
    desk.place(price="59999.13")
    return bool(desk.place(side="sell", price="59999.13", time_in_force="IOC")["status"] == "filled")


def _fok_killed(desk: Desk) -> bool:
    _, taker = sell_into(desk, "0.04", time_in_force="FOK")
    return bool(order_of(desk, taker, "second")["status"] == "cancelled")


def _filled_cancelled(desk: Desk) -> bool:
    order_id = desk.place(type="market", price=None)["order_id"]
    return desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first").status == 200


def _ghost(desk: Desk) -> bool:
    desk.ask("POST", f"/v1/orders/{desk.place(price='59999.13')['order_id']}/cancel", who="first")
    return bool(desk.ask("GET", f"{BTC}/depth")["bids"][0][0] == "59999.13")


def _notional_of_limit(desk: Desk) -> bool:
    order = order_of(desk, desk.place(price="60010", quantity="0.1")["order_id"])
    return bool(order["notional"] == Decimal(6001))


def _part_untold(desk: Desk) -> bool:
    maker, _ = sell_into(desk)
    return bool(order_of(desk, maker)["filled_quantity"] == "0")


def _expired_listed(desk: Desk) -> bool:
    expired(desk)
    return bool(desk.ask("GET", "/v1/open-orders", who="first").document)


def _expired_cancelled(desk: Desk) -> bool:
    return desk.ask("POST", f"/v1/orders/{expired(desk)['order_id']}/cancel", who="first").status == 200


def _left_by_cancel_all(desk: Desk, *, who: str = "first", part_filled: bool = False, **changes: str) -> bool:
    """Whether an order rests after the first account cancelled everything of one market."""
    order_id = desk.place(who, **({"price": "59996"} if part_filled else {}), **changes)["order_id"]
    if part_filled:
        desk.place("second", side="sell", price="59996", quantity="0.004", time_in_force="IOC")
    desk.ask("POST", "/v1/open-orders/cancel", {"symbol": "BTC-USD"}, who="first")
    return desk.ask("GET", f"/v1/orders/{order_id}", who=who)["status"] in {"open", "partially_filled"}


def _cancelled_unnamed(desk: Desk) -> bool:
    desk.place()
    desk.place(price="49999")
    return len(desk.ask("POST", "/v1/open-orders/cancel", {"symbol": "BTC-USD"}, who="first").document) == 1


def _filled_after_its_end(desk: Desk) -> bool:
    late = desk.place(price="70000", time_in_force="GTD", expires_at=desk.now - 1)
    return late.status == 201 and late["status"] == "filled"


PROBES: dict[str, Probe] = {
    "unknown-side-sells": lambda desk: desk.place(side="hold").status == 201,
    "fill-price-worse-than-limit": _beyond_limit,
    "duplicate-client-id-accepted": _two_orders,
    "client-id-content-ignored": _content_ignored,
    "post-only-takes": _post_only_takes,
    "ioc-rests": _ioc_rests,
    "fok-fills-in-part": _fok_in_part,
    "newest-fills-first": _newest_first,
    "invalid-tick-accepted": taken(price="50000.001"),
    "invalid-lot-accepted": taken(quantity="0.010001"),
    "min-notional-ignored": taken(price="1"),
    "cancelled-order-still-open": _still_open,
    "self-trade": _trades_with_itself,
    "fok-leaves-the-last": _fok_killed,
    "filled-order-cancelled": _filled_cancelled,
    "cancelled-order-in-book": _ghost,
    "notional-at-limit": _notional_of_limit,
    "part-fill-untold": _part_untold,
    "client-id-overtaken": _two_orders,
    "cancel-all-spares-part-filled": lambda desk: _left_by_cancel_all(desk, part_filled=True),
    "cancel-all-in-every-market": lambda desk: not _left_by_cancel_all(desk, symbol="ETH-USD", price="2500", quantity="0.1"),
    "cancel-all-of-everybody": lambda desk: not _left_by_cancel_all(desk, who="second"),
    "cancel-all-names-too-few": _cancelled_unnamed,
    "order-never-expires": lambda desk: expired(desk)["status"] != "expired",
    "part-filled-never-expires": lambda desk: expired(desk, part_filled=True)["status"] != "expired",
    "order-expired-before-it-came": _filled_after_its_end,
    "expired-order-still-open": _expired_listed,
    "expired-order-cancellable": _expired_cancelled,
}
