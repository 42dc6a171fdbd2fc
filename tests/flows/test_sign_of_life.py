"""Signs of life: of requests, of runs, of those that hold a sandbox; and what becomes of those that give none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certification.errors import SandboxError
from certification.evidence.record import Observation
from flows.beat import beating
from flows.lease import Patience, leased_as, sandbox_to_itself
from flows.pipeline import prepare
from flows.reconcile import SILENT, reconcile
from flows.request import RunPlan, RunRequest
from flows.settings import Settings, read_settings
from flows.stages.api import examine_api
from reports.errors import StoreUnavailableError
from reports.store import RunState, Store, open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HURRIED = Patience(most=timedelta(seconds=0), look_every_s=0.01, renew_every_s=0.01)
PATIENT = Patience(look_every_s=0.01, renew_every_s=0.01)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


def test_beats_go_on_after_a_database_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    beats = threading.Semaphore(0)

    def give() -> None:
        beats.release()
        raise StoreUnavailableError("it is busy")

    with caplog.at_level(logging.WARNING), beating("run r1", give, every_s=0.005):
        assert all(beats.acquire(timeout=10) for _ in range(3))
    assert "run r1: no sign of life could be given, trying again: it is busy" in caplog.text


def test_a_run_that_is_silent_for_too_long_is_dead_and_one_that_beats_is_not(store: Store) -> None:
    for run in ("beats", "died", "ended"):
        store.runs.start(run, exchange_id="alpha", folder="/out", now=NOW)
    store.runs.fail("ended", reason="by itself", now=NOW)
    later = NOW + SILENT + timedelta(seconds=1)
    store.runs.heartbeat("beats", now=later - timedelta(seconds=30))
    assert [run.run_id for run in reconcile(store, now=later)] == ["died"]
    died, beats, ended = (store.runs.get(run) for run in ("died", "beats", "ended"))
    assert died is not None
    assert (died.state, died.reason) == (RunState.FAILED, "its process is gone: nothing was heard of it since 2026-11-22 12:00 UTC")
    assert beats is not None
    assert beats.state is RunState.RUNNING
    assert ended is not None
    assert ended.reason == "by itself"
    assert reconcile(store, now=later) == ()

    store.runs.heartbeat("died", now=later)
    assert store.runs.get("died") == died, "a late sign of life raises nobody"
    assert store.runs.start("died", exchange_id="alpha", folder="/out", now=later).state is RunState.RUNNING, "taken up again it runs"


@pytest.fixture
def settings(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CERTIFY_DATABASE_URL", database_url)
    for word in ("FIRST", "SECOND"):
        monkeypatch.setenv(f"REFERENCE_{word}_KEY", "k")
        monkeypatch.setenv(f"REFERENCE_{word}_SECRET", "s")
    return read_settings()


@pytest.fixture
def planned(settings: Settings) -> Callable[..., RunPlan]:
    def plan(sandbox: str | None = "http://127.0.0.1:9", seed: int = 1) -> RunPlan:
        return prepare(RunRequest(exchange="reference", sandbox=sandbox, isolation="process", seed=seed), settings)

    return plan


def test_a_sandbox_is_leased_by_host_and_port_whoever_s_profile_names_it(planned: Callable[..., RunPlan]) -> None:
    assert leased_as(planned("https://Testnet.example.com/api")) == "sandbox testnet.example.com:443"
    assert leased_as(planned("http://testnet.example.com:8080")) == "sandbox testnet.example.com:8080"
    assert leased_as(planned(None)) is None, "the embedded reference is each run's own"


def test_two_runs_never_call_one_remote_sandbox_at_the_same_time(planned: Callable[..., RunPlan], settings: Settings) -> None:
    first, second = planned(seed=1), planned(seed=2)
    order: list[str] = []
    begun = threading.Event()

    def other() -> None:
        begun.set()
        with sandbox_to_itself(second, settings, "api", PATIENT):
            order.append("second calls")

    waiting = threading.Thread(target=other)
    with sandbox_to_itself(first, settings, "api", PATIENT):
        waiting.start()
        assert begun.wait(10)
        waiting.join(0.3)
        assert waiting.is_alive(), "it waits"
        order.append("first ends")
    waiting.join(30)
    assert order == ["first ends", "second calls"]
    with open_store(settings.database_url) as store:
        assert store.leases.holder("sandbox 127.0.0.1:9", now=datetime.now(UTC)) is None


def test_another_sandbox_and_the_same_run_again_do_not_wait(planned: Callable[..., RunPlan], settings: Settings) -> None:
    run = planned()
    with (
        sandbox_to_itself(run, settings, "api", HURRIED),
        sandbox_to_itself(planned("http://127.0.0.1:10", seed=2), settings, "api", HURRIED),
        sandbox_to_itself(run, settings, "api", HURRIED),
    ):
        pass


def test_the_parts_of_one_run_wait_for_each_other_too(planned: Callable[..., RunPlan], settings: Settings) -> None:
    run = planned()
    with (
        sandbox_to_itself(run, settings, "api", HURRIED),
        pytest.raises(SandboxError, match=r"in use by run .* api"),
        sandbox_to_itself(run, settings, "python", HURRIED),
    ):
        pass


def test_a_dead_run_s_lease_ends_by_itself(planned: Callable[..., RunPlan], settings: Settings, store: Store) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=3)
    store.leases.acquire("sandbox 127.0.0.1:9", "dead", now=long_ago, lasts=PATIENT.lasts)
    with sandbox_to_itself(planned(), settings, "api", HURRIED):
        assert store.leases.holder("sandbox 127.0.0.1:9", now=datetime.now(UTC)) == f"{planned().run_id} api"


def test_a_sandbox_that_stays_in_use_was_not_observed(planned: Callable[..., RunPlan], settings: Settings, store: Store) -> None:
    store.leases.acquire("sandbox 127.0.0.1:9", "other", now=datetime.now(UTC), lasts=timedelta(hours=1))
    with (
        pytest.raises(SandboxError, match=r"sandbox 127\.0\.0\.1:9 was in use by run other"),
        sandbox_to_itself(planned(), settings, "api", HURRIED),
    ):
        pass
    seen = examine_api(planned(), settings, HURRIED)
    assert seen.contract is not None
    assert seen.contract.observation is Observation.UNAVAILABLE
    assert "in use by run other" in seen.contract.reason
    assert seen.scenarios
    assert all(scenario.observation in {Observation.UNAVAILABLE, Observation.ABSENT} for scenario in seen.scenarios)
