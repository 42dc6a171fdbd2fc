"""What a call can end with other than its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .jsontext import JsonValue

_SHOWN = 200
"""Characters of a value that an error message quotes at most."""


class SdkError(Exception):
    """The base of every error of this package."""

    kind: str = "api"
    """The same word in the SDKs of all languages."""


class ConfigurationError(SdkError):
    """Nothing was sent: credentials or an argument are missing or wrong."""

    kind = "configuration"


class ArgumentError(ConfigurationError):
    """Nothing was sent: an argument does not fit its type. The message holds the path to it."""


class TransportError(SdkError):
    """No whole answer came: the connection was refused, reset or closed. The exchange may have acted all the same."""

    kind = "transport"


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
        status: int,
        code: str | None,
        message: str,
        retry_after_ms: int | None,
        headers: Mapping[str, str],
        body: JsonValue,
        text: str,
    ) -> None:
        """Keep the whole answer."""
        self.operation: Final = operation
        self.status: Final = status
        self.code: Final = code
        """The exchange's own error code, as text, where the answer has one."""
        self.message: Final = message
        """The exchange's own words, where the answer has some."""
        self.retry_after_ms: Final = retry_after_ms
        """How long the exchange asks to wait."""
        self.headers: Final = headers
        """Names in lower case."""
        self.body: Final = body
        """The answer's JSON value; ``None`` where it is no JSON."""
        self.text: Final = text
        """The answer as text."""
        shown_code = f" {code}" if code else ""
        super().__init__(f"{operation}: {status}{shown_code}{': ' if message else ''}{printable(message)}")


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
    """418 or 429: too many requests. ``retry_after_ms`` says how long to wait, where the exchange does."""

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
_FIRST_SERVER_STATUS: Final = 500
_LAST_SERVER_STATUS: Final = 599


def error_type(status: int) -> type[ApiError]:
    """The class of errors with that status."""
    if _FIRST_SERVER_STATUS <= status <= _LAST_SERVER_STATUS:
        return ServerError
    return _BY_STATUS.get(status, ApiError)


def printable(text: str) -> str:
    """Text from outside, short and without characters that could command a terminal or forge a line of a log."""
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in shown)
