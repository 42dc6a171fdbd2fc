"""A record held against the model: what is a difference, what says nothing, and what is no concern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.model import TERMS, EngineGround
from certification.evidence.facts import UnclearError, text_or_empty
from certification.evidence.model.action import Action, Cancel, Manner, Place, Repeat, Side
from certification.evidence.model.agreement import Theme, Witness, disagreement
from certification.evidence.model.explore import play
from certification.evidence.record import Message, ScenarioStep

REST = Place(key="a", who="first", side=Side.BUY, manner=Manner.REST, level=1, quantity=TERMS.quantity)
SELL = Place(key="b", who="second", side=Side.SELL, manner=Manner.IMMEDIATE, level=1, quantity=TERMS.quantity * 2)
PASSIVE = Place(key="p", who="second", side=Side.SELL, manner=Manner.PASSIVE, level=1, quantity=TERMS.quantity)
Steps = tuple[ScenarioStep, ...]


def record(*actions: Action) -> Steps:
    return play(actions, EngineGround(), TERMS, ()).steps


def changed(steps: Steps, look: str, name: str, value: str, *, key: str = "", who: str = "") -> Steps:
    """The record with another value, first of its name, in the last look of a kind."""
    for index in reversed(range(len(steps))):
        step = steps[index]
        matches = (
            text_or_empty(step, "look") == look and key in {"", text_or_empty(step, "key")} and who in {"", text_or_empty(step, "who")}
        )
        if matches and text_or_empty(step, name):
            at = next(position for position, fact in enumerate(step.facts) if fact[0] == name)
            facts = (*step.facts[:at], (name, value), *step.facts[at + 1 :])
            return (*steps[:index], replace(step, facts=facts), *steps[index + 1 :])
    raise AssertionError(look)


def answered(steps: Steps, label: str, status: int | None, *, facts: tuple[tuple[str, str], ...] = ()) -> Steps:
    """The record with another answer to the action whose label begins so."""
    found = []
    for step in steps:
        if step.label.startswith(label) and text_or_empty(step, "action") and step.call is not None:
            answer = None if status is None else Message(start=str(status), headers=(), body="no")
            kept = (*facts, ("action", text_or_empty(step, "action")))
            step = replace(step, call=replace(step.call, status=status, response=answer), facts=kept)  # noqa: PLW2901
        found.append(step)
    return tuple(found)


def told(steps: Steps) -> set[tuple[Theme, str]]:
    found = disagreement(steps)
    return {(each.theme, each.told) for each in found.differences} if found else set()


FILLED = record(REST, SELL)
RESTING = record(REST)


def averaging(value: str) -> Steps:
    """The record, with an average price in the last look at an order that was filled."""
    last = max(index for index, step in enumerate(FILLED) if text_or_empty(step, "look") == "order" and text_or_empty(step, "key") == "b")
    told = replace(FILLED[last], facts=(*FILLED[last].facts, ("average", value)))
    return (*FILLED[:last], told, *FILLED[last + 1 :])


@pytest.mark.parametrize("average", ["59998.37", "59998.4", "59998", "59999", "59998.370"])
def test_an_average_price_may_be_rounded_either_way(average: str) -> None:
    assert disagreement(averaging(average)) is None


def test_an_average_price_is_that_of_what_was_filled() -> None:
    found = disagreement(averaging("59997.9"))
    assert found is not None
    assert "b has average 59997.9; by the model 59998.37" in str(found)


def test_a_true_record_agrees() -> None:
    assert disagreement(record(REST, SELL, PASSIVE, Cancel(key="b"))) is None
    assert disagreement(()) is None


@pytest.mark.parametrize(
    ("steps", "theme", "said"),
    [
        (changed(RESTING, "order", "status", "filled"), Theme.ORDERS, "a is filled; by the model open"),
        (changed(RESTING, "order", "status", "partially_filled"), Theme.ORDERS, "a is partially_filled"),
        (changed(FILLED, "order", "status", "open", key="a"), Theme.ORDERS, "a is open; by the model filled, 0.01 of 0.01 filled"),
        (changed(FILLED, "order", "status", "open", key="b"), Theme.ORDERS, "b is open; by the model ended, 0.01 of 0.02 filled"),
        (changed(FILLED, "order", "filled", "0.02", key="b"), Theme.ORDERS, "b has filled 0.02; by the model 0.01"),
        (changed(FILLED, "order", "notional", "599.98", key="b"), Theme.ORDERS, "b has notional 599.98; by the model 599.9837"),
        (changed(FILLED, "order", "fee", "0", key="b"), Theme.ORDERS, "b has fee 0; by the model 1.1999"),
        (changed(RESTING, "open_orders", "order_id", "7"), Theme.ORDERS, "a rests and is missing from first's open orders"),
        (changed(FILLED, "fills", "quantity", "0.02", key="a"), Theme.FILLS, "the fills of a have quantity 0.02 in all; by the model 0.01"),
        (changed(FILLED, "fills", "fee", "1", key="a"), Theme.FILLS, "the fills of a have fee 1 in all"),
        (changed(FILLED, "fills", "fee_asset", "ETH", key="a"), Theme.FILLS, "the fee of a is in ETH; by the model in USD"),
        (changed(FILLED, "fills", "liquidity", "taker", key="a"), Theme.FILLS, "0.01 of a is told to have taken; by the model 0"),
        (changed(FILLED, "balances", "free", "1", who="first"), Theme.BALANCES, "first has 1 BTC free and 0 held; by the model"),
        (
            changed(RESTING, "balances", "held", "1", who="first"),
            Theme.BALANCES,
            "first has 100 BTC free and 1 held; by the model 100",
        ),
        (changed(RESTING, "book", "bids.quantity", "5"), Theme.BOOKS, "5 stands in the bids at 59998.37; by the model 0.01"),
    ],
)
def test_a_difference_is_told_with_what_the_model_has(steps: Steps, theme: Theme, said: str) -> None:
    assert [sentence for about, sentence in told(steps) if about is theme and sentence.startswith(said)], told(steps)


def test_what_an_action_is_answered_is_held_against_the_model_too() -> None:
    again, over = record(REST, Repeat(key="a")), record(REST, Cancel(key="a"))
    assert (Theme.ORDERS, "the same order under the same client order id became a second order, 9") in told(
        answered(again, "2.", 201, facts=(("order_id", "9"),))
    )
    assert told(answered(again, "2.", 409)) == set()
    assert (Theme.ORDERS, "an open order could not be cancelled (409)") in told(answered(over, "2.", 409))
    assert told(answered(record(REST, Cancel(key="a"), Cancel(key="a")), "3.", 409)) == set()
    assert told(answered(record(REST, PASSIVE), "2.", 422)) == set()
    one = next(text_or_empty(step, "order_id") for step in FILLED if text_or_empty(step, "action"))
    assert (Theme.ORDERS, f"a new order was given the id {one} of another one") in told(
        answered(FILLED, "2.", 201, facts=(("order_id", one),))
    )


def test_an_order_that_ended_or_stands_twice_among_the_open_ones_is_told() -> None:
    look = next(step for step in reversed(RESTING) if text_or_empty(step, "look") == "open_orders")
    twice = replace(look, facts=(("order_id", text_or_empty(look, "order_id")), *look.facts))
    assert (Theme.ORDERS, "a stands 2 times among first's open orders") in told(tuple(twice if step is look else step for step in RESTING))
    over = record(REST, Cancel(key="a"))
    last = next(step for step in reversed(over) if text_or_empty(step, "look") == "open_orders")
    ghost = replace(last, facts=(("order_id", text_or_empty(look, "order_id")), *last.facts))
    assert (Theme.ORDERS, "a has ended and stands among first's open orders") in told(
        tuple(ghost if step is last else step for step in over)
    )


@pytest.mark.parametrize("status", [401, 403, 429, 500, None])
def test_an_answer_that_is_none_says_nothing(status: int | None) -> None:
    with pytest.raises(UnclearError, match="was answered"):
        disagreement(answered(RESTING, "1.", status))


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        pytest.param(answered(RESTING, "1.", 409), "was refused: no", id="refused"),
        pytest.param(changed(RESTING, "book", "bids.price", "59999"), "somebody else has an order at 59999", id="stranger"),
        pytest.param(changed(FILLED, "fills", "fee", "much"), "is no number", id="no number"),
        pytest.param(changed(FILLED, "fills", "fee", "1E+99"), "no amount", id="no amount"),
        pytest.param(changed(FILLED, "balances", "asset", "null"), "", id="kept"),
        pytest.param((replace(RESTING[0], facts=()), *RESTING[1:]), "does not begin with its terms", id="no terms"),
        pytest.param((*RESTING, *RESTING[3:4]), "can't be predicted", id="twice"),
    ],
)
def test_what_can_not_be_told_is_uncertain(steps: Steps, reason: str) -> None:
    if not reason:
        assert disagreement(steps) is not None
        return
    with pytest.raises(UnclearError, match=reason):
        disagreement(steps)


def test_a_fill_without_fee_or_a_balance_without_free_is_uncertain() -> None:
    def without(name: str) -> Steps:
        return tuple(replace(step, facts=tuple(fact for fact in step.facts if fact[0] != name)) for step in FILLED)

    with pytest.raises(UnclearError, match="no asset, free and held"):
        disagreement(without("free"))
    with pytest.raises(UnclearError, match="no price, quantity and fee"):
        disagreement(without("fee"))
    with pytest.raises(UnclearError, match="holds no action"):
        Witness(FILLED[:3]).act(FILLED[0])


def test_where_holds_are_not_known_only_what_is_owned_counts() -> None:
    untold = replace(TERMS, held_for_buys=None)
    steps = play((REST,), EngineGround(), untold, ()).steps
    assert disagreement(steps) is None
    assert disagreement(changed(steps, "balances", "held", "1", who="first")) is not None  # base is held for sales alone
    usd = next(step for step in reversed(steps) if text_or_empty(step, "look") == "balances" and text_or_empty(step, "who") == "first")
    free = [value for name, value in usd.facts if name == "free"][-1]
    moved = replace(usd, facts=tuple((name, "1" if value == free else value) for name, value in usd.facts))
    (difference,) = told(tuple(moved if step is usd else step for step in steps))
    assert difference[1].startswith("first owns ")
