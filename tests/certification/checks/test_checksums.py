from __future__ import annotations

import zlib

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
RULE = {"place": "checksum", "levels": "2", "joining": "in_turn", "written": "as_sent", "separator": ":"}
STATED = {f"stated.checksum.{name}": value for name, value in RULE.items()}
SECOND = "100.0:2:101:1:99:2:102:1"


def crc(text: str) -> str:
    return str(zlib.crc32(text.encode()))


def heard(kind: str, bids: str, asks: str, told_sum: str = "", **more: str) -> ScenarioStep:
    """A message of the book, ``100:1 99:2`` for levels, with a checksum where one is given."""
    facts: dict[str, str | tuple[str, ...]] = {"kind": kind, **STATED, **more}
    for name, side in (("bids", bids), ("asks", asks)):
        for at, what in enumerate(("price", "quantity")):
            facts[f"{name}.{what}"] = tuple(level.split(":")[at] for level in side.split())
    if told_sum:
        facts["checksum"] = told_sum
    return step(kind, facts, status=None)


BOOK = told(
    "streams.book",
    heard("snapshot", "100:1 99:2 98:1", "101:1 102:1", crc("100:1:101:1:99:2:102:1")),
    step("place", status=201),
    heard("delta", "100.0:2", "103:1", crc(SECOND), sequence="7"),
)


def changed(**facts: str) -> Scenario:
    """The story with other facts of its change."""
    (first, placed, delta) = BOOK.steps
    return told("streams.book", first, placed, step("delta", _facts(delta) | facts, status=None))


def rule(**changes: str) -> Scenario:
    """The story as another rule would have it."""
    facts: Facts = {f"stated.checksum.{name}": value for name, value in changes.items()}
    (first, placed, delta) = BOOK.steps
    steps = [step(each.label, _facts(each) | dict(facts), status=None) for each in (first, delta)]
    return told("streams.book", steps[0], placed, steps[1])


def _facts(of: ScenarioStep) -> dict[str, str | tuple[str, ...]]:
    return {name: tuple(value for key, value in of.facts if key == name) for name, _ in of.facts}


CASES = (
    pytest.param(BOOK, PASSED, "", id="every checksum is right"),
    pytest.param(changed(checksum=str(int(crc(SECOND)) - 2**32)), PASSED, "", id="signed"),
    pytest.param(changed(checksum=crc("100:2:101:1:99:2:102:1")), FAILED, "the delta 7 tells", id="the text that was told last counts"),
    pytest.param(changed(checksum=crc("100:1:101:1:99:2:102:1")), FAILED, "is not the checksum of '100.0:2:101:1", id="before the change"),
    pytest.param(changed(checksum="0"), FAILED, "tells 0, which is not", id="always nothing"),
    pytest.param(changed(checksum="none"), FAILED, "tells none", id="no number"),
    pytest.param(changed(checksum="null"), PASSED, "", id="a message without one is not looked at"),
    pytest.param(cut(BOOK, "delta"), PASSED, "", id="a snapshot alone"),
    pytest.param(changed(**{"bids.quantity": "0"}), FAILED, "checksum of '99:2:101:1:98:1:102:1'", id="an empty level is gone"),
    pytest.param(
        changed(**{"bids.quantity": "0", "stated.depth": "2"}), FAILED, "of '99:2:101:1:98:1", id="a depth counts from its message"
    ),
    pytest.param(rule(joining="asks_bids"), FAILED, "of '101:1:102:1:100:1:99:2'; the delta 7", id="asks, then bids"),
    pytest.param(rule(joining="bids_asks", separator=""), FAILED, "of '1001992", id="bids, then asks, without anything between"),
    pytest.param(rule(levels="1"), FAILED, "of '100:1:101:1'", id="one level"),
    pytest.param(changed(cut="true"), UNSEEN, "more levels than are kept", id="too long a message"),
    pytest.param(
        told("streams.book", heard("snapshot", "1:1", "")), UNSEEN, "no message of the book holds a checksum at checksum", id="none"
    ),
    pytest.param(but(BOOK, "snapshot"), UNSEEN, "beginning was asked for", id="a beginning that was asked for"),
    pytest.param(cut(BOOK, "snapshot"), UNSEEN, "sent no snapshot", id="no beginning"),
    pytest.param(told("streams.book", step("s", {"kind": "snapshot"}, status=None)), MOOT, "names no checksum", id="no rule"),
)


@pytest.mark.parametrize(("scenario", "outcome", "words"), CASES)
def test_checksums_are_those_of_the_book_that_the_messages_make(scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers("checksums.told_checksums_are_the_books", scenario)
    assert answer.outcome is outcome, answer
    assert words in answer.summary


def test_levels_beyond_the_stated_depth_are_forgotten() -> None:
    deep = {"stated.depth": "2"}
    steps = (
        heard("snapshot", "100:1 99:2", "101:1", crc("100:1:101:1:99:2"), **deep),
        heard("delta", "99.5:1", "", crc("100:1:101:1:99.5:1"), **deep),
        heard("delta", "100:0", "", crc("99.5:1:101:1"), **deep),
    )
    (answer,) = answers("checksums.told_checksums_are_the_books", told("streams.book", *steps))
    assert answer.outcome is PASSED, answer
