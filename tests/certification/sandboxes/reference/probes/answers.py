"""Probes of faults in what is answered, whatever it is about: shapes, statuses, lists, the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import BTC, Probe, order_of
from tests.simulators.reference_desk import START, Desk, deviations


def undescribed(method: str, path: str, *, who: str | None = None, repeat: int = 1, query: dict[str, Any] | None = None) -> Probe:
    """Whether the answer is not one that the description allows."""

    def probe(desk: Desk) -> bool:
        operation = desk.assembly.contract.route(method, path).operation
        assert operation is not None
        answers = [desk.assembly.gateway.answer(desk.call(method, path, query, who=who)) for _ in range(repeat)]
        return bool(deviations(desk.assembly.contract, operation, answers[-1]))

    return probe


def _order_undescribed(desk: Desk) -> bool:
    return undescribed("GET", f"/v1/orders/{desk.place()['order_id']}", who="first")(desk)


def _clock_stands(desk: Desk) -> bool:
    first = desk.ask("GET", "/v1/time")["time"]
    desk.now += 1000
    return bool(desk.ask("GET", "/v1/time")["time"] == first)


def _seconds(desk: Desk) -> bool:
    return bool(desk.ask("GET", "/v1/time")["time"] != START)


def _lax(desk: Desk) -> bool:
    statuses = {desk.ask("GET", f"{BTC}/depth", query).status for query in ({"limit": 1000}, {"nonsense": 1})}
    return statuses == {200}


def _any_method(desk: Desk) -> bool:
    return desk.ask("PATCH", "/v1/time").status == 200


def _pages(path: str) -> Callable[[Desk], list[int]]:
    def ids(desk: Desk) -> list[int]:
        for _ in range(5):
            desk.place(type="market", price=None, quantity="0.01")
        key = "fill_id" if path == "/v1/fills" else "order_id"
        seen: list[int] = []
        query: dict[str, Any] = {"limit": 2}
        while query.get("cursor", "") is not None and len(seen) < 20:
            page = desk.ask("GET", path, query, who="first")
            seen += [item[key] for item in page["items"]]
            query = query | {"cursor": page["next_cursor"]}
        return seen

    return ids


def _repeats(desk: Desk) -> bool:
    seen = _pages("/v1/fills")(desk)
    return len(seen) != len(set(seen))


def _skips(desk: Desk) -> bool:
    return len(_pages("/v1/order-history")(desk)) != 5 + 1  # the example's order is there before


def _off_tick(desk: Desk) -> bool:
    placed = desk.place(price="50000.005")
    return placed.status == 201 and bool(placed["price"] == "50000")


def _echo(name: str, given: str) -> Probe:
    return lambda desk: bool(desk.place(**{name: given})[name] != given)


def _ids_rounded(desk: Desk) -> bool:
    placed = desk.place()["order_id"]
    return [order["order_id"] for order in desk.ask("GET", "/v1/open-orders", who="first").document] != [placed]


def _one_missing(desk: Desk) -> bool:
    desk.place()
    desk.place()
    return len(desk.ask("GET", "/v1/open-orders", who="first").document) == 1


def _history_filled(desk: Desk) -> bool:
    return bool(desk.ask("GET", "/v1/order-history", who="first")["items"][0]["status"] == "filled")


def _before_created(desk: Desk) -> bool:
    order = order_of(desk, desk.place()["order_id"])
    return bool(order["updated_at"] < order["created_at"])


def _cancel_crashes(desk: Desk) -> bool:
    order_id = desk.place()["order_id"]
    return [desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first").status for _ in range(2)] == [200, 500]


PROBES: dict[str, Probe] = {
    "wrong-type": undescribed("GET", f"{BTC}/ticker"),
    "missing-required-field": undescribed("GET", "/v1/balances", who="first"),
    "null-in-nonnullable": undescribed("GET", f"{BTC}/trades"),
    "wrong-enum-value": _order_undescribed,
    "undeclared-field": undescribed("GET", BTC),
    "undocumented-status": undescribed("GET", "/v1/open-orders", who="first"),
    "undocumented-content-type": undescribed("GET", "/v1/instruments"),
    "server-error": undescribed("GET", "/v1/orders/1", who="first"),
    "unknown-symbol-crashes": undescribed("GET", "/v1/instruments/XQX-QXQ/ticker"),
    "missing-rate-limit-header": undescribed("GET", "/v1/fees", who="first"),
    "missing-retry-after": undescribed("GET", "/v1/time", repeat=6),
    "short-candle": undescribed("GET", f"{BTC}/candles", query={"interval": "1h"}),
    "time-in-seconds": _seconds,
    "time-not-advancing": _clock_stands,
    "invalid-requests-accepted": _lax,
    "methods-not-limited": _any_method,
    "cursor-repeats": _repeats,
    "cursor-skips": _skips,
    "price-rounded-in-silence": _off_tick,
    "quantity-echoed-rounded": _echo("quantity", "0.01234"),
    "client-id-cut": _echo("client_order_id", "a-name-of-more-than-sixteen"),
    "id-through-float": _ids_rounded,
    "open-order-missing": _one_missing,
    "history-says-filled": _history_filled,
    "updated-before-created": _before_created,
    "cancel-again-crashes": _cancel_crashes,
}
