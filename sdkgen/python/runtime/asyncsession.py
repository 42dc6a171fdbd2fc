"""Calls for one client of an asyncio program: it drives the steps of ``core``; cancelling a call ends it at once, waiting included."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from .asynctransport import AsyncPool
from .core import Pause, Send
from .mismatch import parsed
from .paging import fitting
from .sessionbase import BaseSession, warn_of
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping

    from .answer import Reply
    from .core import Plan, Steps
    from .draft import Draft
    from .http1 import Origin
    from .jsontext import JsonValue
    from .operation import Operation
    from .paging import Asked, Pages

T = TypeVar("T")


class AsyncSession(BaseSession):
    """Calls operations for one client, in one event loop."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        super().__init__(settings, origin, own_servers=own_servers)
        self._pool = AsyncPool(settings.context)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    def call(self, operation: Operation[T], arguments: tuple[Any, ...] = (), body: Any = None) -> Coroutine[Any, Any, T]:
        """Call an operation, as a session that blocks does."""
        warn_of(operation)
        return self._value(operation, arguments, body)

    async def pages(self, pages: Pages[T]) -> AsyncIterator[T]:
        """The items of all pages, asked for as they are needed."""
        asked: Asked | None = pages.first()
        while asked is not None:
            items, asked = pages.read(await self._driven(self._steps(pages.operation, *asked)))
            for item in items:
                yield item

    async def request(self, draft: Callable[[], Draft], *, signed: bool) -> Reply[JsonValue]:
        """Send what no description knows."""
        return await self._driven(self._raw_steps(draft, signed=signed))

    async def told(self, operation_id: str, given: Mapping[str, str]) -> JsonValue:
        """What an operation answers, as JSON; arguments are texts by their places (``query.symbol``)."""
        operation = self.core.settings.operations(operation_id)
        arguments = tuple(fitting(each.codec, given.get(f"{each.location}.{each.wire}")) for each in operation.parameters)
        members = {place.removeprefix("body."): text for place, text in given.items() if place.startswith("body.")}
        body = None if operation.body is None or not members else operation.body.codec.read_({**members})
        return parsed((await self._driven(self._steps(operation, arguments, body))).body)

    async def asked(self, plan: Plan[T], say: Callable[[], Awaitable[Any]]) -> T:
        """Drive a request over a stream; ``say`` says its message once and gives the reply."""
        return await self._driven(self.core.asked(plan), say)

    async def sync_clock(self) -> int:
        """Go by the exchange's clock from now on; gives what it is ahead of ours, in milliseconds."""
        return await self._driven(self._clock_steps())

    async def _value(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any) -> T:
        return (await self._driven(self._steps(operation, arguments, body))).value

    async def _driven(self, steps: Steps[T], say: Callable[[], Awaitable[Any]] | None = None) -> T:
        result: Any = None
        failed: Exception | None = None
        try:
            while True:
                step = steps.send(result) if failed is None else steps.throw(failed)
                result = failed = None
                try:
                    if isinstance(step, Pause):
                        await asyncio.sleep(step.seconds)
                    elif isinstance(step, Send):
                        result = await self._pool.send(step.request, step.timeout)
                    elif say is not None:
                        result = await say()
                except Exception as error:  # noqa: BLE001  # whatever it is, the steps decide what it means
                    failed = error
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            steps.close()
