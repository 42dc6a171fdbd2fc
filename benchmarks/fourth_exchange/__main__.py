"""`python -m benchmarks.fourth_exchange [--port N] [--defect NAME]… [--list-defects]` and its limits: serves Osprey on loopback."""

from __future__ import annotations

import argparse
import os
import sys

from benchmarks.fourth_exchange.defects import DEFECTS
from benchmarks.fourth_exchange.gate import Limits
from benchmarks.fourth_exchange.serve import application, keys_from
from benchmarks.served import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve, or list the defects."""
    usual = Limits()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fourth_exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; any free port unless told")
    parser.add_argument(
        "--public-rate", type=float, default=usual.public_rate, help=f"an address's calls in a second ({usual.public_rate:g})"
    )
    parser.add_argument(
        "--private-rate", type=float, default=usual.private_rate, help=f"a key's calls in a second ({usual.private_rate:g})"
    )
    parser.add_argument("--defect", action="append", default=[], choices=[each.name for each in DEFECTS], metavar="NAME")
    parser.add_argument("--list-defects", action="store_true")
    given = parser.parse_args(arguments)
    if given.list_defects:
        for each in DEFECTS:
            print(f"{each.theme:9} {each.name:34} {each.operation:22} {each.breaks}")
        return 0
    limits = Limits(public_rate=given.public_rate, private_rate=given.private_rate)
    serve(application(keys_from(os.environ), given.defect, limits), given.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
