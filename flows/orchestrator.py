"""Prefect's server for a run on this machine: started at once, while the run is still being planned, and ended with it.

``python -m flows.orchestrator template`` prepares an empty database with Prefect's tables, which set-up does once: making the
tables anew takes Prefect longer than anything else it does for a run. ``python -m flows.orchestrator serve PORT`` is the server.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from flows.serving import Member, await_answer, end, free_port, start
from flows.settings import Settings

_ELSEWHERE_S = 30.0
_ADVICE = "try again on a less busy machine, or name a running server with PREFECT_API_URL"


def template() -> Path:
    """Where set-up leaves the prepared database: beside the packages that it was made with, for their version alone."""
    return Path(sys.prefix) / "share" / "openxapi-certify" / f"prefect-{importlib.metadata.version('prefect')}.sqlite"


@contextmanager
def orchestrator(settings: Settings, *, python: str = sys.executable, elsewhere_s: float = _ELSEWHERE_S) -> Iterator[Callable[[], None]]:
    """Start Prefect's server; gives what waits until it answers, to be called before the first flow.

    Where the environment names a server (``PREFECT_API_URL``), that one is asked instead, for as long as ``elsewhere_s``.

    Raises:
        UnavailableError: from the call: there is no server to be had.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        elsewhere = Member(name="Prefect's server", argv=(), health_url=f"{named.rstrip('/')}/health", patience_s=elsewhere_s)
        yield partial(await_answer, elsewhere, None, threading.Event(), advice="start it, or unset PREFECT_API_URL")
        return
    furnish(settings.home / "prefect" / "prefect.db", template())
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    argv = (python, "-m", "flows.orchestrator", "serve", str(port))
    server = Member(name="Prefect's server", argv=argv, health_url=f"{api}/health")
    # Of its blocks we use none, and registering them takes a second.
    process = start(server, {**os.environ, "PREFECT_API_BLOCKS_REGISTER_ON_START": "false"})
    os.environ["PREFECT_API_URL"] = api
    try:
        yield partial(await_answer, server, process, threading.Event(), advice=_ADVICE)
    finally:
        del os.environ["PREFECT_API_URL"]
        end(server, process)


def furnish(database: Path, prepared: Path) -> None:
    """Put a copy of the prepared database where none is yet; whole or not at all. Without one, Prefect makes its own."""
    if database.exists() or "PREFECT_API_DATABASE_CONNECTION_URL" in os.environ or not prepared.is_file():
        return
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=database.parent, prefix=".prefect-") as draft:
        with prepared.open("rb") as content:
            shutil.copyfileobj(content, draft)
        draft.flush()
        # Another run may have been first: a link, unlike a rename, replaces nothing.
        with suppress(FileExistsError):
            os.link(draft.name, database)


def prepare(place: Path) -> None:
    """Have Prefect make its tables in an empty database, once for this version of it."""
    if place.is_file():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        made = Path(folder) / "prefect.db"
        os.environ |= {
            "PREFECT_HOME": folder,
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{made}",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        from prefect.server.database import provide_database_interface  # noqa: PLC0415 - settled above, and slow to import

        asyncio.run(provide_database_interface().create_db())
        with closing(sqlite3.connect(made)) as connection:
            # One file holds it all: what stands in the write-ahead log goes into the database.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
        made.replace(place)


def serve(port: int) -> None:
    """Prefect's own application on loopback, with the services that a run's own server has."""
    import uvicorn  # noqa: PLC0415 - only the server needs them
    from prefect.server.api.server import create_app  # noqa: PLC0415

    uvicorn.run(create_app(ephemeral=True), host="127.0.0.1", port=port, log_level="error", lifespan="on", timeout_graceful_shutdown=5)


def main(arguments: list[str]) -> int:
    """One of the two programs."""
    match arguments:
        case ["template"]:
            prepare(template())
        case ["serve", port]:
            serve(int(port))
        case _:
            sys.stderr.write("python -m flows.orchestrator template | serve PORT\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
