"""What a listener holds: a bounded queue of messages, with marks where continuity is broken."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from .channels import kind_among, read
from .errors import ConfigurationError, DecodeError, SdkError, TransportError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType
    from typing import Self

    from .channels import ChannelRule, MessageKind
    from .jsontext import JsonValue
    from .line import Line
    from .topic import Topic

T = TypeVar("T")

POLICIES: Final = ("drop_oldest", "fail")


class Reconnected:
    """The connection was made anew: what happened meanwhile was not heard."""

    def __repr__(self) -> str:
        return "Reconnected()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reconnected)

    def __hash__(self) -> int:
        return hash(Reconnected)


class Dropped:
    """The reader was too slow: ``count`` of the oldest messages are gone."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        """Take how many."""
        self.count: Final = count

    def __repr__(self) -> str:
        return f"Dropped(count={self.count})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dropped) and other.count == self.count

    def __hash__(self) -> int:
        return hash((Dropped, self.count))


class UnknownMessage(NamedTuple):
    """A message of a kind that nobody described."""

    value: JsonValue


class Heard(NamedTuple, Generic[T]):
    """A message with the name of its kind."""

    kind: str
    value: T | UnknownMessage | Reconnected | Dropped | DecodeError
    source: MessageKind | None
    """What read it; ``None`` for a mark, and for what could not be read."""


class Listener(Protocol):
    """Who hears what comes over a topic."""

    def take(self, message: JsonValue) -> None:
        """A message came."""
        ...

    def spoil(self, error: DecodeError) -> None:
        """Something came that is no message at all."""
        ...

    def reconnect(self) -> None:
        """The connection is a new one."""
        ...

    def end(self, error: SdkError | None) -> None:
        """Nothing more will come."""
        ...


class Opened(NamedTuple):
    """A subscription at the exchange that somebody listens to."""

    line: Line
    topic: Topic
    close: Callable[[], Awaitable[None]]
    """Stop listening; who listens last unsubscribes."""


Opener: TypeAlias = "Callable[[Listener], Awaitable[Opened]]"
_RECONNECTED: Final = Reconnected()


class Subscription(Generic[T]):
    """The messages of one channel, for ``async for``; ``T`` is what the description says of them.

    A message that does not fit its type comes as a ``DecodeError`` among the others: it is given, not raised, so that reading goes on.
    """

    def __init__(self, channel: ChannelRule, opener: Opener, *, capacity: int, overflow: str) -> None:
        """Take the channel, what opens it, how many messages are held, and what happens beyond that."""
        if capacity < 1 or overflow not in POLICIES:
            message = f"capacity: give 1 or more; overflow: one of {', '.join(POLICIES)}"
            raise ConfigurationError(message)
        self._channel = channel
        self._opener = opener
        self._opened: Opened | None = None
        self._capacity = capacity
        self._fails = overflow == "fail"
        self._items: deque[tuple[MessageKind | None, Any]] = deque()
        self._dropped = 0
        self._broken = False
        """Whether a mark of a reconnection was among what was dropped."""
        self._waiting: asyncio.Future[None] | None = None
        self._ended = False
        self._error: SdkError | None = None
        self._opening = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Subscription({self._channel.id})"

    async def open(self) -> None:
        """Subscribe, and wait until the exchange confirms it; reading does so by itself.

        Raises:
            ConfigurationError: credentials or arguments are missing or wrong.
            TransportError: the connection could not be opened.
            ApiError: the exchange refused the login or the subscription.
        """
        async with self._opening:
            if self._opened is None and not self._ended:
                try:
                    self._opened = await self._opener(self)
                except SdkError as error:
                    self.end(error)
                    raise

    async def close(self) -> None:
        """Unsubscribe; who still reads comes to the end."""
        self.end(None)
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

    async def __anext__(self) -> T | UnknownMessage | Reconnected | Dropped | DecodeError:
        return (await self.hear()).value

    async def hear(self) -> Heard[T]:
        """The next message with the name of its kind.

        Raises:
            StopAsyncIteration: the subscription was closed.
            SdkError: the subscription ended with an error.
        """
        if self._opened is None and not self._ended:
            await self.open()
        while not (self._items or self._dropped or self._broken):
            if self._ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._next()

    def _next(self) -> Heard[T]:
        if self._dropped:
            count, self._dropped = self._dropped, 0
            return Heard("Dropped", Dropped(count), None)
        if self._broken:
            self._broken = False
            return Heard("Reconnected", _RECONNECTED, None)
        return _heard(*self._items.popleft())

    def take(self, message: JsonValue) -> None:
        """A message came."""
        self._put(kind_among(self._channel.heard, message), message)

    def spoil(self, error: DecodeError) -> None:
        """Something came that is no message at all."""
        self._put(None, error)

    def reconnect(self) -> None:
        """The connection is a new one."""
        if not self._items or self._items[-1][1] is not _RECONNECTED:
            self._put(None, _RECONNECTED)

    def end(self, error: SdkError | None) -> None:
        """Nothing more will come."""
        if not self._ended:
            self._ended, self._error = True, error
            if error is None:
                self._items.clear()
                self._dropped, self._broken = 0, False
            self._wake()

    def _put(self, kind: MessageKind | None, item: Any) -> None:
        if self._ended:
            return
        if len(self._items) >= self._capacity:
            if self._fails:
                message = f"{self._channel.id}: {self._capacity} messages wait to be read; read faster, or let the oldest go"
                self.end(TransportError(message, sent=False))
                return
            gone = self._items.popleft()[1]
            if gone is _RECONNECTED:
                self._broken = True
            else:
                self._dropped += 1
        self._items.append((kind, item))
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def _heard(kind: MessageKind | None, item: Any) -> Heard[Any]:
    """What stands in a queue, as its reader gets it."""
    if isinstance(item, (Reconnected, DecodeError)):
        return Heard(type(item).__name__, item, None)
    if kind is None:
        return Heard("UnknownMessage", UnknownMessage(item), None)
    try:
        return Heard(kind.name, read(kind, item), kind)
    except DecodeError as error:
        return Heard("DecodeError", error, None)
