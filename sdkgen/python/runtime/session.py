"""Calls for one client that blocks: it drives the steps of ``core`` over connections that threads share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from .core import Pause, Send
from .sessionbase import BaseSession, warn_of
from .settings import Settings, system_clock
from .transport import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .answer import Reply
    from .core import Steps
    from .draft import Draft
    from .http1 import Origin
    from .jsontext import JsonValue
    from .operation import Operation
    from .paging import Asked, Pages

T = TypeVar("T")

__all__ = ["Session", "Settings", "system_clock"]


class Session(BaseSession):
    """Calls operations for one client. Any number of threads may share it."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        super().__init__(settings, origin, own_servers=own_servers)
        self._pool = Pool(settings.context)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def call(self, operation: Operation[T], arguments: tuple[Any, ...] = (), body: Any = None) -> T:
        """Call an operation; arguments stand in the order of its parameters, ``None`` is not sent.

        Raises:
            ConfigurationError: nothing was sent; an argument or the credentials are missing or wrong.
            DeadlineError: no whole answer came in time.
            TransportError: no whole answer came.
            DecodeError: the answer does not fit its type.
            ApiError: the exchange answered, and not with success; or the client's own rate limits have no room.
        """
        warn_of(operation)
        return self._driven(self._steps(operation, arguments, body)).value

    def pages(self, pages: Pages[T]) -> Iterator[T]:
        """The items of all pages, asked for as they are needed."""
        asked: Asked | None = pages.first()
        while asked is not None:
            items, asked = pages.read(self._driven(self._steps(pages.operation, *asked)))
            yield from items

    def request(self, draft: Callable[[], Draft], *, signed: bool) -> Reply[JsonValue]:
        """Send what no description knows."""
        return self._driven(self._raw_steps(draft, signed=signed))

    def sync_clock(self) -> int:
        """Go by the exchange's clock from now on; gives what it is ahead of ours, in milliseconds."""
        return self._driven(self._clock_steps())

    def _driven(self, steps: Steps[T]) -> T:
        result: Any = None
        failed: Exception | None = None
        try:
            while True:
                step = steps.send(result) if failed is None else steps.throw(failed)
                result = failed = None
                try:
                    if isinstance(step, Send):
                        result = self._pool.send(step.request, step.timeout)
                    elif isinstance(step, Pause):
                        time.sleep(step.seconds)
                except Exception as error:  # noqa: BLE001  # whatever it is, the steps decide what it means
                    failed = error
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            steps.close()
