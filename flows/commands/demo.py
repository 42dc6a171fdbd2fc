"""``certify demo``: the whole job on the embedded reference exchange."""

from __future__ import annotations

from typing import Any

import click

from flows.commands.options import request_from, run_and_show, run_options


@click.command("demo")
@run_options
def command(*, as_json: bool, verbose: bool, **given: Any) -> int:
    """Certify the embedded reference exchange, from its description to packages that pip, npm and go install."""
    return run_and_show(request_from("reference", given), as_json=as_json, verbose=verbose)
