"""One caller at a time of a remote sandbox: its rate budget is the exchange's, and two runs would each take the whole of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from certification.errors import SandboxError
from flows.beat import EVERY_S, beating
from flows.progress import stage
from flows.request import RunPlan
from flows.settings import Settings
from reports.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How a lease is waited for and kept."""

    most: timedelta = timedelta(hours=1)
    """After so long the sandbox was not to be had."""
    look_every_s: float = 2.0
    lasts: timedelta = timedelta(minutes=2)
    """How long a dead run keeps others waiting."""
    renew_every_s: float = EVERY_S


USUAL = Patience()


def leased_as(plan: RunPlan) -> str | None:
    """The lease's name: a host and its port, whoever's profiles name it. ``None`` where the sandbox is this run's own."""
    own = plan.profile.sandbox.url if plan.profile.sandbox else None
    parts = urlsplit(plan.request.sandbox or own or "")
    if not parts.hostname:
        return None
    return f"sandbox {parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


@contextmanager
def sandbox_to_itself(plan: RunPlan, settings: Settings, user: str, patience: Patience = USUAL) -> Iterator[None]:
    """Hold the remote sandbox while the context is open; wait for whoever has it. Runs share leases through our tables.

    ``user`` says which part of the run calls it: the parts of one run wait for each other too.

    Raises:
        SandboxError: another run did not let go of it in time.
        ReportError: the tables can't be read.
    """
    name = leased_as(plan)
    if name is None:
        yield
        return
    with open_store(settings.database_url) as store:
        holder = f"{plan.run_id} {user}"
        _take(store, name, plan.run_id, holder, patience)
        try:
            with beating(name, lambda: _taken(store, name, holder, patience), every_s=patience.renew_every_s):
                yield
        finally:
            store.leases.release(name, holder)


def _taken(store: Store, name: str, holder: str, patience: Patience) -> bool:
    return store.leases.acquire(name, holder, now=datetime.now(UTC), lasts=patience.lasts)


def _take(store: Store, name: str, run_id: str, holder: str, patience: Patience) -> None:
    if _taken(store, name, holder, patience):
        return
    with stage(run_id, f"waiting for the sandbox ({holder.removeprefix(run_id).strip()})") as note:
        deadline = datetime.now(UTC) + patience.most
        waiting = threading.Event()
        while not _taken(store, name, holder, patience):
            other = store.leases.holder(name, now=datetime.now(UTC))
            note.text = f"run {other} has {name}" if other else ""
            if datetime.now(UTC) > deadline:
                raise SandboxError(f"{name} was in use by run {other} for {patience.most}; try again later")
            waiting.wait(patience.look_every_s)
        note.text = "it is free"
