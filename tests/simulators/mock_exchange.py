"""The mock exchange in a thread of this process."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from certification.sandboxes.mock.log import Arrival, read_log
from certification.sandboxes.mock.plan import Lane
from certification.sandboxes.mock.server import MockExchange


@dataclass(frozen=True)
class RunningMock:
    port: int
    log: io.BytesIO

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        return read_log(self.log.getvalue())


@contextmanager
def mock_exchange(*lanes: Lane) -> Iterator[RunningMock]:
    log = io.BytesIO()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(MockExchange({lane.id: lane for lane in lanes}, log).serve("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield RunningMock(port=server.sockets[0].getsockname()[1], log=log)
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
