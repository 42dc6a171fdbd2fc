"""``certify diff``: what changed between two descriptions, for a program that uses the SDK."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from certification.errors import FetchError
from certification.model import Change, ChangeClass
from certification.profile import SpecSource
from certification.specs.changelog import changelog, next_version
from certification.specs.diff import diff, version_bump
from certification.specs.fetch import fetch
from certification.specs.fetched import Fetched
from flows.terminal import plain
from sdkgen.api.load import load
from sdkgen.api.lock import NO_LOCK, read_lock, with_names
from sdkgen.api.model import Api

_STYLES = {ChangeClass.BREAKING: "red", ChangeClass.ADDITIVE: "green", ChangeClass.DOCUMENTATION: "dim"}


def _version(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", value):
        raise click.BadParameter(f"{value!r} is no version such as 1.2.3", ctx, param)
    return value


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--changelog", "as_changelog", is_flag=True, help="Print the new version's changelog entry, in Markdown.")
@click.option("--current", default="0.1.0", show_default=True, metavar="VERSION", callback=_version, help="The version made from OLD.")
@click.option("--names", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The names lock that OLD's SDK was made with.")
def command(*, old: str, new: str, as_json: bool, as_changelog: bool, current: str, names: Path | None) -> None:
    """Compare two descriptions (files or URLs): every difference, breaking or not, and the version bump that it asks for.

    NEW's public names are those that OLD's names lock keeps (one is made of OLD where none is given). A name that can't be kept is a
    breaking change.
    """
    before, lock = with_names(_read(old), read_lock(names.read_bytes(), source=str(names)) if names else NO_LOCK)
    after, _ = with_names(_read(new), lock)
    changes = diff(before, after)
    bump = version_bump(changes)
    version = next_version(current, bump) if changes else current
    if as_json:
        click.echo(json.dumps({"bump": bump, "version": version, "changes": [asdict(change) for change in changes]}, indent=2))
        return
    if as_changelog:
        click.echo(changelog(changes, version=version), nl=False)
        return
    console = Console()
    if changes:
        console.print(_table(changes))
    counts = ", ".join(f"{sum(change.change_class is kind for change in changes)} {kind.value}" for kind in ChangeClass)
    console.print(f"{counts}; version bump: {bump}" + (f", {current} to {version}" if version != current else ""), highlight=False)


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
