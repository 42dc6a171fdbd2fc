"""Orders, fills and ledger entries as private calls write them."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.third_exchange.assets import ASSETS, fixed
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.form import MICROSECONDS
from benchmarks.third_exchange.ledger import Entry
from benchmarks.third_exchange.orders import Fill, Order, Wish


def seconds(moment: int) -> float:
    """A time in decimal seconds; a double keeps microseconds exactly enough to be written back the same until 2255."""
    return moment / MICROSECONDS


def described(wish: Wish) -> dict[str, object]:
    """An order's `descr`."""
    price = "market" if wish.price is None else f"limit {wish.pair.price(wish.price)}"
    return {
        "pair": wish.pair.alt,
        "type": wish.side,
        "ordertype": wish.kind,
        "price": None if wish.price is None else wish.pair.price(wish.price),
        "order": f"{wish.side} {wish.pair.volume(wish.volume)} {wish.pair.alt} @ {price}",
    }


def order(each: Order, defects: Defects) -> dict[str, object]:
    """An order, without the id that is its key."""
    wish, pair = each.wish, each.wish.pair
    average = each.cost / each.filled if each.filled else Decimal(0)
    status: str = each.status
    if status == "open" and each.filled and defects.on("status-undocumented"):
        status = "partial"
    if status == "canceled" and each.filled and defects.on("canceled-shown-closed"):
        status = "closed"
    volume = pair.volume(wish.volume)
    shown: dict[str, object] = {
        "status": status,
        "cl_ord_id": None if defects.on("client-id-lost-at-end") and each.closed else wish.client_id,
        "userref": wish.user,
        "opentm": seconds(each.opened),
        "closetm": None if each.closed is None else seconds(each.closed),
        "expiretm": None if wish.expires is None else seconds(wish.expires),
        "reason": each.reason,
        "descr": described(wish),
        "timeinforce": wish.force,
        "oflags": "post" if wish.post else "",
        "vol": float(volume) if defects.on("volume-as-number") else volume,
        "vol_exec": f"{each.filled:.3f}" if defects.on("filled-volume-rounded") else pair.volume(each.filled),
        "cost": pair.amount(each.cost),
        "fee": pair.amount(each.fee),
        "price": pair.price(each.fills[-1].price if each.fills and defects.on("average-is-last-price") else average),
        "trades": [fill.id for fill in each.fills],
    }
    if not each.filled and defects.on("zeros-left-out"):
        del shown["vol_exec"], shown["cost"], shown["fee"]
    return shown


def fill(each: Fill, defects: Defects) -> dict[str, object]:
    """One of the account's trades, without its id."""
    wish, pair = each.order.wish, each.order.wish.pair
    fee = pair.fee(each.cost, Decimal("0.0026")) if defects.on("history-shows-takers-fee") else each.fee
    return {
        "ordertxid": each.order.id,
        "cl_ord_id": wish.client_id,
        "pair": pair.name,
        "time": seconds(each.time),
        "type": wish.side,
        "ordertype": wish.kind,
        "price": pair.price(each.price),
        "vol": pair.volume(each.volume),
        "cost": pair.amount(each.cost),
        "fee": pair.amount(fee),
        "maker": each.maker,
        "trade_id": str(each.number) if defects.on("trade-number-as-text") else each.number,
    }


def entry(each: Entry, defects: Defects) -> dict[str, object]:
    """A ledger entry, without its id."""
    decimals = ASSETS[each.asset].decimals
    return {
        "refid": each.reference,
        "time": each.time * 1000 if defects.on("ledger-time-in-nanoseconds") else seconds(each.time),
        "type": each.kind,
        "asset": each.asset,
        "amount": fixed(each.amount, decimals),
        "fee": fixed(each.fee, decimals),
        "balance": fixed(each.balance, decimals),
    }
