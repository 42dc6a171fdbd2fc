"""From a raw answer to a typed value, or to a typed error."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .errors import ApiError, DecodeError, error_type, printable
from .jsontext import number_text, parse
from .mismatch import decoded, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .jsontext import JsonValue
    from .mismatch import Codec
    from .operation import Operation, Returned
    from .transport import Answer

T = TypeVar("T")

_FIRST_FAILURE: Final = 300
_FIRST_SUCCESS: Final = 200
_CODES: Final = ("code", "error_code", "errorCode", "err_code", "errCode", "retCode", "ret_code", "errno", "sCode")
_MESSAGES: Final = (
    "message",
    "msg",
    "error_message",
    "errorMessage",
    "retMsg",
    "ret_msg",
    "error_description",
    "detail",
    "description",
    "reason",
)
_NESTED: Final = ("error", "errors", "err")
_LONGEST_WAIT_MS: Final = 1000 * 60 * 60 * 24 * 365


class Reply(NamedTuple, Generic[T]):
    """A typed value with the answer that it came in."""

    value: T
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """As it came."""
    codec: Codec | None
    """What read the value, and writes it again."""


def is_success(status: int) -> bool:
    """Whether the status is 2xx."""
    return _FIRST_SUCCESS <= status < _FIRST_FAILURE


def reply_of(operation: Operation[T], answer: Answer) -> Reply[T]:
    """The typed value of a successful answer, in the answer.

    Raises:
        DecodeError: the answer does not fit its type.
    """
    returned = _described(operation, answer)
    codec = None if returned is None else returned.codec
    try:
        value: Any = None if returned is None or codec is None else _read(returned.encoding, codec, answer.body)
    except DecodeError as error:
        raise DecodeError(
            f"{error.expected} in the answer of {operation.id}", path=error.path, value=error.value, status=answer.status
        ) from None
    return Reply(value, answer.status, answer.headers, answer.body, codec)


def _read(encoding: str, codec: Codec, body: bytes) -> Any:
    if encoding == "binary":
        return body
    return decoded(codec, _text(body) if encoding == "text" else parsed(body))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise DecodeError("text in UTF-8", value=printable(body.decode("utf-8", "replace"))) from None


def _described(operation: Operation[Any], answer: Answer) -> Returned | None:
    status = str(answer.status)
    for wanted in (status, f"{status[0]}XX", "default"):
        candidates = [each for each in operation.returned if each.status == wanted]
        if candidates:
            media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            return next((each for each in candidates if each.media_type.partition(";")[0].strip().lower() == media_type), candidates[0])
    # A success that the description does not know by its status is read as the one that it does know.
    return operation.returned[0] if operation.returned else None


def error_of(operation_id: str, answer: Answer, now_ms: int) -> ApiError:
    """The typed error of an answer that is no success."""
    text = answer.body.decode("utf-8", "replace")
    try:
        body: JsonValue = parse(text)
    except ValueError:
        body = None
    return error_type(answer.status)(
        operation=operation_id,
        status=answer.status,
        code=_first(body, _CODES),
        message=_message(body),
        retry_after_ms=retry_after_ms(answer.headers.get("retry-after", ""), now_ms),
        headers=answer.headers,
        body=body,
        text=text,
    )


def _first(body: JsonValue, names: tuple[str, ...]) -> str | None:
    """The first of the named members that holds text or a number, looked for in ``error`` and ``errors`` as well."""
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, dict):
        return None
    here = (_word(body.get(name)) for name in names)
    inside = (_first(body.get(name), names) for name in _NESTED)
    return next((found for found in (*here, *inside) if found), None)


def _message(body: JsonValue) -> str:
    if isinstance(body, str):
        return body
    found = _first(body, _MESSAGES)
    if found is None and isinstance(body, dict):
        words = [item for name in _NESTED for item in _listed(body.get(name)) if isinstance(item, str)]
        found = "; ".join(words)
    return found or ""


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _word(value: JsonValue) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return number_text(value)
    return None


def retry_after_ms(text: str, now_ms: int) -> int | None:
    """The milliseconds that ``Retry-After`` asks to wait (RFC 9110, section 10.2.3), or ``None`` where it says nothing."""
    text = text.strip()
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return min(int(Decimal(text) * 1000), _LONGEST_WAIT_MS)
    if not text.endswith("GMT"):
        return None
    import time  # noqa: PLC0415  # rare
    from calendar import timegm  # noqa: PLC0415  # rare

    try:
        instant = timegm(time.strptime(text, "%a, %d %b %Y %H:%M:%S GMT"))
    except ValueError:
        return None
    return min(max(0, instant * 1000 - now_ms), _LONGEST_WAIT_MS)
