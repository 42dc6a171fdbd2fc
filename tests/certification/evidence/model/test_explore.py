"""Exploring: the shortest sequence, patience with exchanges that are behind, and failures that do not show again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.model import ABILITIES, TERMS, EngineGround
from certification.evidence.facts import text_or_empty
from certification.evidence.model.action import Action, Cancel, Manner, Place, Side
from certification.evidence.model.agreement import disagreement
from certification.evidence.model.chance import Abilities, Draw, by_chance
from certification.evidence.model.exchange import Fate, ModelExchange
from certification.evidence.model.explore import AGREED, Plan, explore, play
from certification.evidence.model.shortest import shortest
from certification.evidence.record import ScenarioStep

PLAN = Plan(seed=3, sequences=3, length=10, tries=60)


class BehindGround(EngineGround):
    """An exchange whose balances follow only after a while."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0.0
        self._last: dict[str, ScenarioStep] = {}
        self._fresh = True

    def place(self, who: str, action: Place, client_id: str, label: str) -> ScenarioStep:
        self._fresh = False
        return super().place(who, action, client_id, label)

    def look(self, what: str, who: str, identity: dict[str, str], label: str) -> ScenarioStep | None:
        if what != "balances":
            return super().look(what, who, identity, label)
        if self._fresh:
            now = super().look(what, who, identity, label)
            assert now is not None
            self._last[who] = now
        return replace(self._last[who], label=label)

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        self._fresh = True

    def tidy(self) -> None:
        self._fresh = True
        super().tidy()


class OnceGround(EngineGround):
    """An exchange that tells one wrong balance, once."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 40

    def look(self, what: str, who: str, identity: dict[str, str], label: str) -> ScenarioStep | None:
        found = super().look(what, who, identity, label)
        self._left -= 1
        if found is None or what != "balances" or not -8 < self._left < 0:
            return found
        return replace(found, facts=tuple((name, "1" if name == "free" else value) for name, value in found.facts))


def test_a_correct_exchange_agrees_with_every_sequence() -> None:
    steps = tuple(explore(EngineGround(), TERMS, ABILITIES, PLAN))
    assert disagreement(steps) is None
    summaries = [step for step in steps if step.label == AGREED]
    assert [text_or_empty(step, "sequence") for step in summaries] == ["3:0", "3:1", "3:2"]
    assert all(int(text_or_empty(step, "actions")) >= 8 for step in summaries)
    assert len([step for step in steps if text_or_empty(step, "action")]) == int(text_or_empty(summaries[0], "actions"))


def test_an_exchange_that_is_behind_is_waited_for() -> None:
    ground = BehindGround()
    assert disagreement(tuple(explore(ground, TERMS, ABILITIES, PLAN))) is None
    assert ground.waited > 0


def test_what_does_not_show_again_is_not_believed() -> None:
    assert disagreement(tuple(explore(OnceGround(), TERMS, ABILITIES, PLAN))) is None


def test_only_the_shortest_sequence_is_told() -> None:
    steps = tuple(explore(EngineGround("newest-fills-first"), TERMS, ABILITIES, replace(PLAN, sequences=30)))
    found = disagreement(steps)
    assert found is not None
    assert len(found.actions) == 3
    assert all(" 0.01 " in action for action in found.actions)


@pytest.mark.parametrize("seed", range(5))
def test_a_round_meets_in_every_manner_over_several_prices_and_behind_one_that_was_filled_in_part(seed: int) -> None:
    deep, better, queued = set[Manner](), set[Side](), 0
    for number in range(6):
        model = ModelExchange(TERMS)
        for action in by_chance(TERMS, ABILITIES, Draw(seed=seed, number=number, length=12)):
            before = dict(model.orders)
            model.do(action)
            order = model.orders[action.key]
            taken = [fill for fill in order.fills if fill.taker] if isinstance(action, Place) else []
            deep |= {order.placed.manner} if len({fill.price for fill in taken}) > 1 else set()
            better |= {order.placed.side} if any(order.price not in {None, fill.price} for fill in taken) else set()
            met = [key for key in model.changed if key != action.key and key in before and before[key].fills and taken]
            same = (other for key, other in before.items() if key not in met and other.fate is Fate.OPEN)
            queued += bool(met) and any(other.price == before[met[0]].price for other in same)
    assert deep == {Manner.REST, Manner.IMMEDIATE, Manner.WHOLE, Manner.MARKET}
    assert better == {Side.BUY, Side.SELL}
    assert queued > 0


def test_an_exchange_without_room_is_only_asked_to_rest() -> None:
    quiet = replace(TERMS, crossing=False, prices=TERMS.prices[:3])
    few = Abilities(manners=frozenset({Manner.REST}), repeats=False)
    actions = by_chance(quiet, few, Draw(seed=1, number=0, length=30))
    assert {type(action) for action in actions} == {Place, Cancel}
    placed = [action for action in actions if isinstance(action, Place)]
    assert {(action.side, action.manner) for action in placed} == {(Side.BUY, Manner.REST)}
    assert play(actions, EngineGround(), quiet, ()).differences == ()
    assert not any(text_or_empty(step, "look") == "book" for step in play(actions, EngineGround(), quiet, ()).steps)


def test_what_can_not_be_predicted_any_more_is_left_out() -> None:
    place = Place(key="a", who="first", side=Side.BUY, manner=Manner.REST, level=0, quantity=Decimal(1))
    assert play((Cancel(key="a"), place), EngineGround(), TERMS, ()).actions == (place,)


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_the_shortest_sequence_still_fails_and_nothing_can_be_left_out(seed: int) -> None:
    actions = by_chance(TERMS, ABILITIES, Draw(seed=seed, number=0, length=14))
    wanted = {action.key for action in actions if isinstance(action, Cancel)}

    def fails(some: tuple[Action, ...]) -> bool:
        return wanted <= {action.key for action in some if isinstance(action, Cancel)}

    least = shortest(actions, fails, plain=TERMS.quantity, most=1000)
    assert fails(least)
    assert len(least) == 2 * len(wanted) or not wanted
    assert all(action.quantity == TERMS.quantity for action in least if isinstance(action, Place))
    assert shortest(actions, fails, plain=TERMS.quantity, most=0) == actions
