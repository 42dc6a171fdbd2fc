"""Show 4: ``python -m benchmarks.model [--actions N] [--fault NAME]… [--seed N]``, the model and the reference exchange side by side.

In one process, without a network: random trading actions until ``--actions`` are done, compared after each; then each fault that moves
money, until the model contradicts it, with the shortest sequence that shows it. Exit code 1 where the two part ways without a fault, or
where a fault is not found by a sequence of at most eight actions.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.table import Table, seconds, show
from certification.evidence.facts import UnclearError
from certification.evidence.model.action import Manner, Place
from certification.evidence.model.agreement import Disagreement, disagreement
from certification.evidence.model.chance import Abilities, Draw, by_chance
from certification.evidence.model.explore import Plan, explore, play
from certification.evidence.model.terms import FeeAsset, HeldForBuys, Rounding, SelfTrade, Terms
from certification.evidence.record import Call, Message, ScenarioStep
from certification.sandboxes.reference.assembly import ReferenceOptions, assemble
from certification.sandboxes.reference.engine.order import Order, OrderRequest, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalError
from certification.sandboxes.reference.faults import FAULTS
from certification.sandboxes.reference.web import views

SYMBOL = "BTC-USD"
LENGTH = 12
MOST_ACTIONS = 8
_ACCOUNTS = {"first": "alice", "second": "bob"}
_IN_FORCE = {
    Manner.REST: TimeInForce.GTC,
    Manner.IMMEDIATE: TimeInForce.IOC,
    Manner.WHOLE: TimeInForce.FOK,
    Manner.PASSIVE: TimeInForce.POST_ONLY,
    Manner.MARKET: TimeInForce.IOC,
}
TERMS = Terms(
    base="BTC",
    quote="USD",
    quantity=Decimal("0.01"),
    quantity_step=Decimal("0.00001"),
    maker_fee=Decimal("0.001"),
    taker_fee=Decimal("0.002"),
    fee_step=Decimal("0.00000001"),
    fee_rounding=Rounding.DOWN,
    fee_asset=FeeAsset.QUOTE,
    held_for_buys=HeldForBuys.NOTIONAL_AND_FEE,
    self_trade=SelfTrade.CANCEL_NEWEST,
    prices=tuple(Decimal(price) for price in ("59996.13", "59998.37", "59999.99", "60001.71", "60003.29")),
    crossing=True,
)
"""What the exchange's profile says, and prices inside the spread of its house."""
ABILITIES = Abilities(manners=frozenset(Manner), repeats=True)
Facts = tuple[tuple[str, str], ...]


class EngineGround:
    """The reference exchange's engine, as the model's traders meet it."""

    def __init__(self, *faults: str) -> None:
        self._venue = assemble(ReferenceOptions(faults=faults), environment={}, clock=lambda: self._now).venue
        self._exchange = self._venue.exchange
        self._names = 0

    _now = 1_767_225_600_000

    def place(self, who: str, action: Place, client_id: str, label: str) -> ScenarioStep:
        """Place an order."""
        market = action.manner is Manner.MARKET
        request = OrderRequest(
            symbol=SYMBOL,
            side=Side(action.side.value),
            type=OrderType.MARKET if market else OrderType.LIMIT,
            time_in_force=_IN_FORCE[action.manner],
            price=None if market else TERMS.prices[action.level],
            quantity=action.quantity,
            client_order_id=client_id,
        )
        try:
            placed = self._exchange.place(_ACCOUNTS[who], request, self._now)
        except RefusalError as refusal:
            return _step(label, 409, (), refusal.code.value)
        finally:
            self._venue.settle(self._now)
        return _step(label, 201, _order(placed.order))

    def cancel(self, who: str, identity: dict[str, str], label: str) -> ScenarioStep:
        """Cancel one."""
        try:
            return _step(label, 200, _order(self._exchange.cancel(_ACCOUNTS[who], int(identity["order_id"]), self._now)))
        except RefusalError as refusal:
            return _step(label, 409, (), refusal.code.value)

    def look(self, what: str, who: str, identity: dict[str, str], label: str) -> ScenarioStep | None:
        """Ask for something."""
        account, order_id = _ACCOUNTS[who], int(identity.get("order_id", 0))
        match what:
            case "balances":
                held = self._exchange.ledger.balances(account).items()
                facts = tuple(
                    pair for asset, each in held for pair in (("asset", asset), ("free", f"{each.available}"), ("held", f"{each.held}"))
                )
            case "open_orders":
                facts = tuple(("order_id", str(order.order_id)) for order in self._exchange.open_orders(account, SYMBOL))
            case "order":
                facts = _order(self._exchange.order(account, order_id))
            case "fills":
                documents = [views.fill(each, "USD") for each in self._exchange.journal.fills(account) if each.order_id == order_id]
                names = ("order_id", "price", "quantity", "fee", "fee_asset", "liquidity")
                facts = tuple((name, str(document[name])) for document in documents for name in names)
            case _:
                levels = {
                    name: tuple(self._exchange.books[SYMBOL].levels(side)) for name, side in (("bids", Side.BUY), ("asks", Side.SELL))
                }
                facts = tuple(
                    pair
                    for name, side in levels.items()
                    for price, quantity in side
                    for pair in ((f"{name}.price", str(price)), (f"{name}.quantity", str(quantity)))
                )
        return _step(label, 200, facts)

    def new_client_id(self) -> str:
        """An id that no order has had."""
        self._names += 1
        return f"n{self._names}"

    def wait(self, seconds: float) -> None:
        """The engine is never behind: there is nothing to wait for."""

    def tidy(self) -> None:
        """Cancel what rests."""
        for account in _ACCOUNTS.values():
            self._exchange.cancel_all(account, SYMBOL, self._now)
        self._venue.settle(self._now)


def _order(order: Order) -> Facts:
    document = views.order(order)
    names = {"order_id": "order_id", "status": "status", "filled": "filled_quantity", "notional": "notional", "fee": "fee"}
    return tuple((name, str(document[theirs])) for name, theirs in names.items())


def _step(label: str, status: int, facts: Facts, body: str = "") -> ScenarioStep:
    message = Message(start=str(status), headers=(), body=body)
    call = Call(operation=label, actor="", request=message, response=message, status=status, elapsed_ms=0)
    return ScenarioStep(label=label, call=call, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the model found of one fault."""

    fault: str
    found: Disagreement | None
    elapsed_s: float

    @property
    def good(self) -> bool:
        """Whether it was found by a short sequence."""
        return self.found is not None and len(self.found.actions) <= MOST_ACTIONS


def agreed_actions(seed: int, actions: int) -> tuple[int, Disagreement | None]:
    """How many actions were done on a correct exchange, and where it parted from the model; ``None`` where it never did."""
    ground, done, number = EngineGround(), 0, 0
    while done < actions:
        played = play(by_chance(TERMS, ABILITIES, Draw(seed=seed, number=number, length=min(LENGTH, actions - done))), ground, TERMS, ())
        done, number = done + len(played.actions), number + 1
        if played.differences:
            return done, disagreement(played.steps)
    return done, None


def contradiction(fault: str, seed: int, sequences: int = 60) -> Contradiction:
    """Look for the shortest sequence on which a fault shows."""
    begun = time.monotonic()
    plan = Plan(seed=seed, sequences=sequences, length=LENGTH, tries=200)
    try:
        found = disagreement(tuple(explore(EngineGround(fault), TERMS, ABILITIES, plan)))
    except UnclearError:
        found = None
    return Contradiction(fault=fault, found=found, elapsed_s=time.monotonic() - begun)


def money_faults() -> tuple[str, ...]:
    """The faults that the model must find."""
    return tuple(fault.name for fault in FAULTS if fault.moves_money)


def main(arguments: list[str] | None = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model", description=__doc__)
    parser.add_argument("--actions", type=int, default=100_000)
    parser.add_argument("--fault", action="append", choices=money_faults(), help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    done, parted = agreed_actions(given.seed, given.actions)
    elapsed = time.monotonic() - begun
    told = "agreed after each" if parted is None else f"parted: {parted.differences[0].told} after {'; '.join(parted.actions)}"
    print(f"{done:,} actions in {seconds(elapsed)}: {told}\n", flush=True)
    rows = [contradiction(fault, given.seed) for fault in given.fault or money_faults()]
    show(
        Table(
            title="Faults that move money: the shortest sequence on which model and exchange part",
            columns=("fault", "actions", "found in", "what differs"),
            rows=tuple(
                (
                    row.fault,
                    str(len(row.found.actions)) if row.found else "NOT FOUND",
                    seconds(row.elapsed_s),
                    row.found.differences[0].told if row.found else "-",
                )
                for row in rows
            ),
        )
    )
    return 0 if parted is None and all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
