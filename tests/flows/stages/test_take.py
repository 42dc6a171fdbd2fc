from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certification.errors import CertificationError, FetchError
from certification.profile import ExchangeProfile
from flows.settings import Settings, read_settings
from flows.stages.take import take_snapshot
from tests.simulators.description_server import DescriptionServer, Page, description_server

DATE = "Sun, 22 Nov 2026 10:00:00 GMT"


def described(title: str) -> bytes:
    return f'{{"openapi": "3.1.0", "info": {{"title": "{title}", "version": "1"}}, "paths": {{"/a": {{"get": {{}}}}}}}}'.encode()


def profile(url: str) -> ExchangeProfile:
    return ExchangeProfile.model_validate(
        {
            "id": "small",
            "name": "Small",
            "spec": {"rest": {"url": url}},
            "sdk": {"packages": {"python": "small", "typescript": "small", "go": "example.org/small"}},
        }
    )


@pytest.fixture
def server() -> Iterator[DescriptionServer]:
    with description_server() as running:
        running.pages = {
            "/first": Page(body=described("First"), last_modified=DATE),
            "/second": Page(body=described("Second"), last_modified=DATE),
        }
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"CERTIFY_HOME": str(tmp_path / "home"), "CERTIFY_ALLOW_PRIVATE": "1"})


def test_a_description_that_did_not_change_is_asked_for_and_not_sent_again(server: DescriptionServer, settings: Settings) -> None:
    one = profile(f"{server.url}/first")
    first = take_snapshot(one, None, settings)
    assert take_snapshot(one, None, settings).digest == first.digest
    assert server.requests[-1][1]["if-modified-since"] == DATE


def test_what_another_place_said_of_its_age_is_not_told_to_this_one(server: DescriptionServer, settings: Settings) -> None:
    take_snapshot(profile(f"{server.url}/first"), None, settings)
    assert take_snapshot(profile(f"{server.url}/second"), None, settings).title == "Second"
    assert take_snapshot(profile(f"{server.url}/first"), f"{server.url}/second", settings).title == "Second"
    assert take_snapshot(profile(f"{server.url}/first"), f"{server.url}/first", settings).title == "First"


def test_kept_bytes_that_were_changed_are_not_taken_for_the_description(server: DescriptionServer, settings: Settings) -> None:
    one = profile(f"{server.url}/first")
    kept = Path(take_snapshot(one, None, settings).path)
    kept.chmod(0o644)
    kept.write_bytes(described("Forged"))
    with pytest.raises(CertificationError, match="not those that were recorded"):
        take_snapshot(one, None, settings)


def test_a_stranger_reaches_no_private_address_where_profiles_may(server: DescriptionServer, settings: Settings) -> None:
    with pytest.raises(FetchError, match="no public address"):
        take_snapshot(profile(f"{server.url}/first"), f"{server.url}/second", settings, trusted=False)


def test_a_stranger_names_no_file(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "own.json").write_bytes(described("Own"))
    with pytest.raises(FetchError, match="no such file"):
        take_snapshot(profile("https://exchange.example/"), str(tmp_path / "own.json"), settings, trusted=False)
