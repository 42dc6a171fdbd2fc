"""A run that ended: packages, a report with a finding of each kind, and the signed files around it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from certification.evidence.record import ContractEvidence, Observation, OperationCoverage
from certification.model import (
    File,
    Finding,
    Isolation,
    Level,
    Outcome,
    SdkPackage,
    Severity,
    SpecSnapshot,
    SubjectLevel,
    Verdict,
    VerdictOutcome,
)
from reports.assemble import ExaminedSdk, RunFacts, assemble
from reports.issue import Issued, issue
from reports.log import Log
from reports.report import AcceptedGap, Environment, Report, Standard, ThirdPartySummary
from reports.signers import KeyRing, open_keys
from sdkgen.language import Language
from tests.simulators.built_sdks import build_all

STARTED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
FINISHED = datetime(2026, 3, 1, 12, 2, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
RUN_ID = "20260301T120000Z-00c0ffee"

FINDINGS = (
    Finding(
        check="wire.requests_match_the_description",
        subject="python: placeOrder",
        outcome=Outcome.PASSED,
        severity=Severity.HIGH,
        summary="42 calls arrived as described",
        requirement="What an SDK sends is what the description asks for.",
        evidence=(),
        reproduce="",
        remediation="",
    ),
    Finding(
        check="contract.answers_match_their_schema",
        subject="placeOrder",
        outcome=Outcome.FAILED,
        severity=Severity.MEDIUM,
        summary="price came as a number, not as text",
        requirement="Every answer has the schema that the description gives for its status.",
        evidence=("POST /orders", '201 {"price": 1.5}'),
        reproduce='curl -X POST http://127.0.0.1:8080/orders -d \'{"price": "1.5"}\'',
        remediation="Send prices as text.",
    ),
    Finding(
        check="streams.gaps_are_noticed",
        subject="api",
        outcome=Outcome.NOT_OBSERVED,
        severity=Severity.HIGH,
        summary="no stream was looked at",
        requirement="A gap in a sequence is noticed.",
        evidence=(),
        reproduce="",
        remediation="",
    ),
)


THIRD_PARTY = ThirdPartySummary(
    adapter="their-client",
    adapter_digest="7" * 64,
    language="rust",
    ecosystem="image",
    package="their-client",
    version="3.1.0",
    digest=f"sha256:{'8' * 64}",
    protocol=3,
    operations=2,
    level=Level.SILVER,
    outcome=VerdictOutcome.CERTIFIED,
    missing=(),
    covers=("cancelOrder", "placeOrder"),
)
"""An SDK that is none of ours, and offers two operations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedRun:
    """What a finished run left behind."""

    folder: Path
    report: Report
    packages: tuple[SdkPackage, ...]
    keys: KeyRing
    log: Log
    issued: Issued


def snapshot() -> SpecSnapshot:
    return SpecSnapshot(
        exchange_id="sample",
        source="https://api.sample.test/openapi.yaml",
        digest="1" * 64,
        path="/nowhere/openapi.yaml",
        overlays=(),
        format="openapi 3.1.0",
        title="Sample exchange",
        version="2.4.0",
        operations=3,
        fetched_at=STARTED,
    )


def contract() -> ContractEvidence:
    return ContractEvidence(
        tool="schemathesis",
        seed=7,
        observation=Observation.COMPLETE,
        operations=(
            OperationCoverage(
                operation="placeOrder",
                calls=120,
                accepted=60,
                statuses=((201, 60), (422, 60)),
                answers_described=3,
                answers_seen=2,
                fields_described=7,
                fields_sent=5,
            ),
            OperationCoverage(operation="getTime", calls=10, accepted=10, statuses=((200, 10),)),
            OperationCoverage(operation="cancelAll", calls=0, accepted=0, statuses=()),
        ),
    )


def verdict(outcome: VerdictOutcome = VerdictOutcome.CERTIFIED) -> Verdict:
    level = Level.SILVER if outcome is VerdictOutcome.CERTIFIED else Level.NONE
    missing = ("streams.gaps_are_noticed: not_observed",)
    return Verdict(
        outcome=outcome,
        level=level,
        asked=Level.SILVER,
        reasons=("gold wants streams, and none was looked at",),
        subjects=tuple(SubjectLevel(subject=name, level=level, missing=missing) for name in ("api", "python", "typescript", "go")),
    )


def facts() -> RunFacts:
    return RunFacts(
        run_id=RUN_ID,
        exchange_id="sample",
        exchange_name="Sample Exchange",
        standard=Standard(name="OpenXAPI certification", version="1.0", digest="2" * 64),
        environment=Environment(isolation=Isolation.PROCESS, tools=(("go", "1.24.1"), ("python", "3.11.7")), seed=7),
        started_at=STARTED,
        finished_at=FINISHED,
        known_gaps=(AcceptedGap(check="limits.throttled", subject="*", reason="they mend it in June", until=date(2026, 6, 30)),),
    )


def report(packages: tuple[SdkPackage, ...], *, judged: Verdict | None = None, run: RunFacts | None = None) -> Report:
    return assemble(
        facts=run or facts(),
        snapshot=snapshot(),
        contract=contract(),
        sdks=tuple(ExaminedSdk(language=entry.language, name=entry.package, version=entry.version, package=entry) for entry in packages),
        verdict=judged or verdict(),
        findings=FINDINGS,
    )


def finish(
    place: Path,
    *,
    judged: Verdict | None = None,
    run_id: str = RUN_ID,
    version: str = "1.2.0",
    greeting: str = "hello",
    keys: KeyRing | None = None,
    languages: tuple[Language, ...] = tuple(Language),
    evidence: bytes = b"",
    finished_at: datetime = FINISHED,
) -> CertifiedRun:
    """Packages, report, envelopes and log proof under ``place/out``, keys and log beside them."""
    folder = place / "out" / run_id
    packages = tuple(entry for entry in build_all(folder, version=version, greeting=greeting) if entry.language in languages)
    ring = keys or open_keys(place / "keys", now=STARTED)
    log = Log(place / "log", signer=ring.signer, trust=ring.trust)
    seen: tuple[File, ...] = ()
    if evidence:
        (folder / "evidence").mkdir()
        (folder / "evidence" / "calls.jsonl").write_bytes(evidence)
        seen = (File(path="evidence/calls.jsonl", digest=hashlib.sha256(evidence).hexdigest(), size=len(evidence)),)
    run = replace(facts(), run_id=run_id, evidence=seen, started_at=finished_at - timedelta(seconds=150), finished_at=finished_at)
    made = report(packages, judged=judged, run=run)
    issued = issue(made, folder, signers=(ring.signer,), log=log, now=finished_at)
    return CertifiedRun(folder=folder, report=made, packages=packages, keys=ring, log=log, issued=issued)
