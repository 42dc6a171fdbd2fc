"""A run that is killed at any stage: the same command goes on, publishes once, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from certification.errors import IsolationError
from certification.isolation import engine
from certification.isolation.choose import choose
from tests.simulators.processes import all_ended, knowing

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = [pytest.mark.toolchain, pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here")]

COMMAND = (sys.executable, "-m", "flows.cli", "run", "reference", "--seed", "3")
IN_PROCESSES = (*COMMAND, "--language", "python", "--isolation", "process")
IN_CONTAINERS = (*COMMAND, "--part", "api", "--isolation", "container")
BASE = {name: value for name, value in os.environ.items() if name == "CERTIFY_BASE_IMAGE"}
RUN_ID = re.compile(r"run (\d{8}T\d{6}Z-[0-9a-f]{8})")


Killing = Callable[[int], object]
"""What is waited for before a process of that id is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that ended, or was ended."""

    process: int
    exit_code: int
    said: str


def run(place: Path, kill_at: str | None, command: tuple[str, ...] = IN_PROCESSES, before_the_kill: Killing = lambda _: None) -> Ended:
    """Run the command, and kill it the moment that it says this."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CERTIFY_", "PREFECT_"))}
    environment |= {"CERTIFY_HOME": str(place / "home")} | BASE
    said = ""
    with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if kill_at and line.startswith(kill_at):
                before_the_kill(process.pid)
                process.kill()
                break
    return Ended(process=process.pid, exit_code=process.returncode, said=said)


@pytest.mark.timeout(600)
def test_a_killed_run_goes_on_publishes_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ids = set()
    for stage in ("run ", "✓ SDK python", "✓ contract test", "✓ judge and sign"):
        killed = run(tmp_path, stage)
        assert killed.exit_code == -9, killed.said
        ids |= set(RUN_ID.findall(killed.said))
        assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")
    done = run(tmp_path, None)
    assert done.exit_code == 0, done.said
    assert {*ids, *RUN_ID.findall(done.said)} == ids
    assert len(ids) == 1
    assert "going on where it stopped" in done.said
    assert re.search(r"contract test \(0\.\d s\)", done.said), "what was answered is not asked again"
    out = tmp_path / "out" / "reference"
    assert sorted(entry.name for entry in out.iterdir()) == sorted([*ids, "latest"])
    records = list((tmp_path / "home" / "registry" / "records").rglob("*.json"))
    assert len(records) == 1
    assert len((tmp_path / "home" / "log" / "entries.jsonl").read_text().splitlines()) == 1
    assert not list((tmp_path / "home" / "runs").iterdir())
    assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")


@pytest.fixture
def client() -> Iterator[DockerClient]:
    """The engine, with the images that a run takes; skips where there is none."""
    try:
        choose("container", base_image=BASE.get("CERTIFY_BASE_IMAGE"))
        opened = engine.connect()
    except IsolationError as error:
        pytest.skip(str(error))
    yield opened
    opened.close()


def started_by(process: int, client: DockerClient) -> list[str]:
    """What the engine holds that this process had made."""
    ours: dict[str, str | list[str] | bool] = {"label": engine.RUN_LABEL}
    containers = [(str(one.name), one.labels) for one in client.containers.list(all=True, filters=ours, ignore_removed=True)]
    networks = [(str(one.name), one.attrs.get("Labels") or {}) for one in client.networks.list(filters=ours)]
    volumes = [(str(one.name), one.attrs.get("Labels") or {}) for one in client.volumes.list(filters=ours)]
    return [name for name, labels in (*containers, *networks, *volumes) if labels.get(engine.OWNER_LABEL, "").startswith(f"{process} ")]


def soon(true: Callable[[], bool], *, within_s: float = 60) -> bool:
    waiting = threading.Event()
    return any(true() or waiting.wait(0.1) for _ in range(int(within_s * 10)))


@pytest.mark.container
@pytest.mark.timeout(600)
def test_a_run_killed_among_its_containers_leaves_none_and_goes_on(tmp_path: Path, client: DockerClient) -> None:
    def testing(process: int) -> None:
        assert soon(lambda: any("contract-test" in name for name in started_by(process, client))), "the contract test never began"

    killed = run(tmp_path, "✓ scenarios", IN_CONTAINERS, testing)
    assert killed.exit_code == -9, killed.said
    assert soon(lambda: not started_by(killed.process, client)), started_by(killed.process, client)
    assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")

    done = run(tmp_path, None, IN_CONTAINERS)
    assert done.exit_code == 0, done.said
    assert "going on where it stopped" in done.said
    assert re.search(r"scenarios \([01]\.\d s\)", done.said), "what was answered is not asked again"
    assert RUN_ID.findall(done.said) == RUN_ID.findall(killed.said)
    assert len((tmp_path / "home" / "log" / "entries.jsonl").read_text().splitlines()) == 1
    assert not started_by(done.process, client)
    assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")
