"""``certify checks``: the catalogue of checks, and what each weighs in the standard."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from certification.checks.catalogue import Check, catalogue
from certification.levels.standard import STANDARD


@click.command("checks")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, name: str | None, as_json: bool) -> None:
    """Print the catalogue, or all about the check NAME."""
    checks = [entry for entry in catalogue() if name is None or entry.id == name]
    if not checks:
        raise click.UsageError(f"no check {name!r}; 'certify checks' lists them all")
    if as_json:
        click.echo(json.dumps([_row(entry) for entry in checks], indent=2))
    elif name:
        _explain(checks[0])
    else:
        _list(checks)


def _row(entry: Check) -> dict[str, str | None]:
    level = next((level for level in STANDARD.levels for rule in level.rules if rule.check == entry.id), None)
    rule = STANDARD.rule_of(entry.id)
    return {
        "id": entry.id,
        "level": level.level.label if level else None,
        "severity": rule.severity.value if rule else None,
        "on_fail": rule.on_fail.value if rule else None,
        "requirement": entry.requirement,
        "remediation": entry.remediation,
        "documentation": entry.documentation,
        "example": entry.example.does if entry.example else None,
        "finding": entry.example.says if entry.example else None,
        "fault": entry.example.fault or None if entry.example else None,
    }


def _list(checks: list[Check]) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("check", "level", "severity", "requirement"):
        table.add_column(column, overflow="fold")
    for entry in checks:
        row = _row(entry)
        table.add_row(entry.id, row["level"] or "-", row["severity"] or "-", escape(entry.requirement))
    console = Console()
    console.print(table)
    console.print(f"\n{len(checks)} checks; standard {STANDARD.name} {STANDARD.version}, digest {STANDARD.digest()[:16]}")


def _explain(entry: Check) -> None:
    row = _row(entry)
    click.echo(f"{entry.id}\n\n{entry.documentation}\n")
    click.echo(f"Required: {entry.requirement}\nTo mend:  {entry.remediation}")
    click.echo(f"Weighs:   {row['severity'] or 'nothing'}, level {row['level'] or 'none'}, a failure will {row['on_fail'] or 'be ignored'}")
    if entry.example is not None:
        click.echo(f"\nExample:  {entry.example.does}\nFinding:  {entry.example.says}")
    if entry.example is not None and entry.example.fault:
        click.echo(f"To see:   certify run reference --part api --level gold --fault {entry.example.fault}")
