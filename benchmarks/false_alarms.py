"""Show 2: ``python -m benchmarks.false_alarms [--runs N] [--trouble [N]] [--contract]``, the clean reference exchange again and again.

Each run has a seed of its own: another history of the house, other sequences by chance, other data for the contract test. ``--trouble``
puts a line before the sandbox that delays every byte by up to 50 ms and resets a connection at one piece of data in a hundred, while
another process keeps a core busy.
There must be no finding. A story that trouble cut short is not observed, which is no finding; what is played twice must be judged alike.
Exit code 1 where anything is found, or judged once so and once otherwise.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bad_line import BadLine, bad_line
from benchmarks.faults import Ground, contract_of, failed, ground_in, stage_of
from certification.evidence.record import Evidence, Observation, Scenario
from certification.evidence.scenarios.burst import BURST
from certification.evidence.scenarios.run import STORIES, play_stories
from certification.model import Finding
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from flows.stages.burst import SMALL_BUDGET
from flows.stages.read import read_api, read_shapes

JITTER = BadLine(most_delay_s=0.05, resets=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run said."""

    seed: int
    findings: tuple[Finding, ...]
    unseen: tuple[str, ...]
    """Stories that could not be played to their end."""
    elapsed_s: float


def one_run(given: Ground, seed: int, *, line: BadLine | None, contract: bool) -> Run:
    """Play every story on a clean exchange of that seed, and test its contract where asked."""
    begun = time.monotonic()
    scenarios = (*_stories(given, seed, line), *_burst(given, seed, line))
    evidence = Evidence(scenarios=scenarios, contract=contract_of(given, (), seed) if contract else None)
    return Run(
        seed=seed,
        findings=failed(evidence),
        unseen=tuple(scenario.id for scenario in scenarios if scenario.observation is Observation.UNAVAILABLE),
        elapsed_s=time.monotonic() - begun,
    )


def _stories(given: Ground, seed: int, line: BadLine | None) -> tuple[Scenario, ...]:
    chosen = tuple(story for story in STORIES if story.id != BURST)
    with _served(seed, None, line) as url:
        return play_stories(
            given.profile, read_api(given.snapshot), replace(stage_of(url), seed=seed, shapes=read_shapes(given.snapshot)), stories=chosen
        )


def _burst(given: Ground, seed: int, line: BadLine | None) -> tuple[Scenario, ...]:
    chosen = tuple(story for story in STORIES if story.id == BURST)
    tight = given.profile.model_copy(update={"rate_limit": (SMALL_BUDGET,)})
    with _served(seed, SMALL_BUDGET.requests, line) as url:
        return play_stories(
            tight, read_api(given.snapshot), replace(stage_of(url), ours=True, shapes=read_shapes(given.snapshot)), stories=chosen
        )


@contextmanager
def _served(seed: int, rate_limit: int | None, line: BadLine | None) -> Iterator[str]:
    """The exchange's address, or that of the bad line to it."""
    with serve_reference(ReferenceOptions(seed=seed, rate_limit=rate_limit), environment={}) as url:
        if line is None:
            yield url
            return
        with bad_line(url, line, seed=seed) as worse:
            yield worse


@contextmanager
def busy(*, wanted: bool) -> Iterator[None]:
    """Another process that never rests."""
    if not wanted:
        yield
        return
    process = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _spin() -> None:
    number = 0
    while True:
        number = (number + 1) % 1_000_003


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each run, and what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument(
        "--trouble", type=int, nargs="?", const=20, default=0, help="so many runs over a bad line and beside a busy process"
    )
    parser.add_argument("--contract", action="store_true", help="test the contract in each run too")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="certify-clean-") as folder:
        ground = ground_in(Path(folder))
        quiet = _told("clean", (one_run(ground, seed, line=None, contract=given.contract) for seed in range(1, given.runs + 1)))
        with busy(wanted=given.trouble > 0):
            troubled = (one_run(ground, seed, line=JITTER, contract=False) for seed in range(1, given.trouble + 1))
            return 0 if _told("trouble", troubled) and quiet else 1


def _told(kind: str, runs: Iterator[Run]) -> bool:
    """Whether there was no finding in any of them."""
    count, unseen, found = 0, Counter[str](), 0
    for run in runs:
        count, found = count + 1, found + len(run.findings)
        unseen.update(run.unseen)
        said = "; ".join(f"{finding.check} {finding.subject}: {finding.summary[:200]}" for finding in run.findings) or "no finding"
        print(f"{kind} seed {run.seed}: {said}; {len(run.unseen)} stories cut short ({run.elapsed_s:.0f} s)", flush=True)
    if count:
        most = ", ".join(f"{name} {times}" for name, times in unseen.most_common(5)) or "none"
        print(f"\n{kind}: {count} runs, {found} findings; stories cut short most often: {most}\n")
    return not found


if __name__ == "__main__":
    sys.exit(main())
