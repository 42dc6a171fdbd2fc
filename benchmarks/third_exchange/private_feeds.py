"""The private stream channels: one account's orders and money, every message numbered."""

from __future__ import annotations

from itertools import count

from benchmarks.third_exchange.assets import ASSETS, fixed
from benchmarks.third_exchange.engine import Engine, Moved, Told
from benchmarks.third_exchange.feeds import Message, message
from benchmarks.third_exchange.orders import Order
from benchmarks.third_exchange.written import seconds


class ExecutionsFeed:
    """What happens to an account's orders."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account
        self._numbers = count(1)

    def snapshot(self) -> Message:
        """The open orders."""
        orders = [] if self._engine.defects.on("executions-snapshot-empty") else self._engine.open_orders(self._account)
        told = message(
            "executions", "snapshot", [self._order(order) | {"exec_type": "new", "timestamp": seconds(order.opened)} for order in orders]
        )
        return {**told, "sequence": next(self._numbers)}

    def moved(self, moved: Moved) -> list[Message]:
        """Every step of every order, in the order in which they happened, in one message."""
        everyone = self._engine.defects.on("executions-of-others")
        told = [each for each in moved.told if self._account == each.order.account or (everyone and each.order.account != "house")]
        if self._engine.defects.on("executions-without-cancels"):
            told = [each for each in told if each.transition != "canceled"]
        if self._engine.defects.on("executions-without-maker-fills"):
            told = [each for each in told if each.fill is None or not each.fill.maker]
        if not told:
            return []
        number = next(self._numbers)
        if number % 3 == 0 and self._engine.defects.on("executions-skip-number"):
            number = next(self._numbers)
        return [{**message("executions", "update", [self._row(each) for each in told]), "sequence": number}]

    def _row(self, told: Told) -> Message:
        order, fill, pair = told.order, told.fill, told.order.wish.pair
        row = {**self._order(order), "exec_type": told.transition, "timestamp": seconds(told.time)}
        row |= self._standing(told)
        if fill is not None:
            row |= {
                "exec_id": fill.id,
                "trade_id": fill.number,
                "last_price": pair.price(fill.price),
                "last_qty": pair.volume(fill.volume),
                "liquidity_ind": "m" if fill.maker else "t",
                "fees": [{"asset": pair.quote.name, "qty": pair.amount(fill.fee)}],
            }
        if order.reason is not None and told.transition == "canceled":
            row["reason"] = order.reason
        return row

    def _standing(self, told: Told) -> Message:
        """The sums as they were right after this step, although later steps of the same call have happened since."""
        order, pair = told.order, told.order.wish.pair
        fills = order.fills
        if told.transition == "new":
            fills = []
        elif told.fill is not None:
            fills = fills[: fills.index(told.fill) + 1]
        filled, cost = (
            sum((each.volume for each in fills), start=0 * order.filled),
            sum((each.cost for each in fills), start=0 * order.cost),
        )
        if told.fill is not None and self._engine.defects.on("executions-sum-is-last"):
            filled, cost = told.fill.volume, told.fill.cost
        status = {"new": "new", "canceled": "canceled", "expired": "expired"}.get(told.transition)
        if status is None:
            status = "filled" if filled == order.wish.volume else "partially_filled"
        return {"order_status": status, "cum_qty": pair.volume(filled), "cum_cost": pair.amount(cost)}

    def _order(self, order: Order) -> Message:
        wish, pair = order.wish, order.wish.pair
        return {
            "order_id": order.id,
            "cl_ord_id": wish.client_id,
            "symbol": pair.stream,
            "side": wish.side,
            "order_type": wish.kind,
            "time_in_force": wish.force,
            "limit_price": None if wish.price is None else pair.price(wish.price),
            "order_qty": pair.volume(wish.volume),
            "order_status": "partially_filled" if order.filled else "new",
            "cum_qty": pair.volume(order.filled),
            "cum_cost": pair.amount(order.cost),
        }


class BalancesFeed:
    """An account's money."""

    def __init__(self, engine: Engine, account: str) -> None:
        self._engine = engine
        self._account = account
        self._numbers = count(1)
        self._seen: dict[str, Message] = {}

    def snapshot(self) -> Message:
        """Every asset."""
        self._seen = self._rows()
        return {**message("balances", "snapshot", [self._dated(row) for row in self._seen.values()]), "sequence": next(self._numbers)}

    def moved(self, moved: Moved) -> list[Message]:
        """The assets of which a total or a hold changed."""
        if self._account not in moved.accounts:
            return []
        rows, before = self._rows(), self._seen
        changed = [row for asset, row in rows.items() if row != before.get(asset)]
        if self._engine.defects.on("balances-silent-on-holds"):
            changed = [row for row in changed if row["balance"] != before.get(str(row["asset"]), {}).get("balance")]
        self._seen = rows
        if not changed:
            return []
        return [{**message("balances", "update", [self._dated(row) for row in changed]), "sequence": next(self._numbers)}]

    def _dated(self, row: Message) -> Message:
        return {**row, "timestamp": seconds(self._engine.now())}

    def _rows(self) -> dict[str, Message]:
        return {
            asset: {
                "asset": asset,
                "balance": fixed(purse.total, ASSETS[asset].decimals),
                "hold_trade": fixed(purse.held, ASSETS[asset].decimals),
            }
            for asset, purse in self._engine.ledger.purses(self._account).items()
        }
