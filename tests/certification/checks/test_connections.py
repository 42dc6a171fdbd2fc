"""How a connection to streams is kept, and what an account hears of its money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE


def heard(label: str, kind: str, facts: Facts | None = None) -> ScenarioStep:
    return step(label, {"kind": kind, **(facts or {})}, status=None)


def at(milliseconds: int, sequence: str = "") -> dict[str, str]:
    return {"heard_ms": str(milliseconds)} | ({"sequence": sequence} if sequence else {})


BEATS = told(
    "streams.heartbeat",
    step("subscribe", {"stated.heartbeat_s": "1"}, status=None),
    heard("answer to subscribe", "subscribed"),
    step("listen", at(0), status=None),
    heard("one", "heartbeat", at(900, "4")),
    heard("other", "other", at(1500)),
    heard("two", "heartbeat", at(4900, "5")),
    step("stop listening", at(4901), status=None),
)
QUIET = told("streams.heartbeat", BEATS.steps[0], BEATS.steps[2], step("stop listening", at(3600), status=None))
BUSY = but(but(BEATS, "one", {"kind": "delta"}), "two", {"kind": "delta"})
NONSENSE = told(
    "streams.malformed",
    heard("answer to subscribe before", "subscribed"),
    step("no JSON", {"stated.malformed": "refused"}, status=None),
    heard("answer to no JSON", "refused"),
    step("unknown channel", status=None),
    heard("answer to unknown channel", "refused"),
)
ENDS = but(NONSENSE, "no JSON", {"stated.malformed": "closed"})


def crowd(*kinds: str) -> Scenario:
    """Subscriptions, each with its answer; two are documented."""
    steps = []
    for number, kind in enumerate(kinds, start=1):
        steps += [step(f"subscription {number}", {"stated.most": "2"}, status=None)]
        steps += [heard(f"answer to subscription {number}", kind)] if kind else []
    return told("streams.crowd", *steps)


def money(free: str, held: str) -> dict[str, tuple[str, str]]:
    return {"asset": ("BTC", "USD"), "free": ("1", free), "held": ("0", held)}


def usd(free: str, held: str) -> dict[str, str]:
    return {"asset": "USD", "free": free, "held": held}


BALANCES = told(
    "streams.balances",
    heard("subscribed", "subscribed"),
    step("balances before", {**money("100", "0"), "stated.name": ("free", "held")}),
    step("place"),
    step("balances while it rests", money("90", "10")),
    heard("held", "balance", usd("90.0", "10")),
    step("cancel"),
    step("balances after", money("100", "0")),
    heard("given back", "balance", usd("100", "0")),
    step("take"),
    step("balances after a fill", {"asset": ("BTC", "USD"), "free": ("2", "89"), "held": ("0", "0")}),
    heard("others first", "balance", {"asset": ("EUR", "USD"), "free": ("1", "89"), "held": ("0", "0")}),
    heard("bought", "balance", {"asset": "BTC", "free": "2", "held": "0"}),
)
TOTALS = but(BALANCES, "balances before", {"stated.name": "free"})
FREE_ONLY = replace(
    TOTALS, steps=tuple(replace(each, facts=tuple(fact for fact in each.facts if each.call or fact[0] != "held")) for each in TOTALS.steps)
)
IN_TIME, NUMBERED = "heartbeats_come_in_time", "heartbeats_are_numbered_without_a_gap"
MALFORMED, UNKNOWN, MOST = (
    "malformed_messages_end_as_promised",
    "unknown_channels_are_refused",
    "subscriptions_are_limited_as_documented",
)
MONEY = "changes_of_balances_are_told"
CASES = (
    (IN_TIME, BEATS, PASSED, ""),
    (IN_TIME, but(BEATS, "two", at(5001)), FAILED, "for 3.5 s nothing came, where a heartbeat is promised within 1 s"),
    (IN_TIME, QUIET, FAILED, "for 3.6 s nothing came"),
    (IN_TIME, but(but(BEATS, "two", at(5001)), "other", {"kind": "closed"}), UNSEEN, "connection ended"),
    (IN_TIME, BUSY, UNSEEN, "other messages came all the time"),
    (IN_TIME, but(BEATS, "answer to subscribe", {"kind": "refused"}), UNSEEN, "was refused"),
    (IN_TIME, replace(BEATS, steps=BEATS.steps[:3]), UNSEEN, "as far as listening"),
    (NUMBERED, BEATS, PASSED, ""),
    (NUMBERED, but(BEATS, "two", {"sequence": "6"}), FAILED, "heartbeat 6 follows 4"),
    (NUMBERED, but(BEATS, "two", {"sequence": ()}), UNSEEN, "only one heartbeat"),
    (NUMBERED, BUSY, MOOT, "reads no sequence"),
    (MALFORMED, NONSENSE, PASSED, ""),
    (MALFORMED, but(NONSENSE, "answer to no JSON", {"kind": "closed"}), FAILED, "ended the connection, which is to stay open"),
    (MALFORMED, cut(NONSENSE, "answer to no JSON"), FAILED, "was not answered with an error"),
    (MALFORMED, cut(NONSENSE, "answer to subscribe before"), UNSEEN, "not even the right subscription"),
    (MALFORMED, but(ENDS, "answer to no JSON", {"kind": "closed"}), PASSED, ""),
    (MALFORMED, ENDS, FAILED, "did not end the connection (refused came)"),
    (MALFORMED, cut(ENDS, "answer to no JSON"), FAILED, "(nothing came)"),
    (UNKNOWN, NONSENSE, PASSED, ""),
    (UNKNOWN, but(NONSENSE, "answer to unknown channel", {"kind": "subscribed"}), FAILED, "that there is not was confirmed"),
    (UNKNOWN, cut(NONSENSE, "answer to unknown channel"), FAILED, "was never answered"),
    (UNKNOWN, but(NONSENSE, "answer to no JSON", {"kind": "closed"}), UNSEEN, "had ended before"),
    (UNKNOWN, cut(NONSENSE, "unknown channel"), MOOT, "unknown_channel"),
    (MOST, crowd("subscribed", "subscribed", "refused"), PASSED, ""),
    (MOST, crowd("subscribed", "subscribed", "closed"), PASSED, ""),
    (MOST, crowd("subscribed", "subscribed", "subscribed"), FAILED, "3 subscriptions of one connection were confirmed, where 2 are"),
    (MOST, crowd("subscribed", "subscribed", "subscribed", "refused"), FAILED, "3 subscriptions of one connection were confirmed"),
    (MOST, crowd("subscribed", "refused", "refused"), FAILED, "subscription 2 of one connection was refused, where 2 are documented"),
    (MOST, crowd("subscribed", "subscribed", ""), UNSEEN, "subscription 3 was not answered"),
    (MOST, crowd(), UNSEEN, "did not get as far"),
    (MONEY, BALANCES, PASSED, ""),
    (MONEY, cut(BALANCES, "held"), FAILED, "after placing an order USD was not told to have free 90 and held 10"),
    (MONEY, but(BALANCES, "given back", {"held": "10"}), FAILED, "after its cancellation USD was not told to have free 100 and held 0"),
    (MONEY, cut(BALANCES, "bought"), FAILED, "after a fill BTC was not told to have free 2 and held 0"),
    (MONEY, FREE_ONLY, PASSED, ""),
    (MONEY, but(BALANCES, "take", status=400), PASSED, ""),
    (MONEY, but(BALANCES, "balances before", {"stated.name": "total"}), UNSEEN, "no amount that the stream tells changed"),
    (MONEY, but(BALANCES, "subscribed", {"kind": "refused"}), UNSEEN, "was refused"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_connections_are_kept_and_money_is_told(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"streams.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert words in answer.summary
