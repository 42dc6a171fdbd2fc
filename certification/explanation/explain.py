"""From findings to findings that explain themselves. Pure: what was observed goes in, sentences come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from certification.evidence.record import Evidence
from certification.explanation.case import Case, case_of
from certification.explanation.causes import likely_cause
from certification.explanation.same import grouped
from certification.model import Finding, Hindrance, Outcome, Place

NOWHERE: Mapping[str, Place] = {}


def explain(findings: tuple[Finding, ...], evidence: Evidence, places: Mapping[str, Place] = NOWHERE) -> tuple[Finding, ...]:
    """The same findings in the same order; those that failed with place, likely cause and the finding that stands for that cause.

    Args:
        findings: all of a run.
        evidence: what they were read from.
        places: operations and channels, by their ids -> where the description speaks of them.
    """
    cases = {id(finding): case_of(finding, findings, evidence) for finding in findings if finding.outcome is Outcome.FAILED}
    parted = next((case.parted for case in cases.values() if case.parted is not None), None)
    leaders = grouped(findings, parted)
    hindrances = _hindrances(evidence)
    followers: dict[str, list[Case]] = {}
    for case in cases.values():
        followers.setdefault(leaders.get(case.finding.name, case.finding.name), []).append(case)

    def explained(finding: Finding) -> Finding:
        case = cases.get(id(finding))
        if case is None:
            return _unseen(finding, hindrances)
        leader = leaders.get(finding.name, "")
        group = (case,) if leader else (case, *(other for other in followers[finding.name] if other is not case))
        return replace(finding, place=_place(finding, places), likely_cause=likely_cause(group), same_cause_as=leader)

    return tuple(explained(finding) for finding in findings)


def _hindrances(evidence: Evidence) -> Mapping[str, Hindrance]:
    """Reasons -> what kind they are."""
    strategies = (sdk.strategy for sdk in evidence.sdks if sdk.strategy is not None)
    contract = () if evidence.contract is None else (evidence.contract,)
    engines = (sdk.obstacle for sdk in evidence.sdks if sdk.obstacle is not None)
    unseen = (*(evidence.scenarios or ()), *contract, *strategies, *engines)
    return {each.reason: each.hindrance for each in unseen if each.reason and each.hindrance is not None}


def _unseen(finding: Finding, hindrances: Mapping[str, Hindrance]) -> Finding:
    """What was not observed, with what probably stood in the way, where that is known."""
    hindrance = hindrances.get(finding.summary) if finding.outcome is Outcome.NOT_OBSERVED else None
    cause = _STANDS_IN_THE_WAY.get(hindrance, "") if hindrance is not None else ""
    return replace(finding, likely_cause=cause) if cause else finding


_STANDS_IN_THE_WAY = {
    Hindrance.CREDENTIALS: "a key that is missing, wrong, expired or of another environment, one without the permission, "
    "or a signing recipe that does not fit",
    Hindrance.CLOCK: "this machine's clock, or the sandbox's, is off by more than the window allows",
    Hindrance.THROTTLED: "others call with the same key or from the same address, "
    "or the profile's rate_limit is above what the sandbox grants",
}


def _place(finding: Finding, places: Mapping[str, Place]) -> Place | None:
    subject = finding.subject.rpartition(": ")[2]
    return finding.place or places.get(subject) or places.get(subject.removeprefix("streams."))
