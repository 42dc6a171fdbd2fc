"""Whether an order may enter: the instrument's steps and bounds, and the funds for it."""

from __future__ import annotations

from decimal import Decimal

from certification.sandboxes.reference.engine.book import Book
from certification.sandboxes.reference.engine.instrument import Instrument
from certification.sandboxes.reference.engine.ledger import Ledger
from certification.sandboxes.reference.engine.order import ZERO, OrderRequest, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.engine.rules import EngineRules

LEAST_LIFE_MS = 1000
MOST_LIFE_MS = 100 * 365 * 24 * 60 * 60 * 1000
"""Of an order that expires, from its arrival."""


def admit(request: OrderRequest, instrument: Instrument, rules: EngineRules) -> None:
    """Hold a request against the instrument.

    Raises:
        RefusalError: it breaks a step or a bound.
    """
    if not ZERO < request.quantity <= instrument.max_quantity:
        raise RefusalError(
            RefusalCode.QUANTITY_OUT_OF_RANGE, f"a quantity is over 0 and at most {instrument.max_quantity} on {instrument.symbol}"
        )
    if rules.quantities_keep_the_lot and request.quantity % instrument.lot_size:
        raise RefusalError(RefusalCode.QUANTITY_OFF_LOT, f"a quantity is a multiple of {instrument.lot_size} on {instrument.symbol}")
    if request.price is not None:
        _admit_price(request.price, request.quantity, instrument, rules)


def admit_expiry(request: OrderRequest, now: int) -> None:
    """See that an order that is to expire says when, and that no other does.

    Raises:
        RefusalError: it does not, or the instant is too near or too far.
    """
    ahead = None if request.expires_at is None else request.expires_at - now
    if (request.time_in_force is TimeInForce.GTD) != (ahead is not None):
        raise RefusalError(RefusalCode.EXPIRY_INVALID, "an order with the time in force GTD says when it expires, and no other does")
    if ahead is not None and not LEAST_LIFE_MS <= ahead <= MOST_LIFE_MS:
        raise RefusalError(RefusalCode.EXPIRY_INVALID, "an order expires at least one second and at most 100 years from now")


def _admit_price(price: Decimal, quantity: Decimal, instrument: Instrument, rules: EngineRules) -> None:
    if not ZERO < price <= instrument.max_price:
        raise RefusalError(RefusalCode.PRICE_OUT_OF_RANGE, f"a price is over 0 and at most {instrument.max_price} on {instrument.symbol}")
    if rules.prices_keep_the_tick and price % instrument.tick_size:
        raise RefusalError(RefusalCode.PRICE_OFF_TICK, f"a price is a multiple of {instrument.tick_size} on {instrument.symbol}")
    if rules.minimum_notional_is_kept and price * quantity < instrument.min_notional:
        raise RefusalError(
            RefusalCode.NOTIONAL_TOO_SMALL,
            f"price times quantity is at least {instrument.min_notional} {instrument.quote} on {instrument.symbol}",
        )


def admit_market_funds(account: str, request: OrderRequest, instrument: Instrument, book: Book, ledger: Ledger) -> None:
    """See that a market order can be paid for at the prices that it would meet now.

    Raises:
        RefusalError: it can't.
    """
    if request.type is not OrderType.MARKET:
        return
    asset, need = instrument.base, request.quantity
    if request.side is Side.BUY:
        asset, need = instrument.quote, instrument.cost(_notional(account, request, book))
    if ledger.balance(account, asset).available < need:
        raise RefusalError(RefusalCode.INSUFFICIENT_FUNDS, f"the account has not enough {asset} available; cancel orders, or order less")


def reachable(account: str, request: OrderRequest, book: Book) -> Decimal:
    """How much of an order would fill at once: what rests at its price or better, up to the account's own first order."""
    return sum((quantity for _, quantity in _met(account, request, book)), ZERO)


def _notional(account: str, request: OrderRequest, book: Book) -> Decimal:
    return sum((price * quantity for price, quantity in _met(account, request, book)), ZERO)


def _met(account: str, request: OrderRequest, book: Book) -> list[tuple[Decimal, Decimal]]:
    met: list[tuple[Decimal, Decimal]] = []
    missing = request.quantity
    for maker in book.orders(request.side.opposite):
        price = maker.request.price
        if price is None or not crosses(request, price) or maker.account == account or not missing:
            break
        met.append((price, min(missing, maker.remaining)))
        missing -= met[-1][1]
    return met


def crosses(request: OrderRequest, price: Decimal) -> bool:
    """Whether an order may trade with one that rests at ``price`` on the other side."""
    if request.price is None:
        return True
    return price <= request.price if request.side is Side.BUY else price >= request.price
