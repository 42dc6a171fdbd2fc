"""A run on this machine, watched by a person: plan it, show it, run the flow, say how it ended."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console

from flows.certify import certify_plan
from flows.lease import leased_as
from flows.pipeline import prepare
from flows.progress import listening
from flows.request import RunPlan, RunRequest
from flows.settings import Settings
from flows.stages.outlay import outlays, told
from flows.stages.read import read_api
from flows.terminal import show_verdict, show_what_follows, watching


def run_locally(
    request: RunRequest,
    settings: Settings,
    console: Console,
    *,
    as_json: bool,
    live: bool = True,
    await_server: Callable[[], None] = lambda: None,
) -> int:
    """Certify, with every event shown as it comes; returns the exit code.

    With ``as_json``, standard output gets the bytes of ``report.json`` and nothing else. Without ``live``, nothing is
    painted anew: Prefect's log goes between our lines. ``await_server`` returns once Prefect's server answers.
    """
    with console.status("reading the profile and the description"):
        plan = prepare(request, settings)
    with console.status("starting Prefect's server"):
        await_server()
    with watching(console, _title(plan), live=live) as view, listening(plan.run_id, view.hear):
        result = certify_plan(plan, settings)
    show_verdict(console, result.verdict, result.out, result.published, result.scopes)
    show_what_follows(console, result.comparison, result.retries)
    if as_json:
        sys.stdout.buffer.write((result.out / "report.json").read_bytes())
        sys.stdout.buffer.flush()
    return result.exit_code


def _title(plan: RunPlan) -> str:
    resumed = ", going on where it stopped" if plan.resumed else ""
    # Whose sandbox it is should know beforehand what is asked of it.
    outlay = told(outlays(plan.request, plan.profile, read_api(plan.snapshot)), plan.profile) if leased_as(plan) else ()
    return "\n".join((_heading(plan, resumed), *outlay))


def _heading(plan: RunPlan, resumed: str) -> str:
    return (
        f"{plan.profile.name} {plan.profile.product}".strip()
        + f": {plan.snapshot.operations} operations, asking for {plan.asked.label}\n"
        + f"run {plan.run_id}{resumed}, seed {plan.seed}; {plan.isolation_reason}"
    )
