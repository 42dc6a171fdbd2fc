"""The story of two accounts that trade by chance, beside a model that predicts what becomes of each action."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.model.action import Manner, Place
from certification.evidence.model.chance import Abilities
from certification.evidence.model.explore import Plan, explore
from certification.evidence.model.terms import Terms
from certification.evidence.scenarios.history import fills_of
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, SilentVenueError, Venue, best, plain

if TYPE_CHECKING:
    from certification.evidence.record import ScenarioStep
    from certification.profile import RoleName

STORY = "model.trading-by-chance"
_LEVELS = 5
_LEAST_LEVELS = 3
_SEQUENCES, _LENGTH, _TRIES = 6, 12, 40
_CALLS_PER_ACTION = 8
_MOST_S = 180.0
"""How long the story may take at the pace of the exchange's own budget."""
_BOOK_LIMIT = "50"
_ROLES: dict[str, RoleName] = {
    "balances": "balances",
    "open_orders": "open_orders",
    "order": "query",
    "fills": "fills",
    "book": "depth",
}


class _VenueGround:
    """The sandbox, as the model's traders meet it."""

    def __init__(self, venue: Venue, terms: Terms) -> None:
        self._venue = venue
        self._terms = terms

    def place(self, who: str, action: Place, client_id: str, label: str) -> ScenarioStep:
        """Place an order."""
        market = action.manner is Manner.MARKET
        arguments = {"side": action.side.value, "quantity": plain(action.quantity), "type": "market" if market else "limit"}
        arguments |= {} if market else {"time_in_force": action.manner.value, "price": plain(self._terms.prices[action.level])}
        order = {name: value for name, value in self._venue.order().items() if not market or name not in {"time_in_force", "price"}}
        named = {"client_order_id": client_id} if client_id else {}
        return self._venue.ask("place", order | arguments | named, label=label, actor=Actor(who))

    def cancel(self, who: str, identity: dict[str, str], label: str) -> ScenarioStep:
        """Cancel one."""
        return self._venue.ask("cancel", identity | {"symbol": self._venue.symbol}, label=label, actor=Actor(who))

    def look(self, what: str, who: str, identity: dict[str, str], label: str) -> ScenarioStep | None:
        """Ask for something; ``None`` where the profile maps no operation for it, or it can't be told whose they are."""
        role = _ROLES[what]
        if not self._venue.has(role):
            return None
        if what == "fills":
            return next(fills_of(self._venue, identity, label=label, by=Actor(who)), None)
        limit = {"limit": _BOOK_LIMIT} if what == "book" else {}
        return self._venue.ask(role, identity | {"symbol": self._venue.symbol} | limit, label=label, actor=Actor(who))

    def new_client_id(self) -> str:
        """An id that no order has had; empty where orders carry none."""
        return self._venue.new_client_id() if self._venue.takes("place", "client_order_id") else ""

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._venue.wait(seconds)

    def tidy(self) -> None:
        """Cancel what rests."""
        for _ in self._venue.undo_leftovers():
            pass


def _by_chance(venue: Venue) -> Iterator[ScenarioStep]:
    """Sequences of orders between the best bid and the best ask, where both sides are our own accounts'."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _BOOK_LIMIT}, label="depth")
    yield depth
    terms = _terms(venue, depth)
    abilities = Abilities(
        manners=frozenset(manner for manner in Manner if _offers(venue, manner)), repeats=venue.takes("place", "client_order_id")
    )
    pace = venue.interval_s * _CALLS_PER_ACTION * _LENGTH
    sequences = max(1, min(_SEQUENCES, int(_MOST_S / pace) if pace else _SEQUENCES))
    plan = Plan(seed=venue.seed, sequences=sequences, length=_LENGTH, tries=max(5, min(_TRIES, sequences * 8)))
    yield from explore(_VenueGround(venue, terms), terms, abilities, plan)


def _offers(venue: Venue, manner: Manner) -> bool:
    """Whether the profile has a word for it; an exchange without such words is taken to know orders that rest only."""
    return manner is Manner.REST or (
        venue.has_word("place", "type", "market") if manner is Manner.MARKET else venue.can_place(manner.value)
    )


def _unsaid_fees(venue: Venue) -> str:
    return "" if venue.fees is not None else "the profile does not say how fees are charged (trading.fees)"


def _terms(venue: Venue, depth: ScenarioStep) -> Terms:
    """What the profile says, and prices where nobody else is.

    Raises:
        SilentVenueError: the profile does not say enough.
    """
    fees = venue.fees
    if fees is None:
        raise SilentVenueError(_unsaid_fees(venue))
    prices = _between(venue, best(depth, "bids"), best(depth, "asks"))
    crossing = len(prices) >= _LEAST_LEVELS
    return Terms(
        base=venue.base,
        quote=venue.quote,
        quantity=venue.quantity,
        quantity_step=venue.quantity_step,
        maker_fee=fees.maker,
        taker_fee=fees.taker,
        fee_step=fees.step,
        fee_rounding=fees.rounding,
        fee_asset=fees.asset,
        held_for_buys=venue.held_for_buys,
        held_rounding=venue.held_rounding,
        self_trade=venue.self_trade,
        tells_partial="partially_filled" in venue.words("query", "status"),
        prices=prices if crossing else tuple(venue.price - distance * venue.price_step for distance in reversed(range(_LEAST_LEVELS))),
        crossing=crossing,
    )


def _between(venue: Venue, bid: Decimal | None, ask: Decimal | None) -> tuple[Decimal, ...]:
    """Some prices between the best bid and the best ask, not right beside them: there others step in front."""
    if bid is None or ask is None:
        return ()
    room = int((ask - bid) / venue.price_step) - 1
    chance = random.Random(f"{venue.seed}:prices")  # noqa: S311 - no secret: it must be drawn again
    steps = range(2, room) if room > 2 * _LEVELS else range(1, room + 1)
    chosen = sorted(chance.sample(steps, min(_LEVELS, len(steps))))
    return tuple(bid + step * venue.price_step for step in chosen)


STORIES = (
    Story(id=STORY, about="place", needs=("cancel", "balances", "open_orders", "depth", "query"), lacks=_unsaid_fees, play=_by_chance),
)
