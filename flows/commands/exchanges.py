"""``certify exchanges``: the exchanges with a profile, and what each can be tested with."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from certification.errors import ProfileError
from certification.profile import ExchangeProfile, SpecSource
from certification.profiles import list_profiles, load_profile
from flows.settings import read_settings
from flows.terminal import plain


@click.command("exchanges")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, as_json: bool) -> int:
    """List the exchanges with a profile. Exit code 2: some profiles can't be read."""
    profiles, troubles = _read(list_profiles(read_settings().exchanges))
    if as_json:
        click.echo(json.dumps([_row(profile) for profile in profiles], indent=2))
    else:
        _list(profiles)
    for trouble in troubles:
        click.echo(f"left out: {plain(trouble, 500).plain}", err=True)
    return 2 if troubles else 0


def _read(files: tuple[Path, ...]) -> tuple[list[ExchangeProfile], list[str]]:
    """What can be read, and why the rest can't."""
    profiles, troubles = [], []
    for file in files:
        try:
            profiles.append(load_profile(file))
        except ProfileError as error:
            troubles.append(str(error))
    return profiles, troubles


def _list(profiles: list[ExchangeProfile]) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("id", "name", "description", "sandbox", "signing"):
        table.add_column(column, overflow="fold")
    for profile in profiles:
        row = _row(profile)
        table.add_row(*(plain(row[column]) for column in ("id", "name", "spec", "sandbox", "signing")))
    Console().print(table)


def _row(profile: ExchangeProfile) -> dict[str, str]:
    return {
        "id": profile.id,
        "name": f"{profile.name} {profile.product}".strip(),
        "spec": _source(profile.spec.rest),
        "sandbox": _sandbox(profile),
        "signing": profile.signing.algorithm.value if profile.signing else "none",
    }


def _source(source: SpecSource) -> str:
    return source.url or (f"github:{source.github}" if source.github else source.file or "")


def _sandbox(profile: ExchangeProfile) -> str:
    if profile.sandbox is None:
        return "none"
    if profile.sandbox.reference:
        return "embedded"
    return profile.sandbox.url or profile.sandbox.image or "none"
