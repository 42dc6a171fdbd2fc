"""From everything a run produced to its report: one pure function."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING

from certification.encodable import encodable
from certification.model import Level, VerdictOutcome
from reports.report import (
    SCHEMA,
    VALIDITY,
    AcceptedGap,
    ApiSummary,
    Comparison,
    Environment,
    EvidenceFile,
    ExchangeName,
    OperationSummary,
    PlannedRetry,
    Report,
    ReportedArtefact,
    ReportedVerdict,
    SdkSummary,
    SpecSummary,
    Standard,
    StatusCount,
    StreamsSummary,
    ThirdPartySummary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from certification.evidence.record import ContractEvidence, SdkEvidence
    from certification.model import File, Finding, SdkPackage, SpecSnapshot, Verdict
    from sdkgen.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedSdk:
    """An SDK that a run examined, built or not."""

    language: Language
    name: str
    """The package's name, from the profile."""
    version: str
    package: SdkPackage | None
    """``None`` where it did not build. Its artefacts' paths are relative to the run's output folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a report says beside the verdict and the findings."""

    run_id: str
    exchange_id: str
    exchange_name: str
    standard: Standard
    environment: Environment
    started_at: datetime
    finished_at: datetime
    known_gaps: tuple[AcceptedGap, ...] = ()
    comparison: Comparison | None = None
    retries: tuple[PlannedRetry, ...] = ()
    evidence: tuple[File, ...] = ()
    """Files of evidence, with paths relative to the run's output folder."""


def assemble(
    *,
    facts: RunFacts,
    snapshot: SpecSnapshot,
    contract: ContractEvidence | None,
    sdks: tuple[ExaminedSdk, ...],
    verdict: Verdict,
    findings: tuple[Finding, ...],
    third_parties: tuple[SdkEvidence, ...] = (),
    validity: timedelta = VALIDITY,
) -> Report:
    """The report of a run. Same input, same bytes.

    Texts that a stranger wrote may hold lone surrogates, which UTF-8 can't say: each becomes U+FFFD.
    """
    return encodable(
        Report(
            schema=SCHEMA,
            run_id=facts.run_id,
            exchange=ExchangeName(id=facts.exchange_id, name=facts.exchange_name),
            spec=_spec(snapshot),
            standard=facts.standard,
            environment=facts.environment,
            verdict=ReportedVerdict(outcome=verdict.outcome, level=verdict.level, asked=verdict.asked, reasons=verdict.reasons),
            api=_api(snapshot, contract, verdict),
            sdks=tuple(_sdk(sdk, verdict) for sdk in sdks),
            findings=findings,
            known_gaps=facts.known_gaps,
            comparison=facts.comparison,
            evidence=tuple(
                EvidenceFile(path=file.path, digest=file.digest, size=file.size)
                for file in sorted(facts.evidence, key=lambda file: file.path)
            ),
            started_at=facts.started_at.replace(microsecond=0),
            finished_at=facts.finished_at.replace(microsecond=0),
            expires_at=facts.finished_at.replace(microsecond=0) + validity,
            third_parties=tuple(_third_parties(third_parties, verdict)),
            retries=facts.retries,
        )
    )


def _spec(snapshot: SpecSnapshot) -> SpecSummary:
    return SpecSummary(
        digest=snapshot.digest,
        source=_told(snapshot.source),
        title=snapshot.title,
        version=snapshot.version,
        operations=snapshot.operations,
        streams=_streams(snapshot),
    )


def _streams(snapshot: SpecSnapshot) -> StreamsSummary | None:
    if snapshot.streams is None:
        return None
    return StreamsSummary(digest=PurePath(snapshot.streams).name, source=_told(snapshot.streams_source or ""))


def _told(source: str) -> str:
    """A description's source as the world may read it: of a file on the signer's own disk, its name. Its digest says which it is."""
    return PurePosixPath(source).name if source.startswith("/") else source


def _api(snapshot: SpecSnapshot, contract: ContractEvidence | None, verdict: Verdict) -> ApiSummary:
    level, missing = _reached(verdict, "api")
    covered = contract.operations if contract is not None else ()
    return ApiSummary(
        level=level,
        observation=contract.observation.value if contract is not None else "skipped",
        reason=_reason(contract) if contract is not None else "the run did not look at the API",
        operations=snapshot.operations,
        operations_exercised=sum(1 for entry in covered if entry.calls > 0),
        calls=sum(entry.calls for entry in covered),
        missing=missing,
        coverage=tuple(
            OperationSummary(
                operation=entry.operation,
                calls=entry.calls,
                accepted=entry.accepted,
                statuses=tuple(StatusCount(status=status, count=count) for status, count in entry.statuses),
                answers_described=entry.answers_described,
                answers_seen=entry.answers_seen,
                fields_described=entry.fields_described,
                fields_sent=entry.fields_sent,
            )
            for entry in covered
        ),
    )


def _reason(contract: ContractEvidence, most: int = 5) -> str:
    """Why the test is not complete, and which orders it may have left on the sandbox."""
    left = ", ".join(contract.left_behind[:most]) + (" …" if len(contract.left_behind) > most else "")
    told = f"{len(contract.left_behind)} of the test's orders could not be cancelled: {left}" if left else ""
    return "; ".join(each for each in (contract.reason, told) if each)


def _sdk(sdk: ExaminedSdk, verdict: Verdict) -> SdkSummary:
    level, missing = _reached(verdict, sdk.language.value)
    package = sdk.package
    return SdkSummary(
        language=sdk.language,
        package=sdk.name,
        version=sdk.version,
        digest=package.digest if package is not None else None,
        source_digest=package.source_digest if package is not None else None,
        level=level,
        outcome=_sdk_outcome(level, package, verdict),
        missing=missing,
        artefacts=tuple(
            ReportedArtefact(kind=artefact.kind, path=artefact.file.path, digest=artefact.file.digest, size=artefact.file.size)
            for artefact in (package.artefacts if package is not None else ())
        ),
    )


def _third_parties(examined: tuple[SdkEvidence, ...], verdict: Verdict) -> Iterator[ThirdPartySummary]:
    for sdk in examined:
        third = sdk.third_party
        if third is None:
            continue
        level, missing = _reached(verdict, third.adapter)
        yield ThirdPartySummary(
            adapter=third.adapter,
            adapter_digest=third.adapter_digest,
            language=third.language,
            ecosystem=third.ecosystem,
            package=third.package,
            version=third.version,
            digest=third.digest,
            protocol=third.protocol,
            operations=len(sdk.called),
            level=level,
            outcome=_third_outcome(level, verdict),
            missing=missing,
            covers=sdk.called,
        )


def _sdk_outcome(level: Level, package: SdkPackage | None, verdict: Verdict) -> VerdictOutcome:
    """An SDK that did not build can't be certified."""
    return VerdictOutcome.NOT_CERTIFIED if package is None else _outcome(level, verdict)


def _third_outcome(level: Level, verdict: Verdict) -> VerdictOutcome:
    """A grave failure refuses the run at whatever level was reached, and so the SDK: nothing else of the run could be at fault."""
    return _outcome(level if verdict.outcome is VerdictOutcome.CERTIFIED else Level.NONE, verdict)


def _outcome(level: Level, verdict: Verdict) -> VerdictOutcome:
    """One below the level asked for is no better than the run."""
    if level >= verdict.asked and level is not Level.NONE:
        return VerdictOutcome.CERTIFIED
    return VerdictOutcome.INCONCLUSIVE if verdict.outcome is VerdictOutcome.INCONCLUSIVE else VerdictOutcome.NOT_CERTIFIED


def _reached(verdict: Verdict, subject: str) -> tuple[Level, tuple[str, ...]]:
    for entry in verdict.subjects:
        if entry.subject == subject:
            return entry.level, entry.missing
    return Level.NONE, ()
