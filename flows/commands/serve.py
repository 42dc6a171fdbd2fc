"""``certify serve``: the service in one process tree."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from flows.schedules import line, scheduled
from flows.serving import free_port, members, require_free, run_tree
from flows.settings import quiet_prefect, read_settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the portal listens.")
@click.option("--port", default=8460, show_default=True, type=click.IntRange(1, 65535), help="The portal's port.")
@click.option("--prefect-port", type=click.IntRange(1, 65535), help="Prefect's port, on loopback only. Default: a free one.")
@click.option("--verbose", is_flag=True, help="Show Prefect's own log.")
def command(*, host: str, port: int, prefect_port: int | None, verbose: bool) -> int:
    """Run Prefect's server, the schedules, a worker and the portal, until Ctrl-C."""
    settings = read_settings()
    require_free(host, port)
    inner = prefect_port or free_port()
    if prefect_port:
        require_free("127.0.0.1", prefect_port)
    quiet_prefect(settings, verbose=verbose)
    environment = dict(os.environ) | {"PREFECT_API_URL": f"http://127.0.0.1:{inner}/api", "CERTIFY_HOME": str(settings.home)}
    environment.setdefault("CERTIFY_OUT", str(settings.home / "out"))

    def ready() -> None:
        click.echo(f"portal   http://{host}:{port}")
        click.echo(f"prefect  http://127.0.0.1:{inner}")
        for entry in scheduled(environment["PREFECT_API_URL"]):
            click.echo(line(entry, datetime.now(UTC)))
        if settings.api_token is None:
            click.echo("certification requests over HTTP are refused until CERTIFY_API_TOKEN is set")
        click.echo("Ctrl-C ends it all")

    return run_tree(members(host=host, port=port, prefect_port=inner), environment, ready=ready)
