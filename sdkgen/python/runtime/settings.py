"""What one client was made with."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from .behaviour import PLAIN
from .errors import ConfigurationError
from .hooks import Hooks
from .limits import Limits
from .wire import safe_header

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from .behaviour import Behaviour
    from .draft import Credentials
    from .operation import Operation
    from .recipe import Recipe
    from .signing import Nonces, Signer


def system_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def _chance() -> float:
    import random  # noqa: PLC0415  # slow to import, and only retries need it

    return random.random()  # noqa: S311  # jitter, no secret


def _no_operation(operation_id: str) -> Operation[Any]:
    message = f"there is no operation {operation_id!r}"
    raise KeyError(message)


class Settings:
    """What one client was made with, and what all its sessions share. Shows no secret."""

    def __init__(
        self,
        *,
        package: str,
        user_agent: str,
        base_url: str,
        recipe: Recipe | None,
        credentials: Credentials,
        timeout: float,
        headers: Mapping[str, str],
        clock: Callable[[], int],
        nonce: Callable[[], str] | None,
        context: ssl.SSLContext | None,
        behaviour: Behaviour = PLAIN,
        operations: Callable[[str], Operation[Any]] = _no_operation,
        retries: int = 2,
        rate_limits: bool = True,
        max_wait: float = 30.0,
        hooks: Hooks = Hooks(),  # noqa: B008  # immutable
        chance: Callable[[], float] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take everything."""
        self.timeout: Final = checked_timeout(timeout)
        if retries < 0 or not max_wait >= 0:
            raise ConfigurationError("retries and max_wait: give 0 or more")
        self.package: Final = package
        self.base_url: Final = base_url
        self.recipe: Final = recipe
        self.credentials: Final = credentials
        self.headers: Final = {"User-Agent": user_agent, **{name: safe_header(name, value) for name, value in headers.items()}}
        self.clock: Final = clock
        self.nonce: Final = nonce
        self.context: Final = context
        self.behaviour: Final = behaviour
        self.operations: Final = operations
        self.retries: Final = retries
        self.max_wait: Final = max_wait
        self.hooks: Final = hooks
        self.chance: Final = chance or _chance
        self.monotonic: Final = monotonic
        self.limits: Final = Limits(behaviour.limits if rate_limits else (), monotonic, self.now)
        self.rate_limits: Final = rate_limits
        self.offset_ms = 0
        """What the exchange's clock is ahead of ours."""
        self._lock = Lock()
        self._signer: Signer | None = None
        self._message_signer: Signer | None = None
        self._nonces: Nonces | None = None

    def __repr__(self) -> str:
        return f"Settings({self.package})"

    def now(self) -> int:
        """The exchange's time, as well as it is known."""
        return self.clock() + self.offset_ms

    def signer(self) -> Signer:
        """What signs for this client: one for all its sessions, for it never uses a nonce twice.

        Raises:
            ConfigurationError: there is no recipe.
        """
        with self._lock:
            if self._signer is None:
                if self.recipe is None:
                    raise ConfigurationError("this package has no signing recipe")
                self._signer = self._signing(self.recipe)
            return self._signer

    def message_signer(self, recipe: Recipe) -> Signer:
        """What signs messages over streams for this client, by their own recipe; its nonces are none of the other's."""
        with self._lock:
            if self._message_signer is None:
                self._message_signer = self._signing(recipe)
            return self._message_signer

    def _signing(self, recipe: Recipe) -> Signer:
        from .signing import Nonces, Signer  # noqa: PLC0415  # hashes are slow to import, and public calls need none

        if self._nonces is None:
            self._nonces = Nonces()
        return Signer(recipe, self.credentials, self.now, self.nonce, self.package, nonces=self._nonces)


def checked_timeout(timeout: float) -> float:
    """The time-out itself.

    Raises:
        ConfigurationError: it is no positive number of seconds.
    """
    if not timeout > 0:
        raise ConfigurationError("timeout: give seconds, more than 0")
    return timeout
