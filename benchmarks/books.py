"""Keeps an order book through a thousand faults of its stream: ``python -m benchmarks.books [--faults N] [--seeds N]``.

The Python SDK of the reference exchange listens to a server that drops, skips, repeats, swaps and garbles what it sends, and in the
end sends the truth: then the book must be the server's, level by level. Exit code 1 where it is not.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import random
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from certification.folders import EXCHANGES
from certification.profiles import load_profile
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.python.emit import emit
from sdkgen.source import SdkOptions
from tests.simulators.stream_server import stream_server
from tests.simulators.wild_exchange import WildExchange

_LONGEST_S = 600.0
_SHORT_PAUSE = 0.02
"""Of the usual pause before a reconnection, so that faults and not pauses fill the time."""


def sdk_in(folder: Path) -> Any:
    """The package of the reference exchange's streams, imported."""
    profile = load_profile(EXCHANGES / "reference" / "profile.yaml")
    streams = profile.behaviour.streams
    assert streams is not None
    api = load_streams((EXCHANGES / "reference" / "asyncapi.yaml").read_bytes())
    behaviour = type(profile.behaviour)(streams=streams)
    source = emit(api, SdkOptions(package="wild-sdk", version="1.0.0", exchange_id="wild", exchange_name="Wild", behaviour=behaviour))
    for file in source.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    sys.path.insert(0, str(folder / "src"))
    return importlib.import_module("wild_sdk")


async def kept(sdk: Any, url: str, exchange: WildExchange, seed: int) -> Any:
    """The book, once the exchange has told everything."""
    dice = random.Random(seed)  # noqa: S311  # pauses, no secret
    async with asyncio.timeout(_LONGEST_S), sdk.AsyncClient(stream_url=url, jitter=lambda: dice.random() * _SHORT_PAUSE) as client:
        async for state in client.streams.book("BTC-USD"):
            if exchange.finished.is_set() and state.synced and state.sequence == str(exchange.book.sequence):
                return state
    return None


def plain(number: Decimal) -> str:
    """Without trailing zeros."""
    return format(number.normalize(), "f")


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each seed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.books", description=__doc__)
    parser.add_argument("--faults", type=int, default=1000, help="how many faults (default 1000)")
    parser.add_argument("--seeds", type=int, default=1, help="how often, each time with other faults (default 1)")
    given = parser.parse_args(arguments)
    good = True
    with tempfile.TemporaryDirectory(prefix="certify-books-") as folder:
        sdk = sdk_in(Path(folder))
        for seed in range(1, given.seeds + 1):
            exchange = WildExchange(seed=seed, faults=given.faults)
            begun = time.monotonic()
            with stream_server(exchange) as url:
                state = asyncio.run(kept(sdk, url, exchange, seed))
            ours = {side: [[plain(level.price), plain(level.quantity)] for level in getattr(state, side)] for side in ("bids", "asks")}
            equal = ours == exchange.book.levels()
            good = good and equal
            happened = ", ".join(f"{name} {count}" for name, count in sorted(exchange.happened.items()))
            print(
                f"seed {seed}: {sum(exchange.happened.values())} faults ({happened}), {exchange.connections} connections, "
                f"{state.resyncs} resyncs, {exchange.book.sequence} changes, {time.monotonic() - begun:.1f} s: "
                f"{'equal' if equal else 'NOT EQUAL'}",
                flush=True,
            )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
