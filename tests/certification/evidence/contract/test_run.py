from __future__ import annotations

import gzip
import hashlib
import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner

from certification.checks.catalogue import catalogue
from certification.errors import IsolationError
from certification.evidence.contract import replay
from certification.evidence.contract.plan import Budget
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.facts import texts
from certification.evidence.record import ContractEvidence, Evidence, Observation
from certification.evidence.scenarios.run import Stage, venue_on
from certification.evidence.scenarios.venue import Actor
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Endpoint, Job, JobResult, Runner, Service
from certification.model import Isolation, Outcome, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profile_parts import ContractTest, LeftOut
from certification.profiles import find_profile, load_profile
from certification.sandboxes.open import Sandbox, SandboxKind, open_sandbox
from certification.sandboxes.reference.accounts import demo_environment
from sdkgen.api.load import load
from sdkgen.api.model import Api
from tests.simulators.stages import reference_api, reference_profile, reference_stage
from tests.simulators.stubborn_server import stubborn_server

SMALL = Budget(examples_per_operation=2, sequences=3, steps_per_sequence=3)
REFERENCE = EXCHANGES / "reference" / "openapi.yaml"
LEAST = Budget(examples_per_operation=1, sequences=1, steps_per_sequence=2, answer_timeout_s=2.0)
TestAt = Callable[[str, Runner], ContractEvidence]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as made:
        yield made


@pytest.fixture
def test_at(tmp_path: Path, api: Api, snapshot: SpecSnapshot, profile: ExchangeProfile, sandbox_at: Callable[..., Sandbox]) -> TestAt:
    """Tests the small exchange at an address, unhurried by any budget, without its only operation that changes something."""
    left = ContractTest.model_validate({"leave_out": [{"operation": "placeOrder", "reason": "it costs money"}]})
    unhurried = profile.model_copy(update={"rate_limit": (), "contract": left})

    def made(url: str, runner: Runner) -> ContractEvidence:
        subject = Subject(api=api, snapshot=snapshot, profile=unhurried, sandbox=sandbox_at(url))
        return contract_test(subject, runner, seed=1, folder=tmp_path / "out", budget=LEAST)

    return made


def reference_test(
    runner: Runner,
    folder: Path,
    *,
    seed: int = 1,
    faults: tuple[str, ...] = (),
    kind: SandboxKind = SandboxKind.REFERENCE,
    but: tuple[str, ...] = (),
    afterwards: Callable[[Sandbox], None] = lambda _: None,
) -> ContractEvidence:
    whole = ContractTest(withdrawals=True, leave_out=tuple(LeftOut(operation=each, reason="for this test") for each in but))
    profile = load_profile(find_profile("reference")).model_copy(update={"contract": whole})
    path = profile.folder / "openapi.yaml"
    snapshot = SpecSnapshot(
        exchange_id="reference",
        source=path.name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        path=str(path),
        overlays=(),
        format="openapi 3.1.0",
        title="Reference",
        version="1",
        operations=18,
        fetched_at=datetime.now(UTC),
    )
    with open_sandbox(profile, runner, environment={}, faults=faults) as sandbox:
        subject = Subject(api=load(path.read_bytes()), snapshot=snapshot, profile=profile, sandbox=replace(sandbox, kind=kind))
        evidence = contract_test(subject, runner, seed=seed, folder=folder, budget=SMALL)
        afterwards(sandbox)
        return evidence


def open_orders(sandbox: Sandbox) -> list[tuple[str, ...]]:
    """The ids of each account's open orders."""
    stage = Stage(base_url=sandbox.host_url + sandbox.base_path, headers=(), accounts=sandbox.accounts, ours=False)
    with venue_on(load_profile(find_profile("reference")), load(REFERENCE.read_bytes()), stage) as venue:
        return [texts(venue.ask("open_orders", label="open orders", actor=actor), "order_id") for actor in (Actor.FIRST, Actor.SECOND)]


def not_passed(evidence: ContractEvidence) -> list[tuple[str, str, Outcome]]:
    checks = [check for check in catalogue() if check.id.startswith("contract.")]
    answers = [(check.id, answer) for check in checks for answer in check.answer(Evidence(contract=evidence))]
    return [(check, answer.subject, answer.outcome) for check, answer in answers if answer.outcome is not Outcome.PASSED]


def test_a_correct_exchange_of_somebodys_passes_every_check_and_keeps_no_order(runner: ProcessRunner, tmp_path: Path) -> None:
    left: list[tuple[str, ...]] = []
    evidence = reference_test(
        runner,
        tmp_path,
        seed=20261122,
        kind=SandboxKind.REMOTE,
        but=("cancelAllOrders",),
        afterwards=lambda sandbox: left.extend(open_orders(sandbox)),
    )
    assert (left, evidence.left_behind) == ([(), ()], ())
    assert (evidence.observation, evidence.reason, evidence.seed, evidence.violations) == (Observation.COMPLETE, "", 20261122, ())
    assert not_passed(evidence) == [("contract.every_operation_is_exercised", "cancelAllOrders", Outcome.NOT_OBSERVED)]
    assert evidence.calls_per_second > 0
    assert all(operation.answers_seen >= 1 for operation in evidence.operations if not operation.left_out)
    assert sum(operation.fields_sent for operation in evidence.operations) > sum(each.fields_described for each in evidence.operations) // 2
    kept = {file.path.removeprefix("evidence/contract/"): (tmp_path / file.path).read_bytes() for file in evidence.reports}
    assert {"reports/junit.xml", "reports/run.json", "reports/events.ndjson.gz", "schemathesis.toml", "plan.json"} <= set(kept)
    assert all(hashlib.sha256((tmp_path / file.path).read_bytes()).hexdigest() == file.digest for file in evidence.reports)
    everything = b"".join(kept.values()) + gzip.decompress(kept["reports/events.ndjson.gz"])
    assert b"worth-nothing" not in everything
    assert b"sandbox-only-first-key" not in everything


def test_faults_are_found_replayed_and_shown_again_by_their_command(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ("wrong-type", "server-error", "missing-rate-limit-header", "other-account-order-readable", "methods-not-limited")
    evidence = reference_test(runner, tmp_path, faults=faults)
    assert evidence.observation is Observation.COMPLETE
    found = {(violation.check, violation.operation): violation for violation in evidence.violations}
    for expected in (
        ("response_schema_conformance", "getTicker"),
        ("not_a_server_error", "getOrder"),
        ("status_code_conformance", "getOrder"),
        ("response_headers_conformance", "getFees"),
        ("object_level_authorization", "getOrder"),
        ("unsupported_method", "getTime"),
    ):
        assert found[expected].reproduced is True
    shown = shlex.split(found["object_level_authorization", "getOrder"].reproduce)
    assert shown[:3] == ["python", "-m", "certification.evidence.contract.replay"]
    assert str(tmp_path) not in " ".join(shown)
    monkeypatch.chdir(tmp_path)  # commands are given in the folder that holds the report
    again = CliRunner().invoke(replay.main, shown[3:])
    assert (again.exit_code, again.output.splitlines()[-1]) == (1, "the promise is still broken")
    assert "worth-nothing" not in again.output
    document = json.loads(Path(shown[3]).read_text())
    document["sequence"][0]["case_body"]["value"] |= {"time_in_force": "GTC", "price": "50000.00"}  # an order that rests
    Path(shown[3]).write_text(json.dumps(document))
    with reference_stage() as mended:
        kept = CliRunner(env=demo_environment({})).invoke(replay.main, [*shown[3 : shown.index("--fault")], "--sandbox", mended.base_url])
        with venue_on(reference_profile(), reference_api(), mended) as venue:
            resting = texts(venue.ask("open_orders", label="open orders"), "order_id")
    assert (kept.exit_code, kept.output.splitlines()[-1], resting) == (0, "the promise is kept now", ())


@pytest.mark.parametrize(
    ("status", "dies_after", "reason"),
    [
        pytest.param(503, None, "the sandbox answered every call with a server error (503)", id="5xx"),
        pytest.param(401, None, "the sandbox refused every call with 401; look at the credentials", id="401"),
        pytest.param(429, None, "the sandbox accepted no call and refused most with 429", id="429"),
        pytest.param(200, 12, "the sandbox", id="dies-midway"),
    ],
)
def test_a_sandbox_that_lets_nothing_be_tested_is_unavailable(
    runner: ProcessRunner, test_at: TestAt, status: int, dies_after: int | None, reason: str
) -> None:
    with stubborn_server(status, dies_after=dies_after) as url:
        evidence = test_at(url, runner)
    assert evidence.observation is Observation.UNAVAILABLE
    assert evidence.reason.startswith(reason)
    assert all(outcome is Outcome.NOT_OBSERVED for _, _, outcome in not_passed(evidence))
    calls = {operation.operation: (operation.calls > 0, operation.left_out) for operation in evidence.operations}
    assert calls == {"getTime": (True, ""), "placeOrder": (False, "it costs money"), "getOrder": (True, "")}
    if dies_after is not None:
        assert "answer" in evidence.reason


class Tool:
    """A runner in which the tool ends as told, before it has written anything."""

    isolation = Isolation.PROCESS

    def __init__(self, result: JobResult | IsolationError) -> None:
        self._result = result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def run(self, job: Job) -> JobResult:
        if isinstance(self._result, IsolationError):
            raise self._result
        return self._result

    def serve(self, service: Service) -> AbstractContextManager[Endpoint]:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        pytest.param(
            JobResult(exit_code=2, stdout=b"", stderr=b"Traceback\nError: first-key is bad\x1b", elapsed_ms=1),
            "schemathesis ended with 2 before its work was done: Error: *** is bad?",
            id="crash",
        ),
        pytest.param(
            JobResult(exit_code=0, stdout=b"", stderr=b"", elapsed_ms=1),
            "schemathesis ended with 0 before its work was done: it printed nothing",
            id="nothing-done",
        ),
        pytest.param(
            JobResult(exit_code=137, stdout=b"", stderr=b"", elapsed_ms=7200, timed_out=True),
            "the contract test did not end within 7 s; give it a larger budget",
            id="time-out",
        ),
        pytest.param(IsolationError("the engine is gone"), "the engine is gone", id="engine"),
    ],
)
def test_a_tool_that_fails_is_no_ones_fault(test_at: TestAt, result: JobResult | IsolationError, reason: str) -> None:
    with stubborn_server() as url:
        evidence = test_at(url, Tool(result))
    assert (evidence.observation, evidence.reason) == (Observation.UNAVAILABLE, reason)


def test_a_sandbox_that_is_down_is_unavailable_at_once(test_at: TestAt) -> None:
    with stubborn_server() as url:
        pass
    evidence = test_at(url, Tool(IsolationError("never asked")))
    assert evidence.observation is Observation.UNAVAILABLE
    assert evidence.reason.startswith("the sandbox does not answer")
