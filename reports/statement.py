"""From a report to what is signed: two in-toto statements, v1, about the same files.

Two statements in two envelopes, because a DSSE envelope carries one payload and an in-toto verifier asks for one predicate type:

- ``report.intoto.json``, predicate ``https://openxapi.dev/certification/v1``: the certificate. Its subjects are ``report.json`` and
  every package file, so that ``cosign verify-blob-attestation --type https://openxapi.dev/certification/v1`` accepts any of them.
  Only this one makes a clearance.
- ``report.test-result.intoto.json``, predicate ``https://in-toto.io/attestation/test-result/v0.1``: what policy engines read.

Both follow from the report alone: whoever holds a report can say again what must have been signed, and nothing else is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import Outcome, VerdictOutcome
from reports import canonical
from reports.codec import moment_text
from reports.report import REPORT_NAME

if TYPE_CHECKING:
    from reports.canonical import Json
    from reports.report import Report, SdkSummary

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
CERTIFICATION = "https://openxapi.dev/certification/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
"""The DSSE payload type of every in-toto statement."""

CERTIFICATION_NAME = "report.intoto.json"
TEST_RESULT_NAME = "report.test-result.intoto.json"


def certification_statement(report: Report, report_digest: str) -> bytes:
    """The certificate as an in-toto statement, in canonical JSON. ``report_digest`` is the SHA-256 (hex) of ``report.json``."""
    return canonical.write(
        {
            "_type": STATEMENT_TYPE,
            "subject": _subjects(report, report_digest),
            "predicateType": CERTIFICATION,
            "predicate": {
                "runId": report.run_id,
                "exchange": {"id": report.exchange.id, "name": report.exchange.name},
                "outcome": report.verdict.outcome.value,
                "level": report.verdict.level.label,
                "standard": _described(report.standard.name, report.standard.digest) | {"version": report.standard.version},
                "spec": _described(report.spec.source, report.spec.digest) | {"version": report.spec.version},
                "sdks": [_sdk(sdk) for sdk in report.sdks],
                **_third_parties(report),
                "finishedOn": moment_text(report.finished_at),
                "expiresOn": moment_text(report.expires_at),
            },
        }
    )


def result_statement(report: Report, report_digest: str) -> bytes:
    """The test result as an in-toto statement, in canonical JSON: what policy engines read.

    ``PASSED`` means certified at the level asked for; an inconclusive run is ``FAILED``, for whoever waits for a pass has none.
    Checks with an answer that is neither passed nor failed are in no list, and make a pass a ``WARNED``.
    """
    passed = _checks(report, Outcome.PASSED)
    failed = _checks(report, Outcome.FAILED)
    unanswered = _checks(report, Outcome.NOT_OBSERVED) | _checks(report, Outcome.ERROR)
    certified = report.verdict.outcome is VerdictOutcome.CERTIFIED
    result = "FAILED" if not certified else "WARNED" if failed | unanswered else "PASSED"
    return canonical.write(
        {
            "_type": STATEMENT_TYPE,
            "subject": _subjects(report, report_digest),
            "predicateType": TEST_RESULT,
            "predicate": {
                "result": result,
                "configuration": [
                    _described(report.spec.source, report.spec.digest),
                    *([] if report.spec.streams is None else [_described(report.spec.streams.source, report.spec.streams.digest)]),
                    _described(f"{report.standard.name} {report.standard.version}", report.standard.digest),
                ],
                "passedTests": sorted(passed - failed - unanswered),
                "warnedTests": sorted((failed | unanswered) if certified else unanswered - failed),
                "failedTests": [] if certified else sorted(failed),
            },
        }
    )


def _subjects(report: Report, report_digest: str) -> list[Json]:
    named = {REPORT_NAME: report_digest} | {artefact.path: artefact.digest for artefact in report.artefacts}
    return [_described(name, digest) for name, digest in sorted(named.items())]


def _described(name: str, digest: str) -> dict[str, Json]:
    return {"name": name, "digest": {"sha256": digest}}


def _sdk(sdk: SdkSummary) -> Json:
    return {
        "language": sdk.language.value,
        "package": sdk.package,
        "version": sdk.version,
        "outcome": sdk.outcome.value,
        "level": sdk.level.label,
        "artefacts": [_described(artefact.path, artefact.digest) for artefact in sdk.artefacts],
    }


def _third_parties(report: Report) -> dict[str, Json]:
    """What was examined that is none of ours, named and never a subject: nobody verifies a third party's file against this."""
    named: list[Json] = [
        {
            "adapter": _described(each.adapter, each.adapter_digest),
            "package": each.package,
            "version": each.version,
            "digest": each.digest,
            "outcome": each.outcome.value,
            "level": each.level.label,
            # What was signed before operations were named still says what its report says.
            **({"operations": list(each.covers), "operationsDescribed": report.spec.operations} if each.covers else {}),
        }
        for each in report.third_parties
    ]
    return {"thirdParties": named} if named else {}


def _checks(report: Report, outcome: Outcome) -> set[str]:
    return {finding.check for finding in report.findings if finding.outcome is outcome}
