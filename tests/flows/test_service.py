"""``certify serve``: a request over HTTP ends as a certificate, schedules are listed, Ctrl-C leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient

from flows.deployed import NIGHTLY_CRON
from flows.portal import main as serve_portal
from flows.portal import portal_settings
from flows.serving import free_port
from flows.settings import read_settings
from tests.simulators.processes import all_ended, knowing
from tests.simulators.small_exchange import write_exchange

ALLOWED = {"Authorization": "Bearer the-token-of-a-test"}


@contextmanager
def service(place: Path, port: int, prefect_port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CERTIFY_", "PREFECT_"))}
    environment |= {"CERTIFY_HOME": str(place / "home"), "CERTIFY_API_TOKEN": "the-token-of-a-test"}
    write_exchange(place / "exchanges", "small")  # quicker than the reference, by the same way
    environment["CERTIFY_EXCHANGES"] = str(place / "exchanges")
    command = (sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--prefect-port", str(prefect_port))
    with (
        (place / "complaints").open("wb") as complaints,
        subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def until_ready(process: subprocess.Popen[str]) -> str:
    """What it said until it was ready."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C ends it all" in line:
            return said
    pytest.fail("it ended before it was ready")


def ended(client: httpx.Client, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 400
    waiting = threading.Event()
    while time.monotonic() < deadline:
        entry: dict[str, Any] = client.get(address, headers=ALLOWED).json()
        if entry["state"] not in {"received", "queued", "running"}:
            return entry
        waiting.wait(1)
    pytest.fail("the request was not answered")


@pytest.mark.toolchain
@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here")
def test_a_request_ends_as_a_certificate_and_ctrl_c_leaves_nothing_running(tmp_path: Path) -> None:
    port, prefect_port = free_port(), free_port()
    prefect = f"http://127.0.0.1:{prefect_port}/api"
    with service(tmp_path, port, prefect_port) as process, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        assert f"schedule nightly: {NIGHTLY_CRON} UTC, next " in until_ready(process)
        entered = client.post("/api/v1/certifications", json={"exchange": "small", "level": "bronze"}, headers=ALLOWED)
        assert entered.status_code == 202
        answer = ended(client, entered.headers["location"])
        assert answer["state"] == "certified", answer
        assert client.get(answer["certificate"]).status_code == 200
        assert client.get(f"{answer['certificate']}/report.html").status_code == 200
        assert client.get("/badges/small.json").json()["message"].startswith("certified ")
        assert "openxapi-small" in client.get("/packages/pypi/simple/").text

        # Prefect's own client, which asks again while the server's tables are busy.
        with SyncPrefectClient(prefect) as orchestrator:
            listed = orchestrator.read_deployment_by_name("nightly/nightly")
            assert [getattr(entry.schedule, "cron", None) for entry in listed.schedules] == [NIGHTLY_CRON]
            assert orchestrator.create_flow_run_from_deployment(listed.id).deployment_id == listed.id

        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0
    assert all_ended(tmp_path / "home"), knowing(tmp_path / "home")
    assert "Traceback" not in (tmp_path / "complaints").read_text()


def test_the_portal_is_told_what_it_needs(tmp_path: Path) -> None:
    settings = read_settings(
        {"CERTIFY_HOME": str(tmp_path), "CERTIFY_API_TOKEN": "t", "CERTIFY_PUBLIC_URL": "https://certify.example.test"}
    )
    told = portal_settings(settings)
    assert (told.token, told.public_url, told.database_url) == ("t", "https://certify.example.test", settings.database_url)
    assert told.registry.folder == settings.registry
    assert told.trust == settings.keys / "trust.json"
    assert "'t'" not in repr(told), "a token is never shown"


def test_the_portal_serves_until_it_is_told_to_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setattr(sys, "argv", ["portal", "--port", str(port)])
    home.mkdir()
    answers: list[int] = []

    def ask_then_end() -> None:
        patience = threading.Event()
        for _ in range(200):
            try:
                answers.append(httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code)
                break
            except httpx.ConnectError:
                patience.wait(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    # Uvicorn raises the signal again once it has ended, for whoever else wants to hear it.
    known = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    asking = threading.Thread(target=ask_then_end)
    try:
        asking.start()
        assert serve_portal() == 0
    finally:
        asking.join()
        signal.signal(signal.SIGTERM, known)
    assert answers == [200]
