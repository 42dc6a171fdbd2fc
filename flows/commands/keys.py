"""``certify keys``: the signing key's public half, and the trust root that verifiers need."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from flows.settings import read_settings
from reports.signers import open_keys, rotate_keys


@click.command("keys")
@click.option("--rotate", is_flag=True, help="Replace the signing key. What the old one signed still verifies.")
@click.option("--trust", "show_trust", is_flag=True, help="Print the trust root (trust.json), for verifiers elsewhere.")
def command(*, rotate: bool, show_trust: bool) -> None:
    """Show the keys of this machine; make one on first use."""
    settings = read_settings()
    now = datetime.now(UTC)
    keys = rotate_keys(settings.keys, now=now) if rotate else open_keys(settings.keys, now=now)
    if show_trust:
        click.echo(keys.trust.to_bytes(), nl=False)
        return
    if keys.created:
        click.echo(f"made a signing key in {settings.keys}; keep it private, and back it up", err=True)
    for key in keys.trust.keys:
        ends = f" until {key.not_after:%Y-%m-%d %H:%M} UTC" if key.not_after else ""
        roles = ", ".join(role.value for role in key.roles)
        click.echo(f"{key.key_id}  {key.algorithm.value}  signs {roles}  since {key.not_before:%Y-%m-%d %H:%M} UTC{ends}")
