"""What is asked of an SDK that is none of ours, and which of its ways mean the same as the description's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from sdkgen.api.json_text import number_text
from sdkgen.signing.recipe import Value

if TYPE_CHECKING:
    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue
    from sdkgen.signing.recipe import Recipe
    from sdkgen.source import ExampleCall

FORM = "application/x-www-form-urlencoded"
_UNHEARD = "EUnheard:Refused for a reason that came later"
_UNHEARD_NUMBER = 471_100_815
_BEYOND = 2**63
_PRECISE = 2**53 + 1
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
"""A number as every exchange reads it: no exponent."""

CAPABILITIES = (
    "base_path",
    "clock",
    "decode",
    "iterate",
    "log",
    "nonce",
    "request",
    "retries",
    "stream_request",
    "streams",
    "sync_clock",
    "timeout",
)
"""What a program of protocol 3 may say that it can do (``sdkgen/HARNESS.md``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """What a third party's program says that its SDK has."""

    operations: tuple[str, ...]
    types: tuple[str, ...]
    capabilities: tuple[str, ...]
    forms_in_query: bool = False
    """Whether the exchange takes the fields of a form in the query as well."""
    repeatable: tuple[str, ...] = ()
    """Operations that change something and may be sent again all the same, by the exchange's profile."""
    traded: tuple[ExampleCall, ...] = ()
    """Calls as people make them, beside those that are made up."""
    success: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Place and texts that mean success there, as in ``sdkgen.refusal.Errors``: an SDK may take any other answer for a refusal."""

    def can(self, capability: str) -> bool:
        """Whether it has one of ``CAPABILITIES``."""
        return capability in self.capabilities


def told_alike(expected: JsonValue, found: JsonValue, *, rounded: bool = False) -> JsonValue:
    """What was found, with all that means the same written as expected.

    A number may be a text of the same value, so that no digit is lost, and a member that is null may be absent on either side. Where
    ``rounded``, a number may also have lost what a binary float can't hold.
    """
    match expected, found:
        case dict(), dict():
            alike = {key: told_alike(value, found[key], rounded=rounded) if key in found else None for key, value in expected.items()}
            kept = {key: value for key, value in alike.items() if key in found or expected[key] is None}
            return kept | {key: value for key, value in found.items() if key not in expected and value is not None}
        case list(), list() if len(expected) == len(found):
            return [told_alike(one, other, rounded=rounded) for one, other in zip(expected, found, strict=True)]
        case ((int() | Decimal()), str()) if not isinstance(expected, bool) and _is_number(found):
            return expected if Decimal(found) == Decimal(number_text(expected)) else found
        case ((int() | Decimal()), (int() | Decimal())) if rounded and not isinstance(expected, bool):
            return expected if _as_float(expected) == _as_float(found) else found
        case _:
            return found


def plausible(value: JsonValue) -> JsonValue:
    """A made-up answer whose large whole numbers are such as exchanges send: none beyond 64 bits, and none of them below zero.

    SDKs hold ids and times in 64 bits, some without a sign; more digits than a binary float holds are still there.
    """
    match value:
        case dict():
            return {key: plausible(inner) for key, inner in value.items()}
        case list():
            return [plausible(inner) for inner in value]
        case int() if not isinstance(value, bool):
            return value if -_PRECISE < value < _BEYOND else _PRECISE
        case _:
            return value


def as_success(value: JsonValue, success: tuple[tuple[str, tuple[str, ...]], ...]) -> JsonValue:
    """A made-up answer that says success where the exchange says so; places deeper than a member are left as they are."""
    if not isinstance(value, dict):
        return value
    said = dict(value)
    for place, texts in success:
        name = place.removesuffix("[0]")
        if name in said and name != place and not texts:
            said[name] = []
        elif name in said and name == place and texts:
            said[name] = _as(said[name], texts[0])
    return said


def _as(made_up: JsonValue, text: str) -> JsonValue:
    """A text as the kind of value that was made up for its place."""
    match made_up:
        case str():
            return text
        case bool():
            return text == "true"
        case int() | Decimal():
            return int(text) if text.removeprefix("-").isdecimal() else made_up
        case _:
            return made_up


def as_refusal(value: JsonValue, success: tuple[tuple[str, tuple[str, ...]], ...]) -> JsonValue | None:
    """The same answer, saying that the exchange refused, for a reason that nobody has heard of; ``None`` where it has no place for that."""
    if not isinstance(value, dict):
        return None
    for place, texts in success:
        name = place.removesuffix("[0]")
        if name in value and name != place and not texts:
            return {name: [_UNHEARD]}
        if isinstance(value.get(name), str) and name == place:
            return value | {name: _UNHEARD}
        if isinstance(value.get(name), int | Decimal) and not isinstance(value.get(name), bool) and name == place:
            return value | {name: _UNHEARD_NUMBER}
    return None


def in_one_place(arrival: Arrival, *, form: bool) -> Arrival:
    """The request with all that it sent in query and form where it was asked for: in the form, or in the query.

    For exchanges that take parameters in either, or some here and some there.
    """
    path, _, query = arrival.target.partition("?")
    if arrival.body and not (arrival.header("content-type") or "").startswith(FORM):
        return arrival
    pairs = "&".join(text for text in (query, arrival.body.decode("latin-1")) if text)
    headers = tuple(pair for pair in arrival.headers if pair[0].lower() != "content-type")
    if not form:
        return replace(arrival, target=f"{path}?{pairs}" if pairs else path, headers=headers, body=b"")
    if not pairs:
        return arrival
    return replace(arrival, target=path, headers=(*headers, ("content-type", FORM)), body=pairs.encode("latin-1"))


def as_asked(arrival: Arrival, asked: tuple[tuple[str, str], ...], defaults: tuple[tuple[str, str], ...]) -> Arrival:
    """The request with what its query and form hold written as it was asked for, where it means the same.

    A plain number is the same however many zeros it ends with, and a value that the exchange takes anyway may be sent unasked.

    Args:
        arrival: what came.
        asked: names and texts, decoded.
        defaults: the values that the exchange takes where nothing is sent.
    """
    path, _, query = arrival.target.partition("?")
    target = f"{path}?{_settled(query, asked, defaults)}" if query else path
    written_as_form = (arrival.header("content-type") or "").startswith(FORM)
    body = _settled(arrival.body.decode("latin-1"), asked, defaults).encode("latin-1") if written_as_form else arrival.body
    return replace(arrival, target=target, body=body)


def without_window(recipe: Recipe) -> Recipe:
    """The recipe for a client that leaves the time window to the exchange: it is not asked for, and may be any."""
    return replace(recipe, placements=tuple(placement for placement in recipe.placements if placement.value is not Value.WINDOW))


def _settled(text: str, asked: tuple[tuple[str, str], ...], defaults: tuple[tuple[str, str], ...]) -> str:
    named = {name for name, _ in asked}
    taken_anyway = {(name, value.lower()) for name, value in defaults if name not in named}
    pairs = (pair for pair in text.split("&") if _read(pair) not in taken_anyway)
    return "&".join(_settled_pair(pair, asked) for pair in pairs)


def _read(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unquote_plus(name), unquote_plus(value).lower()


def _settled_pair(pair: str, asked: tuple[tuple[str, str], ...]) -> str:
    name, separator, value = pair.partition("=")
    told = unquote_plus(value)
    if not separator or not _PLAIN.fullmatch(told):
        return pair
    wanted = (text for known, text in asked if known == unquote_plus(name) and _PLAIN.fullmatch(text) and Decimal(text) == Decimal(told))
    return f"{name}={next(wanted, value)}"


def _as_float(number: int | Decimal) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d{1,3})?", text) is not None
