"""The exchange's things in the forms that the descriptions give them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, TypeVar

from certification.sandboxes.reference.engine.book import SUMMED_UP
from certification.sandboxes.reference.engine.candles import Candle, DaySummary
from certification.sandboxes.reference.engine.instrument import Instrument
from certification.sandboxes.reference.engine.journal import Page
from certification.sandboxes.reference.engine.ledger import Balance, Entry
from certification.sandboxes.reference.engine.order import DepthChange, Fill, Order, Trade
from certification.sandboxes.reference.engine.withdrawals import Withdrawal
from certification.sandboxes.reference.web.codec import plain

Item = TypeVar("Item")
Document = dict[str, Any]
Level = tuple[Decimal, Decimal]


def server_time(now: int) -> Document:
    """``ServerTime``"""
    iso = datetime.fromtimestamp(now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {"time": now, "iso": f"{iso}.{now % 1000:03d}Z"}


def instrument(each: Instrument) -> Document:
    """``Instrument``"""
    return {
        "symbol": each.symbol,
        "base": each.base,
        "quote": each.quote,
        "tick_size": plain(each.tick_size),
        "lot_size": plain(each.lot_size),
        "min_notional": plain(each.min_notional),
        "max_price": plain(each.max_price),
        "max_quantity": plain(each.max_quantity),
        "maker_fee": each.maker_fee,
        "taker_fee": each.taker_fee,
    }


def fee(each: Instrument) -> Document:
    """``Fee``"""
    return {"symbol": each.symbol, "maker_fee": each.maker_fee, "taker_fee": each.taker_fee}


def levels(several: tuple[Level, ...]) -> list[list[str]]:
    """A list of ``Level``."""
    return [[plain(price), plain(quantity)] for price, quantity in several]


def depth(symbol: str, sequence: int, bids: tuple[Level, ...], asks: tuple[Level, ...]) -> Document:
    """``Depth``"""
    return {"symbol": symbol, "sequence": sequence, "bids": levels(bids), "asks": levels(asks)}


def depth_change(change: DepthChange) -> Document:
    """A depth delta of the stream."""
    return depth(change.symbol, change.sequence, change.bids, change.asks)


def checksum(bids: tuple[Level, ...], asks: tuple[Level, ...]) -> int:
    """The CRC-32, as a signed number, of ``price:quantity`` of the best bid, the best ask, the second bid and so on, with ``:`` between."""
    nothing: list[str] = []
    turns = zip_longest(levels(bids[:SUMMED_UP]), levels(asks[:SUMMED_UP]), fillvalue=nothing)
    text = ":".join(text for bid, ask in turns for text in (*bid, *ask))
    return int.from_bytes(zlib.crc32(text.encode()).to_bytes(4), signed=True)


def trade(each: Trade) -> Document:
    """``Trade``"""
    return {
        "trade_id": each.trade_id,
        "symbol": each.symbol,
        "price": plain(each.price),
        "quantity": plain(each.quantity),
        "notional": each.price * each.quantity,
        "taker_side": each.taker_side.value,
        "time": each.executed_at,
    }


def candle(each: Candle) -> list[Any]:
    """``Candle``"""
    prices = (each.open, each.high, each.low, each.close)
    return [each.started_at, *(plain(price) for price in prices), plain(each.volume), each.trades]


def ticker(symbol: str, bid: Level | None, ask: Level | None, day: DaySummary, now: int) -> Document:
    """``Ticker``"""
    return {
        "symbol": symbol,
        "b": plain(bid[0]) if bid else None,
        "B": plain(bid[1]) if bid else None,
        "a": plain(ask[0]) if ask else None,
        "A": plain(ask[1]) if ask else None,
        "last": None if day.last is None else plain(day.last),
        "volume": plain(day.volume),
        "notional": day.notional,
        "trades": day.trades,
        "time": now,
    }


def order(each: Order) -> Document:
    """``Order``"""
    return {
        "order_id": each.order_id,
        "client_order_id": each.client_order_id,
        "symbol": each.request.symbol,
        "side": each.request.side.value,
        "type": each.request.type.value,
        "time_in_force": each.request.time_in_force.value,
        "price": None if each.request.price is None else plain(each.request.price),
        "quantity": plain(each.request.quantity),
        "filled_quantity": plain(each.filled),
        "notional": each.notional,
        "fee": plain(each.fees),
        "status": each.status.value,
        "cancel_reason": None if each.cancel_reason is None else each.cancel_reason.value,
        "expires_at": each.request.expires_at,
        "created_at": each.created_at,
        "updated_at": each.updated_at,
    }


def fill(each: Fill, fee_asset: str) -> Document:
    """``Fill``"""
    return {
        "fill_id": each.fill_id,
        "trade_id": each.trade_id,
        "order_id": each.order_id,
        "symbol": each.symbol,
        "side": each.side.value,
        "liquidity": each.liquidity.value,
        "price": plain(each.price),
        "quantity": plain(each.quantity),
        "notional": each.price * each.quantity,
        "fee": plain(each.fee),
        "fee_asset": fee_asset,
        "time": each.executed_at,
    }


def balance(asset: str, each: Balance) -> Document:
    """``Balance``"""
    return {"asset": asset, "available": plain(each.available), "held": plain(each.held), "total": plain(each.total)}


def entry(each: Entry) -> Document:
    """``LedgerEntry``"""
    return {
        "entry_id": each.entry_id,
        "asset": each.asset,
        "kind": each.cause.kind.value,
        "amount": plain(each.amount),
        "balance": plain(each.balance),
        "reference": None if each.cause.reference is None else str(each.cause.reference),
        "time": each.cause.at,
    }


def withdrawal(each: Withdrawal) -> Document:
    """``Withdrawal``"""
    return {
        "withdrawal_id": each.withdrawal_id,
        "client_withdrawal_id": each.client_withdrawal_id,
        "asset": each.request.asset,
        "amount": plain(each.request.amount),
        "fee": plain(each.fee),
        "address": each.request.address,
        "status": each.status.value,
        "created_at": each.created_at,
        "updated_at": each.updated_at,
    }


def page(each: Page[Item], view: Callable[[Item], Document]) -> Document:
    """A page of any list."""
    cursor = None if each.next_cursor is None else str(each.next_cursor)
    return {"items": [view(item) for item in each.items], "next_cursor": cursor}
