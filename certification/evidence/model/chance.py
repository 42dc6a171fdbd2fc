"""Sequences of actions by chance: the same seed gives the same ones. Orders are made to meet, part-filled ones to be cancelled."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from certification.evidence.model.action import Action, Cancel, Manner, Place, Repeat, Side
from certification.evidence.model.exchange import TRADERS, Fate, ModelExchange, Order
from certification.evidence.model.terms import Terms

_TRIES = 20
_TAKING = (Manner.REST, Manner.IMMEDIATE, Manner.WHOLE, Manner.MARKET, Manner.PASSIVE)
_MUCH = ("less", "as much", "more")
"""Than the order that is met."""
_OWN = ((Manner.REST, "less"), (Manner.IMMEDIATE, "as much"))
"""How orders are made to meet one of their own account."""
_ODD_STEPS = 40
_JOINING = 0.5
"""How often an order rests behind another one, at its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What can be asked of the exchange."""

    manners: frozenset[Manner]
    repeats: bool
    """Whether orders carry client order ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Which sequence is drawn."""

    seed: int
    number: int
    """Of the sequence among those of the seed: each goes on with the ways of meeting where the one before left off."""
    length: int


def by_chance(terms: Terms, abilities: Abilities, draw: Draw) -> tuple[Action, ...]:
    """A sequence of at most ``draw.length`` actions, each of which the model can predict."""
    drawing = _Drawing(terms, abilities, draw)
    return tuple(action for _ in range(draw.length) if (action := drawing.next()) is not None)


def _meetings(abilities: Abilities, draw: Draw) -> Iterator[tuple[Manner, str, bool]]:
    """Every way in which an order can meet another (or one of its own account), in an order of the seed's own, over and over."""
    ways = [(manner, much, False) for manner in _TAKING if manner in abilities.manners for much in _MUCH]
    ways += [(manner, much, True) for manner, much in _OWN if manner in abilities.manners]
    random.Random(f"{draw.seed}:meetings").shuffle(ways)  # noqa: S311 - no secret: it must be drawn again
    first = draw.number * draw.length // 2 % len(ways)
    return itertools.cycle(ways[first:] + ways[:first])


class _Drawing:
    """Draws one action after the other, and follows them with a model of its own."""

    def __init__(self, terms: Terms, abilities: Abilities, draw: Draw) -> None:
        self._terms = terms
        self._abilities = abilities
        self._chance = random.Random(f"{draw.seed}:{draw.number}")  # noqa: S311 - no secret: it must be drawn again
        self._meetings = _meetings(abilities, draw)
        self._model = ModelExchange(terms)

    def next(self) -> Action | None:
        """The next action; ``None`` where chance found none that can be predicted."""
        ways: tuple[tuple[Callable[[], Action | None], int], ...] = (
            (self._rest, 25 if any(self._model.open_keys(who) for who in TRADERS) else 1000),
            (self._meet, 45 if self._terms.crossing else 0),
            (self._cancel, 18),
            (self._cancel_once_more, 5),
            (self._repeat, 7 if self._abilities.repeats else 0),
        )
        for _ in range(_TRIES):
            way = self._chance.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
            action = way()
            if action is not None and self._model.allows(action):
                self._model.do(action)
                return action
        return None

    def _orders(self, *fates: Fate) -> list[Order]:
        return [order for order in self._model.orders.values() if order.fate in fates]

    def _rest(self) -> Action | None:
        manner = self._chance.choice([each for each in (Manner.REST, Manner.REST, Manner.PASSIVE) if each in self._abilities.manners])
        side = self._chance.choice(tuple(Side)) if self._terms.crossing else Side.BUY
        middle = len(self._terms.prices) // 2 if self._terms.crossing else len(self._terms.prices) - 1
        levels = range(middle + 1) if side is Side.BUY else range(middle, len(self._terms.prices))
        joined = [order.placed.level for order in self._orders(Fate.OPEN) if order.placed.side is side]
        level = self._chance.choice(joined) if joined and self._chance.random() < _JOINING else self._chance.choice(levels)
        return self._place(self._chance.choice(TRADERS), side, manner, level, self._quantity(2, 4))

    def _meet(self) -> Action | None:
        """An order against one that rests, for less than that, as much, or more; now and then at a better price than it needs."""
        resting = self._orders(Fate.OPEN)
        if not resting:
            return None
        maker = self._chance.choice(resting)
        other = next(who for who in TRADERS if who != maker.placed.who)
        manner, much, own = next(self._meetings)
        who = maker.placed.who if own and self._terms.self_trade else other
        quantity = {"less": self._quantity(1, 1), "as much": maker.remaining, "more": maker.remaining + self._quantity(1, 2)}[much]
        side = Side.SELL if maker.placed.side is Side.BUY else Side.BUY
        better = self._chance.choice((0, 0, 1)) * (1 if side is Side.BUY else -1)
        level = min(max(maker.placed.level + better, 0), len(self._terms.prices) - 1)
        return self._place(who, side, manner, level, quantity)

    def _place(self, who: str, side: Side, manner: Manner, level: int, quantity: Decimal) -> Action | None:
        if quantity < self._terms.quantity:
            return None
        key = f"order {len(self._model.orders) + 1}"
        return Place(key=key, who=who, side=side, manner=manner, level=level, quantity=quantity)

    def _quantity(self, least: int, most: int) -> Decimal:
        """So many times the usual quantity and some steps: odd enough that fees must be rounded."""
        return self._terms.quantity * self._chance.randint(least, most) + self._terms.quantity_step * self._chance.randint(0, _ODD_STEPS)

    def _cancel(self) -> Action | None:
        resting = self._orders(Fate.OPEN)
        partly = [order for order in resting if order.fills]
        return Cancel(key=self._chance.choice(partly or resting).placed.key) if resting else None

    def _cancel_once_more(self) -> Action | None:
        over = [order for order in self._orders(Fate.FILLED, Fate.ENDED) if not order.may_be_refused]
        return Cancel(key=self._chance.choice(over).placed.key) if over else None

    def _repeat(self) -> Action | None:
        resting = self._orders(Fate.OPEN)
        return Repeat(key=self._chance.choice(resting).placed.key) if resting else None
