"""``certify images``: build the container images, so that no run has to."""

from __future__ import annotations

import click

from certification.isolation import engine
from certification.isolation.images import RECIPES, ensure
from flows.settings import read_settings


@click.command("images")
@click.argument("names", nargs=-1, type=click.Choice(sorted(RECIPES)))
def command(*, names: tuple[str, ...]) -> None:
    """Build NAMES (default: all) from the public base image, or from CERTIFY_BASE_IMAGE, and print their references."""
    settings = read_settings()
    client = engine.connect()
    try:
        for name in names or sorted(RECIPES):
            click.echo(ensure(name, client=client, base=settings.base_image, cache=settings.cache))
    finally:
        client.close()
