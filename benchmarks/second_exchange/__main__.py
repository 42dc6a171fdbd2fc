"""``python -m benchmarks.second_exchange [--port N] [--weight-limit N] [--defect NAME]… [--list-defects]``: serves it on loopback."""

from __future__ import annotations

import argparse
import os
import sys

from benchmarks.second_exchange.defects import DEFECTS
from benchmarks.second_exchange.serve import WEIGHT_LIMIT, application, keys_from
from benchmarks.served import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve, or list the defects."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.second_exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; any free port unless told")
    parser.add_argument("--weight-limit", type=int, default=WEIGHT_LIMIT, help=f"request weight in ten seconds ({WEIGHT_LIMIT})")
    parser.add_argument("--defect", action="append", default=[], choices=[each.name for each in DEFECTS], metavar="NAME")
    parser.add_argument("--list-defects", action="store_true")
    given = parser.parse_args(arguments)
    if given.list_defects:
        for each in DEFECTS:
            print(f"{each.theme:9} {each.name:28} {each.operation:13} {each.breaks}")
        return 0
    serve(application(keys_from(os.environ), given.defect, given.weight_limit), given.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
