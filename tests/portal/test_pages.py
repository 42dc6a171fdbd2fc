from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from certification.checks.catalogue import catalogue
from certification.levels.standard import STANDARD
from certification.model import Level, Severity, VerdictOutcome
from portal.app import create_app
from reports.issue import issue
from reports.log import Log
from reports.report import ComparedFinding, Comparison
from tests.portal.conftest import HOSTILE_NAME, Kept
from tests.simulators.asgi_client import AsgiClient, asking
from tests.simulators.certified_run import RUN_ID

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
ADDRESSES = ("/", "/exchanges/sample", "/exchanges/hostile", "/exchanges/quiet", f"/certificates/{RUN_ID}", "/checks", "/packages")


class _Balanced(HTMLParser):
    """Notes elements that are opened and never closed, or the other way round."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]
        if tag not in {"meta", "link", "img", "br", "circle", "path", "rect", "input", "hr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"circle", "path", "rect"}:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def read(content: str) -> _Balanced:
    parser = _Balanced()
    parser.feed(content)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_whole_loads_nothing_foreign_and_runs_nothing(client: AsgiClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = read(answer.text)
    assert not page.tags & {"script", "iframe", "object", "style", "form"}
    assert " style=" not in answer.text, "the policy forbids inline styles"


def test_every_link_of_every_page_leads_somewhere(client: AsgiClient) -> None:
    links = {link for address in ADDRESSES for link in read(client.get(address).text).links}
    inside = {link for link in links if link.startswith("/")}
    assert {link: client.get(link).status_code for link in inside} == dict.fromkeys(inside, 200)
    assert links == inside


def test_home_lists_every_readable_exchange_with_what_it_holds(client: AsgiClient) -> None:
    page = client.get("/").text
    assert "1 of 3 exchanges hold a certificate today" in page
    assert page.index("Quiet Exchange") < page.index("Sample Exchange")
    assert "broken" not in page
    assert f"{datetime.now(UTC):%Y-%m-%d}" in page


def test_a_hostile_name_is_shown_as_text(client: AsgiClient) -> None:
    for address in ("/", "/exchanges/hostile"):
        page = client.get(address).text
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert not {"\u202e", "\u2066"} & set(page), "it would turn the text around it"
    assert HOSTILE_NAME in [entry["name"] for entry in client.get("/api/v1/exchanges").json()]


def test_an_exchange_page_shows_certificate_packages_and_badge(client: AsgiClient) -> None:
    page = unescape(client.get("/exchanges/sample").text)
    assert f'href="/certificates/{RUN_ID}"' in page
    assert "pip install --index-url https://certify.example.test/packages/pypi/simple/ openxapi-sample==1.2.0" in page
    assert "npm install --registry https://certify.example.test/packages/npm/ @openxapi/sample@1.2.0" in page
    assert "go get example.test/openxapi/sample-go@v1.2.0" in page
    assert "[![certified](https://certify.example.test/badges/sample.svg)](https://certify.example.test/exchanges/sample)" in page
    assert "hero silver" in page


def test_an_exchange_that_holds_nothing_says_how_its_last_run_ended(client: AsgiClient, kept: Kept) -> None:
    assert "Nothing was certified yet." in client.get("/exchanges/quiet").text
    now = datetime.now(UTC)
    run_id = "20260302T120000Z-00000001"
    kept.store.runs.start(run_id, exchange_id="quiet", folder="/nowhere", now=now)
    kept.store.runs.finish(run_id, outcome=VerdictOutcome.NOT_CERTIFIED, level=Level.NONE, now=now)
    page = client.get("/exchanges/quiet").text
    assert f"The last run, {now:%Y-%m-%d}, ended not certified." in page
    assert "hero none" in page


@pytest.mark.parametrize("address", [f"/certificates/{RUN_ID}", "/exchanges/sample"])
def test_a_certificate_that_was_withdrawn_says_so_and_why(client: AsgiClient, kept: Kept, address: str) -> None:
    assert "valid until" in client.get(address).text
    kept.store.certificates.suspend(RUN_ID, reason="two nights failed <b>", now=datetime.now(UTC))
    page = client.get(address).text
    assert "suspended" in page
    assert "two nights failed &lt;b&gt;" in page
    assert "valid until" not in page
    assert "hero none" in page
    kept.store.certificates.revoke(RUN_ID, reason="forged fills", now=datetime.now(UTC))
    page = client.get(address).text
    assert "revoked" in page
    assert "forged fills" in page
    assert "0 of 3 exchanges" in client.get("/").text


def test_a_certificate_page_tells_how_to_check_it(client: AsgiClient, kept: Kept) -> None:
    page = client.get(f"/certificates/{RUN_ID}").text
    assert f"certify verify --trust trust.json https://certify.example.test/certificates/{RUN_ID}/report.json" in page
    assert kept.run.issued.envelope_digest in page
    assert kept.run.issued.report_digest in page


def test_a_certificate_says_what_is_new_since_the_run_before(client: AsgiClient, kept: Kept, tmp_path: Path) -> None:
    assert "Since the run before" not in client.get(f"/certificates/{RUN_ID}").text
    entry = ComparedFinding(
        fingerprint="0" * 16, check="books.depth_is_sorted", subject="<b>", severity=Severity.LOW, summary="it is not", since=RUN_ID
    )
    told = Comparison(run_id=RUN_ID, level=Level.SILVER, spec_digest="1" * 64, changes=(), new=(entry,), mended=(entry,))
    now = datetime.now(UTC)
    for number, gone in enumerate((False, True)):
        made = replace(kept.run.report, run_id=f"20260401T120000Z-0000000{number}", comparison=told)
        log = Log(tmp_path / f"log{number}", signer=kept.run.keys.signer, trust=kept.run.keys.trust)
        issued = issue(made, tmp_path / made.run_id, signers=(kept.run.keys.signer,), log=log, now=now)
        kept.store.certificates.issue(made, issued, now=now)
        if gone:
            (issued.folder / "report.json").write_text("{}")
        page = client.get(f"/certificates/{made.run_id}").text
        assert ("1 new, 1 mended, 0 still open, 0 not looked at" in page) is not gone
        assert ("Depth is sorted <code>&lt;b&gt;</code> it is not" in page) is not gone


def test_every_check_of_the_standard_is_explained(client: AsgiClient) -> None:
    page = unescape(client.get("/checks").text)
    documented = {entry.id: entry for entry in catalogue()}
    for rule in (rule for level in STANDARD.levels for rule in level.rules):
        assert rule.check in page
        assert documented[rule.check].requirement in page
        example = documented[rule.check].example
        assert example is not None
        assert example.says in page
    assert "``" not in page
    assert STANDARD.version in page


def test_packages_are_listed_once_they_are_published(client: AsgiClient, kept: Kept, tmp_path: Path) -> None:
    assert "openxapi-sample==1.2.0" in client.get("/packages").text
    empty = replace(kept.settings, registry=replace(kept.settings.registry, folder=tmp_path / "nothing"))
    with asking(create_app(empty)) as bare:
        assert "Nothing was published yet." in bare.get("/packages").text


def test_a_portal_without_exchanges_says_so(kept: Kept, tmp_path: Path) -> None:
    with asking(create_app(replace(kept.settings, exchanges=tmp_path / "nothing"))) as client:
        assert "No exchange has a profile here yet." in client.get("/").text
        assert client.get("/api/v1/exchanges").json() == []


@pytest.mark.parametrize("address", ["/exchanges/nobody", "/certificates/20200101T000000Z-00000000", "/no/such/page"])
def test_what_is_missing_is_a_page_for_people(client: AsgiClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert "a" in read(answer.text).tags
    assert answer.headers["content-security-policy"]


def test_the_style_is_one_file_that_loads_nothing(client: AsgiClient) -> None:
    answer = client.get("/static/portal.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in answer.text
    assert not re.search(r"url\(|@import", answer.text)
    again = client.get("/static/portal.css", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
