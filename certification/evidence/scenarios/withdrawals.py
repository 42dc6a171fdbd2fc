"""Stories of withdrawals: asked for once and twice, called back, refused, hidden from others. Only what the profile names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, numbers, texts
from certification.evidence.record import STATED_FEE
from certification.evidence.scenarios.forgeries import shared_out, spared, turn_of
from certification.evidence.scenarios.leftovers import identity_of
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.tamper import Tamper
from certification.evidence.scenarios.venue import NOTHING_GIVEN, Actor, SilentVenueError, Venue, best, plain

if TYPE_CHECKING:
    from certification.evidence.record import ScenarioStep
    from certification.profile_parts import Withdrawals

_TOO_MUCH = Decimal("1.5")
_FORGERIES = (
    Tamper.UNSIGNED,
    Tamper.WRONG_SIGNATURE,
    Tamper.STALE_TIMESTAMP,
    Tamper.CHANGED_AFTER_SIGNING,
    Tamper.EMPTY_SIGNATURE,
    Tamper.LEFT_OUT,
    Tamper.SIGNED_BY_ANOTHER,
)


def unsaid(venue: Venue) -> str:
    """Why nothing can be withdrawn; empty where something can."""
    if venue.withdrawals and venue.elsewhere:
        return "the profile says what may be withdrawn from its own sandbox, and this is another server, where it may be worth something"
    return "" if venue.withdrawals else "the profile does not say what may be withdrawn from its sandbox (trading.withdrawals)"


def _terms(venue: Venue) -> Withdrawals:
    """What may be withdrawn.

    Raises:
        SilentVenueError: the profile does not say it.
    """
    if venue.withdrawals is None:
        raise SilentVenueError(unsaid(venue))
    return venue.withdrawals


def asked(venue: Venue) -> dict[str, str]:
    """A withdrawal in neutral words, without a client's id, of an amount whose last digit counts."""
    terms = _terms(venue)
    words = {"asset": terms.asset, "address": terms.address, "amount": plain(terms.amount + (terms.amount_step or 0))}
    return words | ({"network": terms.network} if terms.network else {})


def _withdraw(venue: Venue, changes: Mapping[str, str] = NOTHING_GIVEN, *, label: str, by: Actor = Actor.FIRST) -> ScenarioStep:
    """Ask for a withdrawal, under a client's id of its own unless the changes have one."""
    named = {"client_withdrawal_id": venue.new_client_id(), **changes}
    return venue.ask("withdraw", asked(venue) | venue.only("withdraw", named), label=label, actor=by)


def call_back(venue: Venue, *requested: ScenarioStep) -> Iterator[ScenarioStep]:
    """Call back every withdrawal that was accepted, where the exchange lets one."""
    if not venue.has("cancel_withdrawal"):
        return
    accepted = [identity_of("withdraw", step) for step in requested if is_accepted(step)]
    for number, identity in enumerate(accepted):
        if identity and identity not in accepted[:number]:
            yield venue.ask("cancel_withdrawal", identity, label="call back")


def _once_and_again(venue: Venue) -> Iterator[ScenarioStep]:
    """The same withdrawal twice under one client's id, and another under it; balances after each; then it is called back, twice."""
    yield venue.ask("balances", label="balances before")
    client_id = venue.new_client_id()
    first = _withdraw(venue, {"client_withdrawal_id": client_id}, label="withdraw")
    stated = _terms(venue).fee
    yield replace(first, facts=(*first.facts, (STATED_FEE, stated.value))) if stated else first
    yield venue.ask("balances", label="balances after it")
    again = others = first
    if venue.takes("withdraw", "client_withdrawal_id"):
        again = _withdraw(venue, {"client_withdrawal_id": client_id}, label="withdraw the same again")
        yield again
        yield venue.ask("balances", label="balances after the same again")
        double = {"client_withdrawal_id": client_id, "amount": plain(_terms(venue).amount * 2)}
        others = _withdraw(venue, double, label="withdraw another under the same id")
        yield others
    yield from _looked_up(venue, first)
    yield from _called_back_twice(venue, first)
    yield from call_back(venue, *(step for step in (again, others) if identity_of("withdraw", step) != identity_of("withdraw", first)))


def _looked_up(venue: Venue, first: ScenarioStep) -> Iterator[ScenarioStep]:
    if venue.has("withdrawal") and is_accepted(first):
        yield venue.ask("withdrawal", identity_of("withdraw", first), label="query")
    if venue.has("withdrawals"):
        yield venue.ask("withdrawals", venue.only("withdrawals", {"limit": "50"}), label="list")


def _called_back_twice(venue: Venue, first: ScenarioStep) -> Iterator[ScenarioStep]:
    if not venue.has("cancel_withdrawal") or not is_accepted(first):
        return
    yield venue.ask("balances", label="balances before calling back")
    yield venue.ask("cancel_withdrawal", identity_of("withdraw", first), label="cancel")
    yield venue.ask("balances", label="balances after calling back")
    yield venue.ask("cancel_withdrawal", identity_of("withdraw", first), label="cancel again")
    yield venue.ask("balances", label="balances in the end")


def _refused(venue: Venue) -> Iterator[ScenarioStep]:
    """What must not leave: more than there is, a part of the smallest step, to an address that is none. A right one comes last."""
    terms = _terms(venue)
    balances = venue.ask("balances", label="balances")
    yield balances
    free = dict(zip(texts(balances, "asset"), numbers(balances, "free"), strict=False)).get(terms.asset)
    if free is not None:
        step = terms.amount_step or Decimal(1)
        yield from _tried(venue, "withdraw beyond means", amount=plain(max(free * _TOO_MUCH // step * step, terms.amount)))
    if terms.amount_step is not None:
        yield from _tried(venue, "withdraw half a step more", amount=plain(terms.amount + terms.amount_step / 2))
    if terms.least is not None and terms.amount_step is not None and terms.least > terms.amount_step:
        yield from _tried(venue, "withdraw too little", amount=plain(terms.least - terms.amount_step))
    if terms.wrong_address is not None:
        yield from _tried(venue, "withdraw to a wrong address", address=terms.wrong_address)
    yield from _tried(venue, "withdraw as it should be")


def _held(venue: Venue) -> Iterator[ScenarioStep]:
    """All that is there for sale, or for buying; then a withdrawal of what the order holds, and the same when it is cancelled."""
    terms = _terms(venue)
    balances = venue.ask("balances", label="balances")
    yield balances
    free = dict(zip(texts(balances, "asset"), numbers(balances, "free"), strict=False)).get(terms.asset, Decimal(0))
    ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "asks")
    sells = terms.asset == venue.base
    if sells and ask is None:
        return
    # As far from the market as the price at which a buy rests, on the other side of it.
    price = ask + abs(ask - venue.price) // venue.price_step * venue.price_step if sells and ask is not None else venue.price
    worth = Decimal(1) if sells else price * (1 + (max(venue.fees.maker, venue.fees.taker) if venue.fees else 0))
    quantity = free / worth // venue.quantity_step * venue.quantity_step
    placed = venue.place(label="place", side="sell" if sells else "buy", price=plain(price), quantity=plain(quantity))
    yield placed
    if not is_accepted(placed):
        return
    yield venue.ask("balances", label="balances while it is held")
    yield from _tried(venue, "withdraw what is held")
    yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
    yield from _tried(venue, "withdraw as it should be")


def _of_neither(venue: Venue) -> str:
    """Why no order can hold what may be withdrawn."""
    if lacking := unsaid(venue):
        return lacking
    held = _terms(venue).asset in {venue.base, venue.quote}
    return "" if held else "what may be withdrawn is traded in another market (trading.withdrawals.asset)"


def _tried(venue: Venue, label: str, **changes: str) -> Iterator[ScenarioStep]:
    """One request, called back at once where it was taken."""
    requested = _withdraw(venue, changes, label=label)
    yield requested
    yield from call_back(venue, requested)


def _other_account(venue: Venue) -> Iterator[ScenarioStep]:
    requested = _withdraw(venue, label="withdraw")
    yield requested
    identity = identity_of("withdraw", requested)
    yield venue.ask("withdrawal", identity, label="other account reads it", actor=Actor.SECOND)
    if venue.has("withdrawals"):
        yield venue.ask("withdrawals", venue.only("withdrawals", {"limit": "50"}), label="other account lists", actor=Actor.SECOND)
    if venue.has("cancel_withdrawal"):
        yield venue.ask("cancel_withdrawal", identity, label="other account calls it back", actor=Actor.SECOND)
    yield venue.ask("balances", label="other account's balances", actor=Actor.SECOND)
    yield venue.ask("withdrawal", identity, label="query after")
    yield from call_back(venue, requested)


def _read_only(venue: Venue) -> Iterator[ScenarioStep]:
    yield venue.ask("balances", label="observer reads", actor=Actor.OBSERVER)
    requested = _withdraw(venue, label="withdraw")
    yield requested
    observers = _withdraw(venue, label="observer withdraws", by=Actor.OBSERVER)
    yield observers
    yield from call_back(venue, requested, observers)


def _forged(venue: Venue) -> Iterator[ScenarioStep]:
    """A withdrawal in each way of not proving who asks, each under an id of its own; as it should be last.

    Where none can be called back, the first that is accepted is the last: one is proof enough, and what left is gone.
    """
    kinds = tuple(tamper for tamper in _FORGERIES if venue.can(tamper, "withdraw", asked(venue)))
    tried = shared_out(kinds, venue.broken_proofs, turn_of(venue, "withdraw"))
    yield from spared(kinds, tried)
    for tamper in tried:
        words = asked(venue) | venue.only("withdraw", {"client_withdrawal_id": venue.new_client_id()})
        forged = venue.ask("withdraw", words, label=tamper.value, tamper=tamper)
        yield forged
        if is_accepted(forged) and not venue.has("cancel_withdrawal"):
            return
        yield from call_back(venue, forged)
    yield from _tried(venue, "as it should be")


STORIES = (
    Story(id="withdrawals.once-and-again", about="withdraw", needs=("balances",), lacks=unsaid, play=_once_and_again, extra=True),
    Story(id="withdrawals.refused", about="withdraw", needs=("balances",), lacks=unsaid, play=_refused, extra=True),
    Story(
        id="withdrawals.held",
        about="withdraw",
        needs=("balances", "place", "cancel", "depth"),
        lacks=_of_neither,
        play=_held,
        extra=True,
    ),
    Story(
        id="withdrawals.other-account", about="withdrawal", needs=("withdraw", "balances"), lacks=unsaid, play=_other_account, extra=True
    ),
    Story(id="withdrawals.forged", about="withdraw", needs=(), lacks=unsaid, play=_forged, extra=True),
    Story(id="withdrawals.read-only-key", about="withdraw", needs=("balances",), lacks=unsaid, play=_read_only, extra=True),
)
