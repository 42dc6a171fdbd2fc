"""Who started something, so that a later run can tell what a dead run left behind from what a living one still uses."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


def start_time(pid: int) -> str | None:
    """When the process started, in clock ticks since boot; ``None`` where it does not run (or there is no ``/proc``).

    A process id comes back after a while; a process id with its start time does not.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The command's name stands in brackets and may itself hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _place() -> str:
    """The machine, its boot and its process namespace: where a process id means something."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (PROC / "self/ns/pid").readlink().name
    except OSError:
        return socket.gethostname()
    return f"{boot} {namespace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A process, named so that it can't be mistaken for another."""

    pid: int
    started: str
    place: str

    def text(self) -> str:
        """One line that ``parse`` reads."""
        return f"{self.pid} {self.started} {self.place}"

    def is_gone(self) -> bool:
        """Whether it has certainly ended. Of a process elsewhere we know nothing, so it is not gone."""
        return self.place == _place() and (start_time(self.pid) or "0") != self.started


def this_process() -> Owner:
    """The process that asks."""
    return Owner(pid=os.getpid(), started=start_time(os.getpid()) or "0", place=_place())


def parse(text: str) -> Owner | None:
    """The owner that ``Owner.text`` wrote; ``None`` where the text is none of ours."""
    words = text.split(" ", 2)
    if len(words) != 3 or not words[0].isdigit():  # noqa: PLR2004 - pid, start and place
        return None
    return Owner(pid=int(words[0]), started=words[1], place=words[2])
