from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from certification.levels.standard import STANDARD
from certification.model import Level, Outcome, Severity, SubjectLevel, Verdict, VerdictOutcome
from flows.progress import Event, StageEvent, StageState
from flows.terminal import plain, show_verdict, show_what_follows, watching
from reports.report import ComparedFinding, Comparison, PlannedRetry
from tests.simulators.certified_run import FINDINGS, verdict

FAILED = next(finding for finding in FINDINGS if finding.outcome is Outcome.FAILED)
PASSED = next(finding for finding in FINDINGS if finding.outcome is Outcome.PASSED)
HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202eevil [red]x[/red]\r\nnext"
STORY: tuple[Event, ...] = (
    StageEvent(stage="SDK python", state=StageState.RUNNING),
    StageEvent(stage="SDK python", state=StageState.DONE, note="openxapi-sample 1.2.0", elapsed_ms=1500),
    StageEvent(stage="contract test", state=StageState.TROUBLE, note=HOSTILE, elapsed_ms=20),
    StageEvent(stage="publish", state=StageState.SKIPPED),
    PASSED,
    FAILED,
)


def console(*, terminal: bool, width: int = 120) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=terminal, width=width, color_system=None, legacy_windows=False, _environ={}), written


def told(events: tuple[Event, ...], *, terminal: bool) -> str:
    screen, written = console(terminal=terminal)
    with watching(screen, "Sample: 3 operations") as view:
        for event in events:
            view.hear(event)
    return written.getvalue()


def test_a_pipe_gets_one_line_when_a_stage_ends_and_one_for_each_failure() -> None:
    lines = told(STORY, terminal=False).splitlines()
    assert lines[0] == "Sample: 3 operations"
    assert lines[1] == "✓ SDK python (1.5 s) openxapi-sample 1.2.0"
    assert lines[2].startswith("! contract test (0.0 s)")
    assert lines[3].startswith("- publish")
    assert f"{FAILED.severity.value}" in lines[4]
    assert f"{FAILED.check} {FAILED.subject}: {FAILED.summary}" in lines[4]
    assert len(lines) == 5


def test_a_terminal_shows_the_last_state_of_every_stage() -> None:
    screen = told(STORY, terminal=True)
    last = screen[screen.rindex("Sample: 3 operations") :]
    assert re.search(r"✓ SDK python +1\.5 s openxapi-sample 1\.2\.0", last)
    assert "! contract test" in last
    assert FAILED.check in last
    assert PASSED.check not in last


def test_a_terminal_shows_a_stage_that_still_runs() -> None:
    assert re.search(r"… SDK python +0\.\d s", told(STORY[:1], terminal=True))


def test_a_terminal_shows_the_newest_failures_and_counts_the_rest() -> None:
    failures = tuple(replace(FAILED, subject=f"operation{number}") for number in range(15))
    screen = told(failures, terminal=True)
    last = screen[screen.rindex("Sample: 3 operations") :]
    assert "and 3 more above" in last
    assert "operation14:" in last
    assert "operation2:" not in last


@pytest.mark.parametrize("terminal", [True, False])
def test_the_text_of_strangers_commands_no_terminal(terminal: bool) -> None:
    hostile = (
        StageEvent(stage="contract test", state=StageState.TROUBLE, note=HOSTILE),
        replace(FAILED, subject=HOSTILE, summary=HOSTILE),
    )
    written = told(hostile, terminal=terminal)
    assert "\x1b]0" not in written
    assert "\x1b[2J" not in written
    assert "\x07" not in written
    assert "\u202e" not in written
    assert "[red]x[/red]" in written, "mark-up is text"


@given(st.text(max_size=300))
def test_plain_text_is_one_printable_line_of_bounded_length(text: str) -> None:
    line = plain(text).plain
    assert len(line) <= 200
    assert all(character.isprintable() for character in line)
    assert "\n" not in line


def shown(judged: Verdict, *, published: tuple[str, ...] = (), scopes: tuple[str, ...] = ()) -> str:
    screen, written = console(terminal=False)
    show_verdict(screen, judged, Path("/somewhere/out"), published, scopes)
    return written.getvalue()


def test_the_end_says_the_level_what_is_missing_and_where_the_report_is() -> None:
    written = shown(verdict(), published=("openxapi-sample 1.2.0",), scopes=("their-client 3.1.0: 2 of 7 operations",))
    for subject in ("api", "python", "typescript", "go"):
        assert re.search(rf"{subject} +│ silver │ streams\.gaps_are_noticed: not_observed", written)
    assert "CERTIFIED  level silver, asked for silver" in written
    assert "because" not in written
    assert "covers     their-client 3.1.0: 2 of 7 operations; nothing is said of the others" in written
    assert "published  openxapi-sample 1.2.0" in written
    assert "report     /somewhere/out/report.html" in written


@pytest.mark.parametrize(
    ("outcome", "headline"),
    [(VerdictOutcome.NOT_CERTIFIED, "NOT CERTIFIED"), (VerdictOutcome.INCONCLUSIVE, "INCONCLUSIVE")],
)
def test_what_is_not_certified_says_why(outcome: VerdictOutcome, headline: str) -> None:
    written = shown(replace(verdict(outcome), reasons=tuple(f"reason {number} {HOSTILE}" for number in range(8))))
    assert f"{headline}  level none, asked for silver" in written
    assert written.count("because") == 6
    assert "\x1b" not in written


def test_a_long_list_of_wishes_is_cut_and_an_empty_one_is_said() -> None:
    subjects = (
        SubjectLevel(subject="api", level=Level.BRONZE, missing=tuple(f"check.number_{number}" for number in range(7))),
        SubjectLevel(subject="go", level=Level.PLATINUM, missing=()),
    )
    written = shown(replace(verdict(), subjects=subjects))
    assert "check.number_3" in written
    assert "check.number_4" not in written
    assert "and 3 more, see the report" in written
    assert re.search(r"go +│ platinum │ nothing", written)


WARNED = replace(FAILED, check=next(rule.check for level in STANDARD.levels for rule in level.rules if not rule.needs_observation))


@pytest.mark.parametrize("terminal", [True, False])
def test_warnings_are_counted_not_listed(terminal: bool) -> None:
    screen = told((WARNED, replace(WARNED, subject="other"), replace(WARNED, outcome=Outcome.PASSED)), terminal=terminal)
    assert f"warning  {WARNED.check} 2 times; the report says where" in screen
    assert "✗" not in screen
    assert f"{WARNED.check} once" in told((WARNED,), terminal=terminal)


def test_a_log_is_not_flooded_by_one_check() -> None:
    failures = tuple(replace(FAILED, subject=f"operation{number}") for number in range(25))
    lines = told(failures, terminal=False).splitlines()
    assert sum("✗" in line for line in lines) == 20
    assert lines[-1].strip() == f"and 5 more of {FAILED.check}"


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_logged_becomes_a_line_of_the_view(terminal: bool) -> None:
    screen, written = console(terminal=terminal)
    handlers = logging.getLogger().handlers[:]
    with watching(screen, "Sample: 3 operations\nprocesses, as asked for"):
        logging.getLogger("reports.signers").warning("made a key in %s", HOSTILE)
    assert "warning: made a key in" in written.getvalue()
    assert "processes, as asked for" in written.getvalue()
    assert "\x1b]0" not in written.getvalue()
    assert logging.getLogger().handlers == handlers


def after(comparison: Comparison | None, retries: tuple[PlannedRetry, ...] = ()) -> str:
    screen, written = console(terminal=False)
    show_what_follows(screen, comparison, retries)
    return written.getvalue()


def test_what_is_new_since_the_run_before_is_said() -> None:
    entries = tuple(
        ComparedFinding(fingerprint="0" * 16, check="a.b", subject=f"op{number}", severity=Severity.LOW, summary=HOSTILE, since="x")
        for number in range(7)
    )
    bare = Comparison(run_id="run-1", level=Level.BRONZE, spec_digest="0" * 64, changes=())
    assert after(None) == ""
    assert after(bare) == "since      run run-1: nothing failed then or now\n"
    written = after(replace(bare, new=entries, mended=entries[:1], still_open=entries[:2], unseen=entries[:3]))
    assert "7 new, 1 mended, 2 still open, 3 not looked at" in written
    assert written.count("+ new a.b op") == 5
    assert "- mended a.b op0" in written
    assert "\x1b" not in written


def test_when_to_try_again_is_said() -> None:
    moment = datetime(2026, 3, 1, 2, 15, tzinfo=UTC)
    again = PlannedRetry(stage="contract test", reason="down", again_at=moment, automatic=False)
    lost = PlannedRetry(stage="scenarios", reason="credentials", again_at=None, automatic=False)
    written = after(None, (again, replace(again, automatic=True), lost))
    assert "retry      contract test: again after 2026-03-01 02:15 UTC, with the same command (down)" in written
    assert "by the service itself" in written
    assert "scenarios: somebody must mend that first (credentials)" in written


def test_known_gaps_are_told_even_of_what_is_certified() -> None:
    written = shown(replace(verdict(), reasons=("known gap a.b (*) no longer fails; take it out of the profile", "gold wants more")))
    assert "because known gap a.b (*) no longer fails" in written
    assert "gold wants more" not in written
