"""Starts Petrel in this process."""

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

from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.funding import Funding
from benchmarks.third_exchange.gate import Gate, Key, Limits
from benchmarks.third_exchange.house import House
from benchmarks.third_exchange.public import Public
from benchmarks.third_exchange.rest import PRIVATE, Rest, gateway
from benchmarks.third_exchange.streams import Streams
from benchmarks.third_exchange.trading import Trading

OWNERS = (("FIRST", "first", True), ("SECOND", "second", True), ("OBSERVER", "first", False))
FUNDS = {"XXBT": Decimal(100), "XETH": Decimal(1000), "ZUSD": Decimal(5_000_000)}


def keys_from(environment: Mapping[str, str]) -> tuple[Key, ...]:
    """The keys that the environment names (`PETREL_FIRST_KEY`, …); random ones, which nobody knows, where it does not."""
    return tuple(
        Key(
            key=environment.get(f"PETREL_{name}_KEY") or secrets.token_hex(24),
            secret=environment.get(f"PETREL_{name}_SECRET") or base64.b64encode(secrets.token_bytes(64)).decode(),
            account=account,
            trades=trades,
        )
        for name, account, trades in OWNERS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How time passes: clock (microseconds), what limits go by (seconds), trades before anybody comes, silence before a heartbeat."""

    clock: Callable[[], int] = lambda: time.time_ns() // 1000
    ticks: Callable[[], float] = time.monotonic
    trades: int = 40
    silence: float = 1.0


def application(keys: tuple[Key, ...], defects: Iterable[str] = (), limits: Limits | None = None, pace: Pace | None = None) -> Starlette:
    """The whole exchange.

    Raises:
        KeyError: a defect has no such name.
    """
    on = Defects(defects)
    pace = pace or Pace()
    engine = Engine(on, pace.clock)
    house = House(engine)
    house.begin(pace.trades)
    for account in dict.fromkeys(key.account for key in keys):
        engine.ledger.open(account, dict(FUNDS), engine.now())
    funding = Funding(engine)
    private = Trading(engine).calls | funding.calls
    gate = Gate(keys, limits or Limits(), tuple(PRIVATE + name for name in private), on)
    rest = Rest(Public(engine).calls, private, gate, house.turn, on, ticks=pace.ticks)
    stream = WebSocketRoute("/v2", Streams(engine, funding.account, house.turn, pace.silence).serve)
    return Starlette(routes=[*rest.routes(), stream], exception_handlers={HTTPException: gateway})
