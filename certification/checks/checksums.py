"""Checksums of books: where an exchange sums its book up in messages, what it tells is the sum of the book that they make."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.replica import changes, kind, whole
from certification.checks.scene import MootError, ask_of
from certification.evidence.checksum import CUT, TOLD, Level, is_of, stated_checksum, stated_depth, summed
from certification.evidence.facts import UnclearError, numbers, text_or_empty, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_Side = dict[Decimal, Level]
_SHOWN = 60


def _applied(side: _Side, message: ScenarioStep, name: str, *, falling: bool) -> _Side:
    """One side after a message, best first, every text as it was told last."""
    prices, quantities = numbers(message, f"{name}.price"), numbers(message, f"{name}.quantity")
    levels = zip(texts(message, f"{name}.price"), texts(message, f"{name}.quantity"), strict=False)
    result = {} if kind(message) == "snapshot" else dict(side)
    for price, quantity, level in zip(prices, quantities, levels, strict=False):
        result.pop(price, None)
        if quantity:
            result[price] = level
    kept = sorted(result, reverse=falling)[: stated_depth(message)]
    return {price: result[price] for price in kept}


def _question(scenario: Scenario) -> list[str]:
    messages = changes(scenario)
    rules = [stated_checksum(message) for message in messages]
    rule = next((each for each in rules if each is not None), None)
    if rule is None:
        raise MootError("the profile names no checksum of the book (behaviour.streams.book.checksum)")
    if messages[0].call is not None:
        raise UnclearError("the book's beginning was asked for, and an answer may write numbers otherwise than the stream")
    if any(texts(message, CUT) for message in messages):
        raise UnclearError("a message of the book holds more levels than are kept of one")
    bids: _Side = {}
    asks: _Side = {}
    complaints, seen = [], 0
    for message in messages:
        bids, asks = _applied(bids, message, "bids", falling=True), _applied(asks, message, "asks", falling=False)
        told = text_or_empty(message, TOLD)
        seen += bool(told)
        joined = summed(rule, bids.values(), asks.values())
        if told and not is_of(told, joined):
            complaints.append(f"{_named(message)} tells {told[:_SHOWN]}, which is not the checksum of {_start(joined)}")
    if not seen:
        raise UnclearError(f"no message of the book holds a checksum at {rule.place}")
    return complaints


def _named(message: ScenarioStep) -> str:
    number = whole(message, "sequence")
    return f"the {kind(message)}" if number is None else f"the {kind(message)} {number}"


def _start(joined: str) -> str:
    return f"'{joined[:_SHOWN]}…'" if len(joined) > _SHOWN else f"'{joined}'"


@check(
    requirement="The checksum that comes with a message of the book is that of the book with the message applied.",
    remediation="Sum up the book after the change, from the same levels and the same texts that are sent.",
)
def told_checksums_are_the_books(evidence: Evidence) -> Iterator[Answer]:
    """Each checksum that a snapshot or a change tells is the CRC-32 of the book that the messages make.

    For a client it is the only way to see that it has lost a change where messages have no numbers. One that is wrong makes careful
    clients begin anew for ever, and teaches the others not to look.
    """
    return ask_of(evidence, "streams.book", _question)
