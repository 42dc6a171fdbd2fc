from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from certification.sandboxes.reference.venue import system_clock
from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.description import Description, flaw
from certification.sandboxes.reference.web.stream_session import StreamSession
from certification.sandboxes.reference.web.stream_socket import MAX_WAITING, TRY_AGAIN_LATER, UNSUPPORTED_DATA, Outbox
from tests.simulators.reference_desk import START, Desk, description_path
from tests.simulators.stages import Clock

_DESCRIPTION = Description(description_path("asyncapi.yaml"))
_SENT = {
    "subscribed": "Subscribed",
    "unsubscribed": "Unsubscribed",
    "logged_in": "LoggedIn",
    "placed": "Placed",
    "pong": "Pong",
    "heartbeat": "Heartbeat",
    "error": "StreamError",
    "trade": "TradeMessage",
    "snapshot": "DepthSnapshot",
    "delta": "DepthDelta",
    "order": "OrderMessage",
}


def assert_described(message: Any) -> None:
    assert flaw(_DESCRIPTION.validator("components", "schemas", _SENT[message["type"]]), message) is None, message


class Listener:
    """A client without a socket; every message it is told must be as described."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = StreamSession(desk.assembly.protocol)
        self.told: list[dict[str, Any]] = []
        desk.assembly.venue.listen(lambda event: self._take(self._session.tell(event)))

    def ask(self, **request: Any) -> list[dict[str, Any]]:
        return self.send(json.dumps(request))

    def send(self, text: str) -> list[dict[str, Any]]:
        answers = self._session.ask(text, self._desk.now)
        for message in answers:
            assert_described(codec.read(codec.write(message)))
        return list(answers)

    def login(self, who: str, **changes: str) -> dict[str, Any]:
        (answer,) = self.ask(**(login_request(who, self._desk.now) | changes))
        return answer

    def _take(self, messages: tuple[dict[str, Any], ...]) -> None:
        for message in messages:
            assert_described(codec.read(codec.write(message)))
            self.told.append(message)


def login_request(who: str, now: int) -> dict[str, Any]:
    credential = next(each for each in demo_credentials({}) if f"-{who}-" in each.key)
    signature = hmac.new(credential.secret.encode(), f"{now}STREAM/v1/stream".encode(), hashlib.sha256).hexdigest()
    return {"op": "login", "id": 1, "key": credential.key, "timestamp": str(now), "signature": signature}


def place_request(who: str, now: int, **changes: Any) -> dict[str, Any]:
    credential = next(each for each in demo_credentials({}) if f"-{who}-" in each.key)
    order = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "41000", "quantity": "0.01", "client_order_id": "mine"} | changes
    said = "&".join(f"{name}={order[name]}" for name in sorted(order))
    signature = hmac.new(credential.secret.encode(), f"{now}STREAM/v1/stream{said}".encode(), hashlib.sha256).hexdigest()
    return {"op": "place", "id": 9, "order": order, "key": credential.key, "timestamp": str(now), "signature": signature}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_order_is_placed_over_the_stream_and_is_the_same_one_when_it_is_sent_again(desk: Desk) -> None:
    listener = Listener(desk)
    (placed,) = listener.ask(**place_request("first", desk.now))
    (again,) = listener.ask(**place_request("first", desk.now))
    assert (placed["type"], placed["id"], placed["order"]["status"]) == ("placed", 9, "open")
    assert again["order"]["order_id"] == placed["order"]["order_id"]
    assert desk.ask("GET", f"/v1/orders/{placed['order']['order_id']}", who="first")["price"] == "41000"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": "0" * 64}, "SIGNATURE_INVALID"),
        ({"timestamp": "1"}, "SIGNATURE_INVALID"),
        ({"key": "nobody's"}, "KEY_UNKNOWN"),
        ({"order": {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "1", "quantity": "1"}}, "SIGNATURE_INVALID"),
    ],
)
def test_an_order_over_the_stream_that_is_not_signed_as_it_stands_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    (refused,) = Listener(desk).ask(**(place_request("first", desk.now) | changes))
    assert (refused["type"], refused["id"], refused["code"]) == ("error", 9, code)


def test_an_order_over_the_stream_keeps_to_permissions_and_rules(desk: Desk) -> None:
    listener = Listener(desk)
    (denied,) = listener.ask(**place_request("observer", desk.now))
    (refused,) = listener.ask(**place_request("first", desk.now, price="41000.001"))
    assert (denied["code"], refused["code"]) == ("PERMISSION_DENIED", "PRICE_OFF_TICK")


def test_a_book_can_be_followed_from_its_snapshot_without_a_gap(desk: Desk) -> None:
    listener = Listener(desk)
    _, snapshot = listener.ask(op="subscribe", id=1, channel="depth", symbol="BTC-USD")
    desk.place()
    desk.place(type="market", price=None, quantity="0.7")
    desk.place("second", side="sell", price="60000", quantity="0.3")
    desk.ask("POST", "/v1/open-orders/cancel", who="first")
    book = {side: dict(snapshot[side]) for side in ("bids", "asks")}
    for number, delta in enumerate(listener.told, start=snapshot["sequence"] + 1):
        assert delta["sequence"] == number
        for side in ("bids", "asks"):
            book[side] |= dict(delta[side])
    depth = desk.ask("GET", "/v1/instruments/BTC-USD/depth", {"limit": 100})
    assert depth["sequence"] == listener.told[-1]["sequence"]
    for side in ("bids", "asks"):
        assert {price: total for price, total in book[side].items() if total != "0"} == dict(depth[side])


def test_trades_are_told_to_those_who_asked_for_their_instrument(desk: Desk) -> None:
    bitcoin, ether = Listener(desk), Listener(desk)
    bitcoin.ask(op="subscribe", id=1, channel="trades", symbol="BTC-USD")
    ether.ask(op="subscribe", id=1, channel="trades", symbol="ETH-USD")
    desk.place(type="market", price=None)
    assert [message["trade"]["price"] for message in bitcoin.told] == ["60005"]
    assert ether.told == []


def test_orders_are_told_to_their_owner_alone(desk: Desk) -> None:
    owner, other = Listener(desk), Listener(desk)
    for listener, who in ((owner, "first"), (other, "second")):
        assert listener.login(who)["type"] == "logged_in"
        listener.ask(op="subscribe", id=2, channel="orders")
    order_id = desk.place()["order_id"]
    desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first")
    assert [message["order"]["status"] for message in owner.told] == ["open", "cancelled"]
    assert other.told == []


def test_a_maker_is_told_when_its_order_fills(desk: Desk) -> None:
    maker = Listener(desk)
    maker.login("first")
    maker.ask(op="subscribe", id=2, channel="orders")
    desk.place(price="60000")
    desk.place("second", side="sell", price="60000", quantity="0.004")
    assert [message["order"]["filled_quantity"] for message in maker.told] == ["0", "0.004"]


def test_unsubscribing_ends_it(desk: Desk) -> None:
    listener = Listener(desk)
    listener.ask(op="subscribe", id=1, channel="trades", symbol="BTC-USD")
    assert listener.ask(op="unsubscribe", id=2, channel="trades", symbol="BTC-USD")[0]["type"] == "unsubscribed"
    desk.place(type="market", price=None)
    assert listener.told == []


def test_ping_is_answered_with_the_time(desk: Desk) -> None:
    assert Listener(desk).ask(op="ping", id=7) == [{"type": "pong", "id": 7, "time": START}]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"op": "subscribe", "id": 1, "channel": "trades", "symbol": "XXX-USD"}, "INSTRUMENT_NOT_FOUND"),
        ({"op": "subscribe", "id": 1, "channel": "orders"}, "NOT_LOGGED_IN"),
        ({"op": "unsubscribe", "id": 1, "channel": "trades", "symbol": "BTC-USD"}, "NOT_SUBSCRIBED"),
        ({"op": "subscribe", "id": 1, "channel": "trades"}, "INVALID_MESSAGE"),
        ({"op": "subscribe", "id": 1, "channel": "orders", "symbol": "BTC-USD"}, "INVALID_MESSAGE"),
        ({"op": "subscribe", "id": 1, "channel": "news", "symbol": "BTC-USD"}, "INVALID_MESSAGE"),
        ({"op": "dance", "id": 1}, "INVALID_MESSAGE"),
        ({"op": "ping", "id": 1, "extra": 1}, "INVALID_MESSAGE"),
    ],
)
def test_a_request_that_can_not_be_met_is_refused_with_its_id(desk: Desk, request_: dict[str, Any], code: str) -> None:
    (answer,) = Listener(desk).ask(**request_)
    assert (answer["type"], answer["id"], answer["code"]) == ("error", 1, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '{"op": "ping"}',
        '{"op": "ping", "id": -1}',
        '{"op": "ping", "id": true}',
        '{"id": 9007199254740992}',
        "\ud800",
    ],
)
def test_a_message_without_a_readable_id_is_refused_without_one(desk: Desk, text: str) -> None:
    (answer,) = Listener(desk).send(text)
    assert (answer["id"], answer["code"]) == (None, "INVALID_MESSAGE")


def test_a_message_beyond_the_size_is_refused(desk: Desk) -> None:
    (answer,) = Listener(desk).send(json.dumps({"op": "ping", "id": 1}) + " " * 5000 + "x")
    assert answer["code"] == "INVALID_MESSAGE"


def test_subscribing_twice_is_refused(desk: Desk) -> None:
    listener = Listener(desk)
    listener.ask(op="subscribe", id=1, channel="trades", symbol="BTC-USD")
    assert listener.ask(op="subscribe", id=2, channel="trades", symbol="BTC-USD")[0]["code"] == "ALREADY_SUBSCRIBED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "nobody"}, "KEY_UNKNOWN"),
        ({"signature": "0" * 64}, "SIGNATURE_INVALID"),
        ({"timestamp": str(START + 1)}, "SIGNATURE_INVALID"),
    ],
)
def test_a_login_that_proves_nothing_is_refused(desk: Desk, changes: dict[str, str], code: str) -> None:
    listener = Listener(desk)
    assert listener.login("first", **changes)["code"] == code
    assert listener.ask(op="subscribe", id=2, channel="orders")[0]["code"] == "NOT_LOGGED_IN"


def test_an_old_login_is_refused(desk: Desk) -> None:
    request = login_request("first", START - 5001)
    (answer,) = Listener(desk).ask(**request)
    assert answer["code"] == "TIMESTAMP_OUTSIDE_WINDOW"


def test_a_client_that_does_not_keep_up_is_noticed() -> None:
    outbox = Outbox()
    outbox.put({"type": "pong", "id": number} for number in range(MAX_WAITING))
    assert not outbox.overflowed
    outbox.put([{"type": "pong", "id": MAX_WAITING}])
    assert outbox.overflowed


@pytest.fixture
def socket() -> Iterator[Connection]:
    with (
        serve_reference(ReferenceOptions(heartbeat_s=0.05, rate_limit=3), environment={}) as url,
        connect(url.replace("http://", "ws://") + "/v1/stream", proxy=None) as connected,
    ):
        yield connected


def received(socket: Connection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=10))
    assert_described(message)
    return message


def test_over_a_socket_answers_come_in_order_and_silence_is_filled_with_heartbeats(socket: Connection) -> None:
    for number in range(3):
        socket.send(json.dumps({"op": "ping", "id": number}))
    answers = [received(socket) for _ in range(3)]
    assert [answer.get("id") for answer in answers if answer["type"] == "pong"] == list(range(len(answers)))
    assert received(socket)["type"] == "heartbeat"
    socket.send(json.dumps({"op": "ping", "id": 9}))
    while (answer := received(socket))["type"] == "heartbeat":
        pass
    assert answer["code"] == "RATE_LIMITED"


def test_over_sockets_a_client_hears_what_another_does_over_http() -> None:
    desk = Desk()
    with (
        serve_reference(ReferenceOptions(), environment={}) as url,
        connect(f"{url}/v1/stream".replace("http", "ws", 1), proxy=None) as stream,
    ):
        stream.send(json.dumps(login_request("first", system_clock())))
        assert received(stream)["type"] == "logged_in"
        for request in ({"channel": "orders"}, {"channel": "trades", "symbol": "BTC-USD"}):
            stream.send(json.dumps({"op": "subscribe", "id": 1, **request}))
            assert received(stream)["type"] == "subscribed"
        body = {"symbol": "BTC-USD", "side": "buy", "type": "market", "quantity": "0.01"}
        call = desk.signed(desk.call("POST", "/v1/orders", body=body), "first", at=system_clock())
        placed = httpx.post(f"{url}/v1/orders", content=call.body, headers=dict(call.headers), trust_env=False).json()
        assert received(stream)["trade"]["quantity"] == "0.01"
        assert received(stream)["order"]["order_id"] == placed["order_id"]


def test_who_only_listens_hears_that_an_order_ended_by_itself() -> None:
    clock, desk = Clock(), Desk()
    with (
        serve_reference(ReferenceOptions(), environment={}, clock=clock.now) as url,
        connect(f"{url}/v1/stream".replace("http", "ws", 1), proxy=None) as stream,
    ):
        stream.send(json.dumps(login_request("first", clock.now())))
        stream.send(json.dumps({"op": "subscribe", "id": 1, "channel": "orders"}))
        assert [received(stream)["type"] for _ in range(2)] == ["logged_in", "subscribed"]
        body: dict[str, Any] = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "50000", "quantity": "0.01"}
        body |= {"time_in_force": "GTD", "expires_at": clock.now() + 60_000}
        call = desk.signed(desk.call("POST", "/v1/orders", body=body), "first", at=clock.now())
        placed = httpx.post(f"{url}/v1/orders", content=call.body, headers=dict(call.headers), trust_env=False).json()
        assert received(stream)["order"]["status"] == "open"
        clock.wait(61)
        ended = received(stream)["order"]
        assert (ended["order_id"], ended["status"], ended["updated_at"]) == (placed["order_id"], "expired", placed["expires_at"])


def test_a_client_that_leaves_is_forgotten_and_the_exchange_goes_on() -> None:
    with serve_reference(ReferenceOptions(heartbeat_s=0.02), environment={}) as url:
        for _ in range(2):
            with connect(f"{url}/v1/stream".replace("http", "ws", 1), proxy=None) as stream:
                assert received(stream)["type"] == "heartbeat"
        assert httpx.get(f"{url}/v1/time", trust_env=False).status_code == 200


def test_there_is_no_other_stream(socket: Connection) -> None:
    host, port = socket.remote_address[:2]
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://{host}:{port}/v1/other", proxy=None)


def test_a_binary_message_ends_the_stream(socket: Connection) -> None:
    socket.send(b"\x00")
    with contextlib.suppress(ConnectionClosed):
        while True:
            received(socket)
    assert socket.close_code == UNSUPPORTED_DATA
    assert TRY_AGAIN_LATER != UNSUPPORTED_DATA
