"""What is measured: Binance spot's description, 382 operations, where it lies beside the repository."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.cost import BenchmarkError

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def specs() -> Path:
    """The folder of real descriptions."""
    return Path(os.environ.get("CERTIFY_SPECS", REPOSITORY.parent / "shared" / "specs")).absolute()


def binance_spot() -> Path:
    """The description.

    Raises:
        BenchmarkError: it is not there.
    """
    file = specs() / "binance" / "spot-openxapi.yaml"
    if not file.is_file():
        raise BenchmarkError(f"no description at {file}; set CERTIFY_SPECS to the folder of real descriptions")
    return file


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's, but with a home of its own for what the product keeps, so that nothing is known beforehand."""
    return {**os.environ, "CERTIFY_HOME": str(home), "PYTHONPATH": str(REPOSITORY), **more}
