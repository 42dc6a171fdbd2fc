"""Holds a request that arrived against what the call's arguments and the description ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from certification.evidence.sdk.body import body_mismatches, form_fields
from certification.evidence.sdk.stranger import FORM, Stranger, as_asked, in_one_place, without_window
from certification.evidence.sdk.written import cookie_text, header_text, path_text, query_pairs
from sdkgen.signing.recipe import Carrier
from sdkgen.signing.request import Place, SignedRequest
from sdkgen.signing.sign import places_made
from sdkgen.signing.verify import signing_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.described import DescribedRequest
    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue
    from sdkgen.signing.recipe import Placement, Recipe
    from sdkgen.signing.request import Credentials

_TRANSPORT_HEADERS = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "content-type",
        "host",
        "keep-alive",
        "sec-fetch-mode",
        "transfer-encoding",
        "user-agent",
    )
)
"""What clients send of their own accord, whatever the description says."""

_READING = frozenset(("GET", "HEAD"))
_LANE = re.compile(r"/~\d+(?=[/?]|$)")
_USER_AGENT = re.compile(r"[!-~]+/[0-9][!-~]*(?: .*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How the request had to be signed."""

    recipe: Recipe
    credentials: Credentials
    declared: frozenset[Place]

    @property
    def placements(self) -> tuple[Placement, ...]:
        """What the recipe adds to this operation's requests."""
        return places_made(self.recipe, self.declared)

    def names(self, carrier: Carrier) -> frozenset[str]:
        """The names that it adds there, in lower case."""
        return frozenset(placement.name.lower() for placement in self.placements if placement.carrier is carrier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one call's request has to be."""

    request: DescribedRequest
    prefix: str
    """What the base URL's path is: it stands before the operation's own path."""
    arguments: dict[str, dict[str, JsonValue]]
    """``path``, ``query``, ``header`` and ``cookie``; names as on the wire."""
    body: JsonValue
    has_body: bool
    signing: Signing | None
    """``None`` where the operation is not signed."""
    stranger: Stranger | None = None
    """Whose SDK is asked, where it is none of ours."""


def mismatches(expected: Expected, arrival: Arrival) -> tuple[str, ...]:
    """Where the request is not what was asked for, a sentence each; empty where it is."""
    stranger = expected.stranger
    form = expected.has_body and expected.request.media_types[:1] == (FORM,)
    placed = arrival
    if stranger is not None and stranger.forms_in_query and arrival.method not in _READING and (form or not expected.has_body):
        placed = in_one_place(arrival, form=form)
    meant = placed if stranger is None else as_asked(placed, _asked_texts(expected), expected.request.defaults)
    path, _, query = meant.target.partition("?")
    return (
        *_method_and_path(expected, meant.method, path),
        *_query(expected, query),
        *_headers(expected, meant),
        *_cookies(expected, meant),
        *body_mismatches(expected.request.media_types, _asked_body(expected), meant, _body_names(expected)),
        *_signature(expected, placed, arrival),
    )


def _asked_texts(expected: Expected) -> tuple[tuple[str, str], ...]:
    """Names and texts of what was asked for in the query and in a form, decoded."""
    asked = form_fields(expected.body, lists_as_text=False)
    for name, value in expected.arguments.get("query", {}).items():
        parameter = expected.request.parameter("query", name)
        pairs = query_pairs(parameter, value) if parameter is not None else ()
        asked += [(unquote_plus(key), unquote_plus(text)) for key, text in pairs]
    return tuple(asked)


def _asked_body(expected: Expected) -> tuple[JsonValue] | None:
    return (expected.body,) if expected.has_body else None


def _body_names(expected: Expected) -> frozenset[str]:
    return expected.signing.names(Carrier.BODY) if expected.signing is not None else frozenset()


def _method_and_path(expected: Expected, method: str, path: str) -> Iterator[str]:
    if method != expected.request.method:
        yield f"the method is {method}, not {expected.request.method}"
    values = expected.arguments.get("path", {})

    def filled(match: re.Match[str]) -> str:
        parameter = expected.request.parameter("path", match[1])
        return match[0] if parameter is None or match[1] not in values else path_text(parameter, values[match[1]])

    wanted = expected.prefix + re.sub(r"\{([^{}]+)\}", filled, expected.request.path)
    if path == wanted:
        return
    if unquote(path) != unquote(wanted) or path.count("/") != wanted.count("/"):
        yield f"the path is {_cut(path)}, not {_cut(wanted)}"


def _query(expected: Expected, query: str) -> Iterator[str]:
    """Parameter by parameter: missing, written otherwise, or not asked for."""
    arrived = [(name, value) for pair in query.split("&") if pair for name, _, value in (pair.partition("="),)]
    signing = expected.signing.names(Carrier.QUERY) if expected.signing is not None else frozenset()
    arrived = [(name, value) for name, value in arrived if unquote_plus(name).lower() not in signing]
    for name, value in expected.arguments.get("query", {}).items():
        parameter = expected.request.parameter("query", name)
        if parameter is None:
            yield f"the query parameter {name} is none of the description's"
            continue
        for pair in query_pairs(parameter, value):
            # Who keeps reserved characters does so because the server does not take the encoded ones.
            found = next((other for other in arrived if pair == other or (not parameter.allow_reserved and _same_pair(pair, other))), None)
            other = next((other for other in arrived if unquote_plus(other[0]) == unquote_plus(pair[0])), None)
            if found is not None:
                arrived.remove(found)
            elif other is not None:
                arrived.remove(other)
                yield f"the query differs from the argument at $.{name}: {_cut(pair[1])} became {_cut(other[1])}"
            else:
                yield f"the query lacks {_cut('='.join(pair))}"
    for name, value in arrived:
        yield f"the query holds {_cut(f'{name}={value}')}, which was not asked for"


def _same_pair(left: tuple[str, str], right: tuple[str, str]) -> bool:
    """Whether two pairs mean the same: how much is percent-encoded beyond what must be is the client's choice."""
    return left == right or all(unquote_plus(one) == unquote_plus(other) for one, other in zip(left, right, strict=True))


def _headers(expected: Expected, arrival: Arrival) -> Iterator[str]:
    asked = expected.arguments.get("header", {})
    for name, value in asked.items():
        parameter = expected.request.parameter("header", name)
        found = arrival.header(name)
        if parameter is None:
            yield f"the header {name} is none of the description's"
        elif found is None:
            yield f"the header {name} is missing"
        elif found != header_text(parameter, value):
            yield f"the header {name} is {_cut(found)}, not {_cut(header_text(parameter, value))}"
    signing = expected.signing.names(Carrier.HEADER) if expected.signing is not None else frozenset()
    known = _TRANSPORT_HEADERS | signing | {name.lower() for name in asked} | {"cookie"}
    names = [name.lower() for name, _ in arrival.headers]
    for name in dict.fromkeys(names):
        if name not in known and expected.stranger is None:
            yield f"the header {name} was not asked for"
        if names.count(name) > 1:
            yield f"the header {name} is sent {names.count(name)} times"
    if expected.stranger is not None:
        return
    agent = arrival.header("user-agent") or ""
    if not _USER_AGENT.fullmatch(agent):
        yield f"the User-Agent {_cut(agent)!r} does not say which program calls in which version"


def _cookies(expected: Expected, arrival: Arrival) -> Iterator[str]:
    arrived = [part.strip() for part in (arrival.header("cookie") or "").split(";") if part.strip()]
    for name, value in expected.arguments.get("cookie", {}).items():
        parameter = expected.request.parameter("cookie", name)
        wanted = "" if parameter is None else cookie_text(parameter, value)
        if wanted in arrived:
            arrived.remove(wanted)
        else:
            yield f"the cookie {name} is missing or written otherwise than {_cut(wanted)}"
    for pair in arrived:
        yield f"the cookie {_cut(pair)} was not asked for"


def _signature(expected: Expected, arrival: Arrival, sent: Arrival) -> Iterator[str]:
    """What is wrong with it; of a stranger's, whichever way its parameters are looked at (``sent``: as they travelled)."""
    signing = expected.signing
    if signing is None:
        return
    if expected.stranger is None:
        faults = signing_faults(signing.recipe, signing.credentials, received(arrival), declared=signing.declared)
    else:
        faults = _strangers_faults(signing, arrival)
        if faults and sent is not arrival:
            in_query = frozenset(Place(Carrier.QUERY, place.name) if place.carrier is Carrier.BODY else place for place in signing.declared)
            faults = _strangers_faults(replace(signing, declared=in_query), sent) and faults
    yield from (f"{SIGNATURE}{fault}" for fault in faults)


def _strangers_faults(signing: Signing, arrival: Arrival) -> tuple[str, ...]:
    """The lane in the base URL is ours: whether it is signed with the rest of the path is not the SDK's concern."""
    recipe = without_window(signing.recipe)
    faults: tuple[str, ...] = ()
    for target in (arrival.target, _LANE.sub("", arrival.target, count=1)):
        faults = signing_faults(recipe, signing.credentials, received(replace(arrival, target=target)), declared=signing.declared)
        if not faults:
            break
    return faults


def received(arrival: Arrival) -> SignedRequest:
    """The request as the signing package reads it."""
    path, _, query = arrival.target.partition("?")
    return SignedRequest(
        method=arrival.method,
        host=(arrival.header("host") or "").lower(),
        path=path,
        query=query,
        headers=arrival.headers,
        body=arrival.body,
    )


SIGNATURE = "signature: "
"""What the sentences about signing begin with."""

_SHOWN = 160


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
