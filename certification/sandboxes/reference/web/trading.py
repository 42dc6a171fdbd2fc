"""The private operations: what one account does and owns."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.order import Order, OrderRequest, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.web import views
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.contract import Arguments
from certification.sandboxes.reference.web.paging import Paging
from certification.sandboxes.reference.web.rules import WebRules

PrivateHandler = Callable[[str, Arguments, int], Answer]
"""Account, arguments and the time now, in; the answer out."""
TRADING = frozenset({"placeOrder", "cancelOrder", "cancelAllOrders"})
"""What a key needs the permission to trade for."""


class Trading:
    """Answers the operations tagged ``orders`` and ``account``."""

    def __init__(self, exchange: Exchange, paging: Paging, rules: WebRules) -> None:
        self._exchange = exchange
        self._rules = rules
        self._paging = paging
        self.handlers: dict[str, PrivateHandler] = {
            "placeOrder": self._place,
            "getOrder": self._order,
            "cancelOrder": self._cancel,
            "getOrderByClientId": self._order_by_client_id,
            "listOpenOrders": self._open_orders,
            "cancelAllOrders": self._cancel_all,
            "listOrderHistory": self._history,
            "listFills": self._fills,
            "listBalances": self._balances,
            "getBalance": self._balance,
            "listLedger": self._ledger,
            "getFees": self._fees,
        }

    def _place(self, account: str, arguments: Arguments, now: int) -> Answer:
        placed = self._exchange.place(account, order_request(arguments.body), now)
        document = views.order(placed.order)
        if placed.repeated:
            return Answer(status=200, document=document)
        return Answer(status=201, document=document, headers=(("Location", f"/v1/orders/{placed.order.order_id}"),))

    def _order(self, account: str, arguments: Arguments, _: int) -> Answer:
        return Answer(status=200, document=views.order(self._exchange.order(account, arguments.path["order_id"])))

    def _order_by_client_id(self, account: str, arguments: Arguments, _: int) -> Answer:
        found = self._exchange.order_by_client_id(account, arguments.path["client_order_id"])
        return Answer(status=200, document=views.order(found))

    def _cancel(self, account: str, arguments: Arguments, now: int) -> Answer:
        return Answer(status=200, document=views.order(self._exchange.cancel(account, arguments.path["order_id"], now)))

    def _cancel_all(self, account: str, arguments: Arguments, now: int) -> Answer:
        cancelled = self._exchange.cancel_all(account, arguments.query["symbol"], now)
        return Answer(status=200, document=[views.order(each) for each in cancelled])

    def _open_orders(self, account: str, arguments: Arguments, _: int) -> Answer:
        found = self._exchange.open_orders(account, arguments.query["symbol"])
        return Answer(status=200, document=[views.order(each) for each in found])

    def _history(self, account: str, arguments: Arguments, _: int) -> Answer:
        symbol, status = self._symbol(arguments), arguments.query["status"]

        def wanted(order: Order) -> bool:
            return symbol in {None, order.request.symbol} and status in {None, order.status.value}

        found = self._paging.page(filter(wanted, self._exchange.journal.orders(account)), lambda each: each.order_id, arguments.query)
        return Answer(status=200, document=views.page(found, views.order))

    def _fills(self, account: str, arguments: Arguments, _: int) -> Answer:
        symbol, order_id = self._symbol(arguments), arguments.query["order_id"]
        fills = (
            each for each in self._exchange.journal.fills(account) if symbol in {None, each.symbol} and order_id in {None, each.order_id}
        )
        found = self._paging.page(fills, lambda each: each.fill_id, arguments.query)
        return Answer(status=200, document=views.page(found, lambda each: views.fill(each, each.symbol.partition("-")[2])))

    def _balances(self, account: str, _: Arguments, __: int) -> Answer:
        found = self._exchange.ledger.balances(account)
        return Answer(status=200, document=[views.balance(asset, each) for asset, each in found.items()])

    def _balance(self, account: str, arguments: Arguments, _: int) -> Answer:
        asset = arguments.path["asset"]
        if asset not in self._exchange.ledger.balances(account):
            raise RefusalError(RefusalCode.ASSET_NOT_FOUND, "there is no such asset")
        return Answer(status=200, document=views.balance(asset, self._exchange.ledger.balance(account, asset)))

    def _ledger(self, account: str, arguments: Arguments, _: int) -> Answer:
        asset, kind = arguments.query["asset"], arguments.query["kind"]
        entries = (
            each
            for each in self._exchange.ledger.entries(account)
            if not self._rules.statements_keep_to_the_filter or (asset in {None, each.asset} and kind in {None, each.cause.kind.value})
        )
        found = self._paging.page(entries, lambda each: each.entry_id, arguments.query)
        return Answer(status=200, document=views.page(found, views.entry))

    def _fees(self, _: str, __: Arguments, ___: int) -> Answer:
        return Answer(status=200, document=[views.fee(each) for each in self._exchange.instruments.values()])

    def _symbol(self, arguments: Arguments) -> str | None:
        symbol: str | None = arguments.query["symbol"]
        return None if symbol is None else self._exchange.instrument(symbol).symbol


def order_request(body: dict[str, Any]) -> OrderRequest:
    """What a valid body of ``placeOrder`` asks for. A market order never waits: it is IOC."""
    order_type = OrderType(body["type"])
    price = body.get("price")
    return OrderRequest(
        symbol=body["symbol"],
        side=Side(body["side"]),
        type=order_type,
        time_in_force=TimeInForce.IOC if order_type is OrderType.MARKET else TimeInForce(body.get("time_in_force", "GTC")),
        price=None if price is None else Decimal(price),
        quantity=Decimal(body["quantity"]),
        client_order_id=body.get("client_order_id"),
        expires_at=body.get("expires_at"),
    )
