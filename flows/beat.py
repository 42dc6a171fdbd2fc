"""Signs of life: said again and again while something goes on, so that others can tell a worker that is slow from one that died."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reports.errors import ReportError

_LOG = logging.getLogger(__name__)
EVERY_S = 30.0


@contextmanager
def beating(what: str, give: Callable[[], object], *, every_s: float = EVERY_S) -> Iterator[None]:
    """Call ``give`` every so often, in a thread, while the context is open.

    A database that is busy for a moment must not end the beating: what is alive would pass for dead.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every_s):
            try:
                give()
            except ReportError as error:
                _LOG.warning("%s: no sign of life could be given, trying again: %s", what, error)

    thread = threading.Thread(target=beat, name=f"heartbeat {what}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
