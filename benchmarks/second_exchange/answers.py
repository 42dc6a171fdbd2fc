"""How the second exchange writes what it says: JSON with exact decimals, and the shapes of orders and fills."""

from __future__ import annotations

import json
from decimal import Decimal

from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.orders import Fill, Order, Side, Status

Json = None | bool | int | str | Decimal | list["Json"] | dict[str, "Json"]
_DIGITS = Decimal("0.00000001")


def text_of(amount: Decimal) -> str:
    """An amount with its eight decimals."""
    return f"{amount.quantize(_DIGITS):f}"


def written(document: Json) -> str:
    """A document as JSON; decimals are numbers that keep every digit."""
    match document:
        case Decimal():
            return f"{document.normalize():f}"
        case list():
            return "[" + ",".join(written(each) for each in document) + "]"
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{written(each)}" for name, each in document.items()) + "}"
        case _:
            return json.dumps(document)


def order_shape(order: Order, defects: Defects) -> dict[str, Json]:
    """An order as queries and lists show it."""
    filled, spent, status, side = order.filled, order.spent, order.status, order.wish.side
    if "executed-lags" in defects:
        filled -= order.last_fill
    if "quote-total-at-limit" in defects:
        spent = order.limit * filled
    if "cancel-forgets-fills" in defects and status is Status.CANCELED:
        filled = spent = Decimal(0)
    if "partial-fill-says-new" in defects and status is Status.PARTIALLY_FILLED:
        status = Status.NEW
    if "side-swapped" in defects:
        side = Side.SELL if side is Side.BUY else Side.BUY
    return {
        "symbol": order.wish.symbol,
        "orderId": order.id,
        "clientOrderId": client_id(order, defects),
        "price": text_of(order.limit),
        "origQty": text_of(order.wish.quantity),
        "executedQty": text_of(filled),
        "cummulativeQuoteQty": text_of(spent),
        "status": status.value,
        "timeInForce": order.wish.time_in_force,
        "type": order.wish.kind,
        "side": side.value,
        "time": order.created_at,
        "updateTime": order.created_at if "update-time-stands" in defects and status is Status.CANCELED else order.updated_at,
        "isWorking": status in {Status.NEW, Status.PARTIALLY_FILLED},
    }


def client_id(order: Order, defects: Defects) -> str:
    """The client's id, or one that the exchange made."""
    given = order.wish.client_id or f"x-{order.id}"
    return given[:10] if "client-id-truncated" in defects else given


def placed_shape(order: Order, defects: Defects) -> dict[str, Json]:
    """The answer to a new order, with its fills."""
    return {
        "symbol": order.wish.symbol,
        "orderId": order.id,
        "clientOrderId": client_id(order, defects),
        "transactTime": order.updated_at,
        "price": None if "market-price-null" in defects and order.wish.price is None else text_of(order.limit),
        "origQty": text_of(order.wish.quantity),
        "executedQty": text_of(order.filled),
        "cummulativeQuoteQty": text_of(order.spent),
        "status": order.status.value,
        "timeInForce": order.wish.time_in_force,
        "type": order.wish.kind,
        "side": order.wish.side.value,
        "fills": [
            {
                "price": text_of(fill.trade.price),
                "qty": text_of(fill.trade.quantity),
                "commission": fill.fee if "commission-as-number" in defects else text_of(fill.fee),
                "commissionAsset": fill.fee_asset,
                "tradeId": fill.trade.id,
            }
            for fill in order.fills
        ],
    }


def fill_shape(fill: Fill, identity: int, defects: Defects) -> dict[str, Json]:
    """A fill of the account; its number grows over all fills of the instrument."""
    fee = fill.fee / 10 if "fill-shows-other-fee" in defects else fill.fee
    return {
        "symbol": fill.trade.symbol,
        "id": identity,
        "tradeId": fill.trade.id,
        "orderId": fill.order_id,
        "price": text_of(fill.trade.price),
        "qty": text_of(fill.trade.quantity),
        "quoteQty": text_of(fill.trade.price * fill.trade.quantity),
        "commission": text_of(fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.trade.at,
        "isBuyer": fill.side is Side.BUY,
        "isMaker": fill.maker,
    }


def report_shape(order: Order, fill: Fill | None, at: int, defects: Defects) -> dict[str, Json]:
    """What the private stream tells of an order; ``e`` and ``E``, ``c`` and ``C`` are different things."""
    filled = order.filled
    if "filled-amount-falls" in defects and order.status is Status.FILLED:
        filled -= order.last_fill * 2
    if "filled-is-the-last-fill" in defects:
        filled = order.last_fill
    kind = "TRADE" if fill else order.status.value
    told: dict[str, Json] = {
        "e": "executionReport",
        "E": at,
        "s": order.wish.symbol,
        "c": f"x-{order.id}" if "another-client-id-told" in defects else client_id(order, defects),
        "S": order.wish.side.value,
        "o": order.wish.kind,
        "f": order.wish.time_in_force,
        "q": text_of(order.wish.quantity),
        "p": text_of(order.limit),
        "x": kind,
        "X": order.status.value,
        "i": order.id,
        "l": text_of(fill.trade.quantity if fill else Decimal(0)),
        "z": text_of(max(filled, Decimal(0))),
        "L": text_of(fill.trade.price if fill else Decimal(0)),
        "n": text_of(fill.fee if fill else Decimal(0)),
        "N": fill.fee_asset if fill else None,
        "t": fill.trade.id if fill else -1,
        "T": order.updated_at,
    }
    if "report-without-fee" in defects:
        del told["n"]
    return told
