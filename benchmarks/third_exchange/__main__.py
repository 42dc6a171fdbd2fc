"""`python -m benchmarks.third_exchange [--port N] [--defect NAME]… [--list-defects]` and its limits: serves Petrel on loopback."""

from __future__ import annotations

import argparse
import os
import sys

from benchmarks.served import serve
from benchmarks.third_exchange.defects import DEFECTS
from benchmarks.third_exchange.gate import Limits
from benchmarks.third_exchange.serve import application, keys_from


def main(arguments: list[str] | None = None) -> int:
    """Serve, or list the defects."""
    usual = Limits()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.third_exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; any free port unless told")
    parser.add_argument("--counter", type=int, default=usual.counter, help=f"how high a key's counter may stand ({usual.counter})")
    parser.add_argument("--decay", type=float, default=usual.decay, help=f"how much the counter sinks in a second ({usual.decay:g})")
    parser.add_argument("--address-limit", type=int, default=usual.address, help=f"calls of one address in ten seconds ({usual.address})")
    parser.add_argument("--defect", action="append", default=[], choices=[each.name for each in DEFECTS], metavar="NAME")
    parser.add_argument("--list-defects", action="store_true")
    given = parser.parse_args(arguments)
    if given.list_defects:
        for each in DEFECTS:
            print(f"{each.theme:9} {each.name:30} {each.operation:20} {each.breaks}")
        return 0
    limits = Limits(counter=given.counter, decay=given.decay, address=given.address_limit)
    serve(application(keys_from(os.environ), given.defect, limits), given.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
