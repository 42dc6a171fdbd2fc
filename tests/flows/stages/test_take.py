from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from certification.errors import CertificationError, FetchError
from certification.profile import ExchangeProfile, SpecSource
from certification.specs.history import streams_of
from flows.settings import Settings, read_settings
from flows.stages.read import read_api
from flows.stages.take import take_snapshot
from sdkgen.errors import DescriptionError
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


STREAMS = b'{"asyncapi": "3.0.0", "info": {"title": "Told"}, "channels": {"a": {"address": "/a"}}}'


def streaming(url: str, streams: str) -> ExchangeProfile:
    rest = profile(url)
    return rest.model_copy(update={"spec": rest.spec.model_copy(update={"streams": SpecSource(url=streams)})})


def test_streams_are_fetched_too_and_asked_for_only_if_they_changed(server: DescriptionServer, settings: Settings) -> None:
    server.pages["/streams"] = Page(body=STREAMS, last_modified=DATE)
    one = streaming(f"{server.url}/first", f"{server.url}/streams")
    first = take_snapshot(one, None, settings)
    assert streams_of(first) == STREAMS
    again = take_snapshot(one, None, settings)
    assert [headers["if-modified-since"] for _, headers in server.requests[-2:]] == [DATE, DATE]
    assert (again.identity(), again.streams_etag) == (first.identity(), DATE)
    assert read_api(again).channels[0].address == "/a"


def test_overlays_of_streams_change_the_streams_alone(server: DescriptionServer, settings: Settings, tmp_path: Path) -> None:
    server.pages["/streams"] = Page(body=STREAMS)
    action = {"target": "$.channels.a", "update": {"address": "/b"}}
    (tmp_path / "mend.json").write_text(json.dumps({"overlay": "1.0.0", "info": {"title": "x", "version": "1"}, "actions": [action]}))
    plain = streaming(f"{server.url}/first", f"{server.url}/streams")
    spec = plain.spec.model_copy(update={"stream_overlays": ("mend.json",)})
    one = plain.model_copy(update={"spec": spec, "folder": tmp_path})
    assert read_api(take_snapshot(one, None, settings)).channels[0].address == "/b"
    assert read_api(take_snapshot(plain, None, settings)).channels[0].address == "/a"


def test_streams_of_another_place_are_not_taken_for_these(server: DescriptionServer, settings: Settings) -> None:
    other = STREAMS.replace(b"Told", b"Other")
    server.pages |= {"/streams": Page(body=STREAMS, last_modified=DATE), "/others": Page(body=other, last_modified=DATE)}
    take_snapshot(streaming(f"{server.url}/first", f"{server.url}/streams"), None, settings)
    assert streams_of(take_snapshot(streaming(f"{server.url}/first", f"{server.url}/others"), None, settings)) == other


def test_what_a_person_gives_stands_for_the_kind_that_it_is(server: DescriptionServer, settings: Settings) -> None:
    given = STREAMS.replace(b"Told", b"Given")
    server.pages |= {"/streams": Page(body=STREAMS), "/given": Page(body=given)}
    one = streaming(f"{server.url}/first", f"{server.url}/streams")
    rest = take_snapshot(one, f"{server.url}/second", settings)
    assert (rest.title, streams_of(rest)) == ("Second", None), "what is published elsewhere may be of another day"
    streams = take_snapshot(one, f"{server.url}/given", settings)
    assert (streams.title, streams_of(streams)) == ("First", given)


def test_streams_of_the_profiles_own_folder_go_with_a_given_description(
    server: DescriptionServer, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "streams.json").write_bytes(STREAMS)
    plain = profile(f"{server.url}/first")
    own = plain.model_copy(update={"spec": plain.spec.model_copy(update={"streams": SpecSource(file="streams.json")}), "folder": tmp_path})
    assert streams_of(take_snapshot(own, f"{server.url}/second", settings)) == STREAMS


def test_streams_that_are_none_are_refused_by_name(server: DescriptionServer, settings: Settings) -> None:
    server.pages["/streams"] = Page(body=b"[]")
    with pytest.raises(DescriptionError, match=r"no object at its top at http.*/streams"):
        take_snapshot(streaming(f"{server.url}/first", f"{server.url}/streams"), None, settings)


def test_a_stranger_reaches_no_private_address_where_profiles_may(server: DescriptionServer, settings: Settings) -> None:
    with pytest.raises(FetchError, match="no public address"):
        take_snapshot(profile(f"{server.url}/first"), f"{server.url}/second", settings, trusted=False)


def test_a_stranger_names_no_file(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "own.json").write_bytes(described("Own"))
    with pytest.raises(FetchError, match="no such file"):
        take_snapshot(profile("https://exchange.example/"), str(tmp_path / "own.json"), settings, trusted=False)
