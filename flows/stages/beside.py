"""Independent pieces of work done beside each other: as many processes as there are cores, and none where that can't be."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence


def beside_each_other(works: Sequence[Callable[[], str]]) -> list[str]:
    """What each piece of work says, in their order.

    A piece that fails in a process of its own is done again in this one, which raises what it raises.
    """
    own = max(1, len(works) - _spare_cores())
    children = [_begin(work) for work in works[: len(works) - own]]
    mine = [work() for work in works[len(works) - own :]]
    theirs = [_end(child) for child in children]
    return [said if said is not None else work() for said, work in zip(theirs, works, strict=False)] + mine


def _spare_cores() -> int:
    """How many processes may work beside this one. Forking one with threads is not safe."""
    if sys.platform == "win32" or threading.active_count() > 1:
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores - 1


def _begin(work: Callable[[], str]) -> tuple[int, int]:
    """Start a piece of work in a copy of this process: its id, and where it says how it went."""
    receiving, sending = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        return process, receiving
    code = 1
    try:
        os.close(receiving)
        os.write(sending, work().encode())
        code = 0
    finally:
        # Neither this copy's unwritten output nor its handlers at exit are its own.
        os._exit(code)


def _end(child: tuple[int, int]) -> str | None:
    """What a child said; ``None`` where it failed."""
    process, receiving = child
    with os.fdopen(receiving, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(process, 0)
    return said.decode() if status == 0 else None
