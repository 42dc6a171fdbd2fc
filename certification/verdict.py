"""Findings in, verdict out. Pure: no file, no clock, no network.

A subject reaches a level when every rule up to it holds for that subject. A rule holds when nothing failed, nothing broke, and
the question was observed or does not arise. What was not observed is neither a pass nor a failure: it makes a run inconclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from certification.levels.rule import LevelRules, OnFail, Rule, Scope, Standard
from certification.model import Finding, Level, Outcome, Severity, SubjectLevel, Verdict, VerdictOutcome
from certification.reasons import gathered

API = "api"
SDKS = "sdks"
"""The subject of findings that concern all SDKs together, such as their agreement."""

_GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})


class GapState(StrEnum):
    """How a known gap stands after a run."""

    ACCEPTED = "accepted"
    """It failed, and weighs nothing."""
    ENDED = "ended"
    """Its date is over: it weighs again."""
    MENDED = "mended"
    """It no longer fails: it belongs out of the profile."""
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedGap:
    """A failure that the profile accepts until a date."""

    check: str
    subject: str
    """A finding's subject, or ``*`` for all."""
    reason: str
    until: date

    def covers(self, finding: Finding, today: date) -> bool:
        """Whether this failure is accepted today."""
        return finding.check == self.check and self.subject in {"*", finding.subject} and today <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a run was asked to decide."""

    asked: Level
    subjects: tuple[str, ...]
    """``api`` and languages, as examined."""
    gaps: tuple[AcceptedGap, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How one rule stands for one subject."""

    rule: Rule
    level: Level
    failed: tuple[Finding, ...]
    unobserved: tuple[Finding, ...]
    """Not observed, or the check itself broke."""
    silent: bool
    """No finding at all speaks of it."""

    @property
    def holds(self) -> bool:
        if self.failed:
            return self.rule.on_fail is OnFail.WARN
        return not self.rule.needs_observation or not (self.unobserved or self.silent)

    def explained(self) -> str:
        if self.failed:
            return f"{self.rule.check}: failed for {_some(self.failed)}"
        if self.unobserved:
            return f"{self.rule.check}: {self.unobserved[0].outcome.value.replace('_', ' ')} ({self.unobserved[0].summary})"
        return f"{self.rule.check}: not observed"


def decide(findings: tuple[Finding, ...], standard: Standard, question: Question) -> Verdict:
    """What the standard says of the findings.

    A failure of a rule up to the level asked for refuses the certificate, and so does a grave one (high or critical) of any higher
    level: a proven defect that loses money is not excused by asking for less.
    """
    standings = {subject: _standings(subject, findings, standard, question) for subject in question.subjects}
    subjects = tuple(_subject_level(subject, rules, standard) for subject, rules in standings.items())
    level = min((subject.level for subject in subjects), default=Level.NONE)
    refusals = tuple(
        standing
        for rules in standings.values()
        for standing in rules
        if standing.failed and not standing.holds and (standing.level <= question.asked or standing.rule.severity in _GRAVE)
    )
    if refusals:
        outcome = VerdictOutcome.NOT_CERTIFIED
    elif subjects and level >= question.asked:
        outcome = VerdictOutcome.CERTIFIED
    else:
        outcome = VerdictOutcome.INCONCLUSIVE
    return Verdict(
        outcome=outcome, level=level, asked=question.asked, reasons=_reasons(refusals, subjects, findings, question), subjects=subjects
    )


def _standings(subject: str, findings: tuple[Finding, ...], standard: Standard, question: Question) -> tuple[_Standing, ...]:
    return tuple(
        _standing(
            rule,
            level,
            tuple(finding for finding in findings if finding.check == rule.check and _concerns(finding, rule, subject)),
            question,
        )
        for level in standard.levels
        for rule in level.rules
        if _weighs_on(rule, subject)
    )


def _standing(rule: Rule, level: LevelRules, findings: tuple[Finding, ...], question: Question) -> _Standing:
    return _Standing(
        rule=rule,
        level=level.level,
        failed=tuple(finding for finding in findings if finding.outcome is Outcome.FAILED and not _accepted(finding, question)),
        unobserved=tuple(finding for finding in findings if finding.outcome in {Outcome.NOT_OBSERVED, Outcome.ERROR}),
        silent=not findings,
    )


def _accepted(finding: Finding, question: Question) -> bool:
    """Whether a failure weighs nothing today. What was not observed is never accepted: nobody knows what it would have shown."""
    return any(gap.covers(finding, question.today) for gap in question.gaps)


def _weighs_on(rule: Rule, subject: str) -> bool:
    return rule.scope is Scope.ALL or (rule.scope is Scope.API) == (subject == API)


def _concerns(finding: Finding, rule: Rule, subject: str) -> bool:
    """Whether a finding speaks of the subject: an SDK's own, one of all SDKs, or (for what all stand on) any."""
    if rule.scope is not Scope.SDK:
        return True
    owner = finding.subject.partition(":")[0]
    return owner in {subject, SDKS, API}


def _subject_level(subject: str, standings: tuple[_Standing, ...], standard: Standard) -> SubjectLevel:
    reached = Level.NONE
    for level in standard.levels:
        own = [standing for standing in standings if standing.level is level.level and standing.rule.on_fail is OnFail.WITHHOLD]
        missing = tuple(standing.explained() for standing in own if not standing.holds)
        if missing or not own:  # a level that asks nothing of a subject is not reached by it
            return SubjectLevel(subject=subject, level=reached, missing=missing)
        reached = level.level
    return SubjectLevel(subject=subject, level=reached, missing=())


def _reasons(
    refusals: tuple[_Standing, ...], subjects: tuple[SubjectLevel, ...], findings: tuple[Finding, ...], question: Question
) -> tuple[str, ...]:
    refused = dict.fromkeys(standing.explained() for standing in refusals)
    told = _by_cause(refusals)
    short = dict.fromkeys(
        f"{subject.subject}: {missing}" for subject in subjects if subject.level < question.asked for missing in subject.missing
    )
    gaps = tuple(_gap_reason(gap, findings, question.today) for gap in question.gaps)
    return (*gathered((*told, *(reason for reason in short if not any(reason.endswith(known) for known in refused)))), *gaps)


def _by_cause(refusals: tuple[_Standing, ...]) -> tuple[str, ...]:
    """The refusals, each cause once: a rule that is only broken where another rule's failure explains it stands behind that one.

    It stands there for that subject alone: what fails for itself elsewhere is told for itself. A finding that explains others is
    explained by none, so the line that another stands behind is always told.
    """
    explaining = {finding.name: standing.explained() for standing in refusals for finding in standing.failed if not finding.same_cause_as}
    behind: dict[str, dict[str, None]] = {}
    alone: dict[str, None] = {}
    for standing in refusals:
        leaders = {finding.same_cause_as for finding in standing.failed}
        if all(leader in explaining and leader.partition(" ")[0] != standing.rule.check for leader in leaders):
            behind.setdefault(explaining[min(leaders)], {})[standing.rule.check] = None
        else:
            alone[standing.explained()] = None
    return tuple(line + _likewise(tuple(behind.get(line, ()))) for line in alone)


def _likewise(checks: tuple[str, ...]) -> str:
    return f"; likely of the same cause: {', '.join(checks)}" if checks else ""


def gap_state(gap: AcceptedGap, findings: tuple[Finding, ...], today: date) -> GapState:
    """What became of a known gap."""
    about = tuple(finding for finding in findings if finding.check == gap.check and gap.subject in {"*", finding.subject})
    if today > gap.until:
        return GapState.ENDED
    if any(finding.outcome is Outcome.FAILED for finding in about):
        return GapState.ACCEPTED
    if not any(finding.outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE} for finding in about):
        return GapState.NOT_OBSERVED
    return GapState.MENDED


def _gap_reason(gap: AcceptedGap, findings: tuple[Finding, ...], today: date) -> str:
    named = f"known gap {gap.check} ({gap.subject})"
    match gap_state(gap, findings, today):
        case GapState.ENDED:
            return f"{named} ended on {gap.until}: {gap.reason}"
        case GapState.ACCEPTED:
            return f"{named} accepted until {gap.until}: {gap.reason}"
        case GapState.NOT_OBSERVED:
            return f"{named} was not observed"
        case GapState.MENDED:
            return f"{named} no longer fails; take it out of the profile"


def _some(findings: tuple[Finding, ...], most: int = 3) -> str:
    names = list(dict.fromkeys(finding.subject for finding in findings))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
