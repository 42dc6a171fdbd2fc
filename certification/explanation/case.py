"""A finding with what was seen around it: what a likely cause is read from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from certification.evidence.facts import UnclearError
from certification.evidence.model.agreement import TERMS, Disagreement, disagreement
from certification.evidence.model.terms import read_terms
from certification.evidence.record import Evidence, Scenario, ScenarioStep, Violation
from certification.model import Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One failed finding and its surroundings."""

    finding: Finding
    findings: tuple[Finding, ...]
    """All of the run."""
    story: Scenario | None
    """The story that it was seen in."""
    violation: Violation | None
    """The broken promise of the contract that it tells of."""
    parted: Disagreement | None
    """Where the exchange and the model of it part ways, if the finding is about that."""
    steps: tuple[ScenarioStep, ...]
    """Every step of every story that called the operation that the finding names."""
    rates: tuple[Decimal, Decimal]
    """Of maker and taker, as fractions, by the profile; zeros where it does not say."""

    @property
    def company(self) -> tuple[Finding, ...]:
        """All answers of the same check."""
        return tuple(finding for finding in self.findings if finding.check == self.finding.check)

    def failed(self, check: str) -> bool:
        """Whether another check found something wrong."""
        return any(finding.check == check and finding.outcome is Outcome.FAILED for finding in self.findings)

    def passed(self, check: str) -> bool:
        """Whether another check was seen to hold, and nowhere not to."""
        return not self.failed(check) and any(finding.check == check and finding.outcome is Outcome.PASSED for finding in self.findings)


def case_of(finding: Finding, findings: tuple[Finding, ...], evidence: Evidence) -> Case:
    """The finding with the story, the violation and the model's disagreement that it was read from."""
    story = next((told for told in evidence.scenarios or () if finding.reproduce and told.reproduce == finding.reproduce), None)
    violations = evidence.contract.violations if evidence.contract is not None else ()
    mine = (each for each in violations if each.operation == finding.subject and finding.reproduce and each.reproduce == finding.reproduce)
    return Case(
        finding=finding,
        findings=findings,
        story=story,
        violation=next(mine, None),
        parted=_parted(finding, story),
        steps=tuple(
            step
            for told in evidence.scenarios or ()
            for step in told.steps
            if step.call is not None and step.call.operation == finding.subject
        ),
        rates=_rates(evidence),
    )


def _rates(evidence: Evidence) -> tuple[Decimal, Decimal]:
    """As the terms of the model say them: they are the profile's."""
    for step in (step for told in evidence.scenarios or () for step in told.steps if step.label == TERMS):
        with suppress(KeyError, ValueError, ArithmeticError):
            terms = read_terms(dict(step.facts))
            return terms.maker_fee, terms.taker_fee
    return Decimal(0), Decimal(0)


def _parted(finding: Finding, story: Scenario | None) -> Disagreement | None:
    if story is None or not finding.check.startswith("model."):
        return None
    try:
        return disagreement(story.steps)
    except UnclearError:
        return None
