"""Looking for each defect of an exchange that was not written for the product's rules, nor the rules for it.

Each defect is switched on alone. Stories are played first; where they find nothing of the defect's theme, the contract is tested. What is
found must be shown again by the finding's own command. In the end several seeds without any defect must give no finding.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.again import shown_again
from benchmarks.faults import failed
from benchmarks.table import print_row
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.record import Evidence, Scenario
from certification.evidence.scenarios.burst import BURSTS
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

PROFILE = "profile.yaml"
_MODEL = "model."
_NEAR: dict[str, tuple[str, ...]] = {
    "auth": ("authentication.", "permissions.", "orders.other", "repeats.", "withdrawals.", "streams.login"),
    "money": ("orders.", "amend.", "cancel-all.", "statement.", "pagination.", "withdrawals.", "expiry."),
    "state": ("orders.", "amend.", "places.", "cancel-all.", "terms.", "market.", "pagination.", "expiry."),
    "limits": ("orders.", "limits."),
    "streams": ("streams.",),
}
"""Theme of a defect -> stories that likely show it."""
_TRADE = (
    "orders",
    "trading",
    "balances",
    "model",
    "lists",
    "books",
    "market",
    "cancel_all",
    "statements",
    "terms",
    "amend",
    "pagination",
    "races",
    "ended",
)
RIGHTLY: dict[str, tuple[str, ...]] = {
    "contract": ("contract", "shapes", "books", "market", "pagination", "limits", "refusals"),
    "auth": (
        *("authentication", "signatures", "others", "repeats", "withdrawals", "streams", "lists", "statements", "amend"),
        *("contract.missing_credentials_are_refused", "contract.objects_of_others_are_hidden"),
    ),
    "state": (*_TRADE, "expiry"),
    "money": (*_TRADE, "withdrawals", "expiry"),
    "limits": ("limits", "orders", "trading", "lists", "refusals", "expiry", "withdrawals", "streams"),
    "streams": ("streams", "checksums", "heard", "books", "market"),
}
"""Theme of a defect -> themes of checks, or checks, that may name it, where its author wrote no more than that."""
_WANTED = 0.97
_SEED = 1
_COLUMNS = (("theme", 9), ("defect", 29), ("breaks", 18), ("found by", 52), ("names", 16), ("others", 6), ("again", 5), ("seconds", 7))


class Defect(Protocol):
    """One fault that an exchange can be given."""

    @property
    def name(self) -> str:
        """By which it is switched on."""

    @property
    def theme(self) -> str:
        """What it is about."""

    @property
    def operation(self) -> str:
        """Where it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An exchange of this folder, with its defects."""

    name: str
    """Of its program: ``second``."""
    folder: Path
    """Its profile and what that names."""
    usual_url: str
    """Of the profile's sandbox."""
    credentials: tuple[tuple[str, str], ...]
    """Environment variables and what they are where nobody set them."""
    defects: Sequence[Defect]
    serving: Callable[[tuple[str, ...]], AbstractContextManager[str]]
    """Serves it with these defects in this process, and gives its address."""
    rightly: Callable[[Defect], tuple[str, ...]]
    """The themes of checks, or the checks, that may name a defect."""


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
def ground(stranger: Stranger, folder: Path, *defects: str) -> Iterator[Ground]:
    """The exchange with these defects, in a thread of this process."""
    with stranger.serving(defects) as url:
        file = _at(stranger, url, folder)
        profile = load_profile(file)
        found = fetch(profile.spec.rest, folder=profile.folder, previous=None)
        assert isinstance(found, Fetched)
        assert profile.spec.streams is not None
        streams = fetch(profile.spec.streams, folder=profile.folder, previous=None)
        assert isinstance(streams, Fetched)
        snapshot = History(folder / "history").record(profile.id, found, streams=streams)
        yield Ground(profile=profile, file=file, snapshot=snapshot, folder=folder)


def _at(stranger: Stranger, url: str, folder: Path) -> Path:
    """A copy of the profile, and of what it names, that leads to the address."""
    own = folder / "exchange"
    own.mkdir(parents=True)
    for file in stranger.folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (own / file.name).write_text(text.replace(stranger.usual_url, url) if file.name == PROFILE else text, encoding="utf-8")
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
    """Ever more evidence: stories, those that are nearest to the defect first and the one beside the model last, then the contract."""
    burst = defect is None or defect.theme == "limits"
    near = _NEAR.get(defect.theme, ()) if defect is not None else ()
    chosen = [story for story in STORIES if burst or story.id not in BURSTS]
    chosen.sort(key=lambda story: (story.id in BURSTS, story.id.startswith(_MODEL), not story.id.startswith(near)))
    scenarios: tuple[Scenario, ...] = ()
    for story in chosen:
        scenarios += told(given, (story,), seed)
        yield Evidence(scenarios=scenarios)
    if contract:
        with _opened(given) as (sandbox, runner):
            subject = Subject(
                api=read_api(given.snapshot), snapshot=given.snapshot, profile=given.profile, sandbox=sandbox, exchange=str(given.file)
            )
            yield Evidence(scenarios=scenarios, contract=contract_test(subject, runner, seed=seed, folder=given.folder))


def tried(stranger: Stranger, folder: Path, defect: Defect, *, contract: bool, again: bool) -> Row:
    """Switch one defect on, look for it, and show it again."""
    begun = time.monotonic()
    found: tuple[Finding, ...] = ()
    right = None
    with ground(stranger, folder, defect.name) as given:
        for evidence in seen(given, defect, _SEED, contract=contract):
            found = failed(evidence)
            rightly = stranger.rightly(defect)
            right = next((each for each in found if each.check in rightly or each.check.partition(".")[0] in rightly), None)
            if right is not None:
                break
        shown = right is not None and (not again or shown_again(right.reproduce, folder))
    return Row(defect=defect, found=found, right=right, again=shown, elapsed_s=time.monotonic() - begun)


def _quiet(stranger: Stranger, folder: Path, seed: int, *, contract: bool) -> bool:
    """Whether a run without a defect finds nothing; prints what it does."""
    evidence = Evidence(scenarios=())
    with ground(stranger, folder) as given:
        for evidence in seen(given, None, seed, contract=contract):  # noqa: B007 - the last one holds everything
            pass
    found = failed(evidence)
    print(
        f"no defect, seed {seed}: {'; '.join(f'{each.check} {each.subject}: {each.summary}' for each in found) or 'no finding'}", flush=True
    )
    return not found


def main(stranger: Stranger, about: str | None, arguments: list[str] | None = None) -> int:
    """Print the table; ``about`` is what the program says of itself."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{stranger.name}", description=about)
    parser.add_argument("--only", action="append", default=[], choices=[each.name for each in stranger.defects], metavar="NAME")
    parser.add_argument("--theme", action="append", default=[], choices=sorted({each.theme for each in stranger.defects}))
    parser.add_argument("--clean", type=int, default=3, help="how many seeds without a defect (default 3)")
    parser.add_argument("--no-contract", action="store_true", help="leave the contract test out, which takes most of the time")
    parser.add_argument("--once", action="store_true", help="do not run the commands of what was found")
    given = parser.parse_args(arguments)
    chosen = tuple(
        each for each in stranger.defects if not (given.only or given.theme) or each.name in given.only or each.theme in given.theme
    )
    for name, usual in stranger.credentials:
        os.environ.setdefault(name, usual)
    with tempfile.TemporaryDirectory(prefix=f"certify-{stranger.name}-") as folder:
        return _table(stranger, Path(folder), chosen, clean=given.clean, contract=not given.no_contract, again=not given.once)


def _table(stranger: Stranger, folder: Path, chosen: tuple[Defect, ...], *, clean: int, contract: bool, again: bool) -> int:
    print_row(_COLUMNS, (name for name, _ in _COLUMNS))
    rows = []
    for defect in chosen:
        rows.append(tried(stranger, folder / defect.name, defect, contract=contract, again=again))
        print_row(_COLUMNS, rows[-1].cells())
    for theme in dict.fromkeys(row.defect.theme for row in rows):
        of_theme = [row.good for row in rows if row.defect.theme == theme]
        print(f"{theme}: {sum(of_theme)} of {len(of_theme)}", flush=True)
    good = sum(row.good for row in rows)
    share = good / len(chosen) if chosen else 1.0
    print(
        f"\n{good} of {len(chosen)} defects ({share:.1%}) found by the right check{' and shown again by its command' if again else ''}",
        flush=True,
    )
    quiet = [_quiet(stranger, folder / f"seed-{seed}", seed, contract=contract) for seed in range(1, clean + 1)]
    return 0 if all(quiet) and share >= _WANTED else 1
