"""Who owns what: free and locked amounts of every account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.orders import Fill, Instrument, Order, RefusedError, Side


@dataclass(slots=True)
class Balance:
    """One asset of one account."""

    free: Decimal = Decimal(0)
    locked: Decimal = Decimal(0)


class Ledger:
    """All balances."""

    def __init__(self, defects: Defects) -> None:
        self._defects = defects
        self._balances: dict[str, dict[str, Balance]] = {}

    def open(self, account: str, amounts: dict[str, Decimal]) -> None:
        """Begin an account with these amounts free."""
        self._balances[account] = {asset: Balance(free=amount) for asset, amount in amounts.items()}

    def of(self, account: str) -> dict[str, Balance]:
        """Every asset of an account."""
        return self._balances[account]

    def cover(self, account: str, asset: str, amount: Decimal) -> None:
        """Refuse what the account can't pay.

        Raises:
            RefusedError: less is free.
        """
        owned = self._balances[account][asset]
        if owned.free + (owned.locked if "holds-not-counted" in self._defects else 0) < amount and "overdraft" not in self._defects:
            raise RefusedError(400, -2010, "Account has insufficient balance for requested action.")

    def lock(self, order: Order, instrument: Instrument) -> None:
        """Hold what is left of an order that begins to rest or to match."""
        if order.wish.price is None:
            return
        asset, amount = needed(order, instrument)
        self.cover(order.account, asset, amount)
        if "hold-too-small" in self._defects and order.wish.side is Side.BUY:
            amount /= 2
        self._move(order.account, asset, amount)
        order.locked = amount

    def release(self, order: Order, instrument: Instrument) -> None:
        """Give back what an order that ended still holds."""
        asset, whole = needed(order, instrument, all_of_it="cancel-returns-all" in self._defects and bool(order.filled))
        amount = whole if "cancel-returns-all" in self._defects and order.filled else order.locked
        self._move(order.account, asset, -amount)
        order.locked = Decimal(0)

    def free_again(self, order: Order, instrument: Instrument) -> None:
        """With a defect on: give once more what a cancelled order held."""
        asset, amount = needed(order, instrument)
        self._balances[order.account][asset].free += amount

    def settle(self, order: Order, fill: Fill, instrument: Instrument) -> None:
        """Move what one side of a trade gives and gets, and its fee."""
        own = self._balances[order.account]
        quantity, paid = fill.trade.quantity, fill.trade.price * fill.trade.quantity
        given_asset, given = (instrument.quote, paid) if fill.side is Side.BUY else (instrument.base, quantity)
        got_asset, got = (instrument.base, quantity) if fill.side is Side.BUY else (instrument.quote, paid)
        self._give(order, own[given_asset], given, fill)
        if "proceeds-rounded" in self._defects and fill.side is Side.SELL:
            got = got.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
        own[got_asset].free += got
        if "fee-shown-not-taken" not in self._defects or fill.side is Side.BUY:
            own[fill.fee_asset].free -= fill.fee

    def _give(self, order: Order, balance: Balance, given: Decimal, fill: Fill) -> None:
        if order.wish.price is None:
            balance.free -= given
            return
        held = order.limit * fill.trade.quantity if fill.side is Side.BUY else given
        if "hold-too-small" in self._defects and fill.side is Side.BUY:
            held = min(held, order.locked)
        order.locked -= held
        balance.locked -= held
        if "improvement-kept" not in self._defects:
            balance.free += held - given
        if "partial-fill-leaks-hold" in self._defects and order.left > fill.trade.quantity and order.locked:
            leak = order.locked / 10
            order.locked -= leak

    def _move(self, account: str, asset: str, amount: Decimal) -> None:
        balance = self._balances[account][asset]
        balance.free -= amount
        balance.locked += amount


def needed(order: Order, instrument: Instrument, *, all_of_it: bool = False) -> tuple[str, Decimal]:
    """The asset and the amount that what is left of an order may take."""
    left = order.wish.quantity if all_of_it else order.left
    if order.wish.side is Side.BUY:
        return instrument.quote, order.limit * left
    return instrument.base, left
