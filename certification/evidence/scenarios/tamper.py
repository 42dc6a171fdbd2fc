"""Breaking a call's proof of identity on purpose, one way at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from certification.evidence.places import write
from certification.evidence.scenarios.partly import is_partly, partly_breakable
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.model import Encoding
from sdkgen.signing.recipe import Algorithm, Carrier, Recipe, TextEncoding, Value
from sdkgen.signing.request import UnsignedRequest

if TYPE_CHECKING:
    from sdkgen.api.model import Operation


OTHER_PATH = "signed for another path"
_MOST_DIGITS = 40
_WIDER_MS = 1_000
_NINE = 9


class Tamper(StrEnum):
    """What is wrong with a call's proof of identity. The values are the steps' labels."""

    NOTHING = "nothing"
    UNSIGNED = "unsigned"
    WRONG_SIGNATURE = "wrong signature"
    STALE_TIMESTAMP = "stale timestamp"
    CHANGED_AFTER_SIGNING = "changed after signing"
    FUTURE_TIMESTAMP = "future timestamp"
    EMPTY_SIGNATURE = "empty signature"
    LEFT_OUT = "signature left out"
    """Everything else is there, the key too."""
    KEY_RECASED = "key in another case"
    SIGNED_BY_ANOTHER = "signed by another"
    """With the first account's key and the second one's secret."""
    WINDOW_CHANGED = "window changed after signing"
    TIMESTAMP_CHANGED = "timestamp changed after signing"
    """By one unit, so that it is as fresh as the signed one."""
    OTHER_PATH = "signed for another path"
    OTHER_METHOD = "signed for another method"
    WITHOUT_TIME = "signed without its time"
    WITHOUT_QUERY = "signed without its query"
    WITHOUT_BODY = "signed without its body"
    SIGNATURE_RECASED = "signature in another case"
    """Where it is base64, whose small letters are others than its large ones."""
    NOT_THE_PHRASE = "wrong passphrase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A call before it is signed: the operation, and text for each place (``body.price``, ``query.limit``, ``path.id``)."""

    operation: Operation
    given: tuple[tuple[str, str], ...]


def breakable(tamper: str, draft: Draft, recipe: Recipe) -> bool:
    """Whether the recipe's proof of identity can be broken in that way at all."""
    nothing = UnsignedRequest(method="GET", host="", path="/")
    ways = {
        "wrong signature": lambda: recipe.algorithm is not Algorithm.NONE,
        "signed by another": lambda: recipe.algorithm is not Algorithm.NONE,
        "stale timestamp": lambda: dated(recipe),
        "future timestamp": lambda: dated(recipe),
        "changed after signing": lambda: recipe.algorithm is not Algorithm.NONE and changeable(draft, recipe) is not None,
        "empty signature": lambda: emptied(nothing, recipe) is not None,
        "key in another case": lambda: recased(nothing, recipe) is not None,
        "signature left out": lambda: unproved(nothing, recipe) is not None,
        OTHER_PATH: lambda: Value.PATH in _covered(recipe),
        "window changed after signing": lambda: widened(nothing, recipe) is not None,
    }
    if is_partly(tamper):
        return partly_breakable(tamper, draft, recipe)
    return tamper not in ways or ways[tamper]()


def dated(recipe: Recipe) -> bool:
    """Whether a signature says when it was made."""
    dated = {Value.TIMESTAMP, Value.EXPIRES}
    claims = (part.value for claim in recipe.jwt_claims for part in claim.parts)
    return any(value in dated for value in (*(placement.value for placement in recipe.placements), *claims))


def _covered(recipe: Recipe) -> set[Value]:
    def values(parts: tuple[Any, ...]) -> set[Value]:
        return {part.value for part in parts} | {value for part in parts for value in values(part.parts)}

    covered = values(recipe.payload) | {value for claim in recipe.jwt_claims for value in values(claim.parts)}
    return covered | {Value.BODY} if Value.MEMBERS in covered else covered


def signs_the_body_alone(recipe: Recipe) -> bool:
    """Whether a signature covers the body, and no query."""
    return Value.BODY in (covered := _covered(recipe)) and Value.QUERY not in covered


def changeable(draft: Draft, recipe: Recipe) -> tuple[str, str] | None:
    """The last number among the signed arguments: changing it changes what is asked, and keeps it valid."""
    covered = {carrier for carrier, value in (("body", Value.BODY), ("query", Value.QUERY)) if value in _covered(recipe)}
    for place, text in reversed(draft.given):
        if place.partition(".")[0] in covered and _number(text) is not None:
            return place, text
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 and abs(number.adjusted()) <= _MOST_DIGITS else None


def changed(request: UnsignedRequest, draft: Draft, recipe: Recipe) -> UnsignedRequest:
    """The signed request, asking for twice what was signed."""
    place, text = changeable(draft, recipe) or ("", "0")
    carrier, _, name = place.partition(".")
    doubled = f"{Decimal(text) * 2:f}"
    pair, other = (f"{quote(name, safe='')}={quote(value, safe='')}" for value in (text, doubled))
    if carrier == "query":
        return replace(request, query=request.query.replace(pair, other, 1))
    if request.encoding is Encoding.FORM:
        return replace(request, body=request.body.replace(pair.encode(), other.encode(), 1))
    document: Any = loads_exact(request.body)
    write(document, name, doubled if f'"{text}"'.encode() in request.body else Decimal(doubled))
    return replace(request, body=dumps_exact(document).encode())


def misspelt(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest:
    """The same with one character of the signature changed for another of its alphabet."""
    for placement in recipe.placements:
        if placement.value is not Value.SIGNATURE:
            continue
        if placement.carrier is Carrier.HEADER:
            headers = tuple((name, turned(value) if name.lower() == placement.name.lower() else value) for name, value in request.headers)
            return replace(request, headers=headers)
        if placement.carrier is Carrier.QUERY:
            before, _, signature = request.query.rpartition(f"{quote(placement.name, safe='')}=")
            return replace(request, query=f"{before}{quote(placement.name, safe='')}={turned(signature)}")
        before_body, _, rest = request.body.rpartition(placement.name.encode())
        return replace(request, body=before_body + placement.name.encode() + turned(rest.decode()).encode())
    return request


def emptied(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with nothing where the signature stands; ``None`` where it stands in no header and no query."""
    for placement in recipe.placements:
        if placement.value is not Value.SIGNATURE or placement.carrier is Carrier.BODY:
            continue
        if placement.carrier is Carrier.HEADER:
            return _with_header(request, placement.name, "")
        before, found, _ = request.query.rpartition(f"{quote(placement.name, safe='')}=")
        return replace(request, query=before + found)
    return None


def unproved(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with everything but the signature; ``None`` where nothing else would tell who calls, or it stands in a body."""
    carriers = {placement.value: placement for placement in recipe.placements}
    placement = carriers.get(Value.SIGNATURE)
    if placement is None or Value.KEY not in carriers or placement.carrier is Carrier.BODY:
        return None
    if placement.carrier is Carrier.HEADER:
        return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != placement.name.lower()))
    name = quote(placement.name, safe="")
    return replace(request, query="&".join(pair for pair in request.query.split("&") if pair.partition("=")[0] != name))


def widened(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with a longer window than was signed; ``None`` where nothing signed says how long."""
    signed, longer = _covered(recipe), str(recipe.window_ms + _WIDER_MS)
    for placement in recipe.placements:
        if placement.value is not Value.WINDOW:
            continue
        if placement.carrier is Carrier.HEADER and Value.WINDOW in signed:
            return _with_header(request, placement.name, longer)
        if placement.carrier is Carrier.QUERY and signed & {Value.WINDOW, Value.QUERY}:
            name = quote(placement.name, safe="")
            pairs = (f"{name}={longer}" if pair.partition("=")[0] == name else pair for pair in request.query.split("&"))
            return replace(request, query="&".join(pairs))
    return None


def recased(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with the key's small letters large and its large ones small; ``None`` where no header holds it."""
    for placement in recipe.placements:
        if placement.value is Value.KEY and placement.carrier is Carrier.HEADER and recipe.algorithm is not Algorithm.NONE:
            given = next((value for name, value in request.headers if name.lower() == placement.name.lower()), "")
            return _with_header(request, placement.name, placement.prefix + given.removeprefix(placement.prefix).swapcase())
    return None


def redated(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with a timestamp that is one unit later than the signed one; ``None`` where none in header or query is signed."""
    signed = _covered(recipe)
    for placement in recipe.placements:
        if placement.value is not Value.TIMESTAMP:
            continue
        if placement.carrier is Carrier.HEADER and Value.TIMESTAMP in signed:
            given = header_of(request, placement.name)
            moved = _moved(given)
            return _with_header(request, placement.name, moved) if moved is not None else None
        if placement.carrier is Carrier.QUERY and signed & {Value.TIMESTAMP, Value.QUERY}:
            before, found, after = request.query.partition(f"{quote(placement.name, safe='')}=")
            given, more, rest = after.partition("&")
            moved = _moved(unquote(given))
            return replace(request, query=f"{before}{found}{quote(moved, safe='')}{more}{rest}") if moved is not None else None
    return None


def _moved(timestamp: str) -> str | None:
    """The timestamp one unit later, or earlier where its last digit is a nine; ``None`` where it holds no digit."""
    if timestamp.isdecimal():
        return str(int(timestamp) + 1)
    last = next((place for place in reversed(range(len(timestamp))) if timestamp[place].isdecimal()), None)
    if last is None:
        return None
    digit = int(timestamp[last])
    return f"{timestamp[:last]}{digit + 1 if digit < _NINE else digit - 1}{timestamp[last + 1 :]}"


def signature_recased(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with the signature's small letters large and its large ones small; ``None`` where they are not told apart in it."""
    if recipe.output not in {TextEncoding.BASE64, TextEncoding.BASE64URL} or recipe.algorithm.value.startswith("jwt"):
        return None
    return _other_header(request, recipe, frozenset({Value.SIGNATURE}), str.swapcase)


def with_another_passphrase(request: UnsignedRequest, recipe: Recipe) -> UnsignedRequest | None:
    """The same with one character of the passphrase changed; ``None`` where no header holds one."""
    return _other_header(request, recipe, frozenset({Value.PASSPHRASE, Value.SIGNED_PASSPHRASE}), turned)


def _other_header(
    request: UnsignedRequest, recipe: Recipe, wanted: frozenset[Value], other: Callable[[str], str]
) -> UnsignedRequest | None:
    for placement in recipe.placements:
        if placement.value in wanted and placement.carrier is Carrier.HEADER:
            given = header_of(request, placement.name).removeprefix(placement.prefix)
            return _with_header(request, placement.name, placement.prefix + other(given)) if given else None
    return None


def signature_in(request: UnsignedRequest, recipe: Recipe) -> str:
    """The signature of a signed request, as its header, query or form holds it; empty where none does."""
    placed = next((each for each in recipe.placements if each.value is Value.SIGNATURE), None)
    if placed is None:
        return ""
    if placed.carrier is Carrier.HEADER:
        return header_of(request, placed.name).removeprefix(placed.prefix)
    pairs = request.query if placed.carrier is Carrier.QUERY else request.body.decode(errors="replace")
    found = (pair.partition("=") for pair in pairs.split("&"))
    return next((unquote(value) for name, _, value in found if unquote(name) == placed.name), "")


def header_of(request: UnsignedRequest, name: str) -> str:
    """A header's value; empty where there is none."""
    return next((value for given, value in request.headers if given.lower() == name.lower()), "")


_SPOILT: dict[str, Callable[[UnsignedRequest, Recipe], UnsignedRequest | None]] = {
    "wrong signature": misspelt,
    "empty signature": emptied,
    "signature left out": unproved,
    "window changed after signing": widened,
    "key in another case": recased,
    "timestamp changed after signing": redated,
    "signature in another case": signature_recased,
    "wrong passphrase": with_another_passphrase,
}
SPOILING = frozenset({"changed after signing", *_SPOILT})
"""The ways that change a request after it was signed."""


def spoilt(tamper: str, request: UnsignedRequest, draft: Draft, recipe: Recipe) -> UnsignedRequest | None:
    """The signed request, spoilt in that way; ``None`` where it can't be."""
    if tamper == "changed after signing":
        return changed(request, draft, recipe)
    return _SPOILT[tamper](request, recipe) if tamper in _SPOILT else None


def _with_header(request: UnsignedRequest, name: str, value: str) -> UnsignedRequest:
    headers = tuple((given, value if given.lower() == name.lower() else was) for given, was in request.headers)
    return replace(request, headers=headers)


def turned(signature: str) -> str:
    """One character in the middle changed: the last ones of base64 may hold no data."""
    middle = len(signature) // 2
    while middle < len(signature) - 1 and not signature[middle].isalnum():
        middle += 1
    other = "a" if signature[middle] != "a" else "b"
    return signature[:middle] + other + signature[middle + 1 :]
