"""Money that leaves Osprey."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.fourth_exchange.engine import Engine
from benchmarks.fourth_exchange.form import SECOND, amount, iso, only, page, read_amount
from benchmarks.fourth_exchange.products import ATOM, CURRENCIES
from benchmarks.fourth_exchange.refusals import Refusal, invalid, missing
from benchmarks.fourth_exchange.rest import Answer, Asked, Call
from benchmarks.fourth_exchange.wishes import read_client_id

_TAKES = 3 * SECOND
_ADDRESS = re.compile(r"[A-Za-z0-9]{8,90}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One withdrawal: `amount` arrives at the address, `fee` is taken besides."""

    id: str
    number: int
    owner: str
    client_wid: str | None
    currency: str
    amount: Decimal
    fee: Decimal
    address: str
    created: int

    def told(self, now: int) -> dict[str, str | None]:
        """As the exchange writes it."""
        sent = self.created + _TAKES
        return {
            "id": self.id,
            "client_wid": self.client_wid,
            "currency": self.currency,
            "amount": amount(self.amount),
            "fee": amount(self.fee),
            "address": self.address,
            "status": "completed" if now >= sent else "pending",
            "created_at": iso(self.created),
            "completed_at": iso(sent) if now >= sent else None,
        }


class Withdrawals:
    """The calls that move money out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._all: list[Withdrawal] = []
        self.calls = (
            Call(method="POST", path="/withdrawals", run=self._withdraw, permission="transfer"),
            Call(method="GET", path="/withdrawals", run=self._list, permission="view"),
            Call(method="GET", path="/withdrawals/{id}", run=self._one, permission="view"),
        )

    def _withdraw(self, asked: Asked) -> Answer:
        only(asked.body, ("currency", "amount", "address", "client_wid"))
        currency = asked.body.get("currency")
        if not isinstance(currency, str) or currency not in CURRENCIES:
            raise invalid("currency", f"must be one of {', '.join(CURRENCIES)}")
        size, address = read_amount(asked.body, "amount"), asked.body.get("address")
        if size is None or size % ATOM:
            raise invalid("amount", "must be given, with eight decimals at most")
        if not isinstance(address, str) or _ADDRESS.fullmatch(address) is None:
            raise invalid("address", "must be 8 to 90 letters and digits")
        client = read_client_id(asked.body, "client_wid")
        wrong = self._engine.wrong
        if (
            not wrong("client-wid-not-unique")
            and client is not None
            and any(each.owner == asked.owner and each.client_wid == client for each in self._all)
        ):
            raise Refusal(409, "duplicate_client_wid", "a withdrawal with this client_wid exists")
        if size < CURRENCIES[currency].least and not wrong("withdrawal-minimum-ignored"):
            raise Refusal(422, "below_minimum", f"amount must be at least {CURRENCIES[currency].least} {currency}")
        return Answer(content=self._send(asked.owner, currency, size, address, client).told(self._engine.now()))

    def _send(self, owner: str, currency: str, size: Decimal, address: str, client: str | None) -> Withdrawal:
        fee, at, ledger = CURRENCIES[currency].fee, self._engine.now(), self._engine.ledger
        account = ledger.of(owner, currency)
        if self._engine.wrong("withdrawal-spends-held"):
            account.hold, hold = Decimal(0), account.hold
            account.afford(size + fee)
            account.hold = hold
        elif not self._engine.wrong("withdrawal-not-checked"):
            account.afford(size + fee)
        withdrawal = Withdrawal(
            id=str(uuid.uuid4()),
            number=len(self._all) + 1,
            owner=owner,
            client_wid=client,
            currency=currency,
            amount=size,
            fee=fee,
            address=address,
            created=at,
        )
        self._all.append(withdrawal)
        ledger.book(account, -size, "withdrawal", {"transfer_id": withdrawal.id}, at)
        if not self._engine.wrong("withdrawal-fee-not-taken"):
            ledger.book(account, -fee, "fee", {"transfer_id": withdrawal.id}, at)
        return withdrawal

    def _list(self, asked: Asked) -> Answer:
        own = [each for each in self._all if each.owner == asked.owner]
        told, after = page(own, lambda each: each.number, asked.query)
        return Answer(content=[each.told(self._engine.now()) for each in told], after=after)

    def _one(self, asked: Asked) -> Answer:
        for each in self._all:
            if each.id == asked.path["id"] and (each.owner == asked.owner or self._engine.wrong("foreign-withdrawal-readable")):
                return Answer(content=each.told(self._engine.now()))
        raise missing("withdrawal")
