"""What a package says of itself and brings along: what a firm's lawyers and auditors ask before anybody imports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, Silence, each_sdk
from certification.evidence.record import Advisory, Evidence, Hygiene, SdkEvidence
from certification.model import Answer, Outcome

_UNOBSERVED = "its package was not looked into"
_UNMEASURED = "no long run was measured: no call that only reads was answered through the SDK, or it runs in an image of its own"
_MOST_BYTES = 64 * 1024**2
_KILO = 1024
_MOST_PER_CALL = 16 * _KILO
_MOST_KEPT = 200
"""Bytes a call where they are counted, and not guessed by the height of resident memory."""
_SLOW_START_MS = 1000
_SLOW_FACTOR = 40
"""So many starts of the bare interpreter an import may take: machines differ."""


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


@check(
    requirement=f"Over thousands of calls a client's memory grows by no more than {_MOST_PER_CALL // _KILO} KiB a call; where what is held "
    f"can be counted, by {_MOST_KEPT} bytes.",
    remediation="Look for what each call leaves behind: kept answers, listeners, timers, connections that are never closed.",
)
def memory_stays_bounded(evidence: Evidence) -> Iterator[Answer]:
    """A long run needs no more memory at its height than a short one, when caches are warm and pools are full.

    A trading program runs for months; what leaks a little with each call ends it in the middle of an order.
    """

    def question(sdk: SdkEvidence) -> Findings | None:
        taken = sdk.endurance
        if taken is None:
            return None
        grown = f"{taken.calls:,} more calls took {taken.growth_bytes // _KILO:,} KiB more memory"
        leaks = taken.growth_bytes > (_MOST_KEPT if taken.exact else _MOST_PER_CALL) * taken.calls
        each = taken.growth_bytes // taken.calls
        told = f"{grown}: {f'{each // _KILO} KiB' if each >= _KILO else f'{each} bytes'} a call stay behind" if leaks else ""
        return Findings(passed=grown, complaints=(Complaint(about="", sentence=told),) if told else ())

    return each_sdk(evidence, question, unobserved=_UNMEASURED)


@check(
    requirement=f"Importing an SDK takes at most {_SLOW_FACTOR} times what its interpreter takes to start, or {_SLOW_START_MS // 1000} s.",
    remediation="Import what is needed when it is needed; keep generated tables out of the modules that every program loads.",
)
def imports_are_quick(evidence: Evidence) -> Iterator[Answer]:
    """Processor time from the start of a program to its first answer, less what the interpreter takes without the SDK.

    Command lines, functions in the cloud and tests pay it each time.
    """

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        taken = sdk.endurance
        if taken is None:
            return None
        if taken.bare_start_ms is None:
            return Silence(reason="the program is compiled: nothing is imported when it starts", outcome=Outcome.NOT_APPLICABLE)
        imported = taken.start_ms - taken.bare_start_ms
        slow = imported > max(_SLOW_START_MS, _SLOW_FACTOR * taken.bare_start_ms)
        told = f"importing it takes {imported:,} ms; the interpreter alone starts in {taken.bare_start_ms} ms"
        return Findings(passed=told, complaints=(Complaint(about="", sentence=told),) if slow else ())

    return each_sdk(evidence, question, unobserved=_UNMEASURED)


@check(
    requirement="No package that an SDK needs has a known vulnerability at the version that is installed.",
    remediation="Ask for a version in which it is mended; where there is none, do without the package.",
)
def dependencies_have_no_known_vulnerabilities(evidence: Evidence) -> Iterator[Answer]:
    """The registries' own advisories are asked about each package by name and version; of a third party's SDK, about itself too.

    An SDK holds the keys to an account: so does whatever it imports.
    """

    def question(sdk: SdkEvidence) -> Findings | Silence | None:
        known = sdk.advisories
        if known is None:
            return None
        if known.reason:
            return Silence(reason=known.reason)
        passed = f"nothing is known against {known.packages} packages" if known.packages else "it needs no other package"
        return Findings(passed=passed, complaints=tuple(_vulnerable(each) for each in known.found))

    return each_sdk(evidence, question, unobserved="no registry was asked about its packages")


def _vulnerable(known: Advisory) -> Complaint:
    fixed = f", mended in {', '.join(known.fixed_in[:3])}" if known.fixed_in else ""
    sentence = f"{known.package} {known.version} has the known vulnerability {known.id}{fixed}"
    return Complaint(about=known.package, sentence=sentence, shows=(known.summary,) if known.summary else ())


def _asked(evidence: Evidence, wrong: Callable[[Hygiene], tuple[str, ...]], passed: Callable[[Hygiene], str]) -> Iterator[Answer]:
    def question(sdk: SdkEvidence) -> Findings | None:
        found = sdk.hygiene
        if found is None:
            return None
        return Findings(passed=passed(found), complaints=tuple(Complaint(about="", sentence=each) for each in wrong(found)))

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)
