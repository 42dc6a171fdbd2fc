from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.model import Level, Outcome, Place, VerdictOutcome
from reports.render.badge import UNKNOWN, Badge, badge_of, badge_of_report, render_badge, render_endpoint
from reports.render.colours import AMBER, GREY, LEVEL_COLOURS, RED
from reports.render.junit import render_junit
from reports.render.sarif import render_sarif
from reports.render.visible import visible, visible_line, xml_text
from reports.report import Report, StreamsSummary
from reports.status import State
from tests.simulators.certified_run import FINDINGS, THIRD_PARTY

CERTIFIED = VerdictOutcome.CERTIFIED
EXPLAINED = dataclasses.replace(FINDINGS[1], place=Place(pointer="/paths/~1orders/post", line=12), likely_cause="a shifted decimal point")


def cases(report: Report) -> dict[str, tuple[str, str]]:
    root = ET.fromstring(render_junit(report))  # noqa: S314 - our own
    return {
        case.attrib["classname"]: (case[0].tag if len(case) else "passed", case[0].attrib["message"] if len(case) else "")
        for case in root.iter("testcase")
    }


def test_junit_says_every_outcome(made: Report) -> None:
    broken = dataclasses.replace(FINDINGS[0], check="wire.x", outcome=Outcome.ERROR, summary="it broke")
    absent = dataclasses.replace(FINDINGS[0], check="wire.y", outcome=Outcome.NOT_APPLICABLE, summary="no streams")
    report = dataclasses.replace(made, findings=(*FINDINGS, broken, absent))

    assert cases(report) == {
        "verdict": ("passed", ""),
        "wire.requests_match_the_description": ("passed", ""),
        "contract.answers_match_their_schema": ("failure", "price came as a number, not as text"),
        "streams.gaps_are_noticed": ("skipped", "not observed: no stream was looked at"),
        "wire.x": ("error", "it broke"),
        "wire.y": ("skipped", "not applicable: no streams"),
    }
    root = ET.fromstring(render_junit(report))  # noqa: S314 - our own
    assert [root.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["6", "1", "1", "2"]
    story = next(root.iter("failure")).text or ""
    assert "See it again: curl -X POST" in story
    assert "How to mend it: Send prices as text." in story


def test_junit_tells_place_and_cause(made: Report) -> None:
    told = dataclasses.replace(EXPLAINED, same_cause_as="limits.counters_count api")
    root = ET.fromstring(render_junit(dataclasses.replace(made, findings=(told,))))  # noqa: S314 - our own
    story = next(root.iter("failure")).text or ""
    assert story.startswith(f"Expected: {told.requirement}\nWhere that stands: description #/paths/~1orders/post, line 12\n")
    assert "Likely cause: a shifted decimal point.\nLikely the same cause as: limits.counters_count api\n" in story


def test_sarif_names_the_line_and_the_file_of_the_streams(made: Report) -> None:
    found = dataclasses.replace(EXPLAINED, check="description.x")
    heard = dataclasses.replace(found, place=Place(pointer="streams#/channels/depth", line=3))
    spec = dataclasses.replace(made.spec, streams=StreamsSummary(digest="0" * 64, source="streams.yaml"))
    report = dataclasses.replace(made, spec=spec, findings=(found, heard, dataclasses.replace(found, place=Place(pointer="/x"))))
    results = json.loads(render_sarif(report, version="1"))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [place.get("region") for place in places] == [{"startLine": 12}, {"startLine": 3}, None]
    assert [place["artifactLocation"]["uri"] for place in places] == [made.spec.source, "streams.yaml", made.spec.source]
    assert results[0]["message"]["text"].endswith("Likely cause: a shifted decimal point.")


@pytest.mark.parametrize(
    ("outcome", "tag"), [(VerdictOutcome.NOT_CERTIFIED, "failure"), (VerdictOutcome.INCONCLUSIVE, "error"), (CERTIFIED, "passed")]
)
def test_junit_fails_where_nothing_is_certified(made: Report, outcome: VerdictOutcome, tag: str) -> None:
    report = dataclasses.replace(made, verdict=dataclasses.replace(made.verdict, outcome=outcome), findings=())

    assert cases(report)["verdict"][0] == tag


def test_junit_keeps_hostile_texts_texts(hostile: Report) -> None:
    root = ET.fromstring(render_junit(hostile))  # noqa: S314 - our own

    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    assert "«U+001B»[2J«U+0000»" in root.attrib["name"]


def test_sarif_names_what_is_wrong_with_the_description(made: Report) -> None:
    finding = dataclasses.replace(FINDINGS[1], check="description.references_resolve", subject="#/paths/~1orders/post")
    passed = dataclasses.replace(FINDINGS[0], check="description.is_accepted")
    report = dataclasses.replace(made, findings=(*FINDINGS, finding, passed, finding))

    (run,) = json.loads(render_sarif(report, version="1.2.3"))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["description.references_resolve"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 0]
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "https://api.sample.test/openapi.yaml"
    assert location["logicalLocations"] == [{"fullyQualifiedName": "#/paths/~1orders/post"}]
    assert run["results"][0]["level"] == "warning"


@pytest.mark.parametrize(
    ("source", "uri"),
    [("github:owner/repo@main:specs/spot.yaml", "specs/spot.yaml"), ("specs/a b.yaml", "specs/a%20b.yaml"), ("<x>", "%3Cx%3E")],
)
def test_sarif_places_are_uris(made: Report, source: str, uri: str) -> None:
    report = dataclasses.replace(made, spec=dataclasses.replace(made.spec, source=source))

    assert json.loads(render_sarif(report, version="1.2.3"))["runs"][0]["artifacts"][0]["location"]["uri"] == uri


def test_sarif_shows_hidden_characters(hostile: Report) -> None:
    content = render_sarif(hostile, version="1.2.3").decode()

    assert "\u202e" not in content
    assert "«U+202E»evil" in content


@pytest.mark.parametrize(
    ("badge", "message", "colour"),
    [
        pytest.param(badge_of(outcome=CERTIFIED, level=Level.GOLD), "certified gold", LEVEL_COLOURS[Level.GOLD], id="gold"),
        pytest.param(badge_of(outcome=CERTIFIED, level=Level.GOLD, expired=True), "expired", GREY, id="expired"),
        pytest.param(badge_of(outcome=CERTIFIED, level=Level.GOLD, state=State.SUSPENDED), "suspended", RED, id="suspended"),
        pytest.param(badge_of(outcome=CERTIFIED, level=Level.GOLD, state=State.REVOKED), "revoked", RED, id="revoked"),
        pytest.param(
            badge_of(outcome=CERTIFIED, level=Level.GOLD, state=State.REVOKED, expired=True), "revoked", RED, id="revoked, then expired"
        ),
        pytest.param(
            badge_of(outcome=CERTIFIED, level=Level.GOLD, state=State.SUSPENDED, expired=True),
            "expired",
            GREY,
            id="suspended, then expired",
        ),
        pytest.param(badge_of(outcome=VerdictOutcome.NOT_CERTIFIED, level=Level.NONE), "not certified", GREY, id="not certified"),
        pytest.param(badge_of(outcome=VerdictOutcome.INCONCLUSIVE, level=Level.NONE), "inconclusive", AMBER, id="inconclusive"),
        pytest.param(UNKNOWN, "unknown", GREY, id="unknown"),
    ],
)
def test_a_badge_says_what_a_certificate_is_worth(badge: Badge, message: str, colour: str) -> None:
    assert (badge.message, badge.colour) == (message, colour)
    root = ET.fromstring(render_badge(badge))  # noqa: S314 - our own
    assert root.attrib["aria-label"] == f"OpenXAPI: {message}"
    assert root[0].text == f"OpenXAPI: {message}"
    assert root.attrib["role"] == "img"
    assert json.loads(render_endpoint(badge)) == {
        "schemaVersion": 1,
        "label": "OpenXAPI",
        "message": message,
        "color": colour.removeprefix("#"),
    }


def test_a_reports_badge_expires_with_it(made: Report) -> None:
    last = made.expires_at - timedelta(seconds=1)

    assert badge_of_report(made, now=last).message == "certified silver"
    assert badge_of_report(made, now=made.expires_at).message == "expired"
    assert badge_of_report(made, now=last, state=State.REVOKED).message == "revoked"


def test_the_badge_of_a_part_says_which(made: Report) -> None:
    whole = dataclasses.replace(THIRD_PARTY, operations=made.spec.operations)
    for third_parties, message in (
        ((whole,), "certified silver"),
        ((THIRD_PARTY,), f"certified silver, 2 of {made.spec.operations} operations"),
        ((THIRD_PARTY, whole), f"certified silver, 2 of {made.spec.operations} operations"),
        ((THIRD_PARTY, dataclasses.replace(THIRD_PARTY, adapter="other")), "certified silver, in part"),
    ):
        assert badge_of_report(dataclasses.replace(made, third_parties=third_parties), now=made.finished_at).message == message
    assert badge_of_report(dataclasses.replace(made, third_parties=(THIRD_PARTY,)), now=made.expires_at).message == "expired"


@given(st.text())
def test_any_badge_is_well_formed(text: str) -> None:
    root = ET.fromstring(render_badge(Badge(message=text, label=text, colour=GREY)))  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


@given(st.text(alphabet=st.characters()))
def test_any_text_fits_xml(text: str) -> None:
    element = ET.Element("x")
    element.text = xml_text(text)
    assert ET.fromstring(ET.tostring(element)).tag == "x"  # noqa: S314 - our own


def test_hidden_characters_are_seen() -> None:
    assert visible("a\tb\nc\r\x7f\u2028\ufeff\U000e0041\ud800é€😀") == "a\tb\nc«U+000D»«U+007F»«U+2028»«U+FEFF»«U+E0041»«U+D800»é€😀"
    assert visible_line("a\tb\nc") == "a b c"
