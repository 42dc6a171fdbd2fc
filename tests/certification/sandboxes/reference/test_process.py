"""The exchange as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from websockets.sync.client import connect

from certification.errors import SandboxError
from certification.sandboxes.reference.__main__ import main
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.faults import FAULTS
from certification.sandboxes.reference.serve import address, listening_socket, serve_reference
from certification.sandboxes.reference.web.app import MAX_BODY_BYTES

COMMAND = (sys.executable, "-m", "certification.sandboxes.reference", "--port", "0")


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_answers_and_ends_cleanly(ending: signal.Signals) -> None:
    with started("--seed", "3", "--rate-limit", "7", "--fault", "undeclared-field") as (process, url):
        if ending is signal.SIGTERM:
            assert httpx.get(f"{url}/health", trust_env=False).json() == {"status": "ok"}
            assert httpx.get(f"{url}/v1/time", trust_env=False).headers["x-ratelimit-limit"] == "7"
            assert "internal_id" in httpx.get(f"{url}/v1/instruments/BTC-USD", trust_env=False).json()
        process.send_signal(ending)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_it_ends_cleanly_while_clients_are_connected() -> None:
    with started() as (process, url), httpx.Client(base_url=url, trust_env=False) as client:
        client.get("/v1/time")
        with connect(f"{url}/v1/stream".replace("http", "ws", 1), proxy=None):
            process.terminate()
            assert process.wait(timeout=10) == 0


def test_it_imports_neither_the_orchestrator_nor_the_tester() -> None:
    heavy = {"prefect", "schemathesis", "docker", "pydantic"}
    code = f"import sys, certification.sandboxes.reference.serve; print(sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run((sys.executable, "-c", code), capture_output=True, check=True)
    assert ended.stdout == b"[]\n"


def test_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-faults"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [fault["name"] for fault in listed] == [fault.name for fault in FAULTS]


def test_an_unknown_fault_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--fault", "nonsense"]) == 2
    assert capsys.readouterr().err == "the reference exchange has no fault 'nonsense'; --list-faults names them\n"


@pytest.mark.parametrize("given", ["0", "-1", "many"])
def test_a_budget_that_is_none_is_wrong_usage(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--rate-limit", given])
    assert ended.value.code == 2
    assert "a whole number over 0 is wanted" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with listening_socket(ReferenceOptions()) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 3
    assert f"can't listen on 127.0.0.1 port {port}" in capsys.readouterr().err


def test_a_host_that_is_none_is_said_so() -> None:
    with pytest.raises(SandboxError, match="choose another"):
        listening_socket(ReferenceOptions(host="999.999.999.999"))


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_is_written_as_urls_want_it() -> None:
    try:
        listener = listening_socket(ReferenceOptions(host="::1"))
    except SandboxError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with listener:
        assert address(listener).startswith("http://[::1]:")


def test_over_http_a_large_body_is_refused_and_paths_stay_as_they_were_sent() -> None:
    with serve_reference(environment={}) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/v1/instruments/BTC%2DUSD").status_code == 200
        assert client.get("/v1/instruments/BTC%2FUSD").status_code == 400
        assert client.get("/v1/instruments/a%0Ab%0D%C2%85%E2%80%A8/ticker").json()["field"] == "path.symbol"
        assert client.get("/v1/nothing%0A").json()["code"] == "PATH_NOT_FOUND"
        assert client.request("HEAD", "/v1/time").status_code == 405
        large = client.post("/v1/time", content=b"x" * (MAX_BODY_BYTES + 1))
        assert (large.status_code, large.headers["allow"]) == (405, "GET")
        assert large.headers["content-type"] == "application/json"
        assert client.get("/v1/stream").status_code == 404
