"""Starts Osprey in this process."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import WebSocketRoute

from benchmarks.fourth_exchange.defects import Defects
from benchmarks.fourth_exchange.engine import Engine
from benchmarks.fourth_exchange.gate import Gate, Key, Limits, Permission
from benchmarks.fourth_exchange.house import House
from benchmarks.fourth_exchange.market import Market
from benchmarks.fourth_exchange.rest import Rest, astray
from benchmarks.fourth_exchange.streams import Streams
from benchmarks.fourth_exchange.trading import Trading
from benchmarks.fourth_exchange.withdrawals import Withdrawals

_ALL: tuple[Permission, ...] = ("view", "trade", "transfer")
_VIEW: tuple[Permission, ...] = ("view",)
OWNERS = (("FIRST", "first", _ALL), ("SECOND", "second", _ALL), ("OBSERVER", "first", _VIEW))
FUNDS = {"BTC": Decimal(50), "ETH": Decimal(500), "USD": Decimal(1_000_000)}


def keys_from(environment: Mapping[str, str]) -> tuple[Key, ...]:
    """The keys that the environment names (`OSPREY_FIRST_KEY`, …); random ones, which nobody knows, where it does not."""
    return tuple(
        Key(
            key=environment.get(f"OSPREY_{name}_KEY") or secrets.token_hex(16),
            secret=environment.get(f"OSPREY_{name}_SECRET") or base64.b64encode(secrets.token_bytes(48)).decode(),
            passphrase=environment.get(f"OSPREY_{name}_PASSPHRASE") or secrets.token_hex(8),
            owner=owner,
            permissions=permissions,
        )
        for name, owner, permissions in OWNERS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How time passes: clock (microseconds), what limits go by (seconds), trades before anybody comes, seconds between heartbeats."""

    clock: Callable[[], int] = lambda: time.time_ns() // 1000
    ticks: Callable[[], float] = time.monotonic
    trades: int = 36
    beat: float = 1.0


def application(keys: tuple[Key, ...], defects: Iterable[str] = (), limits: Limits | None = None, pace: Pace | None = None) -> Starlette:
    """The whole exchange.

    Raises:
        KeyError: a defect has no such name.
    """
    on, limits, pace = Defects(defects), limits or Limits(), pace or Pace()
    engine = Engine(on, pace.clock, limits.open_orders)
    house = House(engine)
    house.begin(pace.trades)
    for owner in dict.fromkeys(key.owner for key in keys):
        engine.ledger.open(owner, FUNDS, engine.now())
    gate = Gate(keys, limits, on, engine.now, pace.ticks)
    calls = (*Market(engine).calls, *Trading(engine).calls, *Withdrawals(engine).calls)
    stream = WebSocketRoute("/ws", Streams(engine, gate, house, pace.beat).serve)
    return Starlette(routes=[*Rest(gate, calls, house.turn).routes(), stream], exception_handlers={HTTPException: astray})
