"""What every test may ask for."""

from __future__ import annotations

import os
import resource
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

REPOSITORY = Path(__file__).resolve().parent.parent

# how long an example takes says how busy the machine is, nothing about the code
settings.register_profile("certify", deadline=None)
settings.load_profile("certify")


@pytest.fixture(scope="session")
def specs_folder() -> Path:
    """Real exchanges' descriptions, beside the repository or where CERTIFY_SPECS says."""
    folder = Path(os.environ.get("CERTIFY_SPECS", REPOSITORY.parent / "shared" / "specs"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real descriptions at {folder}; set CERTIFY_SPECS")
    return folder


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Every file ends after 100 bytes: the system refuses the next one, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: SQLite's always, and PostgreSQL's where CERTIFY_TEST_POSTGRES names a server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/certify.db"
        return
    server = os.environ.get("CERTIFY_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL server; set CERTIFY_TEST_POSTGRES to its URL")
    name = f"certify_test_{secrets.token_hex(6)}"
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
