"""Which check finds each defect of the second exchange.

``python -m benchmarks.second [--only NAME]… [--theme NAME]… [--clean N] [--no-contract]``

The exchange was not written for the product's rules, nor the rules for it: its profile says what they need to know. Each defect is switched
on alone. Stories are played first; where they find nothing of the defect's theme, the contract is tested. What is found must be shown again
by the finding's own command. Exit code 1 where less than 97 in 100 is found so, or a run without a defect finds anything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import failed
from benchmarks.second_exchange.defects import DEFECTS, Defect
from benchmarks.second_exchange.serve import OWNERS, application, keys_from, serving
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.record import Evidence, Scenario
from certification.evidence.scenarios.burst import BURST
from certification.evidence.scenarios.run import STORIES, Replay, Stage, play_stories
from certification.evidence.scenarios.story import Story
from certification.isolation.process import ProcessRunner
from certification.model import Finding, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from certification.sandboxes.open import Sandbox, open_sandbox
from certification.specs.fetch import fetch
from certification.specs.fetched import Fetched
from certification.specs.history import History
from flows.stages.read import read_api, read_shapes

FOLDER = Path(__file__).parent / "second_exchange"
PROFILE = "profile.yaml"
USUAL_URL = "http://127.0.0.1:8090"
"""Of the profile's sandbox."""
_MODEL = "model."
_WANTED = 0.97
_SEED = 1
_REPRODUCTION_TIMEOUT_S = 180.0
_COLUMNS = (("theme", 9), ("defect", 28), ("breaks", 13), ("found by", 52), ("names", 16), ("others", 6), ("again", 5), ("seconds", 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One exchange, served, and what is known of it."""

    profile: ExchangeProfile
    snapshot: SpecSnapshot
    file: Path
    """The profile's own."""
    folder: Path
    """Where evidence is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one defect."""

    defect: Defect
    found: tuple[Finding, ...]
    right: Finding | None
    """The first one of a theme that may rightly name it."""
    again: bool
    elapsed_s: float

    @property
    def good(self) -> bool:
        """Whether it is found by the right check, and its command shows it again."""
        return self.right is not None and self.again

    def cells(self) -> tuple[str, ...]:
        """Its texts in the table."""
        named = self.right or next(iter(self.found), None)
        check = "NOT FOUND" if named is None else named.check if self.right else f"WRONG THEME {named.check}"
        again = "-" if named is None else "yes" if self.again else "NO"
        others = str(len({finding.check for finding in self.found} - {named.check if named else ""}))
        subject = named.subject if named else "-"
        return (self.defect.theme, self.defect.name, self.defect.operation, check, subject, others, again, f"{self.elapsed_s:.0f}")


@contextmanager
def ground(folder: Path, *defects: str) -> Iterator[Ground]:
    """The exchange with these defects, in a thread of this process."""
    with serving(application(keys_from(os.environ), defects)) as url:
        file = _at(url, folder)
        profile = load_profile(file)
        found = fetch(profile.spec.rest, folder=profile.folder, previous=None)
        assert isinstance(found, Fetched)
        assert profile.spec.streams is not None
        streams = fetch(profile.spec.streams, folder=profile.folder, previous=None)
        assert isinstance(streams, Fetched)
        snapshot = History(folder / "history").record(profile.id, found, streams=streams)
        yield Ground(profile=profile, file=file, snapshot=snapshot, folder=folder)


def _at(url: str, folder: Path) -> Path:
    """A copy of the profile, and of what it names, that leads to the address."""
    own = folder / "exchange"
    own.mkdir(parents=True)
    for file in FOLDER.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (own / file.name).write_text(text.replace(USUAL_URL, url) if file.name == PROFILE else text, encoding="utf-8")
    return own / PROFILE


def told(given: Ground, stories: tuple[Story, ...], seed: int) -> tuple[Scenario, ...]:
    """The stories, as they were played."""
    with _opened(given) as (sandbox, _):
        stage = Stage(
            base_url=f"{sandbox.host_url}{sandbox.base_path}",
            headers=sandbox.headers,
            accounts=sandbox.accounts,
            observer=sandbox.observer,
            ours=True,
            seed=seed,
            fresh=False,
            replay=Replay(exchange=str(given.file)),
            shapes=read_shapes(given.snapshot),
        )
        return play_stories(given.profile, read_api(given.snapshot), stage, stories=stories)


@contextmanager
def _opened(given: Ground) -> Iterator[tuple[Sandbox, ProcessRunner]]:
    with ProcessRunner() as runner, open_sandbox(given.profile, runner, environment=os.environ) as sandbox:
        yield sandbox, runner


def seen(given: Ground, defect: Defect | None, seed: int, *, contract: bool) -> Iterator[Evidence]:
    """Ever more evidence: stories, then those beside the model, then the contract."""
    burst = defect is None or defect.theme == "limits"
    first = tuple(story for story in STORIES if not story.id.startswith(_MODEL) and (burst or story.id != BURST))
    scenarios = told(given, first, seed)
    yield Evidence(scenarios=scenarios)
    scenarios += told(given, tuple(story for story in STORIES if story.id.startswith(_MODEL)), seed)
    yield Evidence(scenarios=scenarios)
    if contract:
        with _opened(given) as (sandbox, runner):
            subject = Subject(
                api=read_api(given.snapshot), snapshot=given.snapshot, profile=given.profile, sandbox=sandbox, exchange=str(given.file)
            )
            yield Evidence(scenarios=scenarios, contract=contract_test(subject, runner, seed=seed, folder=given.folder))


def tried(folder: Path, defect: Defect, *, contract: bool) -> Row:
    """Switch one defect on, look for it, and show it again."""
    begun = time.monotonic()
    found: tuple[Finding, ...] = ()
    right = None
    with ground(folder, defect.name) as given:
        for evidence in seen(given, defect, _SEED, contract=contract):
            found = failed(evidence)
            right = next((finding for finding in found if finding.check.partition(".")[0] in defect.themes), None)
            if right is not None:
                break
        again = right is not None and shown_again(right.reproduce, folder)
    return Row(defect=defect, found=found, right=right, again=again, elapsed_s=time.monotonic() - begun)


def shown_again(command: str, folder: Path) -> bool:
    """Whether a finding's command shows the same again: our own say so by exit code 1, ``curl`` prints an answer."""
    words = shlex.split(command)
    if not words:
        return False
    here = Path(sys.executable).parent
    program = str(here / words[0]) if (here / words[0]).exists() else words[0]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    try:
        ended = subprocess.run(
            [program, *words[1:]], cwd=folder, env=environment, capture_output=True, check=False, timeout=_REPRODUCTION_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0 and bool(ended.stdout) if words[0] == "curl" else ended.returncode == 1


def _printed(cells: tuple[str, ...]) -> None:
    print("  ".join(text.ljust(width) for text, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip(), flush=True)


def _quiet(folder: Path, seed: int, *, contract: bool) -> bool:
    """Whether a run without a defect finds nothing; prints what it does."""
    evidence = Evidence(scenarios=())
    with ground(folder) as given:
        for evidence in seen(given, None, seed, contract=contract):  # noqa: B007 - the last one holds everything
            pass
    found = failed(evidence)
    print(
        f"no defect, seed {seed}: {'; '.join(f'{each.check} {each.subject}: {each.summary}' for each in found) or 'no finding'}", flush=True
    )
    return not found


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.second", description=__doc__)
    parser.add_argument("--only", action="append", default=[], choices=[each.name for each in DEFECTS], metavar="NAME")
    parser.add_argument("--theme", action="append", default=[], choices=sorted({each.theme for each in DEFECTS}))
    parser.add_argument("--clean", type=int, default=3, help="how many seeds without a defect (default 3)")
    parser.add_argument("--no-contract", action="store_true", help="leave the contract test out, which takes most of the time")
    given = parser.parse_args(arguments)
    chosen = tuple(each for each in DEFECTS if not (given.only or given.theme) or each.name in given.only or each.theme in given.theme)
    for name, _, _ in OWNERS:
        for what in ("KEY", "SECRET"):
            os.environ.setdefault(f"KESTREL_{name}_{what}", f"{name.title()}-test-{what.lower()}-of-the-second-exchange")
    with tempfile.TemporaryDirectory(prefix="certify-second-") as folder:
        return _table(Path(folder), chosen, clean=given.clean, contract=not given.no_contract)


def _table(folder: Path, chosen: tuple[Defect, ...], *, clean: int, contract: bool) -> int:
    _printed(tuple(name for name, _ in _COLUMNS))
    good = 0
    for defect in chosen:
        row = tried(folder / defect.name, defect, contract=contract)
        _printed(row.cells())
        good += row.good
    share = good / len(chosen) if chosen else 1.0
    print(f"\n{good} of {len(chosen)} defects ({share:.1%}) found by the right check and shown again by its command", flush=True)
    quiet = [_quiet(folder / f"seed-{seed}", seed, contract=contract) for seed in range(1, clean + 1)]
    return 0 if all(quiet) and share >= _WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
