"""The flow that answers one certification request from the portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from prefect import flow
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment

from certification.errors import CertificationError
from flows.beat import beating
from flows.deployed import CERTIFY
from flows.request import RunRequest
from flows.settings import read_settings
from reports.store import Request, RequestState, open_store

LEASE = timedelta(minutes=2)
"""How long a claimed request stays claimed without a sign of life."""


def worker_of(request_id: str) -> str:
    """The name that a request is claimed under: the dispatcher claims it, the flow keeps it."""
    return f"answer-request:{request_id}"


@flow(name="answer-request", flow_run_name="answer {request_id}", persist_result=False)
def answer_request(request_id: str) -> RequestState:
    """Have a request certified, and wait for it. The certification itself enters how it ended; only what died is entered here.

    Raises:
        CertificationError: there is no such request.
    """
    settings = read_settings()
    with open_store(settings.database_url) as store:
        request = store.requests.get(request_id)
        if request is None:
            raise CertificationError(f"there is no certification request {request_id[:40]!r}")

        def alive() -> None:
            store.requests.heartbeat(request.id, worker_of(request.id), now=datetime.now(UTC), lasts=LEASE)

        with beating(f"request {request.id}", alive):
            done = cast(
                "FlowRun", run_deployment(CERTIFY, parameters={"request": asked(request)}, timeout=None, poll_interval=1, as_subflow=True)
            )
        ended = store.requests.get(request_id) or request
        if ended.state.final:
            return ended.state
        why = (done.state.message if done.state else None) or "the certification ended without a result"
        return store.requests.transition(request_id, RequestState.FAILED, now=datetime.now(UTC), reason=why[:500]).state


def asked(request: Request) -> RunRequest:
    """The run that a certification request over HTTP asks for. Its sender is a stranger, whatever token was shown."""
    return RunRequest(
        exchange=request.exchange_id,
        spec=request.spec,
        sandbox=request.sandbox,
        level=request.level,
        # Whoever names a description or sandbox of their own learns what it is worth; it becomes nobody's certificate or package.
        publish=request.spec is None and request.sandbox is None,
        trusted=False,
        request_id=request.id,
    )
