"""The running exchange: the engine, the house that keeps its books filled, the demonstration accounts and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from decimal import Decimal

from certification.sandboxes.reference.accounts import FIRST_ACCOUNT, OPENING_BALANCES, Credential
from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.house import House
from certification.sandboxes.reference.engine.ledger import Cause, EntryKind
from certification.sandboxes.reference.engine.order import Event, OrderRequest, OrderType, Side, TimeInForce, Trade
from certification.sandboxes.reference.engine.rules import EngineRules

EXAMPLE_AGE_MS = 4 * 60 * 60 * 1000
"""Before the house's history begins."""
EXAMPLE_ORDER = OrderRequest(
    symbol="BTC-USD",
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    price=Decimal(50_000),
    quantity=Decimal("0.01"),
    client_order_id="demo-1",
)

Clock = Callable[[], int]
"""Milliseconds since 1970."""


def system_clock() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000


class Venue:
    """One exchange with everything in it."""

    def __init__(self, credentials: Iterable[Credential], *, seed: int, rules: EngineRules, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._latest = clock()
        self._listeners: list[Callable[[Event], None]] = []
        self.exchange = Exchange(rules=rules)
        for account in sorted({credential.account for credential in credentials}):
            for asset, amount in OPENING_BALANCES:
                opening = Cause(kind=EntryKind.DEPOSIT, at=self._latest - EXAMPLE_AGE_MS)
                self.exchange.ledger.deposit(account, asset, amount, opening)
        self._leave_example()
        self._house = House(self.exchange, seed)
        self._house.open(self._latest)

    def now(self) -> int:
        """The exchange's time: the clock's, except that it never goes back."""
        self._latest = max(self._latest, self._clock())
        return self._latest

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have every event from now on told, in order."""
        self._listeners.append(listener)

    def pass_time(self, now: int) -> None:
        """Let everything happen that was due by ``now``, and tell it."""
        self.exchange.advance(now)
        self._tell()

    def settle(self, now: int) -> None:
        """After a command: tell what happened, and let the house fill the books again where it traded."""
        if self._tell():
            self._house.quote(now)
            self._tell()

    def _leave_example(self) -> None:
        """Place and cancel the order that the description's examples name, so that calls made from them find it."""
        placed = self.exchange.place(FIRST_ACCOUNT, EXAMPLE_ORDER, self._latest - EXAMPLE_AGE_MS)
        self.exchange.cancel(FIRST_ACCOUNT, placed.order.order_id, self._latest - EXAMPLE_AGE_MS)

    def _tell(self) -> bool:
        events = self.exchange.drain_events()
        for event in events:
            for listener in self._listeners:
                listener(event)
        return any(isinstance(event, Trade) for event in events)
