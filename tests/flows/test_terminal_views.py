from __future__ import annotations

import io
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from certification.model import Finding, Level, Outcome, Severity, SubjectLevel, Verdict, VerdictOutcome
from flows.terminal import show_verdict, watching

REPAIR = Finding(
    check="description.description_needs_no_repair",
    subject="placeOrder",
    outcome=Outcome.FAILED,
    severity=Severity.LOW,
    summary="a path parameter is not declared",
    requirement="",
    evidence=(),
    reproduce="",
    remediation="",
)
DEFECT = replace(REPAIR, check="orders.limits_hold", severity=Severity.CRITICAL, summary="a limit was broken")


def told(*findings: Finding, terminal: bool) -> str:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=80, color_system=None, legacy_windows=False, _environ={})
    with watching(console, "Sample: 3 operations\nrun 1") as view:
        for finding in findings:
            view.hear(finding)
    screen = written.getvalue()
    return screen[screen.rindex("Sample: 3 operations") :] if terminal else screen


@pytest.mark.parametrize("terminal", [True, False])
def test_hundreds_of_warnings_are_one_line(terminal: bool) -> None:
    screen = told(*(replace(REPAIR, subject=f"operation{number}") for number in range(371)), DEFECT, terminal=terminal)
    assert screen.count(REPAIR.check) == 1
    assert f"warning  {REPAIR.check} 371 times" in screen
    assert DEFECT.check in screen


def test_a_log_gets_the_first_failures_of_a_check_and_the_number_of_the_others() -> None:
    screen = told(*(replace(DEFECT, subject=f"operation{number}") for number in range(25)), terminal=False)
    assert "operation19" in screen
    assert "operation20" not in screen
    assert f"and 5 more of {DEFECT.check}" in screen


@pytest.mark.parametrize("terminal", [True, False])
def test_a_cause_is_told_once_and_its_other_findings_are_counted(terminal: bool) -> None:
    likely = replace(DEFECT, likely_cause="the price is not compared")
    others = (replace(DEFECT, check=f"model.{name}", same_cause_as=DEFECT.name) for name in ("orders", "fills"))
    screen = told(likely, *others, terminal=terminal)
    assert "likely: the price is not compared" in screen
    assert "model.fills" not in screen
    assert "and 2 more findings of likely the same causes" in screen


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_logged_meanwhile_is_a_line_of_the_view(terminal: bool) -> None:
    known = logging.getLogger().handlers[:]
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=80, color_system=None, legacy_windows=False, _environ={})
    with watching(console, "Sample"):
        logging.getLogger("reports.signers").warning("made a %s", "key\x1b[2J")
    assert "warning: made a key [2J" in written.getvalue()
    assert logging.getLogger().handlers == known


@pytest.mark.parametrize("terminal", [True, False])
def test_reasons_are_bounded_and_wrap_between_words(terminal: bool) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=60, color_system=None, legacy_windows=False, _environ={})
    reasons = tuple(f"orders.limits_hold: failed for operation{number} " + "with many words " * 6 for number in range(9))
    subject = SubjectLevel(subject="api", level=Level.NONE, missing=())
    judged = Verdict(outcome=VerdictOutcome.NOT_CERTIFIED, level=Level.NONE, asked=Level.SILVER, reasons=reasons, subjects=(subject,))
    show_verdict(console, judged, Path("/out"), ())
    screen = written.getvalue()
    assert screen.count("because") == 6
    assert "and 3 more, see the report" in screen
    assert max(len(line) for line in screen.splitlines() if "operation" in line) <= (60 if terminal else 400)
    assert ("\n          words" in screen or "\n          with" in screen or "\n          many" in screen) is terminal


def test_a_terminal_that_shows_a_log_too_gets_plain_lines_that_nothing_is_painted_over() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80, color_system=None, legacy_windows=False, _environ={})
    with watching(console, "Sample: 3 operations", live=False) as view:
        view.hear(DEFECT)
    assert "\x1b" not in written.getvalue()
    assert written.getvalue().splitlines()[0] == "Sample: 3 operations"
    assert DEFECT.check in written.getvalue()
