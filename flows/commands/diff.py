"""``certify diff``: what changed between two descriptions, for a program that uses the SDK."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from certification.errors import FetchError
from certification.model import Change, ChangeClass
from certification.profile import SpecSource
from certification.specs.diff import diff, version_bump
from certification.specs.fetch import fetch
from certification.specs.fetched import Fetched
from flows.terminal import plain
from sdkgen.api.load import load
from sdkgen.api.model import Api

_STYLES = {ChangeClass.BREAKING: "red", ChangeClass.ADDITIVE: "green", ChangeClass.DOCUMENTATION: "dim"}


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, old: str, new: str, as_json: bool) -> None:
    """Compare two descriptions (files or URLs): every difference, breaking or not, and the version bump that it asks for."""
    changes = diff(_read(old), _read(new))
    bump = version_bump(changes)
    if as_json:
        click.echo(json.dumps({"bump": bump, "changes": [asdict(change) for change in changes]}, indent=2))
        return
    console = Console()
    if changes:
        console.print(_table(changes))
    counts = ", ".join(f"{sum(change.change_class is kind for change in changes)} {kind.value}" for kind in ChangeClass)
    console.print(f"{counts}; version bump: {bump}", highlight=False)


def _table(changes: tuple[Change, ...]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("class", "rule", "operation", "what"):
        table.add_column(column, overflow="fold")
    for change in changes:
        style = _STYLES[change.change_class]
        table.add_row(f"[{style}]{change.change_class.value}[/]", change.rule, plain(change.operation or "-"), plain(change.summary))
    return table


def _read(given: str) -> Api:
    if given.startswith(("http://", "https://")):
        source = SpecSource(url=given)
    elif Path(given).is_file():
        source = SpecSource(file=str(Path(given).absolute()))
    else:
        raise FetchError(f"{given}: no such file; give a file or an http(s) URL")
    found = fetch(source, folder=Path.cwd(), allow_private=True)
    assert isinstance(found, Fetched)  # noqa: S101 - nothing was fetched before that could be unchanged
    return load(found.content, source=given)
