"""What a request says of itself: one that is only tried does nothing, one that comes too late is not carried out."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of, decided_step, unasked
from certification.evidence.facts import holdings, is_accepted, texts
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer


@check(
    requirement="An order that is only to be checked is not placed: nothing rests, and nothing is held.",
    remediation="End a dry run before the transaction that stores the order; share the checks, not the path.",
)
def dry_runs_place_nothing(evidence: Evidence) -> Iterator[Answer]:
    """After an order was only tried, the list of open orders and every balance are what they were."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "dry run")
        before, after = (texts(accepted_step(scenario, f"open orders {when}"), "order_id") for when in ("before", "after"))
        complaints = ["an order that was only tried rests in the book"] if set(after) - set(before) else []
        held, now = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        changed = [asset for asset in sorted(held.keys() & now.keys()) if held[asset] != now[asset]]
        return complaints + [f"an order that was only tried changed what is free or held of {asset}" for asset in changed]

    return ask_of(evidence, "terms.dry-run", question)


@check(
    requirement="An order that comes after its own deadline is refused.",
    remediation="Hold the deadline against the clock in the transaction that takes the order in, after all queues.",
)
def deadlines_are_kept(evidence: Evidence) -> Iterator[Answer]:
    """An order whose deadline is over when it comes is refused and rests nowhere; one whose deadline lies ahead is taken.

    A deadline is what a trader has against a slow line: the price was right ten seconds ago.
    """

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place before its deadline")
        late = decided_step(scenario, "place after its deadline")
        if is_accepted(late):
            return ["an order was accepted ten seconds after its deadline"]
        return unasked(scenario, "open orders before", "open orders after")

    return ask_of(evidence, "terms.deadline", question)
