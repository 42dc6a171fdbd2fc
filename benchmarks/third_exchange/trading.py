"""The private calls about orders and trades."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from benchmarks.third_exchange import written
from benchmarks.third_exchange.assets import PAIRS
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.form import MICROSECONDS, Form
from benchmarks.third_exchange.orders import Fill, Force, Kind, Order, Side, Wish
from benchmarks.third_exchange.refusals import INVALID_ARGUMENTS, UNKNOWN_ORDER, RefusedError

PAGE = 50
_FORCES = ("GTC", "IOC", "FOK", "GTD")


class BrokenError(Exception):
    """A planted fault breaks the call; the gateway answers with this status."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One private call: what answers it, and what it adds to the counter."""

    answer: Callable[[str, Form], object]
    cost: int = 1


class Trading:
    """Places, cancels and shows orders."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._defects = engine.defects
        self.calls: dict[str, Call] = {
            "AddOrder": Call(answer=self._add),
            "CancelOrder": Call(answer=self._cancel),
            "CancelAll": Call(answer=self._cancel_all),
            "OpenOrders": Call(answer=self._open),
            "ClosedOrders": Call(answer=self._closed, cost=2),
            "QueryOrders": Call(answer=self._query),
            "TradesHistory": Call(answer=self._history, cost=2),
        }

    def _add(self, account: str, form: Form) -> object:
        if not form.given("volume") and self._defects.on("missing-volume-breaks"):
            raise BrokenError(500)
        wish = self._wish(form)
        dry = form.flag("validate")
        order = self._engine.place(account, wish, form.moment("deadline"), dry=dry)
        descr = {"order": written.described(order.wish)["order"]}
        return {"descr": descr} if dry else {"txid": [order.id], "cl_ord_id": wish.client_id, "descr": descr}

    def _wish(self, form: Form) -> Wish:
        sides = ("buy", "sell", form.text("type")) if self._defects.on("any-side-sells") else ("buy", "sell")
        side = form.choice("type", sides)
        kind = cast("Kind", form.choice("ordertype", ("limit", "market")))
        force = cast("Force", form.choice("timeinforce", _FORCES, "GTC"))
        post = form.choice("oflags", ("post",), "post") == "post" and form.given("oflags")
        if kind == "market" and (form.given("price") or force != "GTC"):
            raise RefusedError(INVALID_ARGUMENTS, "price" if form.given("price") else "timeinforce")
        if post and (kind == "market" or force in {"IOC", "FOK"}):
            raise RefusedError(INVALID_ARGUMENTS, "oflags")
        if form.given("expiretm") != (force == "GTD"):
            raise RefusedError(INVALID_ARGUMENTS, "expiretm")
        return Wish(
            pair=form.pair(),
            side=cast("Side", side) if side in {"buy", "sell"} else "sell",
            kind=kind,
            volume=form.decimal("volume"),
            price=form.decimal("price") if kind == "limit" else None,
            force=force,
            post=post,
            expires=form.moment("expiretm"),
            client_id=form.client_id(),
            user=form.whole("userref", -(2**31), 2**31 - 1, 0) if form.given("userref") else None,
        )

    def _cancel(self, account: str, form: Form) -> object:
        if form.given("txid") == form.given("cl_ord_id"):
            raise RefusedError(INVALID_ARGUMENTS, "txid")
        order = self._named(account, form)
        if order is None:
            raise RefusedError(UNKNOWN_ORDER)
        if order.status != "open" and self._defects.on("cancel-of-closed-counts"):
            return {"count": 1}
        if order.status == "open" and order.filled and self._defects.on("part-filled-not-cancelled"):
            return {"count": 1}
        self._engine.cancel(order)
        return {"count": 1}

    def _named(self, account: str, form: Form) -> Order | None:
        if form.given("txid"):
            order = self._engine.orders.get(form.text("txid"))
            theirs = order is not None and order.account != account and not self._defects.on("cancels-for-others")
            return None if theirs else order
        client_id = form.client_id()
        everyone = self._engine.orders.values() if self._defects.on("cancels-others-client-id") else self._engine.orders_of(account)
        return next((order for order in everyone if order.wish.client_id == client_id), None)

    def _cancel_all(self, account: str, _form: Form) -> object:
        orders = self._engine.open_orders(account)
        if self._defects.on("cancel-all-spares-part-filled"):
            orders = [order for order in orders if not order.filled]
        if self._defects.on("cancel-all-first-pair"):
            orders = [order for order in orders if order.wish.pair is next(iter(PAIRS.values()))]
        for order in orders:
            self._engine.cancel(order)
        return {"count": len(orders)}

    def _open(self, account: str, form: Form) -> object:
        orders = self._engine.open_orders(account)
        return {"open": self._keyed(self._chosen(orders, form))}

    def _closed(self, account: str, form: Form) -> object:
        offset = form.whole("ofs", 0, 2**31 - 1, 0)
        low, high = form.moment("start") or 0, form.moment("end")
        ended = [order for order in self._engine.orders_of(account) if order.closed is not None]
        if self._defects.on("unfilled-cancels-forgotten"):
            ended = [order for order in ended if order.filled or order.status != "canceled"]
        within = [order for order in ended if low <= (order.closed or 0) and (high is None or (order.closed or 0) <= high)]
        chosen = self._chosen(within, form)
        chosen.sort(key=lambda order: order.closed or 0, reverse=True)
        if offset > len(chosen) and self._defects.on("offset-past-end-breaks"):
            raise BrokenError(502)
        begin = offset - 1 if offset and self._defects.on("pages-overlap") else offset
        page = chosen[begin : begin + PAGE]
        return {"closed": self._keyed(page), "count": len(page) if self._defects.on("count-of-page") else len(chosen)}

    def _chosen(self, orders: Iterable[Order], form: Form) -> list[Order]:
        client_id = form.client_id()
        user = form.whole("userref", -(2**31), 2**31 - 1, 0) if form.given("userref") and not self._defects.on("userref-ignored") else None
        return [order for order in orders if client_id in {None, order.wish.client_id} and user in {None, order.wish.user}]

    def _query(self, account: str, form: Form) -> object:
        names = form.names("txid")
        if len(names) > PAGE:
            raise RefusedError(INVALID_ARGUMENTS, "txid")
        orders = [self._engine.orders.get(name) for name in names]
        seen = [order for order in orders if order is not None and (order.account == account or self._defects.on("queries-for-others"))]
        if len(seen) != len(names):
            raise RefusedError(UNKNOWN_ORDER)
        return self._keyed(seen)

    def _keyed(self, orders: Iterable[Order]) -> dict[str, object]:
        return {order.id: written.order(order, self._defects) for order in orders}

    def _history(self, account: str, form: Form) -> object:
        limit = form.whole("limit", 1, PAGE, PAGE)
        mine = [fill for fill in reversed(self._engine.fills) if fill.order.account == account]
        if form.given("cursor"):
            mine = self._after(mine, form.text("cursor"))
        page = mine[:limit]
        more = len(mine) > limit and not self._defects.on("cursor-ends-early")
        return {"trades": {fill.id: written.fill(fill, self._defects) for fill in page}, "cursor": page[-1].id if more else None}

    def _after(self, fills: list[Fill], cursor: str) -> list[Fill]:
        at = next((position for position, fill in enumerate(fills) if fill.id == cursor), None)
        if at is None:
            raise RefusedError(INVALID_ARGUMENTS, "cursor")
        if self._defects.on("cursor-by-time"):
            return [fill for fill in fills if fill.time // MICROSECONDS < fills[at].time // MICROSECONDS]
        return fills[at + 1 :]
