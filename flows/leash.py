"""Ends what a run left behind when it is killed and can't do so itself: processes, containers, temporary folders.

A small process waits on a pipe that only the run holds open. When the run dies, the pipe ends, and whatever carries the run's mark in
its environment is told to end, Prefect's own server above all; then containers and files go. A run that ends by itself says so first:
then its own clean-up is trusted.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from certification.isolation import owner, staging

MARK = "CERTIFY_LEASH"
"""The environment variable that says of a process which run it must not outlive."""
_PROCESSES = Path("/proc")
_GRACE_S = 8.0
_LATE_S = 2.0
"""How long after the run an engine may still be making a container that the run had asked for."""


@contextmanager
def leashed() -> Iterator[None]:
    """Mark every process that is started while the context is open, but for those that get an environment of their own.

    Temporary files get a folder of their own, so that a dead run's can be told from others'. Works where ``/proc`` tells of other
    processes' environments; elsewhere such a process ends only with a run that ends by itself.
    """
    if not _PROCESSES.is_dir():
        yield
        return
    token = secrets.token_hex(16)
    known = os.environ.get("TMPDIR"), tempfile.tempdir
    folder = tempfile.mkdtemp(prefix="certify-run-")
    command = (sys.executable, "-m", "flows.leash", token, owner.this_process().text(), folder)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True) as holder:
        _settle(folder, folder)
        os.environ[MARK] = token
        try:
            yield
        finally:
            del os.environ[MARK]
            _settle(*known)
            staging.remove(Path(folder))
            with suppress(BrokenPipeError):
                holder.communicate(b"done")


def _settle(variable: str | None, tempdir: str | None) -> None:
    """Where temporary files go: those of programs that we start, and our own."""
    if variable is None:
        os.environ.pop("TMPDIR", None)
    else:
        os.environ["TMPDIR"] = variable
    tempfile.tempdir = tempdir


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


def _empty_engine() -> None:
    """Remove what dead runs left in the container engine, if there is one; and once more, for what was still being made."""
    from certification.errors import IsolationError  # noqa: PLC0415 - only a run that was killed needs an engine here
    from certification.isolation import engine  # noqa: PLC0415

    with suppress(IsolationError):
        client = engine.connect()
        try:
            engine.sweep(client)
            time.sleep(_LATE_S)
            engine.sweep(client)
        finally:
            client.close()


def main(token: str, run: str, folder: str, empty_engine: Callable[[], None] = _empty_engine, patience_s: float = _GRACE_S) -> int:
    """Wait for the run to say that it is done, or to die.

    Args:
        token: what its processes are marked with.
        run: its own process, as ``certification.isolation.owner`` writes it.
        folder: its temporary files.
        empty_engine: removes what it left in the container engine.
        patience_s: how long the run may take to be gone after its pipe ended.
    """
    if sys.stdin.buffer.read():
        return 0
    _end(token)
    dead = owner.parse(run)
    deadline = time.monotonic() + patience_s
    # Its pipe ends a moment before it does, and nothing of a living run is touched.
    while dead is not None and not dead.is_gone() and time.monotonic() < deadline:
        time.sleep(0.1)
    empty_engine()
    staging.remove(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3]))
