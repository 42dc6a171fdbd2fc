"""Subscriptions over real sockets, to small servers that behave as they are told."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from sdkgen.python.runtime.behaviour import Behaviour, Errors
from sdkgen.python.runtime.channels import (
    ParameterRule,
)
from sdkgen.python.runtime.codec import INTEGER, STRING
from sdkgen.python.runtime.errors import (
    ArgumentError,
    DeadlineError,
    DecodeError,
    Refusal,
    TransportError,
    UnprocessableError,
)
from tests.sdkgen.python.streaming import OWN, listen, run, streams_at, tick
from tests.simulators.stream_server import stream_server


def obliging(connection: ServerConnection) -> Iterator[dict[str, Any]]:
    """Confirms every subscription, and gives what else is said."""
    with suppress(ConnectionClosed):
        for text in connection:
            said = json.loads(text)
            if said.get("op") == "sub":
                connection.send(json.dumps({"ok": said["id"]}))
            yield said


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
