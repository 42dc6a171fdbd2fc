from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from certification.errors import SandboxCredentialsError, SandboxError, SandboxSetupError
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Endpoint, Job, JobResult, Network, Service
from certification.model import Isolation
from certification.profile import ExchangeProfile
from certification.profiles import find_profile, load_profile
from certification.sandboxes.open import SandboxKind, open_sandbox, same_place
from tests.simulators.stubborn_server import stubborn_server


class PretendedContainers:
    """Serves nothing; remembers what it was asked to serve."""

    isolation = Isolation.CONTAINER

    def __init__(self) -> None:
        self.served: list[Service] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def run(self, job: Job) -> JobResult:
        raise NotImplementedError

    @contextmanager
    def serve(self, service: Service) -> Iterator[Endpoint]:
        self.served.append(service)
        yield Endpoint(url="http://exchange:9000", host_url="http://172.18.0.2:9000")


def profile(**sandbox: Any) -> ExchangeProfile:
    return ExchangeProfile.model_validate(
        {
            "id": "small",
            "name": "Small",
            "spec": {"rest": {"file": "openapi.json"}},
            "sandbox": sandbox or None,
            "sdk": {"packages": {"python": "small", "typescript": "small", "go": "example.org/small"}},
        }
    )


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as made:
        yield made


def test_the_embedded_reference_is_started_with_accounts_of_its_own(runner: ProcessRunner) -> None:
    reference = load_profile(find_profile("reference"))
    with open_sandbox(reference, runner, environment={}, faults=("unsigned-accepted",), rate_limit=77) as sandbox:
        assert (sandbox.kind, sandbox.network, sandbox.faults) == (SandboxKind.REFERENCE, Network.INTERNAL, ("unsigned-accepted",))
        assert [account.key for account in sandbox.accounts] == ["sandbox-only-first-key", "sandbox-only-second-key"]
        assert "worth-nothing" not in repr(sandbox)
        answer = httpx.get(f"{sandbox.host_url}/v1/balances")
        assert (answer.status_code, answer.headers["x-ratelimit-limit"]) == (200, "77")
        assert sandbox.another is not None
        with sandbox.another() as fresh:
            assert fresh.url != sandbox.url
            assert httpx.get(f"{fresh.host_url}/v1/balances").headers["x-ratelimit-limit"] == "77"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{sandbox.host_url}/v1/time")


def test_an_image_is_untrusted_and_listens_where_the_profile_says() -> None:
    containers = PretendedContainers()
    spec = profile(image="example.org/exchange:1", port=9000, base_path="/api/v3/", headers={"x-simulated": "1"})
    with open_sandbox(spec, containers, environment={}) as sandbox:
        assert (sandbox.kind, sandbox.url, sandbox.host_url) == (SandboxKind.IMAGE, "http://exchange:9000", "http://172.18.0.2:9000")
        assert (sandbox.base_path, sandbox.headers, sandbox.accounts) == ("/api/v3", (("x-simulated", "1"),), ())
    (service,) = containers.served
    assert not service.job.trusted
    assert (service.job.image, service.job.argv, service.port, service.health_path) == ("example.org/exchange:1", (), 9000, "/api/v3/")


def test_an_image_never_runs_as_a_process(runner: ProcessRunner) -> None:
    with pytest.raises(Exception, match="untrusted and runs in containers only"), open_sandbox(profile(image="x"), runner, environment={}):
        pass


def test_a_remote_sandbox_has_the_accounts_that_the_environment_holds(runner: ProcessRunner) -> None:
    environment = {"A_KEY": "k", "A_SECRET": "s", "A_PASS": "p", "B_KEY": "k2"}
    accounts = [{"key": "A_KEY", "secret": "A_SECRET", "passphrase": "A_PASS"}, {"key": "B_KEY", "secret": "B_SECRET"}]
    with stubborn_server(500) as url, open_sandbox(profile(url=url, accounts=accounts), runner, environment=environment) as sandbox:
        assert (sandbox.kind, sandbox.network, sandbox.url, sandbox.another) == (SandboxKind.REMOTE, Network.OUTBOUND, url, None)
        (account,) = sandbox.accounts
        assert (account.key, account.secret, account.passphrase) == ("k", "s", "p")


def test_a_given_address_stands_before_the_profiles(runner: ProcessRunner) -> None:
    with stubborn_server() as url, open_sandbox(profile(), runner, environment={}, url=f"{url}/") as sandbox:
        assert (sandbox.url, sandbox.accounts, sandbox.headers) == (url, (), ())


def test_missing_credentials_are_named(runner: ProcessRunner) -> None:
    spec = profile(url="http://127.0.0.1:1", accounts=[{"key": "A_KEY", "secret": "A_SECRET"}])
    with (
        stubborn_server() as url,
        pytest.raises(SandboxCredentialsError, match="set A_KEY and A_SECRET in the environment"),
        open_sandbox(spec, runner, environment={"A_SECRET": ""}, url=url),
    ):
        pass


def test_a_stranger_must_not_aim_at_a_private_address(runner: ProcessRunner) -> None:
    with (
        stubborn_server() as url,
        pytest.raises(SandboxSetupError, match="an address of a private network, which a request must not name"),
        open_sandbox(profile(), runner, environment={}, url=url, public_only=True, allow_private=True),
    ):
        pass


def test_a_stranger_reaches_the_operator_s_own_private_sandbox_only_where_the_operator_says_so(runner: ProcessRunner) -> None:
    with stubborn_server() as url:
        own = profile(url=url)
        with (
            pytest.raises(SandboxSetupError, match=r"the sandbox of small is at .* reach it with CERTIFY_ALLOW_PRIVATE=1"),
            open_sandbox(own, runner, environment={}, public_only=True),
        ):
            pass
        with open_sandbox(own, runner, environment={}, public_only=True, allow_private=True) as sandbox:
            assert sandbox.pin is None


@pytest.mark.parametrize(
    ("address", "same"),
    [
        pytest.param("https://exchange.example/api", True, id="other-path"),
        pytest.param("https://Exchange.example", True, id="other-case"),
        pytest.param("http://exchange.example", False, id="not-encrypted"),
        pytest.param("https://exchange.example:8443", False, id="other-port"),
        pytest.param("https://exchange.example.evil.example", False, id="other-host"),
    ],
)
def test_a_stranger_gets_credentials_sent_to_the_profiles_own_server_only(address: str, same: bool) -> None:
    spec = profile(url="https://exchange.example", accounts=[{"key": "A_KEY", "secret": "A_SECRET"}]).sandbox
    assert same_place(address, spec) is same
    assert not same_place(address, None)


def test_containers_are_told_that_they_cant_reach_this_machine() -> None:
    with (
        pytest.raises(SandboxSetupError, match="which containers can't reach; use --isolation process"),
        open_sandbox(profile(url="http://localhost:1"), PretendedContainers(), environment={}),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param("ftp://h/", "is no address", id="scheme"),
        pytest.param("https://", "is no address", id="no-host"),
        pytest.param("https://user:word@h/", "credentials don't belong", id="userinfo"),
        pytest.param("http://h:99999/", "can't be found", id="port"),
        pytest.param("http://no-such-host.invalid/", "can't be found", id="unknown-host"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(runner: ProcessRunner, address: str, message: str) -> None:
    with pytest.raises(SandboxError, match=message), open_sandbox(profile(), runner, environment={}, url=address):
        pass


def test_a_sandbox_that_is_down_is_one_line(runner: ProcessRunner) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(SandboxError, match="does not answer"), open_sandbox(profile(), runner, environment={}, url=url):
            pass


def test_no_sandbox_at_all_says_what_to_give(runner: ProcessRunner) -> None:
    with (
        pytest.raises(SandboxSetupError, match="names no sandbox; give one with --sandbox URL"),
        open_sandbox(profile(), runner, environment={}),
    ):
        pass


def test_only_the_reference_has_faults() -> None:
    with (
        pytest.raises(SandboxSetupError, match="only that has faults"),
        open_sandbox(profile(image="x"), PretendedContainers(), environment={}, faults=("a",)),
    ):
        pass


@pytest.mark.parametrize(
    ("observer", "environment", "expected"),
    [
        pytest.param({"key": "OBSERVER_KEY", "secret": "OBSERVER_SECRET"}, {"OBSERVER_KEY": "k", "OBSERVER_SECRET": "s"}, "k", id="given"),
        pytest.param({"key": "OBSERVER_KEY", "secret": "OBSERVER_SECRET"}, {"OBSERVER_KEY": "k"}, None, id="half-given"),
        pytest.param({}, {}, None, id="named-by-nothing"),
        pytest.param(None, {}, None, id="none"),
    ],
)
def test_a_key_that_may_only_read_may_be_missing(
    runner: ProcessRunner, observer: dict[str, str] | None, environment: dict[str, str], expected: str | None
) -> None:
    with stubborn_server() as url, open_sandbox(profile(url=url, observer=observer), runner, environment=environment) as sandbox:
        assert (sandbox.observer.key if sandbox.observer else None) == expected
