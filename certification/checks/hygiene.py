"""What a package says of itself and brings along: what a firm's lawyers and auditors ask before anybody imports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import Evidence, Hygiene, SdkEvidence
from certification.model import Answer, Outcome

_UNOBSERVED = "its package was not looked into"
_MOST_BYTES = 64 * 1024**2
_KILO = 1024


@check(
    requirement="A package names its licence.",
    remediation="Name the licence by its SPDX identifier in the package's metadata.",
)
def a_licence_is_named(evidence: Evidence) -> Iterator[Answer]:
    """Without a licence nobody may use the package, whatever its registry lets one download."""
    return _asked(evidence, lambda found: ("no licence is named",) if not found.licence else (), lambda found: f"licence: {found.licence}")


@check(
    requirement="A package ships the types that its language's checkers read.",
    remediation="Python: put a py.typed marker beside annotated code (PEP 561). npm: name the declarations as types.",
)
def types_are_shipped(evidence: Evidence) -> Iterator[Answer]:
    """A misspelt argument of an order should be found before it is sent."""

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        if sdk.hygiene is None:
            return None
        if sdk.hygiene.typed is None:
            return Silence(reason="the language has types of its own, or none", outcome=Outcome.NOT_APPLICABLE)
        missing = Complaint(about="", sentence="no types are shipped: checkers see nothing of the package")
        return Findings(passed="types are shipped", complaints=() if sdk.hygiene.typed else (missing,))

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


@check(
    requirement="Every dependency says which versions fit.",
    remediation="Give each dependency at least the lowest version that works.",
)
def dependencies_are_bounded(evidence: Evidence) -> Iterator[Answer]:
    """A dependency of any version is of whichever version was there first, tested or not."""

    def complaints(found: Hygiene) -> tuple[str, ...]:
        return (f"{len(found.unbounded)} dependencies fit in any version: {', '.join(found.unbounded)}",) if found.unbounded else ()

    return _asked(evidence, complaints, lambda found: f"{len(found.dependencies)} dependencies, {found.packages} packages with theirs")


@check(
    requirement=f"A package and all that it needs take at most {_MOST_BYTES // _KILO**2} MiB.",
    remediation="Leave out what a client does not need; every package is one more that must be trusted.",
)
def packages_stay_small(evidence: Evidence) -> Iterator[Answer]:
    """What is installed is what is attacked: less is safer, and starts sooner."""

    def complaints(found: Hygiene) -> tuple[str, ...]:
        return (f"{found.packages} packages of {found.size // _KILO**2} MiB",) if found.size > _MOST_BYTES else ()

    return _asked(evidence, complaints, lambda found: f"{found.packages} packages of {found.size // _KILO:,} KiB")


def _asked(evidence: Evidence, wrong: Callable[[Hygiene], tuple[str, ...]], passed: Callable[[Hygiene], str]) -> Iterator[Answer]:
    def question(sdk: SdkEvidence) -> Findings | None:
        found = sdk.hygiene
        if found is None:
            return None
        return Findings(passed=passed(found), complaints=tuple(Complaint(about="", sentence=each) for each in wrong(found)))

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)
