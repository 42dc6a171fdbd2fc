"""Logging in, requests over a stream, and listen keys."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from sdkgen.python.runtime.asyncsession import AsyncSession
from sdkgen.python.runtime.behaviour import Behaviour, Errors
from sdkgen.python.runtime.channels import (
    ChannelRule,
    ListenKeyRule,
    LoginRule,
    MarkRule,
    Match,
    MessageKind,
    RequestRule,
    StreamRules,
)
from sdkgen.python.runtime.codec import ANY, INTEGER, STRING
from sdkgen.python.runtime.draft import Credentials
from sdkgen.python.runtime.errors import (
    ApiError,
    ArgumentError,
    ConfigurationError,
    DeadlineError,
    DecodeError,
    TransportError,
    UnprocessableError,
)
from sdkgen.python.runtime.http1 import origin_of
from sdkgen.python.runtime.jsontext import JsonValue
from sdkgen.python.runtime.listenkey import ListenKey
from sdkgen.python.runtime.mismatch import MismatchError
from sdkgen.python.runtime.model import Model, field
from sdkgen.python.runtime.operation import Operation, Returned
from sdkgen.python.runtime.streambase import BaseStreams
from tests.sdkgen.python.calls import settings_for
from tests.sdkgen.python.streaming import TICK, TICKS, listen, run, streams_at, tick
from tests.simulators.raw_http import RawServer, answer
from tests.simulators.stream_server import stream_server

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


def test_a_listen_key_that_lasts_as_long_as_its_connection_is_not_kept_alive() -> None:
    async def told(operation: str, given: Mapping[str, str]) -> JsonValue:
        assert (operation, given) == ("make", {})
        return {"listenKey": "one"}

    async def body() -> tuple[str, int]:
        key = ListenKey(ListenKeyRule("make", "", "listenKey", every_ms=0), told, lambda: None)
        return await key.made(), len(asyncio.all_tasks())

    assert asyncio.run(body()) == ("one", 1)


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
