"""What is kept of a contract test: the tool's own reports, its settings and its crash files, without credentials."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from certification.evidence.contract.events import lines
from certification.model import File

if TYPE_CHECKING:
    from certification.evidence.contract.redact import Redactor

EVENTS = Path("reports/events.ndjson")
REPORT = Path("reports/run.json")
_SETTINGS = ("plan.json", "schemathesis.toml", "description.json")


def keep(work: Path, kept: Path, folder: Path, redactor: Redactor) -> tuple[File, ...]:
    """Copy what is evidence from the job's folder to ``kept``; paths in the result are relative to ``folder``."""
    plain = [*(work / "reports").glob("*.xml"), *(work / "reports").glob("*.json"), *(work / "crashes").glob("*.json")]
    plain += [path for name in _SETTINGS if (path := work / name).is_file()]
    written = []
    for path in plain:
        text = redactor.text(path.read_text(encoding="utf-8", errors="replace"))
        written.append(_write(kept / path.relative_to(work), text.encode()))
    if (work / EVENTS).is_file():
        with (work / EVENTS).open(encoding="utf-8", errors="replace") as stream:
            text = "".join(json.dumps(redactor.value(event), separators=(",", ":")) + "\n" for event in lines(stream))
        written.append(_write(kept / f"{EVENTS}.gz", gzip.compress(text.encode(), mtime=0)))
    return tuple(sorted((_file(path, folder) for path in written), key=lambda file: file.path))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _file(path: Path, folder: Path) -> File:
    content = path.read_bytes()
    return File(path=path.relative_to(folder).as_posix(), digest=hashlib.sha256(content).hexdigest(), size=len(content))
