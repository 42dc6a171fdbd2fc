"""Folds what an SDK answered and what arrived at the mock exchange into evidence: facts, no judgement."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from certification.evidence.record import ErrorCase, LeftOut, Message, RoundTripLoss, RoundTrips, WireCase
from certification.evidence.sdk.answers import REFUSAL
from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.harness import MISSING, call_document
from certification.evidence.sdk.misfits import MISFIT
from certification.evidence.sdk.planned import DOCUMENTED, PlannedDecode
from certification.evidence.sdk.request import mismatches, received
from certification.evidence.sdk.stranger import told_alike
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.values import GENERATED, PRECISION, UNKNOWN
from sdkgen.signing.recipe import Algorithm, Carrier, Value
from sdkgen.signing.request import text_at

if TYPE_CHECKING:
    from certification.evidence.sdk.harness import Result, Results
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.planned import PlannedCall, PlannedError, PlannedValue
    from certification.evidence.sdk.request import Expected
    from certification.evidence.sdk.stranger import Stranger
    from certification.sandboxes.mock.log import Arrival
    from sdkgen.api.json_text import JsonValue
    from sdkgen.signing.recipe import Part, Recipe

_SHOWN = 4000
"""Characters of a document that the evidence keeps: enough to see what happened, little enough for hundreds of operations."""

_RANDOM = frozenset((Algorithm.RSA_PSS_SHA256, Algorithm.JWT_ES256))
_EACH_TIME = "(another-each-time)"
_NOWHERE = "\x00"

_INCOMPLETE = frozenset(("cut", "truncated", "empty"))
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))

Arrivals = dict[int, tuple["Arrival", ...]]


def by_lane(arrivals: tuple[Arrival, ...]) -> Arrivals:
    """The requests of each lane, in order."""
    lanes: dict[int, list[Arrival]] = {}
    for arrival in arrivals:
        if arrival.lane is not None:
            lanes.setdefault(arrival.lane, []).append(arrival)
    return {lane: tuple(requests) for lane, requests in lanes.items()}


def wire_cases(plan: ExercisePlan, results: Results, arrivals: Arrivals) -> tuple[WireCase, ...]:
    """Every call, held against its arguments, the description and the answer that was given."""
    answered = ((call, results.of_lane(call.lane)) for call in plan.calls)
    return tuple(
        _wire_case(plan, call, result, arrivals.get(call.lane, ()))
        for call, result in answered
        if _says_something(plan, result) and not (call.refusable and _refuses(result))
    )


def error_cases(plan: ExercisePlan, results: Results, arrivals: Arrivals) -> tuple[ErrorCase, ...]:
    """Every failure, and what the caller was told."""
    answered = ((error, results.of_lane(error.lane)) for error in plan.errors)
    return tuple(
        _error_case(error, result, arrivals.get(error.lane, ()), plan.stranger)
        for error, result in answered
        if _says_something(plan, result)
    )


def round_trips(plan: ExercisePlan, results: Results) -> RoundTrips:
    """Every value that was decoded and encoded again."""
    asked: list[tuple[PlannedDecode | PlannedValue, Result]] = []
    asked += ((decode, results.of_decode(index)) for index, decode in enumerate(plan.decodes))
    asked += ((value, results.of_lane(value.lane)) for value in plan.values)
    told = [(each, result) for each, result in asked if _says_something(plan, result)]
    probes = [each.probe for each, _ in told]
    found = (_loss(each, result) if isinstance(each, PlannedDecode) else _loss_on_the_way(each, result) for each, result in told)
    return RoundTrips(
        documented=probes.count(DOCUMENTED),
        generated=probes.count(GENERATED),
        precision=probes.count(PRECISION),
        unknown=probes.count(UNKNOWN),
        misfits=probes.count(MISFIT),
        losses=tuple(loss for loss in found if loss is not None),
    )


def left_out(plan: ExercisePlan, results: Results) -> tuple[LeftOut, ...]:
    """What an adapter refused to ask its SDK, each operation and reason once."""
    asked = ((each.operation, results.of_lane(each.lane)) for each in plan.in_lanes)
    found = dict.fromkeys((operation, _cut(result.failure())) for operation, result in asked if _refuses(result))
    return tuple(LeftOut(about=operation, reason=reason) for operation, reason in found)


def _says_something(plan: ExercisePlan, result: Result) -> bool:
    """Whether a result says anything of the SDK: not what a stranger's adapter refused, nor what came after its program's end.

    Our own programs refuse nothing that the description has, and what they leave out counts as wrong.
    """
    return plan.stranger is None or not (_refuses(result) or result.kind == MISSING.kind)


def _refuses(result: Result) -> bool:
    """Whether nothing was asked: the adapter has no way, or the SDK knows better than the description which arguments make sense."""
    return result.kind == "refused" or (result.kind == "raised" and result.member("kind") == "configuration")


def _wire_case(plan: ExercisePlan, call: PlannedCall, result: Result, requests: tuple[Arrival, ...]) -> WireCase:
    return WireCase(
        case=call.case,
        operation=call.operation,
        call=_cut(call_document(plan, call.lane, call.operation, call.arguments)),
        request=message(requests[0], call.expected) if requests else None,
        mismatches=_mismatches(call, requests),
        result=_cut(result.text),
        faults=_faults(call, result),
    )


def _mismatches(call: PlannedCall, requests: tuple[Arrival, ...]) -> tuple[str, ...]:
    if not requests:
        return (*call.misfits, "no request was sent")
    repeated = (f"the request was sent {len(requests)} times",) if len(requests) > 1 else ()
    return (*call.misfits, *repeated, *mismatches(call.expected, requests[0]))


def _faults(call: PlannedCall, result: Result) -> tuple[str, ...]:
    if result.kind != "returned":
        return (f"the caller got no answer: {_cut(result.failure())}",)
    faults = []
    status = result.member("status")
    hidden = status is None and call.expected.stranger is not None
    if status != call.answer.planned.status and not hidden:
        faults.append(f"the status {call.answer.planned.status} became {status}")
    expected, value = call.answer.value, result.member("value")
    ours = call.expected.stranger is None
    changed = difference(expected, value) if ours else _strangers_difference(expected, value, exactly=False)
    if changed is not None:
        faults.append(f"the answer changed at {changed}")
    return tuple(faults)


def message(arrival: Arrival, expected: Expected) -> Message:
    """The request as evidence, without the lane that the base URL put before its path. Its credentials are made up: nobody's.

    A signature that is another one each time, by its algorithm, is replaced by a word: requests can then be compared.
    """
    try:
        body, encoded = arrival.body.decode(), False
    except UnicodeDecodeError:
        body, encoded = base64.b64encode(arrival.body).decode(), True
    random = _random_signature(arrival, expected)
    return Message(
        start=f"{arrival.method} {arrival.target.removeprefix(expected.prefix) or '/'}".replace(random, _EACH_TIME),
        headers=tuple((name.lower(), value.replace(random, _EACH_TIME)) for name, value in arrival.headers),
        body=body.replace(random, _EACH_TIME),
        base64=encoded,
    )


def _random_signature(arrival: Arrival, expected: Expected) -> str:
    """The signature's text on the wire where it is another one each time; else a text that stands nowhere."""
    signing = expected.signing
    if signing is None or not _differs_each_time(signing.recipe):
        return _NOWHERE
    placement = next(placement for placement in signing.recipe.placements if placement.value is Value.SIGNATURE)
    found = text_at(received(arrival), placement)
    return (quote(found, safe="") if placement.carrier is Carrier.QUERY else found) if found else _NOWHERE


def _differs_each_time(recipe: Recipe) -> bool:
    """Whether its algorithm draws lots, or it signs the host, which is another one in each exercise."""
    if recipe.algorithm is Algorithm.NONE:
        return False
    parts = (*recipe.payload, *(part for claim in (*recipe.jwt_header, *recipe.jwt_claims) for part in claim.parts))
    return recipe.algorithm in _RANDOM or any(_names_the_host(part) for part in parts)


def _names_the_host(part: Part) -> bool:
    return part.value is Value.HOST or any(_names_the_host(inner) for inner in part.parts)


def _error_case(error: PlannedError, result: Result, requests: tuple[Arrival, ...], stranger: Stranger | None) -> ErrorCase:
    return ErrorCase(
        operation=error.operation,
        situation=error.answer.situation,
        expected=error.answer.kind,
        observed=_observed(error, result, len(requests), stranger),
        again_after_ms=requests[1].at_ms - requests[0].at_ms if len(requests) > 1 else None,
        told_to_wait_ms=error.answer.retry_after_ms,
    )


def _observed(error: PlannedError, result: Result, requests: int, stranger: Stranger | None) -> str:
    """The kind that came; with what else is wrong about it, so that it differs from the one expected.

    Of a stranger's SDK a general error that names the right status is as good as a kind of its own.
    """
    if requests == 0:
        return f"{result.kind}, nothing was sent"
    repeatable = stranger is not None and error.operation in stranger.repeatable
    if requests > 1 and error.method not in _SAFE_METHODS and not repeatable:
        return f"{result.kind}, and the request was sent {requests} times"
    if result.kind != "raised" or error.answer.kind == REFUSAL:
        return REFUSAL if result.kind == "raised" else result.kind
    kind = str(result.member("kind"))
    if error.answer.status is not None and result.member("status") != error.answer.status:
        return f"{kind} with status {result.member('status')}"
    wanted = error.answer.retry_after_ms
    if wanted is not None and result.member("retry_after_ms") != wanted:
        return f"{kind} that says to retry after {result.member('retry_after_ms')} ms, not {wanted}"
    return error.answer.kind if stranger is not None and _as_good(error, kind) else kind


def _as_good(error: PlannedError, kind: str) -> bool:
    """Whether a stranger's kind of error says as much as the one that was expected."""
    named = kind == "api" and error.answer.status is not None
    # That an answer came in half is known to whoever reads it as to whoever receives it.
    incomplete = error.answer.situation in _INCOMPLETE and kind in {"decode", "transport"}
    return named or incomplete


def _strangers_difference(expected: JsonValue, found: JsonValue, *, exactly: bool) -> str | None:
    """Where a stranger's value differs. What rounds numbers is told once: of values that show it (``exactly``), not of all others too."""
    return difference(expected, told_alike(expected, found, rounded=not exactly))


def _loss_on_the_way(asked: PlannedValue, result: Result) -> RoundTripLoss | None:
    value = result.member("value")
    if result.kind != "returned":
        returned, error = None, _cut(result.failure())
    elif (changed := _strangers_difference(asked.answer.value, value, exactly=asked.probe == PRECISION)) is not None:
        returned, error = _cut(dumps_exact(value)), f"changed at {changed}"
    else:
        return None
    whole = _cut(dumps_exact(asked.answer.value))
    # Of a value that shows numbers, another loss is told as of any value.
    otherwise = returned is not None and _strangers_difference(asked.answer.value, value, exactly=False) is not None
    probe = GENERATED if asked.probe == PRECISION and otherwise else asked.probe
    return RoundTripLoss(type=asked.operation, origin=asked.origin, probe=probe, value=whole, returned=returned, error=error)


def _loss(decode: PlannedDecode, result: Result) -> RoundTripLoss | None:
    if decode.probe == MISFIT:
        if result.kind == "raised" and result.member("kind") == "decode":
            return None
        found = "was accepted" if result.kind == "decoded" else f"is no decoding error: {_cut(result.failure())}"
        value = _cut(dumps_exact(decode.value))
        return RoundTripLoss(
            type=decode.type, origin=decode.origin, probe=MISFIT, value=value, returned=None, error=f"{decode.origin} {found}"
        )
    if result.kind == "decoded":
        changed = difference(decode.value, result.content)
        if changed is None:
            return None
        returned, error = _cut(dumps_exact(result.content)), f"changed at {changed}"
    else:
        returned, error = None, _cut(result.failure())
    value = _cut(dumps_exact(decode.value))
    return RoundTripLoss(type=decode.type, origin=decode.origin, probe=decode.probe, value=value, returned=returned, error=error)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
