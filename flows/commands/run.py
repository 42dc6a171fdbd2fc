"""``certify run``: certify one exchange."""

from __future__ import annotations

from typing import Any

import click

from flows.commands.options import request_from, run_and_show, run_options
from sdkgen.language import Backend


@click.command("run")
@click.argument("exchange")
@click.option(
    "--spec", metavar="FILE-or-URL", help="Take the description from here instead of the profile's source, and no other from the network."
)
@click.option("--sandbox", metavar="URL", help="Test against this address instead of the profile's sandbox.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Switch a fault of the embedded reference exchange on.")
@click.option(
    "--backend",
    type=click.Choice([backend.value for backend in Backend]),
    default="native",
    show_default=True,
    help="Who writes the SDKs' source.",
)
@click.option("--no-publish", is_flag=True, help="Certify, but leave the registries alone.")
@run_options
def command(
    *,
    exchange: str,
    spec: str | None,
    sandbox: str | None,
    faults: tuple[str, ...],
    no_publish: bool,
    as_json: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Certify EXCHANGE: an id in exchanges/ or a path to a profile."""
    request = request_from(exchange, given, spec=spec, sandbox=sandbox, faults=faults, publish=not no_publish)
    return run_and_show(request, as_json=as_json, verbose=verbose)
