"""Has the reference strategy trade through one SDK on one sandbox, and reckons what it earned.

Three times it quotes both sides through the SDK; the second account, in calls of our own, sells and buys at those prices; then the
strategy cancels what is left and quotes anew. At the end it sells (or buys back) what it holds at the best price that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from certification.evidence.facts import UnclearError, is_accepted, numbers
from certification.evidence.record import Observation, StrategyResult
from certification.evidence.scenarios.run import venue_on
from certification.evidence.scenarios.venue import Actor, plain
from certification.evidence.strategy.desk import Desk, Wanted
from certification.evidence.strategy.ledger import (
    Fill,
    Statement,
    TapeEntry,
    UntoldError,
    changes_by,
    fills_in,
    holdings_in,
    reckoned,
    tape_in,
)
from certification.evidence.strategy.quotes import Quote, Terms, closing, two_sided
from certification.evidence.trials.calls import relay_folder, relay_service
from certification.evidence.trials.run import can_be_tried, tidy_up
from certification.model import Hindrance
from certification.sandboxes.mock.trouble import RelayPlan

if TYPE_CHECKING:
    from certification.evidence.record import AssetChange, ScenarioStep
    from certification.evidence.scenarios.venue import Venue
    from certification.evidence.trials.run import Ground
    from certification.isolation.runner import Runner
    from certification.profile import ExchangeProfile, Trading
    from certification.sdks.program import Program

ROLES = ("place", "cancel", "open_orders", "depth", "balances", "fills", "trades")
"""What a profile must map for the strategy to trade and its earnings to be reckoned."""

_LIMIT = "50"
_MOST_AHEAD = 20
"""How many times the profile's quantity may stand before us at our price: the second account would have to trade all of it."""
_SETTLE_S = 1.0
_SETTLE_TIMES = 3


class _Flow(NamedTuple):
    """What the second account does to our two quotes: a share of each, in halves."""

    to_bid: int
    to_ask: int


_FLOWS = (_Flow(1, 2), _Flow(2, 0), _Flow(2, 1))
"""Partial fills and whole ones on both sides; more is bought than sold, so that something is left to close."""


def untradable(profile: ExchangeProfile, accounts: int) -> str:
    """Why the strategy can't trade there; empty where it can."""
    if profile.trading is None:
        return "the profile maps no trading roles"
    if missing := [role for role in ROLES if role not in profile.trading.roles]:
        return f"the profile maps no trading role {' and no '.join(missing)}"
    if not can_be_tried(profile):
        return "the profile signs the host's name, or reads no price from open orders, so that no SDK can trade through our relay"
    if accounts <= 1:
        return "the profile names only one account for its sandbox: nobody trades with the strategy"
    return ""


def trade(program: Program, ground: Ground, runner: Runner, folder: Path, *, name: str, reproduce: str = "") -> StrategyResult:
    """Trade, and reckon. Leaves no order behind.

    Args:
        program: the harness beside the installed SDK.
        ground: the sandbox.
        runner: where relay and harness run; the sandbox's own.
        folder: for the relay's plan, and the harness's input.
        name: the SDK's language, as calls record it.
        reproduce: the command that a finding gives.

    Raises:
        IsolationError: a job can't be started.
        SandboxError: the relay does not start.
    """
    trading = ground.profile.trading
    reason = untradable(ground.profile, len(ground.sandbox.accounts))
    if reason or trading is None:
        return StrategyResult(observation=Observation.SKIPPED, reason=reason)
    plan = RelayPlan(target=ground.sandbox.url, addresses=ground.sandbox.pin.addresses if ground.sandbox.pin is not None else ())
    log = relay_folder(plan, folder)
    with (
        venue_on(ground.profile, ground.api, ground.stage) as venue,
        runner.serve(relay_service(log.parent, ground.sandbox.network)) as endpoint,
    ):
        desk = Desk(program=program, runner=runner, ground=ground, venue=venue, endpoint=endpoint, folder=folder, name=name)
        session = _Session(desk=desk, trading=trading, result=StrategyResult(observation=Observation.COMPLETE, reproduce=reproduce))
        try:
            return session.played()
        except UntoldError as error:
            return session.unseen(str(error), Observation.SKIPPED)
        except UnclearError as error:
            return session.unseen(str(error), Observation.UNAVAILABLE)
        finally:
            tidy_up(venue)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """One order that the SDK says stands, or stood."""

    quote: Quote
    identity: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class _Session:
    """One strategy at work: what it did so far."""

    desk: Desk
    trading: Trading
    result: StrategyResult
    orders: list[_Order] = field(default_factory=list)
    tape: dict[str, TapeEntry] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def played(self) -> StrategyResult:
        """Trade to the end."""
        before = holdings_in(self._balances("balances before"))
        inventory = Decimal(0)
        for flow in _FLOWS:
            self._round(flow, inventory)
            inventory = self._inventory(self._fills())
        self._close(inventory)
        return self._settled(before)

    def unseen(self, reason: str, observation: Observation) -> StrategyResult:
        """What is known where the strategy did not come to its end, or can't be reckoned."""
        hindrance = Hindrance.ENVIRONMENT if observation is Observation.UNAVAILABLE else None
        return replace(
            self.result, observation=observation, reason=reason, hindrance=hindrance, orders=len(self.orders), told=tuple(self.told)
        )

    @property
    def _terms(self) -> Terms:
        trading = self.trading
        return Terms(price=trading.price, price_step=trading.price_step, quantity=trading.quantity, quantity_step=trading.quantity_step)

    def _round(self, flow: _Flow, inventory: Decimal) -> None:
        """Quote, be traded with, cancel."""
        placed = self._place(two_sided(self.desk.look(), self._terms, inventory))
        for order in placed:
            self._meet(order.quote, flow.to_bid if order.quote.buys else flow.to_ask)
        self._read_tape()
        self._cancel(placed)

    def _place(self, quotes: tuple[Quote, ...], time_in_force: str = "good_till_cancelled") -> list[_Order]:
        """The orders that the SDK says were taken."""
        venue = self.desk.venue
        wanted = tuple(
            Wanted(role="place", arguments=tuple(_arguments(venue, quote, time_in_force).items()), label=quote.side) for quote in quotes
        )
        placed = []
        for quote, step in zip(quotes, self.desk.ask(*wanted), strict=True):
            identity = venue.identity_of(step) if is_accepted(step) else {}
            self.told.append(f"{quote.side} {quote.quantity:f} at {quote.price:f}: {_answer(step)}")
            if identity:
                placed.append(_Order(quote=quote, identity=identity))
        self.orders += placed
        return placed

    def _cancel(self, placed: list[_Order]) -> None:
        """Cancel what is left of them; one that was filled is none the worse for it."""
        for step in self.desk.ask(*(Wanted(role="cancel", arguments=tuple(order.identity.items()), label="cancel") for order in placed)):
            self.told.append(f"cancel: {_answer(step)}")

    def _meet(self, quote: Quote, halves: int) -> None:
        """The second account trades with our quote, and with whatever stands before it at that price."""
        venue = self.desk.venue
        if not halves:
            return
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _LIMIT}, label="depth")
        ahead = max(_quantity_at(depth, quote) - quote.quantity, Decimal(0))
        if ahead > _MOST_AHEAD * venue.quantity:
            self.told.append(f"{ahead:f} stand before us at {quote.price:f}: too much for the second account")
            return
        side, quantity = "sell" if quote.buys else "buy", ahead + halves * quote.quantity / 2
        terms = {"side": side, "price": plain(quote.price), "quantity": plain(quantity), "time_in_force": "immediate_or_cancel"}
        step = venue.place(label=f"second account: {side}", by=Actor.SECOND, **terms)
        self.told.append(f"the second account asks to {side} {quantity:f} at {quote.price:f}: {_answer(step)}")
        for _ in venue.undo_leftovers():  # where an exchange has no orders that end at once
            pass

    def _close(self, inventory: Decimal) -> None:
        """Bring the inventory back to nothing, as far as the book allows."""
        quote = closing(self.desk.look(), self._terms, inventory) if inventory else None
        if quote is None:
            return
        placed = self._place((quote,), "immediate_or_cancel")
        self._read_tape()
        self._cancel(placed)

    def _settled(self, before: dict[str, Decimal]) -> StrategyResult:
        """Reckon; where the three accounts differ, ask again before it is believed: some exchanges tell a fill late."""
        for _ in range(_SETTLE_TIMES - 1):
            with suppress(UntoldError):
                fills, changes = self._reckoned(before)
                if all(change.agrees for change in changes):
                    return self._complete(fills, changes)
            self.desk.venue.wait(_SETTLE_S)
        return self._complete(*self._reckoned(before))

    def _reckoned(self, before: dict[str, Decimal]) -> tuple[tuple[Fill, ...], tuple[AssetChange, ...]]:
        """What fills, balances and trades say now."""
        fills = self._fills()
        self._read_tape()
        statement = Statement(before=before, after=holdings_in(self._balances("balances after")))
        changes = reckoned(fills, statement, self.tape, base=self.trading.base, quote=self.trading.quote)
        if not fills and all(change.agrees for change in changes):
            raise UntoldError("no order of the strategy was filled")
        return fills, changes

    def _complete(self, fills: tuple[Fill, ...], changes: tuple[AssetChange, ...]) -> StrategyResult:
        return replace(
            self.result,
            base=self.trading.base,
            quote=self.trading.quote,
            mark=fills[-1].price if fills else self.trading.price,
            orders=len(self.orders),
            fills=len(fills),
            changes=changes,
            told=(*self.told, *(fill.told() for fill in fills)),
        )

    def _fills(self) -> tuple[Fill, ...]:
        """All fills of the strategy's orders, as the SDK tells them."""
        venue = self.desk.venue
        quote = self.trading.quote
        if venue.takes("fills", "order_id"):
            asked = [order for order in self.orders if "order_id" in order.identity]
            wanted = (Wanted(role="fills", arguments=_fills_of(venue, order.identity), label="fills") for order in asked)
            told = zip(asked, self._answered(*wanted), strict=True)
            return tuple(fill for order, step in told for fill in fills_in(step, buys=order.quote.buys, quote=quote))
        (step,) = self._answered(Wanted(role="fills", arguments=_fills_of(venue, {}), label="fills"))
        ours = {order.identity.get("order_id") for order in self.orders}
        return tuple(fill for fill in fills_in(step, buys=None, quote=quote) if fill.order_id in ours)

    def _answered(self, *wanted: Wanted) -> tuple[ScenarioStep, ...]:
        """The same as ``Desk.ask``, where every answer is needed.

        Raises:
            UntoldError: one was refused.
        """
        steps = self.desk.ask(*wanted)
        for step in steps:
            if not is_accepted(step):
                raise UntoldError(f"the SDK gives no {step.label}: {_answer(step)}")
        return steps

    def _inventory(self, fills: tuple[Fill, ...]) -> Decimal:
        return changes_by(fills, base=self.trading.base, quote=self.trading.quote)[self.trading.base]

    def _balances(self, label: str) -> ScenarioStep:
        return self.desk.venue.ask("balances", label=label)

    def _read_tape(self) -> None:
        venue = self.desk.venue
        self.tape |= tape_in(venue.ask("trades", {"symbol": venue.symbol, "limit": _LIMIT}, label="trades"))


def _arguments(venue: Venue, quote: Quote, time_in_force: str) -> dict[str, str]:
    own = {"client_order_id": venue.new_client_id()} if venue.takes("place", "client_order_id") else {}
    wanted = {"side": quote.side, "price": plain(quote.price), "quantity": plain(quote.quantity), "time_in_force": time_in_force}
    return venue.order() | wanted | own


def _answer(step: ScenarioStep) -> str:
    """What came of a call, in a word or in the SDK's own."""
    failure = step.call.failure if step.call is not None else ""
    return failure or ("taken" if is_accepted(step) else "refused")


def _fills_of(venue: Venue, identity: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(venue.only("fills", {"symbol": venue.symbol, "limit": _LIMIT, **identity}).items())


def _quantity_at(depth: ScenarioStep, quote: Quote) -> Decimal:
    """What stands at a quote's price, ours included."""
    side = "bids" if quote.buys else "asks"
    levels = zip(numbers(depth, f"{side}.price"), numbers(depth, f"{side}.quantity"), strict=False)
    return sum((quantity for price, quantity in levels if price == quote.price), Decimal(0))
