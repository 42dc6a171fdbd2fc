"""What is wrong with the description, as SARIF 2.1.0, for editors and code scanning in the repository that keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from certification.model import Outcome, Severity
from reports.render.page import check_title
from reports.render.visible import visible

if TYPE_CHECKING:
    from certification.model import Finding, Place
    from reports.report import Report

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}


def render_sarif(report: Report, *, version: str) -> bytes:
    """The failed checks of the description. ``version`` is this program's."""
    failed = [finding for finding in report.findings if finding.check.startswith("description.") and finding.outcome is Outcome.FAILED]
    rules = {finding.check: finding for finding in failed}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "OpenXAPI Certify",
                        "semanticVersion": version,
                        "informationUri": "https://openxapi.dev",
                        "rules": [_rule(finding) for _, finding in sorted(rules.items())],
                    }
                },
                "artifacts": [{"location": {"uri": _uri(report.spec.source)}, "hashes": {"sha-256": report.spec.digest}}],
                "results": [_result(finding, sorted(rules), report) for finding in failed],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.check,
        "shortDescription": {"text": check_title(finding.check)},
        "fullDescription": {"text": visible(finding.requirement)},
        "help": {"text": visible(finding.remediation or finding.requirement)},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _result(finding: Finding, rules: list[str], report: Report) -> dict[str, Any]:
    likely = (f"Likely cause: {finding.likely_cause}.",) if finding.likely_cause else ()
    text = "\n".join((finding.summary, *finding.evidence, *likely))
    return {
        "ruleId": finding.check,
        "ruleIndex": rules.index(finding.check),
        "level": _LEVELS[finding.severity],
        "message": {"text": visible(text)},
        "locations": [
            {
                "physicalLocation": _physical(finding.place, report),
                "logicalLocations": [{"fullyQualifiedName": visible(finding.subject)}],
            }
        ],
        "partialFingerprints": {"certify/v1": f"{finding.check} {visible(finding.subject)}"},
    }


def _physical(place: Place | None, report: Report) -> dict[str, Any]:
    """The file, and the line where it is known."""
    streams = report.spec.streams
    beside = streams is not None and place is not None and place.pointer.startswith("streams#")
    found: dict[str, Any] = {"artifactLocation": {"uri": _uri(streams.source if beside and streams is not None else report.spec.source)}}
    return found | {"region": {"startLine": place.line}} if place is not None and place.line is not None else found


def _uri(source: str) -> str:
    """A source as a URI: a repository's file by its path there."""
    if source.startswith("github:"):
        source = source.rpartition(":")[2]
    return quote(source, safe=":/?#[]@!$&'()*+,;=%~-._")
