"""What a person sees while a run goes on, and at its end: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from certification.levels.rule import OnFail
from certification.levels.standard import STANDARD
from certification.model import Finding, Level, Outcome, Verdict, VerdictOutcome
from certification.reasons import gathered
from flows.progress import Event, StageEvent, StageState

if TYPE_CHECKING:
    from pathlib import Path

    from reports.report import Comparison, PlannedRetry

_MARKS = {
    StageState.RUNNING: ("…", "cyan"),
    StageState.DONE: ("✓", "green"),
    StageState.SKIPPED: ("-", "dim"),
    StageState.TROUBLE: ("!", "yellow"),
}
_LEVEL_STYLES = {
    Level.NONE: "red",
    Level.BRONZE: "dark_orange3",
    Level.SILVER: "bright_white",
    Level.GOLD: "yellow",
    Level.PLATINUM: "bright_cyan",
}
_MOST_FINDINGS = 12
_MOST_REASONS = 6
_MOST_COMPARED = 5
_MOST_LINES_PER_CHECK = 20
"""Of failures of one check, in a log; the report has them all."""


def plain(text: str, most: int = 200) -> Text:
    """Text of strangers as text: no mark-up, no control characters, no more than ``most`` of it."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return Text(line if len(line) <= most else f"{line[: most - 1]}…")


class _View:
    """The state of the screen; events come from several threads."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._lock = threading.Lock()
        self._stages: dict[str, tuple[StageEvent, float]] = {}
        self._findings: list[Finding] = []
        self._likewise = 0
        self._warnings: Counter[str] = Counter()

    def hear(self, event: Event) -> None:
        with self._lock:
            match event:
                case StageEvent():
                    self._stages[event.stage] = (event, time.monotonic())
                case Finding() if _only_warns(event):
                    self._warnings[event.check] += 1
                case Finding() if event.outcome is Outcome.FAILED and event.same_cause_as:
                    self._likewise += 1
                case Finding() if event.outcome is Outcome.FAILED:
                    self._findings.append(event)
                case Finding():
                    pass

    def __rich__(self) -> RenderableType:
        with self._lock:
            stages = Table.grid(padding=(0, 1))
            for event, since in self._stages.values():
                mark, style = _MARKS[event.state]
                elapsed = time.monotonic() - since if event.state is StageState.RUNNING else event.elapsed_ms / 1000
                stages.add_row(Text(mark, style=style), event.stage, Text(f"{elapsed:6.1f} s", style="dim"), plain(event.note, 100))
            findings = [_finding_line(finding) for finding in self._findings[-_MOST_FINDINGS:]]
            hidden = len(self._findings) - len(findings)
            more = [Text(f"  and {hidden} more above", style="dim")] if hidden > 0 else []
            warnings = [_warning_line(check, count) for check, count in self._warnings.items()]
            likewise = [_likewise_line(self._likewise)] if self._likewise else []
            return Group(_heading(self._title), stages, *more, *findings, *likewise, *warnings)


def _finding_line(finding: Finding) -> Text:
    line = Text("  ✗ ", style="red")
    line.append(f"{finding.severity.value:8} ", style="bold")
    line.append(f"{finding.check} ")
    line.append(plain(f"{finding.subject}: {finding.summary}"))
    if finding.likely_cause:
        line.append("\n             likely: ", style="dim").append(plain(finding.likely_cause, 400))
    return line


def _likewise_line(count: int) -> Text:
    return Text(
        f"    and {count} more {'finding' if count == 1 else 'findings'} of likely the same causes; the report has them all", style="dim"
    )


def _warning_line(check: str, count: int) -> Text:
    places = "once" if count == 1 else f"{count} times"
    return Text("  ~ ", style="yellow").append(f"warning  {check} {places}; the report says where", style="dim")


def _only_warns(finding: Finding) -> bool:
    """Whether a failure takes nothing away. A description of hundreds of operations has hundreds of such."""
    rule = STANDARD.rule_of(finding.check)
    return finding.outcome is Outcome.FAILED and rule is not None and rule.on_fail is OnFail.WARN


def _heading(title: str) -> Text:
    """What is certified in bold, then how."""
    first, *others = title.splitlines() or [""]
    return Text("\n").join([Text(plain(first).plain, style="bold"), *(Text(plain(line).plain, style="dim") for line in others)])


class _Lines:
    """Plain lines for logs and pipes: one when a stage ends, one for each failed finding, one for all warnings of a check."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._told: Counter[str] = Counter()
        self._likewise = 0
        self._warnings: Counter[str] = Counter()
        for line in title.splitlines():
            self._say(plain(line))

    def hear(self, event: Event) -> None:
        with self._lock:
            match event:
                case StageEvent(state=StageState.RUNNING):
                    pass
                case StageEvent():
                    line = Text(f"{_MARKS[event.state][0]} {event.stage} ({event.elapsed_ms / 1000:.1f} s) ")
                    self._say(line.append(plain(event.note)))
                case Finding() if _only_warns(event):
                    self._warnings[event.check] += 1
                case Finding() if event.outcome is Outcome.FAILED and event.same_cause_as:
                    self._likewise += 1
                case Finding() if event.outcome is Outcome.FAILED:
                    self._told[event.check] += 1
                    if self._told[event.check] <= _MOST_LINES_PER_CHECK:
                        self._say(_finding_line(event))
                case Finding():
                    pass

    def close(self) -> None:
        """Count what was not told one by one."""
        for check, count in self._told.items():
            if count > _MOST_LINES_PER_CHECK:
                self._say(Text(f"  and {count - _MOST_LINES_PER_CHECK} more of {check}"))
        if self._likewise:
            self._say(_likewise_line(self._likewise))
        for check, count in self._warnings.items():
            self._say(_warning_line(check, count))

    def _say(self, line: Text) -> None:
        self._console.print(line, highlight=False, soft_wrap=True)


class _LogLines(logging.Handler):
    """What our packages log, as lines of the view: written past a live one, they would tear it."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        line = Text(f"{record.levelname.lower()}: ", style="yellow").append(plain(record.getMessage(), 400))
        self._console.print(line, highlight=False, soft_wrap=True)


@contextmanager
def _logs_through(console: Console) -> Iterator[None]:
    root = logging.getLogger()
    known = root.handlers[:]
    root.handlers[:] = [_LogLines(console)]
    try:
        yield
    finally:
        root.handlers[:] = known


@contextmanager
def watching(console: Console, title: str, *, live: bool = True) -> Iterator[_View | _Lines]:
    """Show a run's events while the context is open; pass what it gives you ``hear`` to ``flows.progress.listening``.

    Without ``live``, a terminal gets plain lines too: others write between them, and would tear a view that is painted anew.
    """
    if not live or not console.is_terminal:
        lines = _Lines(console, title)
        with _logs_through(console):
            yield lines
        lines.close()
        return
    view = _View(title)
    with Live(view, console=console, refresh_per_second=8, transient=False), _logs_through(console):
        yield view


def _show_reasons(console: Console, reasons: tuple[str, ...]) -> None:
    """Wrapped with an indent on a terminal, whole lines elsewhere."""
    table = Table.grid(padding=(0, 1))
    for reason in reasons[:_MOST_REASONS]:
        if console.is_terminal:
            table.add_row(Text("  because"), plain(reason, 400))
        else:
            console.print(Text("  because ").append(plain(reason, 400)), highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(table)
    if len(reasons) > _MOST_REASONS:
        console.print(Text(f"  and {len(reasons) - _MOST_REASONS} more, see the report"), highlight=False)


def show_verdict(console: Console, verdict: Verdict, out: Path, published: tuple[str, ...], scopes: tuple[str, ...] = ()) -> None:
    """The closing summary: the level per subject, what stands between it and the next, of what all that speaks, and where the report is."""
    style = {VerdictOutcome.CERTIFIED: "green", VerdictOutcome.NOT_CERTIFIED: "red", VerdictOutcome.INCONCLUSIVE: "yellow"}
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("level")
    table.add_column("what the next level still wants", overflow="fold")
    for subject in verdict.subjects:
        missing = gathered(subject.missing)
        wants = Text("\n").join(plain(line) for line in missing[:4])
        if len(missing) > len(missing[:4]):
            wants.append(f"\nand {len(missing) - 4} more, see the report")
        table.add_row(subject.subject, Text(subject.level.label, style=_LEVEL_STYLES[subject.level]), wants or Text("nothing"))
    console.print()
    console.print(table)
    console.print()
    headline = Text(verdict.outcome.value.replace("_", " ").upper(), style=f"bold {style[verdict.outcome]}")
    headline.append(f"  level {verdict.level.label}, asked for {verdict.asked.label}", style="default")
    console.print(headline)
    certified = verdict.outcome is VerdictOutcome.CERTIFIED
    # Of a known gap people hear in any case: it ends one day, or it is mended and should not be accepted any longer.
    _show_reasons(console, tuple(reason for reason in verdict.reasons if not certified or reason.startswith("known gap ")))
    for line in scopes:
        console.print(
            Text("covers     ", style="dim").append(plain(line)).append("; nothing is said of the others"), highlight=False, soft_wrap=True
        )
    for line in published:
        console.print(Text("published  ", style="dim").append(plain(line)), highlight=False, soft_wrap=True)
    console.print(Text("report     ", style="dim").append(str(out / "report.html")), highlight=False, soft_wrap=True)


def show_what_follows(console: Console, comparison: Comparison | None, retries: tuple[PlannedRetry, ...]) -> None:
    """What is new since the run before, and when a stage that could not do its work is tried again."""
    if comparison is not None:
        counted = (
            (len(comparison.new), "new"),
            (len(comparison.mended), "mended"),
            (len(comparison.still_open), "still open"),
            (len(comparison.unseen), "not looked at"),
        )
        said = ", ".join(f"{number} {what}" for number, what in counted if number) or "nothing failed then or now"
        _say(console, "since      ", f"run {comparison.run_id}: {said}")
        for mark, found in (("+ new", comparison.new), ("- mended", comparison.mended)):
            for entry in found[:_MOST_COMPARED]:
                _say(console, f"           {mark} ", f"{entry.check} {entry.subject}: {entry.summary}")
    for retry in retries:
        when = "by the service itself" if retry.automatic else "with the same command"
        at = f"again after {retry.again_at:%Y-%m-%d %H:%M} UTC, {when}" if retry.again_at else "somebody must mend that first"
        _say(console, "retry      ", f"{retry.stage}: {at} ({retry.reason})")


def _say(console: Console, heading: str, text: str) -> None:
    console.print(Text(heading, style="dim").append(plain(text, 300)), highlight=False, soft_wrap=True)
