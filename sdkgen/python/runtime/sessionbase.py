"""What both kinds of session are made of: the steps of calls, a time-out, and a place for replies that somebody wants to see."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .core import Core
from .settings import checked_timeout

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from .answer import Reply
    from .core import Steps
    from .draft import Draft
    from .http1 import Origin
    from .jsontext import JsonValue
    from .operation import Operation
    from .settings import Settings

T = TypeVar("T")


class BaseSession:
    """Makes the steps of calls for one client; who inherits drives them."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        self.core: Final = Core(settings, origin, own_servers=own_servers)
        self._timeout = settings.timeout
        self._replies: list[Reply[Any]] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.core.origin.authority})"

    def derived(self, *, timeout: float | None = None, replies: list[Reply[Any]] | None = None) -> Self:
        """A session over the same connections, with another time-out, or that notes its replies."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._timeout = self._timeout if timeout is None else checked_timeout(timeout)
        made._replies = replies
        return made

    def _steps(self, operation: Operation[T], arguments: tuple[Any, ...], body: Any) -> Steps[Reply[T]]:
        reply = yield from self.core.call(operation, arguments, body, self._timeout)
        if self._replies is not None:
            self._replies.append(reply)
        return reply

    def _raw_steps(self, draft: Callable[[], Draft], *, signed: bool) -> Steps[Reply[JsonValue]]:
        return self.core.request(draft, signed=signed, timeout=self._timeout)

    def _clock_steps(self) -> Steps[int]:
        return self.core.clock(self._timeout)


def warn_of(operation: Operation[Any]) -> None:
    """Tell the caller's caller that the exchange gives an operation up, where it does."""
    if operation.deprecated:
        warnings.warn(f"{operation.id} is deprecated by the exchange", DeprecationWarning, stacklevel=4)
