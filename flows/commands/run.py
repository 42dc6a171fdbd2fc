"""``certify run``: certify one exchange."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from certification.model import Part
from flows.commands.options import request_from, run_and_show, run_options
from flows.request import RunRequest
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
@click.option(
    "--adapter",
    "adapters",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False),
    help="Examine a third party's SDK through the adapter in this folder, instead of our own SDKs. May be repeated.",
)
@click.option("--plan", "only_plan", is_flag=True, help="Say what the run would ask of the sandbox, and how long it would take; then stop.")
@click.option("--no-publish", is_flag=True, help="Certify, but leave the registries alone.")
@run_options
def command(
    *,
    exchange: str,
    spec: str | None,
    sandbox: str | None,
    faults: tuple[str, ...],
    adapters: tuple[str, ...],
    no_publish: bool,
    only_plan: bool,
    as_json: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Certify EXCHANGE: an id in exchanges/ or a path to a profile."""
    if adapters:
        given |= _third_parties_only(given)
    request = request_from(exchange, given, spec=spec, sandbox=sandbox, faults=faults, publish=not no_publish, adapters=adapters)
    if only_plan:
        return _show_plan(request)
    return run_and_show(request, as_json=as_json, verbose=verbose)


def _show_plan(request: RunRequest) -> int:
    """Print what a run would ask of the sandbox, and what it would not see; nothing is called, and no run begins."""
    from certification.profiles import find_profile, load_profile  # noqa: PLC0415
    from flows.settings import read_settings  # noqa: PLC0415
    from flows.stages import outlay, rehearse  # noqa: PLC0415
    from flows.stages.read import read_api  # noqa: PLC0415
    from flows.stages.take import take_snapshot  # noqa: PLC0415
    from flows.terminal import plain  # noqa: PLC0415

    settings = read_settings()
    profile = load_profile(find_profile(request.exchange, settings.exchanges))
    api = read_api(take_snapshot(profile, request.spec, settings))
    for line in outlay.told(outlay.outlays(request, profile, api), profile):
        click.echo(line)
    if unseen := rehearse.rehearse(request, profile, api):
        for line in rehearse.told(unseen):
            click.echo(plain(line, 1000).plain)
    return 0


def _third_parties_only(given: dict[str, Any]) -> dict[str, Any]:
    """What an adapter changes about the defaults: the exchange's API is only looked at where that was asked for.

    Raises:
        click.UsageError: our own SDKs were asked for too.
    """
    context = click.get_current_context()
    by_default = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    if context.get_parameter_source("language") not in by_default or context.get_parameter_source("backend") not in by_default:
        raise click.UsageError("--adapter examines SDKs of third parties; examine our own in a run of its own", context)
    return {"part": (Part.SDKS,)} if context.get_parameter_source("part") in by_default else {"part": given["part"]}
