"""Who has what: an account per owner and currency, and every entry that changed it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from benchmarks.fourth_exchange.form import amount, iso
from benchmarks.fourth_exchange.products import CURRENCIES
from benchmarks.fourth_exchange.refusals import Refusal

EntryKind = Literal["deposit", "withdrawal", "match", "fee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of a balance: `details` names what caused it."""

    number: int
    at: int
    amount: Decimal
    balance: Decimal
    kind: EntryKind
    details: dict[str, str]

    def told(self) -> dict[str, object]:
        """As the exchange writes it."""
        return {
            "id": self.number,
            "created_at": iso(self.at),
            "amount": amount(self.amount),
            "balance": amount(self.balance),
            "type": self.kind,
            "details": self.details,
        }


@dataclass(slots=True, kw_only=True)
class Account:
    """What an owner has of a currency; `hold` is the part that open orders keep."""

    id: str
    owner: str
    currency: str
    balance: Decimal = Decimal(0)
    hold: Decimal = Decimal(0)
    entries: list[Entry] = field(default_factory=list)

    @property
    def available(self) -> Decimal:
        """What may be spent."""
        return self.balance - self.hold

    def told(self) -> dict[str, str]:
        """As the exchange writes it."""
        return {
            "id": self.id,
            "currency": self.currency,
            "balance": amount(self.balance),
            "available": amount(self.available),
            "hold": amount(self.hold),
        }

    def afford(self, needed: Decimal) -> None:
        """Nothing, if there is enough.

        Raises:
            Refusal: there is not.
        """
        if needed > self.available:
            raise Refusal(422, "insufficient_funds", f"{amount(needed)} {self.currency} needed, {amount(self.available)} available")


class Ledger:
    """All accounts."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], Account] = {}
        self._entries = 0

    def open(self, owner: str, funds: dict[str, Decimal], at: int) -> None:
        """Give an owner an account per currency, with a deposit in each."""
        for currency in CURRENCIES:
            account = self._accounts[owner, currency] = Account(id=str(uuid.uuid4()), owner=owner, currency=currency)
            self.book(account, funds[currency], "deposit", {"transfer_id": str(uuid.uuid4())}, at)

    def of(self, owner: str, currency: str) -> Account:
        """One account."""
        return self._accounts[owner, currency]

    def by_id(self, name: str) -> Account | None:
        """The account of this id."""
        return next((account for account in self._accounts.values() if account.id == name), None)

    def all_of(self, owner: str) -> list[Account]:
        """Every account of an owner."""
        return [account for account in self._accounts.values() if account.owner == owner]

    def book(self, account: Account, change: Decimal, kind: EntryKind, details: dict[str, str], at: int) -> None:
        """Change a balance and say why."""
        account.balance += change
        self._entries += 1
        entry = Entry(number=self._entries, at=at, amount=change, balance=account.balance, kind=kind, details=details)
        account.entries.append(entry)
