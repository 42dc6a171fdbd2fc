"""An SDK with streams, as its harness program would speak for it, in a few lines over a WebSocket library; with faults to switch on."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from certification.isolation.runner import Endpoint
from certification.sandboxes.mock.feed import Feed
from certification.sandboxes.mock.feed_plan import read_feed


@contextmanager
def feed_server(folder: Path) -> Iterator[Endpoint]:
    """The mock exchange's stream, in a thread of this process."""
    loop = asyncio.new_event_loop()
    with (folder / "log.jsonl").open("ab") as log:
        feed = Feed(read_feed((folder / "plan.json").read_bytes()), log)
        server = loop.run_until_complete(feed.serve("127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield Endpoint(url=(url := f"http://127.0.0.1:{port}"), host_url=url)
        finally:
            asyncio.run_coroutine_threadsafe(_stop(server), loop).result(timeout=10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class ListeningSdk:
    """Faults are words for what it does otherwise than a careful SDK; tests name them."""

    def __init__(self, *faults: str, awaited: tuple[int, ...]) -> None:
        """Switch faults on, and say how many items come of each stream: no more are waited for."""
        self.faults = frozenset(faults)
        self.awaited = list(awaited)
        self.left_over = 0
        self.url = ""
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.threads: list[threading.Thread] = []
        self.connections: list[Connection] = []
        self.left, self.broken, self.connected = threading.Event(), threading.Event(), threading.Event()

    def speak(self, questions: bytes) -> bytes:
        """Answers to the documents of a program's input."""
        return b"".join(
            json.dumps({"id": each["id"], **self._answer(each)}).encode() + b"\n" for each in map(json.loads, questions.splitlines())
        )

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        match asked:
            case {"configure": settings}:
                self.url, self.heard, self.left = settings["stream_url"], queue.Queue(), threading.Event()
                self.left_over, self.connected = self.awaited.pop(0), threading.Event()
                return {"configured": {}}
            case {"subscribe": {"arguments": arguments}}:
                return self._subscribe(arguments["streamName"])
            case {"hear": {"count": count}}:
                return {"heard": {"messages": self._hear(count)}}
            case _:
                if "stays away" in self.faults and self.awaited:
                    self.broken.wait(timeout=20)  # nothing is told of it that could be waited for
                self.left.set()
                for connection in self.connections:
                    connection.close()
                for thread in self.threads:
                    thread.join()
                self.connections, self.threads = [], []
                return {"unsubscribed": {}}

    def _subscribe(self, name: str) -> dict[str, Any]:
        if "refuses" in self.faults:
            return {"refused": {"message": "no such channel"}}
        if "fails" in self.faults:
            return {"raised": {"kind": "transport", "message": "no route"}}
        self.threads.append(threading.Thread(target=self._listen, args=(name, self.left)))
        self.threads[-1].start()
        self.connected.wait(timeout=20)
        return {"subscribed": {"stream": 1}}

    def _listen(self, name: str, left: threading.Event) -> None:
        again = False
        while not left.is_set():
            try:
                with connect(f"{self.url}/ws/{name}" if "by address" in self.faults else f"{self.url}/ws", compression=None) as connection:
                    self.connections.append(connection)
                    if left.is_set():  # whoever leaves may have looked at the connections just before this one was there
                        return
                    self.connected.set()
                    if again:
                        self._tell("Reconnected", None)
                    if not ({"never subscribes", "by address"} & self.faults or (again and "forgets" in self.faults)):
                        connection.send(json.dumps({"method": "SUBSCRIBE", "params": [name], "id": 7}))
                    if not self._read(connection):
                        left.wait()
            except ConnectionClosed:
                again = True
                self.broken.set()
            if "stays away" in self.faults:
                return
            if "says the end" in self.faults:
                self._tell("Ended", None)
                return

    def _read(self, connection: Connection) -> bool:
        """Whether the connection is still listened to, when it ends; raises where it breaks."""
        while True:
            text = connection.recv()
            try:
                value = json.loads(text, parse_float=float if "floats" in self.faults else str)
            except ValueError:
                if "dies of damage" in self.faults:
                    return False
                self._tell(*(("Message", text) if "gives damage" in self.faults else ("DecodeError", {"path": "$"})))
                continue
            if "result" not in value:
                for _ in range(2 if "twice" in self.faults else 1):
                    self._tell("Message", value)

    def _tell(self, kind: str, value: object) -> None:
        if kind not in {"DecodeError", "Reconnected"} or "told nothing" not in self.faults:
            self.heard.put({"type": kind, "value": value})

    def _hear(self, count: int) -> list[dict[str, Any]]:
        items = [self.heard.get(timeout=20) for _ in range(min(count, self.left_over))]
        self.left_over -= len(items)
        return items
