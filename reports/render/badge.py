"""The badge: an SVG of our own drawing, and the JSON that Shields' endpoint badge reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from certification.model import Level, VerdictOutcome
from reports.render.colours import AMBER, GREY, LEVEL_COLOURS, RED
from reports.render.visible import xml_text
from reports.status import State

if TYPE_CHECKING:
    from datetime import datetime

    from reports.report import Report

LABEL = "OpenXAPI"

_LABEL_COLOUR = "#3d444d"
_PADDING = 7
_HEIGHT = 20
_NARROW = "fijlrtI .,:;|!'()[]-/"
_WIDE = "mwMWOQ%@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says, and in which colour."""

    message: str
    colour: str
    """``#rrggbb``"""
    label: str = LABEL


UNKNOWN = Badge(message="unknown", colour=GREY)
"""Where nobody knows of a certificate. A badge never fails to show."""


def badge_of(*, outcome: VerdictOutcome, level: Level, state: State | None = None, expired: bool = False, scope: str = "") -> Badge:
    """The badge of a certificate. Revoked outweighs expired, expired outweighs suspended: what is over can't be lifted.

    A certificate that speaks of a part only says so on its badge: the ``scope``, such as ``45 of 382 operations``.
    """
    if state is State.REVOKED:
        return Badge(message="revoked", colour=RED)
    match outcome:
        case VerdictOutcome.NOT_CERTIFIED:
            return Badge(message="not certified", colour=GREY)
        case VerdictOutcome.INCONCLUSIVE:
            return Badge(message="inconclusive", colour=AMBER)
        case VerdictOutcome.CERTIFIED:
            if expired:
                return Badge(message="expired", colour=GREY)
            if state is State.SUSPENDED:
                return Badge(message="suspended", colour=RED)
            return Badge(message=", ".join(filter(None, (f"certified {level.label}", scope))), colour=LEVEL_COLOURS[level])


def badge_of_report(report: Report, *, now: datetime, state: State | None = None) -> Badge:
    """The badge of a report at a moment."""
    verdict, expired = report.verdict, now >= report.expires_at
    return badge_of(outcome=verdict.outcome, level=verdict.level, state=state, expired=expired, scope=scope_of(report))


def scope_of(report: Report) -> str:
    """What part of the description the certificate speaks of, empty for all of it; of several SDKs, only that it is a part."""
    match report.scopes:
        case ():
            return ""
        case (single,):
            return single.rpartition(": ")[2]
        case _:
            return "in part"


def render_badge(badge: Badge) -> bytes:
    """The badge as SVG, readable by screen readers."""
    label, message = xml_text(badge.label), xml_text(badge.message)
    left, right = _width(label) + 2 * _PADDING, _width(message) + 2 * _PADDING
    title = f"{label}: {message}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" aria-label={quoteattr(title)}>'
        f"<title>{escape(title)}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="{_HEIGHT}" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="{_LABEL_COLOUR}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{badge.colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f'<text x="{_PADDING}" y="14" textLength="{left - 2 * _PADDING}">{escape(label)}</text>'
        f'<text x="{left + _PADDING}" y="14" font-weight="bold" textLength="{right - 2 * _PADDING}">{escape(message)}</text>'
        "</g></svg>\n"
    ).encode()


def render_endpoint(badge: Badge) -> bytes:
    """What https://shields.io/badges/endpoint-badge reads. It rejects a document with any key that it does not know."""
    document = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": badge.colour.removeprefix("#")}
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()


def _width(text: str) -> int:
    """Pixels of a text in Verdana 11, near enough: ``textLength`` makes the glyphs fit."""
    return round(sum(4.2 if letter in _NARROW else 10.4 if letter in _WIDE else 7.3 for letter in text))
