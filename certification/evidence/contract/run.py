"""One contract test: Schemathesis as a job beside the sandbox, then every violation once more on its own, then the evidence."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from certification.errors import IsolationError
from certification.evidence.contract import verdicts
from certification.evidence.contract.events import Fold, Folded, lines
from certification.evidence.contract.plan import Budget, write_plan
from certification.evidence.contract.redact import Redactor
from certification.evidence.contract.reproduction import Origin, command_for
from certification.evidence.record import ContractEvidence, Observation, Violation
from certification.isolation.output import last_line
from certification.isolation.runner import Input, Job, JobLimits
from certification.model import File

if TYPE_CHECKING:
    from certification.isolation.runner import JobResult, Runner
    from certification.model import SpecSnapshot
    from certification.profile import ExchangeProfile
    from certification.sandboxes.open import Sandbox
    from sdkgen.api.model import Api

_ROOT = Path(__file__).resolve().parents[3]
_SHIPPED = (
    "certification/__init__.py",
    "certification/evidence/__init__.py",
    "certification/evidence/contract/__init__.py",
    "certification/evidence/contract/hooks.py",
    "certification/evidence/contract/recipe_json.py",
    "certification/evidence/contract/replays.py",
    "sdkgen/__init__.py",
    "sdkgen/errors.py",
    "sdkgen/api/__init__.py",
    "sdkgen/api/model.py",
    "sdkgen/signing",
)
"""What of ours the job imports."""
_CONFIGURED = ("schemathesis", "--config-file", "schemathesis.toml")
_FINISHED = frozenset({0, 1})
_REPLAY_TIMEOUT_S = 300.0
_ANSWER_TIMEOUT_S = 15.0
DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is tested, and where."""

    api: Api
    snapshot: SpecSnapshot
    profile: ExchangeProfile
    sandbox: Sandbox


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
    """
    tool = f"schemathesis {version('schemathesis')}"
    if reason := unreachable(subject.sandbox):
        return ContractEvidence(tool=tool, seed=seed, observation=Observation.UNAVAILABLE, reason=reason)
    kept = folder / "evidence" / "contract"
    kept.mkdir(parents=True, exist_ok=True)
    redactor = Redactor(subject.sandbox.accounts, subject.profile.signing)
    with tempfile.TemporaryDirectory(prefix="certify-contract-") as name:
        work = Path(name)
        write_plan(work, api=subject.api, snapshot=subject.snapshot, profile=subject.profile, sandbox=subject.sandbox, budget=budget)
        url = subject.sandbox.url + subject.sandbox.base_path
        argv = (*_CONFIGURED, "run", "description.json", "--url", url, "--seed", str(seed), "--no-color")
        try:
            result = runner.run(_job("contract-test", argv, work, subject.sandbox, timeout_s=budget.timeout_s))
            folded, report = _folded(work, subject.api, redactor)
            violations = _replayed(folded.violations, work, subject, runner, Origin(folder=kept, seed=seed))
        except IsolationError as error:
            return ContractEvidence(tool=tool, seed=seed, observation=Observation.UNAVAILABLE, reason=str(error))
        if result.timed_out:
            reason = f"the contract test did not end within {budget.timeout_s:g} s; give it a larger budget"
        else:
            reason = _trouble(report, folded, subject.sandbox) or _crash(result, report, redactor)
        return ContractEvidence(
            tool=tool,
            seed=seed,
            observation=Observation.UNAVAILABLE if reason else Observation.COMPLETE,
            reason=reason,
            operations=folded.operations,
            violations=violations,
            calls_per_second=_speed(folded, report),
            reports=_keep(work, kept, folder, redactor),
        )


def unreachable(sandbox: Sandbox) -> str:
    """Why the sandbox can't be called; empty where it answers, whatever it says."""
    try:
        with httpx.stream("GET", f"{sandbox.host_url}{sandbox.base_path}/", timeout=_ANSWER_TIMEOUT_S, trust_env=False):
            return ""
    except httpx.TimeoutException:
        return f"the sandbox did not answer within {_ANSWER_TIMEOUT_S:g} s"
    except httpx.HTTPError as error:
        return f"the sandbox does not answer: {error}"


def _job(name: str, argv: tuple[str, ...], work: Path, sandbox: Sandbox, *, timeout_s: float) -> Job:
    environment = {"PYTHONPATH": "lib", "NO_COLOR": "1"}
    for actor, account in zip(("FIRST", "SECOND"), sandbox.accounts, strict=False):
        environment |= {f"CERTIFY_{actor}_KEY": account.key, f"CERTIFY_{actor}_SECRET": account.secret}
        if account.passphrase is not None:
            environment[f"CERTIFY_{actor}_PASSPHRASE"] = account.passphrase
    return Job(
        name=name,
        argv=argv,
        folder=work,
        inputs=tuple(Input(name=f"lib/{path}", source=_ROOT / path) for path in _SHIPPED),
        environment=tuple(sorted(environment.items())),
        network=sandbox.network,
        limits=JobLimits(timeout_s=timeout_s),
    )


def replay_job(work: Path, sandbox: Sandbox) -> Job:
    """The job that replays the files in ``crashes`` of its folder; prints what ``replays`` says."""
    argv = ("python", "-m", "certification.evidence.contract.replays", "crashes", sandbox.url + sandbox.base_path)
    return _job("contract-replay", argv, work, sandbox, timeout_s=_REPLAY_TIMEOUT_S)


def _folded(work: Path, api: Api, redactor: Redactor) -> tuple[Folded, dict[str, Any] | None]:
    """The events and the tool's closing report; ``None`` for the report where it came to none."""
    fold = Fold(api)
    events = work / "reports" / "events.ndjson"
    if events.is_file():
        with events.open(encoding="utf-8", errors="replace") as stream:
            for event in lines(stream):
                fold.add(redactor.value(event))
    try:
        report = json.loads((work / "reports" / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report = None
    return fold.result((report or {}).get("warnings") or {}), report


def _replayed(found: tuple[Violation, ...], work: Path, subject: Subject, runner: Runner, origin: Origin) -> tuple[Violation, ...]:
    """The violations with the answer to whether they happened again, and the command that shows them."""
    crashes = next(iter(sorted(work.glob(".schemathesis/*/cache/crashes"))), None)
    if not found or crashes is None:
        return found
    (work / "crashes").mkdir(exist_ok=True)
    for path in sorted(crashes.glob("*.json")):
        shutil.copyfile(path, work / "crashes" / path.name)
    result = runner.run(replay_job(work, subject.sandbox))
    told = verdicts.read(result.stdout, work / "crashes", Fold(subject.api).operation_of)
    return tuple(
        replace(
            violation,
            reproduced=verdict.reproduced if (verdict := told.get((violation.check, violation.operation))) else None,
            reproduce=command_for(violation, verdict.file if verdict else None, subject.profile, subject.sandbox, origin),
        )
        for violation in found
    )


def _trouble(report: dict[str, Any] | None, folded: Folded, sandbox: Sandbox) -> str:
    """Why the sandbox did not let itself be tested; empty where it did."""
    if report is None or not report.get("complete"):
        return unreachable(sandbox)
    if report.get("stop_reason") == "server_unavailable":
        return "the sandbox stopped answering during the test"
    return verdicts.vacuity(folded) or unreachable(sandbox)


def _crash(result: JobResult, report: dict[str, Any] | None, redactor: Redactor) -> str:
    """How the tool itself failed; empty where it did its work."""
    if report is not None and report.get("complete") and result.exit_code in _FINISHED:
        return ""
    line = redactor.text(last_line(result.stderr) or last_line(result.stdout))
    return f"schemathesis ended with {result.exit_code} before its work was done: {line or 'it printed nothing'}"


def _speed(folded: Folded, report: dict[str, Any] | None) -> Decimal:
    calls = sum(count for _, count in folded.statuses)
    seconds = Decimal(str((report or {}).get("running_time") or 0))
    return (calls / seconds).quantize(Decimal("0.1")) if seconds else Decimal(0)


def _keep(work: Path, kept: Path, folder: Path, redactor: Redactor) -> tuple[File, ...]:
    """Copy what is evidence into the output folder, without credentials."""
    reports, crashes = work / "reports", work / "crashes"
    plain = [*reports.glob("*.xml"), *reports.glob("*.json"), *crashes.glob("*.json")]
    plain += [work / name for name in ("plan.json", "schemathesis.toml", "description.json")]
    written = []
    for path in plain:
        text = redactor.text(path.read_text(encoding="utf-8", errors="replace"))
        written.append(_write(kept / path.relative_to(work), text.encode()))
    events = work / "reports" / "events.ndjson"
    if events.is_file():
        with events.open(encoding="utf-8", errors="replace") as stream:
            text = "".join(json.dumps(redactor.value(event), separators=(",", ":")) + "\n" for event in lines(stream))
        written.append(_write(kept / "reports" / "events.ndjson.gz", gzip.compress(text.encode(), mtime=0)))
    return tuple(sorted((_file(path, folder) for path in written), key=lambda file: file.path))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _file(path: Path, folder: Path) -> File:
    content = path.read_bytes()
    return File(path=path.relative_to(folder).as_posix(), digest=hashlib.sha256(content).hexdigest(), size=len(content))
