"""Looking at descriptions and regenerating what changed: ``certify watch --once``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.conftest import Certify, Ended
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.small_exchange import write_description, write_exchange


@pytest.fixture
def exchanges(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exchanges"
    write_exchange(folder, "alpha", name="Alpha")
    write_exchange(folder, "beta", name="Beta")
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(folder))
    return folder


def sights(ended: Ended) -> dict[str, str]:
    return {look["exchange_id"]: look["sight"] for look in json.loads(ended.out)}


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.rglob("*")) if file.is_file()}


def test_the_second_round_sees_nothing_and_does_no_work(certify: Certify, exchanges: Path, home: Path) -> None:
    first = certify("watch", "--once", "--json")
    assert first.exit_code == 0
    assert sights(first) == {"alpha": "changed", "beta": "changed"}
    made = tree(home / "sdks")
    assert {file.name for file in (home / "sdks" / "alpha").iterdir()} == {"python", "typescript", "go"}
    assert (home / "sdks" / "beta" / "go" / "go.mod").is_file()

    second = certify("watch", "--once", "--json")
    assert second.exit_code == 0
    assert sights(second) == {"alpha": "unchanged", "beta": "unchanged"}
    assert all(look["regenerated"] == [] for look in json.loads(second.out))
    assert tree(home / "sdks") == made


def test_after_a_change_only_that_exchange_is_regenerated_with_the_version_it_asks_for(
    certify: Certify, exchanges: Path, home: Path
) -> None:
    certify("watch", "--once")
    before = tree(home / "sdks" / "alpha")
    write_description(exchanges / "beta" / "openapi.json", without="/report")
    changed = certify("watch", "--once")
    assert changed.exit_code == 0
    alpha, beta = changed.out.splitlines()
    assert alpha.split() == ["alpha", "unchanged"]
    assert beta.startswith("beta")
    assert "1 breaking, major; regenerated python 0.2.0, typescript 0.2.0, go 0.2.0" in beta
    assert tree(home / "sdks" / "alpha") == before
    assert "report" not in (home / "sdks" / "beta" / "python" / "README.md").read_text()

    write_description(exchanges / "beta" / "openapi.json", without="/report", with_path="/ticker")
    assert "minor; regenerated python 0.2.1" in certify("watch", "--once").out


def test_only_the_exchanges_that_are_named_are_looked_at(certify: Certify, exchanges: Path) -> None:
    assert sights(certify("watch", "--once", "--json", "--exchange", "beta")) == {"beta": "changed"}


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        pytest.param("openapi.json", "<html></html>", "HTML", id="no description"),
        pytest.param("openapi.json", None, "openapi.json", id="description is gone"),
        pytest.param("profile.yaml", "id: [", "profile.yaml", id="no profile"),
        pytest.param("profile.yaml", "id: alpha\n", "field is missing", id="half a profile"),
    ],
)
def test_an_exchange_that_can_t_be_read_stops_no_other(
    certify: Certify, exchanges: Path, file: str, content: str | None, reason: str
) -> None:
    sdks = exchanges.parent / "home" / "sdks"
    place = exchanges / "alpha" / file
    place.unlink()
    if content is not None:
        place.write_text(content)
    ended = certify("watch", "--once", "--json")
    assert ended.exit_code == 3
    assert sights(ended) == {"alpha": "unreadable", "beta": "changed"}
    assert reason in json.loads(ended.out)[0]["reason"]
    assert not (sdks / "alpha").exists()
    assert (sdks / "beta").exists()


def test_what_was_unreadable_is_seen_once_it_is_mended(certify: Certify, exchanges: Path) -> None:
    description = exchanges / "alpha" / "openapi.json"
    known = description.read_bytes()
    certify("watch", "--once")
    description.write_text("{}")
    assert certify("watch", "--once").exit_code == 3
    description.write_bytes(known)
    assert sights(certify("watch", "--once", "--json")) == {"alpha": "unchanged", "beta": "unchanged"}


def test_a_server_that_says_nothing_changed_is_asked_no_more_than_that(
    certify: Certify, exchanges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTIFY_ALLOW_PRIVATE", "1")
    content = (exchanges / "alpha" / "openapi.json").read_bytes()
    with scripted_server() as server:
        profile = exchanges / "alpha" / "profile.yaml"
        profile.write_text(profile.read_text().replace("{file: openapi.json}", f"{{url: {server.url}/openapi.json}}"))
        server.answer = Scripted(body=content, headers=(("Content-Type", "application/json"), ("ETag", '"one"')))
        assert certify("watch", "--once", "--exchange", "alpha").exit_code == 0
        server.answer = Scripted(status=304, body=b"")
        assert sights(certify("watch", "--once", "--json", "--exchange", "alpha")) == {"alpha": "unchanged"}
        assert server.last.headers["if-none-match"] == '"one"'


def test_a_private_address_in_a_profile_is_refused_unless_it_is_allowed(certify: Certify, exchanges: Path) -> None:
    with scripted_server() as server:
        profile = exchanges / "alpha" / "profile.yaml"
        profile.write_text(profile.read_text().replace("{file: openapi.json}", f"{{url: {server.url}/openapi.json}}"))
        ended = certify("watch", "--once", "--json", "--exchange", "alpha")
        assert server.asked == []
    assert sights(ended) == {"alpha": "unreadable"}
