"""Keeps a server of the mock exchange's until a signal ends it."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable


async def stand(serving: Awaitable[asyncio.Server], told: str) -> None:
    """Have it listen, and print where, ``told`` before host and port; close it on SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await serving
    address = server.sockets[0].getsockname()
    sys.stdout.write(f"{told}{address[0]}:{address[1]}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()
