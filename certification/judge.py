"""Evidence in, findings out: ask every check of the catalogue, and weigh its answers by the standard's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import Answer, Finding, Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certification.checks.catalogue import Check
    from certification.evidence.record import Evidence
    from certification.levels.rule import Standard


def judge(evidence: Evidence, checks: Iterable[Check], standard: Standard) -> tuple[Finding, ...]:
    """Every check's answers as findings, in the order of the checks.

    A check that raises is an answer too: ERROR, with the exception's own words, and the others are still asked.
    """
    return tuple(_finding(check, answer, standard) for check in checks for answer in _answers(check, evidence))


def _answers(check: Check, evidence: Evidence) -> tuple[Answer, ...]:
    try:
        answers = tuple(check.answer(evidence))
    except Exception as error:  # noqa: BLE001 - one of the two edges: a broken check must not take the run with it
        return (Answer(subject="api", outcome=Outcome.ERROR, summary=f"the check broke: {type(error).__name__}: {error}"),)
    silent = Answer(subject="api", outcome=Outcome.ERROR, summary="the check gave no answer at all")
    return answers or (silent,)


def _finding(check: Check, answer: Answer, standard: Standard) -> Finding:
    rule = standard.rule_of(check.id)
    return Finding(
        check=check.id,
        subject=answer.subject,
        outcome=answer.outcome,
        severity=rule.severity if rule else Severity.INFO,
        summary=answer.summary,
        requirement=check.requirement,
        evidence=answer.evidence,
        reproduce=answer.reproduce,
        remediation=check.remediation,
        place=answer.place,
    )
