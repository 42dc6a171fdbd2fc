from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.clearance import Clearance, Requirements, verify_folder
from reports.errors import PublishError, RegistryUnavailableError
from reports.registries import github
from reports.registries.github import GitHubReleases
from tests.simulators.certified_run import NOW, CertifiedRun, finish
from tests.simulators.github_releases import GitHubReleasesServer

WHEEL = "openxapi_sample-1.2.0-py3-none-any.whl"


@pytest.fixture
def server() -> Iterator[GitHubReleasesServer]:
    with GitHubReleasesServer() as running:
        yield running


@pytest.fixture
def place(server: GitHubReleasesServer) -> GitHubReleases:
    return GitHubReleases(repository="openxapi/sample", token=server.token, api_url=server.url)


@pytest.fixture
def clearance(run: CertifiedRun, asked: Requirements) -> Clearance:
    return verify_folder(run.folder, asked)


def test_a_release_holds_the_files_and_their_certificate(
    run: CertifiedRun, clearance: Clearance, server: GitHubReleasesServer, place: GitHubReleases
) -> None:
    made = github.publish(run.packages[0], clearance, place)

    assert made.changed
    assert server.files() == {
        WHEEL: (run.folder / "packages" / WHEEL).read_bytes(),
        "openxapi_sample-1.2.0.tar.gz": (run.folder / "packages/openxapi_sample-1.2.0.tar.gz").read_bytes(),
        "python-report.json": (run.folder / "report.json").read_bytes(),
        "python-report.intoto.json": (run.folder / "report.intoto.json").read_bytes(),
        "python-report.log.json": (run.folder / "report.log.json").read_bytes(),
    }
    (release,) = server.releases.values()
    assert (release["tag_name"], release["draft"]) == ("v1.2.0", False)
    assert release["body"].startswith("Certified silver for Sample Exchange by the run 20260301T120000Z-00c0ffee, valid until 2026-05-30.")


def test_publishing_twice_sends_nothing(
    run: CertifiedRun, clearance: Clearance, server: GitHubReleasesServer, place: GitHubReleases
) -> None:
    github.publish(run.packages[0], clearance, place)
    server.requests.clear()

    assert not github.publish(run.packages[0], clearance, place).changed
    assert {request.partition(" ")[0] for request in server.requests} == {"GET"}


def test_several_languages_may_share_a_release_or_have_their_own(
    run: CertifiedRun, clearance: Clearance, server: GitHubReleasesServer, place: GitHubReleases
) -> None:
    for package in run.packages:
        github.publish(package, clearance, place)
    assert len(server.releases) == 1
    for package in (*run.packages, *run.packages):
        github.publish(package, clearance, dataclasses.replace(place, tag="{language}/v{version}"))
    assert sorted(release["tag_name"] for release in server.releases.values()) == [
        "go/v1.2.0",
        "python/v1.2.0",
        "typescript/v1.2.0",
        "v1.2.0",
    ]


def test_a_release_that_broke_off_stays_a_draft_and_is_taken_up_again(
    run: CertifiedRun, clearance: Clearance, server: GitHubReleasesServer, place: GitHubReleases
) -> None:
    server.fail_upload_of = "openxapi_sample-1.2.0.tar.gz"

    with pytest.raises(RegistryUnavailableError, match="GitHub answered 502; publish again"):
        github.publish(run.packages[0], clearance, place)
    assert [release["draft"] for release in server.releases.values()] == [True]

    github.publish(run.packages[0], clearance, place)
    assert [release["draft"] for release in server.releases.values()] == [False]
    assert server.files()["openxapi_sample-1.2.0.tar.gz"] == (run.folder / "packages/openxapi_sample-1.2.0.tar.gz").read_bytes()


def test_other_bytes_in_a_release_are_refused_and_left_alone(
    run: CertifiedRun, clearance: Clearance, server: GitHubReleasesServer, place: GitHubReleases, tmp_path: Path
) -> None:
    github.publish(run.packages[0], clearance, place)
    other = finish(tmp_path, run_id="20260301T130000Z-00000001", greeting="good day")
    before = server.files()

    with pytest.raises(PublishError, match=f"openxapi/sample v1.2.0: holds another {WHEEL}; raise the version"):
        github.publish(other.packages[0], verify_folder(other.folder, Requirements(trust=run.keys.trust, now=NOW)), place)
    assert server.files() == before


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        pytest.param(401, PublishError, r"GitHub refuses \(401\)", id="wrong token"),
        pytest.param(404, PublishError, r"GitHub refuses \(404\)", id="no such repository"),
        pytest.param(503, RegistryUnavailableError, "GitHub answered 503", id="down"),
    ],
)
def test_a_refusal_is_one_clear_line(  # noqa: PLR0917 - fixtures and a table
    run: CertifiedRun,
    clearance: Clearance,
    server: GitHubReleasesServer,
    place: GitHubReleases,
    status: int,
    error: type[Exception],
    said: str,
) -> None:
    server.status = status

    with pytest.raises(error, match=said) as caught:
        github.publish(run.packages[0], clearance, place)
    assert server.token not in str(caught.value)
    assert server.token not in repr(place)


def test_nobody_there_is_said_so(run: CertifiedRun, clearance: Clearance) -> None:
    place = GitHubReleases(repository="openxapi/sample", token="made-up", api_url="http://127.0.0.1:1")

    with pytest.raises(RegistryUnavailableError, match="GitHub does not answer"):
        github.publish(run.packages[0], clearance, place)
