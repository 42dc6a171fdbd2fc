"""How every benchmark prints: a title, a table, and what a reader must know to believe it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

_WIDTH = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's result."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as ``columns``; the first cell names the row, the others are numbers and stand to the right."""
    notes: tuple[str, ...] = ()
    """A sentence each: what was measured how, and what was not."""


def show(table: Table) -> None:
    """Print it on standard output, with the machine's load, which says how far to believe the times."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    drawn = RichTable(title=Text(table.title, style="bold"), title_justify="left")
    for number, column in enumerate(table.columns):
        drawn.add_column(Text(column), justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console.print(drawn)
    for note in (*table.notes, f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"):
        console.print(Text(f"  {note}"))
    console.print()


def print_row(columns: Sequence[tuple[str, int]], cells: Iterable[str]) -> None:
    """One line of a table whose rows come one by one, at once; ``columns`` are names and widths."""
    print("  ".join(text.ljust(width) for text, (_, width) in zip(cells, columns, strict=True)).rstrip(), flush=True)


def seconds(value: float) -> str:
    """``12.3 s``, ``0.45 s`` or ``3.1 ms``."""
    if value < 0.1:  # noqa: PLR2004
        return f"{value * 1000:.1f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"  # noqa: PLR2004


def size(number_of_bytes: int) -> str:
    """``512 B``, ``12.3 KiB`` or ``4.5 MiB``."""
    if number_of_bytes < 1024:  # noqa: PLR2004
        return f"{number_of_bytes} B"
    kib = number_of_bytes / 1024
    return f"{kib:.1f} KiB" if kib < 1024 else f"{kib / 1024:.1f} MiB"  # noqa: PLR2004


def ratio(ours: float, theirs: float) -> str:
    """How many times theirs is ours: ``4.2 x`` where ours is the smaller number; ``-`` where there is nothing to divide by."""
    return f"{theirs / ours:.2f} x" if ours else "-"
