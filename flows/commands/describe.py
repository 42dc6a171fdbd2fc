"""``certify describe``: read an API description as a run does, and say what is in it and what is wrong with it."""

from __future__ import annotations

import click
from rich.console import Console

from certification.evidence.description import describe
from certification.evidence.record import DescriptionIssue
from flows.settings import read_settings
from flows.stages.subject import subject_of
from flows.terminal import plain
from sdkgen.api.load import load

_MOST = 1_000


@click.command("describe")
@click.argument("exchange", metavar="EXCHANGE-or-DESCRIPTION")
@click.option("--streams", metavar="FILE-or-URL", help="AsyncAPI description that goes with a REST description.")
def command(*, exchange: str, streams: str | None) -> int:
    """Read EXCHANGE's description, or a description itself, and list its flaws. Exit code 1: part of it could not be read."""
    subject = subject_of(exchange, read_settings(), streams=streams)
    api = load(
        subject.description,
        overlays=subject.overlays,
        streams=subject.streams,
        source=subject.source,
        streams_source=subject.streams_source,
    )
    seen = describe(api)
    console = Console()
    for issue in seen.issues:
        console.print(plain(_line(issue), _MOST), highlight=False, soft_wrap=True)
    counts = f"{seen.operations_read} of {seen.operations_declared} operations, {seen.fields_read} of {seen.fields_declared} fields"
    console.print(plain(f"{subject.source}: {counts} were read; {len(seen.issues)} flaws"), highlight=False, soft_wrap=True)
    refused = any(issue.kind == "refused" for issue in seen.issues)
    return 1 if refused or seen.operations_read < seen.operations_declared or seen.fields_read < seen.fields_declared else 0


def _line(issue: DescriptionIssue) -> str:
    line = "" if issue.line is None else f", line {issue.line}"
    return f"{issue.kind} {issue.rule} at {issue.pointer or 'the description'}{line}: {issue.message}"
