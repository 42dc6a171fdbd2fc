"""Who owns what: balances that are never negative, sums that never change, and an entry for every change of a total."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from certification.sandboxes.reference.engine.order import ZERO
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One account's holding of one asset."""

    available: Decimal = ZERO
    held: Decimal = ZERO
    """Set aside for open orders."""

    @property
    def total(self) -> Decimal:
        """Available and held together."""
        return self.available + self.held


class EntryKind(StrEnum):
    """Why a total changed."""

    DEPOSIT = "deposit"
    TRADE = "trade"
    FEE = "fee"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What changes a total."""

    kind: EntryKind
    at: int
    reference: int | None = None
    """The order's or the withdrawal's id."""


OPENING = Cause(kind=EntryKind.DEPOSIT, at=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of a total."""

    entry_id: int
    asset: str
    amount: Decimal
    balance: Decimal
    """The total that it left."""
    cause: Cause


class Ledger:
    """Every balance of the exchange. After the opening deposits, the sum of each asset over all accounts stays as it is."""

    def __init__(self) -> None:
        self._balances: defaultdict[str, dict[str, Balance]] = defaultdict(dict)
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)
        self._next_entry_id = 1

    def entries(self, account: str) -> Iterator[Entry]:
        """An account's entries, newest first."""
        return reversed(self._entries[account])

    def balances(self, account: str) -> dict[str, Balance]:
        """An account's balances by asset, in the order of the assets' names."""
        return dict(sorted(self._balances[account].items()))

    def balance(self, account: str, asset: str) -> Balance:
        """One balance; nothing where the account never had any."""
        return self._balances[account].get(asset, Balance())

    def total(self, asset: str) -> Decimal:
        """What all accounts own of an asset together."""
        return sum((held.get(asset, Balance()).total for held in self._balances.values()), ZERO)

    def deposit(self, account: str, asset: str, amount: Decimal, cause: Cause = OPENING) -> None:
        """Bring an asset into the exchange."""
        self._change(account, asset, available=amount, held=ZERO)
        self._enter(account, asset, amount, cause)

    def hold(self, account: str, asset: str, amount: Decimal) -> None:
        """Set a part of what is available aside.

        Raises:
            RefusalError: less than that is available.
        """
        self._change(account, asset, available=-amount, held=amount)

    def release(self, account: str, asset: str, amount: Decimal) -> None:
        """Make what was held available again."""
        self._change(account, asset, available=amount, held=-amount)

    def transfer(self, asset: str, amount: Decimal, *, payer: tuple[str, Cause], receiver: tuple[str, Cause]) -> None:
        """Move an asset between two accounts' available balances; each has a cause of its own.

        Raises:
            RefusalError: the payer has less available.
        """
        for (account, cause), change in ((payer, -amount), (receiver, amount)):
            self._change(account, asset, available=change, held=ZERO)
            self._enter(account, asset, change, cause)

    def _enter(self, account: str, asset: str, amount: Decimal, cause: Cause) -> None:
        if not amount:
            return
        balance = self.balance(account, asset).total
        self._entries[account].append(Entry(entry_id=self._next_entry_id, asset=asset, amount=amount, balance=balance, cause=cause))
        self._next_entry_id += 1

    def _change(self, account: str, asset: str, *, available: Decimal, held: Decimal) -> None:
        before = self.balance(account, asset)
        after = Balance(available=before.available + available, held=before.held + held)
        if after.available < 0 or after.held < 0:
            raise RefusalError(
                RefusalCode.INSUFFICIENT_FUNDS, f"the account has not enough {asset} available; cancel orders, or order less"
            )
        self._balances[account][asset] = after
