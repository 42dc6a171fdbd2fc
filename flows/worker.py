"""The worker of ``certify serve``: deploys the flows with their schedules, runs them, and hands requests on.

``python -m flows.worker``, with PREFECT_API_URL in its environment.
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from typing import cast

from prefect import serve
from prefect.deployments import run_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from certification.errors import CertificationError
from flows.answer import LEASE, answer_request, worker_of
from flows.certify import certify
from flows.deployed import ANSWER, NIGHTLY_CRON, TIMEZONE, WATCH_CRON
from flows.nightly import nightly
from flows.reconcile import reconcile
from flows.settings import Settings, read_settings
from flows.watch import regenerate_exchange, watch
from reports.errors import ReportError
from reports.store import RequestState, Store, open_store

_LOG = logging.getLogger(__name__)
_POLL_S = 1.0
_AT_ONCE = 6
"""Flow runs at the same time; of certifications, one: they need the cores and the sandboxes."""


def deployments() -> tuple[RunnerDeployment, ...]:
    """Every flow that runs without a person, with its schedule."""
    module = EntrypointType.MODULE_PATH
    return cast(
        "tuple[RunnerDeployment, ...]",
        (
            certify.to_deployment("certify", concurrency_limit=1, entrypoint_type=module),
            regenerate_exchange.to_deployment("regenerate", concurrency_limit=1, entrypoint_type=module),
            answer_request.to_deployment("answer-request", entrypoint_type=module),
            nightly.to_deployment("nightly", schedule=Cron(NIGHTLY_CRON, timezone=TIMEZONE), concurrency_limit=1, entrypoint_type=module),
            watch.to_deployment("watch", schedule=Cron(WATCH_CRON, timezone=TIMEZONE), concurrency_limit=1, entrypoint_type=module),
        ),
    )


def hand_on(store: Store) -> int:
    """Take back requests whose worker died, claim all that wait, and start a flow for each; returns how many."""
    now = datetime.now(UTC)
    store.requests.reclaim(now=now)
    started = 0
    for waiting in (*store.requests.list(state=RequestState.QUEUED), *store.requests.list(state=RequestState.RECEIVED)):
        claimed = store.requests.claim(worker_of(waiting.id), now=now, lasts=LEASE)
        if claimed is None:
            break
        key = f"{claimed.id}-{claimed.updated_at.isoformat()}"
        try:
            run_deployment(ANSWER, parameters={"request_id": claimed.id}, timeout=0, as_subflow=False, idempotency_key=key)
        except BaseException:
            store.requests.transition(claimed.id, RequestState.QUEUED, now=now)
            raise
        started += 1
    return started


def _dispatch(settings: Settings, over: threading.Event) -> None:
    while not over.wait(_POLL_S):
        try:
            with open_store(settings.database_url) as store:
                while not over.wait(_POLL_S):
                    reconcile(store, now=datetime.now(UTC))
                    hand_on(store)
        except (ReportError, CertificationError):
            _LOG.exception("requests can't be handed on; trying again")
        except Exception as error:  # noqa: BLE001 - Prefect's client raises many kinds while its server starts; this thread must live
            _LOG.info("the server does not take flow runs yet (%s); trying again", type(error).__name__)


def main() -> int:
    """Run until told to end."""
    settings = read_settings()
    over = threading.Event()
    dispatcher = threading.Thread(target=_dispatch, args=(settings, over), name="dispatcher", daemon=True)
    dispatcher.start()
    try:
        serve(*deployments(), pause_on_shutdown=False, print_starting_message=False, limit=_AT_ONCE)
    finally:
        over.set()
        dispatcher.join(timeout=5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
