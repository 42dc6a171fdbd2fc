"""``certify sandbox``: run a sandbox by hand."""

from __future__ import annotations

import click

from certification.sandboxes.reference.__main__ import main as run_reference


@click.group("sandbox")
def command() -> None:
    """Run a sandbox by hand."""


@command.command("reference", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def reference(*, arguments: tuple[str, ...]) -> int:
    """The embedded reference exchange: --port N, --fault NAME, --list-faults, --seed N, --rate-limit N; see --help."""
    return run_reference(list(arguments))
