"""A talk about what no description knows: sent as given, signed like any call, and answered with exact JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.request import received
from certification.evidence.sdk.talks.ground import JSON, Ground
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from certification.sandboxes.mock.plan import PlannedAnswer
from sdkgen.api.json_text import JsonTextError, dumps_exact, loads_exact
from sdkgen.signing.recipe import Carrier
from sdkgen.signing.verify import signing_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue

_QUERY = (("text", "a&b c+d=é%/?#"), ("number", "1.10"), ("text", "again"))
_BODY: JsonValue = {"price": Decimal("0.1234567890123456789"), "id": 12345678901234567891, "note": 'é " \\ 🚀', "list": [1, None, True]}
_VALUE: JsonValue = {"total": Decimal("1.10"), "sum": Decimal("0.1000000000000000055"), "id": 9007199254740993}
_PATH = "/certify/raw"


def raw_talks(ground: Ground) -> Iterator[Talk]:
    """One call with a query, one with a body."""
    answers = (
        PlannedAnswer(status=200, headers=(*JSON, ("x-certify", "yes")), body=dumps_exact(_VALUE).encode()),
        PlannedAnswer(status=201, headers=JSON, body=b"[]"),
        PlannedAnswer(status=404, headers=JSON, body=b"{}"),
    )
    signed = _can_be_held_against_the_recipe(ground)
    asked: dict[str, JsonValue] = {"method": "GET", "path": _PATH, "query": [[*pair] for pair in _QUERY], "body": None, "signed": signed}
    sent: dict[str, JsonValue] = {"method": "POST", "path": _PATH, "query": [], "body": _BODY, "signed": signed}

    def judge(heard: Heard) -> Iterator[str]:
        yield from _answered(heard)
        yield from differs("requests", len(answers), len(heard.arrivals))
        for arrival, wanted in zip(heard.arrivals, ("GET", "POST", "GET"), strict=False):
            path = arrival.target.partition("?")[0]
            yield from differs("the method and path", (wanted, heard.prefix + _PATH), (arrival.method, path))
            yield from _signature(ground, arrival) if signed else ()
        for arrival in heard.arrivals[:1]:
            yield from differs("the query", _QUERY, _pairs(ground, arrival))
        for arrival in heard.arrivals[1:2]:
            yield from _body(ground, arrival)

    questions: tuple[dict[str, JsonValue], ...] = ({"request": asked}, {"request": sent}, {"request": asked})
    yield Talk(id="raw.requests-are-sent-as-given", answers=answers, questions=questions, judge=judge)


def _can_be_held_against_the_recipe(ground: Ground) -> bool:
    """Whether what a raw request is signed with is plain: recipes with a choice of places decide by what is declared."""
    recipe = ground.plan.recipe
    if recipe is None or ground.plan.credentials is None:
        return False
    values = [placement.value for placement in recipe.placements]
    return len(values) == len(set(values)) and not recipe.only_declared


def _answered(heard: Heard) -> Iterator[str]:
    yield from differs("the results", ("returned", "returned", "not_found"), heard.kinds())
    first = heard.results[0]
    if (changed := difference(_VALUE, first.member("value"))) is not None:
        yield f"the answer changed at {changed}"
    headers = first.member("headers")
    yield from differs("the answer's header x-certify", "yes", headers.get("x-certify") if isinstance(headers, dict) else None)
    yield from differs("the statuses", (200, 201, 404), heard.members("status"))


def _signature(ground: Ground, arrival: Arrival) -> Iterator[str]:
    recipe, known = ground.plan.recipe, ground.plan.credentials
    if recipe is not None and known is not None:
        yield from signing_faults(recipe, known, received(arrival))


def _pairs(ground: Ground, arrival: Arrival) -> tuple[tuple[str, str], ...]:
    own = _own_names(ground, Carrier.QUERY)
    pairs = (pair.partition("=") for pair in arrival.target.partition("?")[2].split("&") if pair)
    decoded = ((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)
    return tuple(pair for pair in decoded if pair[0] not in own)


def _body(ground: Ground, arrival: Arrival) -> Iterator[str]:
    own = _own_names(ground, Carrier.BODY)
    try:
        found = loads_exact(arrival.body)
    except JsonTextError as error:
        yield f"the body is no JSON: {error}"
        return
    if isinstance(found, dict):
        found = {name: value for name, value in found.items() if name not in own}
    if (changed := difference(_BODY, found)) is not None:
        yield f"the body changed at {changed}"


def _own_names(ground: Ground, carrier: Carrier) -> frozenset[str]:
    recipe = ground.plan.recipe
    return frozenset(each.name for each in recipe.placements if each.carrier is carrier) if recipe is not None else frozenset()
