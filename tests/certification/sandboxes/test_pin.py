"""A stranger's sandbox whose name changes what it means: everything goes where the look went."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from certification.errors import SandboxError
from certification.evidence.contract.jobs import job_for
from certification.evidence.contract.run import unreachable
from certification.isolation.process import ProcessRunner
from certification.sandboxes.open import open_sandbox
from certification.sandboxes.pin import Pin, connected, http_client
from tests.simulators.scripted_server import ScriptedServer, scripted_server
from tests.simulators.small_internet import SmallInternet
from tests.simulators.small_venue import small_profile

PUBLIC, OTHER, PRIVATE = "93.184.216.34", "93.184.216.35", "10.1.2.3"
NAME = "sandbox.example"
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def small_internet(monkeypatch: pytest.MonkeyPatch) -> SmallInternet:
    """The only network there is, for this process."""
    internet = SmallInternet()
    monkeypatch.setattr(socket, "getaddrinfo", internet.resolve)
    monkeypatch.setattr(socket, "create_connection", internet.connect)
    return internet


def port_of(server: ScriptedServer) -> int:
    return urlsplit(server.url).port or 0


def test_a_name_that_turns_to_a_private_address_is_asked_where_it_was_looked_at(small_internet: SmallInternet, tmp_path: Path) -> None:
    small_internet.answers[NAME] = [(PUBLIC,), (PRIVATE,)]
    with scripted_server() as honest, scripted_server() as inner:
        small_internet.servers |= {PUBLIC: port_of(honest), PRIVATE: port_of(inner)}
        with open_sandbox(
            small_profile(), ProcessRunner(state=tmp_path), environment={}, url=f"http://{NAME}:8080", public_only=True
        ) as sandbox:
            assert unreachable(sandbox) == ""
            with http_client(sandbox.pin) as client:
                assert client.get(f"{sandbox.host_url}/v1/time?at=1%2F2").status_code == 200
            job = job_for("contract-test", ("true",), tmp_path, sandbox, timeout_s=1)
        assert [asked.target for asked in honest.asked] == ["/", "/", "/v1/time?at=1%2F2"]
        assert {asked.headers["host"] for asked in honest.asked} == {f"{NAME}:8080"}
        assert inner.asked == []
    assert small_internet.looked_up == [NAME], "looked up once, and never again"
    assert set(small_internet.connected) == {PUBLIC}
    assert dict(job.environment)["CERTIFY_PINNED"] == f"{NAME} {PUBLIC}"


def test_one_private_address_among_public_ones_is_refused(small_internet: SmallInternet, tmp_path: Path) -> None:
    small_internet.answers[NAME] = [(PUBLIC, PRIVATE)]
    with (
        pytest.raises(SandboxError, match="which a request must not name"),
        open_sandbox(small_profile(), ProcessRunner(state=tmp_path), environment={}, url=f"http://{NAME}", public_only=True),
    ):
        pass
    assert small_internet.connected == []


def test_a_person_at_this_machine_has_names_mean_what_the_resolver_says(small_internet: SmallInternet, tmp_path: Path) -> None:
    small_internet.answers[NAME] = [(PRIVATE,)]
    with scripted_server() as inner:
        small_internet.servers[PRIVATE] = port_of(inner)
        with open_sandbox(small_profile(), ProcessRunner(state=tmp_path), environment={}, url=f"http://{NAME}") as sandbox:
            assert sandbox.pin is None
            assert "CERTIFY_PINNED" not in dict(job_for("contract-test", ("true",), tmp_path, sandbox, timeout_s=1).environment)


def test_addresses_are_tried_in_turn_and_other_hosts_not_at_all(small_internet: SmallInternet) -> None:
    pin = Pin(host=NAME, addresses=(OTHER, PUBLIC))
    with scripted_server() as server, http_client(pin) as client:
        small_internet.servers[PUBLIC] = port_of(server)
        assert client.get(f"http://{NAME}/").status_code == 200
        assert small_internet.connected == [OTHER, PUBLIC]
        with pytest.raises(httpx.ConnectError, match=r"elsewhere\.example is not the sandbox"):
            client.get("http://elsewhere.example/")
        with connected(pin, NAME, 8080, 1.0) as connection:
            assert connection.getpeername()[1] == port_of(server)
    assert small_internet.connected == [OTHER, PUBLIC, OTHER, PUBLIC]
    with pytest.raises(OSError, match="is not the sandbox"):
        connected(pin, "elsewhere.example", 8080, 1.0)
    small_internet.servers.clear()
    with pytest.raises(ConnectionRefusedError), connected(pin, NAME, 8080, 1.0):
        pass
    with http_client(pin) as client, pytest.raises(httpx.ConnectError):
        client.get(f"http://{NAME}/")


def test_tls_asks_for_the_name_and_not_for_the_address(small_internet: SmallInternet) -> None:
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_servername_callback(lambda _socket, name, _context: asked.append(name))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        small_internet.servers[PUBLIC] = listening.getsockname()[1]

        def answer() -> None:
            taken, _ = listening.accept()
            with taken, pytest.raises((ssl.SSLError, OSError)):
                context.wrap_socket(taken, server_side=True)

        thread = threading.Thread(target=answer)
        thread.start()
        with http_client(Pin(host=NAME, addresses=(PUBLIC,))) as client, pytest.raises(httpx.ConnectError):
            client.get(f"https://{NAME}/", timeout=10)
        thread.join()
    assert asked == [NAME]


_JOB = """
import socket, sys
from certification.evidence.contract import hooks
import requests
print(requests.get(f"http://sandbox.example:{sys.argv[1]}/v1/time", timeout=10).status_code)
for other in ("localhost", "elsewhere.example"):
    try:
        requests.get(f"http://{other}:{sys.argv[1]}/", timeout=10)
    except requests.ConnectionError as error:
        print("only sandbox.example is called" in str(error))
try:
    socket.getaddrinfo("sandbox.example", 80, family=socket.AF_INET6)
except socket.gaierror:
    print("no IPv6")
"""


def test_schemathesis_job_resolves_the_pinned_name_only() -> None:
    environment = {**os.environ, "CERTIFY_PINNED": "sandbox.example 127.0.0.1"}
    with scripted_server() as server:
        command = (sys.executable, "-c", _JOB, str(port_of(server)))
        done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True)
        assert [asked.headers["host"] for asked in server.asked] == [f"sandbox.example:{port_of(server)}"]
    assert done.stdout.split("\n")[:-1] == ["200", "True", "True", "no IPv6"]
