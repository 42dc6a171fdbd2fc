"""A report arranged for reading: what the HTML page shows, in order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.checks.catalogue import THEMES
from certification.model import Level, Outcome, Severity
from reports.render.colours import PROMISES
from reports.report import severity_rank

if TYPE_CHECKING:
    from certification.model import Finding, Place
    from reports.report import Report

_GRAVEST_FIRST = (Outcome.FAILED, Outcome.ERROR, Outcome.NOT_OBSERVED, Outcome.PASSED, Outcome.NOT_APPLICABLE)

_CHECK_ID = re.compile(r"[a-z]+\.[a-z0-9_]+")

_LANGUAGES = {"python": "Python", "typescript": "TypeScript", "go": "Go", "api": "API"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many answers have an outcome."""

    outcome: Outcome
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGroup:
    """One check with its answers."""

    id: str
    title: str
    severity: Severity
    worst: Outcome
    requirement: str
    counts: tuple[Count, ...]
    shown: tuple[Finding, ...]
    """Answers that want reading: failed, broken, not observed."""
    quiet: tuple[Finding, ...]
    """Answers that passed or do not apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The checks of one theme, the gravest first."""

    id: str
    title: str
    worst: Outcome
    counts: tuple[Count, ...]
    checks: tuple[CheckGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What is probably one thing to mend: the finding that tells of it best, and the others that it explains."""

    finding: Finding
    title: str
    severity: Severity
    """Of the gravest of them."""
    others: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of the ladder of levels."""

    level: Level
    promise: str
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A check that a level wants."""

    check: str
    title: str
    linked: bool
    """Whether the page shows that check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Checks that the next level still wants of a subject, and the one cause for which it has not got them."""

    checks: tuple[Wanted, ...]
    outcome: Outcome | None
    detail: str
    """What more there is to say: for whom it failed, or why it was not observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What stands between one or several subjects and their next level."""

    subjects: tuple[str, ...]
    following: Level
    missing: tuple[Missing, ...]


def themes(report: Report) -> tuple[Theme, ...]:
    """The findings by theme and check: themes in the order of the standard, checks and answers the gravest first."""
    by_check: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_check.setdefault(finding.check, []).append(finding)
    by_theme: dict[str, list[CheckGroup]] = {}
    for check, findings in by_check.items():
        by_theme.setdefault(check.partition(".")[0], []).append(_group(check, findings))
    known = [theme for theme in dict.fromkeys(THEMES) if theme in by_theme]
    others = sorted(theme for theme in by_theme if theme not in THEMES)
    return tuple(_theme(theme, by_theme[theme], report) for theme in (*known, *others))


def causes(report: Report) -> tuple[Cause, ...]:
    """The failed findings by their likely cause, the gravest first."""
    failed = [finding for finding in report.findings if finding.outcome is Outcome.FAILED]
    names = {finding.name for finding in failed if not finding.same_cause_as}
    explained: dict[str, list[Finding]] = {}
    for finding in failed:
        if finding.same_cause_as in names:
            explained.setdefault(finding.same_cause_as, []).append(finding)
    alone = [finding for finding in failed if finding.same_cause_as not in names]
    found = [_cause(finding, tuple(explained.get(finding.name, ()))) for finding in alone]
    return tuple(sorted(found, key=lambda cause: (severity_rank(cause.severity), -len(cause.others))))


def _cause(finding: Finding, others: tuple[Finding, ...]) -> Cause:
    gravest = min((finding, *others), key=lambda each: severity_rank(each.severity))
    return Cause(finding=finding, title=check_title(finding.check), severity=gravest.severity, others=others)


def ladder(report: Report) -> tuple[Step, ...]:
    """The four levels and which of them the run reached."""
    return tuple(Step(level=level, promise=promise, reached=report.verdict.level >= level) for level, promise in PROMISES.items())


def paths(report: Report) -> tuple[Path, ...]:
    """What stands between each subject and its next level; subjects that want the same share one."""
    shown = {finding.check for finding in report.findings}
    wanted: dict[tuple[Level, tuple[str, ...]], list[str]] = {}
    for subject, level, missing in (
        ("api", report.api.level, report.api.missing),
        *((sdk.language.value, sdk.level, sdk.missing) for sdk in report.sdks),
        *((third.adapter, third.level, third.missing) for third in report.third_parties),
    ):
        if missing:
            wanted.setdefault((level, missing), []).append(language_name(subject))
    return tuple(
        Path(
            subjects=tuple(subjects),
            following=Level(min(level + 1, Level.PLATINUM)),
            missing=_missing(missing, shown),
        )
        for (level, missing), subjects in wanted.items()
    )


def counts(findings: tuple[Finding, ...]) -> tuple[Count, ...]:
    """How many answers have each outcome, the gravest first, none left out that occurs."""
    return tuple(
        Count(outcome=outcome, number=number)
        for outcome in _GRAVEST_FIRST
        if (number := sum(1 for finding in findings if finding.outcome is outcome))
    )


def language_name(language: str) -> str:
    """As people write it."""
    return _LANGUAGES.get(language, language)


def place_text(place: Place) -> str:
    """``#/paths/~1orders/post, line 212``, as people read it."""
    document, _, pointer = place.pointer.rpartition("#")
    where = f"{document or 'description'} #{pointer}"
    return f"{where}, line {place.line}" if place.line is not None else where


def check_title(check: str) -> str:
    """A check's id as a sentence: ``wire.requests_match_the_description`` becomes ``Requests match the description``."""
    words = check.partition(".")[2].replace("_", " ") or check
    return words[:1].upper() + words[1:]


def reason_text(reason: str, report: Report) -> str:
    """A reason with the names that people know in place of the checks' ids and the languages' keys."""
    subject, separator, rest = reason.partition(": ")
    text = f"{_LANGUAGES[subject]}{separator}{rest}" if separator and subject in _LANGUAGES else reason
    known = {finding.check for finding in report.findings}
    return _CHECK_ID.sub(lambda found: check_title(found[0]) if found[0] in known else found[0], text)


def _missing(texts: tuple[str, ...], shown: set[str]) -> tuple[Missing, ...]:
    """What is missing, by cause: checks that nobody could observe for the same reason are told together, failures one by one."""
    causes: dict[tuple[Outcome | None, str, str], list[Wanted]] = {}
    for text in texts:
        check, _, answer = text.partition(": ")
        outcome = next((known for known in Outcome if answer.replace("_", " ").startswith(known.value.replace("_", " "))), None)
        detail = re.sub(r"^\((.*)\)$", r"\1", answer[len(outcome.value) if outcome else 0 :].strip())
        apart = check if outcome is not Outcome.NOT_OBSERVED or not detail else ""
        causes.setdefault((outcome, detail, apart), []).append(Wanted(check=check, title=check_title(check), linked=check in shown))
    return tuple(Missing(checks=tuple(checks), outcome=outcome, detail=detail) for (outcome, detail, _), checks in causes.items())


def _theme(theme: str, groups: list[CheckGroup], report: Report) -> Theme:
    ordered = tuple(sorted(groups, key=lambda group: (_GRAVEST_FIRST.index(group.worst), severity_rank(group.severity), group.id)))
    findings = tuple(finding for finding in report.findings if finding.check.partition(".")[0] == theme)
    return Theme(id=theme, title=theme[:1].upper() + theme[1:], worst=ordered[0].worst, counts=counts(findings), checks=ordered)


def _group(check: str, findings: list[Finding]) -> CheckGroup:
    ordered = sorted(findings, key=lambda finding: (_GRAVEST_FIRST.index(finding.outcome), severity_rank(finding.severity)))
    quiet = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return CheckGroup(
        id=check,
        title=check_title(check),
        severity=ordered[0].severity,
        worst=ordered[0].outcome,
        requirement=ordered[0].requirement,
        counts=counts(tuple(ordered)),
        shown=tuple(finding for finding in ordered if finding.outcome not in quiet),
        quiet=tuple(finding for finding in ordered if finding.outcome in quiet),
    )
