"""Streams over real sockets: the reference exchange, and small servers that behave as they are told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import importlib
import json
import random
import re
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.server import ServerConnection

from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.serve import serve_reference
from sdkgen.python.runtime.asyncsession import AsyncSession
from sdkgen.python.runtime.behaviour import Behaviour, Errors
from sdkgen.python.runtime.channels import (
    BookRule,
    ChannelRule,
    HeartbeatRule,
    ListenKeyRule,
    LoginRule,
    MarkRule,
    Match,
    MessageKind,
    ParameterRule,
    RequestRule,
    StreamRules,
    SubscriptionRule,
)
from sdkgen.python.runtime.codec import ANY, INTEGER, STRING
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.errors import (
    ApiError,
    ArgumentError,
    ConfigurationError,
    DeadlineError,
    DecodeError,
    Refusal,
    TransportError,
    UnprocessableError,
)
from sdkgen.python.runtime.http1 import origin_of
from sdkgen.python.runtime.mismatch import MismatchError
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.operation import Operation, Parameter, Returned
from sdkgen.python.runtime.streambase import BaseStreams
from tests.sdkgen.python.calls import settings_for
from tests.simulators.raw_http import RawServer, answer, exactly, fall_silent
from tests.simulators.stream_server import stream_server
from tests.simulators.wild_exchange import WildExchange

KEYS = demo_environment({})
TICK = MessageKind("Tick", ANY, (MarkRule(("t",), ('"tick"',)),))
SUBSCRIBED = SubscriptionRule(
    {"op": "sub", "id": "{id#}", "s": "{s}"},
    unsubscribe={"op": "unsub", "s": "{s}"},
    messages=(Match((("s", "{s}"),)),),
    confirmed=Match((("ok", "{id}"),)),
    refused=Match((("no", "{id}"),)),
)
SYMBOL = ParameterRule("message", "s", "s", STRING)
TICKS = ChannelRule("ticks", "/ws", parameters=(SYMBOL,), heard=(TICK,), subscription=SUBSCRIBED)
OWN = ChannelRule("own", "/own/{s}", parameters=(SYMBOL._replace(location="address"),), heard=(TICK,))


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(body(), 30))


def streams_at(url: str, rules: StreamRules | None = None, book: BookRule | None = None, **changes: Any) -> BaseStreams:
    class Streams(BaseStreams):
        _rules = rules or StreamRules()
        _book_rule = book

    session = AsyncSession(settings_for("http://x", **changes), origin_of("http://x"), own_servers=False)
    return Streams(session, url.replace("http", "ws"))


def listen(streams: BaseStreams, channel: ChannelRule = TICKS, symbol: str | None = "A", capacity: int = 100) -> Any:
    return streams._subscription(channel, (symbol,) if channel.parameters else (), capacity, "drop_oldest")


def obliging(connection: ServerConnection) -> Iterator[dict[str, Any]]:
    """Confirms every subscription, and gives what else is said."""
    with suppress(ConnectionClosed):
        for text in connection:
            said = json.loads(text)
            if said.get("op") == "sub":
                connection.send(json.dumps({"ok": said["id"]}))
            yield said


def tick(symbol: str, number: int) -> str:
    return json.dumps({"t": "tick", "s": symbol, "n": number})


def test_subscriptions_share_a_connection_and_hear_what_is_theirs() -> None:
    connections: list[str] = []
    said: list[str] = []
    heard_all = threading.Event()

    def manners(connection: ServerConnection) -> None:
        assert connection.request is not None
        connections.append(connection.request.path)
        for message in obliging(connection):
            said.append(f"{message['op']} {message['s']}")
            if said[-1] == "sub B":
                for number, symbol in enumerate("ABCA"):
                    connection.send(tick(symbol, number))
        heard_all.set()

    async def body() -> None:
        streams = streams_at(url)
        first, second, also = listen(streams), listen(streams, symbol="B"), listen(streams)
        await asyncio.gather(first.open(), also.open())
        async with second:
            assert [(await anext(first))["n"] for _ in range(2)] == [0, 3]
            assert (await anext(also))["n"] == 0
            assert (await anext(second))["n"] == 1
        assert repr(streams) == "Streams(1 connections)"
        await first.close()
        assert repr(streams) == "Streams(1 connections)"
        await also.close()
        assert repr(streams) == "Streams(0 connections)"
        await streams.end_all()

    with stream_server(manners) as url:
        run(body)
        assert heard_all.wait(10), "the connection was not closed"
    assert connections == ["/ws"]
    assert said == ["sub A", "sub B", "unsub B", "unsub A"]


def test_a_channel_without_a_protocol_is_a_connection_of_its_own() -> None:
    paths: list[str] = []

    def manners(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        assert connection.request.headers["User-Agent"] == "a-package/1.0.0"
        connection.send(tick("x", len(paths)))
        connection.send('{"t":"other"}')
        connection.send("no json")
        connection.send(b"\xff")
        with suppress(ConnectionClosed):
            connection.recv()

    async def body() -> None:
        query = ParameterRule("query", "speed", "speed", STRING, required=False, default="100ms")
        header = ParameterRule("header", "X-A", "x_a", INTEGER, required=False)
        channel = OWN._replace(parameters=(*OWN.parameters, query, header))
        streams = streams_at(url)
        heard = streams._subscription(channel, ("btc/usd@x y", None, None), 10, "fail")
        other = streams._subscription(channel, ("b", "1s", 5), 10, "fail")
        combined = streams._subscription(channel._replace(path="/all?of={s}"), ("b@t/c@d", None, None), 10, "fail")
        assert (await heard.hear()).kind == "Tick"
        assert (await heard.hear()).kind == "UnknownMessage"
        for _ in range(2):
            spoilt = await anext(heard)
            assert isinstance(spoilt, DecodeError)
            assert re.search("JSON|UTF-8", str(spoilt))
        assert (await other.hear()).kind == "Tick"
        assert (await combined.hear()).kind == "Tick"
        await streams.end_all()
        assert [item async for item in heard] == []
        with pytest.raises(ArgumentError, match="own needs s"):
            listen(streams, OWN, None)

    with stream_server(manners) as url:
        run(body)
    assert paths == ["/own/btc%2Fusd@x%20y?speed=100ms", "/own/b?speed=1s", "/all?of=b@t/c@d&speed=100ms"]


def test_a_lost_connection_is_made_anew_marked_and_subscribed_again() -> None:
    said: list[str] = []

    def manners(connection: ServerConnection) -> None:
        for message in obliging(connection):
            said.append(message["s"])
            if message["s"] == "B":
                connection.send(tick("A", len(said)))
                connection.send(tick("B", len(said)))
                if len(said) < 6:
                    connection.socket.shutdown(socket.SHUT_RDWR)

    async def body() -> None:
        streams = streams_at(url)
        first, second = listen(streams), listen(streams, symbol="B")
        await first.open()
        await second.open()
        assert [(await first.hear()).kind for _ in range(5)] == ["Tick", "Reconnected", "Tick", "Reconnected", "Tick"]
        assert [(await second.hear()).kind for _ in range(5)] == ["Tick", "Reconnected", "Tick", "Reconnected", "Tick"]
        await streams.end_all()

    with stream_server(manners) as url:
        run(body)
    assert said == ["A", "B"] * 3


def test_a_refused_subscription_is_the_exchange_s_error_and_the_others_go_on() -> None:
    def manners(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for text in connection:
                said = json.loads(text)
                connection.send(json.dumps({"no": said["id"], "code": "tick", "msg": "bad"} if said["s"] == "A" else {"ok": said["id"]}))
                connection.send(tick("B", 1))

    async def body() -> None:
        streams = streams_at(url, behaviour=Behaviour(errors=Errors(codes={"tick": "invalid_order"})))
        refused, fine = listen(streams), listen(streams, symbol="B")
        results = await asyncio.gather(refused.open(), fine.open(), return_exceptions=True)
        assert isinstance(results[0], UnprocessableError)
        assert (results[0].status, results[0].code, results[0].refusal) == (None, "tick", Refusal.INVALID_ORDER)
        assert str(results[0]) == "ticks: tick: bad"
        assert (await anext(fine))["n"] == 1
        with pytest.raises(UnprocessableError):
            await listen(streams).open()
        await streams.end_all()

    with stream_server(manners) as url:
        run(body)


def test_nobody_confirming_is_a_timeout_and_nobody_there_a_transport_error() -> None:
    def silent(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for _ in connection:
                pass

    async def body() -> None:
        streams = streams_at(url, timeout=0.2)
        with pytest.raises(DeadlineError, match="no answer within"):
            await listen(streams).open()
        await streams.end_all()
        nowhere = streams_at("http://127.0.0.1:9")
        with pytest.raises(TransportError) as raised:
            await anext(listen(nowhere))
        assert not raised.value.sent
        assert repr(nowhere) == "Streams(0 connections)"

    with stream_server(silent) as url:
        run(body)


@pytest.mark.parametrize(
    "act",
    [
        answer("{}", status=403),
        answer("{}"),
        exactly(b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n"),
        exactly(b"nonsense\r\n\r\n"),
        exactly(b"", close=True),
    ],
    ids=["refused", "no websocket", "wrong key", "no http", "closed"],
)
def test_a_server_that_speaks_no_websocket_is_a_transport_error(act: Any) -> None:
    async def body() -> None:
        with RawServer(act) as server:
            streams = streams_at(server.url)
            with pytest.raises(TransportError):
                await listen(streams).open()
            await streams.end_all()

    run(body)


def test_an_opening_that_takes_too_long_ends_at_the_timeout() -> None:
    async def body() -> None:
        with RawServer(fall_silent) as server:
            streams = streams_at(server.url, timeout=0.1)
            with pytest.raises(DeadlineError):
                await listen(streams).open()
            await streams.end_all()

    run(body)


def test_signs_of_life_are_sent_asked_for_and_missed() -> None:
    said: list[str] = []

    def manners(connection: ServerConnection) -> None:
        connection.send('{"ping":7}')
        with suppress(ConnectionClosed):
            for text in connection:
                said.append(str(text))
                if text == "hey" and said.count("hey") <= 2:
                    connection.send("pong")
                    connection.send(tick("A", 1))

    async def body() -> None:
        beat = HeartbeatRule("hey", 50, 400, Match((("ping", "*"),)), {"pong": "{ping}"})
        streams = streams_at(url, StreamRules(heartbeat=beat))
        ticks = listen(streams, OWN)
        assert [(await ticks.hear()).kind for _ in range(3)] == ["Tick", "Tick", "Reconnected"]
        await streams.end_all()

    with stream_server(manners) as url:
        run(body)
    assert '{"pong":7}' in said
    assert said.count("hey") >= 3


def test_without_a_message_of_its_own_a_sign_of_life_is_a_ping_and_a_pong_is_life() -> None:
    connections: list[int] = []

    def manners(connection: ServerConnection) -> None:
        connections.append(1)
        with suppress(ConnectionClosed):
            for text in connection:
                connection.send(text)

    async def body() -> None:
        pinging = streams_at(url, StreamRules(heartbeat=HeartbeatRule(None, 50, 300)))
        await listen(pinging, OWN).open()
        asking = streams_at(url, StreamRules(heartbeat=HeartbeatRule({"op": "ping", "id": "{id#}"}, 30, 10_000)))
        asked = listen(asking, OWN)
        assert (await anext(asked)).value == {"op": "ping", "id": 1}
        await asyncio.sleep(0.8)
        assert len(connections) == 2
        await pinging.end_all()
        await asking.end_all()

    with stream_server(manners) as url:
        run(body)


def test_what_comes_with_the_opening_answer_is_heard_after_the_mark_of_the_reconnection() -> None:
    def hasty(connection: Any) -> None:
        key = next(each.header("Sec-WebSocket-Key") for each in reversed(server.received)) or ""
        accept = base64.b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest())
        head = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        connection.send(head + b"".join(Frame(Opcode.TEXT, text).serialize(mask=False) for text in (b'{"ping":1}', tick("A", 1).encode())))
        pongs.append(connection.sock.recv(1000))
        connection.close()

    pongs: list[bytes] = []

    async def body() -> None:
        beat = HeartbeatRule(None, 60_000, 60_000, Match((("ping", "*"),)), {"pong": "{ping}"})
        streams = streams_at(server.url, StreamRules(heartbeat=beat))
        ticks = listen(streams, OWN)
        assert [(await ticks.hear()).kind for _ in range(3)] == ["Tick", "Reconnected", "Tick"]
        await streams.end_all()

    with RawServer(hasty) as server:
        run(body)
    assert pongs[0][:1] == b"\x81"


LOGIN = LoginRule(
    {"op": "login", "key": "{key}", "pass": "{passphrase}", "time": "{timestamp}", "sign": "{signature}", "id": "{id}"},
    "{timestamp}GET/verify",
    "seconds",
    Match((("in", "{id}"),)),
    Match((("out", "{id}"),)),
)


def test_private_channels_log_in_once_for_each_connection() -> None:
    said: list[dict[str, Any]] = []

    def manners(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for text in connection:
                message = json.loads(text)
                said.append(message)
                known = {"login": "in" if message.get("key") == "k" else "out", "sub": "ok"}[message["op"]]
                connection.send(json.dumps({known: message["id"], "code": 5}))
                if message.get("s") == "B" and len(said) < 5:
                    connection.close()

    async def body() -> None:
        streams = streams_at(url, StreamRules(login=LOGIN), credentials=Credentials("k", "s", "p"))
        channel = TICKS._replace(private=True)
        first, second = listen(streams, channel), listen(streams, channel, "B")
        await first.open()
        await second.open()
        assert (await second.hear()).kind == "Reconnected"
        await streams.end_all()
        stranger = streams_at(url, StreamRules(login=LOGIN), credentials=Credentials("x", "s", "p"))
        with pytest.raises(ApiError, match="login: 5"):
            await listen(stranger, channel).open()
        nobody = streams_at(url, StreamRules(login=LOGIN), credentials=Credentials(None, None, None))
        with pytest.raises(ConfigurationError, match="needs key"):
            await listen(nobody, channel).open()
        unknown = streams_at(url, StreamRules(login=LOGIN), recipe=None)
        with pytest.raises(ConfigurationError, match="no signing recipe"):
            await listen(unknown, channel).open()
        for streams in (stranger, nobody, unknown):
            await streams.end_all()

    with stream_server(manners) as url:
        run(body)
    assert [each["op"] for each in said[:6]] == ["login", "sub", "sub", "login", "sub", "sub"]
    login = said[0]
    assert (login["pass"], login["time"]) == ("p", "1700000000")
    assert login["sign"] == hmac.digest(b"s", b"1700000000GET/verify", "sha256").hex()


class Idless:
    def read_(self, value: Any, /) -> Any:
        if "id" in value:
            raise MismatchError("no id", value)
        return value

    def write_(self, value: Any, /) -> Any:
        return value


STRINGS = Idless()


class Ask(Model):
    op: str = field("op", STRING)
    id: int | None = field("id", INTEGER, default=None)


class Told(Model):
    n: int = field("n", INTEGER)


ASK = RequestRule(
    "ask",
    ChannelRule("calls", "/calls"),
    MessageKind("Ask", Ask, correlation="id"),
    (
        MessageKind("Told", Told, (MarkRule(("t",), ('"told"',)),), correlation="id"),
        MessageKind("Failed", ANY, (MarkRule(("t",), ('"failed"',)),)),
    ),
    frozenset({"Failed"}),
)


def test_requests_get_the_reply_with_their_id_and_errors_are_raised() -> None:
    def manners(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for text in connection:
                said = json.loads(text)
                if said["op"] == "drop":
                    connection.socket.shutdown(socket.SHUT_RDWR)
                    return
                if said["op"] == "ignore":
                    continue
                connection.send(json.dumps({"t": "told", "id": -1, "n": 0}))
                kind = {"fail": "failed", "odd": "odd"}.get(said["op"], "told")
                connection.send(
                    json.dumps({"t": kind, "id": said["id"], "n": "x" if said["op"] == "misfit" else said["id"], "code": "tick"})
                )

    async def body() -> None:
        behaviour = Behaviour(errors=Errors(codes={"tick": "invalid_order"}))
        streams = streams_at(url, behaviour=behaviour, timeout=0.5)
        numbers = [each.n for each in await asyncio.gather(*(streams._request(ASK, (), Ask(op="x")) for _ in range(5)))]
        assert sorted(numbers) == numbers
        assert len(set(numbers)) == 5
        with pytest.raises(UnprocessableError) as refused:
            await streams._request(ASK, (), Ask(op="fail"))
        assert (refused.value.code, refused.value.attempts, refused.value.may_have_happened) == ("tick", 1, False)
        for odd in ("misfit", "odd"):
            with pytest.raises(DecodeError):
                await streams._request(ASK, (), Ask(op=odd))
        for lost, kind in (("drop", TransportError), ("ignore", DeadlineError)):
            with pytest.raises(kind) as raised:
                await streams._request(ASK, (), Ask(op=lost))
            assert (raised.value.may_have_happened, raised.value.attempts) == (True, 1)
            await asyncio.sleep(0.3)
        assert (await streams._request(ASK, (), Ask(op="x"))).n > 5
        with pytest.raises(ArgumentError, match="takes no id"):
            await streams._request(ASK._replace(message=MessageKind("Ask", STRINGS, correlation="id")), (), {"op": "x"})
        await streams.end_all()

    with stream_server(manners) as url:
        run(body)


def test_a_listen_key_is_made_for_each_opening_and_kept_alive() -> None:
    calls: list[str] = []
    paths: list[str] = []

    def manners(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        connection.send(tick("A", len(paths)))
        with suppress(ConnectionClosed):
            connection.recv()

    operations = {
        name: Operation[Any](name, method, "/key", returned=(Returned("200", "json", "application/json", ANY),))
        for name, method in (("make", "POST"), ("keep", "PUT"))
    }
    rule = ListenKeyRule("make", "keep", "listenKey", every_ms=50)

    async def body(rest: RawServer) -> None:
        settings = settings_for(rest.url, operations=operations.__getitem__)

        class Streams(BaseStreams):
            _rules = StreamRules(listen_key=rule)

        session = AsyncSession(settings, origin_of(rest.url), own_servers=False)
        streams = Streams(session, url.replace("http", "ws"))
        channel = ChannelRule("user", "/ws/{listenKey}", heard=(TICK,))
        heard = listen(streams, channel)
        assert [(await heard.hear()).kind for _ in range(3)] == ["Tick", "Reconnected", "Tick"]
        await streams.end_all()
        await session.close()

    replies = [answer('{"listenKey":"one"}'), answer("{}"), answer("{}", status=400), answer('{"listenKey":"two"}'), answer("{}")]
    with stream_server(manners) as url, RawServer(*replies) as rest:
        asyncio.run(asyncio.wait_for(body(rest), 20))
        calls += [each.start.split(" ")[0] for each in rest.received]
    assert calls[:4] == ["POST", "PUT", "PUT", "POST"]
    assert paths == ["/ws/one", "/ws/two"]


def test_a_book_whose_snapshot_is_asked_for_goes_on_with_what_came_meanwhile() -> None:
    paths = []

    def manners(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        for first, last, price in ((5, 6, "10"), (7, 8, "11"), (9, 9, "12"), (12, 12, "13"), (13, 14, "14")):
            connection.send(json.dumps({"s": "X", "U": first, "u": last, "b": [[price, "1"]], "a": []}))
            connection.send(json.dumps({"s": "Y", "U": first, "u": last + 50, "b": [], "a": []}))
        with suppress(ConnectionClosed):
            connection.recv()

    rule = BookRule(
        ChannelRule("diff", "/diff/{name}", parameters=(ParameterRule("address", "name", "name", STRING),)),
        Match((("u", "*"), ("s", "{symbol}"))),
        "b",
        "a",
        operation="depth",
        operation_symbol="query.symbol",
        operation_bids="bids",
        operation_asks="asks",
        operation_sequence="last",
        sequence="u",
        first="U",
        numbering="range",
        arguments=(("name", "{symbol_lower}@depth"),),
        operation_arguments=(("query.limit", "50"),),
    )
    asked = (Parameter("query", "symbol", "symbol", STRING), Parameter("query", "limit", "limit", INTEGER))
    depth = Operation[Any]("depth", "GET", "/depth", parameters=asked, returned=(Returned("200", "json", "application/json", ANY),))

    async def body(rest: RawServer) -> None:
        session = AsyncSession(settings_for(rest.url, operations={"depth": depth}.__getitem__), origin_of(rest.url), own_servers=False)

        class Streams(BaseStreams):
            _rules = StreamRules()
            _book_rule = rule

        streams = Streams(session, url.replace("http", "ws"))
        async with streams._live_book("X") as book:
            async for state in book:
                if state.synced and state.sequence == "14":
                    break
            assert [level.price for level in state.bids] == [14, 13, 2]
            assert state.asks[0].quantity == Decimal("1.50")
        assert [each async for each in book] == []
        await streams.end_all()
        await session.close()

    snapshots = [
        answer("{}", status=500),
        answer('{"last":7,"bids":[["1","1"]],"asks":[["20","1.50"]]}'),
        answer('{"last":11,"bids":[["2","1"]],"asks":[["20","1.50"]]}'),
    ]
    with stream_server(manners) as url, RawServer(*snapshots) as rest:
        asyncio.run(asyncio.wait_for(body(rest), 20))
    assert paths == ["/diff/x@depth"]
    assert {request.start for request in rest.received} == {"GET /depth?symbol=X&limit=50 HTTP/1.1"}


def test_a_book_is_the_exchange_s_after_whatever_happened(sdk: ModuleType) -> None:
    """``python -m benchmarks.books`` does the same through a thousand faults."""
    exchange = WildExchange(seed=7, faults=60)

    async def body() -> None:
        dice = random.Random(7)  # noqa: S311  # pauses, no secret
        async with sdk.AsyncClient(stream_url=url, jitter=lambda: dice.random() * 0.02) as client:
            async for state in client.streams.book("BTC-USD"):
                if state.synced and state.bids and state.asks:
                    assert state.bids[0].price < state.asks[0].price
                if exchange.finished.is_set() and state.synced and state.sequence == str(exchange.book.sequence):
                    break
        ours = {side: [[plain(level.price), plain(level.quantity)] for level in getattr(state, side)] for side in ("bids", "asks")}
        assert ours == exchange.book.levels()
        assert state.resyncs >= 20

    def plain(number: Decimal) -> str:
        return format(number.normalize(), "f")

    with stream_server(exchange) as url:
        run(body)
    assert sum(exchange.happened.values()) >= 60


def test_a_package_lives_with_the_reference_exchange(sdk: ModuleType) -> None:
    models = importlib.import_module("reference_sdk.models")

    async def body(url: str) -> None:
        key, secret = KEYS["REFERENCE_FIRST_KEY"], KEYS["REFERENCE_FIRST_SECRET"]
        async with sdk.AsyncClient(key, secret, base_url=url, stream_url=url.replace("http", "ws")) as client:
            pong = await client.streams.request_ping(models.Ping(op=models.PingOp.PING))
            assert type(pong).__name__ == "Pong"
            book = client.streams.book("BTC-USD")
            before = await anext(book)
            async with client.streams.orders() as orders, client.streams.depth(symbol="BTC-USD") as depth:
                request = models.LimitOrderRequest(
                    symbol="BTC-USD", side=models.Side.BUY, type=models.LimitOrderRequestType.LIMIT, price="49000", quantity="0.01"
                )
                placed = await client.orders.place_order(body=request)
                assert (await anext(orders)).order.order_id == placed.order_id
                assert type(await anext(depth)).__name__ == "DepthDelta"
                after = await anext(book)
                assert before.synced
                assert after.synced
                assert (Decimal(49000), Decimal("0.01")) in [tuple(level) for level in after.bids]
                await client.orders.cancel_order(order_id=placed.order_id)
                asked = await client.market.get_depth(symbol="BTC-USD")
                while (state := await anext(book)).sequence != str(asked.sequence):
                    pass
                assert [level.price for level in state.bids[:20]] == [Decimal(level[0]) for level in asked.bids[:20]]
            with pytest.raises(sdk.ApiError) as refused:
                await client.streams.depth(symbol="NOPE-USD").open()
            assert refused.value.refusal is sdk.Refusal.UNKNOWN_SYMBOL
        assert [state async for state in book] == []

    with serve_reference() as url:
        asyncio.run(asyncio.wait_for(body(url), 30))
