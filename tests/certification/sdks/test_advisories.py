"""What registries know of packages, asked of small servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.record import Advisories, InstalledPackage
from certification.sdks.advisories import known_vulnerabilities
from certification.sdks.ranges import in_range
from certification.sdks.sources import Sources

REQUESTS = InstalledPackage(ecosystem="pypi", name="requests", version="2.30.0")
SCOPED = InstalledPackage(ecosystem="npm", name="@a/b", version="1.2.3")
MODULE = InstalledPackage(ecosystem="go", name="example.com/m", version="v1.4.0")
LEAK = {"id": "PYSEC-1", "summary": "it  leaks\n", "fixed_in": ["2.31.0"], "withdrawn": None}
EVENTS = [{"introduced": "0"}, {"fixed": "1.0.0"}, {"introduced": "1.3.0"}, {"fixed": "1.5.0"}]


@contextmanager
def registry(answers: dict[str, Any], *, status: int = 200) -> Iterator[tuple[Sources, list[tuple[str, bytes]]]]:
    """A registry of all three kinds that answers by path, and what it was asked."""
    asked: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", "0")))))
            known = self.path in answers
            body = answers.get(self.path, "nothing")
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status if known else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the base class names it so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        yield Sources(pypi=url, npm=url, go=url), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(found: Advisories) -> list[tuple[str, str, tuple[str, ...]]]:
    assert found.reason == ""
    return [(each.package, each.id, each.fixed_in) for each in found.found]


def test_what_pypi_knows_of_a_release_is_told_unless_it_was_withdrawn() -> None:
    withdrawn = LEAK | {"id": "PYSEC-2", "withdrawn": "2026-01-01T00:00:00Z"}
    with registry({"/pypi/requests/2.30.0/json": {"vulnerabilities": [withdrawn, LEAK]}}) as (sources, _):
        found = known_vulnerabilities((REQUESTS,), sources)
    assert told(found) == [("requests", "PYSEC-1", ("2.31.0",))]
    assert found.found[0].summary == "it leaks"
    assert found.packages == 1


def test_registries_are_not_asked_for_ever() -> None:
    with registry({"/pypi/requests/2.30.0/json": {"vulnerabilities": [LEAK]}}) as (sources, asked):
        found = known_vulnerabilities((REQUESTS,), sources, patience_s=-1.0)
    assert "took longer than" in found.reason
    assert found.found == ()
    assert asked == []


def test_that_not_every_package_was_asked_about_is_said() -> None:
    many = tuple(InstalledPackage(ecosystem="npm", name=f"n{number}", version="1.0.0") for number in range(301))
    with registry({"/-/npm/v1/security/advisories/bulk": {}}) as (sources, _):
        found = known_vulnerabilities(many, sources)
    assert found.reason == "only the first 300 of 301 packages were asked about"


def test_npm_is_asked_once_and_its_ranges_are_held_against_the_version() -> None:
    advisory = {"id": 7, "url": "https://x.test/advisories/GHSA-1", "title": "t", "vulnerable_versions": ">=1.0.0 <1.2.4 || 3.0.0"}
    other = advisory | {"url": None, "vulnerable_versions": "<1.0.0"}
    unnamed = advisory | {"url": None, "vulnerable_versions": "*"}
    answers = {"/-/npm/v1/security/advisories/bulk": {"@a/b": [advisory, other, unnamed]}}
    newer = InstalledPackage(ecosystem="npm", name="@a/b", version="2.0.0")
    with registry(answers) as (sources, asked):
        found = known_vulnerabilities((SCOPED, newer), sources)
    assert found.reason == ""
    assert [(each.version, each.id) for each in found.found] == [("1.2.3", "7"), ("1.2.3", "GHSA-1"), ("2.0.0", "7")]
    assert [json.loads(body) for _, body in asked] == [{"@a/b": ["1.2.3", "2.0.0"]}]


@pytest.mark.parametrize(("version", "hit"), [("v1.4.0", True), ("v1.2.0", False), ("v0.9.0", True), ("v1.5.0", False)])
def test_gos_database_is_read_by_its_index_and_its_ranges(version: str, hit: bool) -> None:
    affected = [{"package": {"name": name}, "ranges": [{"events": EVENTS}]} for name in ("example.com/m", "example.com/other")]
    answers = {
        "/index/modules.json": [{"path": "example.com/m", "vulns": [{"id": "GO-1"}]}],
        "/ID/GO-1.json": {"id": "GO-1", "summary": "s", "affected": affected},
    }
    with registry(answers) as (sources, _):
        found = known_vulnerabilities((InstalledPackage(ecosystem="go", name="example.com/m", version=version),), sources)
    assert told(found) == ([("example.com/m", "GO-1", ("1.0.0", "1.5.0"))] if hit else [])


def test_nobody_is_asked_about_nothing() -> None:
    nowhere = "http://127.0.0.1:9"
    assert known_vulnerabilities((), Sources(pypi=nowhere, npm=nowhere, go=nowhere)) == Advisories(packages=0)


@pytest.mark.parametrize(
    ("answers", "status", "reason"),
    [
        pytest.param({}, 200, "does not tell of vulnerabilities, or does not know a package: it answered 404", id="a bare index"),
        pytest.param({"/pypi/requests/2.30.0/json": {}}, 503, "answered 503 where it was asked for advisories", id="down"),
        pytest.param({"/pypi/requests/2.30.0/json": b"<html>"}, 200, "can't be read: JSONDecodeError", id="a page"),
        pytest.param({"/pypi/requests/2.30.0/json": {"info": {}}}, 200, "can't be read: KeyError", id="another document"),
    ],
)
def test_a_registry_that_does_not_tell_is_no_word_for_the_packages(answers: dict[str, Any], status: int, reason: str) -> None:
    with registry(answers, status=status) as (sources, _):
        found = known_vulnerabilities((REQUESTS,), sources)
    assert reason in found.reason
    assert found.found == ()


def test_where_nobody_may_be_asked_that_is_said() -> None:
    nowhere = Sources(pypi="", npm="", go="")
    assert known_vulnerabilities((REQUESTS,), nowhere).reason.endswith("PIP_NO_INDEX is set")


def test_a_registry_that_is_not_there_is_told_without_its_address() -> None:
    secret = "http://user:word@127.0.0.1:9"
    found = known_vulnerabilities((MODULE,), Sources(pypi=secret, npm=secret, go=secret))
    assert found.reason == "the registry could not be asked for advisories: ConnectError"


@pytest.mark.parametrize(
    ("version", "text", "inside"),
    [
        ("1.2.3", "=1.2.3", True),
        ("1.2.3", "1.2.3", True),
        ("1.2.3", "<= 1.2.3", True),
        ("1.2.3", ">1.2.3", False),
        ("1.2.3-rc.1", "<1.2.3", True),
        ("1.2.3-rc.2", "<1.2.3-rc.10", True),
        ("1.2.3-rc.a", "<1.2.3-rc.10", False),
        ("1.2.3+build", ">=1.2", True),
        ("1.10.0", "<1.9.0", False),
        ("9.9.9", "", True),
        ("9.9.9", "*", True),
    ],
)
def test_ranges_are_read_as_semver_orders_them(version: str, text: str, inside: bool) -> None:
    assert in_range(version, text) is inside


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="is no version"):
        in_range("latest", "<1.0.0")


@given(*(st.tuples(*(st.integers(0, 20),) * 3) for _ in range(2)))
def test_versions_are_ordered_by_their_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    first, second = (".".join(map(str, version)) for version in (one, other))
    assert in_range(first, f"<{second}") is (one < other)
    assert in_range(first, f">={second}") is (one >= other)
