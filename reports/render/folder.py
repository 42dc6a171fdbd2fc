"""Every rendering of a report, side by side in a run's folder."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

from certification.files import write_atomically
from reports.errors import ReportError
from reports.render.badge import badge_of_report, render_badge, render_endpoint
from reports.render.html import render_html
from reports.render.junit import render_junit
from reports.render.sarif import render_sarif

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from reports.report import Report


def render_into(report: Report, folder: Path, *, now: datetime, envelope_digest: str, key_ids: tuple[str, ...]) -> None:
    """Write ``report.html``, ``report.junit.xml``, ``report.sarif``, ``badge.svg`` and ``badge.json``.

    Raises:
        ReportError: the folder can't be written.
    """
    badge = badge_of_report(report, now=now)
    files = {
        "report.html": render_html(report, envelope_digest=envelope_digest, key_ids=key_ids),
        "report.junit.xml": render_junit(report),
        "report.sarif": render_sarif(report, version=importlib.metadata.version("openxapi-certify")),
        "badge.svg": render_badge(badge),
        "badge.json": render_endpoint(badge),
    }
    try:
        for name, content in files.items():
            write_atomically(folder / name, content)
    except OSError as error:
        raise ReportError(f"{folder}: the report can't be written ({error.strerror}); free space or name another folder") from error
