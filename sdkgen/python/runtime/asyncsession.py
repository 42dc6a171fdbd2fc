"""Calls for one client of an asyncio program: it drives the steps of ``core``; cancelling a call ends it at once, waiting included."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .asynctransport import AsyncPool
from .core import Core, Send
from .mismatch import parsed
from .paging import fitting
from .settings import Settings, checked_timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

    from .answer import Reply
    from .core import Steps
    from .draft import Draft
    from .http1 import Origin
    from .jsontext import JsonValue
    from .operation import Operation
    from .paging import Asked, Pages

T = TypeVar("T")


class AsyncSession:
    """Calls operations for one client, in one event loop."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        self.core: Final = Core(settings, origin, own_servers=own_servers)
        self._pool = AsyncPool(settings.context)
        self._timeout = settings.timeout
        self._replies: list[Reply[Any]] | None = None

    def __repr__(self) -> str:
        return f"AsyncSession({self.core.origin.authority})"

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    def derived(self, *, timeout: float | None = None, replies: list[Reply[Any]] | None = None) -> AsyncSession:
        """A session over the same connections, with another time-out, or that notes its replies."""
        made = object.__new__(AsyncSession)
        made.__dict__.update(self.__dict__)
        made._timeout = self._timeout if timeout is None else checked_timeout(timeout)
        made._replies = replies
        return made

    def call(self, operation: Operation[T], arguments: tuple[Any, ...] = (), body: Any = None) -> Coroutine[Any, Any, T]:
        """Call an operation, as a session that blocks does."""
        if operation.deprecated:
            warnings.warn(f"{operation.id} is deprecated by the exchange", DeprecationWarning, stacklevel=3)
        return self._value(operation, arguments, body)

    async def pages(self, pages: Pages[T]) -> AsyncIterator[T]:
        """The items of all pages, asked for as they are needed."""
        asked: Asked | None = pages.first()
        while asked is not None:
            items, asked = pages.read(await self._reply(pages.operation, *asked))
            for item in items:
                yield item

    async def request(self, draft: Callable[[], Draft], *, signed: bool) -> Reply[JsonValue]:
        """Send what no description knows."""
        return await self._driven(self.core.request(draft, signed=signed, timeout=self._timeout))

    async def told(self, operation_id: str, given: Mapping[str, str]) -> JsonValue:
        """What an operation answers, as JSON; arguments are texts by their places (``query.symbol``)."""
        operation = self.core.settings.operations(operation_id)
        arguments = tuple(fitting(each.codec, given.get(f"{each.location}.{each.wire}")) for each in operation.parameters)
        members = {place.removeprefix("body."): text for place, text in given.items() if place.startswith("body.")}
        body = None if operation.body is None or not members else operation.body.codec.read_({**members})
        return parsed((await self._reply(operation, arguments, body)).body)

    async def sync_clock(self) -> int:
        """Go by the exchange's clock from now on; gives what it is ahead of ours, in milliseconds."""
        return await self._driven(self.core.clock(self._timeout))

    async def _value(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any) -> T:
        return (await self._reply(operation, arguments, body)).value

    async def _reply(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any) -> Reply[T]:
        reply = await self._driven(self.core.call(operation, arguments, body, self._timeout))
        if self._replies is not None:
            self._replies.append(reply)
        return reply

    async def _driven(self, steps: Steps[T]) -> T:
        result: Any = None
        failed: Exception | None = None
        try:
            while True:
                step = steps.send(result) if failed is None else steps.throw(failed)
                result = failed = None
                try:
                    if isinstance(step, Send):
                        result = await self._pool.send(step.request, step.timeout)
                    else:
                        await asyncio.sleep(step.seconds)
                except Exception as error:  # noqa: BLE001  # whatever it is, the steps decide what it means
                    failed = error
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            steps.close()
