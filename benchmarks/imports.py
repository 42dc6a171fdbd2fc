"""Importing the Python SDKs of Binance spot: ours against OpenAPI Generator's, in fresh processes, taking turns."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from benchmarks.cost import BenchmarkError, measure
from benchmarks.subject import BIN, binance_spot, environment
from benchmarks.table import Table, ratio, seconds, size

_TURNS = 7
_NEEDED = ("dateutil", "pydantic", "typing_extensions", "urllib3")
"""What OpenAPI Generator's client imports beside itself. All are locked for ourselves as well, so our environment does for both."""
_PROBE = """\
import json, pkgutil, sys, time
sys.path.insert(0, sys.argv[1])
before, begun = len(sys.modules), time.perf_counter()
package = __import__(sys.argv[2])
imported, modules = time.perf_counter() - begun, len(sys.modules) - before
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
whole = time.perf_counter() - begun
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"imported": imported, "whole": whole, "modules": modules, "all": len(sys.modules) - before, "peak": peak * 1024}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Package:
    """A package and where it can be imported from."""

    title: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """The best of several fresh processes."""

    imported_s: float
    """``import package``, which may put off what is not asked for yet."""
    whole_s: float
    """And every module in it, so that nothing is put off."""
    modules: int
    all_modules: int
    peak_bytes: int
    """With everything loaded."""


def measured() -> tuple[Table, ...]:
    """Both packages, best of several turns.

    Raises:
        BenchmarkError: a package can't be made or imported.
    """
    if missing := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise BenchmarkError(f"OpenAPI Generator's client needs {', '.join(missing)}; install them into this environment")
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name:
        packages = tuple(_packages(Path(name)))
        tries: dict[str, list[_Best]] = {package.title: [] for package in packages}
        for _ in range(_TURNS + 1):
            for package in packages:
                tries[package.title].append(_once(package, Path(name)))
        # The first turn of each wrote its byte code.
        ours, theirs = (_best(found[1:]) for found in tries.values())
    rows = tuple((title, *_cells(best)) for title, best in zip(tries, (ours, theirs), strict=True))
    last = tuple(ratio(mine, other) for mine, other in zip(astuple(ours), astuple(theirs), strict=True))
    return (
        Table(
            title="Import: the Python SDKs of Binance spot, 382 operations",
            columns=("", "import", "import of every module", "modules", "of all", "peak memory"),
            rows=(*rows, ("theirs / ours", *last)),
            notes=(
                f"best of {_TURNS} fresh processes each, taking turns, byte code written beforehand; without the interpreter's own start",
            ),
        ),
    )


def _packages(work: Path) -> list[_Package]:
    description = binance_spot()
    found = []
    for title, backend, inside in (("ours", "native", "src"), ("OpenAPI Generator's", "openapi-generator", ".")):
        out = work / backend
        argv = (str(BIN / "certify"), "generate", str(description), "--language", "python", "--backend", backend, "--out", str(out))
        measure(argv, folder=work, environment=environment(work / "home"))
        folder = out / "python" / inside
        marker = next(iter(sorted(folder.glob("*/__init__.py"))), None)
        if marker is None:
            raise BenchmarkError(f"{title} generator made no package at {folder}")
        found.append(_Package(title=title, name=marker.parent.name, folder=folder))
    return found


def _once(package: _Package, work: Path) -> _Best:
    argv = (sys.executable, "-c", _PROBE, str(package.folder), package.name)
    cost = measure(argv, folder=work)
    told = json.loads(cost.printed.strip().splitlines()[-1])
    return _Best(
        imported_s=float(told["imported"]),
        whole_s=float(told["whole"]),
        modules=int(told["modules"]),
        all_modules=int(told["all"]),
        peak_bytes=int(told["peak"]),
    )


def _best(tries: list[_Best]) -> _Best:
    """The fastest of each; the other numbers are the same every time."""
    fastest = min(tries, key=lambda each: each.imported_s)
    return replace(fastest, whole_s=min(each.whole_s for each in tries))


def _cells(best: _Best) -> tuple[str, ...]:
    return seconds(best.imported_s), seconds(best.whole_s), f"{best.modules:,}", f"{best.all_modules:,}", size(best.peak_bytes)
