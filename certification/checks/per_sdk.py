"""How checks answer about SDKs: one answer per language where all is well, one per cause where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from certification.evidence.record import Evidence, SdkEvidence
from certification.model import Answer, Outcome

ALL_SDKS = "sdks"
"""The subject of answers that concern all SDKs together."""

_SHOWN = 5
_NUMBERS = re.compile(r"-?\d[\d.]*(?:[eE][+-]?\d+)?")
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"?')
_PLACES = re.compile(r"\$[^\s:]*")
_NAMED = re.compile(r"^(the (?:query|body) (?:lacks|holds)(?: the field)?) \S+")
_COLON = re.compile(r"(: ).*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that is wrong."""

    about: str
    """The operation or type."""
    sentence: str
    shows: tuple[str, ...] = ()
    """Short texts that show it."""


Question = Callable[[SdkEvidence], "Findings | Silence | None"]
"""Gives what was found of one SDK; ``None`` where nothing was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a question has no answer for one SDK."""

    reason: str
    outcome: Outcome = Outcome.NOT_OBSERVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one question found of one SDK."""

    passed: str
    """What to say where nothing is wrong."""
    complaints: tuple[Complaint, ...] = ()


def each_sdk(evidence: Evidence, question: Question, *, unobserved: str) -> Iterator[Answer]:
    """Ask the question of every SDK.

    Args:
        evidence: what the run saw.
        question: asked of each SDK in turn.
        unobserved: why there may be no answer.
    """
    if not evidence.sdks:
        yield Answer(subject=ALL_SDKS, outcome=Outcome.NOT_OBSERVED, summary="no SDK was examined")
    for sdk in evidence.sdks:
        match Silence(reason=sdk.silence(unobserved)) if sdk.unseen else question(sdk):
            case None:
                why = sdk.silence(unobserved)
                yield Answer(subject=sdk.subject, outcome=Outcome.NOT_OBSERVED, summary=why, reproduce=sdk.reproduce)
            case Silence() as silence:
                yield Answer(subject=sdk.subject, outcome=silence.outcome, summary=silence.reason, reproduce=sdk.reproduce)
            case Findings(complaints=()) as found:
                yield Answer(subject=sdk.subject, outcome=Outcome.PASSED, summary=found.passed, reproduce=sdk.reproduce)
            case Findings() as found:
                yield from _by_cause(sdk, found.complaints)


def _by_cause(sdk: SdkEvidence, complaints: Iterable[Complaint]) -> Iterator[Answer]:
    causes: dict[str, list[Complaint]] = {}
    for complaint in complaints:
        causes.setdefault(cause_of(complaint.sentence), []).append(complaint)
    for group in causes.values():
        first = group[0]
        abouts = list(dict.fromkeys(complaint.about for complaint in group))
        others = f" (and {len(abouts) - 1} more: {', '.join(abouts[1 : _SHOWN + 1])}{' …' if len(abouts) > _SHOWN + 1 else ''})"
        yield Answer(
            subject=f"{sdk.subject}: {first.about}" if first.about else sdk.subject,
            outcome=Outcome.FAILED,
            summary=first.sentence + (others if len(abouts) > 1 else ""),
            evidence=tuple(text for complaint in group[:_SHOWN] for text in complaint.shows),
            reproduce=sdk.reproduce,
        )


def cause_of(sentence: str) -> str:
    """What two sentences share when they tell of the same flaw at different places: values and places are taken out."""
    return _COLON.sub(r"\1…", _NUMBERS.sub("N", _TEXTS.sub("T", _PLACES.sub("$", sentence)))) if "$" in sentence else _plain(sentence)


def _plain(sentence: str) -> str:
    return _NUMBERS.sub("N", _TEXTS.sub("T", _NAMED.sub(r"\1 …", sentence)))
