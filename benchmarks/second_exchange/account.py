"""The private half of the second exchange: orders, fills, balances and listen keys."""

from __future__ import annotations

import secrets
from decimal import ROUND_DOWN, Decimal

from benchmarks.second_exchange.answers import Json, fill_shape, order_shape, placed_shape, text_of
from benchmarks.second_exchange.engine import HOUSE, Engine
from benchmarks.second_exchange.gate import Key, Keys
from benchmarks.second_exchange.orders import MAKER_FEE, OPEN, TAKER_FEE, Order, RefusedError, Side, Status, Wish
from benchmarks.second_exchange.parameters import Arguments

_CENT = Decimal("0.01")


class Accounts:
    """Answers of the private operations."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._defects = engine.defects
        self._keys = keys

    def place(self, key: Key, arguments: Arguments) -> Json:
        """Place an order."""
        _may_trade(key)
        order = self._engine.place(key.account, wish_of(arguments))
        return placed_shape(order, self._defects)

    def query(self, key: Key, arguments: Arguments) -> Json:
        """One order; an unknown one is told with status 200 and a code."""
        order = self._found(key, arguments)
        if order is None:
            return {"code": -2013, "msg": "Order does not exist."}
        shape = order_shape(order, self._defects)
        if "order-without-client-id" in self._defects:
            del shape["clientOrderId"]
        return shape

    def cancel(self, key: Key, arguments: Arguments) -> Json:
        """Cancel an order; one that can't be is told with status 200 and a code."""
        if "reader-can-cancel" not in self._defects:
            _may_trade(key)
        order = self._found(key, arguments)
        again = "second-cancel-frees-again" in self._defects and order is not None and order.status is Status.CANCELED
        if order is None or (order.status not in OPEN and not again):
            return {"code": -2011, "msg": "Unknown order sent."}
        self._engine.cancel(order)
        done: dict[str, Json] = {"orderId": order.id, "symbol": order.wish.symbol, "canceledQty": text_of(order.left)}
        if "cancel-answer-short" in self._defects:
            del done["canceledQty"]
        return {"code": 0, "data": done}

    def _found(self, key: Key, arguments: Arguments) -> Order | None:
        identity, client_id = arguments.maybe("orderId"), arguments.maybe("origClientOrderId")
        if identity is None and client_id is None:
            raise RefusedError(400, -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
        self._engine.book(arguments.text("symbol"))
        return self._engine.find(key.account, arguments.text("symbol"), None if identity is None else int(identity), client_id)

    def open_orders(self, key: Key, arguments: Arguments) -> Json:
        """Orders that rest."""
        listed: list[Json] = []
        chosen = Arguments({}) if "open-orders-of-all-markets" in self._defects else arguments
        for order in self._own(key, chosen, everybody="open-orders-of-all" in self._defects):
            shape = order_shape(order, self._defects)
            stays = "filled-orders-stay-open" in self._defects and order.status is Status.FILLED
            if order.status not in OPEN and not stays:
                continue
            if "unknown-status-word" in self._defects:
                shape["status"] = "ACTIVE"
            if "order-ids-rounded" in self._defects:
                shape["orderId"] = int(float(order.id))
            listed.append(shape)
        return None if not listed and "empty-list-null" in self._defects else listed

    def cancel_all(self, key: Key, arguments: Arguments) -> Json:
        """Cancel what rests, and say which orders that were."""
        _may_trade(key)
        resting = [order for order in self._own(key, arguments) if order.status in OPEN]
        for order in resting:
            self._engine.cancel(order)
        return [{"orderId": order.id, "symbol": order.wish.symbol, "canceledQty": text_of(order.left)} for order in resting]

    def history(self, key: Key, arguments: Arguments) -> Json:
        """All orders, oldest first, by page."""
        rows: list[Json] = []
        for order in self._own(key, arguments):
            shape = order_shape(order, self._defects)
            if order.status is Status.CANCELED and "history-without-cancelled" in self._defects:
                continue
            if order.status is Status.CANCELED and "history-says-filled" in self._defects:
                shape["status"] = "FILLED"
            rows.append(shape)
        page, size = arguments.number("page", 1), arguments.number("size", 50)
        start = (page - 1) * size
        if "page-overlaps" in self._defects and page > 1:
            start -= 1
        shown = rows[start : start + size]
        if "page-larger-than-size" in self._defects:
            shown = rows[start + (page > 1) : start + size + 1]
        if "last-page-empty" in self._defects and page > 1 and len(shown) < size:
            shown = []
        return {"page": page, "size": size, "total": len(rows), "rows": shown}

    def _own(self, key: Key, arguments: Arguments, *, everybody: bool = False) -> list[Order]:
        symbol = arguments.maybe("symbol")
        if symbol is not None:
            self._engine.book(symbol)
        owners = {each.account for each in self._keys.keys} if everybody else {key.account}
        orders = (order for order in self._engine.orders.values() if order.account != HOUSE)
        return [order for order in orders if order.account in owners and symbol in {None, order.wish.symbol}]

    def fills(self, key: Key, arguments: Arguments) -> Json:
        """Fills from an id on, or the newest, oldest first."""
        symbol = self._engine.book(arguments.text("symbol")).instrument.symbol
        order, first, limit = arguments.maybe("orderId"), arguments.maybe("fromId"), arguments.number("limit", 100)
        everybody = "fills-of-all" in self._defects
        own = [
            fill_shape(fill, number, self._defects)
            for number, fill in enumerate(self._engine.fills, start=1)
            if (fill.account == key.account or (everybody and fill.account != HOUSE))
            and fill.trade.symbol == symbol
            and ("order-filter-ignored" in self._defects or order in {None, str(fill.order_id)})
            and (first is None or number >= int(first) + ("from-id-skips" in self._defects and int(first) > 0))
        ]
        return list(own[:limit] if first is not None else own[-limit:])

    def balances(self, key: Key, _arguments: Arguments) -> Json:
        """What the account owns."""
        return {
            "canTrade": key.trades,
            "updateTime": self._engine.now(),
            "balances": [
                {"asset": asset, "free": self._amount(each.free), "locked": self._amount(each.locked)}
                for asset, each in self._engine.ledger.of(key.account).items()
            ],
        }

    def _amount(self, amount: Decimal) -> str:
        if "balances-truncated" in self._defects:
            amount = amount.quantize(_CENT, rounding=ROUND_DOWN)
        return f"{amount:E}" if "exponents" in self._defects else text_of(amount)

    def commission(self, _key: Key, arguments: Arguments) -> Json:
        """What fills cost."""
        symbol = self._engine.book(arguments.text("symbol")).instrument.symbol
        return {"symbol": symbol, "maker": MAKER_FEE, "taker": TAKER_FEE}

    def listen(self, key: Key, _arguments: Arguments) -> Json:
        """A key for the private stream."""
        made = secrets.token_hex(32)
        self._keys.listen_keys[made] = key.account
        return {"listenKey": made}

    def listen_on(self, key: Key, arguments: Arguments) -> Json:
        """Keep a listen key alive."""
        self._known(key, arguments)
        return {}

    def listen_no_more(self, key: Key, arguments: Arguments) -> Json:
        """End a listen key."""
        del self._keys.listen_keys[self._known(key, arguments)]
        return {}

    def _known(self, key: Key, arguments: Arguments) -> str:
        given = arguments.text("listenKey")
        if self._keys.listen_keys.get(given) != key.account:
            raise RefusedError(400, -1125, "This listenKey does not exist.")
        return given


def wish_of(arguments: Arguments) -> Wish:
    """An order's form as a wish.

    Raises:
        RefusedError: a limit order without price or time in force, a market order with one.
    """
    kind, price = arguments.text("type"), arguments.amount("price")
    in_force = arguments.maybe("timeInForce")
    if (kind == "MARKET") == (price is not None):
        raise RefusedError(400, -1106, "Parameter 'price' is not as the order's type wants it.")
    if (kind == "LIMIT") != (in_force is not None):
        raise RefusedError(400, -1106, "Parameter 'timeInForce' is not as the order's type wants it.")
    return Wish(
        symbol=arguments.text("symbol"),
        side=Side(arguments.text("side")),
        kind=kind,
        time_in_force=in_force or "GTC",
        price=price,
        quantity=arguments.amount("quantity") or Decimal(0),
        client_id=arguments.text("newClientOrderId"),
    )


def _may_trade(key: Key) -> None:
    if not key.trades:
        raise RefusedError(403, -2016, "This key may only read.")
