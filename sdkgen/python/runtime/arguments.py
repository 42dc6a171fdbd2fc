"""Typed arguments into a request: each at its place, encoded as the wire wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .draft import Draft
from .errors import ArgumentError
from .jsontext import write
from .kinds import as_bytes
from .mismatch import encoded
from .wire import cookie_text, form_text, header_text, multipart, path_segment, percent_encoded, query_pairs, text_of, with_reserved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .http1 import Origin
    from .jsontext import JsonValue
    from .operation import Body, Operation, Parameter


def drafted(operation: Operation[Any], origin: Origin, headers: Mapping[str, str], arguments: tuple[Any, ...], body: Any) -> Draft:
    """The request of a call; arguments stand in the order of the operation's parameters, ``None`` is not sent.

    Raises:
        ArgumentError: an argument is missing or does not fit its type.
    """
    places: dict[str, str] = {}
    cookies: list[str] = []
    draft = Draft(operation.method, origin.authority, "")
    draft.headers = {"Accept": operation.accepted, **headers}
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
    _put_body(draft, operation.body, body)
    return draft


def is_given(draft: Draft, place: str) -> bool:
    """Whether an argument is in the request: ``body.client_order_id``, ``query.newClientOrderId``, ``header.X-Id``."""
    carrier, _, name = place.partition(".")
    if carrier == "header":
        return any(known.lower() == name.lower() and value for known, value in draft.headers.items())
    if carrier == "query":
        return _has_pair(draft.query, name)
    if draft.form is not None:
        return _has_pair(draft.form, name)
    value: JsonValue = draft.members
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value not in {None, ""} if isinstance(value, str) or value is None else True


def _has_pair(pairs: list[str], name: str) -> bool:
    key = percent_encoded(name) + "="
    return any(pair.startswith(key) and len(pair) > len(key) for pair in pairs)


def _put(draft: Draft, places: dict[str, str], cookies: list[str], parameter: Parameter, value: JsonValue) -> None:
    wire = parameter.wire
    if parameter.location == "query":
        pairs = query_pairs(wire, value, parameter.style, parameter.explode, parameter.json)
        if parameter.reserved:
            joined = isinstance(value, (dict, list)) and not parameter.explode
            pairs = (with_reserved(pair, joined=joined) for pair in pairs)
        draft.query.extend(pairs)
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
    elif described.encoding == "lines":
        from .lines import written_lines  # noqa: PLC0415  # rare

        draft.body = written_lines(value, described.media_type)
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
