"""Who owns what: balances that are never negative and sums that never change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from certification.sandboxes.reference.engine.order import ZERO
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError


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


class Ledger:
    """Every balance of the exchange. After the opening deposits, the sum of each asset over all accounts stays as it is."""

    def __init__(self) -> None:
        self._balances: defaultdict[str, dict[str, Balance]] = defaultdict(dict)

    def balances(self, account: str) -> dict[str, Balance]:
        """An account's balances by asset, in the order of the assets' names."""
        return dict(sorted(self._balances[account].items()))

    def balance(self, account: str, asset: str) -> Balance:
        """One balance; nothing where the account never had any."""
        return self._balances[account].get(asset, Balance())

    def total(self, asset: str) -> Decimal:
        """What all accounts own of an asset together."""
        return sum((held.get(asset, Balance()).total for held in self._balances.values()), ZERO)

    def deposit(self, account: str, asset: str, amount: Decimal) -> None:
        """Bring an asset into the exchange."""
        self._change(account, asset, available=amount, held=ZERO)

    def hold(self, account: str, asset: str, amount: Decimal) -> None:
        """Set a part of what is available aside.

        Raises:
            RefusalError: less than that is available.
        """
        self._change(account, asset, available=-amount, held=amount)

    def release(self, account: str, asset: str, amount: Decimal) -> None:
        """Make what was held available again."""
        self._change(account, asset, available=amount, held=-amount)

    def transfer(self, asset: str, amount: Decimal, *, payer: str, receiver: str) -> None:
        """Move an asset between two accounts' available balances.

        Raises:
            RefusalError: the payer has less available.
        """
        self._change(payer, asset, available=-amount, held=ZERO)
        self._change(receiver, asset, available=amount, held=ZERO)

    def _change(self, account: str, asset: str, *, available: Decimal, held: Decimal) -> None:
        before = self.balance(account, asset)
        after = Balance(available=before.available + available, held=before.held + held)
        if after.available < 0 or after.held < 0:
            raise RefusalError(
                RefusalCode.INSUFFICIENT_FUNDS, f"the account has not enough {asset} available; cancel orders, or order less"
            )
        self._balances[account][asset] = after
