"""What is kept of a contract test: the tool's own reports, its settings and its crash files, without credentials."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certification.evidence.contract.events import lines
from certification.model import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.contract.redact import Redactor

EVENTS = Path("reports/events.ndjson")
REPORT = Path("reports/run.json")
_REDACTED = Path("events.redacted.gz")
_SETTINGS = ("plan.json", "schemathesis.toml", "description.json")


def redacted_events(work: Path, redactor: Redactor) -> Iterator[dict[str, Any]]:
    """The tool's events without credentials, one by one; when all are taken, ``keep`` finds them written down so."""
    if not (work / EVENTS).is_file():
        return
    with (work / EVENTS).open(encoding="utf-8", errors="replace") as stream, _packed(work / _REDACTED) as packed:
        for event in lines(stream):
            clean = redactor.value(event)
            packed.write(json.dumps(clean, separators=(",", ":")).encode() + b"\n")
            yield clean


def _packed(path: Path) -> gzip.GzipFile:
    """A compressed file that holds no date: the same content is the same file."""
    return gzip.GzipFile(path, "wb", compresslevel=4, mtime=0)


def keep(work: Path, kept: Path, folder: Path, redactor: Redactor) -> tuple[File, ...]:
    """Copy what is evidence from the job's folder to ``kept``; paths in the result are relative to ``folder``."""
    plain = [*(work / "reports").glob("*.xml"), *(work / "reports").glob("*.json"), *(work / "crashes").glob("*.json")]
    plain += [path for name in _SETTINGS if (path := work / name).is_file()]
    written = []
    for path in plain:
        text = redactor.text(path.read_text(encoding="utf-8", errors="replace"))
        written.append(_write(kept / path.relative_to(work), text.encode()))
    if (work / _REDACTED).is_file():
        written.append(_write(kept / f"{EVENTS}.gz", (work / _REDACTED).read_bytes()))
    return tuple(sorted((_file(path, folder) for path in written), key=lambda file: file.path))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _file(path: Path, folder: Path) -> File:
    content = path.read_bytes()
    return File(path=path.relative_to(folder).as_posix(), digest=hashlib.sha256(content).hexdigest(), size=len(content))
