"""Holds a body that arrived against the value that was asked for, in whichever way its media type writes it."""

from __future__ import annotations

import base64
import binascii
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.written import plain
from sdkgen.api.json_text import JsonTextError, dumps_exact, loads_exact
from sdkgen.api.lines import is_lines, lines_text, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue

_FORM = "application/x-www-form-urlencoded"
_SHOWN = 120
_MULTIPART = "multipart/"


def body_mismatches(media_types: tuple[str, ...], asked: tuple[JsonValue] | None, arrival: Arrival, added: frozenset[str]) -> Iterator[str]:
    """Where the body is not what was asked for.

    Args:
        media_types: those that the description declares; the first is the one to be sent.
        asked: the value, in a tuple; ``None`` where no body was asked for.
        arrival: what came.
        added: names (lower case) of fields that signing adds.
    """
    kind = media_type(arrival)
    if asked is None:
        yield from _unasked(arrival, kind, added)
        return
    wanted = media_types[0].partition(";")[0].strip().lower() if media_types else ""
    if not _is_one_of(kind, wanted):
        yield f"the body's Content-Type is {kind or 'missing'}, not {wanted or 'known to the description'}"
        return
    yield from _compared(kind, _without(asked[0], added), arrival, added)


def _is_one_of(kind: str, wanted: str) -> bool:
    """Whether a media type is the one asked for, or in the range that is (RFC 9110, section 12.5.1)."""
    if not wanted.endswith("/*"):
        return kind == wanted
    return "*" not in kind and "/" in kind and (wanted == "*/*" or kind.startswith(wanted[:-1]))


def media_type(arrival: Arrival) -> str:
    """The media type that a request says of its body, without parameters, in lower case; empty where it says none."""
    return (arrival.header("content-type") or "").partition(";")[0].strip().lower()


def _unasked(arrival: Arrival, kind: str, added: frozenset[str]) -> Iterator[str]:
    if not arrival.body:
        return
    names = _names(kind, arrival.body) if added else None
    if names is None or not names <= added:
        yield f"a body of {len(arrival.body)} bytes was sent, and none was asked for"


def _names(kind: str, body: bytes) -> set[str] | None:
    if kind == _FORM:
        return {name.lower() for name, _ in _pairs(body)}
    try:
        value = loads_exact(body)
    except JsonTextError:
        return None
    return {name.lower() for name in value} if isinstance(value, dict) else None


def _compared(kind: str, asked: JsonValue, arrival: Arrival, added: frozenset[str]) -> Iterator[str]:
    if is_lines(kind):
        yield from _lines(kind, asked, arrival.body)
    elif is_json(kind):
        yield from _json(asked, arrival.body, added)
    elif kind == _FORM:
        yield from _fields(form_fields(asked, lists_as_text=False), [pair for pair in _pairs(arrival.body) if pair[0].lower() not in added])
    elif kind.startswith(_MULTIPART):
        yield from _fields(form_fields(asked, lists_as_text=True), _parts(arrival))
    elif arrival.body != _raw(asked):
        yield "the body's bytes are not those that were asked for"


def _without(value: JsonValue, names: frozenset[str]) -> JsonValue:
    """An object without the fields that signing adds or replaces; anything else as it is."""
    return {key: item for key, item in value.items() if key.lower() not in names} if isinstance(value, dict) else value


def is_json(kind: str) -> bool:
    """Whether a media type is JSON or built on it (RFC 6839)."""
    return kind.endswith(("/json", "+json"))


def _json(asked: JsonValue, body: bytes, added: frozenset[str]) -> Iterator[str]:
    try:
        arrived = loads_exact(body)
    except JsonTextError as error:
        yield f"the body is no JSON: {error}"
        return
    if (found := difference(asked, _without(arrived, added))) is not None:
        yield f"the body differs from the argument at {found}"


def _lines(kind: str, asked: JsonValue, body: bytes) -> Iterator[str]:
    text = body.decode("utf-8", errors="replace").replace("\r\n", "\n")
    texts = texts_of(text)
    try:
        found = difference(asked, [loads_exact(line) for line in texts])
    except JsonTextError as error:
        yield f"a line of the body is no JSON: {error}"
        return
    if found is not None:
        yield f"the body differs from the argument at {found}"
    elif text.rstrip("\n") != lines_text(texts, kind).rstrip("\n"):
        yield f"the body's values are not set apart as {kind} says"


def form_fields(asked: JsonValue, *, lists_as_text: bool) -> list[tuple[str, str]]:
    """What ``sdkgen/WIRE.md`` makes of an object: a list repeats its key, an object inside is JSON text, null is left out.

    A list of objects is one JSON text in a multipart body (``lists_as_text``), and repeats its key in a form.
    """
    fields: list[tuple[str, str]] = []
    for key, value in asked.items() if isinstance(asked, dict) else ():
        whole = lists_as_text and isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
        if isinstance(value, list) and not whole:
            fields += [(key, _told(item)) for item in value]
        elif value is not None:
            fields.append((key, _told(value)))
    return fields


def _told(value: JsonValue) -> str:
    """A value's text; bytes (as the harness writes them) as ``_bytes_text`` tells them."""
    is_bytes = isinstance(value, dict) and value.keys() == {"base64"} and isinstance(value["base64"], str)
    return _bytes_text(_raw(value)) if is_bytes else plain(value)


def _bytes_text(content: bytes) -> str:
    """Bytes as text where they are text, else as the harness writes them."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return dumps_exact({"base64": base64.b64encode(content).decode()})


def _fields(asked: list[tuple[str, str]], arrived: list[tuple[str, str]]) -> Iterator[str]:
    rest = list(arrived)
    unmet = []
    for field in asked:
        if field in rest:
            rest.remove(field)
        else:
            unmet.append(field)
    for field in unmet:
        other = next((other for other in rest if other[0] == field[0]), None)
        if other is None:
            yield f"the body lacks the field {field[0]} as it was asked for"
        else:
            rest.remove(other)
            yield f"the body differs from the argument at $.{field[0]}: {_cut(field[1])} became {_cut(other[1])}"
    for name, _ in rest:
        yield f"the body holds the field {name}, which was not asked for"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _pairs(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("utf-8", errors="replace")
    return [(unquote_plus(name), unquote_plus(value)) for pair in text.split("&") if pair for name, _, value in (pair.partition("="),)]


def _parts(arrival: Arrival) -> list[tuple[str, str]]:
    """Names and texts of a multipart body."""
    head = f"Content-Type: {arrival.header('content-type')}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + arrival.body)
    parts = []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        parts.append((str(name), _bytes_text(data)))
    return parts


def _raw(asked: JsonValue) -> bytes:
    if isinstance(asked, dict) and isinstance(text := asked.get("base64"), str):
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            return b""
    return plain(asked).encode()
