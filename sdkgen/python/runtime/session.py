"""One call, from typed arguments to a typed answer."""

from __future__ import annotations

import time
import warnings
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .answer import Reply, error_of, is_success, reply_of
from .draft import Credentials, Draft
from .errors import ArgumentError, ConfigurationError
from .jsontext import write
from .kinds import as_bytes
from .mismatch import encoded
from .operation import OPTIONALLY_SIGNED, PUBLIC, Operation
from .transport import Origin, Pool, Request, origin_of
from .wire import cookie_text, form_text, header_text, multipart, path_segment, query_pairs, safe_header, text_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from .jsontext import JsonValue
    from .operation import Body, Parameter
    from .recipe import Recipe
    from .signing import Signer

T = TypeVar("T")

_JSON: Final = "application/json"


def system_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Settings:
    """What one client was made with. Shows no secret."""

    __slots__ = (
        "_lock",
        "_signer",
        "base_url",
        "clock",
        "context",
        "credentials",
        "headers",
        "nonce",
        "package",
        "recipe",
        "timeout",
        "user_agent",
    )

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
    ) -> None:
        """Take everything."""
        if not timeout > 0:
            raise ConfigurationError("timeout: give seconds, more than 0")
        self.package: Final = package
        self.user_agent: Final = user_agent
        self.base_url: Final = base_url
        self.recipe: Final = recipe
        self.credentials: Final = credentials
        self.timeout: Final = timeout
        self.headers: Final = {name: safe_header(name, value) for name, value in headers.items()}
        self.clock: Final = clock
        self.nonce: Final = nonce
        self.context: Final = context
        self._lock = Lock()
        self._signer: Signer | None = None

    def signer(self) -> Signer:
        """What signs for this client: one for all its sessions, for it never uses a nonce twice.

        Raises:
            ConfigurationError: there is no recipe.
        """
        with self._lock:
            if self._signer is None:
                if self.recipe is None:
                    raise ConfigurationError("this package has no signing recipe")
                from .signing import Signer  # noqa: PLC0415  # hashes are slow to import, and public calls need none

                self._signer = Signer(self.recipe, self.credentials, self.clock, self.nonce, self.package)
            return self._signer


class Session:
    """Calls operations for one client. Any number of threads may share it."""

    def __init__(self, settings: Settings, origin: Origin, *, own_servers: bool) -> None:
        """Take the settings; ``own_servers`` says whether operations go to servers of their own where they have some."""
        self._settings = settings
        self._origin = origin
        self._own_servers = own_servers
        self._pool = Pool(settings.context)
        self._timeout = settings.timeout
        self._replies: list[Reply[Any]] | None = None

    def __repr__(self) -> str:
        return f"Session({self._origin.authority})"

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def derived(self, *, timeout: float | None = None, replies: list[Reply[Any]] | None = None) -> Session:
        """A session over the same connections, with another time-out, or that notes its replies."""
        if timeout is not None and not timeout > 0:
            raise ConfigurationError("timeout: give seconds, more than 0")
        made = object.__new__(Session)
        made.__dict__.update(self.__dict__)
        made._timeout = self._timeout if timeout is None else timeout
        made._replies = replies
        return made

    def call(self, operation: Operation[T], arguments: tuple[Any, ...] = (), body: Any = None) -> T:
        """Call an operation; arguments stand in the order of its parameters, ``None`` is not sent.

        Raises:
            ConfigurationError: nothing was sent; an argument or the credentials are missing or wrong.
            DeadlineError: no whole answer came in time.
            TransportError: no whole answer came.
            DecodeError: the answer does not fit its type.
            ApiError: the exchange answered, and not with success.
        """
        if operation.deprecated:
            warnings.warn(f"{operation.id} is deprecated by the exchange", DeprecationWarning, stacklevel=3)
        origin = origin_of(operation.server) if operation.server and self._own_servers else self._origin
        draft = self._draft(operation, origin, arguments)
        _put_body(draft, operation.body, body)
        self._sign(operation, draft)
        query = draft.query_text()
        answer = self._pool.send(
            Request(
                origin,
                draft.method,
                f"{draft.path}?{query}" if query else draft.path,
                draft.headers,
                draft.content() if draft.has_body() else None,
            ),
            self._timeout,
        )
        if not is_success(answer.status):
            raise error_of(operation.id, answer, self._settings.clock())
        reply = reply_of(operation, answer)
        if self._replies is not None:
            self._replies.append(reply)
        return reply.value

    def _sign(self, operation: Operation[Any], draft: Draft) -> None:
        settings = self._settings
        if settings.recipe is None or operation.signed == PUBLIC:
            return
        if operation.signed == OPTIONALLY_SIGNED and settings.credentials.key is None:
            return
        settings.signer().sign(draft, operation.places)

    def _draft(self, operation: Operation[Any], origin: Origin, arguments: tuple[Any, ...]) -> Draft:
        places: dict[str, str] = {}
        cookies: list[str] = []
        draft = Draft(operation.method, origin.authority, "")
        accepted = dict.fromkeys(each.media_type for each in operation.returned if each.media_type)
        draft.headers = {"Accept": ", ".join(accepted) or "*/*", "User-Agent": self._settings.user_agent, **self._settings.headers}
        for parameter, argument in zip(operation.parameters, arguments, strict=True):
            if argument is None:
                if parameter.required:
                    message = f"{operation.id} needs {parameter.name}"
                    raise ArgumentError(message)
                continue
            _put(draft, places, cookies, parameter, encoded(parameter.codec, argument, parameter.name))
        if cookies:
            draft.headers["Cookie"] = "; ".join(cookies)
        draft.path = origin.path + _filled(operation.path, places)
        return draft


def _put(draft: Draft, places: dict[str, str], cookies: list[str], parameter: Parameter, value: JsonValue) -> None:
    wire = parameter.wire
    if parameter.location == "query":
        draft.query.extend(query_pairs(wire, value, parameter.style, parameter.explode, parameter.json))
    elif parameter.location == "path":
        text = write(value) if parameter.json else value
        places[wire] = path_segment(wire, text, parameter.style, parameter.explode)
    elif parameter.location == "header":
        draft.headers[wire] = header_text(wire, value, parameter.explode, parameter.json)
    else:
        cookies.append(cookie_text(wire, value, parameter.json))


def _filled(path: str, places: dict[str, str]) -> str:
    filled: list[str] = []
    rest = path
    while rest:
        before, brace, rest = rest.partition("{")
        filled.append(before)
        if brace:
            name, _, rest = rest.partition("}")
            filled.append(places[name])
    return "".join(filled)


def _put_body(draft: Draft, described: Body | None, body: Any) -> None:
    if described is None:
        return
    draft.encoding = described.encoding
    if body is None:
        if described.required:
            raise ArgumentError("body: it is required")
        return
    draft.headers["Content-Type"] = described.media_type
    if described.encoding == "binary":
        draft.body = _bytes(body)
        return
    value = encoded(described.codec, body, "body")
    if described.encoding == "json" and isinstance(value, dict):
        draft.members = value
    elif described.encoding == "json":
        draft.body = write(value).encode()
    elif described.encoding == "form":
        draft.form = [pair for pair in form_text(value).split("&") if pair]
    elif described.encoding == "multipart":
        boundary, draft.body = multipart(value, described.binary)
        draft.headers["Content-Type"] = f"{described.media_type}; boundary={boundary}"
    else:
        draft.body = text_of(value).encode()


def _bytes(body: Any) -> bytes:
    content = as_bytes(body)
    if content is None:
        message = f"body: expected bytes, found a value of type {type(body).__name__}"
        raise ArgumentError(message)
    return content
