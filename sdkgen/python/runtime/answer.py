"""From a raw answer to a typed value, or to a typed error."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from .errors import ApiError, DecodeError, Refusal, error_type, printable, refusal_type
from .jsontext import number_text, parse, write
from .mismatch import decoded, parsed
from .places import words_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .behaviour import Errors
    from .http1 import Answer
    from .jsontext import JsonValue
    from .mismatch import Codec
    from .operation import Operation, Returned

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
_LONGEST_NUMBER: Final = 18
_SHORTEST_SECRET: Final = 4
"""Shorter texts stand in any answer."""


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


def reply_of(operation: Operation[T], answer: Answer, errors: Errors, now_ms: int) -> Reply[T]:
    """The typed value of a successful answer, in the answer.

    Raises:
        DecodeError: the answer does not fit its type.
        ApiError: its status says success, and its body that the exchange refused.
    """
    returned = _described(operation, answer)
    codec = None if returned is None else returned.codec
    try:
        value: Any = None if returned is None or codec is None else _read(returned.encoding, codec, answer, errors)
    except _RefusedError:
        raise error_of(operation.id, answer, errors, now_ms) from None
    except DecodeError as error:
        raise DecodeError(
            f"{error.expected} in the answer of {operation.id}", path=error.path, value=error.value, status=answer.status
        ) from None
    return Reply(value, answer.status, answer.headers, answer.body, codec)


class _RefusedError(Exception):
    """The status says success, the body does not."""


def _read(encoding: str, codec: Codec, answer: Answer, errors: Errors) -> Any:
    if encoding == "binary":
        return answer.body
    if encoding == "text":
        return decoded(codec, _text(answer.body))
    value, told = _document(encoding, answer.body)
    if errors.success and is_refused(told, answer.headers, errors):
        raise _RefusedError
    return decoded(codec, value)


def _document(encoding: str, body: bytes) -> tuple[JsonValue, JsonValue]:
    """The value that a body holds, and what would tell of a refusal in it: a refusal stands alone, also where lines were asked for."""
    if encoding != "lines":
        value = parsed(body)
        return value, value
    from .lines import parsed_lines  # noqa: PLC0415  # rare

    lines = parsed_lines(body)
    return lines, lines[0] if len(lines) == 1 else lines


def is_refused(value: JsonValue, headers: Mapping[str, str], errors: Errors) -> bool:
    """Whether an answer whose status says success tells of a refusal."""
    return any(said not in good for place, good in errors.success.items() for said in words_of(value, headers, place))


def words_of(value: JsonValue, headers: Mapping[str, str], place: str) -> tuple[str, ...]:
    """The plain texts at a place of an answer: ``data.code``, or ``header.x-next`` for a header."""
    carrier, point, name = place.partition(".")
    if carrier == "header" and point:
        return (headers[name.lower()],) if name.lower() in headers else ()
    return tuple(words_at(value, place))


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


def error_of(operation_id: str, answer: Answer, errors: Errors, now_ms: int) -> ApiError:
    """The typed error of an answer that is no success."""
    text = answer.body.decode("utf-8", "replace")
    try:
        body: JsonValue = parse(text)
    except ValueError:
        body = None
    code, message, refusal = _told(body, answer.headers, errors)
    kind = refusal_type(refusal) if is_success(answer.status) else error_type(answer.status)
    return kind(
        operation=operation_id,
        status=answer.status,
        code=code,
        message=message,
        retry_after_ms=retry_after_ms(answer.headers.get("retry-after", ""), now_ms),
        headers=answer.headers,
        body=body,
        text=text,
        refusal=refusal,
    )


def refusal_of(operation_id: str, body: JsonValue, errors: Errors) -> ApiError:
    """The typed error of a message by which an exchange refuses."""
    code, message, refusal = _told(body, {}, errors)
    shown = write(body)
    return refusal_type(refusal)(operation=operation_id, status=None, code=code, message=message, body=body, text=shown, refusal=refusal)


def answered_error(operation_id: str, body: JsonValue, errors: Errors, status: int | None, wait_ms: int | None) -> ApiError:
    """The typed error of a reply over a stream; ``status`` is what the reply itself says, where it does."""
    code, message, refusal = _told(body, {}, errors)
    kind = refusal_type(refusal) if status is None or is_success(status) else error_type(status)
    return kind(
        operation=operation_id,
        status=status,
        code=code,
        message=message,
        retry_after_ms=wait_ms,
        body=body,
        text=write(body),
        refusal=refusal,
    )


def hiding(error: ApiError, secrets: Iterable[str | None]) -> ApiError:
    """The error without credentials that the exchange's answer repeats."""
    repeated = [each for each in secrets if each is not None and len(each) >= _SHORTEST_SECRET and each in f"{error.text}\n{error.message}"]
    if not repeated:
        return error
    text, message = error.text, error.message
    for each in sorted(repeated, key=len, reverse=True):
        text, message = text.replace(each, "***"), message.replace(each, "***")
    try:
        body: JsonValue = None if error.body is None else parse(text)
    except ValueError:
        body = None
    return type(error)(
        operation=error.operation,
        status=error.status,
        code=error.code,
        message=message,
        retry_after_ms=error.retry_after_ms,
        headers=error.headers,
        body=body,
        text=text,
        refusal=error.refusal,
    )


def _told(body: JsonValue, headers: Mapping[str, str], errors: Errors) -> tuple[str | None, str, Refusal | None]:
    """The exchange's code, its words, and what the code means."""
    code = _first_at(body, headers, errors.code) if errors.code else _first(body, _CODES)
    message = (_first_at(body, headers, errors.message) or "") if errors.message else _message(body)
    meaning = errors.codes.get(code) if code is not None else None
    return code, message, None if meaning is None else Refusal(meaning)


def _first_at(body: JsonValue, headers: Mapping[str, str], places: tuple[str, ...]) -> str | None:
    return next((word for place in places for word in words_of(body, headers, place) if word), None)


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


def wait_ms(text: str, now_ms: int) -> int | None:
    """Milliseconds to wait, written as such or as the instant since 1970 to wait for; ``None`` where it is neither."""
    if not (text.isdecimal() and text.isascii() and len(text) <= _LONGEST_NUMBER):
        return None
    given = int(text)
    return min(max(0, given - now_ms if given > _LONGEST_WAIT_MS else given), _LONGEST_WAIT_MS)


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
