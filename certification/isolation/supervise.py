"""The process between us and a job: it ends the job and all its descendants when we ask, when we die, or when they use too much.

Run as a program of its own, with the standard library only: ``python -I -S supervise.py LIFELINE MEMORY PIDS CPU_SECONDS COMMAND…``.
``LIFELINE`` is the descriptor of a pipe whose other end only our process holds: its end of file means "stop", also after ``kill -9``
(unlike PR_SET_PDEATHSIG alone, which fires when the starting *thread* ends).
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_TICK_S = 0.2
_CANNOT_START = 127
_LARGEST_FILE = 8 * 1024**3


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def descendants(top: int) -> dict[int, int]:
    """Every living descendant's process id and resident memory in bytes, whatever group or session it moved to."""
    children: dict[int, list[int]] = {}
    memory: dict[int, int] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():  # noqa: PTH112, PTH208 - pathlib costs this program its start
        if not name.isdigit():
            continue
        with suppress(OSError, IndexError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                fields = file.read().rpartition(")")[2].split()
            if fields[0] != "Z":
                children.setdefault(int(fields[1]), []).append(int(name))
                memory[int(name)] = int(fields[21]) * resource.getpagesize()
    found: dict[int, int] = {}
    waiting = [top]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found[child] = memory[child]
            waiting.append(child)
    return found


def _limit(memory: int, cpu_seconds: int) -> None:
    """Per process. RLIMIT_DATA and not RLIMIT_AS: Go and Node reserve far more addresses than they ever use."""
    for kind, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))


def _become(command: list[str], memory: int, cpu_seconds: int, parent: int) -> None:
    """In the child: never returns."""
    try:
        os.setpgid(0, 0)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(_CANNOT_START)
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(kind, signal.SIG_DFL)
        _limit(memory, cpu_seconds)
        os.execvp(command[0], command)  # noqa: S606 - the job's own command, no shell
    except OSError as error:
        os.write(2, f"{command[0]}: can't be started: {error.strerror}\n".encode())
    finally:
        os._exit(_CANNOT_START)


def _reap() -> dict[int, int]:
    """The ended children's wait statuses."""
    ended: dict[int, int] = {}
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended[pid] = status
    return ended


def end_all() -> None:
    """Kill until nothing is left: orphans come to us, because we are the reaper of our descendants."""
    while found := descendants(os.getpid()):
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        select.select([], [], [], 0.005)
    _reap()


def _excess(memory: int, pids: int) -> str:
    """What the job uses too much of; empty where nothing."""
    found = descendants(os.getpid())
    if len(found) > pids:
        return f"more than {pids} processes"
    used = sum(found.values())
    return f"{used // 1024**2} MiB of memory, more than the {memory // 1024**2} it may" if used > memory else ""


def _watch(child: int, lifeline: int, wake: int, memory: int, pids: int) -> int:
    """The job's exit code, once it ended or had to be ended."""
    while True:
        ended = _reap()
        if child in ended:
            code = os.waitstatus_to_exitcode(ended[child])
            return code if code >= 0 else 128 - code
        ready, _, _ = select.select([lifeline, wake], [], [], _TICK_S)
        if lifeline in ready:
            return 128 + signal.SIGKILL
        if wake in ready:
            os.read(wake, 512)
        if excess := _excess(memory, pids):
            os.write(2, f"ended: it used {excess}\n".encode())
            return 128 + signal.SIGKILL


def main(arguments: list[str]) -> int:
    """Start the command, wait for its end or for the reason to end it, and leave nothing of it."""
    lifeline, memory, pids, cpu_seconds = (int(argument) for argument in arguments[:4])
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    wake, ring = os.pipe()
    os.set_blocking(ring, False)
    signal.set_wakeup_fd(ring)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    us = os.getpid()
    child = os.fork()
    if child == 0:
        _become(arguments[4:], memory, cpu_seconds, us)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    code = _watch(child, lifeline, wake, memory, pids)
    end_all()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
