"""Accepts, matches, amends and ends orders, and settles what they trade."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from benchmarks.fourth_exchange.book import Book
from benchmarks.fourth_exchange.defects import Defects
from benchmarks.fourth_exchange.ledger import Ledger
from benchmarks.fourth_exchange.news import News
from benchmarks.fourth_exchange.orders import OPPOSITE, Fill, Order, Reason, Trade, Wish
from benchmarks.fourth_exchange.products import PRODUCTS, TAKER
from benchmarks.fourth_exchange.refusals import Refusal, invalid
from benchmarks.fourth_exchange.settlement import Settlement, needed


class Engine:
    """The market: one book per product, every order and trade there ever was."""

    def __init__(self, defects: Defects, clock: Callable[[], int], open_orders: int) -> None:
        self.wrong = defects.on
        self.offset = 0
        self.ledger = Ledger()
        self.books = {name: Book(product, newest_first=defects.on("newest-order-first")) for name, product in PRODUCTS.items()}
        self.orders: dict[str, Order] = {}
        self.by_client: dict[tuple[str, str], Order] = {}
        self.trades: dict[str, list[Trade]] = {name: [] for name in PRODUCTS}
        self.fills: list[Fill] = []
        self.unlimited: set[str] = set()
        self.news = News(self)
        self._settlement = Settlement(self)
        self._clock = clock
        self._open_orders = open_orders
        self._rank = self._cancels = 0

    def now(self) -> int:
        """Microseconds since 1970."""
        return self._clock() + self.offset

    def place(self, owner: str, wish: Wish) -> Order:
        """Accept an order, let it trade, and let what is left rest or go.

        Raises:
            Refusal: the order cannot be accepted; then nothing has happened.
        """
        self._check(owner, wish)
        self._check_funds(owner, wish)
        order = Order(
            id=str(uuid.uuid4()),
            number=len(self.orders) + 1,
            owner=owner,
            wish=wish,
            created=self.now(),
            rank=self._next_rank(),
            price=wish.price,
            size=wish.size,
        )
        self.orders[order.id] = order
        if wish.client_oid is not None:
            self.by_client[owner, wish.client_oid] = order
        self.news.received(order)
        self._settlement.rehold(order)
        if wish.force != "FOK" or self._fillable(owner, wish) >= order.remaining or self.wrong("fok-fills-partly"):
            self._match(order)
        self._rest(order)
        self.news.publish(wish.product)
        return order

    def cancel(self, order: Order, reason: Reason = "canceled") -> None:
        """End an open order.

        Raises:
            Refusal: it has ended already.
        """
        still_open(order)
        self._cancels += 1
        if self.wrong("third-cancel-lost") and self._cancels % 3 == 0:
            return
        self.books[order.wish.product.id].remove(order)
        self._finish(order, reason)
        self.news.publish(order.wish.product)

    def amend(self, order: Order, price: Decimal, size: Decimal) -> None:
        """Change an open order; it keeps its place only where it becomes smaller at the same price.

        Raises:
            Refusal: it cannot become so; then nothing has changed.
        """
        if size <= order.filled:
            raise invalid("size", f"must be more than the {order.filled} that are filled")
        book, before = self.books[order.wish.product.id], (order.limit, order.filled + order.remaining)
        probe = Wish(product=order.wish.product, side=order.wish.side, kind="limit", price=price, size=size)
        if order.wish.post_only and book.against(probe) and not self.wrong("amended-post-only-takes"):
            raise Refusal(422, "post_only_would_take", "the order would trade at once")
        account = self.ledger.of(order.owner, order.wish.product.quote if order.wish.side == "buy" else order.wish.product.base)
        try:
            account.afford(needed(order.wish, price, size - order.filled) - order.hold)
        except Refusal:
            if self.wrong("refused-amendment-cancels"):
                self.cancel(order)
            raise
        book.remove(order)
        keeps = (
            price == before[0]
            and (size <= before[1] or self.wrong("grown-order-keeps-place"))
            and not self.wrong("shrunk-order-loses-place")
        )
        order.price, order.size = price, size
        order.rank = order.rank if keeps else self._next_rank()
        if not self.wrong("amended-hold-stale"):
            self._settlement.rehold(order)
        self.news.changed(order, *before)
        self._match(order)
        self._rest(order, again=True)
        self.news.publish(order.wish.product)

    def expire(self) -> None:
        """End the orders whose time has come."""
        for book in self.books.values():
            for order in [*book.sides["buy"], *book.sides["sell"]]:
                if order.wish.expires is not None and order.wish.expires <= self.now() and not self.wrong("gtt-never-expires"):
                    self.cancel(order, "expired")

    def open_of(self, owner: str, product: str | None = None) -> list[Order]:
        """The open orders of an owner, of one product or of all."""
        books = self.books.values() if product is None else (self.books[product],)
        return [order for book in books for side in book.sides.values() for order in side if order.owner == owner]

    def _next_rank(self) -> int:
        self._rank += 1
        return self._rank

    def _check(self, owner: str, wish: Wish) -> None:
        known = self.by_client.get((owner, wish.client_oid or ""))
        reusable = known is not None and not known.open and self.wrong("client-oid-reusable-when-done")
        if known is not None and not reusable and not self.wrong("client-oid-not-unique"):
            raise Refusal(409, "duplicate_client_oid", "an order with this client_oid exists")
        if wish.post_only and not self.wrong("post-only-takes") and self.books[wish.product.id].against(wish):
            raise Refusal(422, "post_only_would_take", "the order would trade at once")
        resting = wish.kind == "limit" and wish.force in {"GTC", "GTT"}
        if resting and owner not in self.unlimited and self._counted(owner, wish) >= self._open_orders:
            raise Refusal(422, "open_order_limit", f"{self._open_orders} orders of {wish.product.id} are open")

    def _counted(self, owner: str, wish: Wish) -> int:
        if self.wrong("open-orders-unlimited"):
            return 0
        if self.wrong("open-order-limit-counts-done"):
            return sum(order.owner == owner for order in self.orders.values())
        return len(self.open_of(owner, None if self.wrong("open-order-limit-over-all") else wish.product.id))

    def _check_funds(self, owner: str, wish: Wish) -> None:
        if self.wrong("funds-not-checked"):
            return
        if wish.side == "sell":
            assert wish.size is not None
            self.ledger.of(owner, wish.product.base).afford(wish.size)
            return
        account = self.ledger.of(owner, wish.product.quote)
        if wish.funds is not None:
            account.afford(wish.funds)
        elif wish.price is not None and wish.size is not None:
            account.afford(wish.price * wish.size if self.wrong("funds-checked-without-fee") else needed(wish, wish.price, wish.size))
        else:
            account.afford(self._cost(owner, wish))

    def _cost(self, owner: str, wish: Wish) -> Decimal:
        """What a market buy by size would cost now, with fees."""
        cost, left = Decimal(0), wish.size or Decimal(0)
        for maker in self.books[wish.product.id].against(wish):
            if maker.owner == owner:
                continue
            taken = min(left, maker.remaining)
            cost, left = cost + needed(wish, maker.limit, taken), left - taken
        return cost

    def _fillable(self, owner: str, wish: Wish) -> Decimal:
        """How much would trade at once before self-trade prevention ends the order."""
        found = Decimal(0)
        for maker in self.books[wish.product.id].against(wish):
            if maker.owner == owner and wish.stp != "co":
                break
            found += Decimal(0) if maker.owner == owner else maker.remaining
        return found

    def _wanted(self, taker: Order, price: Decimal) -> Decimal:
        """How much an order still wants at this price."""
        if taker.wish.funds is None:
            return taker.remaining
        step = taker.wish.product.base_increment
        left = taker.wish.funds - taker.value - taker.fees
        rate = 0 if self.wrong("funds-without-fee") else TAKER
        return (max(left, Decimal(0)) / (price * (1 + rate)) / step).to_integral_value(ROUND_DOWN) * step

    def _match(self, taker: Order) -> None:
        side = self.books[taker.wish.product.id].sides[OPPOSITE[taker.wish.side]]
        while taker.open and side and self._crosses(taker, side[0].limit):
            maker = side[0]
            size = min(self._wanted(taker, maker.limit), maker.remaining)
            if not size:
                self._finish(taker, "filled" if taker.filled else "canceled")
            elif maker.owner == taker.owner and not self.wrong("self-trade"):
                self._prevent(taker, maker)
            else:
                self._settlement.trade(taker, maker, size)
                if not maker.remaining:
                    side.remove(maker)
                    self._finish(maker, "canceled" if self.wrong("filled-maker-told-canceled") else "filled")
                if taker.size is not None and not taker.remaining:
                    self._finish(taker, "filled")

    def _crosses(self, taker: Order, price: Decimal) -> bool:
        return taker.price is None or (price <= taker.price if taker.wish.side == "buy" else price >= taker.price)

    def _prevent(self, taker: Order, maker: Order) -> None:
        """Two orders of one owner never trade: the taker says which goes."""
        stp = "co" if self.wrong("stp-always-cancels-oldest") else taker.wish.stp
        if stp in {"co", "cb"}:
            self.books[maker.wish.product.id].remove(maker)
            self._finish(maker, "canceled")
        if stp in {"cn", "cb"}:
            self._finish(taker, "canceled")

    def _rest(self, order: Order, *, again: bool = False) -> None:
        if not order.open:
            return
        rests = {"GTC", "GTT", "IOC"} if self.wrong("ioc-rests") else {"GTC", "GTT"}
        if order.wish.kind == "limit" and order.wish.force in rests:
            self.books[order.wish.product.id].add(order)
            if not again:
                self.news.opened(order)
        else:
            self._finish(order, "canceled")

    def _finish(self, order: Order, reason: Reason) -> None:
        order.open, order.reason, order.done = False, reason, self.now()
        self._settlement.rehold(order)
        if reason != "canceled" or not self.wrong("user-without-canceled"):
            self.news.done(order)


def still_open(order: Order) -> None:
    """Nothing, where the order can still be changed.

    Raises:
        Refusal: it has ended.
    """
    if not order.open:
        raise Refusal(409, "order_done", "the order is done")
