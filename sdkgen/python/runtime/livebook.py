"""An order book that is kept from a stream for as long as somebody reads it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from .book import BookKeeper, BookState, Verdict
from .errors import SdkError
from .retry import pause_s

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType
    from typing import Self

    from .channels import BookRule
    from .errors import DecodeError
    from .jsontext import JsonValue
    from .settings import Settings
    from .subscription import Opened, Opener


class LiveBook:
    """Gives each state of the book as it becomes, for ``async for``; a slow reader gets the newest one."""

    def __init__(
        self,
        rule: BookRule,
        words: Mapping[str, str],
        opener: Opener,
        snapshot: Callable[[], Awaitable[JsonValue]] | None,
        settings: Settings,
    ) -> None:
        """Take how the book is kept, what opens its channel, and what asks for a snapshot where none comes in the stream."""
        self._keeper: Final = BookKeeper(rule, words)
        self._opener = opener
        self._snapshot = snapshot
        self._settings = settings
        self._opened: Opened | None = None
        self._changed = asyncio.Event()
        self._synced = asyncio.Event()
        self._ended = False
        self._error: SdkError | None = None
        self._mending: asyncio.Task[None] | None = None
        self._failures = 0
        self._opening = asyncio.Lock()

    @property
    def state(self) -> BookState:
        """The book as it is now."""
        return self._keeper.state()

    async def open(self) -> None:
        """Subscribe; reading does so by itself.

        Raises:
            SdkError: the connection can't be opened, or the exchange refused.
        """
        async with self._opening:
            if self._opened is None and not self._ended:
                try:
                    self._opened = await self._opener(self)
                except SdkError as error:
                    self.end(error)
                    raise
                if not self._keeper.synced:
                    self._mend(renews=False)

    async def close(self) -> None:
        """Unsubscribe; who still reads comes to the end."""
        self.end(None)
        if self._mending is not None:
            await asyncio.wait([self._mending])
        if self._opened is not None:
            opened, self._opened = self._opened, None
            await opened.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BookState:
        if self._opened is None and not self._ended:
            await self.open()
        while not self._changed.is_set() and not self._ended:
            await self._changed.wait()
        if self._ended:
            if self._error is not None:
                raise self._error
            raise StopAsyncIteration
        self._changed.clear()
        return self._keeper.state()

    def take(self, message: JsonValue) -> None:
        """A message of the channel came."""
        verdict = self._keeper.take(message)
        if verdict is Verdict.CHANGED:
            self._show()
        elif verdict is Verdict.BROKEN:
            self._lose(message)

    def spoil(self, error: DecodeError) -> None:
        """Something came that is no message: it may have been a change."""
        del error
        if self._keeper.synced:
            self._lose(None)

    def reconnect(self) -> None:
        """The connection is a new one; its snapshot comes by itself, or is asked for."""
        self._keeper.lose()
        self._keeper.forget()
        self._show()
        self._mend(renews=False)

    def end(self, error: SdkError | None) -> None:
        """Nothing more will come."""
        if not self._ended:
            self._ended, self._error = True, error
            self._changed.set()
            if self._mending is not None:
                self._mending.cancel()

    def _show(self) -> None:
        if self._keeper.synced:
            self._synced.set()
        else:
            self._synced.clear()
        self._changed.set()

    def _lose(self, message: JsonValue) -> None:
        self._failures = 0 if self._keeper.applied else self._failures + 1
        self._keeper.lose()
        if self._snapshot is not None and message is not None:
            # It may come after the snapshot that is asked for now.
            self._keeper.take(message)
        self._show()
        self._mend(renews=True)

    def _mend(self, *, renews: bool) -> None:
        if self._ended:
            return
        if self._mending is not None and not self._mending.done():
            if self._snapshot is not None:
                return
            self._mending.cancel()
        self._mending = asyncio.create_task(self._asked() if self._snapshot is not None else self._renewed(renews=renews))

    async def _asked(self) -> None:
        """Ask for snapshots until one fits the changes that came."""
        while self._snapshot is not None and not self._keeper.synced and not self._ended:
            if self._failures:
                await asyncio.sleep(pause_s(self._failures, self._settings.chance()))
            try:
                answer = await self._snapshot()
            except SdkError:
                self._failures += 1
                continue
            if self._keeper.begin(answer) is Verdict.CHANGED:
                self._show()
                return
            self._failures += 1
            self._keeper.lose()

    async def _renewed(self, *, renews: bool) -> None:
        """Have the stream begin anew; where no snapshot comes, have the connection begin anew."""
        if self._failures:
            await asyncio.sleep(pause_s(self._failures, self._settings.chance()))
        if self._opened is not None and renews:
            await self._opened.line.renew(self._opened.topic)
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._synced.wait()
        except TimeoutError:
            if self._opened is not None:
                self._opened.line.drop("no snapshot of the book came")
