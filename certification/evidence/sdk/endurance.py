"""Has an SDK make thousands of calls against the mock exchange and start a few times, and records memory and processor time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certification.evidence.record import Endurance
from certification.evidence.sdk import meter
from certification.evidence.sdk.harness import DESCRIBE_ONLY, TIMEOUT_MS, call_document, configure_document
from certification.isolation.runner import Input, Job, JobLimits, Network
from certification.sandboxes.mock.plan import write_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.planned import PlannedCall
    from certification.isolation.runner import Endpoint, Runner
    from certification.sdks.program import Program

_FIRST = 1000
"""Calls after which caches are warm, pools are full, and what is called often is compiled."""
_MORE = 1500
_WARM, _MEASURED = 600, 600
"""Calls before the first and between the first and the last of three looks at what a program of ours holds, which it can tell itself."""
_STARTS = 2
_MOST_BODY = 64 * 1024
_INTERPRETERS = {"python": ("-c", "pass"), "python3": ("-c", "pass"), "node": ("-e", "0")}
_TOOLBOX = "toolbox"
_LOOK = '{"id":1,"memory":{}}'
_LIMITS = JobLimits(memory_bytes=4 * 1024**3, timeout_s=180)
_SMALL_NURSERY = ("NODE_OPTIONS", "--max-semi-space-size=2")
"""Else V8 takes tens of megabytes for young objects before it looks which of them are still needed."""


def endure(
    program: Program,
    plan: ExercisePlan,
    runner: Runner,
    folder: Path,
    exchange: Callable[[Path], AbstractContextManager[Endpoint]],
    *,
    answered: frozenset[int] | None = None,
) -> Endurance | None:
    """What a long run and a start take; ``None`` where the SDK makes no call that only reads, or can't be measured here.

    Args:
        program: the harness program, beside its SDK.
        plan: whose calls one is taken of, with its answer.
        runner: where it runs.
        folder: gets the mock exchange's folder and the input.
        exchange: serves the mock exchange from the folder that holds its plan.
        answered: the lanes whose calls are known to return, where not all do; ``None`` where nothing is known.

    Raises:
        IsolationError: a job can't be started.
        SandboxError: the mock exchange does not start.
    """
    call = _call_of(plan, answered)
    if call is None or program.image != _TOOLBOX:
        return None
    work, exchanges = folder / "endurance", folder / "endurance-exchange"
    work.mkdir(parents=True)
    exchanges.mkdir(parents=True)
    (exchanges / "plan.jsonl").write_bytes(write_plan(tuple(lane for lane in plan.lanes() if lane.id == call.lane)))
    with exchange(exchanges) as endpoint:
        _write(work, program, plan, call, endpoint.url)
        result = runner.run(_job(program, work))
    return _read(result.stdout)


def _call_of(plan: ExercisePlan, answered: frozenset[int] | None) -> PlannedCall | None:
    """The call that only reads and has the longest answer that is not huge: who keeps answers shows most by it."""
    reading = [
        call
        for call in plan.calls
        if (answered is None or call.lane in answered)
        and call.expected.request.method == "GET"
        and 200 <= call.answer.planned.status < 300  # noqa: PLR2004
        and len(call.answer.planned.body) <= _MOST_BODY
    ]
    return max(reading, key=lambda call: len(call.answer.planned.body), default=None)


def _write(work: Path, program: Program, plan: ExercisePlan, call: PlannedCall, url: str) -> None:
    configured = configure_document(plan, url, call.lane, TIMEOUT_MS)
    line = call_document(plan, call.lane, call.operation, call.arguments)
    ours = plan.stranger is None
    scripts = {"steady": (configured, *[line] * _WARM, _LOOK, *([line] * (_MEASURED // 2) + [_LOOK]) * 2)} if ours else {}
    if not ours:
        scripts |= {"first": (configured, *[line] * _FIRST), "more": (configured, *[line] * (_FIRST + _MORE))}
    for name, script in scripts.items():
        (work / f"{name}.jsonl").write_text("\n".join(script) + "\n")
    (work / "start.jsonl").write_bytes(DESCRIBE_ONLY)
    commands: list[dict[str, Any]] = [
        {"name": name, "argv": program.argv, "stdin": f"endurance/{stdin}.jsonl"}
        for name, stdin in (*(("start", "start"),) * _STARTS, *((name, name) for name in scripts))
    ]
    bare = _INTERPRETERS.get(Path(program.argv[0]).name)
    if bare is not None:
        commands += [{"name": "bare", "argv": (program.argv[0], *bare), "stdin": None}] * _STARTS
    (work / "plan.json").write_text(json.dumps(commands))


def _job(program: Program, work: Path) -> Job:
    return Job(
        name="sdk-endurance",
        argv=("python", "meter.py", "endurance/plan.json"),
        folder=program.folder,
        inputs=(Input(name="endurance", source=work), Input(name="meter.py", source=Path(meter.__file__))),
        image=program.image,
        environment=(*(pair for pair in program.environment if pair[0] != _SMALL_NURSERY[0]), _SMALL_NURSERY),
        network=Network.INTERNAL,
        limits=_LIMITS,
        trusted=program.trusted,
    )


def _read(output: bytes) -> Endurance | None:
    """The measures, if the long run came to its end with an answer to every call."""
    taken: dict[str, list[dict[str, Any]]] = {}
    for line in output.splitlines():
        try:
            document = json.loads(line)
        except ValueError:
            continue
        if isinstance(document, dict) and document.get("exit_code") == 0:
            taken.setdefault(str(document["name"]), []).append(document)
    if {"start", "steady"} <= taken.keys():
        return _steady(taken)
    if not {"start", "first", "more"} <= taken.keys():
        return None
    first, more = taken["first"][0], taken["more"][0]
    if more["returned"] - first["returned"] != _MORE:
        return None
    return Endurance(
        calls=_MORE,
        growth_bytes=max(0, more["peak_kib"] - first["peak_kib"]) * 1024,
        start_ms=_least(taken["start"]),
        bare_start_ms=_least(taken["bare"]) if "bare" in taken else None,
    )


def _steady(taken: dict[str, list[dict[str, Any]]]) -> Endurance | None:
    """What a program of ours held more after the measured calls than before them, by its own count."""
    steady = taken["steady"][0]
    if steady["returned"] != _WARM + _MEASURED or len(steady["held"]) != len(("before", "between", "after")):
        return None
    before, between, after = steady["held"]
    # What comes once (compiled code, a larger table) comes in one half; what each call leaves behind comes in both.
    grown = 2 * min(between - before, after - between)
    return Endurance(
        calls=_MEASURED,
        growth_bytes=max(0, grown),
        start_ms=_least(taken["start"]),
        bare_start_ms=_least(taken["bare"]) if "bare" in taken else None,
        exact=True,
    )


def _least(taken: list[dict[str, Any]]) -> int:
    return min(int(each["cpu_ms"]) for each in taken)
