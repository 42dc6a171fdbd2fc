"""The flow that answers one certification request from the portal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

from prefect import flow
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment

from certification.errors import CertificationError
from flows.deployed import CERTIFY
from flows.request import RunRequest
from flows.settings import read_settings
from reports.errors import ReportError
from reports.store import Request, RequestState, Store, open_store

_LOG = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
"""How long a claimed request stays claimed without a sign of life."""
_BEAT_S = 30.0


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
        with _keeping(request, store):
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


@contextmanager
def _keeping(request: Request, store: Store) -> Iterator[None]:
    """Say that the request is being worked on, for as long as the context is open."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(_BEAT_S):
            _sign_of_life(request.id, store)

    thread = threading.Thread(target=beat, name=f"heartbeat {request.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _sign_of_life(request_id: str, store: Store) -> None:
    """One beat. A database that is busy for a moment must not end the beating: the request would be given to another worker."""
    try:
        store.requests.heartbeat(request_id, worker_of(request_id), now=datetime.now(UTC), lasts=LEASE)
    except ReportError as error:
        _LOG.warning("request %s: no sign of life could be given, trying again: %s", request_id, error)
