"""A container engine that goes away: a door in front of the real one, shut for good when a job of some name is about to be made."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

REAL = "/var/run/docker.sock"
_CHUNK = 65536
_CREATING = b"POST /"
_MARK = b"/containers/create"


class DyingEngine:
    """Passes every byte on, until a container whose name ends in ``-<job>`` is asked for; then nobody answers any more."""

    def __init__(self, place: Path, job: str) -> None:
        """Listen at ``place``."""
        self._ends_in = f"-{job}".encode()
        self._place = place
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door.bind(str(place))
        self._door.listen(64)
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.died = threading.Event()

    @property
    def address(self) -> str:
        """What ``DOCKER_HOST`` names."""
        return f"unix://{self._place}"

    def serve(self) -> None:
        """Take connections until it dies."""
        while not self.died.is_set():
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            real = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            real.connect(REAL)
            self._pairs.append((client, real))
            threading.Thread(target=self._pass_on, args=(client, real), daemon=True).start()

    def die(self) -> None:
        """Shut the door, and cut every connection."""
        self.died.set()
        self._place.unlink(missing_ok=True)
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for each in (end for pair in self._pairs for end in pair):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, client: socket.socket, real: socket.socket) -> None:
        with client, real, suppress(OSError):
            while True:
                ready, _, _ = select.select([client, real], [], [])
                for source, target in ((client, real), (real, client)):
                    if source not in ready:
                        continue
                    content = source.recv(_CHUNK)
                    if source is client and self._is_the_job(content):
                        self.die()
                    if not content or self.died.is_set():
                        return
                    target.sendall(content)

    def _is_the_job(self, content: bytes) -> bool:
        first = content.partition(b"\r\n")[0].partition(b" HTTP/")[0]
        return first.startswith(_CREATING) and _MARK in first and first.endswith(self._ends_in)


@contextmanager
def dying_engine(folder: Path, job: str) -> Iterator[DyingEngine]:
    """An engine that dies when a job of that name is to be made; it lives in ``folder``."""
    engine = DyingEngine(folder / "engine.sock", job)
    thread = threading.Thread(target=engine.serve, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        engine.die()
        thread.join()
