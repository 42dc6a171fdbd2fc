"""Places orders through each SDK while the network does its worst: ``python -m benchmarks.orders [--orders N] [--language …] [--seed N]``.

The orders go through each SDK's harness to the reference exchange, behind a relay that makes random trouble, several on one order. Then
the exchange's own account is read: no order may be lost (told to stand, and not there), hidden (told not to stand, and there) or doubled,
and fills and balances must add up. Exit code 1 where this does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.driven import REFERENCE, SDKS, Driven, conversation, driven, reference_api
from benchmarks.orders_account import BAD, GOOD, Account, End, account_of, difference, end_of, unfilled
from benchmarks.orders_plan import TROUBLES, PlannedOrder, planned_orders
from benchmarks.table import Table, show
from certification.evidence.scenarios.run import AS_IT_IS, Stage
from certification.isolation.process import ProcessRunner
from certification.profiles import load_profile
from certification.sandboxes.mock.relay import Relay
from certification.sandboxes.mock.trouble import RelayPlan, Trouble
from certification.sandboxes.open import open_sandbox

if TYPE_CHECKING:
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.json_text import JsonValue

_PATIENCE_MS = 400
_MOST_WAIT_MS = 5000
_UNLIMITED = 1_000_000
"""Calls in ten seconds: what is tried here is not the exchange's patience."""
_SETTLED_S = 30.0
_SWEEP = 40
"""Orders of one program after which all open ones are cancelled: an account has at most 500 open."""
_EACH = 25
"""Orders for one program at least, eight programs at most: most of the time is waiting."""
_MOST_PROGRAMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one SDK made of all orders."""

    ends: dict[int, End]
    """By the orders' numbers."""
    answers: dict[int, dict[str, JsonValue]]
    unbalanced: tuple[str, ...]
    """What does not add up on the exchange, in words."""
    elapsed_s: float

    def count(self, orders: tuple[PlannedOrder, ...], end: End) -> int:
        """How many of these orders ended so."""
        return sum(self.ends[order.number] is end for order in orders)

    @property
    def good(self) -> bool:
        """Whether nothing was lost, hidden, doubled or told wrongly, and everything adds up."""
        return not self.unbalanced and all(end in GOOD for end in self.ends.values())


def tried(sdk: Driven, orders: tuple[PlannedOrder, ...], seed: int) -> Outcome:
    """Place all orders through one SDK on a sandbox of its own, and reconcile."""
    profile, api = load_profile(REFERENCE / "profile.yaml"), reference_api()
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ, rate_limit=_UNLIMITED) as sandbox:
        stage = Stage(base_url=sandbox.host_url, headers=(), accounts=sandbox.accounts, ours=False, replay=AS_IT_IS)
        before = account_of(profile, api, stage)
        begun = time.monotonic()
        answers = asyncio.run(_placed(sdk, orders, sandbox, seed))
        elapsed_s = time.monotonic() - begun
        after = account_of(profile, api, stage)
    standing = after.standing()
    return Outcome(
        ends={order.number: end_of(order, answers[order.number], standing.get(order.price, ())) for order in orders},
        answers=answers,
        unbalanced=tuple(_unbalanced(before, after, orders)),
        elapsed_s=elapsed_s,
    )


def _unbalanced(before: Account, after: Account, orders: tuple[PlannedOrder, ...]) -> Iterator[str]:
    for asset, wrong in difference(before, after).items():
        if wrong:
            yield f"{asset} is {wrong} off what the fills add up to"
    for order in unfilled(after):
        yield f"order {order['order_id']} has other fills than it says"
    known = {order["order_id"] for order in before.orders}
    asked = {order.price for order in orders}
    for order in after.orders:
        if order["order_id"] not in known and order["price"] is not None and Decimal(order["price"]) not in asked:
            yield f"order {order['order_id']} at {order['price']} was never asked for"


async def _placed(sdk: Driven, orders: tuple[PlannedOrder, ...], sandbox: Sandbox, seed: int) -> dict[int, dict[str, JsonValue]]:
    """What the SDK says of each order, by number; all that was under way has arrived."""
    relay = Relay(RelayPlan(target=sandbox.host_url, calls=tuple(order.case() for order in orders)), io.BytesIO())
    server = await relay.serve("127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    programs = min(_MOST_PROGRAMS, max(1, len(orders) // _EACH))
    parts = [orders[first::programs] for first in range(programs)]
    told = await asyncio.gather(*(_one_program(sdk, part, sandbox, url, seed + first) for first, part in enumerate(parts)))
    async with asyncio.timeout(_SETTLED_S):
        await relay.settled()
    server.close()
    return {number: answer for answers in told for number, answer in answers.items()}


async def _one_program(
    sdk: Driven, orders: tuple[PlannedOrder, ...], sandbox: Sandbox, url: str, seed: int
) -> dict[int, dict[str, JsonValue]]:
    answers: dict[int, dict[str, JsonValue]] = {}
    async with conversation(sdk) as talk:
        for place, order in enumerate(orders):
            if place % _SWEEP == 0:
                await talk.ask({"configure": _settings(sdk, sandbox, sandbox.host_url, seed)})
                await talk.ask({"call": {"operation": "cancelAllOrders"}})
                await talk.ask({"configure": _settings(sdk, sandbox, url, seed + place)})
            answers[order.number] = await talk.ask(order.call())
    return answers


def _settings(sdk: Driven, sandbox: Sandbox, url: str, seed: int) -> dict[str, JsonValue]:
    first = sandbox.accounts[0]
    return {
        "base_url": url,
        "key": first.key,
        "secret": first.secret,
        "passphrase": first.passphrase,
        "timeout_ms": _PATIENCE_MS,
        "now_ms": None,
        "nonce": None,
        "retries": 2,
        "rate_limits": True,
        "max_wait_ms": _MOST_WAIT_MS,
        "seed": seed,
        "asynchronous": sdk.asynchronous,
    }


def table_of(sdk: Driven, orders: tuple[PlannedOrder, ...], outcome: Outcome) -> Table:
    """A row for each first trouble, with and without client order ids."""
    causes = ((trouble, named) for trouble in (Trouble.NONE, *TROUBLES) for named in (True, False))
    rows = tuple(row for cause in causes if (row := _row(*cause, orders, outcome)) is not None)
    troubled = sum(bool(order.troubles) for order in orders)
    again = sum(len(order.troubles) > 1 for order in orders)
    total = ("all", str(len(orders)), *(str(outcome.count(orders, end)) for end in End))
    return Table(
        title=f"{sdk.name}: {len(orders)} orders, {'nothing lost, hidden or doubled' if outcome.good else 'NOT GOOD'}",
        columns=("first trouble", "orders", *(end.value for end in End)),
        rows=(*rows, total),
        notes=(
            f"{troubled} orders met trouble, {again} of them again when they were sent again; {outcome.elapsed_s:.0f} s",
            *(outcome.unbalanced or ("orders, fills and balances of the exchange's account add up",)),
        ),
    )


def _row(trouble: Trouble, named: bool, orders: tuple[PlannedOrder, ...], outcome: Outcome) -> tuple[str, ...] | None:
    meant = tuple(order for order in orders if order.cause == trouble.value and (order.client_order_id is not None) is named)
    if not meant:
        return None
    counts = (outcome.count(meant, end) for end in End)
    return (f"{trouble.value}, {'with id' if named else 'without'}", str(len(meant)), *(str(count) if count else "" for count in counts))


def main(arguments: list[str] | None = None) -> int:
    """Print a table for each SDK."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orders", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000, help="how many for each SDK (default 10000)")
    parser.add_argument("--language", action="append", choices=SDKS, help="only this one; may be repeated (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="decides on orders and troubles (default 1)")
    given = parser.parse_args(arguments)
    orders = planned_orders(given.orders, given.seed)
    good = True
    with tempfile.TemporaryDirectory(prefix="certify-orders-") as folder:
        for sdk in driven(tuple(given.language or SDKS), Path(folder)):
            outcome = tried(sdk, orders, given.seed)
            show(table_of(sdk, orders, outcome))
            for number, end in outcome.ends.items():
                if end in BAD:
                    print(f"order {number} ({', '.join(orders[number - 1].troubles) or 'no trouble'}): {end}: {outcome.answers[number]}")
            good = good and outcome.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
