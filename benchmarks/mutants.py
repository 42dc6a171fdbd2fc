"""SDKs with one line made wrong: ``python -m benchmarks.mutants [--only NAME]… [--language L]…``.

Each mutation of ``benchmarks/mutations.py`` is made in the reference exchange's generated SDK, which is then built, installed, exercised
against the mock exchange and tried on the sandbox, as every SDK is. One of the checks that ask what it breaks must find it, and find it
again when the same program is asked once more. Exit code 1 where a mutation is not found so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.cost import BenchmarkError
from benchmarks.faults import Ground, failed, ground_in
from benchmarks.mutations import MUTATIONS, Mutation
from benchmarks.table import print_row
from certification.evidence.record import Evidence, SdkEvidence, Trial
from certification.evidence.scenarios.run import Stage
from certification.evidence.sdk import ExercisePlan, exercise, plan_exercise
from certification.evidence.sdk.exercise import manners_of, run_plan
from certification.evidence.sdk.fold import by_lane, error_cases, round_trips, wire_cases
from certification.evidence.sdk.harness import read_results
from certification.evidence.sdk.talks import ground as talks
from certification.evidence.trials import run as trials
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Runner
from certification.model import Finding
from certification.sandboxes.open import open_sandbox
from certification.sdks.program import Program
from certification.sdks.typescript import TOOLS
from certification.specs.history import content_of, overlays_of
from flows.stages.read import read_api
from flows.stages.source import plain_source
from sdkgen.behaviour_check import fitted
from sdkgen.language import Backend, Language
from sdkgen.source import SdkSource

_SEED = 1
_COLUMNS = (("mutation", 36), ("found by", 50), ("again", 6), ("seconds", 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one mutation."""

    name: str
    found: Finding | None
    """By one of the checks that ask what it breaks."""
    others: tuple[str, ...]
    """Checks that found something else wrong."""
    again: bool
    elapsed_s: float
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether it was found, by the right check, twice."""
        return self.found is not None and self.again

    def cells(self) -> tuple[str, ...]:
        """Its texts in the table."""
        told = self.found.check if self.found else f"NOT FOUND {' '.join(self.others) or self.note}"
        return (self.name, told, "yes" if self.again else "NO", f"{self.elapsed_s:.0f}")


def mutated(source: SdkSource, mutation: Mutation) -> SdkSource:
    """The source with the one change.

    Raises:
        BenchmarkError: the text does not stand there exactly once.
    """
    before, after = mutation.before.encode(), mutation.after.encode()
    holding = [file for file in source.files if before in file.content]
    places = [file for file in holding if Path(file.path).name == mutation.file] or holding  # a runtime's files are split now and then
    if len(places) != 1 or places[0].content.count(before) != 1:
        raise BenchmarkError(f"{mutation.name}: {mutation.file} holds {mutation.before!r} not exactly once; write the mutation anew")
    changed = replace(places[0], content=places[0].content.replace(before, after))
    return replace(source, files=tuple(changed if file is places[0] else file for file in source.files))


def source_of(given: Ground, language: Language) -> SdkSource:
    """The reference exchange's SDK as it is generated."""
    return plain_source(given.profile, given.snapshot, language, backend=Backend.NATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """Where one SDK is examined."""

    given: Ground
    plan: ExercisePlan
    runner: Runner
    folder: Path
    programs: list[Program]
    """The installed program, once there is one."""

    def talking(self) -> talks.Ground:
        """What talks are held about."""
        api = read_api(self.given.snapshot)
        return talks.Ground(api=api, behaviour=fitted(self.given.profile.behaviour, api), plan=self.plan)

    def installed(self, program: Program) -> None:
        """Remember the program, and try nothing: a client that can't sign would only be waited for."""
        self.programs.append(program)

    def tried(self, program: Program) -> tuple[Trial, ...]:
        """The trials on a sandbox of their own."""
        self.programs.append(program)
        with open_sandbox(self.given.profile, self.runner, environment={}) as sandbox:
            stage = Stage(base_url=sandbox.host_url, headers=sandbox.headers, accounts=sandbox.accounts, ours=False)
            ground = trials.Ground(profile=self.given.profile, api=read_api(self.given.snapshot), sandbox=sandbox, stage=stage)
            return trials.try_sdk(program, ground, self.runner, self.folder)

    def asked_again(self, evidence: SdkEvidence, check: str) -> SdkEvidence:
        """The evidence that a check reads, gathered once more with the same program."""
        if check.startswith("trading."):
            return replace(evidence, trials=self.tried(self.programs[0]))
        if check.startswith("manners."):
            again = manners_of(
                self.programs[0], self.talking(), self.runner, self.folder / "again", both_manners=evidence.language is Language.PYTHON
            )
            return replace(evidence, manners=again.trials)
        ended, arrivals = run_plan(self.programs[0], self.plan, self.runner, self.folder / "again")
        results, lanes = read_results(self.plan, ended.result.stdout), by_lane(arrivals)
        return replace(
            evidence,
            round_trips=round_trips(self.plan, results),
            wire=wire_cases(self.plan, results, lanes),
            errors=error_cases(self.plan, results, lanes),
        )


def examined(given: Ground, mutation: Mutation) -> Row:
    """Build the mutant, examine it, and look again for what was found."""
    begun = time.monotonic()
    plan = plan_exercise(
        read_api(given.snapshot), content_of(given.snapshot), overlays=overlays_of(given.snapshot), recipe=given.profile.signing, seed=_SEED
    )
    source = mutated(source_of(given, mutation.language), mutation)
    with tempfile.TemporaryDirectory(prefix="certify-mutant-", dir=given.folder) as name, ProcessRunner(tools=(TOOLS,)) as runner:
        bench = _Bench(given=given, plan=plan, runner=runner, folder=Path(name), programs=[])
        on_sandbox = any(check.startswith("trading.") for check in mutation.found_by)
        evidence = exercise(source, plan, runner, Path(name), ground=bench.talking(), trials=bench.tried if on_sandbox else bench.installed)
        findings = _of(evidence)
        found = next((finding for finding in findings if finding.check in mutation.found_by), None)
        again = found is not None and any(each.check == found.check for each in _of(bench.asked_again(evidence, found.check)))
    broken = [step.name for step in evidence.steps if step.exit_code]
    return Row(
        name=mutation.name,
        found=found,
        others=tuple(dict.fromkeys(finding.check for finding in findings)),
        again=again,
        elapsed_s=time.monotonic() - begun,
        note=f"({', '.join(broken)} ended badly)" if broken else "",
    )


def _of(evidence: SdkEvidence) -> tuple[Finding, ...]:
    """What the checks find wrong with one SDK; what was not looked at is no finding."""
    own = evidence.language.value if evidence.language else ""
    return tuple(finding for finding in failed(Evidence(sdks=(evidence,))) if finding.subject.partition(":")[0] == own)


def rows(given: Ground, chosen: tuple[Mutation, ...]) -> Iterator[Row]:
    """A row for each mutation, as it ends."""
    for mutation in chosen:
        yield examined(given, mutation)


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--only", action="append", choices=[mutation.name for mutation in MUTATIONS], help="only this one; may be repeated")
    parser.add_argument("--language", action="append", choices=[language.value for language in Language], help="only this one's")
    given = parser.parse_args(arguments)
    chosen = tuple(
        mutation
        for mutation in MUTATIONS
        if (not given.only or mutation.name in given.only) and (not given.language or mutation.language.value in given.language)
    )
    good = 0
    with tempfile.TemporaryDirectory(prefix="certify-mutants-") as folder:
        print_row(_COLUMNS, (name for name, _ in _COLUMNS))
        for row in rows(ground_in(Path(folder)), chosen):
            print_row(_COLUMNS, row.cells())
            good += row.good
    share = f"{good / max(1, len(chosen)):.0%}"
    print(f"\n{good} of {len(chosen)} mutations ({share}) found by a check that asks what they break, and found again")
    return 0 if good == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
