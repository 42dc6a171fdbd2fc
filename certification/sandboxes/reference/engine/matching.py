"""Price-time priority: an incoming order meets the book, level by level and oldest first, until nothing fits any more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from certification.sandboxes.reference.engine.admission import crosses, reachable
from certification.sandboxes.reference.engine.book import Book
from certification.sandboxes.reference.engine.instrument import Instrument, Liquidity
from certification.sandboxes.reference.engine.order import (
    CancelReason,
    Order,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from certification.sandboxes.reference.engine.rules import EngineRules
from certification.sandboxes.reference.engine.settlement import Match, Settlement
from certification.sandboxes.reference.engine.tape import Tape


class Matcher:
    """Matches orders on any book; writes what happens to the tape and moves assets by the settlement."""

    def __init__(self, settlement: Settlement, tape: Tape, rules: EngineRules) -> None:
        self._settlement = settlement
        self._tape = tape
        self._rules = rules

    def run(self, order: Order, instrument: Instrument, book: Book, now: int) -> Order:
        """Let a new order, already paid for, trade as far as it may; then let the rest of it wait or end."""
        if self._may_match(order, book):
            order = self._match(order, instrument, book, now)
        reason = self._why_it_ends(order, book) if order.is_open else None
        if reason is not None:
            return self.end(order, instrument, reason, now)
        if order.is_open:
            book.put(order)
            self._tape.touch(order)
        return order

    def end(self, order: Order, instrument: Instrument, reason: CancelReason, now: int) -> Order:
        """Cancel what is not filled, and give its hold back."""
        order = replace(order, status=OrderStatus.CANCELLED, cancel_reason=reason, updated_at=now)
        if reason is CancelReason.CLIENT and not self._rules.cancel_releases_the_hold:
            return order
        if reason is CancelReason.IMMEDIATE_OR_CANCEL and not self._rules.immediate_orders_release_the_rest:
            return order
        return self._settlement.close(order, instrument)

    def expire(self, order: Order, instrument: Instrument) -> Order:
        """End an order whose time is over, at the instant that it was given, and give its hold back."""
        order = replace(order, status=OrderStatus.EXPIRED, updated_at=order.request.expires_at or order.updated_at)
        return self._settlement.close(order, instrument) if self._rules.expired_orders_release_the_hold else order

    def _may_match(self, order: Order, book: Book) -> bool:
        request = order.request
        if request.time_in_force is TimeInForce.FOK and self._rules.fok_fills_whole_or_not:
            best = book.best_order(request.side.opposite)
            enough = self._rules.fok_takes_a_whole_level or (best is not None and best.remaining > request.quantity)
            return enough and reachable(order.account, request, book) == request.quantity
        return request.time_in_force is not TimeInForce.POST_ONLY or not self._rules.post_only_never_takes

    def _match(self, order: Order, instrument: Instrument, book: Book, now: int) -> Order:
        while order.remaining:
            maker = book.best_order(order.request.side.opposite, oldest=self._rules.older_orders_fill_first)
            if maker is None or maker.request.price is None or not crosses(order.request, maker.request.price):
                break
            if maker.account == order.account and self._rules.own_orders_never_meet:
                return self.end(order, instrument, CancelReason.SELF_TRADE, now)
            price = self._fill_price(order, maker.request.price, instrument)
            match = Match(price=price, quantity=min(order.remaining, maker.remaining), executed_at=now)
            order = self._trade(order, maker, instrument, book, match)
        return order

    def _trade(self, taker: Order, maker: Order, instrument: Instrument, book: Book, match: Match) -> Order:
        self._tape.touch(maker)
        taker_after, taker_fee = self._settlement.fill(taker, instrument, match, Liquidity.TAKER)
        maker_after, maker_fee = self._settlement.fill(maker, instrument, match, Liquidity.MAKER)
        buyer, seller = (taker_after, maker_after) if taker.request.side is Side.BUY else (maker_after, taker_after)
        self._settlement.pay(buyer, seller, instrument, match)
        self._settlement.pay_fee(taker_after, instrument, taker_fee)
        self._settlement.pay_fee(maker_after, instrument, maker_fee)
        self._tape.trade(taker_after, maker_after, instrument, match, (taker_fee, maker_fee))
        maker_after = self._settlement.hold_rest(maker_after, instrument)
        if maker_after.is_open:
            book.put(maker_after)
        else:
            book.remove(maker)
        self._tape.enter(maker_after)
        return self._settlement.hold_rest(taker_after, instrument)

    def _fill_price(self, taker: Order, price: Decimal, instrument: Instrument) -> Decimal:
        if self._rules.limits_bind_the_fill_price or taker.request.price is None:
            return price
        return taker.request.price + (instrument.tick_size if taker.request.side is Side.BUY else -instrument.tick_size)

    def _why_it_ends(self, order: Order, book: Book) -> CancelReason | None:
        request = order.request
        if request.type is OrderType.MARKET:
            return CancelReason.NO_LIQUIDITY
        if request.time_in_force is TimeInForce.FOK:
            return CancelReason.FILL_OR_KILL
        if request.time_in_force is TimeInForce.IOC and self._rules.ioc_never_rests:
            return CancelReason.IMMEDIATE_OR_CANCEL
        best = book.best_price(request.side.opposite)
        if request.time_in_force is TimeInForce.POST_ONLY and best is not None and crosses(request, best):
            return CancelReason.POST_ONLY
        return None
