from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser

import pytest

from certification.checks.catalogue import THEMES
from certification.evidence.record import Observation
from certification.model import ChangeClass, Level, Outcome, Severity, VerdictOutcome
from certification.verdict import GapState
from reports.render.html import medal, render_html
from reports.render.page import paths, themes
from reports.report import ComparedFinding, Comparison, PlannedRetry, Report, ReportedChange
from tests.simulators.certified_run import FINDINGS, FINISHED, THIRD_PARTY

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """What a browser would make of a page: its tags, its text, and whether they nest."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def test_the_page_says_what_the_report_says(made: Report) -> None:
    page = Page(render_html(made, envelope_digest="ab" * 32, key_ids=("cd" * 32,)))

    assert page.open == []
    for said in (
        "Sample Exchange",
        "Certified · Silver conforms",
        "Valid until 2026-05-30",
        "66%of them exercised",
        "130calls",
        "gold wants streams",
        "API, Python, TypeScript, Go",
        "@openxapi/sample",
        "price came as a number, not as text",
        "curl -X POST http://127.0.0.1:8080/orders",
        "Send prices as text.",
        "not called",
        "they mend it in June",
        "ab" * 32,
        "cd" * 32,
        "certify verify packages/openxapi_sample-1.2.0-py3-none-any.whl",
        *(artefact.digest for artefact in made.artefacts),
    ):
        assert said in page.text


def test_the_page_loads_nothing_and_runs_nothing(made: Report) -> None:
    content = render_html(made)
    page = Page(content)
    names = {tag for tag, _ in page.tags}
    policy = next(attributes["content"] or "" for tag, attributes in page.tags if attributes.get("http-equiv") == "Content-Security-Policy")

    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "video", "audio"}
    assert not any(name.startswith("on") or name == "style" for _, attributes in page.tags for name in attributes)
    assert {attributes["href"] for _, attributes in page.tags if "href" in attributes} == {
        "#streams.gaps_are_noticed",
        "#contract.answers_match_their_schema",
    }
    assert b"url(" not in content
    assert b"@import" not in content
    style = re.search(rb"<style>(.*)</style>", content, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_hostile_texts_stay_texts(made: Report, hostile: Report) -> None:
    content = render_html(hostile)
    page = Page(content)

    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in Page(render_html(made)).tags}
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }} {% raw %}" in page.text
    text = content.decode()
    for hidden in ("\u202e", "\u2066", "\x1b", "\x00", "\u200b"):
        assert hidden not in text
    assert "«U+202E»evil«U+2066» «U+001B»[2J«U+0000»«U+200B»" in text


def test_the_same_report_gives_the_same_page(made: Report) -> None:
    assert render_html(made) == render_html(made)


@pytest.mark.parametrize(
    ("outcome", "word"), [(VerdictOutcome.NOT_CERTIFIED, "Not certified"), (VerdictOutcome.INCONCLUSIVE, "Inconclusive")]
)
def test_a_run_that_certifies_nothing_says_so_and_no_level(made: Report, outcome: VerdictOutcome, word: str) -> None:
    verdict = dataclasses.replace(made.verdict, outcome=outcome, level=Level.NONE)

    page = Page(render_html(dataclasses.replace(made, verdict=verdict)))

    assert f"Sample Exchange {word} Tested" in page.text
    assert "No certificate was given." in page.text
    assert "Valid until" not in page.text


def test_a_certificate_of_a_part_names_what_it_speaks_of(made: Report) -> None:
    partly = render_html(dataclasses.replace(made, third_parties=(THIRD_PARTY,)), envelope_digest="e" * 64, key_ids=()).decode()
    assert "Covers <code>their-client 3.1.0</code>: 2 of" in partly
    assert "<code>cancelOrder</code>, <code>placeOrder</code>. The others are not offered" in partly
    whole = dataclasses.replace(THIRD_PARTY, operations=made.spec.operations)
    assert (
        "nothing is said of"
        not in render_html(dataclasses.replace(made, third_parties=(whole,)), envelope_digest="e" * 64, key_ids=()).decode().lower()
    )


def test_what_was_not_looked_at_is_said(made: Report) -> None:
    api = dataclasses.replace(made.api, observation=Observation.SKIPPED.value, reason="no sandbox is named", coverage=(), calls=0)

    page = Page(render_html(dataclasses.replace(made, api=api, sdks=(), findings=(), known_gaps=())))

    assert "the API was not observed" in page.text
    assert "The API was not observed: no sandbox is named." in page.text
    assert "No check gave an answer." in page.text
    assert "Known gaps" not in page.text


def test_a_long_table_starts_closed(made: Report) -> None:
    rows = tuple(dataclasses.replace(made.api.coverage[0], operation=f"op{number}") for number in range(41))

    for count, opened in ((40, True), (41, False)):
        page = Page(render_html(dataclasses.replace(made, api=dataclasses.replace(made.api, coverage=rows[:count]))))
        table = next(attributes for tag, attributes in page.tags if tag == "details" and attributes.get("class") == "fold table")
        assert ("open" in table) is opened


def test_how_much_of_the_description_was_met_is_shown(made: Report) -> None:
    assert "2 of 3 answers, 5 of 7 fields" in Page(render_html(made)).text


def test_changes_since_the_run_before_are_shown(made: Report) -> None:
    change = ReportedChange(change_class=ChangeClass.BREAKING, rule="operation-removed", operation="cancelAll", summary="cancelAll is gone")
    comparison = Comparison(run_id="20260201T120000Z-00000000", level=Level.BRONZE, spec_digest="3" * 64, changes=(change,))

    assert "breaking cancelAll is gone cancelAll" in Page(render_html(dataclasses.replace(made, comparison=comparison))).text
    assert "Nothing failed then or now." in Page(render_html(dataclasses.replace(made, comparison=comparison))).text
    same = dataclasses.replace(comparison, changes=())
    assert "The description did not change." in Page(render_html(dataclasses.replace(made, comparison=same))).text


def test_findings_are_followed_from_run_to_run(made: Report) -> None:
    def entry(name: str, since: str = made.run_id) -> ComparedFinding:
        return ComparedFinding(
            fingerprint="0" * 16, check=f"books.{name}", subject="getDepth", severity=Severity.HIGH, summary=f"it is {name}", since=since
        )

    comparison = Comparison(
        run_id="20260201T120000Z-00000000",
        level=Level.BRONZE,
        spec_digest="3" * 64,
        changes=(),
        new=(entry("fresh"),),
        still_open=(entry("old", "20260101T120000Z-00000000"),),
        mended=(entry("good"),),
        unseen=(entry("hidden"),),
    )
    text = Page(render_html(dataclasses.replace(made, comparison=comparison))).text
    assert "1 new high Fresh getDepth it is fresh" in text
    assert "1 still open high Old getDepth it is old since 20260101T120000Z-00000000" in text
    assert "1 mended high Good" in text
    assert "1 not looked at this time high Hidden" in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (GapState.ACCEPTED, "fails, and is accepted"),
        (GapState.ENDED, "it counts again"),
        (GapState.MENDED, "take it out of the profile"),
        (GapState.NOT_OBSERVED, "was not observed"),
        (None, "accepted"),
    ],
)
def test_a_known_gap_says_what_became_of_it(made: Report, state: GapState | None, said: str) -> None:
    gap = dataclasses.replace(made.known_gaps[0], state=state)
    assert said in Page(render_html(dataclasses.replace(made, known_gaps=(gap,)))).text


def test_what_is_tried_again_is_said_with_its_moment(made: Report) -> None:
    again = PlannedRetry(stage="contract test", reason="the sandbox is down", again_at=FINISHED, automatic=True)
    lost = PlannedRetry(stage="scenarios", reason="look at the credentials", again_at=None, automatic=False)
    text = Page(render_html(dataclasses.replace(made, retries=(again, dataclasses.replace(again, automatic=False), lost)))).text
    assert "Contract test: after 2026-03-01 12:02 UTC, by the service itself. the sandbox is down" in text
    assert "with the same command" in text
    assert "Scenarios: somebody must mend that first. look at the credentials" in text
    assert "When to try again" not in Page(render_html(made)).text


@pytest.mark.parametrize("outcome", list(VerdictOutcome))
@pytest.mark.parametrize("level", list(Level))
def test_every_verdict_has_a_medal(outcome: VerdictOutcome, level: Level) -> None:
    certified = outcome is VerdictOutcome.CERTIFIED and level is not Level.NONE
    assert f'class="medal {level.label if certified else "none"}"' in medal(outcome, level)


def test_findings_are_read_gravest_first(made: Report) -> None:
    first, second, third = THEMES[:3]
    passed = dataclasses.replace(FINDINGS[0], check=f"{first}.a")
    failed = dataclasses.replace(FINDINGS[1], check=f"{second}.a")
    unseen = dataclasses.replace(FINDINGS[2], check=f"{third}.a")
    critical = dataclasses.replace(failed, check=f"{second}.z", severity=Severity.CRITICAL)
    own = dataclasses.replace(passed, check="house.rule")
    broken = dataclasses.replace(passed, outcome=Outcome.ERROR)

    found = themes(dataclasses.replace(made, findings=(own, passed, unseen, failed, critical, broken)))

    assert [theme.id for theme in found] == [first, second, third, "house"]
    assert [check.id for check in found[1].checks] == [f"{second}.z", f"{second}.a"]
    assert found[0].worst is Outcome.ERROR
    assert [finding.outcome for finding in found[0].checks[0].shown] == [Outcome.ERROR]
    assert [finding.outcome for finding in found[0].checks[0].quiet] == [Outcome.PASSED]


def test_subjects_that_want_the_same_share_a_path(made: Report) -> None:
    gold = tuple(dataclasses.replace(sdk, level=Level.GOLD, missing=("record.nightly",)) for sdk in made.sdks[:1])

    found = paths(dataclasses.replace(made, sdks=(*gold, *made.sdks[1:])))

    assert [(path.subjects, path.following) for path in found] == [(("API", "TypeScript", "Go"), Level.GOLD), (("Python",), Level.PLATINUM)]
    assert [
        [(check.title, check.linked, cause.outcome) for path in found[:1] for cause in path.missing for check in cause.checks],
        [(check.title, check.linked, cause.outcome) for path in found[1:] for cause in path.missing for check in cause.checks],
    ] == [[("Gaps are noticed", True, Outcome.NOT_OBSERVED)], [("Nightly", False, None)]]


def test_checks_that_one_cause_left_unobserved_are_told_together_and_failures_apart(made: Report) -> None:
    texts = (
        "streams.a: not observed (exchange no_sandbox has none)",
        "streams.b: failed for place",
        "streams.c: not observed (exchange no_sandbox has none)",
        "streams.d: failed for place",
        "streams.e: not observed",
        "streams.f: not observed",
    )
    (path,) = paths(dataclasses.replace(made, sdks=(), api=dataclasses.replace(made.api, missing=texts)))

    assert [("".join(check.check[-1] for check in cause.checks), cause.detail) for cause in path.missing] == [
        ("ac", "exchange no_sandbox has none"),
        ("b", "for place"),
        ("d", "for place"),
        ("e", ""),
        ("f", ""),
    ]
    page = render_html(dataclasses.replace(made, sdks=(), api=dataclasses.replace(made.api, missing=texts))).decode()
    assert page.count("exchange no_sandbox has none") == 1
    assert "2 not observed" in page


@pytest.mark.parametrize(
    ("text", "outcome", "detail"),
    [
        ("record.nightly: not observed (0 of 14 nightly runs are known)", Outcome.NOT_OBSERVED, "0 of 14 nightly runs are known"),
        ("builds.strict: failed for python and 2 more", Outcome.FAILED, "for python and 2 more"),
        ("builds.strict: not_observed", Outcome.NOT_OBSERVED, ""),
        ("builds.strict: who knows", None, "who knows"),
    ],
)
def test_what_is_missing_is_told_apart_from_why(made: Report, text: str, outcome: Outcome | None, detail: str) -> None:
    (path,) = paths(dataclasses.replace(made, sdks=(), api=dataclasses.replace(made.api, missing=(text,))))

    assert [(item.outcome, item.detail) for item in path.missing] == [(outcome, detail)]


def test_reasons_name_checks_as_people_do(made: Report) -> None:
    reasons = ("typescript: streams.gaps_are_noticed: not observed", "the sandbox at api.example is down")
    page = Page(render_html(dataclasses.replace(made, verdict=dataclasses.replace(made.verdict, reasons=reasons))))

    assert "TypeScript: Gaps are noticed: not observed" in page.text
    assert "the sandbox at api.example is down" in page.text
