"""The streams' sockets: each client's messages in, and what it is told out, with heartbeats between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.websockets import WebSocket, WebSocketDisconnect

from certification.sandboxes.reference.engine.order import Event
from certification.sandboxes.reference.venue import Venue
from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.budget import Budgets, Payer
from certification.sandboxes.reference.web.stream_session import Message, StreamProtocol, StreamSession

HEARTBEAT_S = 5.0
MAX_WAITING = 1000
"""Messages that may wait for a client."""
TRY_AGAIN_LATER = 1013
"""The close code for a client that does not keep up (IANA's registry of WebSocket close codes)."""
UNSUPPORTED_DATA = 1003
_TICK_S = 0.1
"""How late a client hears of what happens by time alone, at most."""
"""The close code for binary messages (RFC 6455, section 7.4.1)."""


class Outbox:
    """What waits to be sent to one client."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Message | None] = asyncio.Queue()
        self.overflowed = False

    def put(self, messages: Iterable[Message]) -> None:
        """Let messages wait, in order; where too many do, the rest is dropped and the client is to be sent away."""
        for message in messages:
            if self._waiting.qsize() >= MAX_WAITING:
                self.overflowed = True
                return
            self._waiting.put_nowait(message)

    async def next(self, timeout_s: float) -> Message | None:
        """The next message; ``None`` where none came in time."""
        try:
            return await asyncio.wait_for(self._waiting.get(), timeout_s)
        except TimeoutError:
            return None


class Streams:
    """All clients of the streams."""

    def __init__(self, venue: Venue, protocol: StreamProtocol, budgets: Budgets, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._venue = venue
        self._protocol = protocol
        self._budgets = budgets
        self._heartbeat_s = heartbeat_s
        self._clients: dict[StreamSession, Outbox] = {}
        venue.listen(self._tell)

    async def serve(self, socket: WebSocket) -> None:
        """Speak with one client until one side ends it."""
        await socket.accept()
        session, outbox = StreamSession(self._protocol), Outbox()
        self._clients[session] = outbox
        sending = asyncio.create_task(self._send(socket, outbox))
        receiving = asyncio.create_task(self._receive(socket, session, outbox))
        ticking = asyncio.create_task(self._tick())
        try:
            await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._clients[session]
            for task in (sending, receiving, ticking):
                task.cancel()
            await asyncio.gather(sending, receiving, ticking, return_exceptions=True)

    async def _tick(self) -> None:
        """Let time pass for a client that only listens: what is due happens although nobody calls."""
        while True:
            await asyncio.sleep(_TICK_S)
            self._venue.pass_time(self._venue.now())

    def _tell(self, event: Event) -> None:
        for session, outbox in self._clients.items():
            outbox.put(session.tell(event))

    async def _receive(self, socket: WebSocket, session: StreamSession, outbox: Outbox) -> None:
        client = socket.client.host if socket.client else ""
        while True:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            if received.get("text") is None:
                await socket.close(UNSUPPORTED_DATA)
                return
            now = self._venue.now()
            if self._budgets.spend(Payer.ADDRESS, client, now).exceeded:
                message = "the budget of messages is spent; wait ten seconds"
                outbox.put(({"type": "error", "id": None, "code": "RATE_LIMITED", "message": message},))
            else:
                outbox.put(session.ask(received["text"], now))

    async def _send(self, socket: WebSocket, outbox: Outbox) -> None:
        try:
            while not outbox.overflowed:
                message = await outbox.next(self._heartbeat_s)
                document = message or {"type": "heartbeat", "time": self._venue.now()}
                await socket.send_text(codec.write(document).decode("ascii"))
            await socket.close(TRY_AGAIN_LATER)
        except (WebSocketDisconnect, RuntimeError):
            return  # the client is gone; starlette says so in either way
