"""Runners for the tests of isolation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from certification.errors import IsolationError
from certification.isolation.choose import choose
from certification.isolation.runner import Runner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "job"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def container_runner() -> Iterator[Runner]:
    """One for all tests: a run's networks are made once."""
    try:
        choice = choose("container", base_image=os.environ.get("CERTIFY_BASE_IMAGE"))
    except IsolationError as error:
        pytest.skip(str(error))
    with choice.runner as runner:
        yield runner
