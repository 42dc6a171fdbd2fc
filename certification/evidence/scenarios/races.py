"""Stories of calls that meet: sent at the same instant, so that whoever looks before it writes is overtaken in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from certification.evidence.facts import RESTING, is_accepted, numbers, texts
from certification.evidence.record import STATED_SHARED, TAKEN_AT_ONCE, ScenarioStep
from certification.evidence.scenarios import orders, withdrawals
from certification.evidence.scenarios.settling import balances_settled
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, Asked, Venue, inside_the_spread, plain

SELLING_MEETS_CANCELLING = "races.cancel-while-it-fills"

_LOOKS, _AGAIN_S = 3, 0.5
_ROUNDS = 3
"""The first opens the connections that the others find open, so that these come closer together."""
_TOGETHER = 4


def _same_client_id(venue: Venue) -> Iterator[ScenarioStep]:
    """The same order several times at once under one client's id; then what rests."""
    for _ in range(_ROUNDS):
        order = venue.order() | {"client_order_id": venue.new_client_id()}
        yield from venue.at_once(*(Asked(role="place", arguments=order, label="place at once") for _ in range(_TOGETHER)))
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")


def _no_client_ids(venue: Venue) -> str:
    return "" if venue.takes("place", "client_order_id") else "the profile has no place for a client order id"


def _spend_twice(venue: Venue) -> Iterator[ScenarioStep]:
    """Orders at once of which each takes more than half of what is free."""
    balances = venue.ask("balances", label="balances before")
    yield balances
    free = dict(zip(texts(balances, "asset"), numbers(balances, "free"), strict=False)).get(venue.quote, Decimal(0))
    if free <= 0:
        return
    most = plain(orders.most_of(venue, free))
    for _ in range(_ROUNDS):
        wanted = (venue.order() | {"quantity": most, "client_order_id": venue.new_client_id()} for _ in range(_TOGETHER))
        placed = venue.at_once(*(Asked(role="place", arguments=order, label="buy most of it at once") for order in wanted))
        yield from placed
        taken = tuple(filter(is_accepted, placed))
        for step in taken if len(taken) > 1 and venue.has("query") else ():
            yield venue.ask("query", venue.identity_of(step), label=TAKEN_AT_ONCE)
        for step in taken:
            yield venue.ask("cancel", venue.identity_of(step), label="cancel")


def _cancel_at_once(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that is cancelled several times at once, and the balances before and after."""
    for _ in range(_ROUNDS):
        before = venue.ask("balances", label="balances before")
        yield before
        placed = venue.place(label="place")
        yield placed
        cancel = Asked(role="cancel", arguments=venue.identity_of(placed), label="cancel at once")
        yield from venue.at_once(*(cancel,) * _TOGETHER)
        yield balances_settled(venue, before, label="balances after")


def _cancel_while_it_fills(venue: Venue) -> Iterator[ScenarioStep]:
    """An order of the second account on a level of its own: cancelled at the instant at which the first account sells to it."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "50"}, label="depth")
    yield depth
    inside = inside_the_spread(venue, depth)
    if inside is None:
        return
    price = plain(inside)
    sale = venue.order() | {"side": "sell", "price": price, "time_in_force": "immediate_or_cancel"}
    for _ in range(_ROUNDS):
        before = venue.ask("balances", label="balances before", actor=Actor.SECOND)
        yield before
        bought = venue.place(label="order", by=Actor.SECOND, price=price)
        yield bought
        named = sale | {"client_order_id": venue.new_client_id()}
        sold, cancelled = venue.at_once(
            Asked(role="place", arguments=named, label="sell to it"),
            Asked(role="cancel", arguments=venue.identity_of(bought), label="cancel it", actor=Actor.SECOND),
        )
        yield from (sold, cancelled)
        looks = _agreed(venue, bought, sold)
        yield from looks
        if RESTING & set(texts(looks[0], "status")):
            yield venue.ask("balances", label="balances after", actor=Actor.SECOND)
        else:
            yield balances_settled(venue, before, label="balances after", by=Actor.SECOND)


def _agreed(venue: Venue, bought: ScenarioStep, sold: ScenarioStep) -> tuple[ScenarioStep, ...]:
    """Both orders as they are told; where one was filled otherwise than the other, as they are told a little later."""
    looks = _both(venue, bought, sold)
    for _ in range(_LOOKS):
        if len({numbers(look, "filled") for look in looks}) == 1:
            break
        venue.wait(_AGAIN_S)
        looks = _both(venue, bought, sold)
    return looks


def _both(venue: Venue, bought: ScenarioStep, sold: ScenarioStep) -> tuple[ScenarioStep, ...]:
    """The order, and the sale where it was taken in."""
    order = venue.ask("query", venue.identity_of(bought), label="order after", actor=Actor.SECOND)
    sold_by = venue.identity_of(sold)
    if not sold_by:
        return (order,)
    sale = venue.ask("query", sold_by, label="sale after")
    return order, sale if venue.ours else replace(sale, facts=(*sale.facts, (STATED_SHARED, "yes")))


def _withdraw_at_once(venue: Venue) -> Iterator[ScenarioStep]:
    """The same withdrawal several times at once under one client's id."""
    yield venue.ask("balances", label="balances before")
    wanted = withdrawals.asked(venue) | {"client_withdrawal_id": venue.new_client_id()}
    requested = venue.at_once(*(Asked(role="withdraw", arguments=wanted, label="withdraw at once") for _ in range(_TOGETHER)))
    yield from requested
    yield venue.ask("balances", label="balances after")
    yield from withdrawals.call_back(venue, *requested)


def _unsaid_withdrawals(venue: Venue) -> str:
    if venue.has("withdraw") and not venue.takes("withdraw", "client_withdrawal_id"):
        return "the profile has no place for a client's id of a withdrawal"
    return withdrawals.unsaid(venue)


STORIES = (
    Story(id="races.same-client-id", about="place", needs=("open_orders",), lacks=_no_client_ids, play=_same_client_id, extra=True),
    Story(id="races.spend-twice", about="place", needs=("balances", "cancel"), lacks=orders.unsaid_holds, play=_spend_twice, extra=True),
    Story(id="races.cancel-at-once", about="cancel", needs=("place", "balances"), play=_cancel_at_once, extra=True),
    Story(
        id=SELLING_MEETS_CANCELLING,
        about="cancel",
        needs=("place", "query", "depth", "balances"),
        in_force="immediate_or_cancel",
        play=_cancel_while_it_fills,
        extra=True,
    ),
    Story(
        id="races.withdraw-at-once", about="withdraw", needs=("balances",), lacks=_unsaid_withdrawals, play=_withdraw_at_once, extra=True
    ),
)
