"""A checksum is that of its exchange's documentation, and what a profile says of it reaches the check."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from certification.evidence.checksum import book_facts, is_of, stated_checksum, stated_depth, summed
from certification.evidence.record import ScenarioStep
from sdkgen.checksum import Checksum
from sdkgen.stream_protocol import Book, Match

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/checksums/documented.json").read_text())
RULES = TypeAdapter(Checksum)
RULE = RULES.validate_python(VECTORS[0]["rule"])
BOOK = Book(channel="book", delta=Match(when={}), snapshot=Match(when={}), bids="b", asks="a", depth=10, checksum=RULE)


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_the_examples_of_exchanges_come_out(vector: dict[str, Any]) -> None:
    text = summed(RULES.validate_python(vector["rule"]), vector["bids"], vector["asks"])
    number = int(vector["checksum"])
    assert is_of(str(number), text)
    assert is_of(str(number % 2**32), text)
    assert not is_of(str(number + 1), text)
    assert not is_of(str(number + 2**32 if number >= 0 else number - 2**32), text)


def test_what_the_profile_says_is_a_fact_of_each_message() -> None:
    step = ScenarioStep(label="x", call=None, facts=book_facts(BOOK, {"checksum": Decimal(7)}))
    assert stated_checksum(step) == RULE
    assert stated_depth(step) == 10
    assert ("checksum", "7") in step.facts
    silent = ScenarioStep(label="x", call=None, facts=book_facts(BOOK, {}))
    assert all(name != "checksum" for name, _ in silent.facts)


def test_where_nothing_is_said_nothing_is_a_fact() -> None:
    plain = Book(channel="book", delta=Match(when={}), bids="b", asks="a")
    assert book_facts(None, {}) == book_facts(plain, {}) == ()
    step = ScenarioStep(label="x", call=None)
    assert stated_checksum(step) is None
    assert stated_depth(step) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": ""}, "behaviour.streams.book.checksum.place: say where"),
        ({"levels": 0}, "0 is no number of levels from 1 to 1,000"),
        ({"levels": 1001}, "1001 is no number of levels"),
        ({"joining": "mixed"}, "Input should be 'asks_bids', 'bids_asks' or 'in_turn'"),
    ],
)
def test_a_rule_that_sums_nothing_up_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RULES.validate_python(VECTORS[0]["rule"] | changes)


@pytest.mark.parametrize("missing", ["place", "levels", "joining", "written", "separator"])
def test_a_rule_filled_by_half_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        RULES.validate_python({name: value for name, value in VECTORS[0]["rule"].items() if name != missing})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"depth": 9}, "it covers 10 levels, and the book keeps 9"),
        ({"depth": -1}, "a number of levels, or 0"),
        ({"snapshot": None}, "name the message with the whole book"),
    ],
)
def test_a_book_that_can_not_have_its_checksum_is_refused(changes: dict[str, Any], words: str) -> None:
    given = {"channel": "book", "delta": {"when": {}}, "snapshot": {"when": {}}, "bids": "b", "asks": "a", "checksum": VECTORS[0]["rule"]}
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(Book).validate_python(given | changes)
