"""Orders, fills and accounts, for those who sign."""

from __future__ import annotations

from benchmarks.fourth_exchange.engine import Engine, still_open
from benchmarks.fourth_exchange.form import SECOND, amount, iso, one_of, only, page, read_amount
from benchmarks.fourth_exchange.ledger import Account
from benchmarks.fourth_exchange.market import named
from benchmarks.fourth_exchange.orders import Fill, Order
from benchmarks.fourth_exchange.products import MAKER, TAKER
from benchmarks.fourth_exchange.refusals import invalid, missing
from benchmarks.fourth_exchange.rest import Answer, Asked, Call
from benchmarks.fourth_exchange.wishes import check_amounts, read_wish


class Trading:
    """The private calls but those that move money out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.calls = (
            Call(method="GET", path="/accounts", run=self._accounts, permission="view"),
            Call(method="GET", path="/accounts/{id}", run=self._account, permission="view"),
            Call(method="GET", path="/accounts/{id}/ledger", run=self._ledger, permission="view"),
            Call(method="GET", path="/fees", run=self._fees, permission="view"),
            Call(method="GET", path="/fills", run=self._fills, permission="view"),
            Call(method="GET", path="/orders", run=self._orders, permission="view"),
            Call(method="POST", path="/orders", run=self._place, permission="trade"),
            Call(method="DELETE", path="/orders", run=self._cancel_all, permission="trade"),
            Call(method="GET", path="/orders/client:{client}", run=self._order, permission="view"),
            Call(method="DELETE", path="/orders/client:{client}", run=self._cancel, permission="trade"),
            Call(method="GET", path="/orders/{id}", run=self._order, permission="view"),
            Call(method="DELETE", path="/orders/{id}", run=self._cancel, permission="trade"),
            Call(method="PATCH", path="/orders/{id}", run=self._amend, permission="trade"),
        )

    def _accounts(self, asked: Asked) -> Answer:
        told = [account.told() for account in self._engine.ledger.all_of(asked.owner)]
        if self._engine.wrong("zero-with-exponent"):
            told = [{name: "0E-8" if value == "0.00000000" else value for name, value in each.items()} for each in told]
        if self._engine.wrong("available-includes-hold"):
            told = [each | {"available": each["balance"]} for each in told]
        return Answer(content=told)

    def _account(self, asked: Asked) -> Answer:
        return Answer(content=self._own(asked).told())

    def _ledger(self, asked: Asked) -> Answer:
        entries, after = page(self._own(asked).entries, lambda entry: entry.number, asked.query)
        told = [entry.told() for entry in entries]
        if self._engine.wrong("ledger-balance-before"):
            told = [each | {"balance": amount(entry.balance - entry.amount)} for each, entry in zip(told, entries, strict=True)]
        return Answer(content=told, after=after)

    def _fees(self, _asked: Asked) -> Answer:
        taker = MAKER if self._engine.wrong("fees-told-too-low") else TAKER
        return Answer(content={"maker_fee_rate": str(MAKER), "taker_fee_rate": str(taker)})

    def _fills(self, asked: Asked) -> Answer:
        fills = [fill for fill in self._engine.fills if fill.order.owner == asked.owner]
        if "product_id" in asked.query:
            product = named(asked.query, "product_id")
            fills = [fill for fill in fills if fill.trade.product is product]
        if "order_id" in asked.query:
            leaks = self._engine.wrong("foreign-fills-readable") and asked.query["order_id"] in self._engine.orders
            order = self._engine.orders[asked.query["order_id"]] if leaks else self._found(asked.query["order_id"], asked.owner)
            fills = [fill for fill in (self._engine.fills if leaks else fills) if fill.order is order]
        if self._engine.wrong("fills-come-late"):
            fills = [fill for fill in fills if fill.trade.at < self._engine.now() - 10 * SECOND]
        told, after = page(fills, lambda fill: fill.number, asked.query)
        words = {"M": "maker", "T": "taker"} if self._engine.wrong("liquidity-in-words") else {"M": "M", "T": "T"}
        return Answer(content=[_fill(fill) | {"liquidity": words[fill.liquidity]} for fill in told], after=after)

    def _orders(self, asked: Asked) -> Answer:
        status = one_of(asked.query, "status", ("open", "done", "all"), "open")
        orders = [order for order in self._engine.orders.values() if order.owner == asked.owner]
        if status != "all":
            lag = 5 * SECOND if self._engine.wrong("open-list-lags") else 0
            orders = [order for order in orders if (order.open or (order.done or 0) > self._engine.now() - lag) == (status == "open")]
        if "product_id" in asked.query:
            product = named(asked.query, "product_id")
            orders = [order for order in orders if order.wish.product is product]
        shift = 1 if self._engine.wrong("pages-repeat-one") else -1 if self._engine.wrong("pages-skip-one") else 0
        query = {**asked.query, "limit": "100"} if self._engine.wrong("page-limit-ignored") else asked.query
        told, after = page(orders, lambda order: order.number, query, shift)
        return Answer(content=[self._shown(order) for order in told], after=after)

    def _order(self, asked: Asked) -> Answer:
        order = self._asked(asked)
        if not order.open and not order.filled and self._engine.wrong("done-orders-forgotten"):
            raise missing("order")
        return Answer(content=self._shown(order))

    def _place(self, asked: Asked) -> Answer:
        return Answer(content=self._shown(self._engine.place(asked.owner, read_wish(asked.body, self._engine.now(), self._engine.wrong))))

    def _amend(self, asked: Asked) -> Answer:
        order = self._asked(asked, "foreign-order-amendable")
        only(asked.body, ("price", "size"))
        price, size = read_amount(asked.body, "price"), read_amount(asked.body, "size")
        if price is None and size is None:
            raise invalid("price", "or size must be given")
        still_open(order)
        price, size = price or order.limit, size or order.filled + order.remaining
        if self._engine.wrong("amend-size-is-remaining") and "size" in asked.body:
            size += order.filled
        check_amounts(order.wish.product, price, size, self._engine.wrong)
        self._engine.amend(order, price, size)
        return Answer(content=self._shown(order))

    def _cancel(self, asked: Asked) -> Answer:
        order = self._asked(asked, "foreign-order-cancellable")
        if order.open or not self._engine.wrong("cancel-done-succeeds"):
            self._engine.cancel(order)
        return Answer(content={"id": order.id} if self._engine.wrong("cancel-answers-object") else order.id)

    def _cancel_all(self, asked: Asked) -> Answer:
        product = named(asked.query, "product_id").id if "product_id" in asked.query else None
        if self._engine.wrong("cancel-all-ignores-product"):
            product = None
        orders = sorted(self._engine.open_of(asked.owner, product), key=lambda order: order.number)
        for order in orders[1:] if self._engine.wrong("cancel-all-leaves-one") else orders:
            self._engine.cancel(order)
        return Answer(content=[order.id for order in orders])

    def _asked(self, asked: Asked, leak: str = "foreign-order-readable") -> Order:
        if "client" not in asked.path:
            order = self._engine.orders.get(asked.path["id"])
            return order if order is not None and self._engine.wrong(leak) else self._found(asked.path["id"], asked.owner)
        order = self._engine.by_client.get((asked.owner, asked.path["client"]))
        if order is None or (not order.open and self._engine.wrong("client-oid-finds-open-only")):
            raise missing("order")
        return order

    def _found(self, name: str, owner: str) -> Order:
        order = self._engine.orders.get(name)
        if order is None or order.owner != owner:
            raise missing("order")
        return order

    def _own(self, asked: Asked) -> Account:
        for account in self._engine.ledger.all_of(asked.owner):
            if account.id == asked.path["id"]:
                return account
        if self._engine.wrong("foreign-account-readable") and (other := self._engine.ledger.by_id(asked.path["id"])) is not None:
            return other
        raise missing("account")

    def _shown(self, order: Order) -> dict[str, object]:
        told, wrong = _told(order), self._engine.wrong
        if wrong("size-as-number") and order.size is not None:
            told["size"] = float(order.size)
        if wrong("partial-has-own-status") and order.open and order.filled:
            told["status"] = "partially_filled"
        if wrong("open-order-without-reason") and order.open:
            del told["done_reason"]
        if wrong("created-at-without-zone"):
            told["created_at"] = iso(order.created).removesuffix("Z")
        if wrong("executed-value-at-limit") and order.price is not None:
            told["executed_value"] = amount(order.filled * order.price)
        if wrong("filled-size-of-last-fill"):
            told["filled_size"] = amount(order.last, order.wish.product.base_increment)
        if wrong("expired-told-as-canceled") and order.reason == "expired":
            told["done_reason"] = "canceled"
        return told


def _told(order: Order) -> dict[str, object]:
    wish, product = order.wish, order.wish.product
    return {
        "id": order.id,
        "client_oid": wish.client_oid,
        "product_id": product.id,
        "side": wish.side,
        "type": wish.kind,
        "size": None if order.size is None else amount(order.size, product.base_increment),
        "funds": None if wish.funds is None else amount(wish.funds),
        "price": None if order.price is None else amount(order.price, product.quote_increment),
        "time_in_force": wish.force,
        "expire_time": None if wish.expires is None else iso(wish.expires),
        "post_only": wish.post_only,
        "stp": wish.stp,
        "status": "open" if order.open else "done",
        "done_reason": order.reason,
        "created_at": iso(order.created),
        "done_at": None if order.done is None else iso(order.done),
        "filled_size": amount(order.filled, product.base_increment),
        "executed_value": amount(order.value),
        "fill_fees": amount(order.fees),
    }


def _fill(fill: Fill) -> dict[str, object]:
    trade = fill.trade
    return {
        "trade_id": trade.id,
        "product_id": trade.product.id,
        "order_id": fill.order.id,
        "client_oid": fill.order.wish.client_oid,
        "price": amount(trade.price, trade.product.quote_increment),
        "size": amount(trade.size, trade.product.base_increment),
        "fee": amount(fill.fee),
        "side": fill.order.wish.side,
        "liquidity": fill.liquidity,
        "created_at": iso(trade.at),
    }
