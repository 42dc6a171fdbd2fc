"""Sequences of actions by chance: the same seed gives the same ones. Orders are made to meet, part-filled ones to be cancelled."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from certification.evidence.model.action import Action, Cancel, Manner, Place, Repeat, Side
from certification.evidence.model.exchange import TRADERS, ZERO, Fate, ModelExchange, Order
from certification.evidence.model.terms import Terms

_TRIES = 20
_TAKING = (Manner.REST, Manner.IMMEDIATE, Manner.WHOLE, Manner.MARKET)
_ROUND = 8
"""How many sequences share the ways."""
_ODD_STEPS = 40
_JOINING = 0.5
"""How often an order rests behind another one, at its price."""


class Much(StrEnum):
    """How much an order that meets others asks for."""

    LESS = "less than the first"
    ALL = "as much as the first"
    MORE = "more than the first"
    DEEPER = "all of the best price and some of the next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an order meets others."""

    manner: Manner
    much: Much
    better: int
    """How many prices its limit is better than it must be."""
    own: bool = False
    """Whether it meets an order of its own account."""

    @property
    def in_a_queue(self) -> bool:
        """Whether it fills a part of an order that others stand behind."""
        return self.much is Much.LESS and not self.own and self.manner is not Manner.PASSIVE


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
    """Of the sequence among those of the seed: a round of them goes all ways of meeting, each those that are left."""
    length: int


def by_chance(terms: Terms, abilities: Abilities, draw: Draw) -> tuple[Action, ...]:
    """A sequence of at most ``draw.length`` actions, each of which the model can predict."""
    ways, drawn = _ways(abilities, draw.seed), tuple[Action, ...]()
    for number in range(draw.number // _ROUND * _ROUND, draw.number + 1):
        drawing = _Drawing(terms, abilities, replace(draw, number=number), ways)
        drawn = tuple(action for _ in range(draw.length) if (action := drawing.next()) is not None)
    return drawn


def _ways(abilities: Abilities, seed: int) -> list[Way]:
    """Every manner with every quantity, better limits and plain ones in turn, in an order of the seed's own.

    What asks for two prices, and what asks for two orders at one price, comes first: only an opening is sure to have them.
    """
    taking = [manner for manner in _TAKING if manner in abilities.manners]
    ways = [
        Way(manner=manner, much=much, better=0 if manner is Manner.MARKET else (row + column + seed) % 2)
        for row, manner in enumerate(taking)
        for column, much in enumerate(Much)
    ]
    ways += [Way(manner=Manner.PASSIVE, much=Much.LESS, better=0)] if Manner.PASSIVE in abilities.manners else []
    ways.append(Way(manner=Manner.REST, much=Much.LESS, better=0, own=True))
    ways += [Way(manner=Manner.IMMEDIATE, much=Much.ALL, better=0, own=True)] if Manner.IMMEDIATE in abilities.manners else []
    random.Random(f"{seed}:ways").shuffle(ways)  # noqa: S311 - no secret: it must be drawn again
    deeper = [way for way in ways if way.much is Much.DEEPER]
    queued = [way for way in ways if way.in_a_queue]
    others = [way for way in ways if way not in deeper and way not in queued]
    return [way for pair in zip(deeper, queued, strict=True) for way in pair] + others


class _Drawing:
    """Draws one action after the other, and follows them with a model of its own."""

    def __init__(self, terms: Terms, abilities: Abilities, draw: Draw, ways: list[Way]) -> None:
        self._terms = terms
        self._abilities = abilities
        self._chance = random.Random(f"{draw.seed}:{draw.number}")  # noqa: S311 - no secret: it must be drawn again
        self._ways = ways
        """Those that were not gone yet, in this sequence and those of its round before it."""
        self._again: Way | None = None
        """What follows at once: an order that was filled in part still stands before those behind it."""
        self._opened = False
        """Whether an opening has just come to its end: then it is met before anything becomes of it."""
        self._opening: list[tuple[str, Side, int]] = []
        """Who rests which side at which price, before anything else."""
        self._side = tuple(Side)[(draw.seed + draw.number) % 2]
        self._model = ModelExchange(terms)

    def next(self) -> Action | None:
        """The next action; ``None`` where chance found none that can be predicted."""
        ways: tuple[tuple[Callable[[], Action | None], int], ...] = (
            (self._rest, 12 if not self._opening and any(self._model.open_keys(who) for who in TRADERS) else 100_000),
            (self._meet, 60 if self._terms.crossing else 0),
            (self._cancel, 14),
            (self._cancel_once_more, 5),
            (self._repeat, 7 if self._abilities.repeats else 0),
        )
        if self._again is not None:
            again, self._again = self._in(self._again), None
            if again is not None and self._model.allows(again):
                self._model.do(again)
                return again
        if self._opened:
            self._opened = False
            met = self._meet()
            if met is not None:
                self._model.do(met)
                return met
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
        if self._terms.crossing and not self._opening and not self._orders(Fate.OPEN):
            self._opening = self._queue()
        if self._opening:
            who, side, level = self._opening.pop(0)
            self._opened = not self._opening
            return self._place(who, side, Manner.REST, level, self._quantity(2, 4))
        side = self._chance.choice(tuple(Side)) if self._terms.crossing else Side.BUY
        middle = len(self._terms.prices) // 2 if self._terms.crossing else len(self._terms.prices) - 1
        levels = range(middle + 1) if side is Side.BUY else range(middle, len(self._terms.prices))
        joined = [order.placed.level for order in self._orders(Fate.OPEN) if order.placed.side is side]
        level = self._chance.choice(joined) if joined and self._chance.random() < _JOINING else self._chance.choice(levels)
        return self._place(self._chance.choice(TRADERS), side, manner, level, self._quantity(2, 4))

    def _queue(self) -> list[tuple[str, Side, int]]:
        """Three orders of one account for an empty book: two at one price, and one behind them at a worse one; by turns of either side."""
        who, side, best = self._chance.choice(TRADERS), self._side, len(self._terms.prices) // 2
        self._side = Side.SELL if side is Side.BUY else Side.BUY
        return [(who, side, best), (who, side, best), (who, side, best + (1 if side is Side.SELL else -1))]

    def _meet(self) -> Action | None:
        """An order against what rests, in the first of the ways left that can be gone now."""
        for way in self._ways:
            action = self._in(way)
            if action is not None and self._model.allows(action):
                self._ways.remove(way)
                self._again = way if way.in_a_queue else None
                self._ways += [] if self._ways else _ways(self._abilities, self._chance.randrange(1000))
                return action
        return None

    def _in(self, way: Way) -> Place | None:
        resting = self._orders(Fate.OPEN)
        if not resting:
            return None
        side = resting[-1].placed.side
        met = [order for order in resting if order.placed.side is side]
        best = (max if side is Side.BUY else min)(order.placed.level for order in met)
        first = next(order for order in met if order.placed.level == best)
        deeper = sorted({order.placed.level for order in met} - {best}, reverse=side is Side.BUY)
        if way.much is Much.DEEPER and not deeper:
            return None
        if way.in_a_queue and sum(order.placed.level == best for order in met) == 1:
            return None
        other = next(who for who in TRADERS if who != first.placed.who)
        whole = sum((order.remaining for order in met if order.placed.level == best), ZERO)
        quantity = {
            Much.LESS: self._quantity(1, 1),
            Much.ALL: first.remaining,
            Much.MORE: first.remaining + self._quantity(1, 2),
            Much.DEEPER: whole + self._quantity(1, 1),
        }[way.much]
        level = (deeper[0] if way.much is Much.DEEPER else best) + (way.better if side is Side.SELL else -way.better)
        level = min(max(level, 0), len(self._terms.prices) - 1)
        who = first.placed.who if way.own and self._terms.self_trade else other
        return self._place(who, Side.SELL if side is Side.BUY else Side.BUY, way.manner, level, quantity)

    def _place(self, who: str, side: Side, manner: Manner, level: int, quantity: Decimal) -> Place | None:
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
