"""What an order's life does to money: holds, fills with their fees, and what is given back."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from benchmarks.third_exchange.assets import MAKER, TAKER, Pair
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.ledger import Ledger
from benchmarks.third_exchange.orders import Fill, Order, Wish


class Settlement:
    """Moves money for orders."""

    def __init__(self, ledger: Ledger, defects: Defects) -> None:
        self._ledger = ledger
        self._defects = defects

    def reserve(self, wish: Wish, volume: Decimal) -> Decimal:
        """What a limit order to buy holds while this volume is unfilled."""
        assert wish.price is not None, "a market order is matched at once"
        return volume * wish.price if self._defects.on("hold-without-fee") else wish.pair.reserve(volume, wish.price)

    def hold(self, order: Order, amount: Decimal) -> None:
        """Hold what an order may cost."""
        order.held = amount
        self._ledger.purse(order.account, order.held_asset).held += amount

    def release(self, order: Order) -> None:
        """Give back what an ended order still holds."""
        back = order.held
        if order.status == "canceled" and order.filled and self._defects.on("cancel-leaves-hold"):
            back = Decimal(0)
        if order.status == "expired" and self._defects.on("expiry-leaves-hold"):
            back = Decimal(0)
        self._ledger.purse(order.account, order.held_asset).held -= back
        order.held = Decimal(0)

    def settle(self, order: Order, name: str, *, number: int, moment: int, price: Decimal, volume: Decimal, maker: bool) -> Fill:
        """Book one side of a trade: cost and fee, both entries, and the hold that it frees."""
        pair = order.wish.pair
        cost = self._cost(pair, price, volume)
        fee = self._fee(order, cost, maker=maker)
        fill = Fill(id=name, number=number, order=order, time=moment, price=price, volume=volume, cost=cost, fee=fee, maker=maker)
        sign = 1 if order.wish.side == "buy" else -1
        self._ledger.post(order.account, pair.base.name, amount=sign * volume, kind="trade", reference=name, time=moment)
        self._ledger.post(order.account, pair.quote.name, amount=-sign * cost, fee=fee, kind="trade", reference=name, time=moment)
        order.filled += volume
        order.cost = cost if self._defects.on("cost-of-last-fill") else order.cost + cost
        order.fee += fee
        order.fills.append(fill)
        self._free(order, cost + fee)
        return fill

    def _cost(self, pair: Pair, price: Decimal, volume: Decimal) -> Decimal:
        if self._defects.on("cost-through-float"):
            decimals = pair.quote.decimals
            return Decimal(int(float(price) * float(volume) * 10.0**decimals)).scaleb(-decimals)
        return price * volume

    def _fee(self, order: Order, cost: Decimal, *, maker: bool) -> Decimal:
        if order.fills and self._defects.on("later-fills-are-free"):
            return Decimal(0)
        rate = TAKER if not maker or self._defects.on("maker-pays-takers-fee") else MAKER
        return order.wish.pair.fee(cost, rate, ROUND_UP if self._defects.on("fee-rounded-up") else ROUND_DOWN)

    def _free(self, order: Order, spent: Decimal) -> None:
        wish = order.wish
        if wish.kind == "limit" and order.remaining and self._defects.on("part-fill-keeps-hold"):
            return
        left = order.held - spent
        if wish.side == "sell":
            left = order.remaining
        elif wish.price is not None:
            left = self.reserve(wish, order.remaining)
        freed = order.held - left
        if wish.side == "buy" and self._defects.on("better-price-stays-held"):
            freed = min(freed, spent)
        self._ledger.purse(order.account, order.held_asset).held -= freed
        order.held = left
