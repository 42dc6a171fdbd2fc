"""Calls for one client that blocks: it drives the steps of ``core`` over connections that threads share."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .core import Core, Send
from .settings import Settings, checked_timeout, system_clock
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


class Session:
    """Calls operations for one client. Any number of threads may share it."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        self.core: Final = Core(settings, origin, own_servers=own_servers)
        self._pool = Pool(settings.context)
        self._timeout = settings.timeout
        self._replies: list[Reply[Any]] | None = None

    def __repr__(self) -> str:
        return f"Session({self.core.origin.authority})"

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def derived(self, *, timeout: float | None = None, replies: list[Reply[Any]] | None = None) -> Session:
        """A session over the same connections, with another time-out, or that notes its replies."""
        made = object.__new__(Session)
        made.__dict__.update(self.__dict__)
        made._timeout = self._timeout if timeout is None else checked_timeout(timeout)
        made._replies = replies
        return made

    def call(self, operation: Operation[T], arguments: tuple[Any, ...] = (), body: Any = None) -> T:
        """Call an operation; arguments stand in the order of its parameters, ``None`` is not sent.

        Raises:
            ConfigurationError: nothing was sent; an argument or the credentials are missing or wrong.
            DeadlineError: no whole answer came in time.
            TransportError: no whole answer came.
            DecodeError: the answer does not fit its type.
            ApiError: the exchange answered, and not with success; or the client's own rate limits have no room.
        """
        if operation.deprecated:
            warnings.warn(f"{operation.id} is deprecated by the exchange", DeprecationWarning, stacklevel=3)
        return self._reply(operation, arguments, body).value

    def pages(self, pages: Pages[T]) -> Iterator[T]:
        """The items of all pages, asked for as they are needed."""
        asked: Asked | None = pages.first()
        while asked is not None:
            items, asked = pages.read(self._reply(pages.operation, *asked))
            yield from items

    def request(self, draft: Callable[[], Draft], *, signed: bool) -> Reply[JsonValue]:
        """Send what no description knows."""
        return self._driven(self.core.request(draft, signed=signed, timeout=self._timeout))

    def sync_clock(self) -> int:
        """Go by the exchange's clock from now on; gives what it is ahead of ours, in milliseconds."""
        return self._driven(self.core.clock(self._timeout))

    def _reply(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any) -> Reply[T]:
        reply = self._driven(self.core.call(operation, arguments, body, self._timeout))
        if self._replies is not None:
            self._replies.append(reply)
        return reply

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
                    else:
                        time.sleep(step.seconds)
                except Exception as error:  # noqa: BLE001  # whatever it is, the steps decide what it means
                    failed = error
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            steps.close()
