"""A book that an SDK kept is the exchange's, level by level, or the trial says where it is not."""

from __future__ import annotations

import pytest

from certification.evidence.record import ScenarioStep
from certification.evidence.sdk.harness import MISSING, Result
from certification.evidence.trials.book import book_trials
from certification.sandboxes.mock.trouble import Trouble
from sdkgen.api.json_text import JsonValue

_DEPTH = ScenarioStep(
    label="depth",
    call=None,
    facts=(
        ("asks.price", "60005"),
        ("asks.quantity", "0.50"),
        ("bids.price", "59995.0"),
        ("bids.price", "59990"),
        ("bids.quantity", "1"),
        ("bids.quantity", "2"),
    ),
)
_BIDS: JsonValue = [["59995", "1.0"], ["59990.00", "2"], ["1", "9"]]
_ASKS: JsonValue = [["60005", "0.5"]]


def _book(*, bids: JsonValue = _BIDS, asks: JsonValue = _ASKS, synced: bool = True, resyncs: JsonValue = 1) -> Result:
    return Result(kind="book", content={"sequence": "7", "synced": synced, "bids": bids, "asks": asks, "resyncs": resyncs}, text="")


def _held(result: Result, met: frozenset[Trouble] = frozenset({Trouble.GAP})) -> tuple[bool, ...]:
    return tuple(trial.held for trial in book_trials(result, _DEPTH, met))


def test_a_book_that_is_the_exchanges_holds_whatever_lies_deeper() -> None:
    assert _held(_book()) == (True, True, True)


@pytest.mark.parametrize(
    ("result", "held", "told"),
    [
        (_book(bids=[["59995", "1"], ["59990", "2.1"]]), (False, True, True), "level 2 is 2.1 at 59990, on the sandbox 2 at 59990"),
        (_book(bids=[["59995", "1"]]), (False, True, True), "level 2 is missing: the sandbox has 2 at 59990"),
        (_book(bids=[["x"]]), (False, True, True), "level 1 is missing"),
        (_book(bids=None), (False, True, True), "level 1 is missing"),
        (_book(synced=False), (False, False, True), "not synced at 7"),
        (_book(resyncs=0), (True, True, False), "took 0 new snapshots"),
        (_book(resyncs=None), (True, True, False), "took None new snapshots"),
        (MISSING, (False, False, False), "the SDK gives no book: missing"),
    ],
)
def test_a_difference_is_told_with_its_place(result: Result, held: tuple[bool, ...], told: str) -> None:
    assert _held(result) == held
    assert any(told in trial.told for trial in book_trials(result, _DEPTH, frozenset({Trouble.GAP})))


def test_levels_that_the_stream_stops_telling_of_are_not_missed() -> None:
    shallow = _book(bids=[["59995", "1"]])
    assert [trial.held for trial in book_trials(shallow, _DEPTH, frozenset(), deepest=1)] == [True, True, True]


def test_no_new_snapshot_is_asked_for_where_nothing_was_lost() -> None:
    assert _held(_book(resyncs=0), frozenset({Trouble.TWICE, Trouble.NONE}))[2] is True


def test_an_empty_side_on_the_sandbox_proves_nothing() -> None:
    empty = ScenarioStep(label="depth", call=None, facts=())
    assert [trial.held for trial in book_trials(_book(), empty, frozenset())] == [False, False, True]
