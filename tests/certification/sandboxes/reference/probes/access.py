"""Probes of faults in who may call, and in what counts as proof of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import Probe
from tests.simulators.reference_desk import START, Desk, raw_call


def _accepted(changed: dict[str, Any], *, method: str = "GET", path: str = "/v1/balances", body: Any = None, query: Any = None) -> Probe:
    """Whether a call is answered that was changed after it was signed."""

    def probe(desk: Desk) -> bool:
        call = desk.call(method, path, query, body, "first")
        headers = tuple((name, changed.get(name, value)) for name, value in call.headers if changed.get(name, value) is not None)
        fields = {name: value for name, value in changed.items() if not name.startswith("x-")}
        return desk.send(replace(call, headers=headers, **fields)).status < 300

    return probe


def _stale_accepted(desk: Desk) -> bool:
    return desk.send(desk.signed(raw_call("GET", "/v1/balances"), "first", at=START - 365 * 24 * 3600 * 1000)).status == 200


def _other_account_reads(desk: Desk) -> bool:
    return desk.ask("GET", f"/v1/orders/{desk.place()['order_id']}", who="second").status == 200


def _other_account_cancels(desk: Desk) -> bool:
    return desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="second").status == 200


def _observer_trades(desk: Desk) -> bool:
    return desk.place("observer").status == 201


def _signed_by_another(desk: Desk) -> bool:
    call, other = (desk.signed(raw_call("GET", "/v1/balances"), who, at=desk.now) for who in ("first", "second"))
    theirs = dict(other.headers)["x-ref-signature"]
    headers = tuple((name, theirs if name == "x-ref-signature" else value) for name, value in call.headers)
    return desk.send(replace(call, headers=headers)).status == 200


def _ahead(desk: Desk) -> bool:
    return desk.send(desk.signed(raw_call("GET", "/v1/balances"), "first", at=START + 365 * 24 * 3600 * 1000)).status == 200


def _replayed(desk: Desk) -> bool:
    call = desk.call("POST", "/v1/open-orders/cancel", who="first")
    return [desk.send(call).status for _ in range(2)] == [200, 200]


def _late_again(desk: Desk) -> bool:
    call = desk.call("GET", "/v1/balances", who="first")
    first = desk.send(call).status
    desk.now += 6000
    return (first, desk.send(call).status) == (200, 200)


PROBES: dict[str, Probe] = {
    "unsigned-accepted": _accepted({"x-ref-signature": None}),
    "wrong-signature-accepted": _accepted({"x-ref-signature": "0" * 64}),
    "tampered-body-accepted": _accepted(
        {"body": b'{"symbol":"BTC-USD","side":"buy","type":"market","quantity":"1"}'},
        method="POST",
        path="/v1/orders",
        body={"symbol": "BTC-USD", "side": "buy", "type": "market", "quantity": "0.01"},
    ),
    "tampered-query-accepted": _accepted({"query": "limit=2"}, path="/v1/fills", query={"limit": 1}),
    "stale-timestamp-accepted": _stale_accepted,
    "permissions-ignored": _observer_trades,
    "other-account-order-readable": _other_account_reads,
    "other-account-order-cancellable": _other_account_cancels,
    "other-secret-accepted": _signed_by_another,
    "empty-signature-accepted": _accepted({"x-ref-signature": ""}),
    "tampered-window-accepted": _accepted({"x-ref-window": "60000"}),
    "future-timestamp-accepted": _ahead,
    "replay-accepted": _replayed,
    "known-signature-never-stale": _late_again,
}
