"""``certify revoke``: withdraw a certificate, for good or for now."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from certification.errors import CertificationError
from flows.settings import read_settings
from flows.stages.status import renew_status
from reports.store import open_store


@click.command("revoke")
@click.argument("run_id")
@click.option("--reason", required=True, help="Why, in a sentence: it stands in the status list.")
@click.option("--suspend", "only_suspend", is_flag=True, help="For now only: --reinstate lifts it.")
@click.option("--reinstate", is_flag=True, help="Lift a suspension.")
def command(*, run_id: str, reason: str, only_suspend: bool, reinstate: bool) -> None:
    """Withdraw the certificate of RUN_ID; every verifier with the new status list refuses it from now on."""
    settings = read_settings()
    now = datetime.now(UTC)
    with open_store(settings.database_url) as store:
        if store.certificates.get(run_id) is None:
            raise CertificationError(f"no certificate of run {run_id!r}; the run id stands in report.json")
        if reinstate:
            store.certificates.reinstate(run_id, reason=reason, now=now)
        elif only_suspend:
            store.certificates.suspend(run_id, reason=reason, now=now)
        else:
            store.certificates.revoke(run_id, reason=reason, now=now)
        status = renew_status(store, settings, now=now)
    done = "reinstated" if reinstate else "suspended" if only_suspend else "revoked"
    click.echo(f"{run_id} {done}; status list {status.sequence} holds until {status.expires_at:%Y-%m-%d %H:%M} UTC")
