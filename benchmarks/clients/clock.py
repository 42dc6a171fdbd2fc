"""Times one client's calls: what every Python client here runs through."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable


def timed(book: Callable[[], object], signed: Callable[[], object] | None) -> None:
    """Print the least time of a call, in seconds by the clock and of the processor, of five rounds each."""
    calls = int(sys.argv[2])
    told = {"book": _best(book, calls)}
    if signed is not None:
        told["signed"] = _best(signed, calls * 3)
    print(json.dumps(told))


def _best(call: Callable[[], object], calls: int) -> dict[str, float]:
    for _ in range(max(calls // 10, 3)):
        call()
    rounds = []
    for _ in range(5):
        wall, processor = time.perf_counter(), time.process_time()
        for _ in range(calls):
            call()
        rounds.append(((time.perf_counter() - wall) / calls, (time.process_time() - processor) / calls))
    return {"wall_s": min(wall for wall, _ in rounds), "cpu_s": min(processor for _, processor in rounds)}
