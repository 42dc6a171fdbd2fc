"""What a strategy earned: fills as they were told, the account's statement and the exchange's trades, reckoned exactly. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.facts import numbers, texts
from certification.evidence.record import AssetChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certification.evidence.record import ScenarioStep

_ZERO = Decimal(0)
_BUY = "buy"


class UntoldError(Exception):
    """What was seen does not say what the strategy earned; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One fill of one of the strategy's orders."""

    order_id: str
    """Empty where the fill names none."""
    trade_id: str
    """The public trade that it was; empty where the fill names none."""
    buys: bool
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str

    def told(self) -> str:
        """As a person would say it."""
        return f"filled: {'buy' if self.buys else 'sell'} {self.quantity:f} at {self.price:f}, fee {self.fee:f} {self.fee_asset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeEntry:
    """One trade in the exchange's public book of trades."""

    price: Decimal
    quantity: Decimal


def fills_in(step: ScenarioStep, *, buys: bool | None, quote: str) -> tuple[Fill, ...]:
    """The fills that an answer tells.

    Args:
        step: the answer, read through the role ``fills``.
        buys: which side the order asked about took; ``None`` where the answer is about several, and must say so itself.
        quote: the asset that a fee is in where the fill does not say.

    Raises:
        UntoldError: not every fill has price, quantity and fee, or nothing says its side.
        UnclearError: one of them is no amount.
    """
    prices, quantities, fees = (numbers(step, name) for name in ("price", "quantity", "fee"))
    rows = len(prices)
    if not rows == len(quantities) == len(fees):
        raise UntoldError("the profile reads no price, quantity and fee from every fill")
    sides = _column(step, "side", rows)
    if buys is None and rows and not any(sides):
        raise UntoldError("the fills do not say which side they are of, nor can they be asked for by order")
    orders, trades, assets = (_column(step, name, rows) for name in ("order_id", "trade_id", "fee_asset"))
    return tuple(
        Fill(
            order_id=orders[row],
            trade_id=trades[row],
            buys=sides[row] == _BUY if sides[row] else bool(buys),
            price=prices[row],
            quantity=quantities[row],
            fee=fees[row],
            fee_asset=assets[row] or quote,
        )
        for row in range(rows)
    )


def _column(step: ScenarioStep, name: str, rows: int) -> tuple[str, ...]:
    """A fact of every row; empty texts where not every row has it."""
    found = texts(step, name)
    return found if len(found) == rows else ("",) * rows


def tape_in(step: ScenarioStep) -> dict[str, TapeEntry]:
    """The trades that an answer tells, by their ids; none where the answer does not tell id, price and quantity of each."""
    names, prices, quantities = texts(step, "item_id"), numbers(step, "price"), numbers(step, "quantity")
    if not len(names) == len(prices) == len(quantities):
        return {}
    rows = zip(names, prices, quantities, strict=True)
    return {name: TapeEntry(price=price, quantity=quantity) for name, price, quantity in rows}


def holdings_in(step: ScenarioStep) -> dict[str, Decimal]:
    """Asset -> all that the account has of it, free and held.

    Raises:
        UntoldError: the profile does not read it.
        UnclearError: it is no amount.
    """
    assets, totals = texts(step, "asset"), numbers(step, "total")
    free, held = numbers(step, "free"), numbers(step, "held")
    if assets and len(free) == len(held) == len(assets):
        totals = tuple(available + reserved for available, reserved in zip(free, held, strict=True))
    if not assets or len(totals) != len(assets):
        raise UntoldError("the profile reads no asset with what is free and held of it from the balances")
    found: dict[str, Decimal] = {}
    for asset, total in zip(assets, totals, strict=True):
        found[asset] = found.get(asset, _ZERO) + total
    return found


def changes_by(fills: Iterable[Fill], *, base: str, quote: str) -> dict[str, Decimal]:
    """Asset -> by how much fills and their fees change what the account has."""
    changes = {base: _ZERO, quote: _ZERO}
    for fill in fills:
        sign = 1 if fill.buys else -1
        changes[base] += sign * fill.quantity
        changes[quote] -= sign * fill.price * fill.quantity
        changes[fill.fee_asset] = changes.get(fill.fee_asset, _ZERO) - fill.fee
    return changes


def on_the_tape(fills: tuple[Fill, ...], tape: Mapping[str, TapeEntry]) -> tuple[Fill, ...]:
    """The same fills with price and quantity as the exchange's trades tell them; those that are not among the trades are left out.

    Raises:
        UntoldError: fills and trades have no ids in common, so that nothing tells which trades were the strategy's.
    """
    if fills and not any(fill.trade_id in tape for fill in fills):
        raise UntoldError("none of the fills is found in the book of trades by its id")
    known = ((fill, tape.get(fill.trade_id)) for fill in fills)
    return tuple(replace(fill, price=entry.price, quantity=entry.quantity) for fill, entry in known if entry is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the account had before and after."""

    before: Mapping[str, Decimal]
    after: Mapping[str, Decimal]

    def change(self, asset: str) -> Decimal:
        """By how much it changed.

        Raises:
            UntoldError: neither balance names the asset.
        """
        if asset not in self.before and asset not in self.after:
            raise UntoldError(f"the balances name no {asset}")
        return self.after.get(asset, _ZERO) - self.before.get(asset, _ZERO)


def reckoned(
    fills: tuple[Fill, ...], statement: Statement, tape: Mapping[str, TapeEntry], *, base: str, quote: str
) -> tuple[AssetChange, ...]:
    """The change of every asset that fills touched, three ways; base and quote come first.

    Raises:
        UntoldError: one of the three can't tell.
    """
    by_fills = changes_by(fills, base=base, quote=quote)
    by_trades = changes_by(on_the_tape(fills, tape), base=base, quote=quote)
    return tuple(
        AssetChange(asset=asset, from_fills=change, from_balances=statement.change(asset), from_trades=by_trades.get(asset, _ZERO))
        for asset, change in by_fills.items()
    )
