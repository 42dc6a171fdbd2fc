"""The filters that an order passes before it is admitted: steps, minima, times."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.orders import Wish
from benchmarks.third_exchange.refusals import COST_MINIMUM, INVALID_ARGUMENTS, LOT_SIZE, ORDER_MINIMUM, TICK_SIZE, RefusedError


def passed(wish: Wish, moment: int, defects: Defects) -> Wish:
    """The wish, where it keeps every filter of its pair.

    Raises:
        RefusedError: it does not.
    """
    wish = _stepped(wish, defects)
    pair = wish.pair
    if wish.volume < pair.minimum and not defects.on("order-minimum-ignored"):
        raise RefusedError(ORDER_MINIMUM)
    if wish.price is not None and wish.price * wish.volume < pair.cost_minimum and not defects.on("cost-minimum-ignored"):
        raise RefusedError(COST_MINIMUM)
    if wish.expires is not None and wish.expires <= moment and not defects.on("expiry-in-the-past"):
        raise RefusedError(INVALID_ARGUMENTS, "expiretm")
    return wish


def _stepped(wish: Wish, defects: Defects) -> Wish:
    pair = wish.pair
    lots = wish.volume.quantize(Decimal(1).scaleb(-pair.lot_decimals), ROUND_DOWN)
    if lots != wish.volume:
        if not defects.on("volume-cut-off"):
            raise RefusedError(LOT_SIZE)
        wish = replace(wish, volume=lots)
    if wish.price is not None:
        ticks = wish.price.quantize(pair.tick, ROUND_HALF_UP)
        if ticks != wish.price:
            if not defects.on("price-rounded"):
                raise RefusedError(TICK_SIZE)
            wish = replace(wish, price=ticks)
    return wish
