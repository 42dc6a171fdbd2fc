"""Whether every SDK is whole, builds, installs and type-checks: what a trader needs before the first call."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import BuildStep, Evidence, SdkEvidence
from certification.model import Answer, Outcome

_BUILD = frozenset(("build", "pack"))
_INSTALL = frozenset(("environment", "module", "install"))
_CHECKS = frozenset(("type-check", "vet", "consumer-type-check", "consumer-vet", "consumer-build"))
_LAST_LINES = 600
LEAST_PERCENT = 10
"""The least share of the description's operations in which a third party's SDK must be examined before any level speaks of it."""
_NOT_BUILT = "the SDK was not built"
_THEIRS = Silence(reason="a third party's: its own authors built it", outcome=Outcome.NOT_APPLICABLE)


@check(
    requirement="Every operation and every field of the description is in every SDK.",
    remediation="Read the issues of the description: what the generator could not read is listed there with its place.",
)
def everything_is_generated(evidence: Evidence) -> Iterator[Answer]:
    """The SDK has a method for every operation, and a place for every field, that the description declares.

    An SDK that quietly lacks one of two fields `m` and `M`, or the operation that cancels an order, looks whole until the day it is
    needed.
    """
    description = evidence.description

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.third_party is not None and sdk.operations < sdk.third_party.described:
            offered = f"offers {sdk.operations} of {sdk.third_party.described} operations"
            return Silence(reason=f"{offered}; of what it does not offer nothing is said", outcome=Outcome.NOT_APPLICABLE)
        if sdk.third_party is not None:
            return Findings(passed=f"all {sdk.third_party.described} operations are in the SDK")
        if sdk.generation_error:
            return Findings(passed="", complaints=(Complaint(about="", sentence=f"the SDK was not generated: {sdk.generation_error}"),))
        if description is None:
            return None
        complaints = []
        if sdk.operations < description.operations_declared:
            complaints.append(f"{sdk.operations} of {description.operations_declared} declared operations are in the SDK")
        if sdk.fields < description.fields_declared:
            complaints.append(f"{sdk.fields} of {description.fields_declared} declared fields are in the SDK")
        passed = f"all {description.operations_declared} operations and {description.fields_declared} fields are in the SDK"
        return Findings(passed=passed, complaints=tuple(Complaint(about="", sentence=sentence) for sentence in complaints))

    return each_sdk(evidence, question, unobserved="the description was not read in this run")


@check(
    requirement=f"A third party's SDK is examined in at least {LEAST_PERCENT} % of the described operations; its certificate names them.",
    remediation="Map more of the SDK's operations in the adapter; where the SDK has no more, there is too little to certify.",
)
def enough_is_offered(evidence: Evidence) -> Iterator[Answer]:
    """A third party's SDK need not offer everything: its certificate speaks of the operations that were called, and says which.

    Of an SDK that does next to nothing, a level would say next to nothing. Ours are made from the whole description, and are whole.
    """

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        third = sdk.third_party
        if third is None:
            return Silence(reason="made from the whole description", outcome=Outcome.NOT_APPLICABLE)
        if sdk.wire is None:
            return None
        told = f"{len(sdk.called)} of {third.described} described operations were called through it"
        if len(sdk.called) * 100 < LEAST_PERCENT * third.described:
            return Silence(reason=f"{told}: less than {LEAST_PERCENT} %, too few to certify")
        return Findings(passed=told)

    return each_sdk(evidence, question, unobserved="no call was made")


@check(
    requirement="Every SDK builds into the packages of its registry.",
    remediation="The build's last lines say what the compiler or packager refused; if the generator made it, report that to OpenXAPI.",
)
def packages_build(evidence: Evidence) -> Iterator[Answer]:
    """The SDK's source compiles and packs without an error, offline, with the locked tools."""

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.third_party is not None:
            return _THEIRS
        if not any(step.name in _BUILD for step in sdk.steps):
            return None
        complaints = _failed(sdk.steps, _BUILD)
        if not complaints and sdk.package is None:
            complaints = (Complaint(about="", sentence="the build ended well and left no package"),)
        names = ", ".join(artefact.kind for artefact in sdk.package.artefacts) if sdk.package is not None else ""
        return Findings(passed=f"built: {names}", complaints=complaints)

    return each_sdk(evidence, question, unobserved=_NOT_BUILT)


@check(
    requirement="Every SDK installs from its registry's wire format into a clean environment, and its consumer's program is ready to run.",
    remediation="Install the package with the language's own tool; its last lines name what is missing or does not fit.",
)
def packages_install(evidence: Evidence) -> Iterator[Answer]:
    """pip, npm and go install the built package from a static index that holds nothing else: no hidden dependency, no wrong metadata."""

    def question(sdk: SdkEvidence) -> Findings | None:
        if not any(step.name == "install" for step in sdk.steps):
            return None
        return Findings(passed="installed into a clean environment", complaints=_failed(sdk.steps, _INSTALL))

    return each_sdk(evidence, question, unobserved="no package was there to install")


@check(
    requirement="Every SDK passes its language's strict type check, as its author and as its user see it.",
    remediation="Type errors come from the generator's templates: report them to OpenXAPI with the lines shown.",
)
def strict_type_checks_pass(evidence: Evidence) -> Iterator[Answer]:
    """Mypy in strict mode, the TypeScript compiler in strict mode and go vet find nothing in the SDK, nor in a program that uses it."""

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.third_party is not None:
            return Silence(reason="a third party's: its own authors check its types", outcome=Outcome.NOT_APPLICABLE)
        observed = [step for step in sdk.steps if step.name in _CHECKS]
        if not observed:
            return None
        return Findings(passed=f"{', '.join(step.name for step in observed)}: clean", complaints=_failed(sdk.steps, _CHECKS))

    return each_sdk(evidence, question, unobserved=_NOT_BUILT)


def _failed(steps: tuple[BuildStep, ...], names: frozenset[str]) -> tuple[Complaint, ...]:
    return tuple(
        Complaint(
            about="",
            sentence=f"{step.name} ended with exit code {step.exit_code}",
            shows=(" ".join(step.command), step.output[-_LAST_LINES:]),
        )
        for step in steps
        if step.name in names and step.exit_code != 0
    )
