"""Prints which check finds each fault of the reference exchange: ``python -m benchmarks.faults [--fault NAME]… [--jobs N] [--seeds N]``.

Each fault is switched on alone, on a sandbox of its own. The scenarios are played and judged with the product's own functions; only
where they find nothing is the contract tested, which takes most of the time. What was found must be shown again by the
finding's own command. In the end several seeds without any fault must give no finding. Exit code 1 where one of this does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.again import shown_again
from benchmarks.table import print_row
from certification.checks.catalogue import catalogue
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.record import ContractEvidence, Evidence, Scenario
from certification.evidence.scenarios.burst import BURST
from certification.evidence.scenarios.run import STORIES, Replay, Stage, play_stories
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Level, Outcome, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from certification.sandboxes.open import Sandbox, open_sandbox
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.faults import FAULTS, Fault
from certification.specs.fetch import fetch
from certification.specs.fetched import Fetched
from certification.specs.history import History
from certification.verdict import Question, decide
from flows.stages.burst import SMALL_BUDGET
from flows.stages.read import read_api
from sdkgen.signing.request import Credentials

_SEED = 1
_COLUMNS = (("fault", 32), ("operation", 17), ("named by", 50), ("subject", 17), ("verdict", 14), ("reproduced", 11), ("seconds", 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every run shares."""

    profile: ExchangeProfile
    snapshot: SpecSnapshot
    folder: Path
    """Where evidence is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one fault."""

    fault: str
    operation: str
    finding: Finding | None
    """The one that names the operation, or the first there is."""
    named: bool
    """Whether it names the fault's operation."""
    verdict: str
    reproduced: bool
    elapsed_s: float
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether it is found, named, refused and reproduced."""
        return self.finding is not None and self.named and self.verdict == "not_certified" and self.reproduced

    def cells(self) -> tuple[str, ...]:
        """Its texts in the table."""
        check = self.finding.check if self.finding else f"NOT FOUND {self.note}"
        subject = self.finding.subject if self.finding else "-"
        words = ("yes" if self.reproduced else "NO") if self.finding else "-"
        return (self.fault, self.operation, check, subject if self.named else f"{subject} !", self.verdict, words, f"{self.elapsed_s:.0f}")


def ground_in(folder: Path) -> Ground:
    """The reference exchange's profile, and its descriptions as a snapshot of their own."""
    profile = load_profile(EXCHANGES / "reference" / "profile.yaml")
    found = fetch(profile.spec.rest, folder=profile.folder, previous=None)
    assert isinstance(found, Fetched)
    assert profile.spec.streams is not None
    streams = fetch(profile.spec.streams, folder=profile.folder, previous=None)
    assert isinstance(streams, Fetched)
    return Ground(profile=profile, snapshot=History(folder / "history").record(profile.id, found, streams=streams), folder=folder)


def scenarios_of(given: Ground, faults: tuple[str, ...]) -> tuple[Scenario, ...]:
    """All stories: the burst on a sandbox with a small budget, the others on one with the usual."""
    api = read_api(given.snapshot)
    usual = tuple(story for story in STORIES if story.id != BURST)
    burst = tuple(story for story in STORIES if story.id == BURST)
    tight = given.profile.model_copy(update={"rate_limit": (SMALL_BUDGET,)})
    with ProcessRunner() as runner:
        with open_sandbox(given.profile, runner, environment={}, faults=faults) as sandbox:
            told = play_stories(given.profile, api, _stage(sandbox, faults, ours=False), stories=usual)
        with open_sandbox(given.profile, runner, environment={}, faults=faults, rate_limit=SMALL_BUDGET.requests) as sandbox:
            return told + play_stories(tight, api, _stage(sandbox, faults, ours=True), stories=burst)


def _stage(sandbox: Sandbox, faults: tuple[str, ...], *, ours: bool) -> Stage:
    options = tuple(word for fault in faults for word in ("--fault", fault))
    return Stage(
        base_url=f"{sandbox.host_url}{sandbox.base_path}",
        headers=sandbox.headers,
        accounts=sandbox.accounts,
        observer=sandbox.observer,
        ours=ours,
        replay=Replay(options=options),
    )


def stage_of(url: str) -> Stage:
    """An exchange at an address, with the demonstration accounts."""
    values = demo_environment({})
    first, second, observer = (
        Credentials(key=values[f"REFERENCE_{word}_KEY"], secret=values[f"REFERENCE_{word}_SECRET"])
        for word in ("FIRST", "SECOND", "OBSERVER")
    )
    return Stage(base_url=url, headers=(), accounts=(first, second), observer=observer, ours=False)


def contract_of(given: Ground, faults: tuple[str, ...], seed: int) -> ContractEvidence:
    """The contract test on a sandbox of its own; its evidence is kept, because reproductions read it."""
    with ProcessRunner() as runner, open_sandbox(given.profile, runner, environment={}, faults=faults) as sandbox:
        subject = Subject(api=read_api(given.snapshot), snapshot=given.snapshot, profile=given.profile, sandbox=sandbox)
        return contract_test(subject, runner, seed=seed, folder=given.folder / (faults[0] if faults else f"seed-{seed}"))


def failed(evidence: Evidence) -> tuple[Finding, ...]:
    """What the checks find wrong."""
    findings = judge(evidence, catalogue(), STANDARD)
    return tuple(finding for finding in findings if finding.outcome in {Outcome.FAILED, Outcome.ERROR})


def verdict_of(evidence: Evidence, check: str) -> str:
    """What a run would say that asks for the first level, silver at least, to which the check matters."""
    asking = (each.level for each in STANDARD.levels if any(rule.check == check for rule in each.rules))
    question = Question(asked=max(Level.SILVER, next(asking, Level.SILVER)), subjects=("api",), gaps=(), today=datetime.now(UTC).date())
    return decide(judge(evidence, catalogue(), STANDARD), STANDARD, question).outcome.value


def names(finding: Finding, operation: str) -> bool:
    """Whether a finding is about the operation; streams' channels are named ``streams.depth``."""
    return finding.subject.removeprefix("streams.") == operation


def tried(given: Ground, fault: Fault) -> Row:
    """Switch one fault on, look for it, and show it again."""
    begun = time.monotonic()
    evidence = Evidence(scenarios=scenarios_of(given, (fault.name,)))
    found = failed(evidence)
    note = ""
    if not any(names(finding, fault.operation) for finding in found):
        evidence = Evidence(scenarios=evidence.scenarios, contract=contract_of(given, (fault.name,), _SEED))
        found = failed(evidence)
        note = evidence.contract.reason if evidence.contract else ""
    finding = next((finding for finding in found if names(finding, fault.operation)), next(iter(found), None))
    return Row(
        fault=fault.name,
        operation=fault.operation,
        finding=finding,
        named=finding is not None and names(finding, fault.operation),
        verdict=verdict_of(evidence, finding.check if finding is not None else ""),
        reproduced=finding is not None and shown_again(finding.reproduce, given.folder / fault.name),
        elapsed_s=time.monotonic() - begun,
        note=note,
    )


def clean(given: Ground, seed: int) -> tuple[Finding, ...]:
    """What is found with no fault on; must be nothing."""
    return failed(Evidence(scenarios=scenarios_of(given, ()), contract=contract_of(given, (), seed)))


def rows(given: Ground, faults: tuple[Fault, ...], jobs: int) -> Iterator[Row]:
    """A row for each fault, in order, several at a time."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(partial(tried, given), faults)


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--fault", action="append", choices=[fault.name for fault in FAULTS], help="only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="how many faults at a time (default 1)")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds without a fault (default 5)")
    given = parser.parse_args(arguments)
    chosen = tuple(fault for fault in FAULTS if not given.fault or fault.name in given.fault)
    with tempfile.TemporaryDirectory(prefix="certify-faults-") as folder:
        return _table(ground_in(Path(folder)), chosen, jobs=max(1, given.jobs), seeds=given.seeds)


def _table(given: Ground, chosen: tuple[Fault, ...], *, jobs: int, seeds: int) -> int:
    print_row(_COLUMNS, (name for name, _ in _COLUMNS))
    good = 0
    for row in rows(given, chosen, jobs):
        print_row(_COLUMNS, row.cells())
        good += row.good
    print(f"\n{good} of {len(chosen)} faults found, named, refused and shown again; the contract was tested where scenarios named nothing")
    quiet = True
    for seed in range(1, seeds + 1):
        found = clean(given, seed)
        quiet = quiet and not found
        print(f"no fault, seed {seed}: {'; '.join(f'{each.check} {each.subject}' for each in found) or 'no finding'}", flush=True)
    return 0 if quiet and good == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
