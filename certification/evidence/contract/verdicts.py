"""What the replays and the statuses of a contract test come to: which violations to believe, and whether the test says anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from certification.evidence.contract.events import Folded

_TOO_MANY = 429
_REFUSALS = (401, 403)
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of a violation when it was replayed on its own."""

    reproduced: bool | None
    """``None`` where no replay could be made."""
    file: str
    """The crash file that shows it best."""


_MEANING = {"failed": True, "flaky": True, "fixed": False}
_ORDER = (True, False, None)


def read(printed: bytes, crashes: Path, operation_of: Callable[[str], str]) -> dict[tuple[str, str], Replay]:
    """What ``replays`` printed, by check and operation; of several files for one, that which shows most."""
    found: dict[tuple[str, str], Replay] = {}
    for line in printed.decode(errors="replace").splitlines():
        try:
            told = json.loads(line)
            crash = json.loads((crashes / told["file"]).read_text(encoding="utf-8"))
            key = (str(crash["sequence"][-1]["checks"][0]["name"]), operation_of(str(crash["operation"])))
        except (ValueError, KeyError, IndexError, TypeError, OSError):
            continue
        replay = Replay(reproduced=_MEANING.get(told.get("status")), file=told["file"])
        if key not in found or _ORDER.index(replay.reproduced) < _ORDER.index(found[key].reproduced):
            found[key] = replay
    return found


def vacuity(folded: Folded) -> str:
    """Why the answers prove nothing of the exchange; empty where they do."""
    answers = sum(count for _, count in folded.statuses)
    seen = {status for status, _ in folded.statuses}
    if answers == 0:
        return "the sandbox answered no call"
    if all(status >= _FIRST_SERVER_ERROR for status in seen):
        return f"the sandbox answered every call with a server error ({_listed(seen)})"
    if seen <= {_TOO_MANY}:
        return "the sandbox refused every call with 429; lower the rate limit in the profile, or come back later"
    if seen <= set(_REFUSALS):
        return f"the sandbox refused every call with {_listed(seen)}; look at the credentials"
    if folded.signed.calls and folded.signed.calls == folded.signed.refused:
        return "the sandbox refused our credentials: every signed call was answered 401 or 403; look at them and at the signing recipe"
    return ""


def _listed(statuses: set[int]) -> str:
    return ", ".join(str(status) for status in sorted(statuses))
