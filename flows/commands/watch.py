"""``certify watch``: poll every exchange's description, and make SDKs anew from what changed."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import click
from rich.console import Console

from certification.errors import CertificationError
from certification.model import ChangeClass
from certification.profiles import list_profiles, load_profile
from certification.specs.diff import version_bump
from flows.settings import Settings, read_settings
from flows.stages.look import Look, Sight, look_at_file, remember
from flows.stages.regenerate import Regenerated, regenerate
from flows.terminal import plain
from sdkgen.errors import SdkgenError

_EVERY_S = 15 * 60


@click.command("watch")
@click.option("--once", is_flag=True, help="One round, then end.")
@click.option("--every", default=_EVERY_S, show_default=True, type=click.IntRange(min=60), help="Seconds between two rounds.")
@click.option("--exchange", "only", multiple=True, metavar="ID", help="Only this exchange. May be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document per round.")
def command(*, once: bool, every: int, only: tuple[str, ...], as_json: bool) -> int:
    """Look at every exchange; where the description changed, regenerate its SDK sources. Exit code 3: some could not be read."""
    settings = read_settings()
    while True:
        looks = [_one(file, settings) for file in list_profiles(settings.exchanges) if not only or file.parent.name in only]
        if only and not looks:
            raise click.UsageError(f"no exchange {', '.join(only)}; see 'certify exchanges'")
        _show(looks, as_json=as_json)
        if once:
            return 3 if any(look.sight is Sight.UNREADABLE for look, _ in looks) else 0
        time.sleep(every)


def _one(file: Path, settings: Settings) -> tuple[Look, tuple[Regenerated, ...]]:
    look = look_at_file(file, settings)
    if look.sight is not Sight.CHANGED or look.snapshot is None:
        return look, ()
    profile = load_profile(file)
    try:
        made = regenerate(profile, look.snapshot, settings, out=settings.home / "sdks" / profile.id)
    except (CertificationError, SdkgenError) as error:
        return replace(look, sight=Sight.UNREADABLE, reason=str(error)), ()
    remember(profile, look.snapshot, settings)
    return look, made


def _show(looks: list[tuple[Look, tuple[Regenerated, ...]]], *, as_json: bool) -> None:
    if as_json:
        document = [asdict(look) | {"regenerated": [asdict(one) for one in made]} for look, made in looks]
        click.echo(json.dumps(document, default=str, indent=2))
        return
    console = Console()
    for look, made in looks:
        line = plain(f"{look.exchange_id:16} {look.sight.value:11} ")
        breaking = sum(change.change_class is ChangeClass.BREAKING for change in look.changes)
        if look.changes:
            line.append(f"{len(look.changes)} changes, {breaking} breaking, {version_bump(look.changes)}; ")
        if made:
            line.append("regenerated " + ", ".join(f"{one.language.value} {one.version}" for one in made))
        line.append(plain(look.reason))
        console.print(line, highlight=False, soft_wrap=True)
