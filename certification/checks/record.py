"""It stays that way: what only many runs, a second build, or a strategy that trades can show."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.evidence.record import Evidence, Observation, SdkEvidence, StrategyResult
from certification.model import Answer, Outcome

NIGHTS = 14
"""How many nightly runs in a row must have passed."""


@check(
    requirement=f"The last {NIGHTS} nightly runs in a row passed.",
    remediation="Mend what the nightly runs report; the count begins again after each run that did not pass.",
)
def nightly_runs_passed_in_a_row(evidence: Evidence) -> Iterator[Answer]:
    """The exchange's most recent nightly runs were all certified at the level they asked for.

    One good day is luck. Two weeks of them, releases and restarts included, are a property.
    """
    nights = evidence.nights
    if nights is None or len(nights) < NIGHTS:
        summary = f"{len(nights or ())} of {NIGHTS} nightly runs are known"
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary=summary)
        return
    bad = [night for night in nights[-NIGHTS:] if not night.certified]
    yield Answer(
        subject="api",
        outcome=Outcome.FAILED if bad else Outcome.PASSED,
        summary=f"{len(bad)} of the last {NIGHTS} nightly runs did not pass" if bad else f"the last {NIGHTS} nightly runs passed",
        evidence=tuple(f"{night.finished_at:%Y-%m-%d} {night.run_id}" for night in bad),
    )


@check(
    requirement="Building a package twice from the same source gives the same bytes.",
    remediation="Take time stamps, paths and file order out of the build.",
)
def packages_build_reproducibly(evidence: Evidence) -> Iterator[Answer]:
    """A second build, from a fresh folder, gives packages with the digests of the first."""
    for sdk in evidence.sdks:
        subject = sdk.subject
        if sdk.third_party is not None:
            yield Answer(subject=subject, outcome=Outcome.NOT_APPLICABLE, summary="its own authors built it")
            continue
        if sdk.package is None or sdk.rebuilt is None:
            yield Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=sdk.silence("the package was not built a second time"))
            continue
        first = tuple(artefact.file.digest for artefact in sdk.package.artefacts)
        same = first == sdk.rebuilt
        yield Answer(
            subject=subject,
            outcome=Outcome.PASSED if same else Outcome.FAILED,
            summary="both builds gave the same bytes" if same else "the second build gave other bytes",
            evidence=() if same else tuple(f"{one} / {other}" for one, other in zip(first, sdk.rebuilt, strict=False)),
        )
    if not evidence.sdks:
        yield Answer(subject="sdks", outcome=Outcome.NOT_OBSERVED, summary="no SDK was built")


@check(
    requirement="A reference strategy that trades through the SDK reconciles its profit and loss to the cent, three ways.",
    remediation="Compare the strategy's fills, the account's statement and the tape of trades; they must tell the same story.",
)
def the_reference_strategy_reconciles(evidence: Evidence) -> Iterator[Answer]:
    """Profit and loss from the strategy's own fills, from the account's balances and from the exchange's trades are equal.

    A small market maker quotes both sides through the SDK, is filled by the second account, cancels and quotes anew, and sells what is
    left. Each asset that it touched must have changed by the same amount, to the last digit, whoever is asked.
    """
    for sdk in evidence.sdks:
        yield _reconciled(sdk, sdk.strategy)
    if not evidence.sdks:
        yield Answer(subject="sdks", outcome=Outcome.NOT_OBSERVED, summary="no SDK was there to trade through")


def _reconciled(sdk: SdkEvidence, result: StrategyResult | None) -> Answer:
    subject = sdk.subject
    if result is None:
        return Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=sdk.silence("no strategy was traded"))
    if result.observation is not Observation.COMPLETE:
        return Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=result.reason, evidence=result.told)
    differing = tuple(each for each in result.changes if not each.agrees)
    figures = tuple(f"{figure.normalize():f}" for figure in result.earned())
    traded = f"{result.orders} orders and {result.fills} fills"
    if not differing:
        summary = f"profit and loss of {traded} is {figures[0]} {result.quote} three ways"
        return Answer(subject=subject, outcome=Outcome.PASSED, summary=summary)
    said = "; ".join(
        f"{each.asset} changed by {each.from_fills:f} by the fills, {each.from_balances:f} by the balances, "
        f"{each.from_trades:f} by the trades"
        for each in differing
    )
    return Answer(
        subject=subject,
        outcome=Outcome.FAILED,
        summary=f"profit and loss of {traded} is {', '.join(figures)} {result.quote}: {said}",
        evidence=result.told,
        reproduce=result.reproduce,
    )
