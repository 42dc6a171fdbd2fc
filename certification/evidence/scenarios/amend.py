"""Stories of orders that are changed while they rest: moved, grown, shrunk after a part was filled, and changed as they must not be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.evidence.facts import is_accepted, numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Actor, Venue, best, between, plain

_TOO_MUCH = Decimal("1.5")
_TERMS = ("price", "quantity")
_LOOKS, _AGAIN_S = 4, 0.5
"""An amendment need not be carried out when it is answered."""


def _amend(venue: Venue, identity: dict[str, str], *, label: str, by: Actor = Actor.FIRST, **changes: Decimal) -> ScenarioStep:
    """Ask for other terms of an order; ``changes`` are price and quantity, as far as an amendment has them."""
    wanted = venue.only("amend", {name: plain(value) for name, value in changes.items()})
    return venue.ask("amend", identity | wanted, label=label, actor=by)


def _after(venue: Venue, identity: dict[str, str], amended: ScenarioStep) -> dict[str, str]:
    """What names the order from then on: the id that the answer tells, where it tells one."""
    told = texts(amended, "order_id")
    return {"order_id": told[0], "symbol": venue.symbol} if is_accepted(amended) and told else identity


def _settled(venue: Venue, identity: dict[str, str], amended: ScenarioStep) -> ScenarioStep:
    """The order as it is told after an amendment; where that is not what was accepted, as it is told a little later."""
    look = venue.ask("query", identity, label="query amended")
    for _ in range(_LOOKS if is_accepted(amended) else 0):
        if not is_accepted(look) or all(numbers(look, name) == asked for name in _TERMS if (asked := numbers(amended, f"asked.{name}"))):
            break
        venue.wait(_AGAIN_S)
        look = venue.ask("query", identity, label="query amended")
    return look


def _moved_and_grown(venue: Venue) -> Iterator[ScenarioStep]:
    """An order moved and grown, then changed as it must not be; then one that was placed alike, to compare with."""
    price = venue.price - venue.price_step if venue.takes("amend", "price") else venue.price
    quantity = venue.quantity * 3 if venue.takes("amend", "quantity") else venue.quantity * 2
    balances = venue.ask("balances", label="balances before")
    yield balances
    placed = venue.place(label="place", quantity=plain(venue.quantity * 2))
    yield placed
    identity = venue.identity_of(placed)
    if not identity:
        return
    amended = _amend(venue, identity, label="amend", price=price, quantity=quantity)
    yield amended
    now = _after(venue, identity, amended)
    yield _settled(venue, now, amended)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders")
    yield venue.ask("balances", label="balances amended")
    free = dict(zip(texts(balances, "asset"), numbers(balances, "free"), strict=False)).get(venue.quote, Decimal(0))
    for what, changes in _excluded(venue, price, quantity, free):
        yield _amend(venue, now, label=f"amend {what}", price=changes["price"], quantity=changes["quantity"])
        yield venue.ask("query", now, label=f"query after amending {what}")
    yield venue.ask("balances", label="balances after refusals")
    yield venue.ask("cancel", now, label="cancel")
    yield _amend(venue, now, label="amend what has ended", price=price, quantity=quantity)
    yield venue.ask("query", now, label="query in the end")
    yield venue.place(label="place alike", price=plain(price), quantity=plain(quantity))
    yield venue.ask("balances", label="balances alike")


def _excluded(venue: Venue, price: Decimal, quantity: Decimal, free: Decimal) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """Terms that an order of these can't be given, as far as an amendment has them. On margin, more than is free may be bought."""
    if venue.held_for_buys is not None and venue.takes("amend", "quantity"):
        beyond = max(free * _TOO_MUCH / price // venue.quantity_step * venue.quantity_step, quantity * 2)
        yield "beyond means", {"price": price, "quantity": beyond}
    if venue.takes("amend", "price"):
        yield "off the grid", {"price": price + venue.price_step / 2, "quantity": quantity}
    elif venue.takes("amend", "quantity"):
        yield "off the grid", {"price": price, "quantity": quantity + venue.quantity_step / 2}


def _filled_in_part(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that the other account filled in part, shrunk; and the other account's hand in it."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    price = between(venue, depth)
    if price is None:
        return
    placed = venue.place(label="place", price=plain(price), quantity=plain(venue.quantity * 3))
    yield placed
    identity = venue.identity_of(placed)
    if not identity:
        return
    yield _amend(venue, identity, label="another account amends it", by=Actor.SECOND, price=price, quantity=venue.quantity * 4)
    yield venue.ask("query", identity, label="query after another account")
    yield venue.place(label="sell to it", by=Actor.SECOND, side="sell", price=plain(price), time_in_force="immediate_or_cancel")
    yield venue.ask("query", identity, label="query in part")
    amended = _amend(venue, identity, label="amend", price=price, quantity=venue.quantity * 2)
    yield amended
    yield _settled(venue, _after(venue, identity, amended), amended)


def _into_the_book(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that must not take, moved to where it would."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    ask = best(depth, "asks")
    if ask is None:
        return
    placed = venue.place(label="place", time_in_force="post_only")
    yield placed
    identity = venue.identity_of(placed)
    if not identity:
        return
    amended = _amend(venue, identity, label="amend into the book", price=ask, quantity=venue.quantity)
    yield amended
    yield venue.ask("query", _after(venue, identity, amended), label="query amended")


STORIES = (
    Story(
        id="amend.moved-and-grown",
        about="amend",
        needs=("place", "query", "cancel", "open_orders", "balances"),
        play=_moved_and_grown,
        extra=True,
    ),
    Story(id="amend.filled-in-part", about="amend", needs=("place", "query", "depth"), play=_filled_in_part, extra=True),
    Story(
        id="amend.into-the-book", about="amend", needs=("place", "query", "depth"), in_force="post_only", play=_into_the_book, extra=True
    ),
)
