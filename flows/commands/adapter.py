"""``certify adapter check``: whether an adapter's program keeps the protocol by which SDKs of third parties are examined."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from certification.adapters.manifest import read_adapter
from flows.settings import read_settings
from flows.stages.adapters import check_conformity
from flows.terminal import plain


@click.group("adapter")
def command() -> None:
    """Adapters of third parties' SDKs (see sdkgen/HARNESS.md)."""


@command.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--spec", metavar="FILE-or-URL", help="Take the description from here instead of the profile's source.")
@click.option("--isolation", type=click.Choice(("auto", "container", "process")), default="auto", show_default=True)
def check(*, folder: Path, spec: str | None, isolation: str) -> int:
    """Put the protocol's questions to the adapter in FOLDER. Exit code 1: it does not keep a rule, which is named."""
    adapter = read_adapter(folder)
    with tempfile.TemporaryDirectory(prefix="certify-adapter-") as work:
        rules = check_conformity(adapter, spec, read_settings(), isolation=isolation, folder=Path(work))
    console = Console()
    for rule in rules:
        line = Text("✓ ", style="green") if rule.kept else Text("✗ ", style="red")
        line.append(plain(rule.rule))
        if not rule.kept and rule.told:
            line.append(plain(f": {rule.told}", 400))
        console.print(line, highlight=False, soft_wrap=True)
    return 0 if all(rule.kept for rule in rules) else 1
