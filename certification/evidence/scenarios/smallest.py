"""Orders that are smaller than an instrument allows: in quantity, and in what they are worth."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.evidence.facts import numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.venue import Venue, best, plain


def orders_too_small(venue: Venue) -> Iterator[ScenarioStep]:
    """The instrument; then an order one step below its least quantity, and one worth less than its least notional, where it has these."""
    instrument = venue.ask("instrument", {"symbol": venue.symbol}, label="instrument")
    yield instrument
    least, worth = (_of_symbol(venue, instrument, name) for name in ("min_quantity", "min_notional"))
    step = venue.quantity_step
    smallest = _at_least(least or step, step)
    if least is not None and smallest > step:
        price = _price_worth(venue, worth, smallest - step)
        yield venue.place(label="place below the least quantity", price=plain(price), quantity=plain(smallest - step))
    most = _of_symbol(venue, instrument, "max_quantity")
    if most is not None:
        above = (most // step + 1) * step
        cheap = max(venue.price_step, _at_least((worth or Decimal(0)) / above, venue.price_step))
        yield venue.place(label="place above the greatest quantity", price=plain(cheap), quantity=plain(above))
    if worth is not None and (price := _price_below(venue, worth, smallest)) > 0:
        yield venue.place(label="place below the least notional", price=plain(price), quantity=plain(smallest))


def _of_symbol(venue: Venue, instrument: ScenarioStep, name: str) -> Decimal | None:
    """What is told of our own instrument, which may be one of many; ``None`` where nobody can tell which it is."""
    values, symbols = numbers(instrument, name, null_is_none=True), texts(instrument, "symbol")
    if len(values) == 1:
        return values[0]
    if len(values) != len(symbols) or symbols.count(venue.symbol) != 1:
        return None
    return values[symbols.index(venue.symbol)]


def _price_worth(venue: Venue, worth: Decimal | None, quantity: Decimal) -> Decimal:
    """The usual price, or a higher one that is bid already where that little would be worth less than is allowed, too."""
    if worth is None or venue.price * quantity >= worth or not venue.has("depth"):
        return venue.price
    needed = _at_least(worth / quantity, venue.price_step)
    bid = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "bids")
    return needed if bid is not None and needed <= bid else venue.price


def _at_least(amount: Decimal, step: Decimal) -> Decimal:
    """The least multiple of a step that is no less."""
    whole = amount // step * step  # NOTE: decimals are divided towards nought, so two minuses do not round up
    return whole if whole >= amount else whole + step


def _price_below(venue: Venue, worth: Decimal, quantity: Decimal) -> Decimal:
    """The usual price where that quantity is worth less at it, else the highest one at which it is; 0 where there is none."""
    if venue.price * quantity < worth:
        return venue.price
    highest = worth / quantity // venue.price_step * venue.price_step
    return highest if highest * quantity < worth else highest - venue.price_step
