"""Contract testing the reference exchange: ours against plain ``schemathesis run`` with the same settings, seed and sandbox."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import BenchmarkError, measure
from benchmarks.subject import BIN, REPOSITORY
from benchmarks.table import Table, ratio, seconds
from certification.evidence.contract.events import Fold, lines
from certification.evidence.contract.jobs import job_for
from certification.evidence.contract.keep import EVENTS, REPORT
from certification.evidence.contract.plan import Budget, write_plan
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.record import Observation
from certification.isolation.process import ProcessRunner
from certification.profiles import find_profile, load_profile
from flows.settings import Settings, read_settings
from flows.stages.api import SandboxChoice, opened
from flows.stages.read import read_api
from flows.stages.take import take_snapshot

_SEED = 20260101
_HOOKS = re.compile(r'^"hooks" = .*\n', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spent:
    """Time by the clock, and of processors."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """One contract test."""

    calls: int
    accepted: int
    """Answered with 2xx."""
    wall_s: float
    """Of everything, from the open sandbox to what was found."""
    cpu_s: float
    """The same in processor time, without the sandbox's."""
    testing_s: float
    """What Schemathesis itself says that it tested for."""


def measured() -> tuple[Table, ...]:
    """Ours, the tool with our signatures, and the tool alone; each on a new sandbox, one after the other.

    Raises:
        BenchmarkError: a test did not come to its end.
    """
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name:
        settings = read_settings({**os.environ, "CERTIFY_HOME": name})
        with _subject(settings) as subject:
            ours = _ours(*subject, Path(name))
        with _subject(settings) as subject:
            signed = _plain(subject[0], Path(name) / "signed", signed=True)
        with _subject(settings) as subject:
            plain = _plain(subject[0], Path(name) / "plain", signed=False)
    tests = (("ours", ours), ("schemathesis, signing alike", signed), ("schemathesis, plain", plain))
    rows = tuple((title, *_cells(test)) for title, test in tests)
    return (
        Table(
            title="Contract test of the reference exchange: calls per second",
            columns=("", "calls", "accepted", "testing", "calls/s", "in all", "calls/s in all", "processor"),
            rows=(*rows, _ratios("ours / signing alike", ours, signed), _ratios("ours / plain", ours, plain)),
            notes=(
                f"the same description, settings, seed ({_SEED}) and budget for all; each has a new sandbox; processes, no containers",
                "plain has no account: its private calls are refused before the exchange does any work",
                "'in all' has the tool's start, and in ours isolation, the folding of its events, redaction, replays and kept evidence too",
            ),
        ),
    )


@contextmanager
def _subject(settings: Settings) -> Iterator[tuple[Subject, ProcessRunner]]:
    profile = load_profile(find_profile("reference", settings.exchanges))
    snapshot = take_snapshot(profile, None, settings)
    with ProcessRunner() as runner, opened(profile, runner, SandboxChoice()) as sandbox:
        yield Subject(api=read_api(snapshot), snapshot=snapshot, profile=profile, sandbox=sandbox), runner


def _ours(subject: Subject, runner: ProcessRunner, folder: Path) -> _Tested:
    begun = os.times()
    evidence = contract_test(subject, runner, seed=_SEED, folder=folder)
    ended = os.times()
    if evidence.observation is not Observation.COMPLETE:
        raise BenchmarkError(f"our contract test came to no end: {evidence.reason}")
    statuses = [each for operation in evidence.operations for each in operation.statuses]
    report = json.loads((folder / "evidence" / "contract" / REPORT).read_text(encoding="utf-8"))
    cost = _Spent(wall_s=ended.elapsed - begun.elapsed, cpu_s=sum(ended[:4]) - sum(begun[:4]))
    return _tested(statuses, cost, report["running_time"])


def _plain(subject: Subject, work: Path, *, signed: bool) -> _Tested:
    """The command line that a person would give, on the settings that ours writes; without our hooks, nobody signs."""
    work.mkdir()
    sandbox = subject.sandbox
    write_plan(work, api=subject.api, snapshot=subject.snapshot, profile=subject.profile, sandbox=sandbox, budget=Budget())
    file = work / "schemathesis.toml"
    if not signed:
        file.write_text(_HOOKS.sub("", file.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    options = ("--url", sandbox.url + sandbox.base_path, "--seed", str(_SEED), "--no-color")
    argv = (str(BIN / "schemathesis"), "--config-file", file.name, "run", "description.json", *options)
    accounts = dict(job_for("contract-test", argv, work, sandbox, timeout_s=1).environment)
    # It ends with 1 where it found something, which the shell turns into "done": the report says whether it came to its end.
    cost = measure(
        ("sh", "-c", '"$@"; test $? -le 1', "sh", *argv), folder=work, environment={**os.environ, **accounts, "PYTHONPATH": str(REPOSITORY)}
    )
    fold = Fold(subject.api)
    with (work / EVENTS).open(encoding="utf-8") as stream:
        for event in lines(stream):
            fold.add(event)
    report = json.loads((work / REPORT).read_text(encoding="utf-8"))
    if not report["complete"]:
        raise BenchmarkError(f"schemathesis stopped before its end: {report['stop_reason']}")
    statuses = [each for operation in fold.result({}).operations for each in operation.statuses]
    return _tested(statuses, _Spent(wall_s=cost.wall_s, cpu_s=cost.cpu_s), report["running_time"])


def _tested(statuses: list[tuple[int, int]], cost: _Spent, testing_s: float) -> _Tested:
    accepted = sum(count for status, count in statuses if 200 <= status < 300)  # noqa: PLR2004
    return _Tested(calls=sum(count for _, count in statuses), accepted=accepted, wall_s=cost.wall_s, cpu_s=cost.cpu_s, testing_s=testing_s)


def _cells(test: _Tested) -> tuple[str, ...]:
    rate, rate_in_all = test.calls / test.testing_s, test.calls / test.wall_s
    times = (seconds(test.testing_s), f"{rate:.1f}", seconds(test.wall_s), f"{rate_in_all:.1f}", seconds(test.cpu_s))
    return f"{test.calls:,}", f"{test.accepted:,}", *times


def _ratios(title: str, ours: _Tested, other: _Tested) -> tuple[str, ...]:
    testing = ratio(other.calls / other.testing_s, ours.calls / ours.testing_s)
    in_all = ratio(other.calls / other.wall_s, ours.calls / ours.wall_s)
    return title, ratio(other.calls, ours.calls), "", "", testing, "", in_all, ratio(other.cpu_s, ours.cpu_s)
