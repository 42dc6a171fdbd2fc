"""Requests that come again, as told by hand."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
ORDER = told(
    "repeats.same-bytes.order",
    step("list before", {"order_id": "6"}),
    step("send", {"order_id": "7", "stated.replays": "refused"}),
    step("send again", status=401),
    step("list", {"order_id": ("6", "7")}),
)
HARMLESS = but(ORDER, "send", {"stated.replays": "harmless"})
SILENT = but(ORDER, "send", {"stated.replays": ()})
WINDOW = told(
    "repeats.after-its-window",
    step("within its window", {"asset": "BTC"}),
    step("after its window", status=401),
    step("signed anew", {"asset": "BTC"}),
)
NONCES = told(
    "repeats.nonces",
    step("newer nonce"),
    step("older nonce", status=401),
    step("forged, with a nonce ahead", status=401),
    step("after the forgery"),
)
LOCKED = told(
    "repeats.nonces", *NONCES.steps[:3], step("after the forgery", {"refusal": "clock"}, status=401), step("when that nonce has passed")
)
CANCELLED = told(
    "orders.rest-and-cancel",
    step("cancel", {"status": "cancelled"}),
    step("query after", {"status": "cancelled"}),
    step("cancel again", status=409),
)


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("the_same_bytes_do_nothing_twice", ORDER, PASSED, "", id="refused"),
        pytest.param(
            "the_same_bytes_do_nothing_twice", but(ORDER, "send again", {"order_id": "7"}, status=200), PASSED, "", id="the first again"
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(ORDER, "send again", {"order_id": "8"}, status=201),
            FAILED,
            "made 7 and then 8",
            id="two",
        ),
        pytest.param("the_same_bytes_do_nothing_twice", but(ORDER, "send again", status=200), PASSED, "", id="accepted, and nothing done"),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(but(ORDER, "send again", status=201), "list", {"order_id": ("6", "7", "8")}),
            FAILED,
            "made 7, and 8, which nobody was told of",
            id="accepted without an id, and done",
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(ORDER, "list", {"order_id": ("8", "7")}),
            FAILED,
            "made 7, and 8, which",
            id="refused, and done",
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(but(ORDER, "send again", {"order_id": "7"}, status=200), "list", {"order_id": ("8", "7")}),
            FAILED,
            "made 7, and 8, which",
            id="answered as the first, and done",
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(ORDER, "list", {"order_id": ("7", *map(str, range(100, 149)))}),
            PASSED,
            "",
            id="a page of a longer list",
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(cut(ORDER, "list before"), "send again", status=201),
            UNSEEN,
            "accepted without an id",
            id="nothing to compare with",
        ),
        pytest.param("the_same_bytes_do_nothing_twice", but(ORDER, "send again", status=500), PASSED, "", id="failed, and nothing done"),
        pytest.param(
            "the_same_bytes_do_nothing_twice", but(ORDER, "send", {"order_id": ()}), UNSEEN, "reads no 'withdrawal_id'", id="nothing read"
        ),
        pytest.param("the_same_bytes_do_nothing_twice", but(ORDER, "send again", status=429), UNSEEN, "throttled", id="throttled"),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(ORDER, "send again", {"refusal": "rate_limit"}, status=200),
            UNSEEN,
            "throttled",
            id="throttled inside an answer",
        ),
        pytest.param(
            "the_same_bytes_do_nothing_twice",
            but(ORDER, "list", {"order_id": ("6", "0xOTHER")}),
            UNSEEN,
            "in no list",
            id="listed under another id",
        ),
        pytest.param("the_same_bytes_do_nothing_twice", but(ORDER, "send", status=409), UNSEEN, "was answered 409", id="not placed"),
        pytest.param("the_same_bytes_do_nothing_twice", but(ORDER, "list", {"order_id": "6"}), UNSEEN, "in no list", id="not there"),
        pytest.param(
            "cancelling_again_is_answered", but(CANCELLED, "query after", {"status": "open"}), UNSEEN, "first time", id="not once"
        ),
        pytest.param("the_same_bytes_are_answered_as_stated", ORDER, PASSED, "", id="refused as stated"),
        pytest.param(
            "the_same_bytes_are_answered_as_stated",
            but(ORDER, "send again", {"order_id": "7"}, status=200),
            FAILED,
            "accepted again with 200",
            id="accepted although refusal is stated",
        ),
        pytest.param("the_same_bytes_are_answered_as_stated", but(HARMLESS, "send again", status=200), PASSED, "", id="harmless, accepted"),
        pytest.param("the_same_bytes_are_answered_as_stated", HARMLESS, PASSED, "", id="harmless, refused"),
        pytest.param(
            "the_same_bytes_are_answered_as_stated", but(HARMLESS, "send again", status=500), FAILED, "were answered 500", id="crash"
        ),
        pytest.param("the_same_bytes_are_answered_as_stated", SILENT, MOOT, "does not say", id="nothing stated"),
        pytest.param("the_same_bytes_are_answered_as_stated", cut(ORDER, "send again"), UNSEEN, "did not get as far", id="cut short"),
        pytest.param("nonces_only_grow", NONCES, PASSED, "", id="an older nonce is refused"),
        pytest.param("nonces_only_grow", but(NONCES, "older nonce", status=200), FAILED, "accepted with 200", id="an older nonce counts"),
        pytest.param("nonces_only_grow", but(NONCES, "older nonce", status=500), FAILED, "answered 500", id="an older nonce crashes"),
        pytest.param("nonces_only_grow", but(NONCES, "newer nonce", status=401), UNSEEN, "answered 401", id="no nonce counts"),
        pytest.param("nonces_only_grow", told("repeats.nonces"), MOOT, "carry no nonce", id="no nonces"),
        pytest.param("forgeries_spend_no_nonce", told("repeats.nonces"), MOOT, "carry no nonce", id="none to spend"),
        pytest.param("forgeries_spend_no_nonce", NONCES, PASSED, "", id="its owner goes on"),
        pytest.param("forgeries_spend_no_nonce", LOCKED, FAILED, "is answered clock", id="its owner is locked out"),
        pytest.param(
            "forgeries_spend_no_nonce", but(LOCKED, "when that nonce has passed", status=401), UNSEEN, "answered 401", id="out for ever"
        ),
        pytest.param(
            "forgeries_spend_no_nonce", but(NONCES, "forged, with a nonce ahead", status=200), UNSEEN, "not refused", id="forged, taken"
        ),
        pytest.param(
            "forgeries_spend_no_nonce",
            but(LOCKED, "after the forgery", {"refusal": "rate_limit"}, status=200),
            UNSEEN,
            "throttled",
            id="too many calls are no lock-out",
        ),
        pytest.param("forgeries_spend_no_nonce", but(LOCKED, "after the forgery", status=502), UNSEEN, "answered 502", id="nor is a crash"),
        pytest.param(
            "nonces_only_grow",
            but(NONCES, "older nonce", {"refusal": "unavailable"}, status=200),
            UNSEEN,
            "unavailable",
            id="maintenance refuses no nonce",
        ),
        pytest.param("requests_end_with_their_window", WINDOW, PASSED, "", id="too late"),
        pytest.param(
            "requests_end_with_their_window", but(WINDOW, "after its window", status=200), FAILED, "because it had been before", id="late"
        ),
        pytest.param(
            "requests_end_with_their_window", but(WINDOW, "after its window", status=502), FAILED, "answered 502", id="no refusal"
        ),
        pytest.param("requests_end_with_their_window", but(WINDOW, "signed anew", status=401), UNSEEN, "'signed anew'", id="all refused"),
        pytest.param("requests_end_with_their_window", but(WINDOW, "within its window", status=401), UNSEEN, "'within", id="never taken"),
        pytest.param("cancelling_again_is_answered", CANCELLED, PASSED, "", id="refused a second time"),
        pytest.param(
            "cancelling_again_is_answered", but(CANCELLED, "cancel again", {"status": "cancelled"}, status=200), PASSED, "", id="alike"
        ),
        pytest.param(
            "cancelling_again_is_answered",
            but(CANCELLED, "cancel again", {"status": "open"}, status=200),
            FAILED,
            "with the status open",
            id="open again",
        ),
        pytest.param("cancelling_again_is_answered", but(CANCELLED, "cancel again", status=500), FAILED, "was answered 500", id="fails"),
        pytest.param(
            "cancelling_again_is_answered", but(CANCELLED, "cancel", status=404), UNSEEN, "'cancel' was answered", id="not at all"
        ),
        pytest.param("cancelling_again_is_answered", but(CANCELLED, "cancel again", status=429), UNSEEN, "says nothing", id="busy"),
    ],
)
def test_what_comes_again_does_nothing_twice(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"repeats.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary


STATED = but(CANCELLED, "cancel again", {"stated.cancelled_again": "refused"}, status=404)


@pytest.mark.parametrize(
    ("scenario", "outcome", "said"),
    [
        pytest.param(STATED, PASSED, "", id="refused as stated"),
        pytest.param(but(STATED, "cancel again", status=200), FAILED, "was accepted; the exchange says that it is refused", id="accepted"),
        pytest.param(
            but(STATED, "cancel again", {"stated.cancelled_again": "accepted"}, status=404),
            FAILED,
            "was refused; the exchange says",
            id="refused",
        ),
        pytest.param(but(STATED, "cancel again", {"stated.cancelled_again": ()}), MOOT, "does not say", id="nothing is stated"),
        pytest.param(but(STATED, "cancel again", status=429), UNSEEN, "says nothing about what was asked", id="throttled"),
        pytest.param(but(STATED, "query after", {"status": "open"}), UNSEEN, "not cancelled the first time", id="not cancelled"),
    ],
)
def test_a_second_cancellation_is_answered_as_stated(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers("repeats.cancelling_again_is_answered_as_stated", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
