"""Runs one SDK's exercise: the mock exchange as a service, the harness program as a job beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from certification.evidence.record import Hygiene, SdkEvidence
from certification.evidence.sdk.endurance import endure
from certification.evidence.sdk.fold import by_lane, error_cases, round_trips, wire_cases
from certification.evidence.sdk.harness import documents, read_results
from certification.evidence.sdk.leaks import leaks
from certification.evidence.sdk.talks.run import Manners, hold, talks_of
from certification.isolation.runner import Input, Job, JobLimits, Network, Service
from certification.sandboxes import mock
from certification.sandboxes.mock.log import read_log
from certification.sandboxes.mock.plan import write_plan
from certification.sdks.build import build, install
from certification.sdks.hygiene import node_hygiene, python_hygiene
from certification.sdks.step import run_step
from sdkgen.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from certification.evidence.record import BuildStep, Endurance, StrategyResult, Trial
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.talks.ground import Ground
    from certification.isolation.runner import Runner
    from certification.model import SdkPackage
    from certification.sandboxes.mock.log import Arrival
    from certification.sdks.program import Program
    from certification.sdks.step import Ended
    from sdkgen.source import SdkSource

_LIMITS = JobLimits(memory_bytes=4 * 1024**3, timeout_s=600, output_bytes=512 * 1024**2)


def exercise(
    source: SdkSource,
    plan: ExercisePlan,
    runner: Runner,
    folder: Path,
    *,
    ground: Ground | None = None,
    trials: Callable[[Program], tuple[Trial, ...] | None] | None = None,
    strategy: Callable[[Program], StrategyResult | None] | None = None,
) -> SdkEvidence:
    """Build an SDK, install it into a clean environment and do with it what the plan says.

    What fails is evidence, up to the point where it failed: what could not be done stays ``None``.

    Args:
        source: the SDK.
        plan: the same for every language, so that they can be compared.
        runner: where it all runs.
        folder: gets ``packages`` (the artefacts; their paths are relative to this folder) and the work; empty or absent.
        ground: what talks are held about, of more than one request each; ``None`` where none are held.
        trials: what more is done with the installed SDK, on a sandbox; ``None`` where there is none.
        strategy: has the reference strategy trade through it; ``None`` where nobody asked.

    Raises:
        BuildError: a tool is missing.
        IsolationError: a job can't be started.
        SandboxError: the mock exchange or the staging registry does not start.
    """
    package, steps = build(source, runner, folder)
    program = None
    if package is not None:
        program, installing = install(package, source, runner, folder)
        steps = (*steps, *installing)
    if program is None:
        return _evidence(source, package, steps, plan)
    ended, arrivals = run_plan(program, plan, runner, folder)
    results = read_results(plan, ended.result.stdout)
    evidence = _evidence(source, package, (*steps, ended.step), plan)
    if not results.by_id:
        return evidence
    lanes = by_lane(arrivals)
    manners = _manners(source, program, ground, runner, folder) if ground is not None else Manners(trials=None, leaks=())
    shown = leaks(plan.credentials, ended.result)
    return replace(
        evidence,
        round_trips=round_trips(plan, results),
        wire=wire_cases(plan, results, lanes),
        errors=error_cases(plan, results, lanes),
        leaks=None if shown is None else (*shown, *(manners.leaks or ())),
        hygiene=_hygiene(source, folder / "consumer"),
        endurance=endured(program, plan, runner, folder),
        manners=manners.trials,
        trials=trials(program) if trials is not None else None,
        strategy=strategy(program) if strategy is not None else None,
    )


def _manners(source: SdkSource, program: Program, ground: Ground, runner: Runner, folder: Path) -> Manners:
    """How the SDK holds the talks; Python's has two kinds of client."""
    return manners_of(program, ground, runner, folder / "talks", both_manners=source.language is Language.PYTHON)


def manners_of(program: Program, ground: Ground, runner: Runner, folder: Path, *, both_manners: bool) -> Manners:
    """Have a program hold all talks that a ground gives rise to; ``both_manners`` as ``talks_of`` takes it."""
    return hold(
        talks_of(ground, both_manners=both_manners),
        ground.plan,
        folder,
        lambda exchange: runner.serve(mock_exchange(exchange)),
        lambda questions: ask(program, questions, runner, folder, name="talks").result,
    )


def _hygiene(source: SdkSource, consumer: Path) -> Hygiene | None:
    """What the installed package says of itself; ``None`` for Go, whose modules say nothing."""
    match source.language:
        case Language.PYTHON:
            site = next(iter(sorted(consumer.glob("venv/lib/*/site-packages"))), consumer)
            return python_hygiene(source.package, site)
        case Language.TYPESCRIPT:
            return node_hygiene(source.package, consumer / "node_modules")
        case Language.GO:
            return None


def _evidence(source: SdkSource, package: SdkPackage | None, steps: tuple[BuildStep, ...], plan: ExercisePlan) -> SdkEvidence:
    command = f"certify run {plan.exchange} --part sdks --language {source.language.value} --seed {plan.seed}" if plan.exchange else ""
    return SdkEvidence(
        language=source.language,
        package=package,
        operations=source.operations,
        types=source.types,
        fields=source.fields,
        steps=steps,
        reproduce=command,
    )


def run_plan(
    program: Program,
    plan: ExercisePlan,
    runner: Runner,
    folder: Path,
    *,
    questions: Callable[[ExercisePlan, str], bytes] = documents,
) -> tuple[Ended, tuple[Arrival, ...]]:
    """Have a harness program do what the plan says: how it ended, its answers among its output, and the requests that arrived.

    Args:
        program: the harness program, beside its SDK.
        plan: what it is asked.
        runner: where the mock exchange and the program run.
        folder: gets the mock exchange's folder and the questions.
        questions: makes the program's input of the plan and the mock exchange's URL; all that the plan holds, unless said otherwise.

    Raises:
        BuildError: a tool is missing.
        IsolationError: the program can't be started.
        SandboxError: the mock exchange does not start.
    """
    exchange = folder / "exchange"
    exchange.mkdir(parents=True, exist_ok=True)
    (exchange / "plan.jsonl").write_bytes(write_plan(plan.lanes()))
    with runner.serve(mock_exchange(exchange)) as endpoint:
        ended = ask(program, questions(plan, endpoint.url), runner, folder)
    return ended, read_log((exchange / "log.jsonl").read_bytes())


def endured(
    program: Program, plan: ExercisePlan, runner: Runner, folder: Path, *, answered: frozenset[int] | None = None
) -> Endurance | None:
    """What a long run and a start of the program take (see ``endure``)."""
    return endure(program, plan, runner, folder, lambda exchange: runner.serve(mock_exchange(exchange)), answered=answered)


def ask(program: Program, questions: bytes, runner: Runner, folder: Path, *, name: str = "exercise") -> Ended:
    """Give a harness program its whole input; its answers are in the result's standard output.

    Raises:
        BuildError: a tool is missing.
        IsolationError: it can't be started.
    """
    lines = folder / f"{name}.jsonl"
    lines.write_bytes(questions)
    job = Job(
        name="sdk-harness",
        argv=program.argv,
        folder=program.folder,
        image=program.image,
        environment=program.environment,
        stdin=lines,
        network=Network.INTERNAL,
        limits=_LIMITS,
        trusted=program.trusted,
    )
    return run_step(runner, job, name=name, show_stdout=False)


def mock_exchange(folder: Path) -> Service:
    """The mock exchange that a folder holds the plan (``plan.jsonl``) of, and gets the log (``log.jsonl``) of."""
    argv = ("python", "-m", "mock", "--plan", "plan.jsonl", "--log", "log.jsonl", "--host", "{host}", "--port", "{port}")
    program = Input(name="mock", source=Path(mock.__file__).parent)
    return Service(job=Job(name="mock-exchange", argv=argv, folder=folder, inputs=(program,), network=Network.INTERNAL))


def feed_service(folder: Path) -> Service:
    """The mock exchange's stream that a folder holds the plan (``plan.json``) and the log (``log.jsonl``) of.

    A container is found by its job's name: two streams at a time have two.
    """
    argv = ("python", "-m", "mock.feed", "--plan", "plan.json", "--log", "log.jsonl", "--host", "{host}", "--port", "{port}")
    program = Input(name="mock", source=Path(mock.__file__).parent)
    return Service(job=Job(name=f"mock-stream-{folder.name}", argv=argv, folder=folder, inputs=(program,), network=Network.INTERNAL))
