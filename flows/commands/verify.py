"""``certify verify``: is this report, or this package, what was certified, and does the certificate still hold?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from certification.model import Level
from flows.settings import read_settings
from reports.clearance import Clearance, Requirements
from reports.keys import TrustRoot, read_trust
from reports.targets import verify_target

_LEVELS = tuple(level.label for level in Level if level is not Level.NONE)


@click.command("verify")
@click.argument("target", metavar="REPORT-or-PACKAGE-or-URL")
@click.option("--level", type=click.Choice(_LEVELS), help="At least this level.")
@click.option("--trust", "trust_file", type=click.Path(path_type=Path), help="The trust root to believe. Default: this machine's own.")
@click.option("--registry", metavar="FOLDER-or-URL", help="Where to look a package's certificate up. Default: this machine's own.")
@click.option("--require-status", is_flag=True, help="Refuse where no status list says whether the certificate was revoked.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, target: str, level: str | None, trust_file: Path | None, registry: str | None, require_status: bool, as_json: bool) -> None:
    """Check signature, digests, log inclusion, expiry and revocation, offline where it can."""
    settings = read_settings()
    trust: TrustRoot = read_trust(trust_file or settings.keys / "trust.json")
    asked = Requirements(trust=trust, now=datetime.now(UTC), level=Level[level.upper()] if level else None, require_status=require_status)
    clearance = verify_target(target, asked, registry=registry or str(settings.registry))
    click.echo(json.dumps(_document(clearance), indent=2) if as_json else "\n".join(_lines(clearance)))


def _document(clearance: Clearance) -> dict[str, object]:
    report = clearance.report
    return {
        "verified": True,
        "exchange": report.exchange.id,
        "run_id": report.run_id,
        "level": report.verdict.level.label,
        "expires_at": report.expires_at.isoformat(),
        "status": clearance.status.value,
        "report": clearance.report_digest,
        "files": [{"name": file.name, "sha256": file.digest} for file in clearance.files],
        "not_looked_at": list(clearance.absent),
    }


def _lines(clearance: Clearance) -> list[str]:
    report = clearance.report
    lines = [
        f"verified: {report.exchange.name}, level {report.verdict.level.label}, run {report.run_id}",
        f"  holds until {report.expires_at:%Y-%m-%d}; revocation status {clearance.status.value}",
        *(f"  {file.name}  sha256 {file.digest}" for file in clearance.files),
    ]
    return lines + [f"  {name}  (not looked at)" for name in clearance.absent]
