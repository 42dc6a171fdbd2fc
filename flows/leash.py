"""Ends what a run started outside any runner, Prefect's own server above all, when the run is killed and can't do so itself.

A small process waits on a pipe that only the run holds open. When the run dies, the pipe ends, and whatever carries the run's mark in
its environment is told to end. A run that ends by itself says so first: then its own clean-up is trusted.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "CERTIFY_LEASH"
"""The environment variable that says of a process which run it must not outlive."""
_PROCESSES = Path("/proc")
_GRACE_S = 8.0


@contextmanager
def leashed() -> Iterator[None]:
    """Mark every process that is started while the context is open, but for those that get an environment of their own.

    Works where ``/proc`` tells of other processes' environments; elsewhere such a process ends only with a run that ends by itself.
    """
    if not _PROCESSES.is_dir():
        yield
        return
    token = secrets.token_hex(16)
    command = (sys.executable, "-m", "flows.leash", token)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True) as holder:
        os.environ[MARK] = token
        try:
            yield
        finally:
            del os.environ[MARK]
            with suppress(BrokenPipeError):
                holder.communicate(b"done")


def marked(token: str) -> tuple[int, ...]:
    """The processes that carry the mark."""
    wanted = f"{MARK}={token}".encode()
    return tuple(int(process.name) for process in _PROCESSES.glob("[0-9]*") if wanted in _environment(process).split(b"\0"))


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def _end(token: str) -> None:
    """Ask, then make."""
    deadline = time.monotonic() + _GRACE_S
    number = signal.SIGTERM
    while left := marked(token):
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, number)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        time.sleep(0.2)


def main(token: str) -> int:
    """Wait for the run to say that it is done, or to die."""
    if not sys.stdin.buffer.read():
        _end(token)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
