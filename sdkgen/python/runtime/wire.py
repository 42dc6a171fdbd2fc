"""How arguments become path, query, headers and body, exactly as OpenAPI's styles say."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from .errors import ArgumentError, printable
from .jsontext import number_text, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .jsontext import JsonValue

_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENCODED: Final = tuple(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256))
_LATIN: Final = 255
_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""RFC 9110, section 5.6.2."""
_OF_THE_CONNECTION: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Setting one of these would change where a request or its answer ends."""
_RESERVED: Final = {f"%{ord(mark):02X}": mark for mark in ":/?@!$()*;,"}
"""Reserved characters that neither end nor split a pair, and that no client writes anew."""
_TRIPLE: Final = re.compile("%[0-9A-F]{2}")
_DELIMITERS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


def percent_encoded(text: str) -> str:
    """Everything but RFC 3986's unreserved characters as %XX of its UTF-8 bytes."""
    return "".join([_ENCODED[byte] for byte in text.encode("utf-8", "surrogatepass")])


def text_of(value: JsonValue) -> str:
    """One value as text: as it is, in plain digits, ``true``; objects and arrays as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return number_text(value)
    return write(value)


def query_pairs(name: str, value: JsonValue, style: str, explode: bool, json: bool) -> Iterator[str]:
    """One parameter's ``k=v`` pairs, percent-encoded."""
    key = percent_encoded(name)
    if json:
        yield f"{key}={percent_encoded(write(value))}"
    elif isinstance(value, dict) and style == "deepObject":
        yield from _deep(key, value)
    elif isinstance(value, dict) and explode:
        yield from (f"{percent_encoded(each)}={_encoded(item)}" for each, item in value.items() if item is not None)
    elif isinstance(value, dict):
        flat = _flat(value)
        if flat:
            yield f"{key}={','.join(flat)}"
    elif isinstance(value, list) and (explode or style == "deepObject"):
        yield from (f"{key}={_encoded(item)}" for item in value)
    elif isinstance(value, list):
        if value:
            yield f"{key}={_DELIMITERS.get(style, ',').join(_encoded(item) for item in value)}"
    else:
        yield f"{key}={_encoded(value)}"


def with_reserved(pair: str, *, joined: bool) -> str:
    """The pair with such characters of its value as they are; commas that are no delimiters stay encoded where commas join."""
    key, _, value = pair.partition("=")

    def plain(found: re.Match[str]) -> str:
        return found[0] if joined and found[0] == "%2C" else _RESERVED.get(found[0], found[0])

    return f"{key}={_TRIPLE.sub(plain, value)}"


def _deep(key: str, value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict):
        for each, item in value.items():
            if item is not None:
                yield from _deep(f"{key}%5B{percent_encoded(each)}%5D", item)
    elif isinstance(value, list):
        yield from (f"{key}={_encoded(item)}" for item in value)
    else:
        yield f"{key}={_encoded(value)}"


def path_segment(name: str, value: JsonValue, style: str, explode: bool) -> str:
    """What stands in the path for a parameter.

    Raises:
        ArgumentError: it would be empty or climb, and the exchange would answer for another path.
    """
    key = percent_encoded(name)
    if style == "label":
        segment = "." + (("." if explode else ",").join(_members(value, explode)))
    elif style == "matrix":
        segment = _matrix(key, value, explode)
    else:
        segment = ",".join(_members(value, explode))
    if segment in {"", ".", ".."}:
        message = f"{name}: {segment!r} can't stand in a path"
        raise ArgumentError(message)
    return segment


def _matrix(key: str, value: JsonValue, explode: bool) -> str:
    if explode and isinstance(value, dict):
        return "".join(f";{member}" for member in _members(value, explode))
    if explode and isinstance(value, list):
        return "".join(f";{key}={_encoded(item)}" for item in value)
    return f";{key}={','.join(_members(value, explode))}"


def _members(value: JsonValue, explode: bool) -> list[str]:
    if isinstance(value, dict):
        if explode:
            return [f"{percent_encoded(each)}={_encoded(item)}" for each, item in value.items()]
        return _flat(value)
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    return [_encoded(value)]


def _flat(value: dict[str, JsonValue]) -> list[str]:
    return [text for each, item in value.items() if item is not None for text in (percent_encoded(each), _encoded(item))]


def _encoded(value: JsonValue) -> str:
    return percent_encoded(text_of(value))


def header_text(name: str, value: JsonValue, explode: bool, json: bool) -> str:
    """A header's value.

    Raises:
        ArgumentError: it holds what would end the header.
    """
    if json:
        text = write(value)
    elif isinstance(value, dict):
        pairs = [(each, text_of(item)) for each, item in value.items() if item is not None]
        text = ",".join(f"{each}={item}" if explode else f"{each},{item}" for each, item in pairs)
    elif isinstance(value, list):
        text = ",".join(text_of(item) for item in value)
    else:
        text = text_of(value)
    return safe_header(name, text)


def safe_header(name: str, text: str) -> str:
    """The text, if a header of that name can hold it.

    Raises:
        ArgumentError: it can't, or the header is the connection's own. The message holds no part of the text: it may be a secret.
    """
    if not name or not _TOKEN.issuperset(name) or name.lower() in _OF_THE_CONNECTION:
        message = f"header {printable(name)}: it is no header that a call may set"
        raise ArgumentError(message)
    if any(ord(each) > _LATIN or (ord(each) < ord(" ") and each != "\t") or each == "\x7f" for each in text):
        message = f"header {name}: the text holds line breaks, controls or characters beyond Latin-1; take them out"
        raise ArgumentError(message)
    return text


def cookie_text(name: str, value: JsonValue, json: bool) -> str:
    """A cookie's ``k=v``."""
    if json:
        return f"{percent_encoded(name)}={percent_encoded(write(value))}"
    return f"{percent_encoded(name)}={','.join(_members(value, explode=False))}"


def form_text(value: JsonValue) -> str:
    """An object as a form.

    Raises:
        ArgumentError: it is no object.
    """
    return "&".join(
        f"{percent_encoded(key)}={_encoded(item)}"
        for key, member in _fields(value).items()
        for item in (member if isinstance(member, list) else [member])
        if member is not None
    )


def multipart(value: JsonValue, binary: frozenset[str]) -> tuple[str, bytes]:
    """A boundary and the parts of an object; the fields named in ``binary`` are bytes.

    Raises:
        ArgumentError: it is no object.
    """
    parts = [
        _part(key, item, key in binary)
        for key, member in _fields(value).items()
        for item in (member if isinstance(member, list) and not _nests(member) else [member])
        if member is not None
    ]
    from hashlib import sha256  # noqa: PLC0415  # slow to import, and rarely needed

    # The same contents give the same boundary, so that the same call is the same bytes, in every language.
    boundary = sha256(b"".join(content for _, content in parts)).hexdigest()[:32]
    mark = b"--" + boundary.encode()
    written = b"".join(mark + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return boundary, written + mark + b"--\r\n"


def _nests(items: list[JsonValue]) -> bool:
    return any(isinstance(item, (dict, list)) for item in items)


def _part(name: str, item: JsonValue, binary: bool) -> tuple[bytes, bytes]:
    """A part's head and its content."""
    shown = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    disposition = f'Content-Disposition: form-data; name="{shown}"'
    if binary:
        disposition += f'; filename="{shown}"\r\nContent-Type: application/octet-stream'
    elif isinstance(item, (dict, list)):
        disposition += "\r\nContent-Type: application/json"
    return disposition.encode("utf-8", "surrogateescape"), text_of(item).encode("utf-8", "surrogateescape")


def _fields(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise ArgumentError("body: a form needs an object")
    return value
