"""Orders that are changed while they rest, as told by hand."""

from __future__ import annotations

import pytest

from certification.evidence.record import STATED_PLACE, Scenario
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED


def balances(held: str = "30") -> Facts:
    return {"asset": ("BTC", "USD"), "free": ("1", "100"), "held": ("0", held)}


def terms(status: str = "open", price: str = "9", quantity: str = "3", **more: str) -> dict[str, str]:
    return {"status": status, "price": price, "quantity": quantity, **more}


ASKED = {"asked.price": "9", "asked.quantity": "3"}
ALONE = told(
    "amend.moved-and-grown",
    step("place", {"order_id": "1"}),
    step("amend", {**ASKED, "order_id": "1"}),
    step("query amended", terms()),
    step("open orders", {"order_id": "1"}),
    step("balances amended", balances()),
    step("amend beyond means", status=409),
    step("query after amending beyond means", terms()),
    step("amend off the grid", status=400),
    step("query after amending off the grid", terms()),
    step("balances after refusals", balances()),
    step("cancel"),
    step("amend what has ended", status=409),
    step("query in the end", terms("cancelled")),
    step("place alike", {"order_id": "2"}),
    step("balances alike", balances()),
)
RENAMED = but(but(ALONE, "amend", {"order_id": "7"}), "open orders", {"order_id": "7"})
IN_PART = told(
    "amend.filled-in-part",
    step("place", {"order_id": "1", **ASKED}),
    step("another account amends it", status=404),
    step("query after another account", terms()),
    step("query in part", {"filled": "1"}),
    step("amend", {"asked.price": "9", "asked.quantity": "2"}),
    step("query amended", terms("partially_filled", quantity="2")),
)
INTO = told(
    "amend.into-the-book",
    step("place", {"order_id": "1"}),
    step("amend into the book", status=409),
    step("query amended", {"filled": "0"}),
)
GRID, MEANS = "query after amending off the grid", "query after amending beyond means"


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("amended_orders_are_what_was_asked", ALONE, PASSED, "", id="as asked"),
        pytest.param("amended_orders_are_what_was_asked", INTO, Outcome.NOT_APPLICABLE, "must not go", id="not asked there"),
        pytest.param("amended_orders_are_what_was_asked", RENAMED, PASSED, "", id="as asked, under a new id"),
        pytest.param("amended_orders_are_what_was_asked", IN_PART, PASSED, "", id="as asked, filled in part"),
        pytest.param(
            "amended_orders_are_what_was_asked",
            but(IN_PART, "query amended", {"quantity": "3"}),
            FAILED,
            "quantity 3 where 2 was asked",
            id="taken for what is left",
        ),
        pytest.param(
            "amended_orders_are_what_was_asked", but(ALONE, "query amended", {"price": "10"}), FAILED, "price 10 where 9", id="not moved"
        ),
        pytest.param(
            "amended_orders_are_what_was_asked",
            but(ALONE, "query amended", {"status": "cancelled"}),
            FAILED,
            "status cancelled",
            id="end",
        ),
        pytest.param(
            "amended_orders_are_what_was_asked",
            but(RENAMED, "open orders", {"order_id": ("1", "7")}),
            FAILED,
            "old id and its new",
            id="two",
        ),
        pytest.param("amended_orders_are_what_was_asked", but(ALONE, "amend", status=403), UNSEEN, "answered 403", id="refused"),
        pytest.param(
            "amended_orders_are_what_was_asked", but(IN_PART, "query in part", {"filled": "0"}), UNSEEN, "not filled in part", id="whole"
        ),
        pytest.param("holds_follow_amendments", ALONE, PASSED, "", id="held alike"),
        pytest.param(
            "holds_follow_amendments", but(ALONE, "balances amended", balances("20")), FAILED, "USD: 20 is held for an amended", id="stale"
        ),
        pytest.param("holds_follow_amendments", but(ALONE, "place alike", status=409), UNSEEN, "answered 409", id="nothing alike"),
        pytest.param("refused_amendments_change_nothing", ALONE, PASSED, "", id="refused, unchanged"),
        pytest.param("refused_amendments_change_nothing", cut(ALONE, "amend beyond means"), PASSED, "", id="on margin"),
        pytest.param(
            "refused_amendments_change_nothing",
            cut(cut(ALONE, "amend beyond means"), "amend off the grid"),
            Outcome.NOT_APPLICABLE,
            "neither a price nor a quantity",
            id="nothing to exclude",
        ),
        pytest.param(
            "refused_amendments_change_nothing", but(ALONE, "amend beyond means"), FAILED, "beyond means was accepted", id="beyond means"
        ),
        pytest.param(
            "refused_amendments_change_nothing",
            but(ALONE, MEANS, {"status": "cancelled"}),
            FAILED,
            "means was refused, and",
            id="lost",
        ),
        pytest.param(
            "refused_amendments_change_nothing", but(ALONE, GRID, {"price": "9.5"}), FAILED, "off the grid was refused, and", id="moved"
        ),
        pytest.param(
            "refused_amendments_change_nothing",
            but(ALONE, "balances after refusals", balances("31")),
            FAILED,
            "free or held of USD",
            id="held for",
        ),
        pytest.param(
            "refused_amendments_change_nothing", but(ALONE, "amend off the grid", status=429), UNSEEN, "says nothing", id="throttled"
        ),
        pytest.param("ended_orders_stay_ended", ALONE, PASSED, "", id="stays ended"),
        pytest.param("ended_orders_stay_ended", but(ALONE, "amend what has ended"), FAILED, "could be amended", id="amended"),
        pytest.param(
            "ended_orders_stay_ended", but(ALONE, "query in the end", {"status": "open"}), FAILED, "rests again", id="brought back"
        ),
        pytest.param("ended_orders_stay_ended", but(ALONE, "cancel", status=500), UNSEEN, "answered 500", id="not cancelled"),
        pytest.param("orders_of_others_cannot_be_amended", IN_PART, PASSED, "", id="shut"),
        pytest.param("orders_of_others_cannot_be_amended", but(IN_PART, "another account amends it"), FAILED, "another account", id="open"),
        pytest.param(
            "orders_of_others_cannot_be_amended",
            but(IN_PART, "query after another account", {"quantity": "4"}),
            FAILED,
            "another account's order was amended",
            id="changed",
        ),
        pytest.param("orders_of_others_cannot_be_amended", but(IN_PART, "amend", status=500), UNSEEN, "answered 500", id="nobody may"),
        pytest.param("amended_post_only_orders_never_take", INTO, PASSED, "", id="did not take"),
        pytest.param("amended_post_only_orders_never_take", but(INTO, "query amended", {"filled": "1"}), FAILED, "and took", id="took"),
        pytest.param("amended_post_only_orders_never_take", but(INTO, "place", status=409), UNSEEN, "answered 409", id="never placed"),
    ],
)
def test_what_is_said_of_amendments(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"amend.{check}", scenario)
    assert said in answer.summary
    assert answer.outcome is outcome


def _queue(place: str, shrunk: str, grown: str) -> Scenario:
    """The story of two amendments; ``shrunk`` and ``grown`` are what the newer order has then."""
    told_of = (("shrinks", shrunk), ("grows", grown))
    steps = [
        made
        for change, filled in told_of
        for made in (
            step(f"it {change}", {STATED_PLACE: place}),
            step(f"sell when it {change}", {"asked.quantity": "1"}, status=201),
            step(f"newer after it {change}", {"filled": filled}),
        )
    ]
    return told("places.amended", *steps)


@pytest.mark.parametrize(
    ("scenario", "outcome", "words"),
    [
        (_queue("kept_when_smaller", "0", "1"), Outcome.PASSED, ""),
        (_queue("kept_when_smaller", "1", "1"), Outcome.FAILED, "lost its place"),
        (_queue("kept_when_smaller", "0", "0"), Outcome.FAILED, "grew kept its place"),
        (_queue("lost", "1", "1"), Outcome.PASSED, ""),
        (_queue("lost", "0", "1"), Outcome.FAILED, "became smaller kept its place"),
        (but(_queue("lost", "1", "1"), "it grows", status=422), Outcome.NOT_OBSERVED, "422"),
    ],
)
def test_an_amended_order_has_the_place_that_is_documented(scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers("amend.places_are_as_documented", scenario)
    assert (answer.outcome, words in answer.summary) == (outcome, True), answer.summary
