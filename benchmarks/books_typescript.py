"""The thousand faults of ``benchmarks.books``, for TypeScript: ``python -m benchmarks.books_typescript [--faults N] [--seeds N]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from certification.folders import EXCHANGES
from certification.profiles import load_profile
from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.stream_server import stream_server
from tests.simulators.typescript_sdk import NODE, Installed, compiled
from tests.simulators.wild_exchange import WildExchange

_LONGEST_S = 600.0
_PROGRAM = """
import { createInterface } from "node:readline";
import { Client } from "wild-sdk";
// Short pauses before reconnections, so that faults and not pauses fill the time.
const client = new Client({ streamUrl: process.argv[2], random: () => Math.random() * 0.05 });
const book = client.streams.book("BTC-USD");
createInterface({ input: process.stdin }).once("line", async (last) => {
  while (!(book.state.synced && String(book.state.sequence) === last)) await book.next();
  const { bids, asks, resyncs } = book.state;
  console.log(JSON.stringify({ bids: bids.map((level) => level.map(String)), asks: asks.map((level) => level.map(String)), resyncs }));
  await client.streams.close();
  process.exit(0);
});
"""


def sdk_in(folder: Path) -> Installed:
    """The package of the reference exchange's streams alone, compiled."""
    streams = load_profile(EXCHANGES / "reference" / "profile.yaml").behaviour.streams
    api = load((EXCHANGES / "reference" / "asyncapi.yaml").read_bytes())
    options = SdkOptions(
        package="wild-sdk", version="1.0.0", exchange_id="wild", exchange_name="Wild", behaviour=Behaviour(streams=streams)
    )
    sdk = compiled(emit(api, options), folder / "wild")
    (sdk.folder / "book.mjs").write_text(_PROGRAM, encoding="utf-8")
    return sdk


def kept(sdk: Installed, exchange: WildExchange) -> dict[str, Any]:
    """The book, once the exchange has told everything."""
    with stream_server(exchange) as url:
        command = (NODE, "book.mjs", url)
        with subprocess.Popen(command, cwd=sdk.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                exchange.finished.wait(_LONGEST_S)
                shown, _ = process.communicate(f"{exchange.book.sequence}\n", timeout=30)
            finally:
                process.kill()
    return dict(json.loads(shown))


def _levels(book: dict[str, Any]) -> dict[str, list[list[str]]]:
    return {side: [[format(Decimal(each).normalize(), "f") for each in level] for level in book[side]] for side in ("bids", "asks")}


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each seed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.books_typescript", description=__doc__)
    parser.add_argument("--faults", type=int, default=1000, help="how many faults (default 1000)")
    parser.add_argument("--seeds", type=int, default=1, help="how often, each time with other faults (default 1)")
    given = parser.parse_args(arguments)
    good = True
    with tempfile.TemporaryDirectory(prefix="certify-books-") as folder:
        sdk = sdk_in(Path(folder))
        for seed in range(1, given.seeds + 1):
            exchange = WildExchange(seed=seed, faults=given.faults)
            begun = time.monotonic()
            book = kept(sdk, exchange)
            equal = _levels(book) == exchange.book.levels()
            good = good and equal
            happened = ", ".join(f"{name} {count}" for name, count in sorted(exchange.happened.items()))
            took = f"{exchange.connections} connections, {book['resyncs']} resyncs, {time.monotonic() - begun:.1f} s"
            print(f"seed {seed}: {given.faults} faults ({happened}), {took}: {'equal' if equal else 'NOT EQUAL'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
