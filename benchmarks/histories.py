"""Real histories of descriptions: what our semantic difference says of each step, against what its curators recorded."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.cost import BenchmarkError
from benchmarks.subject import specs
from benchmarks.table import Table
from certification.model import ChangeClass
from certification.specs.changelog import next_version
from certification.specs.diff import change_class, diff, version_bump
from sdkgen.api.load import load
from sdkgen.api.lock import NO_LOCK, with_names

_CLASSES = {"breaking": ChangeClass.BREAKING, "additive": ChangeClass.ADDITIVE, "documentation-only": ChangeClass.DOCUMENTATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One description to the next, public names kept by a lock."""

    venue: str
    new: str
    recorded: ChangeClass
    ours: ChangeClass | None
    counts: tuple[tuple[ChangeClass, int], ...]
    recorded_added: frozenset[str]
    added: frozenset[str]
    version: str
    """Of the SDK made from the new one, where the first had 1.0.0."""


def measured() -> tuple[Table, ...]:
    """Every step of every history in the folder of descriptions.

    Raises:
        BenchmarkError: there is no such folder.
    """
    folder = specs() / "history"
    if not folder.is_dir():
        raise BenchmarkError(f"no histories in {folder}; set CERTIFY_SPECS")
    steps = [step for venue in sorted(folder.iterdir()) if venue.is_dir() for step in judged_history(venue)]
    agreed = sum(step.recorded is step.ours for step in steps)
    return (
        Table(
            title="Histories: the class of each step, as recorded and by our difference",
            columns=("step", "recorded", "ours", "breaking", "additive", "texts", "version"),
            rows=tuple(_row(step) for step in steps),
            notes=(f"{agreed} of {len(steps)} steps agree", "versions: where the first description's SDK was 1.0.0"),
        ),
    )


def _row(step: Step) -> tuple[str, ...]:
    counts = dict(step.counts)
    numbers = (str(counts.get(kind, 0)) for kind in (ChangeClass.BREAKING, ChangeClass.ADDITIVE, ChangeClass.DOCUMENTATION))
    return (f"{step.venue} {step.new}", step.recorded.value, step.ours.value if step.ours else "none", *numbers, step.version)


def judged_history(folder: Path) -> tuple[Step, ...]:
    """Every step of one venue's history (``changes.json`` and the files that it names)."""
    versions = json.loads((folder / "changes.json").read_text())["versions"]
    apis = []
    lock = NO_LOCK
    for version in versions:
        api, lock = with_names(load((folder / version["file"]).read_bytes(), source=version["file"]), lock)
        apis.append(api)
    number, steps = "1.0.0", []
    for (old, new), version in zip(pairwise(apis), versions[1:], strict=True):
        changes = diff(old, new)
        number = next_version(number, version_bump(changes))
        steps.append(
            Step(
                venue=folder.name,
                new=version["file"],
                recorded=_CLASSES[version["changes"]["class"]],
                ours=change_class(changes),
                counts=tuple(Counter(change.change_class for change in changes).items()),
                recorded_added=frozenset(version["changes"]["added_operations"]),
                added=frozenset(change.summary.removesuffix(" is new") for change in changes if change.rule == "operation-added"),
                version=number,
            )
        )
    return tuple(steps)
