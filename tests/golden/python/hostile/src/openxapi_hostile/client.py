"""The client: where every call begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from ._runtime.answer import Reply
from ._runtime.draft import Credentials
from ._runtime.session import Session, Settings, system_clock
from ._runtime.transport import origin_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from .api.class_ import ClassApi
    from .api.import_ import ImportApi
    from .api.client import ClientApi

T = TypeVar("T")

BASE_URL: Final = "https://api.example.com/v1"
"""Where the client calls unless told otherwise."""


class Client:
    """Calls the exchange. Any number of threads may share one; its connections are kept until ``close``.

    Nothing is retried, no redirect is followed: a call is one request, or an error that says why not.
    """

    def __init__(
        self,
        key: str | None = None,
        secret: str | None = None,
        passphrase: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 10.0,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], int] = system_clock,
        nonce: Callable[[], str] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            key: the API key; only signed calls need one.
            secret: the key's secret, as the exchange gave it.
            passphrase: where the exchange asks for one.
            base_url: another place to call, such as a sandbox.
            timeout: seconds for one whole call, from the connection to the end of the answer.
            headers: sent with every call.
            clock: milliseconds since 1970; signatures are made with it.
            nonce: instead of the exchange's usual kind of nonce.
            ssl_context: instead of the platform's certificates.

        Raises:
            ConfigurationError: an argument makes no sense.
        """
        from ._recipe import RECIPE  # noqa: PLC0415

        self._session = Session(
            Settings(
                package="openxapi-hostile",
                user_agent="openxapi-hostile/1.2.3",
                base_url=base_url or BASE_URL,
                recipe=RECIPE,
                credentials=Credentials(key, secret, passphrase),
                timeout=timeout,
                headers=headers or {},
                clock=clock,
                nonce=nonce,
                context=ssl_context,
            ),
            origin_of(base_url or BASE_URL),
            own_servers=base_url is None,
        )

    def __repr__(self) -> str:
        return f"Client({self._session!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def with_timeout(self, timeout: float) -> Client:
        """The same client, over the same connections, with another time-out in seconds."""
        made = object.__new__(type(self))
        made._session = self._session.derived(timeout=timeout)
        return made

    def raw(self, call: Callable[[Client], T]) -> Reply[T]:
        """Make one call and get its status, headers and bytes as well: ``client.raw(lambda it: it.group.method(...))``.

        Raises:
            ValueError: ``call`` made no call.
        """
        replies: list[Reply[T]] = []
        made = object.__new__(type(self))
        made._session = self._session.derived(replies=replies)
        call(made)
        if not replies:
            message = "nothing was called"
            raise ValueError(message)
        return replies[-1]

    @property
    def class_(self) -> ClassApi:
        """Class."""
        from .api.class_ import ClassApi  # noqa: PLC0415

        return ClassApi(self._session)

    @property
    def import_(self) -> ImportApi:
        """Import."""
        from .api.import_ import ImportApi  # noqa: PLC0415

        return ImportApi(self._session)

    @property
    def client(self) -> ClientApi:
        """Client."""
        from .api.client import ClientApi  # noqa: PLC0415

        return ClientApi(self._session)
