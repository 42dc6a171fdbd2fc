"""What a call can end with other than its answer."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .jsontext import JsonValue

_SHOWN = 200
"""Characters of a value that an error message quotes at most."""


class Refusal(StrEnum):
    """What an exchange's own error code means, in words that all exchanges share."""

    INVALID_REQUEST = "invalid_request"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CLOCK = "clock"
    """The request's timestamp is outside the window, or its nonce was used."""
    RATE_LIMIT = "rate_limit"
    UNKNOWN_SYMBOL = "unknown_symbol"
    INVALID_ORDER = "invalid_order"
    """Price, size or notional break a filter; the order would cross where it must not."""
    INSUFFICIENT_FUNDS = "insufficient_funds"
    UNKNOWN_ORDER = "unknown_order"
    DUPLICATE_ORDER = "duplicate_order"
    """The client order id was used: the first order stands."""
    MARKET_CLOSED = "market_closed"
    UNAVAILABLE = "unavailable"
    """Maintenance or overload; nothing was carried out."""
    UNKNOWN_OUTCOME = "unknown_outcome"
    """The exchange does not know itself whether the request was carried out."""


class SdkError(Exception):
    """The base of every error of this package."""

    kind: str = "api"
    """The same word in the SDKs of all languages."""
    attempts: int = 0
    """How often it was sent."""
    may_have_happened: bool = False
    """Outcome unknown: of at least one attempt nobody knows whether the exchange carried it out. Ask before you send it again."""
    repeated: bool = False
    """The exchange knows this client order id already, because an earlier attempt of this very call stands."""
    refusal: Refusal | None = None
    """What the exchange's code means, where that is known."""
    retry_after_ms: int | None = None
    """How long the exchange asks to wait, or how long this client would have had to."""


class ConfigurationError(SdkError):
    """Nothing was sent: credentials or an argument are missing or wrong."""

    kind = "configuration"


class ArgumentError(ConfigurationError):
    """Nothing was sent: an argument does not fit its type. The message holds the path to it."""


class TransportError(SdkError):
    """No whole answer came: the connection was refused, reset or closed. The exchange may have acted all the same."""

    kind = "transport"

    def __init__(self, message: str, *, sent: bool = True) -> None:
        """Say what happened; ``sent`` is false where no byte of the request left."""
        self.sent: Final = sent
        super().__init__(message)


class DeadlineError(TransportError):
    """No whole answer came in time. The exchange may have acted all the same."""

    kind = "timeout"


class DecodeError(SdkError):
    """A value does not fit its declared type."""

    kind = "decode"

    def __init__(self, expected: str, *, path: str = "", value: str = "", status: int | None = None) -> None:
        """Say what stands where something else was expected."""
        self.expected: Final = expected
        self.path: Final = path
        """Where, such as ``$.fills[0].price``."""
        self.value: Final = value
        """What stands there, shortened."""
        self.status: Final = status
        """The answer's status, where the value came in an answer."""
        found = f", found {value}" if value else ""
        super().__init__(f"{path or '$'}: expected {expected}{found}")


class ApiError(SdkError):
    """The exchange answered, and not with success."""

    def __init__(
        self,
        *,
        operation: str,
        status: int | None,
        code: str | None = None,
        message: str,
        retry_after_ms: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: JsonValue = None,
        text: str = "",
        refusal: Refusal | None = None,
    ) -> None:
        """Keep the whole answer."""
        self.operation: Final = operation
        self.status: Final = status
        """``None`` where nothing was sent."""
        self.refusal = refusal
        self.code: Final = code
        """The exchange's own error code, as text, where the answer has one."""
        self.message: Final = message
        """The exchange's own words, where the answer has some."""
        self.retry_after_ms = retry_after_ms
        self.headers: Final = headers or {}
        """Names in lower case."""
        self.body: Final = body
        """The answer's JSON value; ``None`` where it is no JSON."""
        self.text: Final = text
        """The answer as text."""
        shown_code = f" {code}" if code else ""
        shown_status = f" {status}" if status is not None else ""
        super().__init__(
            f"{operation}:{shown_status}{shown_code}{': ' if message and (code or status) else ' '}{printable(message)}".rstrip()
        )


class BadRequestError(ApiError):
    """400: the request is not understood."""

    kind = "bad_request"


class AuthenticationError(ApiError):
    """401: the exchange does not know or believe the caller."""

    kind = "authentication"


class PermissionDeniedError(ApiError):
    """403: the caller may not do this."""

    kind = "permission_denied"


class NotFoundError(ApiError):
    """404: there is no such thing."""

    kind = "not_found"


class ConflictError(ApiError):
    """409: it contradicts what the exchange knows."""

    kind = "conflict"


class UnprocessableError(ApiError):
    """422: understood and refused, such as for insufficient funds."""

    kind = "unprocessable"


class RateLimitError(ApiError):
    """418 or 429: too many requests. ``retry_after_ms`` says how long to wait, where the exchange does.

    Without a ``status`` this client's own rate limits held the call back; nothing was sent.
    """

    kind = "rate_limit"


class ServerError(ApiError):
    """5xx: the exchange failed. It may have acted all the same."""

    kind = "server"


_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    418: RateLimitError,
    422: UnprocessableError,
    429: RateLimitError,
}
_BY_REFUSAL: Final[dict[Refusal, type[ApiError]]] = {
    Refusal.AUTHENTICATION: AuthenticationError,
    Refusal.PERMISSION: PermissionDeniedError,
    Refusal.RATE_LIMIT: RateLimitError,
    Refusal.UNAVAILABLE: ServerError,
    Refusal.UNKNOWN_OUTCOME: ServerError,
    Refusal.UNKNOWN_ORDER: NotFoundError,
    Refusal.UNKNOWN_SYMBOL: NotFoundError,
    Refusal.DUPLICATE_ORDER: ConflictError,
    Refusal.INVALID_ORDER: UnprocessableError,
    Refusal.INSUFFICIENT_FUNDS: UnprocessableError,
}
_FIRST_SERVER_STATUS: Final = 500
_LAST_SERVER_STATUS: Final = 599


def error_type(status: int) -> type[ApiError]:
    """The class of errors with that status."""
    if _FIRST_SERVER_STATUS <= status <= _LAST_SERVER_STATUS:
        return ServerError
    return _BY_STATUS.get(status, ApiError)


def refusal_type(refusal: Refusal | None) -> type[ApiError]:
    """The class of errors that came with a status of success."""
    return BadRequestError if refusal is None else _BY_REFUSAL.get(refusal, BadRequestError)


def printable(text: str) -> str:
    """Text from outside, short and without characters that could command a terminal or forge a line of a log."""
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in shown)
