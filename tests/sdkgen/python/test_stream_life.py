"""A stream's connection: its opening, its signs of life, and what comes with the opening."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.server import ServerConnection

from sdkgen.python.runtime.channels import (
    HeartbeatRule,
    Match,
    StreamRules,
)
from sdkgen.python.runtime.errors import (
    DeadlineError,
    TransportError,
)
from tests.sdkgen.python.streaming import OWN, listen, run, streams_at, tick
from tests.simulators.raw_http import RawServer, answer, exactly, fall_silent
from tests.simulators.stream_server import stream_server


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
