"""The mock exchange, and the relay that makes trouble, in a thread of this process."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from certification.sandboxes.mock.log import Arrival, read_log
from certification.sandboxes.mock.plan import Lane
from certification.sandboxes.mock.relay import Relay
from certification.sandboxes.mock.server import MockExchange
from certification.sandboxes.mock.trouble import Passage, RelayPlan, read_passages


@dataclass(frozen=True)
class RunningMock:
    port: int
    log: io.BytesIO

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        return read_log(self.log.getvalue())


@dataclass(frozen=True)
class RunningRelay:
    port: int
    log: io.BytesIO
    settle: Callable[[], None]
    """Wait until nobody is connected any more."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        return read_passages(self.log.getvalue())


@contextmanager
def mock_exchange(*lanes: Lane) -> Iterator[RunningMock]:
    log = io.BytesIO()
    with _served(MockExchange({lane.id: lane for lane in lanes}, log).serve("127.0.0.1", 0)) as (port, _):
        yield RunningMock(port=port, log=log)


@contextmanager
def relay(plan: RelayPlan) -> Iterator[RunningRelay]:
    log = io.BytesIO()
    relaying = Relay(plan, log)
    with _served(relaying.serve("127.0.0.1", 0)) as (port, loop):
        yield RunningRelay(port=port, log=log, settle=lambda: asyncio.run_coroutine_threadsafe(relaying.settled(), loop).result(timeout=10))


@contextmanager
def _served(starting: Coroutine[None, None, asyncio.Server]) -> Iterator[tuple[int, asyncio.AbstractEventLoop]]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1], loop
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports tell of their end one round later
