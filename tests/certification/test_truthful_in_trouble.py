"""Whatever is wrong around an exchange, nothing is said of the exchange itself: no check fails, none passes for want of a question."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from certification.checks.catalogue import catalogue
from certification.evidence.contract.plan import Budget
from certification.evidence.contract.run import Subject, contract_test
from certification.evidence.record import ContractEvidence, Evidence, Observation, Scenario
from certification.evidence.scenarios.run import Stage, play_stories
from certification.folders import EXCHANGES
from certification.isolation.process import ProcessRunner
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Level, Outcome, SpecSnapshot, Verdict, VerdictOutcome
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from certification.sandboxes.open import Sandbox, SandboxKind
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.serve import serve_reference
from certification.sandboxes.reference.venue import system_clock
from certification.verdict import Question, decide
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials

FOLDER = EXCHANGES / "reference"
KNOWN = demo_environment({})
RIGHT = tuple(Credentials(key=KNOWN[f"REFERENCE_{word}_KEY"], secret=KNOWN[f"REFERENCE_{word}_SECRET"]) for word in ("FIRST", "SECOND"))
WRONG_SECRET = tuple(Credentials(key=account.key, secret="not-" + account.secret) for account in RIGHT)
LEAST = Budget(examples_per_operation=1, sequences=1, steps_per_sequence=2)
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def profile() -> ExchangeProfile:
    return load_profile(FOLDER / "profile.yaml")


@pytest.fixture(scope="module")
def api() -> Api:
    return load((FOLDER / "openapi.yaml").read_bytes())


@contextlib.contextmanager
def exchange(*, clock_off_ms: int = 0) -> Iterator[str]:
    """The reference exchange, with its clock set wrong."""
    with serve_reference(environment={}, clock=lambda: system_clock() + clock_off_ms) as url:
        yield url


def stage_at(url: str, accounts: tuple[Credentials, ...]) -> Stage:
    return Stage(base_url=url, headers=(), accounts=accounts, ours=False)


def judged(*, scenarios: tuple[Scenario, ...] | None = None, contract: ContractEvidence | None = None) -> tuple[Verdict, list[Finding]]:
    """The verdict, and what failed."""
    findings = judge(Evidence(scenarios=scenarios, contract=contract), catalogue(), STANDARD)
    question = Question(asked=Level.SILVER, subjects=("api",), gaps=(), today=date(2026, 1, 1))
    failed = [finding for finding in findings if finding.outcome in {Outcome.FAILED, Outcome.ERROR}]
    return decide(findings, STANDARD, question), failed


def said(failed: list[Finding]) -> list[str]:
    return [f"{finding.check} {finding.subject}: {finding.summary}" for finding in failed]


@pytest.mark.parametrize(
    ("accounts", "clock_off_ms"),
    [
        pytest.param(WRONG_SECRET, 0, id="wrong secret"),
        pytest.param(RIGHT, MINUTE_MS, id="the exchange's clock is a minute ahead"),
    ],
)
def test_credentials_and_clocks_are_not_the_exchange_s_fault(
    profile: ExchangeProfile, api: Api, accounts: tuple[Credentials, ...], clock_off_ms: int
) -> None:
    with exchange(clock_off_ms=clock_off_ms) as url:
        scenarios = play_stories(profile, api, stage_at(url, accounts), sleep=lambda _: None)
    verdict, failed = judged(scenarios=scenarios)
    assert said(failed) == []
    assert verdict.outcome is VerdictOutcome.INCONCLUSIVE


@pytest.mark.parametrize("stories", [0, 1, 7, 20])
def test_an_exchange_that_goes_away_midway_is_not_blamed_for_it(profile: ExchangeProfile, api: Api, stories: int) -> None:
    told: list[Scenario] = []
    running = contextlib.ExitStack()
    url = running.enter_context(exchange())

    def heard(scenario: Scenario) -> None:
        told.append(scenario)
        if len(told) == stories:
            running.close()

    with running:
        if not stories:
            running.close()
        scenarios = play_stories(profile, api, stage_at(url, RIGHT), heard=heard, sleep=lambda _: None)
    assert any(scenario.observation is Observation.UNAVAILABLE for scenario in scenarios[stories:])
    # A story that is complete without a step asks what does not arise on this exchange.
    assert all(scenario.observation is not Observation.COMPLETE or not scenario.steps for scenario in scenarios[stories:])
    verdict, failed = judged(scenarios=scenarios)
    assert said(failed) == []
    assert verdict.outcome is VerdictOutcome.INCONCLUSIVE


@pytest.fixture
def contract_at(tmp_path: Path, profile: ExchangeProfile, api: Api) -> Callable[[str, tuple[Credentials, ...]], ContractEvidence]:
    path = FOLDER / "openapi.yaml"
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

    def tested(url: str, accounts: tuple[Credentials, ...]) -> ContractEvidence:
        sandbox = Sandbox(url=url, host_url=url, base_path="", accounts=accounts, headers=(), kind=SandboxKind.REMOTE)
        subject = Subject(api=api, snapshot=snapshot, profile=profile, sandbox=sandbox)
        with ProcessRunner(state=tmp_path / "state", cache=tmp_path / "cache") as runner:
            return contract_test(subject, runner, seed=5, folder=tmp_path, budget=LEAST)

    return tested


@pytest.mark.parametrize(
    ("accounts", "clock_off_ms", "reason"),
    [
        pytest.param(WRONG_SECRET, 0, "the sandbox refused our credentials", id="wrong secret"),
        pytest.param(RIGHT, MINUTE_MS, "the sandbox refused every signed call for its time", id="a minute ahead"),
    ],
)
def test_a_contract_test_that_nobody_let_in_says_so(
    contract_at: Callable[[str, tuple[Credentials, ...]], ContractEvidence],
    accounts: tuple[Credentials, ...],
    clock_off_ms: int,
    reason: str,
) -> None:
    with exchange(clock_off_ms=clock_off_ms) as url:
        contract = contract_at(url, accounts)
    assert contract.observation is Observation.UNAVAILABLE
    assert contract.reason.startswith(reason)
    verdict, failed = judged(contract=contract)
    assert said(failed) == []
    assert verdict.outcome is VerdictOutcome.INCONCLUSIVE
