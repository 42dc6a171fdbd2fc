"""Has an SDK's harness program hold all talks with the mock exchange, and says of each whether it went as it should."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from certification.evidence.record import Trial
from certification.evidence.sdk.fold import by_lane
from certification.evidence.sdk.harness import MISSING, client_document, input_of, results_in
from certification.evidence.sdk.leaks import leaks
from certification.evidence.sdk.talks.answers import answer_talks
from certification.evidence.sdk.talks.budgets import budget_talks
from certification.evidence.sdk.talks.clock import clock_talks
from certification.evidence.sdk.talks.ground import Ground
from certification.evidence.sdk.talks.pages import page_talks
from certification.evidence.sdk.talks.raw import raw_talks
from certification.evidence.sdk.talks.refusals import refusal_talks
from certification.evidence.sdk.talks.retries import retry_talks
from certification.evidence.sdk.talks.talk import Heard
from certification.sandboxes.mock.log import read_log
from certification.sandboxes.mock.plan import Lane, write_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.talks.talk import Talk
    from certification.isolation.runner import Endpoint, JobResult
    from sdkgen.api.json_text import JsonValue

_PER_TALK = 1000
"""Ids of what is asked in one talk."""
_TOLD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What the talks showed."""

    trials: tuple[Trial, ...] | None
    """``None`` where none were held; of a third party's SDK those alone that its adapter can ask for."""
    leaks: tuple[str, ...] | None
    """As ``leaks`` finds them in all that was said."""


def planned_talks(ground: Ground) -> tuple[Talk, ...]:
    """All talks that an API and its behaviour give rise to."""
    makers = (retry_talks, page_talks, budget_talks, clock_talks, refusal_talks, answer_talks, raw_talks)
    return tuple(talk for make in makers for talk in make(ground))


def in_both_manners(talks: tuple[Talk, ...]) -> tuple[Talk, ...]:
    """Each talk twice: with a client that blocks and with one of asyncio, where a language has both."""
    awaited = (replace(talk, id=f"{talk.id}-asynchronously", settings=(*talk.settings, ("asynchronous", True))) for talk in talks)
    return (*talks, *awaited)


def hold(
    talks: tuple[Talk, ...],
    plan: ExercisePlan,
    folder: Path,
    exchange: Callable[[Path], AbstractContextManager[Endpoint]],
    speak: Callable[[bytes], JobResult],
) -> Manners:
    """Hold the talks, each in a lane of its own.

    Args:
        talks: as planned.
        plan: whose credentials are given.
        folder: gets the mock exchange's folder.
        exchange: serves the mock exchange from the folder that holds its plan.
        speak: gives the harness program its input.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lanes = tuple(Lane(id=number, answers=talk.answers) for number, talk in enumerate(talks, start=1))
    (folder / "plan.jsonl").write_bytes(write_plan(lanes))
    with exchange(folder) as endpoint:
        spoken = speak(input_of(_documents(talks, plan, endpoint.url)))
    heard = heard_in(talks, plan, spoken.stdout, (folder / "log.jsonl").read_bytes())
    trials = tuple(_trial(talk, came) for talk, came in zip(talks, heard, strict=True) if plan.stranger is None or _was_asked(came))
    return Manners(trials=trials, leaks=leaks(plan.credentials, spoken))


def _was_asked(heard: Heard) -> bool:
    """Whether a third party's SDK was asked (``HARNESS.md``): not where its adapter refuses, or before anything was sent."""
    return not any(kind == "refused" or (kind == "configuration" and not heard.arrivals) for kind in heard.kinds())


def heard_in(talks: tuple[Talk, ...], plan: ExercisePlan, output: bytes, log: bytes) -> tuple[Heard, ...]:
    """What came of each talk, by the program's output and the mock exchange's log."""
    results, arrivals = results_in(output), by_lane(read_log(log))
    in_path = plan.stranger is None or plan.stranger.can("base_path")
    return tuple(
        Heard(
            results=tuple(results.get(number * _PER_TALK + index, MISSING) for index in range(1, len(talk.questions) + 1)),
            arrivals=arrivals.get(number, ()),
            prefix=f"{plan.base_path}/~{number}" if in_path else plan.base_path,
        )
        for number, talk in enumerate(talks, start=1)
    )


def _documents(talks: tuple[Talk, ...], plan: ExercisePlan, url: str) -> Iterator[dict[str, JsonValue]]:
    for number, talk in enumerate(talks, start=1):
        first = number * _PER_TALK
        yield {"id": first, "configure": client_document(plan, url, number) | dict(talk.settings)}
        yield from ({"id": first + index, **asked} for index, asked in enumerate(talk.questions, start=1))


def _trial(talk: Talk, heard: Heard) -> Trial:
    wrong = tuple(dict.fromkeys(talk.judge(heard)))
    told = "; ".join(wrong) if wrong else f"{len(talk.questions)} questions, {len(heard.arrivals)} requests"
    return Trial(id=talk.id, held=not wrong, told=told if len(told) <= _TOLD else f"{told[:_TOLD]}…")


def talks_of(ground: Ground, *, both_manners: bool) -> tuple[Talk, ...]:
    """The talks of one language's SDK.

    Args:
        ground: what they are made of.
        both_manners: whether it has a client that blocks and one of asyncio.
    """
    talks = planned_talks(ground)
    return in_both_manners(talks) if both_manners else talks
