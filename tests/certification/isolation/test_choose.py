from __future__ import annotations

from pathlib import Path

import pytest

from certification.errors import IsolationError
from certification.isolation.choose import choose
from certification.isolation.runner import Runner
from certification.model import Isolation


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


def test_processes_are_given_where_they_are_asked_for() -> None:
    choice = choose("process")
    assert (choice.runner.isolation, choice.reason) == (Isolation.PROCESS, "processes, as asked for")


def test_without_an_engine_auto_takes_processes_and_says_why(no_engine: None) -> None:
    choice = choose("auto")
    assert choice.runner.isolation is Isolation.PROCESS
    assert choice.reason.startswith("processes, because containers can't be had: no container engine answers")


def test_without_an_engine_asking_for_containers_is_an_error(no_engine: None) -> None:
    with pytest.raises(IsolationError, match="no container engine answers; start one, or use --isolation process"):
        choose("container")


@pytest.mark.container
def test_with_an_engine_containers_are_had(container_runner: Runner) -> None:
    assert container_runner.isolation is Isolation.CONTAINER
