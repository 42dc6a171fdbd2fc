"""``certify replay``: a fault is shown again, and without it nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from certification.evidence.scenarios.run import Replay
from flows.cli import main
from flows.request import RunRequest
from flows.stages.subject_copy import replay_of
from tests.simulators.stubborn_server import stubborn_server

REST = "orders.rest-and-cancel"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTIFY_HOME", str(tmp_path))


def test_a_fault_is_shown_again_and_its_operation_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "reference", REST, "--fault", "hold-not-released"]) == 1
    shown = capsys.readouterr().out
    assert "✗ balances.cancelling_gives_everything_back (cancelOrder): USD: free" in shown
    assert "cancel (first): POST /v1/orders/" in shown


def test_without_the_fault_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "reference", REST]) == 0
    assert "nothing that it showed breaks a rule" in capsys.readouterr().out


def test_a_burst_is_replayed_on_a_sandbox_with_a_small_budget() -> None:
    assert main(["replay", "reference", "limits.burst", "--fault", "missing-retry-after"]) == 1


def test_what_can_not_be_played_is_inconclusive(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("FIRST", "SECOND"):
        monkeypatch.setenv(f"REFERENCE_{word}_KEY", "k")
        monkeypatch.setenv(f"REFERENCE_{word}_SECRET", "s")
    with stubborn_server(dies_after=1) as url:
        assert main(["replay", "reference", REST, "--sandbox", url]) == 3
    assert "not played: " in capsys.readouterr().out
    assert main(["replay", "reference", REST, "--sandbox", "http://127.0.0.1:1"]) == 3


def test_an_unknown_story_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "reference", "no.such"]) == 2
    assert "no story 'no.such'; there are authentication.balances, " in capsys.readouterr().err


def test_a_run_hands_its_circumstances_on() -> None:
    request = RunRequest(exchange="reference", sandbox="http://h", faults=("x", "y"))
    assert replay_of(request) == Replay(exchange="reference", options=("--sandbox", "http://h", "--fault", "x", "--fault", "y"))
    assert replay_of(RunRequest(exchange="reference")) == Replay(exchange="reference")


@pytest.mark.parametrize(
    "own",
    [
        RunRequest(exchange="/home/me/profile.yaml"),
        RunRequest(exchange="my.yaml"),
        RunRequest(exchange="reference", spec="/home/me/a b.yaml"),
    ],
    ids=["path", "file", "description"],
)
def test_what_lies_on_this_machine_is_named_by_its_copy_in_the_evidence(own: RunRequest) -> None:
    assert replay_of(own) == Replay(exchange="evidence/exchange")
