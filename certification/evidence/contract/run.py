"""One contract test: Schemathesis as a job beside the sandbox, then every violation once more on its own, then the evidence."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from certification.errors import IsolationError
from certification.evidence.contract.clearing import clear
from certification.evidence.contract.confirm import replayed
from certification.evidence.contract.events import Fold, Folded
from certification.evidence.contract.jobs import job_for
from certification.evidence.contract.keep import REPORT, keep, redacted_events
from certification.evidence.contract.left_out import left_out
from certification.evidence.contract.plan import Budget, write_plan
from certification.evidence.contract.redact import Redactor, listen_key_of
from certification.evidence.contract.reproduction import Origin, command_for
from certification.evidence.contract.vacuity import vacuity
from certification.evidence.record import ContractEvidence, Observation
from certification.isolation.output import last_line
from certification.model import Hindrance, Obstacle
from certification.sandboxes.pin import http_client

if TYPE_CHECKING:
    from certification.evidence.contract.confirm import Key, Replay
    from certification.evidence.record import Violation
    from certification.isolation.runner import JobResult, Runner
    from certification.model import SpecSnapshot
    from certification.profile import ExchangeProfile
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.model import Api

DEFAULT_BUDGET = Budget()
_FINISHED = frozenset({0, 1})
_ANSWER_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is tested, and where."""

    api: Api
    snapshot: SpecSnapshot
    profile: ExchangeProfile
    sandbox: Sandbox
    exchange: str = ""
    """What commands that reproduce a finding name, given in the run's folder; empty for the profile's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the tool left behind."""

    result: JobResult
    folded: Folded
    report: dict[str, Any]
    """Its closing report; empty where it came to none."""
    replays: dict[Key, Replay]


def contract_test(subject: Subject, runner: Runner, *, seed: int, folder: Path, budget: Budget = DEFAULT_BUDGET) -> ContractEvidence:
    """Test a sandbox against its description.

    Args:
        subject: the description, as a model and as bytes, and the open sandbox.
        runner: where the tool runs; entered already, and the one that serves the sandbox.
        seed: what the tool's choices are made from; the same seed makes the same calls of the same sandbox.
        folder: the run's output folder; files are kept in ``evidence/contract`` in it.
        budget: how much may be done.

    Returns:
        Evidence whose observation is UNAVAILABLE, with the reason, where the sandbox or the tool did not allow a test: down, gone
        midway, answering everything alike with 5xx, 401/403 or 429, or a crash of the tool. What was seen until then is in it.

    Raises:
        ProfileError: it leaves out what the description does not have.
    """
    evidence = ContractEvidence(tool=f"schemathesis {version('schemathesis')}", seed=seed, observation=Observation.UNAVAILABLE)
    if reason := unreachable(subject.sandbox):
        return replace(evidence, reason=reason, hindrance=Hindrance.ENVIRONMENT)
    kept = folder / "evidence" / "contract"
    kept.mkdir(parents=True, exist_ok=True)
    redactor = Redactor(subject.sandbox.accounts, subject.profile.signing, listen_key_of(subject.profile))
    with tempfile.TemporaryDirectory(prefix="certify-contract-") as name:
        work = Path(name)
        write_plan(work, api=subject.api, snapshot=subject.snapshot, profile=subject.profile, sandbox=subject.sandbox, budget=budget)
        try:
            seen = _exercise(subject, runner, work, redactor, seed=seed, budget=budget)
        except IsolationError as error:
            return replace(evidence, reason=str(error), hindrance=error.hindrance, left_behind=_cleared(subject, work))
        trouble = _trouble(seen, subject.sandbox, redactor)
        origin = Origin(folder=kept.relative_to(folder), exchange=subject.exchange or subject.profile.id, seed=seed)
        return replace(
            evidence,
            observation=Observation.UNAVAILABLE if trouble else Observation.COMPLETE,
            reason=trouble.reason if trouble else "",
            hindrance=trouble.hindrance if trouble else None,
            operations=seen.folded.operations,
            violations=tuple(_confirmed(violation, seen.replays, subject.sandbox, origin) for violation in seen.folded.violations),
            calls_per_second=_speed(seen),
            left_behind=_cleared(subject, work),
            reports=keep(work, kept, folder, redactor),
        )


def unreachable(sandbox: Sandbox) -> str:
    """Why the sandbox can't be called; empty where it answers, whatever it says."""
    try:
        address = f"{sandbox.host_url}{sandbox.base_path}/"
        with http_client(sandbox.pin) as client, client.stream("GET", address, timeout=_ANSWER_TIMEOUT_S):
            return ""
    except httpx.TimeoutException:
        return f"the sandbox did not answer within {_ANSWER_TIMEOUT_S:g} s"
    except httpx.HTTPError as error:
        return f"the sandbox does not answer: {error}"


def _cleared(subject: Subject, work: Path) -> tuple[str, ...]:
    return clear(work, subject.api, subject.profile, subject.sandbox)


def _exercise(subject: Subject, runner: Runner, work: Path, redactor: Redactor, *, seed: int, budget: Budget) -> _Seen:
    url = subject.sandbox.url + subject.sandbox.base_path
    options = ("--url", url, "--seed", str(seed), "--no-color")
    argv = ("schemathesis", "--config-file", "schemathesis.toml", "run", "description.json", *options)
    result = runner.run(job_for("contract-test", argv, work, subject.sandbox, timeout_s=budget.timeout_s))
    fold = Fold(subject.api, subject.profile, left_out(subject.api, subject.profile, subject.sandbox))
    for event in redacted_events(work, redactor):
        fold.add(event)
    report = _report(work)
    folded = fold.result(report.get("warnings") or {})
    replays = replayed(folded, work, subject.sandbox, runner, redactor)
    return _Seen(result=result, folded=folded, report=report, replays=replays)


def _report(work: Path) -> dict[str, Any]:
    try:
        report = json.loads((work / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def _confirmed(violation: Violation, replays: dict[Key, Replay], sandbox: Sandbox, origin: Origin) -> Violation:
    replay = replays.get((violation.check, violation.operation))
    return replace(
        violation,
        reproduced=replay.reproduced if replay else None,
        reproduce=command_for(violation, replay.file if replay else None, sandbox, origin),
    )


def _trouble(seen: _Seen, sandbox: Sandbox, redactor: Redactor) -> Obstacle | None:
    """Why the test does not count; ``None`` where it does."""
    if seen.result.timed_out:
        return Obstacle(reason=f"the contract test did not end within {seen.result.elapsed_ms // 1000} s; give it a larger budget")
    if seen.report.get("stop_reason") == "server_unavailable":
        return Obstacle(reason="the sandbox stopped answering during the test")
    if not seen.report.get("complete") or seen.result.exit_code not in _FINISHED:
        line = redactor.text(last_line(seen.result.stderr) or last_line(seen.result.stdout))
        crash = f"schemathesis ended with {seen.result.exit_code} before its work was done: {line or 'it printed nothing'}"
        return Obstacle(reason=unreachable(sandbox) or crash)
    if obstacle := vacuity(seen.folded):
        return obstacle
    gone = unreachable(sandbox)
    return Obstacle(reason=gone) if gone else None


def _speed(seen: _Seen) -> Decimal:
    calls = sum(count for _, count in seen.folded.statuses)
    seconds = Decimal(str(seen.report.get("running_time") or 0))
    return (calls / seconds).quantize(Decimal("0.1")) if seconds else Decimal(0)
