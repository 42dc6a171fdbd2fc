"""Stories of an order's life: resting, cancelling, filling, and the ways in which it must not do so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from certification.evidence.facts import is_accepted, numbers, texts
from certification.evidence.model.terms import HeldForBuys
from certification.evidence.record import STATED_CANCELLED_AGAIN, ScenarioStep
from certification.evidence.scenarios.history import fills_of, history_with
from certification.evidence.scenarios.smallest import orders_too_small
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, Venue, best, inside_the_spread, plain

_DEPTH = {"limit": "50"}
_TOO_MUCH = Decimal("1.5")
_MOST = Decimal("0.6")
"""Of what is free: twice this is more than there is."""


def _rest_and_cancel(venue: Venue) -> Iterator[ScenarioStep]:
    yield venue.ask("balances", label="balances before")
    placed = venue.place(label="place")
    yield placed
    yield venue.ask("query", venue.identity_of(placed), label="query")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
    yield venue.ask("balances", label="balances while it rests")
    yield venue.ask("depth", {"symbol": venue.symbol, **_DEPTH}, label="depth while it rests")
    venue.let_time_pass()
    yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
    yield venue.ask("query", venue.identity_of(placed), label="query after")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield venue.ask("balances", label="balances after")
    again = venue.ask("cancel", venue.identity_of(placed), label="cancel again")
    stated = venue.cancelled_again
    yield again if stated is None else replace(again, facts=(*again.facts, (STATED_CANCELLED_AGAIN, stated.value)))
    yield venue.ask("balances", label="balances in the end")
    if venue.has("order_history"):
        yield history_with(venue, venue.identity_of(placed), label="history after")
    identity = venue.identity_of(placed)
    if "client_order_id" in identity and venue.takes("query", "client_order_id"):
        yield venue.ask("query", _by_client_id(identity), label="query by its client id after")


def _same_client_id(venue: Venue) -> Iterator[ScenarioStep]:
    client_id = venue.new_client_id()
    placed = venue.place(label="place", client_order_id=client_id)
    yield placed
    yield venue.place(label="place the same again", client_order_id=client_id)
    yield venue.place(label="place another under the same id", client_order_id=client_id, quantity=plain(venue.quantity * 2))
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
    if venue.client_ids_last and venue.has("cancel"):
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield venue.place(label="place again after its cancel", client_order_id=client_id)


def _crossing(time_in_force: str, *, deeper: bool = False) -> Story:
    """A story of one order that meets the best ask, under a time in force; ``deeper`` asks for more than the book has."""

    def play(venue: Venue) -> Iterator[ScenarioStep]:
        depth = venue.ask("depth", {"symbol": venue.symbol, **_DEPTH}, label="depth")
        yield depth
        ask = best(depth, "asks")
        if ask is None:
            return
        yield venue.ask("balances", label="balances before")
        offered = sum(_quantities_at(depth, ask), Decimal(0))
        quantity = offered + venue.quantity if deeper else min(venue.quantity, offered)
        placed = venue.place(label="place", price=plain(ask), quantity=plain(quantity), time_in_force=time_in_force)
        yield placed
        identity = venue.identity_of(placed)
        if identity:
            yield venue.ask("query", identity, label="query")
            yield from fills_of(venue, identity, label="fills")
        yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
        yield venue.ask("balances", label="balances after")

    return Story(
        id=f"orders.{time_in_force.replace('_', '-')}-meets-the-book",
        about="place",
        needs=("depth", "query", "balances", "open_orders"),
        play=play,
        in_force="" if time_in_force == "good_till_cancelled" else time_in_force,
    )


def _quantities_at(depth: ScenarioStep, price: Decimal) -> list[Decimal]:
    levels = zip(numbers(depth, "asks.price"), numbers(depth, "asks.quantity"), strict=False)
    return [quantity for level, quantity in levels if level == price]


def _off_grid(venue: Venue) -> Iterator[ScenarioStep]:
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield venue.place(label="place at half a price step", price=plain(venue.price + venue.price_step / 2))
    yield venue.place(label="place half a quantity step more", quantity=plain(venue.quantity + venue.quantity_step / 2))
    yield venue.place(label="place on the grid")
    if venue.has("instrument"):
        yield from orders_too_small(venue)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")


def _beyond_means(venue: Venue) -> Iterator[ScenarioStep]:
    """Orders for half as much again as is free: a limit buy, and a market sale. Only where orders are paid for in full beforehand."""
    balances = venue.ask("balances", label="balances")
    yield balances
    free = dict(zip(texts(balances, "asset"), numbers(balances, "free"), strict=False))
    bought = _on_grid(free.get(venue.quote, Decimal(0)) * _TOO_MUCH / venue.price, venue.quantity_step)
    yield venue.place(label="buy beyond means", quantity=plain(max(bought, venue.quantity)))
    if spent := _all_but_the_fee(venue, free.get(venue.quote, Decimal(0))):
        unpaid = venue.place(label="buy with nothing left for the fee", quantity=plain(spent))
        yield unpaid
        if is_accepted(unpaid) and venue.has("cancel"):
            yield venue.ask("cancel", venue.identity_of(unpaid), label="cancel what can't be paid for")
    if venue.has_word("place", "type", "market"):
        sold = _on_grid(free.get(venue.base, Decimal(0)) * _TOO_MUCH, venue.quantity_step)
        market = {name: value for name, value in venue.order().items() if name not in {"price", "time_in_force"}}
        market |= {"side": "sell", "type": "market", "quantity": plain(max(sold, venue.quantity))}
        yield venue.ask("place", market, label="sell beyond means")
    yield venue.place(label="place within means")
    most = plain(most_of(venue, free.get(venue.quote, Decimal(0))))
    held = venue.place(label="buy most of it", quantity=most)
    yield held
    if is_accepted(held):
        yield venue.place(label="buy what is held", quantity=most)
    yield from _sold_twice(venue, free.get(venue.base, Decimal(0)))


def most_of(venue: Venue, free: Decimal) -> Decimal:
    """A quantity whose cost is three fifths of what is free in quote, so that twice as much is beyond means however coarse the grid is."""
    share = free * _MOST / venue.price
    above = _on_grid(share, venue.quantity_step) + (venue.quantity_step if share % venue.quantity_step else 0)
    return max(above, venue.quantity)


def _all_but_the_fee(venue: Venue, free: Decimal) -> Decimal:
    """A quantity whose price is all that is free, so that nothing is left for the fee that is held too; 0 where none can be told."""
    if venue.fees is None or venue.held_for_buys is not HeldForBuys.NOTIONAL_AND_FEE:
        return Decimal(0)
    quantity = _on_grid(free / venue.price, venue.quantity_step)
    fee = quantity * venue.price * max(venue.fees.maker, venue.fees.taker)
    left = free - quantity * venue.price
    return quantity if fee - left > max(venue.fees.step, fee / 2) else Decimal(0)


def _sold_twice(venue: Venue, free: Decimal) -> Iterator[ScenarioStep]:
    """Most of what is free for sale at the best ask, where it rests behind others; then as much once more."""
    depth = venue.ask("depth", {"symbol": venue.symbol, **_DEPTH}, label="depth") if venue.has("depth") else None
    ask = best(depth, "asks") if depth is not None else None
    most = _on_grid(free * _MOST, venue.quantity_step)
    if ask is None or most <= 0 or most * 2 <= free:
        return
    held = venue.place(label="sell most of it", side="sell", price=plain(ask), quantity=plain(most))
    yield held
    if is_accepted(held):
        yield venue.place(label="sell what is held", side="sell", price=plain(ask), quantity=plain(most))


def unsaid_holds(venue: Venue) -> str:
    """Why orders beyond means can't be told from others; empty where they can."""
    return "" if venue.held_for_buys is not None else "the profile does not say what a resting buy holds (trading.held_for_buys)"


def _on_grid(number: Decimal, step: Decimal) -> Decimal:
    return number // step * step  # with the step's own decimals, and no more


def _time_priority(venue: Venue) -> Iterator[ScenarioStep]:
    """Two orders of one account on a level of their own, then the other account sells to it as much as one of them wants."""
    depth = venue.ask("depth", {"symbol": venue.symbol, **_DEPTH}, label="depth")
    yield depth
    inside = inside_the_spread(venue, depth)
    if inside is None:
        return
    price = plain(inside)
    older = venue.place(label="older", by=Actor.SECOND, price=price)
    newer = venue.place(label="newer", by=Actor.SECOND, price=price, quantity=plain(venue.quantity * 2))
    yield from (older, newer)
    yield venue.place(label="sell to them", side="sell", price=price, time_in_force="immediate_or_cancel")
    yield venue.ask("query", venue.identity_of(older), label="older after", actor=Actor.SECOND)
    yield venue.ask("query", venue.identity_of(newer), label="newer after", actor=Actor.SECOND)
    if venue.has("fills"):
        yield venue.ask("fills", {"symbol": venue.symbol}, label="fills", actor=Actor.SECOND)


def _by_client_id(identity: dict[str, str]) -> dict[str, str]:
    """What names an order, without the exchange's own id."""
    return {name: value for name, value in identity.items() if name != "order_id"}


def _other_account(venue: Venue) -> Iterator[ScenarioStep]:
    placed = venue.place(label="place")
    yield placed
    identity = venue.identity_of(placed)
    yield venue.ask("query", identity, label="other account reads it", actor=Actor.SECOND)
    if "client_order_id" in identity and venue.takes("query", "client_order_id"):
        yield venue.ask("query", _by_client_id(identity), label="other account reads it by its client id", actor=Actor.SECOND)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="other account lists", actor=Actor.SECOND)
    yield venue.ask("cancel", identity, label="other account cancels it", actor=Actor.SECOND)
    if "client_order_id" in identity and venue.takes("cancel", "client_order_id"):
        yield venue.ask("cancel", _by_client_id(identity), label="other account cancels it by its client id", actor=Actor.SECOND)
    yield venue.ask("query", identity, label="query after")
    yield venue.ask("balances", label="own balances")
    yield venue.ask("balances", label="other account's balances", actor=Actor.SECOND)
    yield venue.ask("cancel", identity, label="own cancel")
    yield venue.ask("query", identity, label="query in the end")


def _other_market(venue: Venue) -> Iterator[ScenarioStep]:
    """An order in another market, and the list of this one."""
    also = venue.also
    if also is None or not venue.takes("open_orders", "symbol"):
        return
    placed = venue.place(label="place elsewhere", symbol=also.symbol, price=plain(also.price), quantity=plain(also.quantity))
    yield placed
    yield venue.place(label="place here")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders here")
    yield venue.ask("cancel", venue.identity_of(placed) | {"symbol": also.symbol}, label="cancel elsewhere")


def _many(venue: Venue) -> Iterator[ScenarioStep]:
    """Several orders at growing distance from the market, so that the book must sort them."""
    for distance in (0, 3, 1, 2):
        yield venue.place(label=f"place {distance} steps below", price=plain(venue.price - distance * venue.price_step))
    yield venue.ask("depth", {"symbol": venue.symbol, **_DEPTH}, label="depth")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
    if venue.takes("depth", "limit"):
        yield venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth of five")


STORIES = (
    Story(
        id="orders.rest-and-cancel",
        about="place",
        needs=("query", "cancel", "open_orders", "balances", "depth"),
        play=_rest_and_cancel,
    ),
    Story(id="orders.same-client-id", about="place", needs=("open_orders",), play=_same_client_id),
    _crossing("good_till_cancelled"),
    _crossing("immediate_or_cancel", deeper=True),
    _crossing("fill_or_kill", deeper=True),
    _crossing("post_only"),
    Story(id="orders.time-priority", about="place", needs=("depth", "query"), play=_time_priority),
    Story(id="orders.off-grid", about="place", needs=("open_orders",), play=_off_grid),
    Story(id="orders.other-market", about="open_orders", needs=("place", "cancel"), play=_other_market, extra=True),
    Story(id="orders.beyond-means", about="place", needs=("balances",), lacks=unsaid_holds, play=_beyond_means),
    Story(id="orders.other-account", about="query", needs=("place", "cancel", "balances", "open_orders"), play=_other_account),
    Story(id="books.own-orders-in-depth", about="depth", needs=("place", "open_orders"), play=_many),
)
