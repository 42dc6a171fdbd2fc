"""Options and actions that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from rich.console import Console

from certification.model import Level, Part
from flows.commands.several import Several
from flows.leash import leashed
from flows.orchestrator import orchestrator
from flows.request import RunRequest
from flows.settings import quiet_prefect, read_settings
from sdkgen.language import Language

F = TypeVar("F", bound=Callable[..., Any])


LEVELS = tuple(level.label for level in Level if level is not Level.NONE)


def run_options(command: F) -> F:
    """The options of a command that ends in a run."""
    options = (
        click.option("--part", type=Several(*Part), default=",".join(Part), show_default=True, help="What to examine."),
        click.option("--language", type=Several(*Language), default=",".join(Language), show_default=True, help="Which SDKs."),
        click.option("--level", type=click.Choice(LEVELS), help="The level to ask for. Default: silver with an API to test, else bronze."),
        click.option("--isolation", type=click.Choice(("auto", "container", "process")), default="auto", show_default=True),
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat a run's random choices. Default: a new one."),
        click.option("--out", type=click.Path(file_okay=False), help="Output folder. Default: out/<exchange>/<run id>/"),
        click.option("--json", "as_json", is_flag=True, help="Print report.json on standard output, and nothing else there."),
        click.option("--verbose", is_flag=True, help="Show Prefect's own log, and plain lines instead of the live view."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def request_from(exchange: str, given: dict[str, Any], **more: Any) -> RunRequest:
    """The request that a command line asks for."""
    return RunRequest(
        exchange=exchange,
        parts=tuple(Part(part) for part in given["part"]),
        languages=tuple(Language(language) for language in given["language"]),
        level=Level[given["level"].upper()] if given["level"] else None,
        isolation=given["isolation"],
        seed=given["seed"],
        out=given["out"],
        **more,
    )


def run_and_show(request: RunRequest, *, as_json: bool, verbose: bool) -> int:
    """Run with a live view on standard error (or standard output, unless that is for JSON), and return the exit code."""
    console = Console(stderr=as_json)
    settings = read_settings()
    quiet_prefect(settings, verbose=verbose)
    with leashed(), orchestrator(settings) as await_server:
        # Imported after Prefect was told to be quiet, while its server starts.
        from flows.local import run_locally  # noqa: PLC0415

        return run_locally(request, settings, console, as_json=as_json, live=not verbose, await_server=await_server)
