"""Fetching out of a GitHub repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certification.errors import FetchError
from certification.profile import SpecSource
from certification.specs.fetch import fetch
from certification.specs.fetched import Bounds, Fetched, NotModified
from certification.specs.github import GitHubAccess, fetch_github
from certification.specs.history import History
from tests.simulators.github_server import GitHubServer, github_server

SPEC = b"openapi: 3.0.3\npaths: {/a: {get: {responses: {}}}}\n"
QUICK = Bounds(seconds=20)


@pytest.fixture
def hub() -> Iterator[GitHubServer]:
    with github_server() as running:
        running.files["shop/docs", "main", "spec/rest api.yaml"] = SPEC
        running.files["shop/docs", "v2", "spec/rest api.yaml"] = SPEC + b"# two\n"
        yield running


def got(
    hub: GitHubServer, source: str, *, etag: str | None = None, bounds: Bounds = QUICK, token: str | None = None
) -> Fetched | NotModified:
    return fetch_github(source, etag=etag, access=GitHubAccess(base_url=hub.url, token=token), bounds=bounds)


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("shop/docs:spec/rest api.yaml", SPEC),
        ("shop/docs@v2:spec/rest api.yaml", SPEC + b"# two\n"),
        ("shop/docs:/spec/rest api.yaml", SPEC),
    ],
)
def test_a_file_comes_from_a_branch(hub: GitHubServer, source: str, content: bytes) -> None:
    fetched = got(hub, source)
    assert isinstance(fetched, Fetched)
    assert (fetched.source, fetched.content) == (f"github:{source}", content)


def test_the_second_fetch_moves_no_content(hub: GitHubServer, tmp_path: Path) -> None:
    source, history = SpecSource(github="shop/docs:spec/spec.yaml"), History(tmp_path)
    hub.files["shop/docs", "main", "spec/spec.yaml"] = SPEC
    access = GitHubAccess(base_url=hub.url + "/")
    first = fetch(source, folder=tmp_path, github=access)
    assert isinstance(first, Fetched)
    snapshot = history.record("shop", first)
    assert fetch(source, folder=tmp_path, previous=snapshot, github=access) == NotModified(source="github:shop/docs:spec/spec.yaml")
    assert hub.requests[-1][1]["if-none-match"] == first.etag
    hub.files["shop/docs", "main", "spec/spec.yaml"] = SPEC + b"# new\n"
    assert isinstance(fetch(source, folder=tmp_path, previous=snapshot, github=access), Fetched)


def test_a_large_file_comes_as_a_blob(hub: GitHubServer) -> None:
    large = SPEC + b"#" * 1_500_000
    hub.files["shop/docs", "main", "large.yaml"] = large
    fetched = got(hub, "shop/docs:large.yaml")
    assert isinstance(fetched, Fetched)
    assert fetched.content == large
    assert "/git/blobs/" in hub.requests[-1][0]


def test_a_token_goes_to_github_and_into_no_text(hub: GitHubServer) -> None:
    hub.token = "t0ken"
    assert isinstance(got(hub, "shop/docs:spec/rest api.yaml", token="t0ken"), Fetched)
    assert "t0ken" not in repr(GitHubAccess(token="t0ken"))
    with pytest.raises(FetchError) as raised:
        got(hub, "shop/docs:spec/rest api.yaml", token="wrong-t0ken")
    assert "Bad credentials" in str(raised.value)
    assert "t0ken" not in str(raised.value)


def test_a_renamed_repository_is_followed_on_the_same_host_only(hub: GitHubServer) -> None:
    hub.moved["shop/old"] = f"{hub.url}/repos/shop/docs"
    assert isinstance(got(hub, "shop/old:spec/rest api.yaml"), Fetched)
    hub.moved["shop/old"] = "http://169.254.169.254/repos/shop/docs"
    with pytest.raises(FetchError, match=r"another host, 169\.254\.169\.254; it is not asked"):
        got(hub, "shop/old:spec/rest api.yaml")
    hub.moved["shop/old"] = f"{hub.url}/repos/shop/old"
    with pytest.raises(FetchError, match="redirects more than 3 times"):
        got(hub, "shop/old:spec/rest api.yaml")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("shop/docs:gone.yaml", "Not Found"),
        ("shop/gone:spec.yaml", "Not Found"),
        ("shop/docs@gone:spec/rest api.yaml", "Not Found"),
        ("shop/docs:spec", "this is a symlink, not a file"),
        ("shop/docs:../../user", "is no file in a GitHub repository"),
        ("shop:spec.yaml", "is no file in a GitHub repository"),
        ("shop/docs", "is no file in a GitHub repository"),
    ],
)
def test_what_is_not_there_is_one_clear_line(hub: GitHubServer, source: str, message: str) -> None:
    with pytest.raises(FetchError) as raised:
        got(hub, source)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_size_and_time_are_bounded(hub: GitHubServer) -> None:
    with pytest.raises(FetchError, match="larger than 10 bytes"):
        got(hub, "shop/docs:spec/rest api.yaml", bounds=Bounds(max_bytes=10))
    hub.files["shop/docs", "main", "big.yaml"] = b"x" * 3000
    with pytest.raises(FetchError, match="larger than 2,500 bytes"):
        got(hub, "shop/docs:big.yaml", bounds=Bounds(max_bytes=2500))
    hub.drip_seconds = 0.01
    with pytest.raises(FetchError, match=r"no complete answer within 0\.4 s"):
        got(hub, "shop/docs:spec/rest api.yaml", bounds=Bounds(seconds=0.4))


def test_a_github_that_does_not_answer_is_one_clear_line() -> None:
    access = GitHubAccess(base_url="http://127.0.0.1:1")
    with pytest.raises(FetchError, match=r"^github:shop/docs:spec\.yaml: 127\.0\.0\.1 can't be reached; check the network$"):
        fetch_github("shop/docs:spec.yaml", etag=None, access=access, bounds=QUICK)


def test_a_github_without_a_trusted_certificate_is_one_clear_line(hub: GitHubServer) -> None:
    access = GitHubAccess(base_url=hub.url.replace("http://", "https://"))
    with pytest.raises(FetchError, match=r": 127\.0\.0\.1 shows no certificate that is trusted here; check the network$"):
        fetch_github("shop/docs:spec.yaml", etag=None, access=access, bounds=QUICK)
