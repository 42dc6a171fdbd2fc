"""Public names stay from night to night, and one that can't is a breaking change that the changelog tells of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certification.errors import CertificationError
from certification.profiles import load_profile
from certification.specs.history import History, names_of
from flows.pipeline import prepare
from flows.request import RunRequest
from flows.settings import Settings, read_settings
from flows.stages.names import settle_names
from flows.stages.read import read_api
from flows.stages.take import take_snapshot
from sdkgen.api.model import Api
from sdkgen.source import LOCK_FILE
from tests.flows.conftest import Certify
from tests.simulators.small_exchange import write_exchange


@pytest.fixture
def description(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CERTIFY_EXCHANGES", str(tmp_path / "exchanges"))
    return write_exchange(tmp_path / "exchanges", "small", version="1.0.0")


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def methods(settings: Settings, description: Path, given: Path | None = None) -> set[str]:
    return {operation.name.snake() for operation in _api(settings, description, given).operations}


def types(settings: Settings, description: Path) -> set[str]:
    return {declared.name.pascal() for declared in _api(settings, description, None).types}


def _api(settings: Settings, description: Path, given: Path | None) -> Api:
    profile = load_profile(description.with_name("profile.yaml"))
    taken = take_snapshot(profile, None if given is None else str(given), settings)
    snapshot = settle_names(profile, taken, settings, given=given is not None)
    return read_api(snapshot)


def lock(settings: Settings) -> dict[str, Any]:
    snapshot = History(settings.history).latest("small")
    assert snapshot is not None
    document: dict[str, Any] = json.loads(names_of(snapshot) or b"{}")
    return document


def renamed(document: dict[str, Any], old: str, new: str) -> bytes:
    tables = {scope: {key: new if name == old else name for key, name in table.items()} for scope, table in document["names"].items()}
    return json.dumps(document | {"names": tables}).encode()


def test_an_operation_that_was_renamed_keeps_the_name_that_programs_know(description: Path) -> None:
    settings = read_settings()
    first = methods(settings, description)
    assert "list_orders" in first
    edited(description, '"listOrders"', '"fetchAllOrders"')
    assert methods(settings, description) == first
    assert methods(settings, description) == first, "and the night after"


def test_the_same_description_is_the_same_snapshot(description: Path) -> None:
    settings = read_settings()
    profile = load_profile(description.with_name("profile.yaml"))
    seen = {settle_names(profile, take_snapshot(profile, None, settings), settings).identity() for _ in range(3)}
    assert len(seen) == 1
    assert len(History(settings.history).snapshots("small")) == 1


def test_what_is_settled_is_not_read_again(description: Path) -> None:
    settings = read_settings()
    profile = load_profile(description.with_name("profile.yaml"))
    settled = settle_names(profile, take_snapshot(profile, None, settings), settings)
    unreadable = replace(settled, path=str(description.with_name("gone")))
    assert settle_names(profile, unreadable, settings) == unreadable
    (profile.folder / "names.lock.json").write_bytes(renamed(lock(settings), "list_orders", "orders_of_mine"))
    with pytest.raises(CertificationError):
        settle_names(profile, unreadable, settings)


def test_what_a_person_gives_is_called_as_published_and_leaves_no_names(description: Path, tmp_path: Path) -> None:
    settings = read_settings()
    first = methods(settings, description)
    before = lock(settings)
    given = tmp_path / "given.json"
    given.write_text(description.read_text().replace('"listOrders"', '"other"').replace('"/report"', '"/reports"'))
    assert methods(settings, description, given) == first
    assert lock(settings) == before, "it holds nothing of what was only tried"
    assert methods(settings, description) == first


def test_the_lock_beside_the_profile_has_the_last_word(description: Path) -> None:
    settings = read_settings()
    types(settings, description)
    description.with_name(LOCK_FILE).write_bytes(renamed(lock(settings), "order", "trade_ticket"))
    assert "TradeTicket" in types(settings, description)
    assert "trade_ticket" in json.dumps(lock(settings))
    description.with_name(LOCK_FILE).unlink()
    assert "TradeTicket" in types(settings, description), "it was published so"


def test_a_run_and_a_generation_use_the_names_of_the_night(certify: Certify, description: Path, tmp_path: Path) -> None:
    assert certify("watch", "--once").exit_code == 0
    edited(description, '"listOrders"', '"fetchAllOrders"')
    plan = prepare(RunRequest(exchange="small", isolation="process"), read_settings())
    assert "list_orders" in {operation.name.snake() for operation in read_api(plan.snapshot).operations}
    assert certify("generate", "small", "--language", "go", "--out", str(tmp_path / "sdk")).exit_code == 0
    assert any(") ListOrders(ctx" in file.read_text() for file in (tmp_path / "sdk" / "go").glob("*_service.go"))


def test_a_forced_rename_raises_the_major_version_and_stands_in_the_changelog(certify: Certify, description: Path, home: Path) -> None:
    assert "python 1.0.0" in certify("watch", "--once").out
    log = home / "sdks" / "small" / "python" / "CHANGELOG.md"
    assert log.read_text().endswith("## 1.0.0\n\nFirst version.\n")
    description.with_name(LOCK_FILE).write_bytes(renamed(lock(read_settings()), "order", "trade_ticket"))
    changed = certify("watch", "--once").out
    assert "breaking, major; regenerated python 2.0.0, typescript 2.0.0, go 2.0.0" in changed
    assert "class TradeTicket" in (home / "sdks" / "small" / "python" / "src" / "openxapi_small" / "models.py").read_text() + "".join(
        file.read_text() for file in (home / "sdks" / "small" / "python" / "src" / "openxapi_small" / "api").iterdir() if file.is_file()
    )
    entry = log.read_text().partition("## 2.0.0")[2].partition("## 1.0.0")[0]
    assert "### Breaking" in entry
    assert "is of the type TradeTicket, which was called Order" in entry
    assert "module example.test/openxapi/small-go/v2" in (home / "sdks" / "small" / "go" / "go.mod").read_text()
    assert "unchanged" in certify("watch", "--once").out


def test_an_extension_that_changed_is_a_new_version(certify: Certify, description: Path, home: Path) -> None:
    certify("watch", "--once")
    extension = description.with_name("extensions") / "python" / "mine.py"
    extension.parent.mkdir(parents=True)
    extension.write_text("mine = 1\n")
    assert "regenerated python 1.0.1, typescript 1.0.0, go 1.0.0" in certify("watch", "--once").out
    log = home / "sdks" / "small" / "python" / "CHANGELOG.md"
    assert "## 1.0.1\n\nThe API is the same. The generator, the profile or an extension changed." in log.read_text()
    assert certify("watch", "--once").out.split() == ["small", "unchanged"]


def test_a_lock_that_can_t_be_read_is_the_exchanges_own_trouble(certify: Certify, description: Path) -> None:
    description.with_name(LOCK_FILE).write_text("{}")
    ended = certify("watch", "--once", "--json")
    assert ended.exit_code == 3
    assert "names.lock.json" in json.loads(ended.out)[0]["reason"]
