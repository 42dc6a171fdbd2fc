"""Hostile descriptions, generated, built and run: ``python -m benchmarks.hostile [--only NAME]… [--language L]… [--jobs N]``.

Every payload stands in every place where text may stand (each place is a case). Each source tree is searched for text that became code,
a directive, a setting or a path; then the package is built, installed, type-checked strictly, and its harness program calls every
operation and decodes every type, in isolation. A canary in the payload would make a file; none may be there afterwards. Then the huge,
deep and endless descriptions, each in a process with bounded memory and time. Exit code 1 where anything fires, breaks or is unbounded.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile_bombs import BOMBS, MEMORY_BYTES, TIMEOUT_S
from benchmarks.hostile_documents import HostileDocument, documents
from benchmarks.hostile_payloads import FILE
from benchmarks.hostile_source import leaks
from benchmarks.subject import REPOSITORY
from benchmarks.table import Table, seconds, show, size
from certification.errors import CertificationError
from certification.evidence.sdk import exercise, plan_exercise
from certification.isolation.choose import Preference, choose
from certification.isolation.runner import Runner
from certification.sdks.typescript import TOOLS
from sdkgen.errors import SdkgenError
from sdkgen.generate import generate
from sdkgen.language import Language

_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One payload, everywhere, in one language."""

    payload: str
    language: Language
    cases: int
    injections: tuple[str, ...]
    """Where text became something else; canaries that fired."""
    breaks: tuple[str, ...]
    """What the language's tools refused, and what crashed."""
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bomb:
    """How a huge, deep or endless description ended."""

    name: str
    ended: str
    bounded: bool
    cpu_s: float
    peak_bytes: int


def main(arguments: list[str]) -> int:
    """Print what happened."""
    asked = _parser().parse_args(arguments)
    languages = tuple(Language(name) for name in asked.language or Language)
    wanted = [each for each in documents() if not asked.only or any(name in each.payload.name for name in asked.only)]
    print(f"in {_isolation(asked.isolation)}", flush=True)
    trials = _trials(wanted, languages, asked.isolation, asked.jobs)
    bombs = [_exploded(name) for name in BOMBS if not asked.only or any(word in name for word in asked.only)]
    show(_trial_table(trials, languages))
    show(_bomb_table(bombs))
    for trial in trials:
        for said in (*trial.injections, *trial.breaks):
            print(f"{trial.payload} {trial.language.value}: {said}")
    cases = sum(trial.cases for trial in trials) + len(bombs)
    injections = sum(len(trial.injections) for trial in trials)
    broken = sum(bool(trial.breaks) for trial in trials) + sum(not bomb.bounded for bomb in bombs)
    distinct = sum(len(each.places) for each in wanted) + len(bombs)
    print(f"{distinct:,} cases ({cases:,} over {len(languages)} languages): {injections} injections, {broken} broken or unbounded")
    return 1 if injections or broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description="hostile descriptions, generated, built and run")
    parser.add_argument("--only", action="append", metavar="NAME", help="payloads and bombs whose name holds this; may be given again")
    parser.add_argument("--language", action="append", choices=[language.value for language in Language])
    parser.add_argument("--jobs", type=int, default=2, help="payloads at a time (default: 2)")
    parser.add_argument("--isolation", choices=("auto", "container", "process"), default="auto", help="default: auto")
    return parser


def _isolation(preference: Preference) -> str:
    """What the trials run in, in words; builds what containers need before several want it at once."""
    return choose(preference, base_image=os.environ.get("CERTIFY_BASE_IMAGE"), tools=(TOOLS,)).reason


def _runner(preference: Preference) -> Runner:
    return choose(preference, base_image=os.environ.get("CERTIFY_BASE_IMAGE"), tools=(TOOLS,)).runner


def _trials(wanted: list[HostileDocument], languages: tuple[Language, ...], isolation: Preference, jobs: int) -> list[Trial]:
    trials: list[Trial] = []
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        for ended in as_completed([pool.submit(_tried, each, languages, isolation) for each in wanted]):
            for trial in ended.result():
                trials.append(trial)
                said = next(iter((*trial.injections, *trial.breaks)), "nothing fired")
                print(f"{trial.payload} {trial.language.value} in {seconds(trial.elapsed_s)}: {said}", flush=True)
    return sorted(trials, key=lambda trial: trial.payload)


def _tried(document: HostileDocument, languages: tuple[Language, ...], isolation: Preference) -> tuple[Trial, ...]:
    return tuple(_trial(document, language, isolation) for language in languages)


def _trial(document: HostileDocument, language: Language, isolation: Preference) -> Trial:
    began = time.monotonic()
    root = Path(tempfile.mkdtemp(prefix="certify-hostile-"))
    # Deep, so that a path with a few ".." in it still ends where we look.
    work = root.joinpath(*"abcdef")
    injections: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    try:
        api = document.api()
        source = generate(api, language, document.options(language))
        injections = tuple(leaks(source))
        plan = plan_exercise(api, document.content, recipe=document.options(language).recipe, seed=1)
        with _runner(isolation) as runner:
            evidence = exercise(source, plan, runner, work)
        breaks = tuple(f"{step.name}: {step.output[-_SHOWN:]}" for step in evidence.steps if step.exit_code)
        trips = evidence.round_trips
        breaks += (
            ("its harness program answered nothing",) if trips is None else tuple(f"{loss.type}: {loss.error}" for loss in trips.losses)
        )
    except (SdkgenError, CertificationError) as error:
        breaks = (f"{type(error).__name__}: {error}",)
    except Exception as error:  # noqa: BLE001 - a crash is what this looks for
        breaks = (f"crash, {type(error).__name__}: {error}",)
    injections += tuple(f"a canary fired: {path}" for path in _fired(root))
    shutil.rmtree(root, ignore_errors=True)
    elapsed = time.monotonic() - began
    cases = len(document.places)
    return Trial(payload=document.payload.name, language=language, cases=cases, injections=injections, breaks=breaks, elapsed_s=elapsed)


def _fired(root: Path) -> Iterator[str]:
    """Files that only a canary makes, in the trial's folder and where absolute paths would have put them."""
    for place in (root.rglob(f"{FILE}*"), Path(tempfile.gettempdir()).glob(f"{FILE}*"), REPOSITORY.glob(f"{FILE}*")):
        for path in place:
            yield path.name


def _exploded(name: str) -> Bomb:
    """Run it in a process of its own; what grows or lasts too long ends there."""
    argv = (sys.executable, "-m", "benchmarks.hostile_bombs", name)
    try:
        ran = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, timeout=2 * TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return Bomb(name=name, ended="did not end", bounded=False, cpu_s=TIMEOUT_S, peak_bytes=0)
    if ran.returncode != 0:
        return Bomb(name=name, ended=f"fell: {ran.stderr.strip()[-_SHOWN:]}", bounded=False, cpu_s=TIMEOUT_S, peak_bytes=MEMORY_BYTES)
    told = json.loads(ran.stdout)
    return Bomb(name=name, ended=told["ended"], bounded=True, cpu_s=told["seconds"], peak_bytes=told["peak_kib"] * 1024)


def _trial_table(trials: list[Trial], languages: tuple[Language, ...]) -> Table:
    groups = sorted({trial.payload.rpartition("-")[0] for trial in trials})
    rows = []
    for group in groups:
        mine = [trial for trial in trials if trial.payload.rpartition("-")[0] == group]
        by_language = ([trial for trial in mine if trial.language is language] for language in languages)
        counts = (f"{sum(not trial.breaks for trial in each)} of {len(each)}" for each in by_language)
        cases, fired = sum(trial.cases for trial in mine), sum(len(trial.injections) for trial in mine)
        rows.append((group, f"{cases // max(1, len(languages)):,}", *counts, f"{fired}"))
    return Table(
        title="Hostile text in every place: built, installed, strictly type-checked, exercised",
        columns=("payloads", "cases", *(f"{language.value} builds" for language in languages), "injections"),
        rows=tuple(rows),
        notes=("a case is one payload in one place; each description holds one payload in all places at once",),
    )


def _bomb_table(bombs: list[Bomb]) -> Table:
    return Table(
        title="Huge, deep and endless descriptions: read and generated in all languages, or refused",
        columns=("description", "processor", "peak memory", "ended"),
        rows=tuple((bomb.name, seconds(bomb.cpu_s), size(bomb.peak_bytes), bomb.ended[:60]) for bomb in bombs),
        notes=(f"each in a process that may take {TIMEOUT_S} s of processor time and {size(MEMORY_BYTES)} of memory",),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
