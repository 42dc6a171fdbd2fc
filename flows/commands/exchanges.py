"""``certify exchanges``: the exchanges with a profile, and what each can be tested with."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from certification.profile import ExchangeProfile, SpecSource
from certification.profiles import list_profiles, load_profile
from flows.settings import read_settings


@click.command("exchanges")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, as_json: bool) -> None:
    """List the exchanges with a profile."""
    profiles = [load_profile(file) for file in list_profiles(read_settings().exchanges)]
    if as_json:
        click.echo(json.dumps([_row(profile) for profile in profiles], indent=2))
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("id", "name", "description", "sandbox", "signing"):
        table.add_column(column, overflow="fold")
    for profile in profiles:
        row = _row(profile)
        table.add_row(*(str(row[column]) for column in ("id", "name", "spec", "sandbox", "signing")))
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
