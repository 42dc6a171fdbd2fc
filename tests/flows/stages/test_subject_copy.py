"""The copy of the exchange in a run's evidence: whole, and the same exchange on any machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from certification.evidence.record import Evidence
from certification.profiles import list_profiles, load_profile
from flows.pipeline import prepare
from flows.request import RunRequest
from flows.settings import read_settings
from flows.stages.conclude import write_evidence
from flows.stages.names import settle_names
from flows.stages.subject_copy import COPY, _written, copy_subject, replay_of
from flows.stages.take import take_snapshot
from tests.flows.conftest import Certify
from tests.simulators.small_exchange import write_exchange

OVERLAY = """
overlay: 1.0.0
info: {title: mends, version: 1.0.0}
actions:
  - target: $.info
    update: {description: mended}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A profile of one's own, with an overlay."""
    profile = write_exchange(tmp_path / "mine", "small")
    folder = profile if profile.is_dir() else profile.parent
    (folder / "mend.yaml").write_text(OVERLAY)
    file = folder / "profile.yaml"
    file.write_text(file.read_text().replace("spec:", "spec:\n  overlays: [mend.yaml]", 1))
    return file


def test_the_copy_is_the_same_exchange_without_the_machine_it_came_from(
    certify: Certify, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings()
    plan = prepare(RunRequest(exchange=str(own), isolation="process"), settings)
    copy_subject(plan)
    copied = load_profile(plan.out / COPY / "profile.yaml")
    again = settle_names(copied, take_snapshot(copied, None, settings), settings)
    assert again.identity() == plan.snapshot.identity(), "description, overlays, streams and names, byte for byte"
    assert copied.sdk == plan.profile.sdk
    assert copied.trading == plan.profile.trading
    texts = [file.read_text() for file in (plan.out / COPY).iterdir()]
    assert not any(str(own.parent) in text for text in texts)
    assert {f"{COPY}/{file.name}" for file in (plan.out / COPY).iterdir()} <= {file.path for file in write_evidence(plan.out, Evidence())}

    monkeypatch.chdir(plan.out)
    described = certify("describe", replay_of(plan.request).exchange)
    assert described.exit_code == 0, described.err
    assert "6 of 6 operations" in described.out


def test_copying_again_changes_nothing(home: Path, own: Path) -> None:
    plan = prepare(RunRequest(exchange=str(own), isolation="process"), read_settings())
    copy_subject(plan)
    before = {file.name: file.read_bytes() for file in (plan.out / COPY).iterdir()}
    copy_subject(plan)
    assert {file.name: file.read_bytes() for file in (plan.out / COPY).iterdir()} == before
    assert before.keys() == {"profile.yaml", "description", "overlay-1.yaml", "names.lock.json"}


@pytest.mark.parametrize("file", list_profiles(), ids=lambda file: file.parent.name)
def test_every_profile_says_the_same_when_it_is_written_anew(file: Path, tmp_path: Path) -> None:
    profile = load_profile(file)
    (tmp_path / "profile.yaml").write_bytes(_written(profile))
    assert load_profile(tmp_path / "profile.yaml").model_copy(update={"folder": profile.folder}) == profile
