"""Withdrawals: assets on their way out, held until they are sent or called back."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from certification.sandboxes.reference.engine.ledger import Cause, EntryKind
from certification.sandboxes.reference.engine.order import ZERO
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.sandboxes.reference.engine.ledger import Ledger
    from certification.sandboxes.reference.engine.rules import EngineRules

OUTSIDE = "outside"
"""The account that stands for everybody who is not here."""
PENDING_MS = 60_000
"""How long a withdrawal can be called back."""
FIRST_WITHDRAWAL_ID = 2**53 + 1
MOST_OF_ONE = Decimal(1_000_000)
_PROOF_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """How an asset leaves."""

    step: Decimal
    """Amounts are multiples of it."""
    least: Decimal
    fee: Decimal
    """On top of the amount, whatever that is."""


ASSETS = {
    "BTC": Asset(step=Decimal("0.00000001"), least=Decimal("0.0001"), fee=Decimal("0.00005")),
    "ETH": Asset(step=Decimal("0.00000001"), least=Decimal("0.001"), fee=Decimal("0.0005")),
    "USD": Asset(step=Decimal("0.01"), least=Decimal(1), fee=Decimal("0.5")),
}


class WithdrawalStatus(StrEnum):
    """How far a withdrawal is."""

    PENDING = "pending"
    """Held, and still to be called back."""
    SENT = "sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """What a client asks for. Two requests are the same when all their values are."""

    asset: str
    amount: Decimal
    address: str
    client_withdrawal_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A withdrawal as it is at one moment."""

    withdrawal_id: int
    account: str
    request: WithdrawalRequest
    fee: Decimal
    status: WithdrawalStatus
    created_at: int
    updated_at: int

    @property
    def client_withdrawal_id(self) -> str:
        """The owner's id for it, or one that no owner can choose."""
        return self.request.client_withdrawal_id or f"_{self.withdrawal_id}"

    @property
    def cost(self) -> Decimal:
        """What leaves the account."""
        return self.request.amount + self.fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A withdrawal that was taken in, or that had been before."""

    withdrawal: Withdrawal
    repeated: bool


def address_of(asset: str, body: str) -> str:
    """An address: the asset, what stands for a place, and a proof that nothing was misspelt."""
    beginning = f"{asset.lower()}1{body}"
    return beginning + _proof(beginning)


def is_address(asset: str, address: str) -> bool:
    """Whether an address is one of that asset, and not misspelt."""
    beginning, proof = address[:-_PROOF_LENGTH], address[-_PROOF_LENGTH:]
    return beginning.startswith(f"{asset.lower()}1") and proof == _proof(beginning)


def _proof(beginning: str) -> str:
    return hashlib.sha256(beginning.encode()).hexdigest()[:_PROOF_LENGTH]


class Withdrawals:
    """Every withdrawal of the exchange. Instants come from the caller and never go back."""

    def __init__(self, ledger: Ledger, rules: EngineRules) -> None:
        self._ledger = ledger
        self._rules = rules
        self._by_id: dict[int, Withdrawal] = {}
        self._by_client_id: dict[tuple[str, str], int] = {}
        self._pending: deque[int] = deque()
        self._next_id = FIRST_WITHDRAWAL_ID

    def advance(self, now: int) -> None:
        """Send what was held long enough."""
        while self._pending and self._by_id[self._pending[0]].created_at + PENDING_MS <= now:
            withdrawal = self._by_id[self._pending.popleft()]
            if withdrawal.status is WithdrawalStatus.PENDING:
                self._ledger.release(withdrawal.account, withdrawal.request.asset, withdrawal.cost)
                sent_at = withdrawal.created_at + PENDING_MS
                self._send(withdrawal, withdrawal.cost, sent_at)
                self._enter(replace(withdrawal, status=WithdrawalStatus.SENT, updated_at=sent_at))

    def request(self, account: str, request: WithdrawalRequest, now: int) -> Requested:
        """Take a withdrawal in, and hold what it costs.

        Raises:
            RefusalError: it can't be paid for, its amount or address is none, or it reuses a client's id for something else.
        """
        known = self._repeated(account, request)
        if known is not None:
            if not self._rules.repeated_withdrawals_hold_once:
                self._ledger.hold(account, known.request.asset, known.cost)
            return Requested(withdrawal=known, repeated=True)
        request = self._admitted(request)
        withdrawal = Withdrawal(
            withdrawal_id=self._next_id,
            account=account,
            request=request,
            fee=ASSETS[request.asset].fee,
            status=WithdrawalStatus.PENDING,
            created_at=now,
            updated_at=now,
        )
        if not self._rules.withdrawals_are_paid_for:
            self._ledger.deposit(
                account, request.asset, max(ZERO, withdrawal.cost - self._ledger.balance(account, request.asset).available)
            )
        balance = self._ledger.balance(account, request.asset)
        if not self._rules.withdrawals_leave_holds_alone and balance.available < withdrawal.cost <= balance.total:
            self._ledger.deposit(account, request.asset, withdrawal.cost - balance.available)
        self._ledger.hold(account, request.asset, withdrawal.cost)
        self._next_id += 2
        self._pending.append(withdrawal.withdrawal_id)
        return Requested(withdrawal=self._enter(withdrawal), repeated=False)

    def cancel(self, account: str, withdrawal_id: int, now: int) -> Withdrawal:
        """Call a withdrawal back; one that was called back already stays as it is.

        Raises:
            RefusalError: the account has no such withdrawal, or it is sent.
        """
        withdrawal = self.withdrawal(account, withdrawal_id)
        if withdrawal.status is WithdrawalStatus.SENT:
            raise RefusalError(RefusalCode.WITHDRAWAL_NOT_PENDING, "the withdrawal is sent; only pending ones can be called back")
        if withdrawal.status is WithdrawalStatus.CANCELLED:
            if not self._rules.cancelled_withdrawals_give_back_once:
                self._ledger.deposit(withdrawal.account, withdrawal.request.asset, withdrawal.cost)
            return withdrawal
        self._ledger.release(withdrawal.account, withdrawal.request.asset, withdrawal.cost)
        if not self._rules.cancelled_withdrawals_give_the_fee_back:
            self._send(withdrawal, withdrawal.fee, now)
        return self._enter(replace(withdrawal, status=WithdrawalStatus.CANCELLED, updated_at=now))

    def withdrawal(self, account: str, withdrawal_id: int) -> Withdrawal:
        """One withdrawal of an account.

        Raises:
            RefusalError: it has no such withdrawal.
        """
        found = self._by_id.get(withdrawal_id)
        if found is None or (found.account != account and self._rules.owners_alone_see_withdrawals):
            raise RefusalError(RefusalCode.WITHDRAWAL_NOT_FOUND, "the account has no such withdrawal")
        return found

    def of(self, account: str) -> Iterator[Withdrawal]:
        """An account's withdrawals, newest first."""
        return (each for each in reversed(self._by_id.values()) if each.account == account)

    def _repeated(self, account: str, request: WithdrawalRequest) -> Withdrawal | None:
        if request.client_withdrawal_id is None or not self._rules.withdrawal_ids_are_unique:
            return None
        known = self._by_client_id.get((account, request.client_withdrawal_id))
        if known is None:
            return None
        if self._by_id[known].request != request and self._rules.withdrawal_ids_bind_the_content:
            raise RefusalError(
                RefusalCode.WITHDRAWAL_ID_REUSED, "the client withdrawal id belongs to a withdrawal with other content; choose another"
            )
        return self._by_id[known]

    def _admitted(self, request: WithdrawalRequest) -> WithdrawalRequest:
        """The request, held against what its asset asks for."""
        asset = ASSETS.get(request.asset)
        if asset is None:
            raise RefusalError(RefusalCode.ASSET_NOT_FOUND, "there is no such asset")
        if request.amount % asset.step:
            if self._rules.withdrawal_amounts_keep_the_step:
                raise RefusalError(RefusalCode.AMOUNT_OFF_STEP, f"an amount of {request.asset} is a multiple of {asset.step:f}")
            request = replace(request, amount=request.amount - request.amount % asset.step)
        if not asset.least <= request.amount <= MOST_OF_ONE:
            message = f"an amount of {request.asset} is at least {asset.least:f} and at most {MOST_OF_ONE:f}"
            raise RefusalError(RefusalCode.AMOUNT_OUT_OF_RANGE, message)
        if self._rules.withdrawal_addresses_are_checked and not is_address(request.asset, request.address):
            raise RefusalError(RefusalCode.ADDRESS_INVALID, f"that is no address of {request.asset}; look for a misspelling")
        return request

    def _send(self, withdrawal: Withdrawal, amount: Decimal, now: int) -> None:
        """Let an amount leave the exchange."""
        cause = Cause(kind=EntryKind.WITHDRAWAL, at=now, reference=withdrawal.withdrawal_id)
        self._ledger.transfer(withdrawal.request.asset, amount, payer=(withdrawal.account, cause), receiver=(OUTSIDE, cause))

    def _enter(self, withdrawal: Withdrawal) -> Withdrawal:
        """Keep a withdrawal's newest state."""
        self._by_id[withdrawal.withdrawal_id] = withdrawal
        self._by_client_id[withdrawal.account, withdrawal.client_withdrawal_id] = withdrawal.withdrawal_id
        return withdrawal
