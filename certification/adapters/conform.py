"""Tries whether an adapter's program keeps the harness's protocol: for its author, before anybody believes what it says of an SDK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.adapters.examine import describe, stranger_of
from certification.adapters.install import install
from certification.errors import AdapterError
from certification.evidence.sdk.exercise import run_plan
from certification.evidence.sdk.fold import by_lane
from certification.evidence.sdk.harness import MISSING, TIMEOUT_MS, call_document, configure_document, input_of, results_in
from certification.evidence.sdk.plan import plan_exercise
from sdkgen.api.json_text import loads_exact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certification.adapters.examine import Yardstick
    from certification.adapters.install import Installed
    from certification.adapters.manifest import Adapter
    from certification.evidence.sdk.fold import Arrivals
    from certification.evidence.sdk.harness import Result
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.planned import PlannedError, PlannedLane
    from certification.isolation.runner import JobResult, Runner
    from sdkgen.api.json_text import JsonValue

KINDS = (
    *("configuration", "timeout", "transport", "decode", "bad_request", "authentication", "permission_denied", "not_found"),
    *("conflict", "unprocessable", "rate_limit", "server", "api", "unexpected"),
)
"""What ``raised`` may say."""

_UNKNOWN_DOCUMENT, _UNKNOWN_OPERATION = 1_000_001, 1_000_002
_REFUSED = "server"
"""The kind of the planned failure that is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One rule of the protocol, and whether the program keeps it."""

    rule: str
    kept: bool
    told: str = ""
    """What was seen, where it is not kept, and what else is worth knowing."""


def check_adapter(
    adapter: Adapter, yardstick: Yardstick, runner: Runner, folder: Path, *, downloads: Path, trusted: bool
) -> tuple[Kept, ...]:
    """Install the SDK and put the protocol's questions to its program: those that make sense, and those that make none.

    Raises:
        AdapterError: it does not install, or says nothing of itself.
        BuildError: a tool is missing.
        IsolationError: a job can't be started.
        SandboxError: the mock exchange does not start.
    """
    installed = install(adapter, runner, folder / "consumer", downloads=downloads, trusted=trusted)
    return check_installed(adapter, yardstick, installed, runner, folder)


def check_installed(adapter: Adapter, yardstick: Yardstick, installed: Installed, runner: Runner, folder: Path) -> tuple[Kept, ...]:
    """The same for an SDK that is installed already, or could not be.

    Raises:
        AdapterError: it was not installed, or says nothing of itself.
        BuildError: a tool is missing.
        IsolationError: a job can't be started.
        SandboxError: the mock exchange does not start.
    """
    if installed.program is None:
        last = installed.steps[-1].output.strip().rpartition("\n")[2][:200]
        raise AdapterError(f"{adapter.lock}: the package does not install: {last}")
    said = describe(adapter, installed.program, runner, folder)
    stranger = stranger_of(adapter, yardstick, said)
    plan = plan_exercise(
        yardstick.api,
        yardstick.description,
        overlays=yardstick.overlays,
        recipe=yardstick.profile.signing,
        seed=yardstick.seed,
        stranger=stranger,
    )
    ended, arrivals = run_plan(installed.program, plan, runner, folder, questions=_questions)
    return tuple(_kept(plan, ended.result, by_lane(arrivals), unknown=len(said.operations) - len(stranger.operations)))


def _questions(plan: ExercisePlan, base_url: str) -> bytes:
    """What makes no sense first, so that what does shows that the program went on."""
    lines: list[dict[str, JsonValue]] = [{"id": _UNKNOWN_DOCUMENT, "certify-unknown": {}}]
    tried: tuple[PlannedLane, ...] = (*plan.calls[:1], *_failing(plan))
    for each in tried:
        lines += [_document(configure_document(plan, base_url, each.lane, TIMEOUT_MS))]
        if each in plan.calls:
            lines.append({"id": _UNKNOWN_OPERATION, "call": {"operation": "certifyKnowsNoSuchOperation", "path": {}}})
        lines += [_document(call_document(plan, each.lane, each.operation, each.arguments))]
    return input_of(lines)


def _document(line: str) -> dict[str, JsonValue]:
    document = loads_exact(line)
    return document if isinstance(document, dict) else {}


def _failing(plan: ExercisePlan) -> tuple[PlannedError, ...]:
    return tuple(error for error in plan.errors if error.answer.kind == _REFUSED)[:1]


def _kept(plan: ExercisePlan, result: JobResult, lanes: Arrivals, *, unknown: int) -> Iterator[Kept]:
    found = results_in(result.stdout)
    asked = [_document(line)["id"] for line in _questions(plan, "").decode().splitlines()]
    order = [identity for identity in found if identity in asked]
    yield Kept(rule="every operation that it names is the description's", kept=unknown == 0, told=f"{unknown} are not" if unknown else "")
    for identity, rule in ((_UNKNOWN_DOCUMENT, "a document that it does not know"), (_UNKNOWN_OPERATION, "an unknown operation")):
        answer = found.get(identity, MISSING)
        yield Kept(
            rule=f"it refuses {rule}, and goes on", kept=answer.kind == "refused", told=f"answered {answer.kind}: {answer.text[:200]}"
        )
    for call in plan.calls[:1]:
        configured = found.get(2 * call.lane - 1, MISSING)
        yield Kept(rule="it makes a client", kept=configured.kind == "configured", told=f"answered {configured.failure()[:200]}")
        yield _called(call.operation, found.get(2 * call.lane, MISSING), arrived=bool(lanes.get(call.lane)))
    for error in _failing(plan):
        yield _failed(found.get(2 * error.lane, MISSING))
    yield Kept(rule="it answers every document once, in order", kept=order == asked, told=f"asked {asked}, answered {list(found)[:20]}")
    yield Kept(rule="it ends with exit code 0 at the end of input", kept=result.exit_code == 0, told=f"exit code {result.exit_code}")


def _called(operation: str, answer: Result, *, arrived: bool) -> Kept:
    rule = f"it calls {operation}"
    if answer.kind in {"refused", "raised"}:
        return Kept(rule=rule, kept=answer.kind == "raised" and arrived, told=answer.failure()[:200])
    whole = answer.kind == "returned" and isinstance(answer.content, dict) and {"status", "value"} <= answer.content.keys()
    if not whole:
        return Kept(rule=rule, kept=False, told=f"answered {answer.text[:200] or 'nothing'}; 'returned' needs status and value")
    return Kept(rule=rule, kept=arrived, told="the request did not arrive in its lane: keep the base URL's path, or get what announce says")


def _failed(answer: Result) -> Kept:
    rule = "a status 500 is answered by raised, with a kind of the protocol"
    kind = answer.member("kind")
    return Kept(rule=rule, kept=answer.kind == "raised" and kind in KINDS, told=f"answered {answer.text[:200] or 'nothing'}")
