"""The report as one self-contained HTML file: no script, nothing loaded, and a content policy that allows nothing but its own style."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from certification.model import Level, Outcome, VerdictOutcome
from certification.verdict import GapState
from reports.render import page
from reports.render.colours import OUTCOME_WORDS, PROMISES
from reports.render.visible import visible
from reports.statement import CERTIFICATION

if TYPE_CHECKING:
    from datetime import datetime

    from reports.report import Report

_TEMPLATES = Path(__file__).parent / "templates"
_OPEN_COVERAGE = 40
"""A coverage table up to this long is open."""
_OPEN_CAUSES = 8
"""So many causes are told in full; the others are folded."""
_GAP_WORDS = {
    GapState.ACCEPTED: "fails, and is accepted",
    GapState.ENDED: "its date is over: it counts again",
    GapState.MENDED: "no longer fails: take it out of the profile",
    GapState.NOT_OBSERVED: "was not observed",
    None: "accepted",
}


def render_html(report: Report, *, envelope_digest: str = "", key_ids: tuple[str, ...] = ()) -> bytes:
    """The page, in UTF-8. Same report, same bytes.

    ``envelope_digest`` and ``key_ids`` say what signed it; leave them out for a report that nobody signed yet.
    """
    style = (_TEMPLATES / "report.css").read_text()
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            style=Markup(style),  # noqa: S704 - our own file
            policy=f"default-src 'none'; style-src '{_hash_of(style)}'; base-uri 'none'; form-action 'none'",
            medal=medal(report.verdict.outcome, report.verdict.level),
            word=OUTCOME_WORDS[report.verdict.outcome],
            promise=PROMISES.get(report.verdict.level, ""),
            ladder=page.ladder(report),
            paths=page.paths(report),
            reasons=tuple(page.reason_text(reason, report) for reason in report.verdict.reasons),
            themes=page.themes(report),
            counts=page.counts(report.findings),
            causes=page.causes(report),
            causes_open=_OPEN_CAUSES,
            envelope_digest=envelope_digest,
            key_ids=key_ids,
            coverage_open=len(report.api.coverage) <= _OPEN_COVERAGE,
            predicate_type=CERTIFICATION,
        )
    )
    return (text.rstrip("\n") + "\n").encode()


def medal(outcome: VerdictOutcome, level: Level) -> Markup:
    """A rosette in the level's colour with a tick, or an empty one where nothing was certified. For any page's own style sheet."""
    certified = outcome is VerdictOutcome.CERTIFIED and level is not Level.NONE
    points = " ".join(
        f"{60 + radius * math.sin(math.pi * turn / 14):.1f},{52 - radius * math.cos(math.pi * turn / 14):.1f}"
        for turn in range(28)
        for radius in ((44.0, 38.5)[turn % 2],)
    )
    sign = {
        VerdictOutcome.CERTIFIED: '<path class="sign" d="M44 53l11 11 21-23"/>',
        VerdictOutcome.NOT_CERTIFIED: '<path class="sign" d="M48 40l24 24M72 40l-24 24"/>',
        VerdictOutcome.INCONCLUSIVE: '<path class="sign" d="M51 45a9.5 9.5 0 1 1 13 9c-3 1.300-4 3-4 6.500M60 70v.1"/>',
    }[outcome]
    name = level.label if certified else "none"
    return Markup(  # noqa: S704 - every part is our own
        f'<svg class="medal {name}" viewBox="0 0 120 128" aria-hidden="true" focusable="false">'
        '<path class="ribbon" d="M38 80l-13 40 19-8 11 15 10-34zM82 80l13 40-19-8-11 15-10-34z"/>'
        f'<polygon class="edge" points="{points}"/><circle class="face" cx="60" cy="52" r="33"/>'
        f'<circle class="ring" cx="60" cy="52" r="28"/>{sign}</svg>'
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "moment": lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC",
        "day": lambda moment: f"{moment:%Y-%m-%d}",
        "language": page.language_name,
        "check": page.check_title,
        "gap_state": lambda state: _GAP_WORDS[state],
        "place": page.place_text,
        "words": lambda text: str(text).replace("_", " "),
        "share": _share,
        "size": _size,
        "duration": _duration,
        "number": lambda number: f"{number:,}",
    }
    environment.globals |= {"Outcome": Outcome, "Level": Level}
    return environment


def _shown(value: Any) -> Any:
    """What an expression of the template prints: every text that is not our own markup has its hidden characters made visible."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def _hash_of(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _share(part: int, whole: int) -> int:
    """Whole percent, and 100 only where nothing is missing."""
    return part * 100 // whole if whole else 0


def _size(number: int) -> str:
    kilo = 1024
    return f"{number} B" if number < kilo else f"{number // kilo} KiB" if number < kilo**2 else f"{number // kilo**2} MiB"


def _duration(report_start: datetime, end: datetime) -> str:
    minutes, seconds = divmod(int((end - report_start).total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
