"""The flow of every night: certify every exchange again, whether or not its description changed."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow, get_run_logger
from prefect.deployments import run_deployment

from certification.errors import ProfileError
from certification.profiles import list_profiles, load_profile
from flows.deployed import CERTIFY
from flows.request import RunRequest
from flows.settings import read_settings
from flows.stages.status import renew_status
from reports.store import open_store


@flow(name="nightly", persist_result=False)
def nightly() -> tuple[str, ...]:
    """Sign the status list anew, then start one certification per exchange.

    They queue behind the deployment's concurrency limit; a broken profile stops no other.
    """
    settings = read_settings()
    log = get_run_logger()
    with open_store(settings.database_url) as store:
        renew_status(store, settings, now=datetime.now(UTC))
    started = []
    for file in list_profiles(settings.exchanges):
        try:
            exchange = load_profile(file).id
        except ProfileError as error:
            log.warning("left out tonight: %s", error)
            continue
        run_deployment(CERTIFY, parameters={"request": RunRequest(exchange=exchange, rebuild=True)}, timeout=0, as_subflow=False)
        started.append(exchange)
    return tuple(started)
