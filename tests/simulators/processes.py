"""Which processes of this machine know of a folder: what a command under test must not leave behind."""

from __future__ import annotations

import threading
from pathlib import Path


def knowing(folder: Path) -> list[str]:
    """Living processes with the folder in their environment, with their command lines."""
    return [f"{process.name} {line}" for process in Path("/proc").glob("[0-9]*") if (line := _command(process, str(folder).encode()))]


def all_ended(folder: Path, *, within_s: float = 30) -> bool:
    """Whether none is left, soon."""
    waiting = threading.Event()
    for _ in range(int(within_s * 10)):
        if not knowing(folder):
            return True
        waiting.wait(0.1)
    return False


def _command(process: Path, wanted: bytes) -> str:
    try:
        known = wanted in (process / "environ").read_bytes()
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode() if known else ""
    except OSError:
        return ""
