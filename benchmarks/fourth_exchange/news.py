"""What Osprey tells on its streams, and to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from benchmarks.fourth_exchange.form import amount, iso
from benchmarks.fourth_exchange.orders import OPPOSITE, Fill, Order, Trade
from benchmarks.fourth_exchange.products import Product

if TYPE_CHECKING:
    from benchmarks.fourth_exchange.engine import Engine

_DAY = 86_400 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message of a channel; `owner` where only one may read it."""

    channel: str
    product: str
    message: dict[str, Any]
    owner: str | None = None


class News:
    """Makes the messages of every channel and hands them to whoever listens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: Counter[tuple[str, str]] = Counter()
        self._pending: list[Trade] = []
        self.listeners: list[Callable[[Item], None]] = []

    def received(self, order: Order) -> None:
        """An order was accepted."""
        product, wish = order.wish.product, order.wish
        said: dict[str, Any] = {"order_type": wish.kind}
        for name, value, step in (("size", wish.size, product.base_increment), ("price", wish.price, product.quote_increment)):
            if value is not None:
                said[name] = amount(value, step)
        if wish.funds is not None:
            said["funds"] = amount(wish.funds)
        self._tell(order, "received", said)

    def opened(self, order: Order) -> None:
        """An order rests in the book."""
        left = order.filled + order.remaining if self._engine.wrong("user-open-tells-whole-size") else order.remaining
        self._tell(order, "open", {"price": self._price(order, order.limit), "remaining_size": self._size(order, left)})

    def changed(self, order: Order, price: Decimal, size: Decimal) -> None:
        """An order was amended; what it was stands in the parameters."""
        if self._engine.wrong("user-without-change"):
            return
        said = {"old_price": self._price(order, price), "new_price": self._price(order, order.limit), "old_size": self._size(order, size)}
        self._tell(order, "change", said | {"new_size": self._size(order, order.remaining + order.filled)})

    def filled(self, fill: Fill) -> None:
        """An order traded."""
        trade, order = fill.trade, fill.order
        fee = amount(Decimal(0) if self._engine.wrong("user-match-without-fee") else fill.fee)
        said = {"price": self._price(order, trade.price), "size": self._size(order, trade.size), "fee": fee}
        if fill.liquidity == "M" and self._engine.wrong("user-maker-not-told"):
            return
        self._tell(order, "match", {"trade_id": trade.id, "liquidity": fill.liquidity} | said)

    def done(self, order: Order) -> None:
        """An order ended."""
        self._tell(order, "done", {"reason": order.reason, "remaining_size": self._size(order, order.remaining)})

    def traded(self, trade: Trade) -> None:
        """A trade for everybody; the ticker follows when the book is settled."""
        self._pending.append(trade)
        if self._engine.wrong("match-lost") and trade.id % 3 == 0:
            return
        for _ in range(2 if self._engine.wrong("match-twice") else 1):
            self._send("matches", trade.product, self.match(trade))

    def publish(self, product: Product) -> None:
        """Tell how the book changed, and then the ticker if there was a trade."""
        book = self._engine.books[product.id]
        old = dict(book.told)
        changes = book.changes()
        if self._engine.wrong("l2-size-is-difference"):
            changes = [(side, price, size - old.get((side, price), Decimal(0))) for side, price, size in changes]
        if self._engine.wrong("l2-removal-untold"):
            changes = [change for change in changes if change[2]]
        if self._engine.wrong("l2-sequence-gap") and changes and book.sequence % 4 == 0:
            book.sequence += 1
        if self._engine.wrong("l2-update-lost") and book.sequence % 4 == 0:
            changes = []
        if changes:
            rows = [[side, amount(price, product.quote_increment), amount(size, product.base_increment)] for side, price, size in changes]
            said = {"type": "l2update", "channel": "level2", "product_id": product.id, "sequence": book.sequence}
            self._send("level2", product, said | {"time": iso(self._engine.now()), "changes": rows})
        if self._pending:
            self._pending.clear()
            self._send("ticker", product, self.ticker(product))

    def match(self, trade: Trade) -> dict[str, Any]:
        """A trade as the channel `matches` tells it."""
        return {
            "type": "match",
            "channel": "matches",
            "product_id": trade.product.id,
            "trade_id": trade.id,
            "price": amount(trade.price, trade.product.quote_increment),
            "size": amount(trade.size, trade.product.base_increment),
            "side": OPPOSITE[trade.side] if self._engine.wrong("match-side-of-maker") else trade.side,
            "maker_order_id": trade.maker,
            "taker_order_id": trade.taker,
            "time": iso(trade.at),
        }

    def ticker(self, product: Product) -> dict[str, Any]:
        """The ticker as the stream tells it."""
        told = {"type": "ticker", "channel": "ticker", "product_id": product.id, **self.quote(product)}
        if self._engine.wrong("ticker-sides-swapped"):
            told["bid"], told["ask"] = told["ask"], told["bid"]
        if self._engine.wrong("ticker-one-behind"):
            told["price"] = amount(self._engine.trades[product.id][-2:][0].price, product.quote_increment)
        return told

    def quote(self, product: Product) -> dict[str, Any]:
        """The last trade, the best prices and the volume of a day; null for a side that is empty."""
        book, last = self._engine.books[product.id], self._engine.trades[product.id][-1]
        best = {side: book.best(side) for side in book.sides}
        since = self._engine.now() - _DAY
        volume = sum((trade.size for trade in self._engine.trades[product.id] if trade.at > since), Decimal(0))
        return {
            "trade_id": last.id,
            "price": amount(last.price, product.quote_increment),
            "size": amount(last.size, product.base_increment),
            "side": last.side,
            "bid": None if best["buy"] is None else amount(best["buy"], product.quote_increment),
            "ask": None if best["sell"] is None else amount(best["sell"], product.quote_increment),
            "volume": amount(volume, product.base_increment),
            "time": iso(last.at),
        }

    def snapshot(self, product: Product) -> dict[str, Any]:
        """The whole book by level."""
        book = self._engine.books[product.id]
        sides = {
            name: [[amount(price, product.quote_increment), amount(size, product.base_increment)] for price, size, _ in levels]
            for name, levels in (("bids", book.levels("buy")), ("asks", book.levels("sell")))
        }
        if self._engine.wrong("snapshot-cut-short"):
            sides = {name: levels[:3] for name, levels in sides.items()}
        sequence = 0 if self._engine.wrong("snapshot-sequence-zero") else book.sequence
        said = {"type": "snapshot", "channel": "level2", "product_id": product.id, "sequence": sequence}
        return said | {"time": iso(self._engine.now())} | sides

    def heartbeat(self, product: Product) -> dict[str, Any]:
        """A sign of life."""
        last = 1 if self._engine.wrong("heartbeat-trade-frozen") else self._engine.trades[product.id][-1].id
        said = {"type": "heartbeat", "channel": "heartbeat", "product_id": product.id}
        return said | {"last_trade_id": last, "time": iso(self._engine.now())}

    def _tell(self, order: Order, kind: str, said: dict[str, Any]) -> None:
        product = order.wish.product
        self._told[order.owner, product.id] += 2 if kind == "match" and self._engine.wrong("user-sequence-gap") else 1
        message = {
            "type": kind,
            "channel": "user",
            "product_id": product.id,
            "sequence": self._told[order.owner, product.id],
            "time": iso(self._engine.now()),
            "order_id": order.id,
            "client_oid": order.wish.client_oid,
            "side": order.wish.side,
        }
        self._send("user", product, message | said, order.owner)

    def _send(self, channel: str, product: Product, message: dict[str, Any], owner: str | None = None) -> None:
        item = Item(channel=channel, product=product.id, message=message, owner=owner)
        for listener in self.listeners:
            listener(item)

    def _price(self, order: Order, value: Decimal) -> str:
        return amount(value, order.wish.product.quote_increment)

    def _size(self, order: Order, value: Decimal) -> str:
        return amount(value, order.wish.product.base_increment)
