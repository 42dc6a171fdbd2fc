"""``certify exchanges``: the exchanges with a profile, how far each can come today, and why not further."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from certification.errors import ProfileError
from certification.profile import ExchangeProfile, SpecSource
from certification.profiles import find_profile, list_profiles, load_profile
from certification.reach import Obstacle, Reach, reach
from flows.settings import environment, read_settings
from flows.terminal import plain

_NARROW = 100
"""Columns below which a table would be all line breaks."""
_MOST_REASONS = 3
_Row = dict[str, str]


@click.command("exchanges")
@click.argument("exchange", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(exchange: str | None, *, as_json: bool) -> int:
    """List the exchanges with a profile and how far each can come today; with EXCHANGE, all that is known of one.

    Exit code 2: some profiles can't be read.
    """
    folder = read_settings().exchanges
    profiles, troubles = _read((find_profile(exchange, folder),) if exchange else list_profiles(folder))
    if as_json:
        documents = [_document(profile) for profile in profiles]
        click.echo(json.dumps(documents[0] if exchange and documents else documents, indent=2))
    elif exchange:
        _tell(profiles)
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
    console = Console(highlight=False)
    if console.width < _NARROW:
        for profile in profiles:
            row = _row(profile)
            console.print(Text.assemble((row["id"], "bold"), "  ", plain(row["name"])))
            console.print(Padding(plain(f"API {row['api']}, SDKs {row['sdks']}: {row['why']}", 500), (0, 0, 0, 2)))
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column, title in (("id", "id"), ("name", "name"), ("api", "API"), ("sdks", "SDKs"), ("why", "why not more today")):
        table.add_column(title, overflow="fold", no_wrap=column in {"id", "api", "sdks"})
    for profile in profiles:
        row = _row(profile)
        table.add_row(*(plain(row[column], 500) for column in ("id", "name", "api", "sdks", "why")))
    console.print(table)


def _row(profile: ExchangeProfile) -> _Row:
    api, sdks = _reaches(profile)
    reasons = (*api.next, *(reason for reason in sdks.next if reason not in api.next))
    more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
    return {
        "id": profile.id,
        "name": f"{profile.name} {profile.product}".strip(),
        "api": api.level.label,
        "sdks": sdks.level.label,
        "why": "; ".join(reasons[:_MOST_REASONS]) + more,
    }


def _tell(profiles: list[ExchangeProfile]) -> None:
    console = Console(highlight=False)
    for profile in profiles:
        console.print(Text.assemble((profile.id, "bold"), "  ", plain(f"{profile.name} {profile.product}".strip())))
        facts = Table.grid(padding=(0, 2, 0, 2))
        facts.add_column(no_wrap=True, style="dim")
        facts.add_column(overflow="fold")
        for name, text in _facts(profile):
            facts.add_row(name, plain(text, 2000))
        console.print(facts)


def _facts(profile: ExchangeProfile) -> list[tuple[str, str]]:
    roles = ", ".join(profile.trading.roles) if profile.trading else "none"
    facts = [
        ("description", _source(profile.spec.rest)),
        ("overlays", ", ".join(profile.spec.overlays) or "none"),
        ("streams", _source(profile.spec.streams) if profile.spec.streams else "none"),
        ("sandbox", _sandbox(profile)),
        ("signing", _signing(profile)),
        ("trading roles", roles),
        ("packages", f"{profile.sdk.packages.python}, {profile.sdk.packages.typescript}, {profile.sdk.packages.go}"),
    ]
    for each, name in zip(_reaches(profile), ("the API", "the SDKs"), strict=True):
        facts.append((f"{name} can reach", each.level.label))
        facts += [(f"  not {obstacle.level.label}", _told(obstacle)) for obstacle in each.obstacles]
    return facts


def _told(obstacle: Obstacle) -> str:
    return f"{obstacle.reason} ({obstacle.detail})" if obstacle.detail else obstacle.reason


def _document(profile: ExchangeProfile) -> dict[str, object]:
    return {
        "id": profile.id,
        "name": f"{profile.name} {profile.product}".strip(),
        "spec": _source(profile.spec.rest),
        "streams": _source(profile.spec.streams) if profile.spec.streams else None,
        "sandbox": _sandbox(profile),
        "signing": _signing(profile),
        "roles": list(profile.trading.roles) if profile.trading else [],
        "reach": {
            each.part.value: {
                "level": each.level.label,
                "obstacles": [{"level": obstacle.level.label, "reason": _told(obstacle)} for obstacle in each.obstacles],
            }
            for each in _reaches(profile)
        },
    }


def _reaches(profile: ExchangeProfile) -> tuple[Reach, Reach]:
    return reach(profile, frozenset(environment()))


def _signing(profile: ExchangeProfile) -> str:
    return profile.signing.algorithm.value if profile.signing else "none"


def _source(source: SpecSource) -> str:
    return source.url or (f"github:{source.github}" if source.github else source.file or "")


def _sandbox(profile: ExchangeProfile) -> str:
    if profile.sandbox is None:
        return "none"
    if profile.sandbox.reference:
        return "embedded"
    return profile.sandbox.url or profile.sandbox.image or "none"
