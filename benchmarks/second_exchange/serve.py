"""Starts the second exchange in this process."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from benchmarks.second_exchange.account import Accounts
from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.engine import Engine
from benchmarks.second_exchange.gate import Key, Keys, Weights
from benchmarks.second_exchange.market import Market
from benchmarks.second_exchange.operations import operations
from benchmarks.second_exchange.rest import Rest
from benchmarks.second_exchange.streams import Streams

WEIGHT_LIMIT = 1200
OWNERS = (("FIRST", "first", True), ("SECOND", "second", True), ("OBSERVER", "first", False))
_FUNDS = {"BTC": Decimal(500), "ETH": Decimal(5000), "USDT": Decimal(30_000_000)}


def keys_from(environment: Mapping[str, str]) -> tuple[Key, ...]:
    """The keys that the environment names (``KESTREL_FIRST_KEY``, …); random ones, which nobody knows, where it does not."""
    return tuple(
        Key(
            key=environment.get(f"KESTREL_{name}_KEY") or secrets.token_hex(32),
            secret=environment.get(f"KESTREL_{name}_SECRET") or secrets.token_hex(32),
            account=account,
            trades=trades,
        )
        for name, account, trades in OWNERS
    )


def application(keys: tuple[Key, ...], defects: Iterable[str] = (), weight_limit: int = WEIGHT_LIMIT) -> Starlette:
    """The whole exchange.

    Raises:
        KeyError: a defect has no such name.
    """
    on = Defects(defects)
    engine = Engine(on)
    for account in dict.fromkeys(key.account for key in keys):
        engine.ledger.open(account, dict(_FUNDS))
    known = Keys(keys=keys, defects=on)
    answering = operations(Market(engine, weight_limit), Accounts(engine, known), on)
    rest = Rest(answering, known, Weights(weight_limit, on), engine.now)
    return Starlette(routes=[*rest.routes(), WebSocketRoute("/stream", Streams(engine, known).serve)], exception_handlers={404: _not_found})


async def _not_found(_request: Request, _error: Exception) -> Response:
    return Response('{"code":-1000,"msg":"Path not found."}', 404, media_type="application/json")
