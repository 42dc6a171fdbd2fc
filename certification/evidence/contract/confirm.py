"""Every violation once more on its own, before it is believed: in a sandbox as it was at the beginning, else in the one tested."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from certification.errors import SandboxError
from certification.evidence.contract.jobs import replay_job
from certification.evidence.contract.standalone import with_creation, without_proofs

if TYPE_CHECKING:
    from certification.evidence.contract.events import Folded
    from certification.evidence.contract.ids import Ids
    from certification.evidence.contract.redact import Redactor
    from certification.isolation.runner import Runner
    from certification.sandboxes.open import Sandbox

WHOLE = ".whole.json"
"""How the name of a crash file ends that begins with the creation of what it reads."""

_MANIFEST = "manifest.json"
_MEANING = {"failed": True, "flaky": True, "fixed": False}
_ORDER = (True, False, None)

Key = tuple[str, str]
"""A check and an operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of a violation when it was replayed on its own."""

    reproduced: bool | None
    """``None`` where no replay could be made."""
    file: str
    """The crash file that shows it best."""


def replayed(folded: Folded, work: Path, sandbox: Sandbox, runner: Runner, redactor: Redactor) -> dict[Key, Replay]:
    """Replay the crash files in the job's folder; leaves them, made to stand on their own, in ``crashes``.

    Raises:
        IsolationError: the job could not be started.
    """
    found = next(iter(sorted(work.glob(".schemathesis/*/cache/crashes"))), None)
    if not folded.violations or found is None:
        return {}
    _prepare(found, work / "crashes", folded, redactor)
    replays: dict[Key, Replay] = {}
    if sandbox.another is not None:
        try:
            with sandbox.another() as fresh:
                replays = read(runner.run(replay_job(work, fresh)).stdout, work / "crashes", folded.ids)
        except SandboxError:  # the one that was tested still answers, as far as we know
            replays = {}
    if all((entry := replays.get((each.check, each.operation))) and entry.reproduced for each in folded.violations):
        return replays
    again = read(runner.run(replay_job(work, sandbox)).stdout, work / "crashes", folded.ids)
    return again | {key: entry for key, entry in replays.items() if key not in again or _rank(entry) <= _rank(again[key])}


def _prepare(crashes: Path, target: Path, folded: Folded, redactor: Redactor) -> None:
    """Write each crash file as it is but for proofs, and, as ``<name>.whole.json``, with the creation of what it reads."""
    target.mkdir()
    for path in sorted(crashes.glob("*.json")):
        if path.name == _MANIFEST:
            continue
        crash = without_proofs(json.loads(path.read_text(encoding="utf-8")), redactor.names)
        (target / path.name).write_text(json.dumps(crash, indent=1), encoding="utf-8")
        whole = with_creation(crash, folded.creations)
        if whole is not None:
            (target / f"{path.stem}{WHOLE}").write_text(json.dumps(whole, indent=1), encoding="utf-8")


def read(printed: bytes, crashes: Path, ids: Ids) -> dict[Key, Replay]:
    """What ``replays`` printed, by check and operation; of several files for one, that which shows most."""
    found: dict[Key, Replay] = {}
    for line in printed.decode(errors="replace").splitlines():
        try:
            told = json.loads(line)
            crash = json.loads((crashes / told["file"]).read_text(encoding="utf-8"))
            key = (str(crash["sequence"][-1]["checks"][0]["name"]), ids.operation_of(str(crash["operation"])))
        except (ValueError, KeyError, IndexError, TypeError, OSError):
            continue
        replay = Replay(reproduced=_MEANING.get(told.get("status")), file=told["file"])
        if key not in found or _rank(replay) < _rank(found[key]):
            found[key] = replay
    return found


def _rank(replay: Replay) -> tuple[int, bool]:
    """Reproduced first, and of those the files that stand on their own."""
    return _ORDER.index(replay.reproduced), not replay.file.endswith(WHOLE)
