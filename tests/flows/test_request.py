from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from certification.errors import CertificationError, FetchError
from certification.model import Isolation, Level, Part, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from flows.request import RunPlan, RunRequest, Where, alone, default_level, plan_run
from flows.settings import Settings, read_settings
from flows.stages.take import take_snapshot
from reports.report import is_run_id
from sdkgen.language import Language
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.small_exchange import write_description, write_exchange

HERE = Where(isolation=Isolation.PROCESS, reason="processes, as asked for")
ASKED = RunRequest(exchange="small")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"CERTIFY_HOME": str(tmp_path / "home"), "CERTIFY_OUT": str(tmp_path / "out")})


@pytest.fixture
def profile(tmp_path: Path) -> ExchangeProfile:
    write_exchange(tmp_path / "exchanges", "small")
    return load_profile(tmp_path / "exchanges" / "small" / "profile.yaml")


@pytest.fixture
def snapshot(profile: ExchangeProfile, settings: Settings) -> SpecSnapshot:
    return take_snapshot(profile, None, settings)


@pytest.fixture
def plan(profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings) -> RunPlan:
    return plan_run(ASKED, profile, snapshot, settings, where=HERE, version="1")


def test_a_plan_settles_everything(plan: RunPlan, settings: Settings, profile: ExchangeProfile) -> None:
    assert is_run_id(plan.run_id)
    assert plan.out == settings.out / "small" / plan.run_id
    assert plan.asked is Level.BRONZE, "there is no sandbox"
    assert plan.started_at.tzinfo is not None
    assert 0 <= plan.seed < 2**31
    assert (plan.isolation, plan.isolation_reason) == (Isolation.PROCESS, HERE.reason)
    assert not plan.resumed


def test_the_same_words_go_on_where_the_run_stopped(
    plan: RunPlan, profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings
) -> None:
    again = plan_run(ASKED, profile, snapshot, settings, where=HERE, version="1")
    assert again.resumed
    assert replace(again, resumed=False) == plan


@pytest.mark.parametrize(
    "request_of_another",
    [
        replace(ASKED, seed=7),
        replace(ASKED, out="elsewhere"),
        replace(ASKED, parts=(Part.SDKS,)),
        replace(ASKED, languages=(Language.GO,)),
        replace(ASKED, level=Level.GOLD),
        replace(ASKED, faults=("open_door",)),
        replace(ASKED, publish=False),
        replace(ASKED, trusted=False),
        replace(ASKED, request_id="1"),
        replace(ASKED, sandbox="https://sandbox.example.test"),
    ],
)
def test_other_words_are_another_run(
    plan: RunPlan, profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, request_of_another: RunRequest
) -> None:
    other = plan_run(request_of_another, profile, snapshot, settings, where=HERE, version="1")
    assert not other.resumed
    assert other.run_id != plan.run_id
    assert other.steps != plan.steps


def test_another_description_profile_program_or_place_is_another_run(
    plan: RunPlan, profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings
) -> None:
    write_description(profile.folder / "openapi.json", without="/report")
    changed = take_snapshot(profile, None, settings)
    renamed = profile.model_copy(update={"name": "Other"})
    there = Where(isolation=Isolation.CONTAINER, reason="an engine answers")
    others = [
        plan_run(ASKED, profile, changed, settings, where=HERE, version="1"),
        plan_run(ASKED, renamed, snapshot, settings, where=HERE, version="1"),
        plan_run(ASKED, profile, snapshot, settings, where=there, version="1"),
        plan_run(ASKED, profile, snapshot, settings, where=HERE, version="2"),
    ]
    assert not any(other.resumed for other in others)
    assert len({other.steps for other in (plan, *others)}) == 5


@pytest.mark.parametrize(
    "content", [b"{}", b"not JSON", b'{"run_id": "../../etc", "seed": 1, "out": "/", "started_at": "2026-01-01T00:00:00Z"}']
)
def test_a_beginning_that_can_t_be_read_is_no_beginning(
    plan: RunPlan, profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, content: bytes
) -> None:
    (plan.steps / "run.json").write_bytes(content)
    again = plan_run(ASKED, profile, snapshot, settings, where=HERE, version="1")
    assert not again.resumed
    assert is_run_id(again.run_id)


def test_an_output_folder_and_a_seed_are_taken_as_given(profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings) -> None:
    asked = replace(ASKED, out="here", seed=0)
    plan = plan_run(asked, profile, snapshot, settings, where=HERE, version="1")
    assert plan.out == Path.cwd() / "here"
    assert plan.seed == 0


def test_silver_is_asked_for_where_there_is_an_api_to_test(profile: ExchangeProfile) -> None:
    assert default_level(ASKED, profile) is Level.BRONZE
    with_sandbox = replace(ASKED, sandbox="https://sandbox.example.test")
    assert default_level(with_sandbox, profile) is Level.SILVER
    assert default_level(replace(with_sandbox, parts=(Part.SDKS,)), profile) is Level.BRONZE


_HOLDS = """
import sys, fcntl, os
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_two_processes_never_work_on_the_same_run_and_a_dead_one_holds_nothing(plan: RunPlan) -> None:
    command = (sys.executable, "-c", _HOLDS, str(plan.steps / "lock"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(CertificationError, match=f"run {plan.run_id}.*--seed"), alone(plan):
            pytest.fail("two hold it")
        other.kill()
    with alone(plan), pytest.raises(CertificationError), alone(plan):
        pytest.fail("two hold it")


def test_a_run_begins_at_a_whole_second_of_its_id(plan: RunPlan) -> None:
    assert datetime.strptime(f"{plan.run_id[:15]}+0000", "%Y%m%dT%H%M%S%z") == plan.started_at


def test_strangers_name_public_addresses_only(profile: ExchangeProfile, settings: Settings) -> None:
    file = profile.folder / "openapi.json"
    with scripted_server() as server:
        server.answer = Scripted(body=file.read_bytes())
        address = f"{server.url}/openapi.json"
        with pytest.raises(FetchError):
            take_snapshot(profile, address, settings, trusted=False)
        assert server.asked == [], "it was not even asked"
        assert take_snapshot(profile, address, settings).operations == 6
    with pytest.raises(FetchError, match="no such file"):
        take_snapshot(profile, str(file), settings, trusted=False)
    assert take_snapshot(profile, str(file), settings).operations == 6
