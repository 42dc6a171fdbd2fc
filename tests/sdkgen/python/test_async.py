"""The asynchronous client's transport and session; what decides is in ``test_core``."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sdkgen.python.runtime.asyncsession import AsyncSession
from sdkgen.python.runtime.asynctransport import AsyncPool
from sdkgen.python.runtime.behaviour import Behaviour, Clock, Pagination, RateLimit
from sdkgen.python.runtime.codec import ANY, STRING
from sdkgen.python.runtime.errors import ConfigurationError, DeadlineError, TransportError
from sdkgen.python.runtime.http1 import Request, origin_of
from sdkgen.python.runtime.limits import Place
from sdkgen.python.runtime.operation import Operation, Parameter, Returned
from sdkgen.python.runtime.paging import Pages
from sdkgen.python.runtime.rawcall import RawCall, raw_draft
from tests.sdkgen.python.calls import GET, settings_for
from tests.simulators.raw_http import Answer, RawServer, answer, exactly, fall_silent, hang_up

ARGUMENTS = ("X", None, None, None)
LIST: Operation[Any] = Operation(
    "list",
    "GET",
    "/list",
    parameters=(Parameter("query", "after", "after", STRING),),
    returned=(Returned("200", "json", "application/json", ANY),),
)


@asynccontextmanager
async def session_on(*answers: Answer, **changes: Any) -> AsyncIterator[tuple[RawServer, AsyncSession]]:
    with RawServer(*answers) as server:
        session = AsyncSession(settings_for(server.url, **changes), origin_of(server.url + "/base/"), own_servers=False)
        try:
            yield server, session
        finally:
            await session.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    while not holds():  # noqa: ASYNC110  # threads set no asyncio event
        await asyncio.sleep(0.001)


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await body()

    asyncio.run(bounded())


def test_tasks_share_connections_and_get_typed_answers() -> None:
    async def body() -> None:
        async with session_on(answer('{"price":1.10}')) as (server, session):
            for _ in range(2):
                assert str((await session.call(GET, ARGUMENTS)).price) == "1.10"
            assert {each.connection for each in server.received} == {1}
            prices = await asyncio.gather(*(session.call(GET, ARGUMENTS) for _ in range(8)))
            assert len(prices) == 8
            assert len({each.connection for each in server.received}) <= 8
            assert server.received[0].start == "GET /base/v1/X/price HTTP/1.1"

    run(body)


@pytest.mark.parametrize(
    "act",
    [hang_up, exactly(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", close=True), exactly(b"nonsense\r\n\r\n")],
    ids=["closed", "truncated", "no http"],
)
def test_no_whole_answer_is_a_transport_error(act: Answer) -> None:
    async def body() -> None:
        async with session_on(act) as (server, session):
            with pytest.raises(TransportError) as raised:
                await session.call(GET, ARGUMENTS)
            assert (raised.value.sent, raised.value.may_have_happened, len(server.received)) == (True, True, 1)

    run(body)


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with RawServer(hang_up) as server:
        url = server.url

    async def body() -> None:
        session = AsyncSession(settings_for(url), origin_of(url), own_servers=False)
        with pytest.raises(TransportError) as raised:
            await session.call(GET, ARGUMENTS)
        assert (raised.value.sent, raised.value.may_have_happened) == (False, False)

    run(body)


def test_silence_ends_at_the_deadline() -> None:
    async def body() -> None:
        async with session_on(fall_silent) as (_, session):
            with pytest.raises(DeadlineError, match=r"within 0\.1 s; it may have been carried out"):
                await session.derived(timeout=0.1).call(GET, ARGUMENTS)

    run(body)


def test_cancelling_ends_a_call_at_once_and_its_connection_is_not_used_again() -> None:
    async def body() -> None:
        async with session_on(fall_silent, answer('{"price":1}')) as (server, session):
            task = asyncio.create_task(session.call(GET, ARGUMENTS))
            await until(lambda: bool(server.received))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await session.call(GET, ARGUMENTS)).price == 1
            assert [each.connection for each in server.received] == [1, 2]

    run(body)


def test_cancelling_a_call_that_waits_for_room_sends_nothing_and_gives_its_place_back() -> None:
    async def body() -> None:
        limits = (RateLimit("r", 1, 50_000),)
        async with session_on(answer('{"price":1}'), behaviour=Behaviour(limits=limits), max_wait=60.0) as (server, session):
            await session.call(GET, ARGUMENTS)
            for _ in range(3):
                task = asyncio.create_task(session.call(GET, ARGUMENTS))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert len(server.received) == 1
            waiting = session.core.settings.limits.take("getPrice", 60.0, signed=False)
            assert isinstance(waiting, Place)

    run(body)


def test_a_connection_that_the_server_closed_or_talks_on_is_not_used_again() -> None:
    async def body() -> None:
        async with session_on(answer('{"price":1}')) as (server, session):
            await session.call(GET, ARGUMENTS)
            server.drop_idle()
            await asyncio.sleep(0.05)
            await session.call(GET, ARGUMENTS)
            assert [each.connection for each in server.received] == [1, 2]
        async with session_on(answer('{"price":1}', close=True)) as (server, session):
            await session.call(GET, ARGUMENTS)
            await session.call(GET, ARGUMENTS)
            assert [each.connection for each in server.received] == [1, 2]

    run(body)


def test_what_nobody_asked_for_ends_an_idle_connection() -> None:
    def chatty(connection: Any) -> None:
        answer('{"price":1}')(connection)
        connection.stopped.wait(0.02)
        connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"price":666}')

    async def body() -> None:
        async with session_on(chatty) as (_, session):
            for _ in range(2):
                assert (await session.call(GET, ARGUMENTS)).price == 1
                await asyncio.sleep(0.06)

    run(body)


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    async def body() -> None:
        async with session_on(exactly(b'HTTP/1.1 200 OK\r\n\r\n{"price":2}', close=True)) as (_, session):
            assert (await session.call(GET, ARGUMENTS)).price == 2

    run(body)


def test_retries_pages_raw_requests_and_the_clock_work_as_in_the_client_that_blocks() -> None:
    time_of: Operation[Any] = Operation("getTime", "GET", "/time", returned=(Returned("200", "json", "application/json", ANY),))

    async def body() -> None:
        changes: dict[str, Any] = {
            "retries": 2,
            "behaviour": Behaviour(clock=Clock("getTime", "time")),
            "operations": {"getTime": time_of}.__getitem__,
        }
        answers = (
            answer("{}", status=503),
            answer('{"i":[1,2],"n":"a"}'),
            answer('{"i":[3]}'),
            answer('{"time":1700000001123}'),
            answer('{"raw":1}'),
        )
        async with session_on(*answers, **changes) as (server, session):
            pages = Pages[int](LIST, Pagination("cursor", "query.after", "i", "n"), (None,))
            assert [item async for item in session.pages(pages)] == [1, 2, 3]
            assert await session.sync_clock() == 1000
            replies: list[Any] = []
            noting = session.derived(replies=replies)
            assert (await noting.request(raw_draft(session.core.settings, RawCall("GET", "/r", (), None, {})), signed=False)).value == {
                "raw": 1
            }
            await noting.call(LIST, (None,))
            assert [each.status for each in replies] == [200]
            assert [each.start for each in server.received][:3] == ["GET /base/list HTTP/1.1"] * 2 + ["GET /base/list?after=a HTTP/1.1"]

    run(body)


def test_a_deprecated_operation_warns_where_it_is_called() -> None:
    old: Operation[None] = Operation("old", "GET", "/old", deprecated=True)

    async def body() -> None:
        async with session_on(answer("")) as (_, session):
            with pytest.warns(DeprecationWarning, match="old is deprecated"):
                called = session.call(old)
            await called

    run(body)


def test_a_closed_client_says_so_and_so_does_one_of_another_event_loop() -> None:
    with RawServer(answer('{"price":1}', close=True)) as server:
        session = AsyncSession(settings_for(server.url), origin_of(server.url), own_servers=False)

        async def called() -> None:
            await session.call(GET, ARGUMENTS)

        run(called)
        with pytest.raises(ConfigurationError, match="another event loop"):
            run(called)
        run(session.close)
        with pytest.raises(ConfigurationError, match="closed"):
            run(called)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_of_the_context_is_not(certificate: Path) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)

    async def body() -> None:
        with RawServer(answer("{}"), tls=served) as server:
            request = Request(origin_of(server.url), "GET", "/x", {}, None)
            strict = AsyncPool()
            with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as raised:
                await strict.send(request, 5.0)
            assert raised.value.sent is False
            pool = AsyncPool(ssl.create_default_context(cafile=str(certificate)))
            for _ in range(2):
                assert (await pool.send(request, 5.0)).body == b"{}"
            assert len({each.connection for each in server.received}) == 1
            await pool.close()

    run(body)
