"""Likely causes on the page: what to mend, each once."""

from __future__ import annotations

import dataclasses
import re

from certification.model import Place, Severity
from reports.render.html import render_html
from reports.render.page import causes
from reports.report import Report
from tests.simulators.certified_run import FINDINGS

EXPLAINED = dataclasses.replace(FINDINGS[1], place=Place(pointer="streams#/channels", line=7), likely_cause="a shifted decimal point")


def text_of(report: Report) -> str:
    return " ".join(re.sub("<[^>]*>", " ", render_html(report).decode()).split())


def test_causes_are_told_the_gravest_first_with_what_they_explain(made: Report) -> None:
    leader = dataclasses.replace(EXPLAINED, check="orders.b", subject="api", severity=Severity.LOW, summary="an order is echoed")
    grave = dataclasses.replace(leader, check="balances.a", severity=Severity.CRITICAL, same_cause_as="orders.b api")
    lost = dataclasses.replace(EXPLAINED, check="orders.c", severity=Severity.INFO, same_cause_as="orders.gone api")
    report = dataclasses.replace(made, findings=(EXPLAINED, leader, grave, lost))

    assert [(cause.finding.check, cause.severity, len(cause.others)) for cause in causes(report)] == [
        ("orders.b", Severity.CRITICAL, 1),
        (EXPLAINED.check, Severity.MEDIUM, 0),
        ("orders.c", Severity.INFO, 0),
    ]
    text = text_of(report)
    assert "3 likely causes, the gravest first" in text
    assert "(streams #/channels, line 7)" in text
    assert "also shows in 1 other finding A" in text
    assert "Likely cause a shifted decimal point." in text
    assert "Likely the same cause as B api ." in text


def test_many_causes_are_folded(made: Report) -> None:
    many = tuple(dataclasses.replace(EXPLAINED, check=f"orders.n{number}") for number in range(11))
    assert "3 more" in text_of(dataclasses.replace(made, findings=many))


def test_where_nothing_failed_nothing_is_to_mend(made: Report) -> None:
    assert "What to mend" not in text_of(dataclasses.replace(made, findings=FINDINGS[:1]))


def test_commands_keep_their_letters_as_they_are(made: Report) -> None:
    page = render_html(dataclasses.replace(made, findings=(EXPLAINED,))).decode()
    assert '<dt>Expected</dt><dd class="said">' in page
    assert "<dt>See it again</dt><dd><pre>curl -X POST" in page
