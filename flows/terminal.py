"""What a person sees while a run goes on, and at its end: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from certification.model import Finding, Level, Outcome, Verdict, VerdictOutcome
from flows.progress import Event, StageEvent, StageState

if TYPE_CHECKING:
    from pathlib import Path

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

    def hear(self, event: Event) -> None:
        with self._lock:
            match event:
                case StageEvent():
                    self._stages[event.stage] = (event, time.monotonic())
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
            return Group(Text(self._title, style="bold"), stages, *more, *findings)


def _finding_line(finding: Finding) -> Text:
    line = Text("  ✗ ", style="red")
    line.append(f"{finding.severity.value:8} ", style="bold")
    line.append(f"{finding.check} ")
    line.append(plain(f"{finding.subject}: {finding.summary}"))
    return line


class _Lines:
    """Plain lines for logs and pipes: one when a stage ends, one for each failed finding."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        console.print(Text(title), highlight=False)

    def hear(self, event: Event) -> None:
        match event:
            case StageEvent(state=StageState.RUNNING):
                pass
            case StageEvent():
                line = Text(f"{_MARKS[event.state][0]} {event.stage} ({event.elapsed_ms / 1000:.1f} s) ").append(plain(event.note))
                self._console.print(line, highlight=False, soft_wrap=True)
            case Finding() if event.outcome is Outcome.FAILED:
                self._console.print(_finding_line(event), highlight=False, soft_wrap=True)
            case Finding():
                pass


@contextmanager
def watching(console: Console, title: str) -> Iterator[_View | _Lines]:
    """Show a run's events while the context is open; pass what it gives you ``hear`` to ``flows.progress.listening``."""
    if not console.is_terminal:
        yield _Lines(console, title)
        return
    view = _View(title)
    with Live(view, console=console, refresh_per_second=8, transient=False):
        yield view


def show_verdict(console: Console, verdict: Verdict, out: Path, published: tuple[str, ...]) -> None:
    """The closing summary: the level per subject, what stands between it and the next, and where the report is."""
    style = {VerdictOutcome.CERTIFIED: "green", VerdictOutcome.NOT_CERTIFIED: "red", VerdictOutcome.INCONCLUSIVE: "yellow"}
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("level")
    table.add_column("what the next level still wants", overflow="fold")
    for subject in verdict.subjects:
        wants = Text("\n").join(plain(line, 160) for line in subject.missing[:4])
        if len(subject.missing) > len(subject.missing[:4]):
            wants.append(f"\nand {len(subject.missing) - 4} more, see the report")
        table.add_row(subject.subject, Text(subject.level.label, style=_LEVEL_STYLES[subject.level]), wants or Text("nothing"))
    console.print()
    console.print(table)
    console.print()
    headline = Text(verdict.outcome.value.replace("_", " ").upper(), style=f"bold {style[verdict.outcome]}")
    headline.append(f"  level {verdict.level.label}, asked for {verdict.asked.label}", style="default")
    console.print(headline)
    if verdict.outcome is not VerdictOutcome.CERTIFIED:
        for reason in verdict.reasons[:6]:
            console.print(Text("  because ").append(plain(reason, 240)), highlight=False, soft_wrap=True)
    for line in published:
        console.print(Text("published  ", style="dim").append(plain(line)), highlight=False, soft_wrap=True)
    console.print(Text("report     ", style="dim").append(str(out / "report.html")), highlight=False, soft_wrap=True)
