"""Runs inside a job, beside Schemathesis: every recorded failure once more, on its own, from its first request to its check.

``python -m certification.evidence.contract.replays FOLDER URL`` reads the crash files of Schemathesis in ``FOLDER`` and prints one JSON
document a line: ``file``, ``status`` (``failed``, ``flaky``, ``fixed`` or ``errored``), ``steps`` (each with ``request``, ``status`` and
``body``), ``note`` and ``failures``.

NOTE: ``schemathesis replay`` does the same, but says it only to people; so its own function is called here.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemathesis.cli.commands.replay.executor import replay_crash_file
from schemathesis.cli.loaders import load_schema
from schemathesis.config import SchemathesisConfig
from schemathesis.reporting.crashes import CrashFile

from certification.evidence.contract import hooks

if TYPE_CHECKING:
    from schemathesis.config import ProjectConfig

_MANIFEST = "manifest.json"
_MOST_BODY = 2000


def main(folder: Path, url: str) -> None:
    """Replay each file of the folder."""
    settings = tomllib.loads(Path("schemathesis.toml").read_text(encoding="utf-8"))
    config = SchemathesisConfig.from_dict({**settings, "base-url": url}, base_dir=".").projects.get_default()
    schema = load_schema("description.json", config)
    for path in sorted(folder.glob("*.json")):
        if path.name != _MANIFEST:
            # Identities remember what they have tried, and try nothing twice.
            hooks.identify(schema)
            told = {"file": path.name, **_replayed(path, url, config, schema)}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def _replayed(path: Path, url: str, config: ProjectConfig, schema: Any) -> dict[str, Any]:
    try:
        crash = CrashFile.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        return {"status": "errored", "steps": [], "note": f"the file is of another version: {error}"}
    outcome = replay_crash_file(crash, base_url=url, project_config=config, schema=schema)
    steps = [
        {"request": f"{step.method} {step.url_template}", "status": seen.status_code, "body": seen.body[:_MOST_BODY]}
        for step, seen in zip(crash.sequence, outcome.step_outcomes, strict=False)
    ]
    notes = [outcome.error_message, *(check.note for check in outcome.check_outcomes)]
    failures = [str(failure) for failure in outcome.failures]
    return {"status": outcome.status.value, "steps": steps, "note": " ".join(note for note in notes if note), "failures": failures}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
