"""What became of an earlier report's findings: new, still open, mended, or not looked at. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from certification.model import Outcome
from reports.report import ComparedFinding, Comparison, severity_rank
from sdkgen.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certification.model import Finding
    from reports.report import Report, ReportedChange

_SEEN = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})
_SDKS = frozenset(Language)


def fingerprint(finding: Finding) -> str:
    """What names a finding in every run: its check, and the place or SDK that it is about. Its words may change."""
    return hashlib.sha256(f"{finding.check}\n{finding.subject}".encode(errors="replace")).hexdigest()[:16]


def compared(earlier: Report, findings: tuple[Finding, ...], *, run_id: str, changes: tuple[ReportedChange, ...] = ()) -> Comparison:
    """The findings of a run beside those of an earlier one.

    Args:
        earlier: the report of the run before.
        findings: those of the run ``run_id``.
        run_id: since which a new one is known.
        changes: what is different in the description.
    """
    since = _since(earlier)
    before, now = _failed(earlier.findings), _failed(findings)
    gone = {name: finding for name, finding in before.items() if name not in now}
    mended = {name for name, finding in gone.items() if _seen_to_hold(finding, findings)}
    return Comparison(
        run_id=earlier.run_id,
        level=earlier.verdict.level,
        spec_digest=earlier.spec.digest,
        changes=changes,
        new=_listed((name, finding, run_id) for name, finding in now.items() if name not in before),
        still_open=_listed((name, finding, since[name]) for name, finding in now.items() if name in before),
        mended=_listed((name, finding, since[name]) for name, finding in gone.items() if name in mended),
        unseen=_listed((name, finding, since[name]) for name, finding in gone.items() if name not in mended),
    )


def _failed(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {fingerprint(finding): finding for finding in findings if finding.outcome is Outcome.FAILED}


def _since(earlier: Report) -> dict[str, str]:
    """Since which run each finding of the earlier report is known."""
    told = earlier.comparison
    known = {entry.fingerprint: entry.since for entry in (told.still_open if told is not None else ())}
    return dict.fromkeys(_failed(earlier.findings), earlier.run_id) | known


def _seen_to_hold(before: Finding, findings: tuple[Finding, ...]) -> bool:
    """Whether the check looked at the same again, and found nothing.

    Where it gives no answer about that very place any more, its other answers count: of the same SDK, or of the API.
    """
    answers = [finding for finding in findings if finding.check == before.check]
    about = [finding for finding in answers if finding.subject == before.subject]
    about = about or [finding for finding in answers if _owner(finding) == _owner(before)]
    return bool(about) and all(finding.outcome in _SEEN for finding in about)


def _owner(finding: Finding) -> str:
    """The SDK that a finding is about; empty for the API and for what concerns all."""
    owner = finding.subject.partition(":")[0]
    return owner if owner in _SDKS else ""


def _listed(found: Iterable[tuple[str, Finding, str]]) -> tuple[ComparedFinding, ...]:
    """The gravest first."""
    ordered = sorted(found, key=lambda entry: (severity_rank(entry[1].severity), entry[1].check, entry[1].subject))
    return tuple(
        ComparedFinding(
            fingerprint=name,
            check=finding.check,
            subject=finding.subject,
            severity=finding.severity,
            summary=finding.summary,
            since=since,
        )
        for name, finding, since in ordered
    )
