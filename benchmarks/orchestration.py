"""What orchestration costs: one run as a Prefect flow against the same stages as plain function calls."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cost import BenchmarkError, measure
from benchmarks.subject import REPOSITORY
from benchmarks.table import Table, ratio, seconds
from certification.evidence.record import SdkEvidence
from certification.model import Part
from flows.pipeline import RunResult, finish, nights, prepare
from flows.request import RunPlan, RunRequest, alone
from flows.settings import Settings, quiet_prefect, read_settings
from flows.stages.api import ApiEvidence
from flows.stages.compare import Past
from flows.stages.conclude import conclude
from flows.stages.sdks import examine_sdk
from flows.steps import Steps, read_kept
from reports.store import open_store
from sdkgen.language import Language

_TURNS = 5
_PLAIN = "flows.pipeline, flows.stages.conclude, flows.stages.sdks"
_LANGUAGE = Language.PYTHON
_REQUEST = RunRequest(exchange="reference", parts=(Part.SDKS,), languages=(_LANGUAGE,), isolation="process", publish=False)

Run = Callable[[RunPlan, Settings], RunResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to run a plan, tried several times; seconds."""

    with_answers: tuple[float, ...]
    """Everything that was examined is answered already: what is left is judging, signing, and the way there."""
    for_real: float


def measured() -> tuple[Table, ...]:
    """The certification of the reference exchange's Python SDK, both ways, taking turns.

    Raises:
        BenchmarkError: the kept answers were not used.
    """
    with tempfile.TemporaryDirectory(prefix="certify-bench-") as name:
        settings = read_settings({**os.environ, "CERTIFY_HOME": f"{name}/home", "CERTIFY_OUT": f"{name}/out"})
        quiet_prefect(settings, verbose=False)
        imported = measure((sys.executable, "-c", "import flows.certify"), folder=REPOSITORY).wall_s
        without = measure((sys.executable, "-c", f"import {_PLAIN}"), folder=REPOSITORY).wall_s
        from flows.certify import certify_plan  # noqa: PLC0415 - Prefect is imported after it was told to be quiet

        plain, flow = _both(_plainly, certify_plan, settings)
    usual_plain, usual_flow = min(plain.with_answers), min(flow.with_answers[1:])
    server, each = flow.with_answers[0] - usual_flow, max(usual_flow - usual_plain, 0)
    rows = (
        _row("importing it, process and all", without, imported),
        _row("first run of a process, answers kept", plain.with_answers[0], flow.with_answers[0]),
        _row(f"further runs, answers kept, best of {_TURNS}", usual_plain, usual_flow),
        _row("a run for real: one SDK built and exercised", plain.for_real, flow.for_real),
    )
    return (
        Table(
            title="Orchestration: the Python SDK of the reference exchange, plain calls against the flow",
            columns=("", "plain calls", "Prefect flow", "overhead", "flow / plain"),
            rows=rows,
            notes=(
                f"starting Prefect: {seconds(imported - without)} to import it, {seconds(server)} for its server",
                f"each run: {seconds(each)} of orchestration, {each / flow.for_real:.1%} of the smallest run there is",
            ),
        ),
    )


def _row(title: str, plain: float, flow: float) -> tuple[str, ...]:
    difference = flow - plain
    return title, seconds(plain), seconds(flow), f"{'-' if difference < 0 else '+'}{seconds(abs(difference))}", ratio(plain, flow)


def _both(plainly: Run, flow: Run, settings: Settings) -> tuple[_Way, _Way]:
    known, plain_real, folder = _for_real(plainly, settings)
    plain, flowing = [], []
    for _ in range(_TURNS + 1):
        plain.append(_with_answers(plainly, settings, known, folder))
        flowing.append(_with_answers(flow, settings, known, folder))
    _, flow_real, _ = _for_real(flow, settings)
    return _Way(with_answers=tuple(plain), for_real=plain_real), _Way(with_answers=tuple(flowing), for_real=flow_real)


def _for_real(run: Run, settings: Settings) -> tuple[SdkEvidence, float, Path]:
    """What was seen, how long it took, and the run's folder."""
    plan = prepare(_REQUEST, settings)
    begun = time.perf_counter()
    run(plan, settings)
    elapsed = time.perf_counter() - begun
    evidence = read_kept(plan.out / "evidence" / f"sdk-{_LANGUAGE.value}.json", SdkEvidence)
    if evidence is None:
        raise BenchmarkError(f"no evidence was left in {plan.out}")
    return evidence, elapsed, plan.out


def _with_answers(run: Run, settings: Settings, known: SdkEvidence, folder: Path) -> float:
    plan = prepare(_REQUEST, settings)
    shutil.copytree(folder / "packages", plan.out / "packages")
    Steps(plan.steps).answer(f"sdk-{_LANGUAGE.value}", (plan.run_id, plan.snapshot.digest, _LANGUAGE), SdkEvidence, lambda: known)
    begun = time.perf_counter()
    run(plan, settings)
    elapsed = time.perf_counter() - begun
    if (plan.out / "sdks").exists():
        raise BenchmarkError("the kept answer was not taken; look at how flows.stages.sdks names it")
    return elapsed


def _plainly(plan: RunPlan, settings: Settings) -> RunResult:
    """The stages of ``flows.certify.run``, without anybody between them."""
    with alone(plan), open_store(settings.database_url) as store:
        store.runs.start(plan.run_id, exchange_id=plan.profile.id, folder=str(plan.out), now=datetime.now(UTC))
        sdks = tuple(examine_sdk(plan, language, settings) for language in plan.request.languages)
        nothing = ApiEvidence(contract=None, scenarios=None)
        conclusion = conclude(plan, sdks, nothing, Past(nights=nights(store, plan.profile.id)), settings)
        return finish(plan, conclusion, (), store)
