"""What orders hold, and what changes hands when two of them trade."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import TYPE_CHECKING, Literal

from benchmarks.fourth_exchange.orders import Fill, Order, Trade, Wish
from benchmarks.fourth_exchange.products import ATOM, MAKER, TAKER

if TYPE_CHECKING:
    from benchmarks.fourth_exchange.engine import Engine


def needed(wish: Wish, price: Decimal, size: Decimal) -> Decimal:
    """What an order of this price and size must hold: the size of a sale, the value of a purchase with the taker's fee, rounded up."""
    if wish.side == "sell":
        return size
    return price * size + (price * size * TAKER).quantize(ATOM, ROUND_UP)


class Settlement:
    """Moves money between the accounts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rehold(self, order: Order) -> None:
        """Hold what the rest of the order needs, no more and no less; market orders hold nothing, for they end at once."""
        product, wish, wrong = order.wish.product, order.wish, self._engine.wrong
        hold = needed(wish, order.price, order.remaining) if order.open and order.price is not None else Decimal(0)
        if wish.side == "buy" and order.open and order.price is not None and wrong("hold-without-fee"):
            hold = order.price * order.remaining
        if order.filled and order.open and order.hold and wrong("hold-stays-when-filled-partly"):
            hold = order.hold
        if wish.side == "buy" and order.reason == "canceled" and order.price is not None and wrong("canceled-fee-stays-held"):
            hold = order.hold - order.price * order.remaining if order.hold else hold
        self._engine.ledger.of(order.owner, product.quote if wish.side == "buy" else product.base).hold += hold - order.hold
        order.hold = hold

    def trade(self, taker: Order, maker: Order, size: Decimal) -> None:
        """Let two orders trade at the maker's price."""
        trades = self._engine.trades[taker.wish.product.id]
        trade = Trade(
            id=len(trades) + 1,
            product=taker.wish.product,
            price=taker.price if taker.price is not None and self._engine.wrong("trade-at-taker-price") else maker.limit,
            size=size,
            side=taker.wish.side,
            maker=maker.id,
            taker=taker.id,
            at=self._engine.now(),
        )
        trades.append(trade)
        self._settle(trade, maker, "M")
        self._settle(trade, taker, "T")
        self._engine.news.traded(trade)

    def _settle(self, trade: Trade, order: Order, liquidity: Literal["M", "T"]) -> None:
        wrong = self._engine.wrong
        value = trade.price * trade.size
        if order.price is not None and order.wish.side == "buy" and wrong("price-improvement-kept"):
            value = order.price * trade.size
        fee = self._fee(trade, order, liquidity)
        sign = 1 if order.wish.side == "buy" else -1
        details = {"order_id": order.id, "trade_id": str(trade.id), "product_id": trade.product.id}
        ledger = self._engine.ledger
        base, quote = ledger.of(order.owner, trade.product.base), ledger.of(order.owner, trade.product.quote)
        size = trade.size.quantize(Decimal("0.0001"), ROUND_DOWN) if sign > 0 and wrong("credit-truncated") else trade.size
        ledger.book(base, sign * size, "match", details, trade.at)
        ledger.book(quote, -sign * value, "match", details, trade.at)
        if fee:
            ledger.book(quote, -fee, "fee", details, trade.at)
            if wrong("ledger-without-fees"):
                quote.entries.pop()
        order.filled += trade.size
        order.value += value
        order.fees = fee if wrong("fill-fees-of-last-fill") else order.fees + fee
        order.last = trade.size
        self.rehold(order)
        if wrong("fill-liquidity-swapped"):
            liquidity = "T" if liquidity == "M" else "M"
        fill = Fill(number=len(self._engine.fills) + 1, trade=trade, order=order, liquidity=liquidity, fee=fee)
        self._engine.fills.append(fill)
        self._engine.news.filled(fill)

    def _fee(self, trade: Trade, order: Order, liquidity: Literal["M", "T"]) -> Decimal:
        wrong = self._engine.wrong
        value = trade.price * trade.size
        rate = MAKER if liquidity == "M" and not wrong("maker-pays-taker-fee") else TAKER
        if order.price is not None and wrong("fee-on-limit-price"):
            value = order.price * trade.size
        if order.wish.side == "sell" and wrong("sellers-pay-no-fee"):
            return Decimal(0)
        if wrong("fee-by-floating-point"):
            return Decimal(float(value) * float(rate)).quantize(ATOM, ROUND_DOWN)
        return (value * rate).quantize(
            Decimal("0.01") if wrong("fee-rounded-to-cents") else ATOM, ROUND_UP if wrong("fee-rounded-up") else ROUND_DOWN
        )
