"""Findings from run to run: new, mended, still open, and not looked at, by what they are about and not by their words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from certification.model import Finding, Outcome, Severity
from reports.compare import compared, fingerprint
from reports.report import Comparison, Report
from tests.simulators.built_sdks import build_all
from tests.simulators.certified_run import report

NOW = "20260401T120000Z-00000001"


@pytest.fixture
def made(tmp_path: Path) -> Report:
    return report(build_all(tmp_path))


def finding(subject: str, outcome: Outcome = Outcome.FAILED, *, check: str = "books.depth_is_sorted", summary: str = "") -> Finding:
    return Finding(
        check=check,
        subject=subject,
        outcome=outcome,
        severity=Severity.HIGH,
        summary=summary,
        requirement="",
        evidence=(),
        reproduce="",
        remediation="",
    )


def followed(made: Report, before: tuple[Finding, ...], now: tuple[Finding, ...]) -> Comparison:
    return compared(dataclasses.replace(made, findings=before), now, run_id=NOW)


def names(comparison: Comparison) -> dict[str, list[str]]:
    groups = {
        "new": comparison.new,
        "open": comparison.still_open,
        "mended": comparison.mended,
        "unseen": comparison.unseen,
    }
    return {name: [entry.subject for entry in found] for name, found in groups.items() if found}


def test_a_finding_is_the_same_whatever_its_words_are() -> None:
    assert fingerprint(finding("getDepth", summary="a")) == fingerprint(finding("getDepth", summary="b"))
    assert fingerprint(finding("getDepth")) != fingerprint(finding("python: getDepth"))
    assert fingerprint(finding("getDepth")) != fingerprint(finding("getDepth", check="books.other"))
    assert len(fingerprint(finding("\udcff"))) == 16


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param((), (finding("a"),), {"new": ["a"]}, id="new"),
        pytest.param((finding("a", Outcome.PASSED),), (finding("a"),), {"new": ["a"]}, id="a pass that fails now"),
        pytest.param((finding("a", summary="x"),), (finding("a", summary="y"),), {"open": ["a"]}, id="still open in other words"),
        pytest.param((finding("a"),), (finding("a", Outcome.PASSED),), {"mended": ["a"]}, id="mended"),
        pytest.param((finding("a"),), (finding("api", Outcome.PASSED),), {"mended": ["a"]}, id="mended, and told for all"),
        pytest.param((finding("a"),), (finding("a", Outcome.NOT_OBSERVED),), {"unseen": ["a"]}, id="not observed now"),
        pytest.param((finding("a"),), (finding("a", Outcome.ERROR),), {"unseen": ["a"]}, id="the check broke"),
        pytest.param((finding("a"),), (), {"unseen": ["a"]}, id="the check is gone"),
        pytest.param(
            (finding("a"),), (finding("a", Outcome.PASSED), finding("b", Outcome.NOT_OBSERVED)), {"mended": ["a"]}, id="another is unseen"
        ),
        pytest.param((finding("go: a"),), (finding("python", Outcome.PASSED),), {"unseen": ["go: a"]}, id="another language was examined"),
        pytest.param((finding("go: a"),), (finding("go", Outcome.PASSED),), {"mended": ["go: a"]}, id="the same language, told for all"),
        pytest.param((finding("a", Outcome.PASSED),), (finding("a", Outcome.PASSED),), {}, id="nothing"),
    ],
)
def test_what_became_of_findings(
    made: Report, before: tuple[Finding, ...], now: tuple[Finding, ...], expected: dict[str, list[str]]
) -> None:
    assert names(followed(made, before, now)) == expected


def test_an_open_finding_keeps_the_run_that_found_it_first(made: Report) -> None:
    first = followed(made, (finding("a"),), (finding("a"), finding("b")))
    assert [(entry.subject, entry.since) for entry in (*first.still_open, *first.new)] == [("a", made.run_id), ("b", NOW)]
    second = dataclasses.replace(made, run_id=NOW, findings=(finding("a"), finding("b")), comparison=first)
    third = compared(second, (finding("a"), finding("b", Outcome.PASSED)), run_id="later")
    assert [(entry.subject, entry.since) for entry in (*third.still_open, *third.mended)] == [("a", made.run_id), ("b", NOW)]


def test_the_gravest_come_first(made: Report) -> None:
    grave = dataclasses.replace(finding("z"), severity=Severity.CRITICAL)
    assert [entry.subject for entry in followed(made, (), (finding("a"), grave)).new] == ["z", "a"]
