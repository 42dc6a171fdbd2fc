"""Examines one description of the corpus in one language, with the product's own functions, and says in words what falls short."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.corpus_found import Found
from benchmarks.corpus_values import ANSWER, Instances, with_instances
from benchmarks.parity_message import differences
from certification.errors import CertificationError
from certification.evidence.record import BuildStep, RoundTrips, SdkEvidence, WireCase
from certification.evidence.sdk import exercise, plan_exercise
from certification.isolation.process import ProcessRunner
from certification.sdks.typescript import TOOLS
from sdkgen.api.load import load
from sdkgen.api.model import Api, Issue, IssueKind
from sdkgen.errors import SdkgenError
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource

_TYPE_CHECKS = frozenset(("type-check", "consumer-type-check", "vet", "consumer-vet"))
_SHOWN = 300
_MOST_REASONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one description in one language. A stage that was not reached is false."""

    description: str
    language: Language
    kind: str = "REST"
    """``REST`` or ``streams``."""
    operations: int = 0
    channels: int = 0
    types: int = 0
    refused: int = 0
    """Parts of the description whose meaning can't be known."""
    whole: bool = False
    """Whether every operation and field that the description declares is in the source."""
    built: bool = False
    """And installed, and its harness program as well."""
    typed: bool = False
    """Whether the language's strict type checks say nothing."""
    same: bool = False
    """Whether every value came back unchanged."""
    responses: int = 0
    """How many response schemas there are."""
    values: int = 0
    """How many values were decoded and encoded."""
    lost: int = 0
    calls: int = 0
    """How many calls were made."""
    wrong_calls: int = 0
    """How many of them were not what the description says, changed the answer, or differ from the first language's."""
    reasons: tuple[str, ...] = ()
    elapsed_s: float = 0.0

    @property
    def good(self) -> bool:
        """Whether it passes: nothing is missing, and all there is works."""
        return self.whole and self.works

    @property
    def works(self) -> bool:
        """Whether what could be generated builds, is strictly typed and loses no value, be it whole or not."""
        return self.built and self.typed and self.same

    def verdict(self) -> str:
        """``pass``, or the stages that fail."""
        stages = (("whole", self.whole), ("build", self.built), ("types", self.typed), ("trips", self.same))
        return " ".join(name for name, reached in stages if not reached) or "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One description to examine."""

    found: Found
    languages: tuple[Language, ...]
    calls: bool
    """Whether to make the calls as well."""
    instances: int
    """Made-up values of each response schema."""


def examine(work: Work) -> tuple[Outcome, ...]:
    """Every language's outcome. Nothing in a description ends the examination of the others."""
    try:
        content = work.found.path.read_bytes()
        api = load(content, source=work.found.name)
        plan = replace(plan_exercise(api, content, recipe=None, seed=1), errors=())
        instances = with_instances(api, plan, work.instances, calls=work.calls)
    except Exception as error:  # noqa: BLE001 - whatever a description does to the loader is its row's reason
        return tuple(
            Outcome(description=work.found.name, kind=work.found.family(), language=each, reasons=(_said("loading", error),))
            for each in work.languages
        )
    examined = [_examine(work.found, api, instances, language) for language in work.languages]
    first, *others = examined
    return (first.outcome, *(_compared(first, other) for other in others))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """An outcome, and the calls that it was made from."""

    outcome: Outcome
    wire: tuple[WireCase, ...] = ()


def _compared(first: _Examined, other: _Examined) -> Outcome:
    """The other's outcome, with the calls that another request was made of."""
    outcome = other.outcome
    found = [
        f"{mine.case}: {' and '.join(parts)} of {first.outcome.language.value} and {outcome.language.value} differ"
        for mine, theirs in zip(first.wire, other.wire, strict=False)
        if mine.request is not None and theirs.request is not None and (parts := list(differences(mine.request, theirs.request)))
    ]
    reasons = (*outcome.reasons, *map(_short, found[:_MOST_REASONS]))
    return replace(outcome, wrong_calls=outcome.wrong_calls + len(found), reasons=reasons)


def _examine(found: Found, api: Api, instances: Instances, language: Language) -> _Examined:
    began = time.monotonic()
    outcome = Outcome(description=found.name, kind=found.family(), language=language)
    wire: tuple[WireCase, ...] = ()
    folder = Path(tempfile.mkdtemp(prefix="certify-corpus-"))
    try:
        source = generate(api, language, options(found.slug(), language))
        with ProcessRunner(tools=(TOOLS,)) as runner:
            evidence = exercise(source, instances.plan, runner, folder)
        outcome, wire = _outcome(found, api, instances, source, evidence), evidence.wire or ()
    except (SdkgenError, CertificationError) as error:
        outcome = replace(outcome, reasons=(_said("refused", error),))
    except Exception as error:  # noqa: BLE001 - a crash of an emitter is its row's reason
        outcome = replace(outcome, reasons=(_said("crash", error),))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _Examined(outcome=replace(outcome, elapsed_s=time.monotonic() - began), wire=wire)


def options(slug: str, language: Language) -> SdkOptions:
    """Names for a package that is never published."""
    package = f"example.com/{slug}-go" if language is Language.GO else slug
    return SdkOptions(package=package, version="0.1.0", exchange_id=slug[:64], exchange_name=slug)


def _outcome(found: Found, api: Api, instances: Instances, source: SdkSource, evidence: SdkEvidence) -> Outcome:
    missing = tuple(_missing(api, source))
    refused = [issue for issue in api.issues if issue.kind is IssueKind.REFUSED]
    failed = tuple(step for step in evidence.steps if step.exit_code != 0)
    trips = evidence.round_trips
    answers = [case for case in evidence.wire or () if case.case.startswith(ANSWER)]
    changed = [case for case in answers if case.faults]
    calls = [case for case in evidence.wire or () if not case.case.startswith(ANSWER)]
    wrong = [case for case in calls if case.mismatches or case.faults]
    said = [f"{case.case}: {'; '.join((*case.mismatches, *case.faults))}" for case in (*changed[:_MOST_REASONS], *wrong[:_MOST_REASONS])]
    unmade = [] if trips is not None else ["no value came back"]
    return Outcome(
        description=found.name,
        language=source.language,
        kind=found.family(),
        operations=source.operations,
        channels=len(api.channels),
        types=source.types,
        refused=len(refused),
        whole=not missing,
        built=evidence.package is not None and all(step.name in _TYPE_CHECKS for step in failed) and trips is not None,
        typed=evidence.package is not None and not failed,
        same=trips is not None and not trips.losses and not changed,
        responses=instances.responses,
        values=_values(trips) + len(answers),
        lost=len(trips.losses) + len(changed) if trips is not None else len(instances.plan.decodes),
        calls=len(calls),
        wrong_calls=len(wrong),
        reasons=(
            *missing,
            *map(_refusal_said, refused[:_MOST_REASONS]),
            *map(_step_said, failed),
            *unmade,
            *_losses_said(trips),
            *map(_short, said),
        ),
    )


def _missing(api: Api, source: SdkSource) -> Iterator[str]:
    if source.operations != api.declared_operations:
        yield f"{api.declared_operations - source.operations} of {api.declared_operations} operations are not in the SDK"
    if len(api.channels) != api.declared_channels:
        yield f"{api.declared_channels - len(api.channels)} of {api.declared_channels} channels are not in the model"
    if len(api.messages) != api.declared_messages:
        yield f"{api.declared_messages - len(api.messages)} of {api.declared_messages} messages are not in the model"
    if source.fields < api.declared_fields:
        yield f"{api.declared_fields - source.fields} of {api.declared_fields} fields are not in the SDK"


def _refusal_said(issue: Issue) -> str:
    return _short(f"refused, {issue.rule} at {issue.pointer}: {issue.message}")


def _values(trips: RoundTrips | None) -> int:
    return 0 if trips is None else trips.documented + trips.generated + trips.precision + trips.unknown


def _losses_said(trips: RoundTrips | None) -> Iterator[str]:
    for loss in trips.losses[:_MOST_REASONS] if trips is not None else ():
        yield _short(f"{loss.type} {loss.origin} ({loss.probe}): {loss.error}")


def _step_said(step: BuildStep) -> str:
    return _short(f"{step.name} ended with {step.exit_code}: {step.output}")


def _said(stage: str, error: Exception) -> str:
    return _short(f"{stage}: {type(error).__name__}: {error}")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
