"""Reports to render, one of them as hostile as its authors could make it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from certification.model import Finding, Outcome, Severity
from reports.report import Report
from tests.simulators.built_sdks import build_all
from tests.simulators.certified_run import FINDINGS, report

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!-- ]]> \u202eevil\u2066 \x1b[2J\x00\u200b {{ 7*7 }} {% raw %}"


@pytest.fixture
def made(tmp_path: Path) -> Report:
    return report(build_all(tmp_path))


@pytest.fixture
def hostile(made: Report) -> Report:
    finding = Finding(
        check=f"contract.{HOSTILE}",
        subject=HOSTILE,
        outcome=Outcome.FAILED,
        severity=Severity.CRITICAL,
        summary=HOSTILE,
        requirement=HOSTILE,
        evidence=(HOSTILE,),
        reproduce=HOSTILE,
        remediation=HOSTILE,
    )
    answers = tuple(dataclasses.replace(finding, outcome=outcome) for outcome in Outcome)
    described = dataclasses.replace(finding, check="description.x")
    return dataclasses.replace(
        made,
        exchange=dataclasses.replace(made.exchange, name=HOSTILE),
        spec=dataclasses.replace(made.spec, title=HOSTILE, version=HOSTILE, source=HOSTILE),
        environment=dataclasses.replace(made.environment, tools=((HOSTILE, HOSTILE),)),
        verdict=dataclasses.replace(made.verdict, reasons=(HOSTILE,)),
        api=dataclasses.replace(
            made.api, reason=HOSTILE, missing=(HOSTILE,), coverage=(dataclasses.replace(made.api.coverage[0], operation=HOSTILE),)
        ),
        sdks=(dataclasses.replace(made.sdks[0], package=HOSTILE, version=HOSTILE, missing=(HOSTILE,)),),
        known_gaps=(dataclasses.replace(made.known_gaps[0], check=HOSTILE, subject=HOSTILE, reason=HOSTILE),),
        findings=(*FINDINGS, *answers, described),
    )
