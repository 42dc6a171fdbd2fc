"""What clients of every exchange are made of; a package adds its groups of operations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from .answer import Reply
    from .behaviour import Behaviour
    from .draft import Draft
    from .hooks import Told
    from .jsontext import JsonValue
    from .operation import Operation
    from .recipe import Recipe
    from .session import Session
    from .sessionbase import BaseSession
    from .settings import Settings

    _Proof = tuple[str | None, str | None, str | None]
    _Hook = Callable[[Told], object] | None
    _Hooks = tuple[_Hook, _Hook, _Hook]
    Query = Mapping[str, JsonValue] | list[tuple[str, JsonValue]] | tuple[tuple[str, JsonValue], ...]

S = TypeVar("S", bound="BaseSession")
T = TypeVar("T")


class Package(NamedTuple):
    """What a client of this package is unless told otherwise."""

    name: str
    user_agent: str
    base_url: str
    recipe: Callable[[], Recipe | None]
    behaviour: Callable[[], Behaviour]
    operation: Callable[[str], Operation[Any]]
    """By the description's operation id."""

    def settings(self, base_url: str | None, proof: _Proof, told: _Hooks, clock: Callable[[], int] | None) -> Callable[..., Settings]:
        """What makes the settings of a client out of all else that its caller chooses.

        Args:
            base_url: another place to call.
            proof: key, secret and passphrase.
            told: the hooks of requests, responses and retries.
            clock: instead of the system's.
        """
        from .draft import Credentials  # noqa: PLC0415  # importing the package is quick, making a client may take its time
        from .hooks import Hooks  # noqa: PLC0415  # as above
        from .settings import Settings, system_clock  # noqa: PLC0415  # as above

        return partial(
            Settings,
            package=self.name,
            user_agent=self.user_agent,
            base_url=base_url or self.base_url,
            recipe=self.recipe(),
            behaviour=self.behaviour(),
            operations=self.operation,
            credentials=Credentials(*proof),
            hooks=Hooks(*told),
            clock=clock or system_clock,
        )


class BaseClient(ABC, Generic[S]):
    """What a client is made with; ``S`` is the kind of session that it calls through."""

    _package: Package
    _session: S

    def __init__(
        self,
        key: str | None = None,
        secret: str | None = None,
        passphrase: str | None = None,
        *,
        base_url: str | None = None,
        stream_url: str | None = None,
        timeout: float = 10.0,
        retries: int = 2,
        max_wait: float = 30.0,
        rate_limits: bool = True,
        headers: Mapping[str, str] | None = None,
        on_request: Callable[[Told], object] | None = None,
        on_response: Callable[[Told], object] | None = None,
        on_retry: Callable[[Told], object] | None = None,
        clock: Callable[[], int] | None = None,
        nonce: Callable[[], str] | None = None,
        jitter: Callable[[], float] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            key: the API key; only signed calls need one.
            secret: the key's secret, as the exchange gave it.
            passphrase: where the exchange asks for one.
            base_url: another place to call, such as a sandbox.
            stream_url: scheme and host of another place for streams, such as ``ws://127.0.0.1:9000`` (``http`` means the same).
            timeout: seconds for one attempt, from the connection to the end of the answer.
            retries: attempts after the first. An order is never sent twice unless a client order id makes it safe.
            max_wait: seconds that a call waits at most for the rate limits, or because the exchange says so.
            rate_limits: whether the client keeps to the exchange's limits by itself.
            headers: sent with every call.
            on_request: told of each attempt before it goes out.
            on_response: told of each attempt after its answer, or its failure.
            on_retry: told before each pause between two attempts.
            clock: milliseconds since 1970; signatures are made with it.
            nonce: instead of the exchange's usual kind of nonce.
            jitter: numbers from 0 to 1 that make the pauses between attempts random, instead of Python's.
            ssl_context: instead of the platform's certificates.

        Raises:
            ConfigurationError: an argument makes no sense.
        """
        self._stream_url = stream_url
        settings = self._package.settings(base_url, (key, secret, passphrase), (on_request, on_response, on_retry), clock)(
            timeout=timeout,
            headers=headers or {},
            nonce=nonce,
            context=ssl_context,
            retries=retries,
            rate_limits=rate_limits,
            max_wait=max_wait,
            chance=jitter,
        )
        self._session = self._opened(settings, own_servers=base_url is None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._session!r})"

    def with_timeout(self, timeout: float) -> Self:
        """The same client, over the same connections, with another time-out in seconds."""
        return self._over(self._session.derived(timeout=timeout))

    @abstractmethod
    def _opened(self, settings: Settings, *, own_servers: bool) -> S:
        """The session that the client calls through."""

    def _over(self, session: S) -> Self:
        from copy import copy  # noqa: PLC0415  # as above

        made = copy(self)
        made._session = session  # noqa: SLF001  # its own
        return made

    def _noting(self) -> tuple[Self, list[Reply[Any]]]:
        """This client, and where it will note its replies."""
        replies: list[Reply[Any]] = []
        return self._over(self._session.derived(replies=replies)), replies

    def _draft(self, method: str, path: str, query: Query, body: JsonValue, headers: Mapping[str, str] | None) -> Callable[[], Draft]:
        """What makes a request that no description knows."""
        from .rawcall import RawCall, raw_draft  # noqa: PLC0415  # as above

        pairs = tuple(query if isinstance(query, (list, tuple)) else query.items())
        return raw_draft(self._session.core.settings, RawCall(method, path, pairs, body, headers or {}))


class SyncClient(BaseClient["Session"]):
    """Calls the exchange, and waits for each answer. Any number of threads may share one; its connections are kept until ``close``."""

    def _opened(self, settings: Settings, *, own_servers: bool) -> Session:
        from .http1 import place_of  # noqa: PLC0415  # as above
        from .session import Session  # noqa: PLC0415  # as above

        return Session(settings, place_of(settings.base_url), own_servers=own_servers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def sync_clock(self) -> int:
        """Ask for the exchange's time and sign with it from now on; gives what it is ahead of the local clock, in milliseconds.

        The client does so by itself where the exchange refuses a timestamp.
        """
        return self._session.sync_clock()

    def raw(self, call: Callable[[Self], T]) -> Reply[T]:
        """Make one call and get its status, headers and bytes as well: ``client.raw(lambda it: it.group.method(...))``.

        Raises:
            ValueError: ``call`` made no call.
        """
        noting, replies = self._noting()
        call(noting)
        return last_of(replies)

    def request(
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
        return self._session.request(self._draft(method, path, query, body, headers), signed=signed)


def last_of(replies: list[Reply[T]]) -> Reply[T]:
    """The last reply that was noted.

    Raises:
        ValueError: there is none.
    """
    if not replies:
        message = "nothing was called"
        raise ValueError(message)
    return replies[-1]
