"""Show 1: ``python -m benchmarks.defects [--only NAME]… [--kind exchange|sdk] [--out FILE]``, every planted defect in one table.

Each is switched on alone. Ours: the product's own examination names it by a check, and its reproduction shows it again. Beside it, on the
same defect: plain ``schemathesis run`` with all checks and phases, stateful, and our signatures, so that it is not blind; found is what it
reports that it does not report of the clean exchange. What is in ``FILE`` already is not tried again: a long run can be done in parts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks import mutants
from benchmarks.faults import Ground, ground_in, tried
from benchmarks.mutations import MUTATIONS, Mutation
from benchmarks.subject import BIN, REPOSITORY
from benchmarks.table import Table, show
from certification.sandboxes.reference.assembly import DESCRIPTIONS, ReferenceOptions
from certification.sandboxes.reference.faults import FAULTS, Fault
from certification.sandboxes.reference.serve import serve_reference

_SEED = "1"
_EXAMPLES = "50"
_TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one defect."""

    defect: str
    kind: str
    """``exchange`` or ``sdk``."""
    check: str
    """Ours that found it; empty where none did."""
    again: bool
    plain: bool | None
    """Whether plain Schemathesis found it; ``None`` where it can't see such defects at all."""
    elapsed_s: float

    @property
    def good(self) -> bool:
        """Whether we found it, and its reproduction works."""
        return bool(self.check) and self.again


class PlainTool:
    """Schemathesis as its authors ship it, at its strongest."""

    def __init__(self, folder: Path) -> None:
        """Keep its files in ``folder``."""
        self._folder = folder
        self._clean: frozenset[str] | None = None

    def finds(self, fault: Fault) -> bool:
        """Whether it reports anything of the faulty exchange that it does not report of the clean one."""
        if self._clean is None:
            self._clean = self._reported(())
        return bool(self._reported((fault.name,)) - self._clean)

    def _reported(self, faults: tuple[str, ...]) -> frozenset[str]:
        """Operation and kind of each failure."""
        report = self._folder / "report.ndjson"
        report.unlink(missing_ok=True)
        with serve_reference(ReferenceOptions(faults=faults), environment={}) as url:
            command = (str(BIN / "schemathesis"), "run", str(DESCRIPTIONS / "openapi.yaml"), "--url", url, "--checks", "all")
            rest = ("--phases", "examples,coverage,fuzzing,stateful", "--mode", "all", "--max-examples", _EXAMPLES, "--seed", _SEED)
            told = ("--continue-on-failure", "--no-color", "--report", "ndjson", "--report-ndjson-path", str(report))
            environment = {
                "PATH": os.environ["PATH"],
                "HOME": str(self._folder),
                "PYTHONPATH": str(REPOSITORY),
                "SCHEMATHESIS_HOOKS": "tests.simulators.schemathesis_signing",
            }
            subprocess.run(
                (*command, *rest, *told), capture_output=True, env=environment, cwd=self._folder, check=False, timeout=_TIMEOUT_S
            )
        return frozenset(failures_in(report)) if report.is_file() else frozenset()


def failures_in(report: Path) -> Iterator[str]:
    """What each failed check in a report of the tool's is called, with its operation."""
    for line in report.read_text(encoding="utf-8").splitlines():
        yield from _failed_checks(json.loads(line), "")


def _failed_checks(node: object, label: str) -> Iterator[str]:
    """Walk a document of the tool's: a check is an object with a name, and a status or a failure."""
    match node:
        case {"name": str(name), "status": "failure" | "failed"}:
            yield f"{label} {name}"
        case dict():
            label = str(node.get("label") or label)
            for value in node.values():
                yield from _failed_checks(value, label)
        case list():
            for value in node:
                yield from _failed_checks(value, label)
        case _:
            return


def exchange_line(given: Ground, plain: PlainTool, fault: Fault) -> Line:
    """One defect of the exchange."""
    begun = time.monotonic()
    row = tried(given, fault)
    check = row.finding.check if row.finding is not None and row.named and row.verdict == "not_certified" else ""
    found = plain.finds(fault)
    return Line(defect=fault.name, kind="exchange", check=check, again=row.reproduced, plain=found, elapsed_s=time.monotonic() - begun)


def sdk_line(given: Ground, mutation: Mutation) -> Line:
    """One defect of an SDK, which a tester of servers never meets."""
    row = mutants.examined(given, mutation)
    check = row.found.check if row.found is not None else ""
    return Line(defect=mutation.name, kind="sdk", check=check, again=row.again, plain=None, elapsed_s=row.elapsed_s)


def lines(given: Ground, plain: PlainTool, *, kind: str | None, only: frozenset[str]) -> Iterator[tuple[str, Callable[[], Line]]]:
    """Every chosen defect with what finds out about it."""
    if kind != "sdk":
        yield from ((fault.name, partial(exchange_line, given, plain, fault)) for fault in FAULTS if not only or fault.name in only)
    if kind != "exchange":
        yield from ((each.name, partial(sdk_line, given, each)) for each in MUTATIONS if not only or each.name in only)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where a defect was not found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.defects", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="only this defect; may be repeated")
    parser.add_argument("--kind", choices=("exchange", "sdk"))
    parser.add_argument("--out", type=Path, help="a file of results, a line each; those that are in it are not tried again")
    given = parser.parse_args(arguments)
    known = _read(given.out)
    with tempfile.TemporaryDirectory(prefix="certify-defects-") as folder:
        ground, plain = ground_in(Path(folder)), PlainTool(Path(folder))
        for name, find_out in lines(ground, plain, kind=given.kind, only=frozenset(given.only)):
            if name not in known:
                known[name] = find_out()
                _keep(given.out, known[name])
                print(f"{name}: {known[name].check or 'NOT FOUND'}", flush=True)
    told = [line for line in known.values() if not given.only or line.defect in given.only]
    show(_table(told))
    return 0 if all(line.good for line in told) else 1


def _read(file: Path | None) -> dict[str, Line]:
    if file is None or not file.is_file():
        return {}
    found = [Line(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    return {line.defect: line for line in found}


def _keep(file: Path | None, line: Line) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(line)) + "\n")


def _table(told: list[Line]) -> Table:
    words = {True: "found", False: "-", None: "can't see it"}
    kinds = [kind for kind in ("exchange", "sdk") if any(line.kind == kind for line in told)]
    return Table(
        title="Planted defects: ours, and plain schemathesis at its strongest settings",
        columns=("defect", "found by", "again", "plain schemathesis"),
        rows=tuple((line.defect, line.check or "NOT FOUND", "yes" if line.again else "NO", words[line.plain]) for line in told),
        notes=(*(_summary(kind, [line for line in told if line.kind == kind]) for kind in kinds), _summary("all", told)),
    )


def _summary(kind: str, told: list[Line]) -> str:
    ours, theirs = sum(line.good for line in told), sum(line.plain is True for line in told)
    count = max(1, len(told))
    return f"{kind}: {len(told)} defects; ours {ours} ({ours / count:.0%}), plain schemathesis {theirs} ({theirs / count:.0%})"


if __name__ == "__main__":
    sys.exit(main())
