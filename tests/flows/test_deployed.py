"""The flows that run without a person, on a Prefect of their own that no worker serves: what they start stays scheduled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from certification.errors import CertificationError
from certification.model import Level, Verdict, VerdictOutcome
from flows.deployed import LAST_DEPLOYED, NIGHTLY_CRON, TIMEZONE, WATCH_CRON
from flows.pipeline import RunResult
from flows.request import RunRequest
from flows.settings import Settings, read_settings
from reports.report import PlannedRetry
from reports.store import NewRequest, RequestState, Store, open_store
from tests.simulators.small_exchange import write_description, write_exchange

ASKED = NewRequest(exchange_id="alpha", requested_by="desk")


@pytest.fixture
def settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    folder = tmp_path / "exchanges"
    write_exchange(folder, "alpha")
    write_exchange(folder, "beta")
    (folder / "broken").mkdir()
    (folder / "broken" / "profile.yaml").write_text("id: [")
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(folder))
    home.mkdir()
    return read_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings.database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def deployed(prefect: None) -> None:
    from flows.worker import deployments  # noqa: PLC0415 - heavy: only where a flow runs

    for deployment in deployments():
        deployment.apply()


def flow_runs(name: str) -> list[dict[str, Any]]:
    """The parameters of every flow run of a deployment, oldest first."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName  # noqa: PLC0415
    from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

    async def ask() -> list[dict[str, Any]]:
        async with get_client() as client:
            runs = await client.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=[name])), sort=FlowRunSort.EXPECTED_START_TIME_ASC
            )
            return [run.parameters for run in runs if not run.auto_scheduled]

    return asyncio.run(ask())


def test_a_night_that_saw_too_little_is_planned_anew(deployed: None, settings: Settings) -> None:
    from flows.certify import try_again  # noqa: PLC0415

    before = flow_runs("certify")
    at = datetime(2020, 1, 1, tzinfo=UTC)  # earlier than what the other tests start
    verdict = Verdict(outcome=VerdictOutcome.INCONCLUSIVE, level=Level.NONE, asked=Level.SILVER, reasons=(), subjects=())
    retries = (
        PlannedRetry(stage="scenarios", reason="down", again_at=at, automatic=True),
        PlannedRetry(stage="contract test", reason="credentials", again_at=None, automatic=False),
    )
    result = RunResult(run_id="r", exchange_id="alpha", verdict=verdict, out=settings.out, published=(), retries=retries)
    try_again(RunRequest(exchange="alpha", rebuild=True), result)
    (planned,) = [run for run in flow_runs("certify") if run not in before]
    assert (planned["request"]["attempt"], planned["request"]["rebuild"]) == (1, True)
    try_again(RunRequest(exchange="alpha", attempt=7), replace(result, retries=retries[1:]))
    assert len(flow_runs("certify")) == len(before) + 1, "what only a person mends is not planned"


def asked_since(before: list[dict[str, Any]], name: str) -> list[str]:
    return [run["request"]["exchange"] for run in flow_runs(name)[len(before) :]]


def test_every_flow_is_deployed_with_its_schedule_and_certifications_queue(prefect: None) -> None:
    from flows.worker import deployments  # noqa: PLC0415

    by_name = {deployment.full_name: deployment for deployment in deployments()}
    assert list(by_name)[-1] == LAST_DEPLOYED, "whoever finds it finds them all"
    assert by_name.keys() == {"certify/certify", "regenerate/regenerate", "answer-request/answer-request", "nightly/nightly", "watch/watch"}
    crons = {name: [getattr(schedule.schedule, "cron", None) for schedule in entry.schedules or ()] for name, entry in by_name.items()}
    assert crons["nightly/nightly"] == [NIGHTLY_CRON]
    assert crons["watch/watch"] == [WATCH_CRON]
    assert crons["certify/certify"] == []
    assert {getattr(schedule.schedule, "timezone", None) for entry in by_name.values() for schedule in entry.schedules or ()} == {TIMEZONE}
    assert by_name["certify/certify"].concurrency_limit == 1
    assert {entry.entrypoint for entry in by_name.values()} == {
        "flows.certify.certify",
        "flows.watch.regenerate_exchange",
        "flows.answer.answer_request",
        "flows.nightly.nightly",
        "flows.watch.watch",
    }


def test_the_server_tells_what_runs_when(deployed: None) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from flows.schedules import line, scheduled  # noqa: PLC0415

    async def address() -> str:
        async with get_client() as client:
            return str(client.api_url).rstrip("/")

    found = {entry.name: entry for entry in scheduled(asyncio.run(address()))}
    assert found.keys() == {"nightly", "watch"}, "the others start when something asks for them"
    now = datetime(2026, 11, 22, 14, 50, tzinfo=UTC)
    assert line(found["nightly"], now) == f"schedule nightly: {NIGHTLY_CRON} UTC, next 2026-11-23 02:00"
    assert line(found["watch"], now) == f"schedule watch: {WATCH_CRON} UTC, next 2026-11-22 15:00"


def test_every_night_every_readable_exchange_is_certified_again(deployed: None, settings: Settings) -> None:
    from flows.nightly import nightly  # noqa: PLC0415

    before = flow_runs("certify")
    assert nightly() == ("alpha", "beta")
    assert sorted(asked_since(before, "certify")) == ["alpha", "beta"]
    assert all(run["request"]["rebuild"] for run in flow_runs("certify")[len(before) :]), "nights look whether builds repeat"


def test_what_changed_is_regenerated_and_certified_once(deployed: None, settings: Settings) -> None:
    from flows.watch import regenerate_exchange, watch  # noqa: PLC0415

    before, certified = flow_runs("regenerate"), flow_runs("certify")
    looks = {look.exchange_id: look.sight.value for look in watch()}
    assert looks == {"alpha": "changed", "beta": "changed", "broken": "unreadable"}
    assert sorted(run["exchange"] for run in flow_runs("regenerate")[len(before) :]) == ["alpha", "beta"]

    made = regenerate_exchange("alpha")
    assert {one.language.value for one in made} == {"python", "typescript", "go"}
    assert all(one.folder.is_dir() for one in made)
    assert asked_since(certified, "certify") == ["alpha"]
    assert regenerate_exchange("alpha") == (), "nothing changed since"
    assert asked_since(certified, "certify") == ["alpha"]

    write_description(settings.exchanges / "alpha" / "openapi.json", without="/report")
    assert {one.version for one in regenerate_exchange("alpha")} == {"0.2.0"}
    assert asked_since(certified, "certify") == ["alpha", "alpha"]


def test_requests_are_handed_on_once_each(deployed: None, store: Store) -> None:
    from flows.worker import hand_on  # noqa: PLC0415

    before = flow_runs("answer-request")
    made = [store.requests.create(ASKED, now=datetime.now(UTC)) for _ in range(2)]
    assert hand_on(store) == 2
    assert hand_on(store) == 0
    assert sorted(run["request_id"] for run in flow_runs("answer-request")[len(before) :]) == sorted(entry.id for entry in made)
    assert {entry.state for entry in store.requests.list()} == {RequestState.RUNNING}


def test_a_request_whose_worker_died_is_handed_on_again(deployed: None, store: Store) -> None:
    from flows.answer import worker_of  # noqa: PLC0415
    from flows.worker import hand_on  # noqa: PLC0415

    made = store.requests.create(ASKED, now=datetime.now(UTC))
    store.requests.claim(worker_of(made.id), now=datetime.now(UTC) - 10 * _lease(), lasts=_lease())
    before = flow_runs("answer-request")
    assert hand_on(store) == 1
    assert [run["request_id"] for run in flow_runs("answer-request")[len(before) :]] == [made.id]


def _lease() -> Any:
    from flows.answer import LEASE  # noqa: PLC0415

    return LEASE


def _take_away(name: str) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    async def ask() -> None:
        async with get_client() as client:
            await client.delete_deployment((await client.read_deployment_by_name(name)).id)

    asyncio.run(ask())


def test_a_request_that_can_t_be_handed_on_waits(deployed: None, store: Store) -> None:
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    from flows.worker import deployments, hand_on  # noqa: PLC0415

    made = store.requests.create(ASKED, now=datetime.now(UTC))
    _take_away("answer-request/answer-request")
    with pytest.raises(ObjectNotFound):
        hand_on(store)
    waiting = store.requests.get(made.id)
    assert waiting is not None
    assert waiting.state is RequestState.QUEUED
    for deployment in deployments():
        deployment.apply()
    assert hand_on(store) == 1


def test_nobody_answers_a_request_that_was_never_made(prefect: None, settings: Settings) -> None:
    from flows.answer import answer_request  # noqa: PLC0415

    with pytest.raises(CertificationError, match="no certification request 'nothing'"):
        answer_request("nothing")


def _end_the_certification() -> None:
    """Stand in for a worker that dies with the newest certification."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName  # noqa: PLC0415
    from prefect.states import Crashed  # noqa: PLC0415

    async def attempt() -> bool:
        async with get_client() as client:
            runs = await client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["certify"])))
            waiting = [run for run in runs if run.state and run.state.is_scheduled() and run.parameters["request"].get("request_id")]
            for run in waiting:
                await client.set_flow_run_state(run.id, Crashed(message="the machine went away"), force=True)
            return bool(waiting)

    patience = threading.Event()
    for _ in range(600):
        if asyncio.run(attempt()):
            return
        patience.wait(0.2)


def test_a_request_whose_certification_died_fails_with_the_reason(deployed: None, store: Store) -> None:
    from flows.answer import LEASE, answer_request, worker_of  # noqa: PLC0415

    made = store.requests.create(replace(ASKED, sandbox="https://sandbox.example.test", level=Level.GOLD), now=datetime.now(UTC))
    store.requests.claim(worker_of(made.id), now=datetime.now(UTC), lasts=LEASE)
    ending = threading.Thread(target=_end_the_certification)
    ending.start()
    assert answer_request(made.id) is RequestState.FAILED
    ending.join()
    ended = store.requests.get(made.id)
    assert ended is not None
    assert "the machine went away" in ended.reason
    asked = flow_runs("certify")[-1]["request"]
    assert (asked["exchange"], asked["sandbox"], asked["request_id"]) == ("alpha", "https://sandbox.example.test", made.id)
    assert asked["trusted"] is False, "a stranger may not name files, nor private addresses"


def test_the_worker_hands_on_whatever_comes_in_until_it_is_told_to_end(deployed: None, settings: Settings, store: Store) -> None:
    from flows.worker import _dispatch  # noqa: PLC0415

    over = threading.Event()
    dispatching = threading.Thread(target=_dispatch, args=(settings, over))
    dispatching.start()
    made = store.requests.create(ASKED, now=datetime.now(UTC))
    patience = threading.Event()
    for _ in range(300):
        entry = store.requests.get(made.id)
        if entry is not None and entry.state is RequestState.RUNNING:
            break
        patience.wait(0.1)
    over.set()
    dispatching.join(30)
    assert not dispatching.is_alive()
    entry = store.requests.get(made.id)
    assert entry is not None
    assert entry.state is RequestState.RUNNING
