"""The server itself: reads a request, writes it down, gives the answer that waits in its lane, faults included."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from typing import TYPE_CHECKING

from .log import Arrival, write_arrival
from .plan import ANNOUNCEMENT, Fault, PlannedAnswer, lane_of
from .wire import MAX_HEAD, WireError, answer_bytes, read_request

if TYPE_CHECKING:
    from typing import BinaryIO

    from .plan import Lane

_NO_LANE = PlannedAnswer(status=404, headers=(("content-type", "text/plain"),), body=b"no lane of the plan\n")
_HEARD = PlannedAnswer(status=204)
_LONGEST_SILENCE_S = 5
"""Whoever has not given up then never will."""
_MOST_OF_A_LANE, _MOST_BYTES = 10_000, 256 * 1024 * 1024
"""Lines of a lane, and bytes of all: who floods us fills no disk, and hides nothing of the other lanes before those are full."""
_BROKEN = PlannedAnswer(status=400, headers=(("content-type", "text/plain"),), body=b"no HTTP/1.1 request\n")


class MockExchange:
    """Answers by plan. Requests outside every lane are those of the lane announced last; without one they get 404.

    All are written down, but for floods: see ``_MOST_OF_A_LANE``.
    """

    def __init__(self, lanes: dict[int, Lane], log: BinaryIO) -> None:
        """Take the plan, and the file that gets a line for each request before its answer goes out."""
        self._lanes = lanes
        self._log = log
        self._seen: dict[int, int] = {}
        self._announced: int | None = None
        self._connections = 0
        self._written: dict[int | None, int] = {}
        self._room = _MOST_BYTES

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen."""
        return await asyncio.start_server(self._converse, host, port, limit=MAX_HEAD)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = self._connections
        try:
            while await self._exchange(reader, writer, connection):
                pass
        except (WireError, ValueError):
            with contextlib.suppress(ConnectionError):
                await self._send(writer, _BROKEN, keep_alive=False)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller may vanish at any moment: that is its right, and often the point of the test
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> bool:
        """One request and its answer; whether the connection lives on."""
        request = await read_request(reader, writer)
        if request is None:
            return False
        lane = lane_of(request.target)
        known = lane if lane in self._lanes else None
        if request.target.endswith(ANNOUNCEMENT):
            self._announced = known
            await self._send(writer, _HEARD, keep_alive=request.keep_alive)
            return request.keep_alive
        if lane is None:
            known = self._announced
        arrival = Arrival(
            lane=known,
            method=request.method,
            target=request.target,
            headers=request.headers,
            body=request.body,
            at_ms=time.monotonic_ns() // 1_000_000,
            connection=connection,
        )
        self._write_down(arrival)
        answer = _NO_LANE if known is None else self._next_answer(known)
        match answer.fault:
            case Fault.RESET:
                reset(writer)
                return False
            case Fault.CLOSE:
                return False
            case Fault.SILENCE:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(), _LONGEST_SILENCE_S)
                return False
            case Fault.DRIP | Fault.CUT | Fault.NONE:
                keep_alive = request.keep_alive and answer.fault is Fault.NONE
                await self._send(writer, answer, keep_alive=keep_alive, head_only=request.method == "HEAD")
                return keep_alive

    def _write_down(self, arrival: Arrival) -> None:
        written = self._written.get(arrival.lane, 0)
        line = write_arrival(arrival) if written < _MOST_OF_A_LANE else b""
        if line and len(line) <= self._room:
            self._written[arrival.lane] = written + 1
            self._room -= len(line)
            self._log.write(line)
            self._log.flush()

    def _next_answer(self, lane: int) -> PlannedAnswer:
        seen = self._seen.get(lane, 0)
        self._seen[lane] = seen + 1
        answers = self._lanes[lane].answers
        return answers[min(seen, len(answers) - 1)]

    async def _send(self, writer: asyncio.StreamWriter, answer: PlannedAnswer, *, keep_alive: bool, head_only: bool = False) -> None:
        head, body = answer_bytes(answer, keep_alive=keep_alive, head_only=head_only)
        if answer.fault is Fault.DRIP:
            for byte in head + body:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(answer.pause_ms / 1000)
            return
        writer.write(head + (body[: len(body) // 2] if answer.fault is Fault.CUT else body))
        await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the peer sees a reset: lingering for no time drops what is unsent."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
