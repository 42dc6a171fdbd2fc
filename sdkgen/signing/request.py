"""A request as it goes on the wire, before and after it is signed, and how a value is put into it or found in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never
from urllib.parse import quote, unquote_plus

from sdkgen.api.model import AliasType, Encoding, Location, Nullable, ObjectType, Reference
from sdkgen.signing.recipe import Carrier, Placement

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Operation, Type

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves who calls. Only the key may be shown."""

    key: str
    secret: str = field(default="", repr=False)
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedRequest:
    """A request, complete but for what the recipe adds."""

    method: str
    host: str
    """Host and, where it is not the scheme's own, port."""
    path: str
    """As on the wire, base path included."""
    query: str = ""
    """As on the wire, without ``?``."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    encoding: Encoding | None = None
    """How a body is begun where there is none; ``None`` leaves it to the request's content type, then to JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as it is sent."""

    method: str
    host: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    """Names as given and as the recipe writes them."""
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class Place(NamedTuple):
    """A name that an operation declares, and where."""

    carrier: Carrier
    name: str


def declared_places(api: Api, operation: Operation) -> frozenset[Place]:
    """Every query parameter, header and body field that the operation declares: what ``only_declared`` recipes ask for."""
    carriers = {Location.QUERY: Carrier.QUERY, Location.HEADER: Carrier.HEADER}
    places = {
        Place(carriers[parameter.location], parameter.wire_name) for parameter in operation.parameters if parameter.location in carriers
    }
    if operation.body is not None and operation.body.contents:
        places.update(Place(Carrier.BODY, name) for name in _field_names(api, operation.body.contents[0].type))
    return frozenset(places)


def _field_names(api: Api, declared: Type) -> tuple[str, ...]:
    match declared:
        case Reference(name=name):
            named = api.type_named(name)
            match named:
                case ObjectType(fields=fields):
                    return tuple(each.wire_name for each in fields)
                case AliasType(target=target):
                    return _field_names(api, target)
                case _:
                    return ()
        case Nullable(inner=inner):
            return _field_names(api, inner)
        case _:
            return ()


def percent_encoded(text: str) -> str:
    """Everything but RFC 3986's unreserved characters, as UTF-8 in upper-case hexadecimal."""
    return quote(text, safe="")


def with_text(request: UnsignedRequest, placement: Placement, text: str) -> UnsignedRequest:
    """The request with ``text`` at the placement's place, instead of what may have had that name there."""
    match placement.carrier:
        case Carrier.HEADER:
            return _with_header(request, placement.name, text)
        case Carrier.QUERY:
            return replace(request, query=_with_pair(request.query, placement.name, text))
        case Carrier.BODY:
            return _with_body_field(request, placement, text)
        case _:
            assert_never(placement.carrier)


def text_at(request: UnsignedRequest | SignedRequest, placement: Placement) -> str | None:
    """The text at the placement's place, its prefix taken off; ``None`` where there is none."""
    found = _found(request, placement)
    if found is None or not found.startswith(placement.prefix):
        return None
    return found[len(placement.prefix) :]


def without(request: UnsignedRequest, placement: Placement) -> UnsignedRequest:
    """The request without what stands at the placement's place."""
    match placement.carrier:
        case Carrier.HEADER:
            return replace(request, headers=_other_headers(request.headers, placement.name))
        case Carrier.QUERY:
            return replace(request, query=_other_pairs(request.query, placement.name))
        case Carrier.BODY:
            return replace(request, body=_body_without(request, placement))
        case _:
            assert_never(placement.carrier)


def json_text(value: Any) -> str:
    """Compact JSON text in which every number keeps its digits, as ``sdkgen/WIRE.md`` says."""
    match value:
        case dict():
            return "{" + ",".join(f"{_json_string(key)}:{json_text(member)}" for key, member in value.items()) + "}"
        case list():
            return "[" + ",".join(json_text(item) for item in value) + "]"
        case str():
            return _json_string(value)
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value)


def members_text(body: bytes, name: str) -> str:
    """What ``Value.MEMBERS`` says of a JSON body; empty where it is no object, or has no such member."""
    members = _members(body)
    if members is None or (name and name not in members):
        return ""
    return _run_together(members[name] if name else members)


def pairs_text(body: bytes, name: str) -> str:
    """What ``Value.PAIRS`` says of a JSON body; empty where there is no such object."""
    members = _members(body)
    value = members.get(name) if members is not None and name else members
    if not isinstance(value, dict):
        return ""
    return "&".join(f"{key}={_plain(value[key])}" for key in sorted(value))


def _run_together(value: Any) -> str:
    match value:
        case dict():
            return "".join(key + _run_together(value[key]) for key in sorted(value))
        case list():
            return "".join(_run_together(item) for item in value)
        case str():
            return value
        case _:
            return json_text(value)


def _json_string(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in written)


def _found(request: UnsignedRequest | SignedRequest, placement: Placement) -> str | None:
    match placement.carrier:
        case Carrier.HEADER:
            return next((value for name, value in request.headers if name.lower() == placement.name.lower()), None)
        case Carrier.QUERY:
            return _pair_value(request.query, placement.name)
        case Carrier.BODY:
            if _is_form(request.headers):
                return _pair_value(request.body.decode("utf-8", "replace"), placement.name)
            return _member_text(request.body, placement)
        case _:
            assert_never(placement.carrier)


def _with_header(request: UnsignedRequest, name: str, text: str) -> UnsignedRequest:
    return replace(request, headers=(*_other_headers(request.headers, name), (name, text)))


def _other_headers(headers: tuple[tuple[str, str], ...], name: str) -> tuple[tuple[str, str], ...]:
    return tuple((known, value) for known, value in headers if known.lower() != name.lower())


def _with_pair(pairs: str, name: str, text: str) -> str:
    pair = f"{percent_encoded(name)}={percent_encoded(text)}"
    others = _other_pairs(pairs, name)
    return f"{others}&{pair}" if others else pair


def _other_pairs(pairs: str, name: str) -> str:
    return "&".join(pair for pair in pairs.split("&") if pair and unquote_plus(pair.partition("=")[0]) != name)


def _pair_value(pairs: str, name: str) -> str | None:
    for pair in pairs.split("&"):
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name:
            return unquote_plus(value)
    return None


def _is_form(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(name.lower() == "content-type" and value.lower().startswith(_FORM) for name, value in headers)


def _has_content_type(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(name.lower() == "content-type" for name, _ in headers)


def _with_body_field(request: UnsignedRequest, placement: Placement, text: str) -> UnsignedRequest:
    form = _is_form(request.headers) or (not request.body and request.encoding is Encoding.FORM)
    if not request.body and not _has_content_type(request.headers):
        request = replace(request, headers=(*request.headers, ("Content-Type", _FORM if form else _JSON)))
    if form:
        pairs = _with_pair(request.body.decode("utf-8", "surrogateescape"), placement.name, text)
        return replace(request, body=pairs.encode("utf-8", "surrogateescape"))
    return replace(request, body=_with_member(request.body, placement, text))


def _body_without(request: UnsignedRequest, placement: Placement) -> bytes:
    name = placement.name
    if _is_form(request.headers):
        return _other_pairs(request.body.decode("utf-8", "surrogateescape"), name).encode("utf-8", "surrogateescape")
    members = _members(request.body)
    taking = members.get(placement.within) if members is not None and placement.within else members
    if not isinstance(taking, dict) or name not in taking:
        return request.body
    del taking[name]
    return json_text(members).encode()


def _with_member(body: bytes, placement: Placement, text: str) -> bytes:
    members = _members(body or b"{}")
    if members is None:
        return body
    if placement.within:
        return _with_inner_member(body, members, placement, text)
    written = f"{_json_string(placement.name)}:{text if placement.number else _json_string(text)}"
    if placement.name in members:
        del members[placement.name]
        others = json_text(members)[1:-1]
    else:
        # The caller's own bytes stay as they are: they may be written in a way that we would not write them.
        others = body.decode().strip()[1:-1].strip()
    return ("{" + (f"{others},{written}" if others else written) + "}").encode()


def _with_inner_member(body: bytes, members: dict[str, Any], placement: Placement, text: str) -> bytes:
    taking = members.setdefault(placement.within, {})
    if not isinstance(taking, dict):
        return body
    taking.pop(placement.name, None)
    taking[placement.name] = json.loads(text, parse_float=Decimal) if placement.number else text
    return json_text(members).encode()


def _members(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _member_text(body: bytes, placement: Placement) -> str | None:
    members = _members(body)
    taking = members.get(placement.within) if members is not None and placement.within else members
    if not isinstance(taking, dict) or placement.name not in taking:
        return None
    return _plain(taking[placement.name])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)
