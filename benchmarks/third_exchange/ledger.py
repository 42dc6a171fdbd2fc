"""Who owns what: totals, holds, and the entry behind every change of a total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from benchmarks.third_exchange.assets import ASSETS
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.names import Names

EntryKind = Literal["deposit", "trade", "withdrawal"]
_NONE = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Purse:
    """One account's money in one asset."""

    total: Decimal = Decimal(0)
    held: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What may be spent."""
        return self.total - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of a total: `balance` is what it was afterwards, before + amount - fee."""

    id: str
    reference: str
    account: str
    time: int
    kind: EntryKind
    asset: str
    amount: Decimal
    fee: Decimal
    balance: Decimal


class Ledger:
    """Every account's purses and entries."""

    def __init__(self, names: Names, defects: Defects) -> None:
        self._names = names
        self._defects = defects
        self._purses: dict[str, dict[str, Purse]] = {}
        self.entries: list[Entry] = []

    def open(self, account: str, funds: dict[str, Decimal], time: int) -> None:
        """Open an account with these deposits."""
        self._purses[account] = {asset: Purse() for asset in ASSETS}
        for asset, amount in funds.items():
            self.post(account, asset, amount=amount, kind="deposit", reference=self._names.next("D"), time=time)

    def purses(self, account: str) -> dict[str, Purse]:
        """An account's purses by asset."""
        return self._purses[account]

    def purse(self, account: str, asset: str) -> Purse:
        """One purse."""
        return self._purses[account][asset]

    def post(self, account: str, asset: str, *, amount: Decimal, kind: EntryKind, reference: str, time: int, fee: Decimal = _NONE) -> None:
        """Change a total and write the entry."""
        purse = self.purse(account, asset)
        before = purse.total
        purse.total += amount - fee
        if fee and kind == "withdrawal" and self._defects.on("withdrawal-fee-kept"):
            purse.total += fee
        if fee and kind == "trade" and amount > 0 and self._defects.on("seller-fee-not-taken"):
            purse.total += fee
        self.entries.append(
            Entry(
                id=self._names.next("L"),
                reference=reference,
                account=account,
                time=time,
                kind=kind,
                asset=asset,
                amount=amount,
                fee=Decimal(0) if kind == "trade" and self._defects.on("ledger-hides-fee") else fee,
                balance=before if kind == "trade" and self._defects.on("ledger-balance-before") else purse.total,
            )
        )
