"""The findings as JUnit XML, for whatever shows test results.

What was not observed is skipped, never passed; and a suite of its own says the verdict, so that a run that certifies nothing fails even
where no single check does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from certification.model import Outcome, VerdictOutcome
from reports.codec import moment_text
from reports.render.page import place_text, themes
from reports.render.visible import xml_text

if TYPE_CHECKING:
    from certification.model import Finding
    from reports.report import Report


def render_junit(report: Report) -> bytes:
    """The XML, in UTF-8. Same report, same bytes."""
    root = ET.Element("testsuites", {"name": xml_text(f"{report.exchange.name} {report.run_id}")})
    _verdict(root, report)
    for theme in themes(report):
        findings = [finding for finding in report.findings if finding.check.partition(".")[0] == theme.id]
        suite = _suite(root, theme.id, report)
        for finding in findings:
            _case(suite, finding)
        _total(suite)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _verdict(root: ET.Element, report: Report) -> None:
    suite = _suite(root, "verdict", report)
    case = ET.SubElement(suite, "testcase", {"classname": "verdict", "name": f"certified at {report.verdict.asked.label}"})
    said = xml_text("; ".join(report.verdict.reasons) or report.verdict.outcome.value)
    match report.verdict.outcome:
        case VerdictOutcome.NOT_CERTIFIED:
            ET.SubElement(case, "failure", {"message": said, "type": "not_certified"})
        case VerdictOutcome.INCONCLUSIVE:
            ET.SubElement(case, "error", {"message": said, "type": "inconclusive"})
        case VerdictOutcome.CERTIFIED:
            pass
    _total(suite)


def _suite(root: ET.Element, name: str, report: Report) -> ET.Element:
    moment = moment_text(report.finished_at).removesuffix("Z")
    return ET.SubElement(root, "testsuite", {"name": xml_text(name), "timestamp": moment, "hostname": "certify"})


def _case(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": xml_text(finding.check), "name": xml_text(finding.subject)})
    summary = xml_text(finding.summary)
    match finding.outcome:
        case Outcome.FAILED:
            ET.SubElement(case, "failure", {"message": summary, "type": finding.severity.value}).text = xml_text(_story(finding))
        case Outcome.ERROR:
            ET.SubElement(case, "error", {"message": summary, "type": "check"}).text = xml_text(_story(finding))
        case Outcome.NOT_OBSERVED | Outcome.NOT_APPLICABLE:
            ET.SubElement(case, "skipped", {"message": f"{finding.outcome.value.replace('_', ' ')}: {summary}"})
        case Outcome.PASSED:
            pass


def _story(finding: Finding) -> str:
    parts = [f"Expected: {finding.requirement}"]
    if finding.place is not None:
        parts.append(f"Where that stands: {place_text(finding.place)}")
    parts += finding.evidence
    if finding.likely_cause:
        parts.append(f"Likely cause: {finding.likely_cause}.")
    if finding.same_cause_as:
        parts.append(f"Likely the same cause as: {finding.same_cause_as}")
    if finding.reproduce:
        parts.append(f"See it again: {finding.reproduce}")
    if finding.remediation:
        parts.append(f"How to mend it: {finding.remediation}")
    return "\n".join(part for part in parts if part)


def _total(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
