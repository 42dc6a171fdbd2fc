from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkgen.python.runtime.book import BookKeeper, BookState, Level, Verdict
from sdkgen.python.runtime.channels import BookRule, ChannelRule, ChecksumRule, Match

RULE = BookRule(
    ChannelRule("depth", ""),
    Match((("type", "delta"), ("symbol", "{symbol}"))),
    "bids",
    "asks",
    snapshot=Match((("type", "snapshot"), ("symbol", "{symbol}"))),
    sequence="n",
)
WORDS = {"symbol": "X"}


def keeper(**changes: Any) -> BookKeeper:
    return BookKeeper(RULE._replace(**changes), WORDS)


def snapshot(number: int, bids: list[Any] | None = None, asks: list[Any] | None = None) -> dict[str, Any]:
    return {"type": "snapshot", "symbol": "X", "n": number, "bids": bids or [], "asks": asks or []}


def delta(number: object, bids: list[Any] | None = None, asks: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "delta", "symbol": "X", "n": number, "bids": bids or [], "asks": asks or [], **more}


def test_a_book_begins_with_its_snapshot_and_follows_its_changes() -> None:
    book = keeper()
    assert not book.state().synced
    assert book.take(snapshot(5, [["1.10", "2"], ["1.20", "1"]], [["1.30", "4"]])) is Verdict.CHANGED
    assert book.take(delta(6, [["1.2", "0"], ["1.15", "3"]], [["1.30", "5"], ["1.25", "1"]])) is Verdict.CHANGED
    state = book.state()
    assert (state.sequence, state.synced, state.resyncs) == ("6", True, 0)
    assert state.bids == (Level(Decimal("1.15"), Decimal(3)), Level(Decimal("1.10"), Decimal(2)))
    assert state.asks == (Level(Decimal("1.25"), Decimal(1)), Level(Decimal("1.30"), Decimal(5)))
    assert book.take({**delta(7), "symbol": "Y"}) is Verdict.NOTHING


def test_what_comes_before_the_snapshot_is_applied_after_it() -> None:
    book = keeper()
    for number in (4, 5, 6, 7):
        assert book.take(delta(number, [[str(number), "1"]])) is Verdict.NOTHING
    assert book.take(snapshot(5)) is Verdict.CHANGED
    assert [level.price for level in book.state().bids] == [7, 6]
    late = keeper()
    late.take(delta(9))
    assert late.take(snapshot(5)) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("numbering", "follows", "gap"),
    [
        ("consecutive", delta(6), delta(7)),
        ("previous", delta(9, p=5), delta(9, p=6)),
        ("range", delta(9, f=6), delta(9, f=7)),
        ("range", delta(9, f=3), delta(9, f=10)),
        ("previous", delta(9, p=3), delta(9, p=8)),
        ("previous", delta(4, p=5), None),
        ("growing", delta(900), None),
    ],
)
def test_each_numbering_knows_what_follows_and_what_is_a_gap(numbering: str, follows: Any, gap: Any) -> None:
    changes = {"numbering": numbering, "previous": "p", "first": "f"}
    for message, verdict in ((follows, Verdict.CHANGED), (gap, Verdict.BROKEN), (delta(5, p=4, f=1), Verdict.NOTHING)):
        book = keeper(**changes)
        book.take(snapshot(5))
        if message is not None:
            assert book.take(message) is verdict


@pytest.mark.parametrize(("numbering", "more"), [("previous", {"p": 6}), ("range", {"f": 7})])
def test_only_the_first_change_may_have_begun_before_the_snapshot(numbering: str, more: dict[str, Any]) -> None:
    book = keeper(numbering=numbering, previous="p", first="f")
    book.take(snapshot(5))
    assert book.take(delta(7, p=3, f=4)) is Verdict.CHANGED
    assert book.take(delta(9, **more)) is Verdict.BROKEN


def test_a_change_can_be_one_level_by_itself() -> None:
    book = keeper(side="s", bid="B", price="p", quantity="q", numbering="growing")
    book.take(snapshot(5, [{"p": "1", "q": "2"}], [{"p": "3", "q": "4"}]))
    assert book.take(delta(6, s="B", p="2", q="1")) is Verdict.CHANGED
    assert book.take(delta(9, s="S", p="3", q="0")) is Verdict.CHANGED
    assert (book.state().bids, book.state().asks) == ((Level(Decimal(2), Decimal(1)), Level(Decimal(1), Decimal(2))), ())
    assert book.take(delta(10, p="3", q="0")) is Verdict.BROKEN


def test_old_numbers_are_left_out_but_not_for_ever() -> None:
    book = keeper()
    book.take(snapshot(500))
    verdicts = [book.take(delta(number, [["1", "1"]])) for number in range(100)]
    assert verdicts == [Verdict.NOTHING] * 99 + [Verdict.BROKEN]
    assert book.state().bids == ()
    for _ in range(3):
        book.take(snapshot(500))
        assert [book.take(delta(number)) for number in range(60)] == [Verdict.NOTHING] * 60
        assert book.take(delta(501)) is Verdict.CHANGED
        assert [book.take(delta(number)) for number in range(60)] == [Verdict.NOTHING] * 60


@pytest.mark.parametrize(
    "message",
    [
        delta(6, [["9", "1"]], [["9", "1"]]),
        delta(6, [["x", "1"]]),
        delta(6, [["1"]]),
        delta(6, [["-1", "1"]]),
        delta(6, [["NaN", "1"]]),
        delta(6, [[None, "1"]]),
        delta(6, [[True, "1"]]),
        delta("six"),
        delta("1" * 50),
        {**delta(6), "bids": "none"},
    ],
)
def test_what_can_t_be_true_breaks_the_book(message: Any) -> None:
    book = keeper()
    book.take(snapshot(5))
    assert book.take(message) is Verdict.BROKEN
    book.lose()
    assert (book.state().synced, book.state().resyncs) == (False, 1)
    assert keeper().take({**message, "type": "snapshot"}) is Verdict.BROKEN


def test_a_lost_book_keeps_nothing_of_before() -> None:
    book = keeper()
    book.take(snapshot(5, [["1", "1"]]))
    book.lose()
    book.take(delta(6, [["2", "1"]]))
    book.lose()
    book.forget()
    assert book.state().resyncs == 1
    assert book.take(snapshot(1, [["3", "1"]])) is Verdict.CHANGED
    assert [level.price for level in book.state().bids] == [3]


def test_levels_may_be_objects_numbers_and_nested() -> None:
    book = keeper(
        price="px.value",
        quantity="q",
        sequence="",
        snapshot=None,
        operation="o",
        operation_bids="b",
        operation_asks="a",
        operation_sequence="s",
    )
    book.take(delta(1, [{"px": {"value": "9"}, "q": 9}]))
    assert book.begin({"b": [{"px": {"value": Decimal("1.5")}, "q": 2}], "a": None, "s": "7"}) is Verdict.CHANGED
    assert book.state().bids == (Level(Decimal(9), Decimal(9)), Level(Decimal("1.5"), Decimal(2)))
    assert book.begin({"b": [5], "a": []}) is Verdict.BROKEN


def test_without_numbers_what_came_before_a_snapshot_of_the_stream_is_older() -> None:
    book = keeper(sequence="")
    book.take(delta(1, [["9", "9"]]))
    assert book.take(snapshot(2, [["1", "1"]])) is Verdict.CHANGED
    assert book.state() == BookState(None, (Level(Decimal(1), Decimal(1)),), (), synced=True, resyncs=0)


def test_a_snapshot_of_an_operation_goes_on_with_what_came_meanwhile() -> None:
    book = keeper(snapshot=None, operation_bids="b", operation_asks="a", operation_sequence="u", numbering="range", first="f")
    book.take(delta(8, [["1", "1"]], f=6))
    book.take(delta(9, [["2", "1"]], f=9))
    assert book.begin({"b": [["3", "1"]], "a": [], "u": 7}) is Verdict.CHANGED
    assert [level.price for level in book.state().bids] == [3, 2, 1]
    many = keeper()
    for number in range(300):
        many.take(delta(number))
    assert many.take(snapshot(298)) is Verdict.CHANGED
    assert many.state().sequence == "299"
    old = keeper(snapshot=None, operation_bids="b", operation_asks="a", operation_sequence="u", numbering="range", first="f")
    old.take(delta(9, f=9))
    assert old.begin({"b": [], "a": [], "u": 7}) is Verdict.BROKEN
    old.lose()
    assert old.state().resyncs == 0, "a book that nobody saw is not lost"
    assert old.begin({"b": [], "a": [], "u": 8}) is Verdict.CHANGED
    assert old.state().sequence == "9"
    assert old.begin({"b": [["2", "1"]], "a": [["1", "1"]], "u": 9}) is Verdict.BROKEN
    old.lose()
    assert old.state().resyncs == 1


VECTORS = json.loads((Path(__file__).parents[2] / "vectors/checksums/documented.json").read_text())


def summed(vector: dict[str, Any], **changes: Any) -> BookKeeper:
    """A book without numbers that is summed up as the vector's exchange does."""
    rule = vector["rule"]
    told = ChecksumRule(rule["place"], rule["levels"], rule["joining"], rule["written"] == "digits", rule["separator"])
    return keeper(sequence="", checksum=told, **changes)


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_a_book_is_the_one_that_its_messages_sum_up(vector: dict[str, Any]) -> None:
    bids, asks, told = vector["bids"], vector["asks"], int(vector["checksum"])
    for right in (told, told % 2**32, str(told)):
        book = summed(vector)
        assert book.take({**snapshot(1, [[bids[0][0], "999"], *bids[1:]], asks)}) is Verdict.CHANGED
        assert book.take(delta(2, [[f"{Decimal(bids[0][0]):.3f}", "5"]])) is Verdict.CHANGED
        assert book.take(delta(3, [bids[0]], checksum=right)) is Verdict.CHANGED
        assert book.take(delta(4, [["0.00001", "1"]], checksum=told + 1)) is Verdict.BROKEN
    assert summed(vector).take({**snapshot(1, bids, asks), "checksum": told}) is Verdict.CHANGED
    assert summed(vector).take({**snapshot(1, bids, asks[1:]), "checksum": told}) is Verdict.BROKEN
    numbers = [[Decimal(text) for text in level] for level in bids]
    assert summed(vector).take({**snapshot(1, numbers, asks), "checksum": told}) is Verdict.CHANGED


def test_a_shorter_side_is_summed_up_whole_and_the_texts_that_came_last_count() -> None:
    vector = VECTORS[3] | {"rule": VECTORS[3]["rule"] | {"joining": "bids_asks"}}
    book = summed(vector)
    book.take(snapshot(1, [["9", "2"]], [["10", "1"], ["11", "1"]]))
    assert book.take(delta(2, asks=[["11", "0"]], checksum=1226559413)) is Verdict.CHANGED
    assert book.take(delta(3, bids=[["9.0", "2"]], checksum=1226559413)) is Verdict.BROKEN


def test_a_number_with_an_exponent_is_summed_up_written_out() -> None:
    for nine in ("0.9e1", Decimal("0.9E1")):
        assert summed(VECTORS[3]).take({**snapshot(1, [[nine, "2"]], [["10", "1"]]), "checksum": 1226559413}) is Verdict.CHANGED


def test_levels_beyond_the_depth_are_forgotten_with_or_without_a_checksum() -> None:
    book = keeper(depth=2)
    book.take(snapshot(5, [["3", "1"], ["2", "1"], ["1", "1"]], [["7", "1"], ["8", "1"], ["9", "1"]]))
    book.take(delta(6, [["4", "1"]], [["6", "1"]]))
    book.take(delta(7, [["4", "0"]], [["6", "0"]]))
    assert [[level.price for level in side] for side in (book.state().bids, book.state().asks)] == [[3], [7]]
    deep = summed(VECTORS[3], depth=100)
    assert deep.take({**snapshot(1, [["9", "2"]], [["10", "1"]]), "checksum": 1226559413}) is Verdict.CHANGED


FATES = st.sampled_from(["fine", "lost", "twice", "swapped"])
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["bids", "asks"]), st.integers(1, 30), st.integers(0, 3), st.sampled_from(["fine", "lost", "twice", "swapped"])
    ),
    max_size=60,
)


@settings(max_examples=60)
@given(CHANGES)
def test_a_book_that_says_it_is_synced_is_the_exchange_s(changes: list[tuple[str, int, int, str]]) -> None:
    truth: dict[str, dict[Decimal, Decimal]] = {"bids": {}, "asks": {}}
    book = keeper()
    book.take(snapshot(0))
    sent: list[dict[str, Any]] = []
    for number, (side, step, quantity, fate) in enumerate(changes, 1):
        price = Decimal(50 - step if side == "bids" else 50 + step)
        truth[side].pop(price, None)
        if quantity:
            truth[side][price] = Decimal(quantity)
        message = delta(number, **{side: [[str(price), str(quantity)]]})
        sent = [*sent, *{"fine": [message], "lost": [], "twice": [message, message], "swapped": [message]}[fate]]
        if fate == "swapped" and len(sent) > 1:
            sent[-2:] = reversed(sent[-2:])
        for each in sent:
            if book.take(each) is Verdict.BROKEN:
                book.lose()
                levels = {name: [[str(at), str(much)] for at, much in held.items()] for name, held in truth.items()}
                book.take(snapshot(number, levels["bids"], levels["asks"]))
        sent = []
        state = book.state()
        if state.synced and state.sequence == str(number):
            assert {level.price: level.quantity for level in state.bids} == truth["bids"]
            assert {level.price: level.quantity for level in state.asks} == truth["asks"]
            assert [level.price for level in state.bids] == sorted(truth["bids"], reverse=True)
            assert [level.price for level in state.asks] == sorted(truth["asks"])
