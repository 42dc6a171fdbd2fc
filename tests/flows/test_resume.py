"""A run that is killed at any stage: the same command goes on, publishes once, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.processes import all_ended, knowing

pytestmark = [pytest.mark.toolchain, pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here")]

COMMAND = (sys.executable, "-m", "flows.cli", "run", "reference", "--language", "python", "--isolation", "process", "--seed", "3")
RUN_ID = re.compile(r"run (\d{8}T\d{6}Z-[0-9a-f]{8})")


def run(place: Path, kill_at: str | None) -> tuple[int, str]:
    """Run the command, and kill it the moment that it says this; gives its exit code and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CERTIFY_", "PREFECT_"))}
    environment |= {"CERTIFY_HOME": str(place / "home")}
    said = ""
    with subprocess.Popen(COMMAND, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if kill_at and line.startswith(kill_at):
                process.kill()
                break
    return process.returncode, said


@pytest.mark.timeout(600)
def test_a_killed_run_goes_on_publishes_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ids = set()
    for stage in ("run ", "✓ SDK python", "✓ contract test", "✓ judge and sign"):
        exit_code, said = run(tmp_path, stage)
        assert exit_code == -9, said
        ids |= set(RUN_ID.findall(said))
        assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")
    exit_code, said = run(tmp_path, None)
    assert exit_code == 0, said
    assert {*ids, *RUN_ID.findall(said)} == ids
    assert len(ids) == 1
    assert "going on where it stopped" in said
    assert re.search(r"contract test \(0\.\d s\)", said), "what was answered is not asked again"
    out = tmp_path / "out" / "reference"
    assert sorted(entry.name for entry in out.iterdir()) == sorted([*ids, "latest"])
    records = list((tmp_path / "home" / "registry" / "records").rglob("*.json"))
    assert len(records) == 1
    assert len((tmp_path / "home" / "log" / "entries.jsonl").read_text().splitlines()) == 1
    assert not list((tmp_path / "home" / "runs").iterdir())
    assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")
