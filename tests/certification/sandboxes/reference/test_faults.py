"""Each fault shows where its table says, and nothing of it shows while it is off."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from certification.errors import ProfileError
from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.assembly import ReferenceOptions, assemble
from certification.sandboxes.reference.engine import rules as engine_rules
from certification.sandboxes.reference.engine.rules import EngineRules
from certification.sandboxes.reference.faults import FAULTS, Fault, faults_named
from certification.sandboxes.reference.web import rules as web_rules
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.rules import WebRules
from certification.sandboxes.reference.web.stream_session import StreamSession
from tests.simulators.reference_desk import START, Desk, deviations, raw_call

STREAMS = {"depth", "orders", "control"}
BTC = "/v1/instruments/BTC-USD"
Probe = Callable[[Desk], bool]
"""Says whether the deviation is there."""


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


def _unsorted(desk: Desk) -> bool:
    bids = [Decimal(price) for price, _ in desk.ask("GET", f"{BTC}/depth")["bids"]]
    return bids != sorted(bids, reverse=True)


def _crossed(desk: Desk) -> bool:
    depth = desk.ask("GET", f"{BTC}/depth")
    return Decimal(depth["bids"][0][0]) >= Decimal(depth["asks"][0][0])


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


def _budget_ignored(desk: Desk) -> bool:
    return [desk.ask("GET", "/v1/time").status for _ in range(6)][-1] == 200


def _counter_stands(desk: Desk) -> bool:
    return len({desk.ask("GET", "/v1/time").headers["X-RateLimit-Remaining"] for _ in range(3)}) == 1


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


def _taken(**changes: Any) -> Probe:
    return lambda desk: desk.place(**changes).status == 201


def _still_open(desk: Desk) -> bool:
    desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="first")
    return bool(desk.ask("GET", "/v1/open-orders", who="first").document)


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


def _sell_into(desk: Desk, quantity: str = "0.02", **changes: Any) -> tuple[int, int]:
    """A buy of 0.04 inside the spread that the second account sells to; both ids."""
    maker = desk.place(price="59999.13", quantity="0.04")["order_id"]
    return maker, desk.place("second", side="sell", price="59999.13", quantity=quantity, **changes)["order_id"]


def _order_of(desk: Desk, order_id: int, who: str = "first") -> dict[str, Any]:
    document: dict[str, Any] = desk.ask("GET", f"/v1/orders/{order_id}", who=who).document
    return document


def _rest_unheld(desk: Desk) -> bool:
    _sell_into(desk)
    return Decimal(desk.balance("USD")["held"]) == 0


def _immediate_held(desk: Desk) -> bool:
    _sell_into(desk, "0.06", time_in_force="IOC")
    return Decimal(desk.balance("BTC", "second")["held"]) != 0


def _fee_up(desk: Desk) -> bool:
    maker, _ = _sell_into(desk, "0.01001")
    order = _order_of(desk, maker)
    return Decimal(order["fee"]) > Decimal(order["notional"]) * Decimal("0.001")


def _maker_pays_as_taker(desk: Desk) -> bool:
    maker, _ = _sell_into(desk)
    order = _order_of(desk, maker)
    return Decimal(order["fee"]) / Decimal(order["notional"]) > Decimal("0.0015")


def _fee_in_base(desk: Desk) -> bool:
    desk.place(type="market", price=None)
    return {each["fee_asset"] for each in desk.ask("GET", "/v1/fills", who="first")["items"]} == {"BTC"}


def _trades_with_itself(desk: Desk) -> bool:
    desk.place(price="59999.13")
    return bool(desk.place(side="sell", price="59999.13", time_in_force="IOC")["status"] == "filled")


def _fok_killed(desk: Desk) -> bool:
    _, taker = _sell_into(desk, "0.04", time_in_force="FOK")
    return bool(_order_of(desk, taker, "second")["status"] == "cancelled")


def _filled_cancelled(desk: Desk) -> bool:
    order_id = desk.place(type="market", price=None)["order_id"]
    return desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first").status == 200


def _ghost(desk: Desk) -> bool:
    desk.ask("POST", f"/v1/orders/{desk.place(price='59999.13')['order_id']}/cancel", who="first")
    return bool(desk.ask("GET", f"{BTC}/depth")["bids"][0][0] == "59999.13")


def _notional_of_limit(desk: Desk) -> bool:
    order = _order_of(desk, desk.place(price="60010", quantity="0.1")["order_id"])
    return bool(order["notional"] == Decimal(6001))


def _part_untold(desk: Desk) -> bool:
    maker, _ = _sell_into(desk)
    return bool(_order_of(desk, maker)["filled_quantity"] == "0")


def _totals_wrong(desk: Desk) -> bool:
    desk.place()
    rows = desk.ask("GET", "/v1/balances", who="first").document
    return any(Decimal(row["total"]) != Decimal(row["available"]) + Decimal(row["held"]) for row in rows)


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
    order = _order_of(desk, desk.place()["order_id"])
    return bool(order["updated_at"] < order["created_at"])


def _tape_short(desk: Desk) -> bool:
    desk.place(type="market", price=None, quantity="0.01234")
    return bool(desk.ask("GET", f"{BTC}/trades")["items"][0]["quantity"] != "0.01234")


def _candles(desk: Desk) -> list[list[Any]]:
    for price in ("59999.13", "60001.17"):
        desk.place(price=price)
        desk.place("second", side="sell", price=price)
    document: list[list[Any]] = desk.ask("GET", f"{BTC}/candles", {"interval": "1h"}).document
    return document


def _high_low(desk: Desk) -> bool:
    return any(Decimal(each[2]) < max(Decimal(each[1]), Decimal(each[4])) for each in _candles(desk))


def _volume_double(desk: Desk) -> bool:
    def volume() -> Decimal:
        return sum((Decimal(each[5]) for each in desk.ask("GET", f"{BTC}/candles", {"interval": "1h"}).document), Decimal(0))

    before = volume()
    desk.place(type="market", price=None)
    return volume() - before != Decimal("0.01")


def _ticker_ask(desk: Desk) -> bool:
    ticker = desk.ask("GET", f"{BTC}/ticker")
    return bool(ticker["a"] == ticker["b"])


def _ticker_last(desk: Desk) -> bool:
    desk.place(type="market", price=None)
    ticker = desk.ask("GET", f"{BTC}/ticker")
    return bool(ticker["last"] == ticker["b"])


def _deeper(desk: Desk) -> bool:
    return len(desk.ask("GET", f"{BTC}/depth", {"limit": 5})["bids"]) > 5


def _signed_by_another(desk: Desk) -> bool:
    call, other = (desk.signed(raw_call("GET", "/v1/balances"), who, at=desk.now) for who in ("first", "second"))
    theirs = dict(other.headers)["x-ref-signature"]
    headers = tuple((name, theirs if name == "x-ref-signature" else value) for name, value in call.headers)
    return desk.send(replace(call, headers=headers)).status == 200


def _ahead(desk: Desk) -> bool:
    return desk.send(desk.signed(raw_call("GET", "/v1/balances"), "first", at=START + 365 * 24 * 3600 * 1000)).status == 200


def _exhausted(desk: Desk) -> int:
    """Seconds that a refusal says to wait, after which the clock has moved on by as much."""
    answers = [desk.ask("GET", "/v1/time") for _ in range(6)]
    wait = int(answers[-1].headers["Retry-After"])
    desk.now += wait * 1000
    return wait


def _refused_for_good(desk: Desk) -> bool:
    _exhausted(desk)
    desk.now += 3_600_000
    return desk.ask("GET", "/v1/time").status == 429


def _too_soon(desk: Desk) -> bool:
    return _exhausted(desk) < 10 and desk.ask("GET", "/v1/time").status == 429


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


EXPIRING: dict[str, Any] = {"time_in_force": "GTD", "expires_at": START + 5000}


def _expired(desk: Desk) -> dict[str, Any]:
    """An order whose time is over."""
    order_id = desk.place(**EXPIRING)["order_id"]
    desk.now += 5000
    return _order_of(desk, order_id)


def _expired_held(desk: Desk) -> bool:
    _expired(desk)
    return Decimal(desk.balance("USD")["held"]) != 0


def _expired_listed(desk: Desk) -> bool:
    _expired(desk)
    return bool(desk.ask("GET", "/v1/open-orders", who="first").document)


def _expired_cancelled(desk: Desk) -> bool:
    return desk.ask("POST", f"/v1/orders/{_expired(desk)['order_id']}/cancel", who="first").status == 200


def _expiry_untold(desk: Desk) -> bool:
    told = _listener(desk, who="first", channel="orders")
    _expired(desk)
    return "expired" not in [message["order"]["status"] for message in told if message["type"] == "order"]


def _replayed(desk: Desk) -> bool:
    call = desk.call("POST", "/v1/open-orders/cancel", who="first")
    return [desk.send(call).status for _ in range(2)] == [200, 200]


def _left_by_cancel_all(desk: Desk, *, who: str = "first", part_filled: bool = False, **changes: str) -> bool:
    """Whether an order rests after the first account cancelled everything of one market."""
    order_id = desk.place(who, **({"price": "59996"} if part_filled else {}), **changes)["order_id"]
    if part_filled:
        desk.place("second", side="sell", price="59996", quantity="0.004", time_in_force="IOC")
    desk.ask("POST", "/v1/open-orders/cancel", {"symbol": "BTC-USD"}, who="first")
    return desk.ask("GET", f"/v1/orders/{order_id}", who=who)["status"] in {"open", "partially_filled"}


def _entries(desk: Desk, **asked: str) -> list[dict[str, Any]]:
    """What the first account is told of its money after a trade."""
    desk.place(type="market", price=None)
    entries: list[dict[str, Any]] = desk.ask("GET", "/v1/ledger", asked, who="first")["items"]
    return entries


def _other_named(desk: Desk) -> bool:
    named = _entries(desk)[0]["reference"]
    return bool(named != str(desk.ask("GET", "/v1/fills", who="first")["items"][0]["order_id"]))


def _cancelled_unnamed(desk: Desk) -> bool:
    desk.place()
    desk.place(price="49999")
    return len(desk.ask("POST", "/v1/open-orders/cancel", {"symbol": "BTC-USD"}, who="first").document) == 1


def _late_again(desk: Desk) -> bool:
    call = desk.call("GET", "/v1/balances", who="first")
    first = desk.send(call).status
    desk.now += 6000
    return (first, desk.send(call).status) == (200, 200)


def _cancel_crashes(desk: Desk) -> bool:
    order_id = desk.place()["order_id"]
    return [desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first").status for _ in range(2)] == [200, 500]


def _withdrawn(*amounts: str) -> Callable[[Desk], list[tuple[int, Any]]]:
    """Withdrawals under one client's id: status and id of each."""

    def asked(desk: Desk) -> list[tuple[int, Any]]:
        replies = [desk.withdraw(client_withdrawal_id="mine", amount=amount) for amount in amounts]
        return [(reply.status, reply.document.get("withdrawal_id")) for reply in replies]

    return asked


def _withdraws_twice(desk: Desk) -> bool:
    return len({number for _, number in _withdrawn("0.1", "0.1")(desk)}) == 2


def _other_content(desk: Desk) -> bool:
    return [status for status, _ in _withdrawn("0.1", "0.2")(desk)] == [201, 200]


def _held_again(desk: Desk) -> bool:
    _withdrawn("0.1", "0.1")(desk)
    return bool(desk.balance("BTC")["held"] != "0.10005")


def _called_back(desk: Desk, times: int) -> str:
    """What is available in the end, of 100."""
    withdrawal_id = desk.withdraw(amount="0.1")["withdrawal_id"]
    for _ in range(times):
        assert desk.ask("POST", f"/v1/withdrawals/{withdrawal_id}/cancel", who="first")["status"] == "cancelled"
    return str(desk.balance("BTC")["available"])


def _withdrawal_readable(desk: Desk) -> bool:
    return desk.ask("GET", f"/v1/withdrawals/{desk.withdraw()['withdrawal_id']}", who="second").status == 200


def _withdrawal_rounded(desk: Desk) -> bool:
    withdrawal_id = desk.withdraw(amount="0.00123456")["withdrawal_id"]
    return bool(desk.ask("GET", f"/v1/withdrawals/{withdrawal_id}", who="first")["amount"] != "0.00123456")


def _withdrawal_taken(**changes: str) -> Probe:
    return lambda desk: desk.withdraw(**changes).status == 201


def _no_pong(desk: Desk) -> bool:
    return StreamSession(desk.assembly.protocol).ask('{"op": "ping", "id": 4}', desk.now) == ()


def _unserved(desk: Desk) -> bool:
    told = [_listener(desk, channel="depth", symbol="BTC-USD") for _ in range(2)]
    return len(told[0]) > len(told[1])


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
    "unsorted-depth": _unsorted,
    "crossed-book": _crossed,
    "short-candle": undescribed("GET", f"{BTC}/candles", query={"interval": "1h"}),
    "time-in-seconds": _seconds,
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
    "rate-limit-not-enforced": _budget_ignored,
    "wrong-remaining-counter": _counter_stands,
    "time-not-advancing": _clock_stands,
    "invalid-requests-accepted": _lax,
    "unknown-side-sells": lambda desk: desk.place(side="hold").status == 201,
    "methods-not-limited": _any_method,
    "cursor-repeats": _repeats,
    "cursor-skips": _skips,
    "balance-leak": _money_made,
    "hold-not-released": _hold_stays,
    "fee-not-charged": lambda desk: _fee(desk) == 0,
    "wrong-fee": lambda desk: _fee(desk) == Decimal("0.001"),
    "fill-price-worse-than-limit": _beyond_limit,
    "duplicate-client-id-accepted": _two_orders,
    "client-id-content-ignored": _content_ignored,
    "post-only-takes": _post_only_takes,
    "ioc-rests": _ioc_rests,
    "fok-fills-in-part": _fok_in_part,
    "newest-fills-first": _newest_first,
    "invalid-tick-accepted": _taken(price="50000.001"),
    "invalid-lot-accepted": _taken(quantity="0.010001"),
    "min-notional-ignored": _taken(price="1"),
    "cancelled-order-still-open": _still_open,
    "part-fill-frees-the-rest": _rest_unheld,
    "immediate-rest-stays-held": _immediate_held,
    "fee-rounded-up": _fee_up,
    "maker-pays-taker-fee": _maker_pays_as_taker,
    "fee-in-wrong-asset": _fee_in_base,
    "self-trade": _trades_with_itself,
    "fok-leaves-the-last": _fok_killed,
    "filled-order-cancelled": _filled_cancelled,
    "cancelled-order-in-book": _ghost,
    "notional-at-limit": _notional_of_limit,
    "part-fill-untold": _part_untold,
    "market-order-beyond-balance": _taken(side="sell", type="market", price=None, quantity="101"),
    "client-id-overtaken": _two_orders,
    "spent-twice-at-once": lambda desk: [desk.place(quantity="100").status for _ in range(3)] == [201, 201, 201],
    "limit-order-beyond-balance": _taken(quantity="300"),
    "total-without-held": _totals_wrong,
    "price-rounded-in-silence": _off_tick,
    "quantity-echoed-rounded": _echo("quantity", "0.01234"),
    "client-id-cut": _echo("client_order_id", "a-name-of-more-than-sixteen"),
    "id-through-float": _ids_rounded,
    "open-order-missing": _one_missing,
    "history-says-filled": _history_filled,
    "updated-before-created": _before_created,
    "tape-misses-a-trade": _tape_short,
    "candle-below-its-trades": _high_low,
    "candle-volume-doubled": _volume_double,
    "ticker-ask-wrong": _ticker_ask,
    "ticker-last-wrong": _ticker_last,
    "depth-limit-ignored": _deeper,
    "other-secret-accepted": _signed_by_another,
    "empty-signature-accepted": _accepted({"x-ref-signature": ""}),
    "tampered-window-accepted": _accepted({"x-ref-window": "60000"}),
    "future-timestamp-accepted": _ahead,
    "budget-never-recovers": _refused_for_good,
    "retry-after-too-short": _too_soon,
    "cancel-all-spares-part-filled": lambda desk: _left_by_cancel_all(desk, part_filled=True),
    "cancel-all-in-every-market": lambda desk: not _left_by_cancel_all(desk, symbol="ETH-USD", price="2500", quantity="0.1"),
    "cancel-all-of-everybody": lambda desk: not _left_by_cancel_all(desk, who="second"),
    "cancel-all-names-too-few": _cancelled_unnamed,
    "statement-hides-fees": lambda desk: "fee" not in [each["kind"] for each in _entries(desk)],
    "statement-balance-before": lambda desk: _entries(desk, asset="BTC")[0]["balance"] != desk.balance("BTC")["total"],
    "statement-names-others": _other_named,
    "statement-filter-ignored": lambda desk: {each["asset"] for each in _entries(desk, asset="BTC")} != {"BTC"},
    "order-never-expires": lambda desk: _expired(desk)["status"] != "expired",
    "expired-order-held-for": _expired_held,
    "expired-order-still-open": _expired_listed,
    "expired-order-cancellable": _expired_cancelled,
    "expiry-untold": _expiry_untold,
    "replay-accepted": _replayed,
    "known-signature-never-stale": _late_again,
    "cancel-again-crashes": _cancel_crashes,
    "withdrawal-sent-twice": _withdraws_twice,
    "withdrawal-id-content-ignored": _other_content,
    "withdrawal-held-twice": _held_again,
    "withdrawal-beyond-balance": _withdrawal_taken(amount="101"),
    "withdrawal-to-nowhere": _withdrawal_taken(address="btc1demo00000000000000000000000000014cd2199d"),
    "withdrawal-cut-in-silence": _withdrawal_taken(amount="0.001000001"),
    "withdrawal-given-back-twice": lambda desk: _called_back(desk, 2) != "100",
    "withdrawal-fee-kept": lambda desk: _called_back(desk, 1) != "100",
    "other-account-withdrawal-readable": _withdrawal_readable,
    "reading-key-withdraws": lambda desk: desk.withdraw("observer").status == 201,
    "withdrawal-amount-rounded": _withdrawal_rounded,
    "snapshot-without-best-ask": _short_snapshot,
    "sequence-starts-over": _starts_over,
    "change-told-twice": _twice,
    "removal-untold": _removal_untold,
    "checksum-of-the-book-before": _summed_up_before,
    "cancellation-untold": lambda desk: "cancelled" not in [order["status"] for order in _orders_told(desk)],
    "fill-untold": lambda desk: _orders_told(desk)[-1]["filled_quantity"] == "0",
    "ping-unanswered": _no_pong,
    "second-connection-unserved": _unserved,
    "sequence-gap": _gap,
    "stream-other-account": _overheard,
    "stream-login-unchecked": _login_unchecked,
}


def test_every_fault_has_a_probe_and_there_are_enough_of_them() -> None:
    assert list(PROBES) == [fault.name for fault in FAULTS]
    assert len(FAULTS) >= 70


@pytest.mark.parametrize("name", PROBES)
def test_a_fault_shows_and_only_while_it_is_on(name: str) -> None:
    limit = 5 if any(word in name for word in ("rate-limit", "retry", "budget")) else 1000
    assert PROBES[name](Desk(ReferenceOptions(faults=(name,), rate_limit=limit)))
    assert not PROBES[name](Desk(ReferenceOptions(rate_limit=limit)))


def test_every_fault_names_an_operation_or_channel_and_one_way_to_break_it() -> None:
    contract = assemble(ReferenceOptions(), environment={}).contract
    places = {operation.id for operation in contract.operations} | STREAMS
    for fault in FAULTS:
        assert fault.operation in places
        assert fault.breaks.endswith(".")
        assert sum(way is not None for way in (fault.engine, fault.web, fault.distortion)) == 1


def test_faults_are_off_by_default_and_turn_off_one_rule_each() -> None:
    assert faults_named(()).engine == engine_rules.CORRECT == EngineRules()
    assert faults_named(()).web == web_rules.CORRECT == WebRules()
    both = faults_named(("ioc-rests", "unsigned-accepted"))
    assert both.engine == EngineRules(ioc_never_rests=False)
    assert both.web == WebRules(calls_must_be_signed=False)


OF_REFUSALS = {"server-error", "unknown-symbol-crashes", "cancel-again-crashes", "missing-retry-after"}


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.distortion and each.name not in OF_REFUSALS], ids=lambda fault: fault.name
)
def test_a_distortion_of_data_leaves_refusals_alone(fault: Fault) -> None:
    refusal = Answer(status=409, document={"code": "X", "message": "x", "field": None}, headers=(("X-Other", "1"),))
    assert fault.distortion is not None
    assert replace(fault.distortion(refusal), media_type="application/json") == refusal


@pytest.mark.parametrize(
    ("fault", "document"),
    [
        ("wrong-type", {"b": None}),
        ("null-in-nonnullable", {"items": []}),
        ("crossed-book", {"bids": [], "asks": []}),
    ],
)
def test_a_distortion_finds_nothing_in_empty_data(fault: str, document: dict[str, Any]) -> None:
    ((_, distortion),) = faults_named((fault,)).distortions
    empty = Answer(status=200, document=document)
    assert distortion(empty) == empty


def test_every_rule_can_be_broken() -> None:
    broken = {fault.engine or fault.web for fault in FAULTS} - {None}
    assert broken == set(EngineRules.__dataclass_fields__) | set(WebRules.__dataclass_fields__)


def test_an_answer_never_names_a_fault() -> None:
    desk = Desk(ReferenceOptions(faults=tuple(fault.name for fault in FAULTS if fault.distortion)))
    for path in ("/v1/time", "/v1/instruments", BTC, f"{BTC}/ticker"):
        answer = desk.ask("GET", path)
        assert "fault" not in f"{answer.document}{answer.headers}".lower()


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ProfileError, match="has no fault 'nonsense'"):
        assemble(ReferenceOptions(faults=("nonsense",)), environment={})
