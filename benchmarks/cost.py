"""What one command costs from a cold process: time by the clock, processor time, and the most memory of its whole process tree."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from certification.isolation.supervise import descendants

_EVERY_S = 0.05
_SHOWN = 400


class BenchmarkError(Exception):
    """A benchmark could not do its work; it is skipped with this reason. One line: what, where, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took."""

    wall_s: float
    cpu_s: float
    """Of the command and all that it waited for."""
    peak_bytes: int
    """Resident, summed over its processes, looked at every 50 ms; at least what the kernel says of the largest of them."""
    printed: str


def measure(argv: tuple[str, ...], *, folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Raises:
        BenchmarkError: it failed; the message holds its last words.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.end()
        output.seek(0)
        printed = output.read().decode(errors="replace")
    if process.returncode != 0:
        raise BenchmarkError(f"{argv[0]} ended with {process.returncode}: {printed.strip()[-_SHOWN:]}")
    return Cost(
        wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_bytes=max(watch.peak, _largest(usage.ru_maxrss)), printed=printed
    )


def _largest(kilobytes: int) -> int:
    """The kernel's own peak; nothing where it may be ours, which a new process inherits until it has grown beyond it."""
    own = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])
    return kilobytes * 1024 if kilobytes > own else 0


class _Watch:
    """Looks at the memory of a process and its descendants until told to end."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        own = os.getpid()
        while not self._ended.wait(_EVERY_S):
            # Ours are the measured ones: a benchmark runs one command at a time.
            self.peak = max(self.peak, sum(descendants(own).values()))
