import json
from dataclasses import replace
from typing import Any

import pytest

from certification.evidence.sdk.fold import by_lane, error_cases, message, round_trips, wire_cases
from certification.evidence.sdk.harness import read_results
from certification.evidence.sdk.plan import ExercisePlan, plan_exercise
from certification.evidence.sdk.request import Expected, Signing
from certification.evidence.sdk.stranger import Stranger
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.json_text import dumps_exact
from sdkgen.signing.recipe import Algorithm, Carrier, Claim, Part, Placement, Recipe, Value
from sdkgen.signing.request import Credentials
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api

PLAN = plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1)
CALL = next(call for call in PLAN.calls if call.case == "getOrder #1")
HEADERS = (("User-Agent", "small/1.0.0"),)


def arrival(lane: int, target: str, method: str = "GET") -> Arrival:
    return Arrival(lane=lane, method=method, target=target, headers=HEADERS, body=b"")


def target() -> str:
    return f"/base/v1/~{CALL.lane}/orders/{CALL.arguments.path['id']}"


def only(**parts: Any) -> ExercisePlan:
    nothing: dict[str, Any] = {"calls": (), "errors": (), "decodes": ()}
    return replace(PLAN, **{**nothing, **parts})


def line(lane: int, kind: str, content: str) -> bytes:
    return f'{{"id":{2 * lane},"{kind}":{content}}}\n'.encode()


def test_a_call_that_went_as_it_should_has_neither_mismatch_nor_fault() -> None:
    plan = only(calls=(CALL,))
    output = line(CALL.lane, "returned", f'{{"status":200,"value":{dumps_exact(CALL.answer.value)}}}')
    (case,) = wire_cases(plan, read_results(plan, output), by_lane((arrival(CALL.lane, target()), arrival(99, "/"))))
    assert (case.mismatches, case.faults) == ((), ())
    assert case.case == "getOrder #1"
    assert case.request is not None
    assert case.request.start == f"GET /orders/{CALL.arguments.path['id']}"
    assert case.request.headers == (("user-agent", "small/1.0.0"),)
    assert json.loads(case.call)["call"]["operation"] == "getOrder"


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        pytest.param(b"", "the caller got no answer: missing", id="nothing"),
        pytest.param(line(CALL.lane, "raised", '{"kind":"decode","message":"at price"}'), "raised decode: at price", id="raised"),
        pytest.param(line(CALL.lane, "refused", '{"message":"unknown operation"}'), "refused: unknown operation", id="refused"),
        pytest.param(line(CALL.lane, "refused", "null"), "got no answer: refused", id="refused without a word"),
        pytest.param(line(CALL.lane, "returned", '{"status":201,"value":null}'), "the status 200 became 201", id="status"),
        pytest.param(line(CALL.lane, "returned", '{"status":200,"value":{}}'), "the answer changed at $.", id="value"),
    ],
)
def test_an_answer_that_did_not_reach_the_caller_is_a_fault(output: bytes, fault: str) -> None:
    plan = only(calls=(CALL,))
    (case,) = wire_cases(plan, read_results(plan, output), by_lane((arrival(CALL.lane, target()),)))
    assert any(fault in each for each in case.faults), case.faults


def test_a_request_that_never_came_or_came_twice_is_a_mismatch() -> None:
    plan = only(calls=(CALL,))
    nothing = read_results(plan, b"")
    assert wire_cases(plan, nothing, {})[0].mismatches == ("no request was sent",)
    twice = by_lane((arrival(CALL.lane, target()), arrival(CALL.lane, target())))
    assert wire_cases(plan, nothing, twice)[0].mismatches == ("the request was sent 2 times",)


def test_a_value_that_the_description_does_not_allow_is_a_mismatch_whatever_was_sent() -> None:
    plan = only(calls=(replace(CALL, misfits=("the query q is another kind",)),))
    nothing = read_results(plan, b"")
    assert wire_cases(plan, nothing, {})[0].mismatches == ("the query q is another kind", "no request was sent")
    sent = by_lane((arrival(CALL.lane, target()),))
    assert wire_cases(plan, nothing, sent)[0].mismatches == ("the query q is another kind",)


ERRORS = {(error.method, error.answer.situation): error for error in PLAN.errors}


@pytest.mark.parametrize(
    ("which", "output", "requests", "observed"),
    [
        (("GET", "404"), '"raised":{"kind":"not_found","status":404}', 1, "not_found"),
        (("GET", "404"), '"raised":{"kind":"api","status":404}', 1, "api"),
        (("GET", "404"), '"raised":{"kind":"not_found","status":400}', 1, "not_found with status 400"),
        (("GET", "404"), '"returned":{"status":404,"value":null}', 1, "returned"),
        (("GET", "429"), '"raised":{"kind":"rate_limit","status":429,"retry_after_ms":7000}', 1, "rate_limit"),
        (
            ("GET", "429"),
            '"raised":{"kind":"rate_limit","status":429,"retry_after_ms":null}',
            1,
            "rate_limit that says to retry after None ms, not 7000",
        ),
        (("GET", "reset"), '"raised":{"kind":"transport","status":null}', 3, "transport"),
        (("POST", "reset"), '"raised":{"kind":"transport","status":null}', 1, "transport"),
        (("POST", "reset"), '"raised":{"kind":"transport","status":null}', 2, "raised, and the request was sent 2 times"),
        (("POST", "503"), '"raised":{"kind":"configuration"}', 0, "raised, nothing was sent"),
    ],
)
def test_what_a_caller_is_told_of_a_failure_is_recorded(which: tuple[str, str], output: str, requests: int, observed: str) -> None:
    error = ERRORS[which]
    plan = only(errors=(error,))
    results = read_results(plan, f'{{"id":{2 * error.lane},{output}}}\n'.encode())
    lanes = by_lane(tuple(arrival(error.lane, "/x", which[0]) for _ in range(requests)))
    (case,) = error_cases(plan, results, lanes)
    assert (case.operation, case.situation, case.expected) == (error.operation, which[1], error.answer.kind)
    assert case.observed == observed


@pytest.mark.parametrize(
    ("situation", "kind", "observed"),
    [
        pytest.param("truncated", "transport", "decode", id="half an answer is a broken connection"),
        pytest.param("cut", "decode", "transport", id="a broken connection is half an answer"),
        pytest.param("html", "transport", "transport", id="a page is no broken connection"),
        pytest.param("reset", "decode", "decode", id="a reset is no half answer"),
        pytest.param("truncated", "unexpected", "unexpected", id="no error of the SDK's"),
    ],
)
def test_of_a_stranger_s_sdk_either_word_for_half_an_answer_will_do(situation: str, kind: str, observed: str) -> None:
    error = ERRORS["GET", situation]
    stranger = Stranger(operations=(error.operation,), types=(), capabilities=())
    output = f'{{"id":{2 * error.lane},"raised":{{"kind":"{kind}","status":null}}}}\n'.encode()
    sent = by_lane((arrival(error.lane, "/x", "GET"),))
    for whose, said in ((stranger, observed), (None, kind)):
        plan = replace(only(errors=(error,)), stranger=whose)
        (case,) = error_cases(plan, read_results(plan, output), sent)
        assert case.observed == said


def test_values_that_changed_or_were_refused_are_losses() -> None:
    decodes = tuple(decode for decode in PLAN.decodes if decode.type == "Order")[:4]
    plan = only(decodes=decodes)
    first = 2 * (len(plan.calls) + len(plan.errors)) + 1
    kept = f'{{"id":{first},"decoded":{dumps_exact(decodes[0].value)}}}\n'
    lost = f'{{"id":{first + 1},"decoded":{{}}}}\n'
    refused = f'{{"id":{first + 2},"refused":{{"message":"no such type"}}}}\n'
    trips = round_trips(plan, read_results(plan, (kept + lost + refused).encode()))
    assert trips.documented + trips.generated + trips.precision + trips.unknown == 4
    assert [loss.origin for loss in trips.losses] == [decode.origin for decode in decodes[1:]]
    assert trips.losses[0].returned == "{}"
    assert trips.losses[0].error.startswith("changed at $.")
    assert (trips.losses[1].returned, trips.losses[1].error) == (None, "refused: no such type")
    assert trips.losses[2].error == "missing"


def random_signing(carrier: Carrier) -> Expected:
    recipe = Recipe(
        algorithm=Algorithm.RSA_PSS_SHA256,
        placements=(Placement(carrier=carrier, name="sig", value=Value.SIGNATURE, prefix="v1 " if carrier is Carrier.HEADER else ""),),
    )
    signing = Signing(recipe=recipe, credentials=Credentials(key="k"), declared=frozenset())
    return replace(CALL.expected, prefix="/p", signing=signing)


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_signature_that_differs_each_time_is_named_and_not_shown(carrier: Carrier) -> None:
    def sent(signature: str) -> Arrival:
        headers = (("sig", f"v1 {signature}"),) if carrier is Carrier.HEADER else ()
        query = "?sig=" + signature.replace("=", "%3D") if carrier is Carrier.QUERY else ""
        body = json.dumps({"sig": signature}).encode() if carrier is Carrier.BODY else b""
        return Arrival(lane=1, method="GET", target=f"/p/x{query}", headers=headers, body=body)

    expected = random_signing(carrier)
    assert message(sent("abc="), expected) == message(sent("def="), expected)
    assert "(another-each-time)" in str(message(sent("abc="), expected))


@pytest.mark.parametrize("where", ["payload", "claim", "group"])
def test_a_signature_over_the_host_is_not_shown_because_the_host_differs(where: str) -> None:
    host = Part(value=Value.HOST)
    signed: dict[str, dict[str, Any]] = {
        "payload": {"payload": (host,)},
        "claim": {"jwt_claims": (Claim(name="uri", parts=(host,)),)},
        "group": {"payload": (Part(value=Value.GROUP, parts=(host,)),)},
    }
    expected = random_signing(Carrier.HEADER)
    assert expected.signing is not None
    signing = replace(expected.signing, recipe=replace(expected.signing.recipe, algorithm=Algorithm.HMAC_SHA256, **signed[where]))
    sent = Arrival(lane=1, method="GET", target="/p/x", headers=(("sig", "v1 abc"),), body=b"")
    assert "(another-each-time)" in str(message(sent, replace(expected, signing=signing)))
    plain = replace(signing, recipe=replace(signing.recipe, payload=(), jwt_claims=()))
    assert "abc" in str(message(sent, replace(expected, signing=plain)))


def test_bytes_that_are_no_text_are_kept_in_base64() -> None:
    kept = message(Arrival(lane=1, method="PUT", target="/~1", headers=(), body=b"\xff"), replace(CALL.expected, prefix="/~1"))
    assert (kept.start, kept.body, kept.base64) == ("PUT /", "/w==", True)
