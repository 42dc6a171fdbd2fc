"""Run the mock exchange: ``python -m certification.sandboxes.mock --plan FILE --log FILE --port N``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .plan import read_plan
from .server import MockExchange
from .stand import stand

if TYPE_CHECKING:
    from typing import BinaryIO

    from .plan import Lane


async def _run(lanes: dict[int, Lane], log: BinaryIO, host: str, port: int) -> None:
    await stand(MockExchange(lanes, log).serve(host, port), f"mock exchange: {len(lanes)} lanes at http://")


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. Ends with 2 where the plan can't be read or the port is taken."""
    parser = argparse.ArgumentParser(prog="mock", description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="the lanes and their answers, one JSON document a line")
    parser.add_argument("--log", type=Path, required=True, help="gets every request, one JSON document a line")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    options = parser.parse_args(arguments)
    try:
        lanes = read_plan(options.plan.read_bytes())
        with options.log.open("ab") as log:
            asyncio.run(_run(lanes, log, options.host, options.port))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"mock exchange: {error}; check --plan, --log and --port\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
