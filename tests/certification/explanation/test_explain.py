"""Findings of real and made-up evidence, explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.model import TERMS, EngineGround
from certification.checks.catalogue import catalogue
from certification.evidence.model.action import Cancel, Manner, Place, Side
from certification.evidence.model.explore import play
from certification.evidence.record import (
    ContractEvidence,
    Evidence,
    Observation,
    Scenario,
    ScenarioStep,
)
from certification.explanation.explain import explain
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Hindrance, Outcome, Severity
from certification.model import Place as Whereabouts
from tests.simulators.told import step, told

SALE = Place(key="s", who="second", side=Side.SELL, manner=Manner.REST, level=3, quantity=TERMS.quantity)
BUY = Place(key="b", who="first", side=Side.BUY, manner=Manner.IMMEDIATE, level=3, quantity=TERMS.quantity)


def by_chance(*faults: str, actions: tuple[Place | Cancel, ...] = (SALE, BUY)) -> Scenario:
    return told("model.trading-by-chance", *play(actions, EngineGround(*faults), TERMS, ()).steps)


def explained(evidence: Evidence, places: dict[str, Whereabouts] | None = None) -> tuple[Finding, ...]:
    found = explain(judge(evidence, catalogue(), STANDARD), evidence, places or {})
    return tuple(finding for finding in found if finding.outcome is Outcome.FAILED)


def alone(*scenarios: Scenario) -> Finding:
    """The only finding that stands for itself."""
    (finding,) = (finding for finding in explained(Evidence(scenarios=scenarios)) if not finding.same_cause_as)
    return finding


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("wrong-fee", "the maker's rate is applied to the other side of the fill"),
        ("maker-pays-taker-fee", "the taker's rate is applied to the other side of the fill, or charged twice"),
        ("fee-not-charged", "no fee is computed for the fill, or it is not stored with it"),
    ],
)
def test_a_wrong_fee_is_one_finding_that_says_whose_rate_it_is(fault: str, cause: str) -> None:
    finding = alone(by_chance(fault))
    assert finding.check == "model.fills_agree_with_the_model"
    assert finding.likely_cause == cause


def test_a_trade_that_is_booked_wrong_on_one_side_says_on_which() -> None:
    assert alone(by_chance("balance-leak")).likely_cause.startswith("orders and fills are right, and only the first account's balance")


def test_what_parts_at_a_cancellation_says_so() -> None:
    finding = alone(by_chance("hold-not-released", actions=(SALE, Cancel(key="s"))))
    assert finding.likely_cause.endswith("all agreed until the first cancellation, so look at what that changes")


def test_nothing_is_guessed_where_nothing_tells() -> None:
    assert alone(by_chance("newest-fills-first", actions=(SALE, replace(SALE, key="t"), BUY))).likely_cause == ""


def fills(balance_after: str) -> Scenario:
    before = {"asset": ("BTC", "USD"), "free": ("1", "1000"), "held": ("0", "0")}
    return told(
        "orders.good-till-cancelled-meets-the-book",
        step("place", {"asked.symbol": "BTC-USD", "asked.price": "100", "order_id": "7"}),
        step("fills", {"price": "100", "quantity": "2", "fee": "0.5", "fee_asset": "USD"}),
        step("balances before", before),
        step("balances after", before | {"free": ("3", balance_after)}),
    )


@pytest.mark.parametrize(
    ("after", "cause"),
    [
        ("800", "the difference is exactly the fee: it is booked not at all"),
        ("799", "the difference is exactly the fee: it is booked twice"),
        ("599.5", "the difference is exactly the price times quantity of the fills: it is booked twice"),
        ("999.5", "the difference is exactly the price times quantity of the fills: it is booked not at all"),
        ("799.3", ""),
        (
            "799.4999999999999",
            "the amount passes through a binary float (a double) on its way; keep it as decimal text or an exact decimal",
        ),
    ],
)
def test_a_balance_says_what_was_booked_wrong(after: str, cause: str) -> None:
    assert alone(fills(after)).likely_cause == cause


def test_a_fee_that_is_taken_elsewhere_than_told_is_one_cause() -> None:
    told_in_base = tuple((name, "BTC" if name == "fee_asset" else value) for name, value in fills("799.5").steps[1].facts)
    story = fills("799.5")
    story = replace(story, steps=(story.steps[0], replace(story.steps[1], facts=told_in_base), *story.steps[2:]))
    wrong = finding("balances.fees_are_as_documented", "listFills")
    evidence = Evidence(scenarios=(story,))
    (seen,) = (each for each in explained(evidence) if each.check == "balances.fills_add_up")
    assert seen.likely_cause == "the fee is taken in another asset than the fill names"
    leader, follower = explain((seen, replace(wrong, reproduce=story.reproduce)), evidence)
    assert (leader.same_cause_as, follower.same_cause_as) == ("", seen.name)
    elsewhere = explain((seen, replace(wrong, reproduce="another story")), evidence)[1]
    assert elsewhere.same_cause_as == ""


def finding(check: str, subject: str, outcome: Outcome = Outcome.FAILED) -> Finding:
    return Finding(
        check=check,
        subject=subject,
        outcome=outcome,
        severity=Severity.HIGH,
        summary="as seen",
        requirement="",
        evidence=(),
        reproduce="",
        remediation="",
    )


UNSIGNED, WRONG = "authentication.unsigned_calls_are_refused", "authentication.wrong_signatures_are_refused"


@pytest.mark.parametrize(
    ("findings", "cause"),
    [
        ((finding(UNSIGNED, "a"),), "the operation runs before, or without, authentication: not even a missing signature is noticed"),
        (
            (finding(WRONG, "a"), finding(UNSIGNED, "a", Outcome.PASSED)),
            "that a signature is there is tested, not that it fits",
        ),
        ((finding(WRONG, "a"), finding(UNSIGNED, "a", Outcome.NOT_OBSERVED)), ""),
        (
            tuple(
                finding(check, "a", outcome)
                for check, outcome in (
                    ("authentication.changed_requests_are_refused", Outcome.FAILED),
                    (UNSIGNED, Outcome.PASSED),
                    (WRONG, Outcome.PASSED),
                )
            ),
            "the signature is verified, but over less than the whole request: what was changed is not part of what is signed",
        ),
        (
            tuple(
                finding(check, "a", outcome)
                for check, outcome in (
                    ("authentication.stale_requests_are_refused", Outcome.FAILED),
                    (UNSIGNED, Outcome.PASSED),
                    (WRONG, Outcome.PASSED),
                )
            ),
            "the timestamp is signed, but not compared with the clock",
        ),
        (
            tuple(finding("limits.counters_count", name) for name in "abc"),
            "all 3 operations that were tried break this rule, so look at what they share: a gateway, a filter, a base class",
        ),
        (
            (
                finding("wire.signatures_verify", "go: a"),
                *(finding("wire.signatures_verify", name, Outcome.PASSED) for name in ("python", "typescript")),
            ),
            "python and typescript do this right from the same description, so look at the runtime of go",
        ),
        (
            tuple(finding("wire.signatures_verify", f"{name}: a") for name in ("python", "typescript", "go")),
            "the SDKs of all 3 languages fail alike, so look at what they share: the description, the profile, or a rule of the generator",
        ),
        ((finding("wire.signatures_verify", "binance-connector: a"),), ""),
    ],
)
def test_who_fails_and_who_does_not_says_where_to_look(findings: tuple[Finding, ...], cause: str) -> None:
    assert explain(findings, Evidence())[0].likely_cause == cause


def test_an_id_that_a_float_changed_is_told_with_both() -> None:
    steps = (
        ScenarioStep(label="place", call=None, facts=(("order_id", "9007199254741947"),)),
        ScenarioStep(label="open orders", call=None, facts=(("order_id", "9007199254741948"), ("order_id", "x"))),
    )
    made = told("orders.rest-and-cancel", *steps)
    seen = replace(finding("orders.placed_orders_are_what_was_asked", "placeOrder"), reproduce=made.reproduce)
    (answer,) = explain((seen,), Evidence(scenarios=(made,)))
    assert answer.likely_cause == (
        "the id 9007199254741947 passes through a binary float (a double) on its way: elsewhere it is told as 9007199254741948"
    )


@pytest.mark.parametrize(
    ("summary", "cause"),
    [
        ("USD: free 90 and held 10 became 80 and 20", "what was held for an order goes on being held"),
        ("USD: free 90 and held 10 became 95 and 5", "less is held than the open orders need: it is released too early"),
        ("USD: free 90 and held 10 became 95 and 10", "money is gone or made, and not only moved between free and held"),
        ("first has 90 USD free and 0 held; by the model 80 and 10", "less is held than the open orders need: it is released too early"),
        ("first has 70 USD free and 20 held; by the model 80 and 10", "what was held for an order goes on being held"),
        ("first has 70 USD free and 10 held; by the model 80 and 10", ""),
        ("price 1500 where 1.5 was asked (query)", "the amount is 10^3 times too large: another unit, or a shifted decimal point"),
        ("price 1.00000001 where 1.00000002 was asked", "the last digit is rounded the other way than documented, or once more"),
        (
            "status open in the open orders, filled by a query",
            "the list is made by other code, or from another store, than the query of one order",
        ),
    ],
)
def test_a_sentence_tells_by_its_amounts(summary: str, cause: str) -> None:
    (answer,) = explain((replace(finding("orders.x", "placeOrder"), summary=summary),), Evidence())
    assert answer.likely_cause == cause


def test_failures_say_where_the_description_speaks_of_them_and_others_stay_as_they_are() -> None:
    place = Whereabouts(pointer="/paths/~1ticker/get", line=12)
    failed, streamed = finding("wire.signatures_verify", "python: getTicker"), finding("streams.pings_are_answered", "streams.getTicker")
    own = replace(failed, subject="go: getTicker", place=Whereabouts(pointer="/own"))
    passed = finding("orders.x", "getTicker", Outcome.PASSED)
    found = explain((failed, streamed, own, passed), Evidence(), {"getTicker": place})
    assert [each.place for each in found] == [place, place, own.place, None]
    assert found[3] is passed


@pytest.mark.parametrize(
    ("hindrance", "cause"),
    [
        (Hindrance.CREDENTIALS, "a key that is missing, wrong"),
        (Hindrance.CLOCK, "this machine's clock"),
        (Hindrance.THROTTLED, "others call with the same key"),
        (Hindrance.ENVIRONMENT, ""),
        (None, ""),
    ],
)
def test_what_was_not_observed_says_what_stood_in_the_way(hindrance: Hindrance | None, cause: str) -> None:
    unseen = ContractEvidence(tool="t", seed=1, observation=Observation.UNAVAILABLE, reason="nobody was let in", hindrance=hindrance)
    silent = replace(finding("contract.x", "api", Outcome.NOT_OBSERVED), summary="nobody was let in")
    other = replace(silent, summary="the operation was not called")
    passed = replace(silent, outcome=Outcome.PASSED)
    found = explain((silent, other, passed), Evidence(contract=unseen))
    assert found[0].likely_cause.startswith(cause)
    assert bool(found[0].likely_cause) is bool(cause)
    assert found[1:] == (other, passed)


def answered(market: str, flaw: str, *, status: int = 200) -> ScenarioStep:
    made = step("place", {"asked.symbol": market}, status=status)
    assert made.call is not None
    return replace(made, call=replace(made.call, flaw=flaw))


ONE_MARKET = "only for ETH: for BTC the same operation answers as it should, so look at what is set for that market"


@pytest.mark.parametrize(
    ("steps", "cause"),
    [
        pytest.param((answered("BTC", ""), answered("ETH", "$ lacks fee")), ONE_MARKET, id="one of two"),
        pytest.param((answered("BTC", "$ lacks fee"), answered("ETH", "$ lacks fee")), "", id="both"),
        pytest.param((answered("ETH", ""), answered("BTC", ""), answered("ETH", "$ lacks fee")), "", id="now and then"),
        pytest.param((answered("BTC", "", status=400), answered("ETH", "$ lacks fee")), "", id="nothing of the other was accepted"),
        pytest.param(
            (answered("BTC", ""), answered("ETH", "", status=500), answered("ETH", "$ lacks fee", status=400)), ONE_MARKET, id="a failure"
        ),
    ],
)
def test_what_is_wrong_for_one_market_says_for_which(steps: tuple[ScenarioStep, ...], cause: str) -> None:
    assert alone(told("orders.rest-and-cancel", *steps)).likely_cause == cause


def test_the_market_of_another_question_explains_nothing() -> None:
    shut = (step("unsigned"), step("as it should be"))
    told_of = (told("authentication.place", *shut), told("orders.rest-and-cancel", answered("BTC", ""), answered("ETH", "$ lacks fee")))
    causes = {finding.check: finding.likely_cause for finding in explained(Evidence(scenarios=told_of))}
    assert ONE_MARKET not in causes["authentication.unsigned_calls_are_refused"]
    assert causes["shapes.trading_answers_keep_their_shape"] == ONE_MARKET
