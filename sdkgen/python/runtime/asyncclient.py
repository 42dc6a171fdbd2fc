"""What asynchronous clients of every exchange are made of; a package adds its groups of operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .asyncsession import AsyncSession
from .client import BaseClient, last_of
from .http1 import place_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType
    from typing import Self

    from .answer import Reply
    from .client import Query
    from .jsontext import JsonValue
    from .settings import Settings

T = TypeVar("T")


class AsyncioClient(BaseClient[AsyncSession]):
    """Calls the exchange from asyncio. Any number of tasks of one event loop may share one; its connections are kept until ``close``."""

    def _opened(self, settings: Settings, *, own_servers: bool) -> AsyncSession:
        self._opened_streams: list[Any] = []
        return AsyncSession(settings, place_of(settings.base_url), own_servers=own_servers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """End all subscriptions and close the connections."""
        for streams in self._opened_streams:
            await streams.end_all()
        await self._session.close()

    def _streaming(self, kind: Callable[[AsyncSession, str | None], T]) -> T:
        """The streams of this client, made when they are first asked for."""
        if not self._opened_streams:
            self._opened_streams.append(kind(self._session, self._stream_url))
        streams: T = self._opened_streams[0]
        return streams

    async def sync_clock(self) -> int:
        """Ask for the exchange's time and sign with it from now on; gives what it is ahead of the local clock, in milliseconds.

        The client does so by itself where the exchange refuses a timestamp.
        """
        return await self._session.sync_clock()

    async def raw(self, call: Callable[[Self], Awaitable[T]]) -> Reply[T]:
        """Make one call and get its status, headers and bytes as well: ``await client.raw(lambda it: it.group.method(...))``.

        Raises:
            ValueError: ``call`` made no call.
        """
        noting, replies = self._noting()
        await call(noting)
        return last_of(replies)

    async def request(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: JsonValue = None,
        *,
        signed: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Reply[JsonValue]:
        """Send what no description knows, signed, limited and retried as any call.

        Args:
            method: such as ``GET``.
            path: behind the base URL, percent-encoded.
            query: names and values.
            body: sent as JSON; ``None`` sends none.
            signed: whether to sign it.
            headers: sent with this call alone.
        """
        return await self._session.request(self._draft(method, path, query, body, headers), signed=signed)
