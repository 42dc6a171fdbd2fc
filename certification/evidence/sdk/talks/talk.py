"""One talk: what a client is made with and asked, what the exchange answers, and what a careful client makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.sdk.harness import Result

if TYPE_CHECKING:
    from certification.sandboxes.mock.log import Arrival
    from certification.sandboxes.mock.plan import PlannedAnswer
    from sdkgen.api.json_text import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a talk."""

    results: tuple[Result, ...]
    """Of each question, in order; ``MISSING`` where none came."""
    arrivals: tuple[Arrival, ...]
    prefix: str
    """What stands before each operation's own path in what arrived."""

    def members(self, name: str) -> tuple[JsonValue, ...]:
        """A member of each result."""
        return tuple(result.member(name) for result in self.results)

    def kinds(self) -> tuple[str, ...]:
        """``returned``, or the error's kind, of each result."""
        return tuple(str(result.member("kind")) if result.kind == "raised" else result.kind for result in self.results)


Judge = Callable[[Heard], Iterator[str]]
"""Gives a sentence for each thing that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One client's talk in a lane of its own."""

    id: str
    """``theme.what-is-tried``, as a trial's."""
    answers: tuple[PlannedAnswer, ...]
    """In the order in which requests come; the last one again for all beyond."""
    questions: tuple[dict[str, JsonValue], ...]
    """Documents of ``sdkgen/HARNESS.md`` without ``id`` and without ``configure``."""
    judge: Judge
    settings: tuple[tuple[str, JsonValue], ...] = ()
    """Beyond the usual ones of ``configure``."""


def differs(what: str, wanted: object, found: object) -> Iterator[str]:
    """A sentence where two things that should be the same are not."""
    if wanted != found:
        yield f"{what}: {found}, not {wanted}"


def in_order(*judges: Judge) -> Judge:
    """All that several judges find wrong."""
    return lambda heard: (sentence for judge in judges for sentence in judge(heard))
