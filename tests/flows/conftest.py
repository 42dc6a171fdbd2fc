"""A home of their own for commands under test, and one Prefect for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line that an error is."""
        lines = [line for line in self.err.splitlines() if line.startswith("certify: ")]
        assert len(lines) == 1, self.err
        return lines[0]


KEPT = {"CERTIFY_SPECS", "CERTIFY_TEST_POSTGRES"}
"""What the tests themselves are told."""
Certify = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh ``CERTIFY_HOME``; whatever else is set for this program is not seen."""
    for name in [name for name in os.environ if name.startswith("CERTIFY_") and name not in KEPT]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("CERTIFY_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def certify(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Certify:
    """Run a command line in this process."""

    def run(*arguments: str) -> Ended:
        capfdbinary.readouterr()
        exit_code = main(list(arguments))
        captured = capfdbinary.readouterr()
        return Ended(exit_code=exit_code, out=captured.out.decode(), err=captured.err.decode())

    return run


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """One server with tables of its own for every flow of the session."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - heavy: only where a flow runs
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with prefect_test_harness(server_startup_timeout=180), pytest.MonkeyPatch.context() as named:
        # So that commands under test take this server and start none of their own.
        named.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
        yield
