"""JSON values one after the other, as NDJSON, JSON Lines and RFC 7464 have them in a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import DecodeError, printable
from .jsontext import write
from .kinds import is_array
from .mismatch import parsed

if TYPE_CHECKING:
    from .jsontext import JsonValue

_SEPARATOR: Final = b"\x1e"
_SPACE: Final = b" \t\r\n"


def parsed_lines(body: bytes) -> list[JsonValue]:
    """The values of a body, in order. Lines without one are passed over.

    Raises:
        DecodeError: a line is no JSON; the path tells which value it would be.
    """
    sequence = body.startswith(_SEPARATOR)
    values: list[JsonValue] = []
    for piece in body.split(_SEPARATOR if sequence else b"\n"):
        text = piece.strip(_SPACE)
        if not text:
            continue
        try:
            values.append(_complete(text) if sequence and piece.endswith(text) else parsed(text))
        except DecodeError as error:
            raise DecodeError(error.expected, path=f"$[{len(values)}]", value=error.value) from None
    return values


def _complete(text: bytes) -> JsonValue:
    """A value that nothing ends: without the white space after it, a number may have lost digits (RFC 7464, section 2.4)."""
    if text[-1] not in b'"]}':
        raise DecodeError("a value that is complete", value=printable(text.decode("utf-8", "replace")))
    return parsed(text)


def written_lines(value: JsonValue, media_type: str) -> bytes:
    """The items of an array as a body of that media type."""
    before = "\x1e" if media_type.partition(";")[0].strip().lower().endswith("json-seq") else ""
    return "".join(f"{before}{write(item)}\n" for item in (value if is_array(value) else ())).encode()
