"""The same operations as coroutines: a group's methods are written once, and give what the session behind them gives."""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

    from .asyncsession import AsyncSession

P = ParamSpec("P")
T = TypeVar("T")


class AsyncGroup:
    """A group of operations on an asynchronous client."""

    __slots__ = ("_session",)

    def __init__(self, session: AsyncSession) -> None:
        """Made by the client."""
        self._session = session


class AwaitedCall(Generic[P, T]):
    """A method of a group whose call is awaited: over an asynchronous session it gives a coroutine."""

    def __init__(self, method: Callable[Concatenate[Any, P], T]) -> None:
        """Take the method of the group that blocks."""
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, group: object, owner: type) -> Callable[P, Coroutine[Any, Any, T]]:
        found: Any = self._method if group is None else MethodType(self._method, group)
        return found  # type: ignore[no-any-return]


class AwaitedItems(Generic[P, T]):
    """A method of a group that gives items page by page, for ``async for``."""

    def __init__(self, method: Callable[Concatenate[Any, P], Iterator[T]]) -> None:
        """Take the method of the group that blocks."""
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, group: object, owner: type) -> Callable[P, AsyncIterator[T]]:
        found: Any = self._method if group is None else MethodType(self._method, group)
        return found  # type: ignore[no-any-return]
