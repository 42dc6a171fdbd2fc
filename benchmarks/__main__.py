"""``python -m benchmarks [NAME …]``: the named ones of generation, growth, histories, imports, overhead, contract … (see below), or all."""

from __future__ import annotations

import importlib
import sys

from benchmarks.cost import BenchmarkError
from benchmarks.table import show

_NAMES = ("generation", "growth", "histories", "imports", "overhead", "contract", "contract_memory", "orchestration")


def main(names: list[str]) -> int:
    """Print them; 2 where a name is none of ours, 1 where a benchmark had to be skipped that was asked for by name."""
    if unknown := [name for name in names if name not in _NAMES]:
        print(f"benchmarks: {', '.join(unknown)} is none of {', '.join(_NAMES)}", file=sys.stderr)
        return 2
    skipped = 0
    for name in names or _NAMES:
        try:
            for table in importlib.import_module(f"benchmarks.{name}").measured():
                show(table)
        except BenchmarkError as error:
            skipped += 1
            print(f"{name}: skipped, {error}\n")
    return 1 if skipped and names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
