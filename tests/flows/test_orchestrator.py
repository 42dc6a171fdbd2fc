"""Prefect's server of a run: prepared once, started beside the planning, and one clear line where there is none."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from certification.errors import UnavailableError
from flows.orchestrator import furnish, main, orchestrator, prepare, template
from flows.serving import free_port
from flows.settings import read_settings
from tests.simulators.processes import all_ended, knowing


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A template with one table."""
    place = tmp_path / "prepared.sqlite"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("CREATE TABLE made_at_set_up (id)")
    return place


def test_a_home_without_a_database_gets_the_prepared_one(prepared: Path, tmp_path: Path) -> None:
    database = tmp_path / "home" / "prefect" / "prefect.db"
    furnish(database, prepared)
    assert database.read_bytes() == prepared.read_bytes()
    assert [entry.name for entry in database.parent.iterdir()] == ["prefect.db"]


def test_a_home_keeps_its_own_database(prepared: Path, tmp_path: Path) -> None:
    database = tmp_path / "prefect.db"
    database.write_bytes(b"its own")
    furnish(database, prepared)
    assert database.read_bytes() == b"its own"


def test_where_nothing_is_prepared_or_the_database_is_elsewhere_none_is_made(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "prefect.db"
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql+asyncpg://elsewhere/prefect")
    furnish(database, prepared)
    assert not database.exists()
    monkeypatch.delenv("PREFECT_API_DATABASE_CONNECTION_URL")
    furnish(database, tmp_path / "nothing.sqlite")
    assert not database.exists()


def test_the_prepared_database_is_for_this_version_of_prefect() -> None:
    import prefect  # noqa: PLC0415 - heavy

    assert prefect.__version__ in template().name


def test_preparing_again_changes_nothing(prepared: Path) -> None:
    before = prepared.stat().st_mtime_ns
    prepare(prepared)
    assert prepared.stat().st_mtime_ns == before


def test_other_words_are_refused_with_those_that_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bake"]) == 2
    assert "template | serve PORT" in capsys.readouterr().err


@pytest.mark.timeout(300)
def test_the_server_answers_while_the_context_is_open_and_is_gone_after(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(home / "prefect"))
    with orchestrator(read_settings()) as await_server:
        api = os.environ["PREFECT_API_URL"]
        await_server()
        assert httpx.get(f"{api}/health", trust_env=False).json() is True
        assert api.startswith("http://127.0.0.1:"), "it has no password"
    assert "PREFECT_API_URL" not in os.environ
    assert (home / "prefect" / "prefect.db").is_file()
    assert all_ended(home / "prefect"), knowing(home / "prefect")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{api}/health", trust_env=False)


def test_a_server_that_ends_at_once_is_unavailable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with (
        orchestrator(read_settings(), python=shutil.which("false") or "") as await_server,
        pytest.raises(UnavailableError, match=r"did not start \(exit code 1\).*PREFECT_API_URL") as caught,
    ):
        await_server()
    assert caught.value.exit_code == 3


def test_a_named_server_that_does_not_answer_is_unavailable_with_its_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    with (
        orchestrator(read_settings(), elsewhere_s=0.2) as await_server,
        pytest.raises(UnavailableError, match=r"did not answer at http://127\.0\.0\.1:\d+/api/health .*unset PREFECT_API_URL") as caught,
    ):
        await_server()
    assert caught.value.exit_code == 3
    assert os.environ["PREFECT_API_URL"].endswith("/api"), "whoever named it keeps it"
