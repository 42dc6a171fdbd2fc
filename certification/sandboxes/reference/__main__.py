"""The reference exchange as a process: ``python -m certification.sandboxes.reference --port 0``."""

from __future__ import annotations

import argparse
import json
import sys

from certification.errors import CertificationError
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.faults import FAULTS
from certification.sandboxes.reference.serve import run_until_signal


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM; prints one JSON line with the address once it listens. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="reference", description="A small real spot exchange, made to be certified.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="may be given several times")
    parser.add_argument("--seed", type=int, default=0, help="decides on the history before the start")
    parser.add_argument("--rate-limit", type=_count, metavar="N", help="calls in any ten seconds, for each address and each account")
    parser.add_argument("--list-faults", action="store_true", help="print them, a JSON document a line, and end")
    given = parser.parse_args(arguments)
    if given.list_faults:
        for fault in FAULTS:
            _print({"name": fault.name, "operation": fault.operation, "breaks": fault.breaks})
        return 0
    options = ReferenceOptions(host=given.host, port=given.port, faults=tuple(given.fault), seed=given.seed, rate_limit=given.rate_limit)
    try:
        run_until_signal(options, lambda url: _print({"url": url}))
    except CertificationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("a whole number over 0 is wanted")
    return int(text)


def _print(document: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
