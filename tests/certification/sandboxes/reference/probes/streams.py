"""Probes of faults in streams."""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import pairwise
from typing import Any

from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.web.stream_session import StreamSession
from tests.certification.sandboxes.reference.probes.probe import BTC, Probe, expired
from tests.simulators.reference_desk import Desk


def _listener(desk: Desk, *, who: str | None = None, **topic: str) -> list[dict[str, Any]]:
    """What a stream's client is told from now on."""
    session = StreamSession(desk.assembly.protocol)
    told: list[dict[str, Any]] = []
    if who is not None:
        session.ask(json.dumps(_login(desk, who)), desk.now)
    told += session.ask(json.dumps({"op": "subscribe", "id": 1, **topic}), desk.now)
    desk.assembly.venue.listen(lambda event: told.extend(session.tell(event)))
    return told


def _login(desk: Desk, who: str, signature: str | None = None) -> dict[str, Any]:
    credential = next(each for each in demo_credentials({}) if f"-{who}-" in each.key)
    payload = f"{desk.now}STREAM/v1/stream".encode()
    proof = hmac.new(credential.secret.encode(), payload, hashlib.sha256).hexdigest()
    return {"op": "login", "id": 9, "key": credential.key, "timestamp": str(desk.now), "signature": signature or proof}


def _gap(desk: Desk) -> bool:
    told = _listener(desk, channel="depth", symbol="BTC-USD")
    for _ in range(6):
        desk.place()
    sequences = [message["sequence"] for message in told if "sequence" in message]
    return sequences != list(range(sequences[0], sequences[0] + len(sequences)))


def _overheard(desk: Desk) -> bool:
    told = _listener(desk, who="second", channel="orders")
    desk.place("first")
    return any(message["type"] == "order" for message in told)


def _login_unchecked(desk: Desk) -> bool:
    (answer,) = StreamSession(desk.assembly.protocol).ask(json.dumps(_login(desk, "first", "0" * 64)), desk.now)
    return bool(answer["type"] == "logged_in")


def _depth_told(desk: Desk, price: str = "50000") -> list[dict[str, Any]]:
    told = _listener(desk, channel="depth", symbol="BTC-USD")
    for _ in range(3):
        desk.ask("POST", f"/v1/orders/{desk.place(price=price)['order_id']}/cancel", who="first")
    return told


def _short_snapshot(desk: Desk) -> bool:
    told = _listener(desk, channel="depth", symbol="BTC-USD")
    return bool(told[1]["asks"] != desk.ask("GET", f"{BTC}/depth", {"limit": 50})["asks"])


def _sequences(desk: Desk) -> list[int]:
    return [message["sequence"] for message in _depth_told(desk)[2:]]


def _starts_over(desk: Desk) -> bool:
    sequences = _sequences(desk)
    return sequences != sorted(sequences)


def _twice(desk: Desk) -> bool:
    sequences = _sequences(desk)
    return len(sequences) != len(set(sequences))


def _removal_untold(desk: Desk) -> bool:
    return not any(level[1] == "0" for message in _depth_told(desk)[2:] for level in message["bids"])


def _summed_up_before(desk: Desk) -> bool:
    told = _depth_told(desk, "59999")[1:]
    return any(before["checksum"] == after["checksum"] for before, after in pairwise(told))


def _orders_told(desk: Desk) -> list[dict[str, Any]]:
    told = _listener(desk, who="first", channel="orders")
    desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="first")
    desk.place(type="market", price=None)
    return [message["order"] for message in told if message["type"] == "order"]


def _expiry_untold(desk: Desk) -> bool:
    told = _listener(desk, who="first", channel="orders")
    expired(desk)
    return "expired" not in [message["order"]["status"] for message in told if message["type"] == "order"]


def _no_pong(desk: Desk) -> bool:
    return StreamSession(desk.assembly.protocol).ask('{"op": "ping", "id": 4}', desk.now) == ()


def _unserved(desk: Desk) -> bool:
    told = [_listener(desk, channel="depth", symbol="BTC-USD") for _ in range(2)]
    return len(told[0]) > len(told[1])


def _trades_told(desk: Desk) -> list[dict[str, Any]]:
    told = _listener(desk, channel="trades", symbol="BTC-USD")
    desk.place(type="market", price=None)
    return [message["trade"] for message in told if message["type"] == "trade"]


def _trade_twice(desk: Desk) -> bool:
    ids = [trade["trade_id"] for trade in _trades_told(desk)]
    return len(ids) != len(set(ids))


def _goes_on(desk: Desk) -> bool:
    session = StreamSession(desk.assembly.protocol)
    for operation in ("subscribe", "unsubscribe"):
        session.ask(json.dumps({"op": operation, "id": 1, "channel": "depth", "symbol": "BTC-USD"}), desk.now)
    told: list[dict[str, Any]] = []
    desk.assembly.venue.listen(lambda event: told.extend(session.tell(event)))
    desk.place()
    return bool(told)


def _nonsense_unanswered(desk: Desk) -> bool:
    return StreamSession(desk.assembly.protocol).ask('{"op": ', desk.now) == ()


PROBES: dict[str, Probe] = {
    "expiry-untold": _expiry_untold,
    "snapshot-without-best-ask": _short_snapshot,
    "sequence-starts-over": _starts_over,
    "change-told-twice": _twice,
    "removal-untold": _removal_untold,
    "checksum-of-the-book-before": _summed_up_before,
    "cancellation-untold": lambda desk: "cancelled" not in [order["status"] for order in _orders_told(desk)],
    "fill-untold": lambda desk: _orders_told(desk)[-1]["filled_quantity"] == "0",
    "trade-told-twice": _trade_twice,
    "trade-of-the-makers-side": lambda desk: "sell" in [trade["taker_side"] for trade in _trades_told(desk)],
    "left-depth-goes-on": _goes_on,
    "nonsense-unanswered": _nonsense_unanswered,
    "ping-unanswered": _no_pong,
    "second-connection-unserved": _unserved,
    "sequence-gap": _gap,
    "stream-other-account": _overheard,
    "stream-login-unchecked": _login_unchecked,
}
