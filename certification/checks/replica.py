"""The book as a client of a stream makes it: a snapshot, and every change behind it in order. Asks nothing of an exchange itself."""

from __future__ import annotations

from decimal import Decimal

from certification.evidence.checksum import stated_depth
from certification.evidence.facts import UnclearError, numbers, texts
from certification.evidence.record import Scenario, ScenarioStep

Side = dict[Decimal, Decimal]
"""Price -> quantity."""


def kind(candidate: ScenarioStep) -> str:
    """The kind of a message that was heard; empty where the step is none."""
    return next(iter(texts(candidate, "kind")), "")


def changes(scenario: Scenario) -> list[ScenarioStep]:
    """The newest snapshot and all deltas behind it. One that was asked for may be newer than the first deltas: those are passed over.

    Raises:
        UnclearError: there are none.
    """
    heard = [candidate for candidate in scenario.steps if kind(candidate) in {"snapshot", "delta"}]
    starts = [index for index, candidate in enumerate(heard) if kind(candidate) == "snapshot"]
    if not starts:
        raise UnclearError("the stream of the book sent no snapshot")
    start, *deltas = heard[starts[-1] :]
    known = whole(start, "sequence") if start.call is not None else None
    while known is not None and deltas and (whole(deltas[0], "sequence") or 0) <= known:
        del deltas[0]
    return [start, *deltas]


def whole(candidate: ScenarioStep, name: str) -> int | None:
    """The first value under a neutral name, where it is a whole number."""
    found = texts(candidate, name)
    return int(found[0]) if found and found[0].isdecimal() and found[0].isascii() else None


def gap(before: ScenarioStep, after: ScenarioStep) -> str | None:
    """What is wrong between two messages; the rule depends on which numbers the exchange sends.

    Raises:
        UnclearError: it sends none.
    """
    last, sequence = whole(before, "sequence"), whole(after, "sequence")
    if last is None or sequence is None:
        raise UnclearError("the profile reads no sequence from the stream of the book")
    previous, first = whole(after, "previous"), whole(after, "first")
    if previous is not None:
        return None if previous == last else f"a change says that it follows {previous}, but {last} came before it"
    begins = sequence if first is None else first
    if begins == last + 1 <= sequence or (kind(before) == "snapshot" and begins <= last + 1 <= sequence):
        return None
    return f"sequence {begins} follows {last}"


def _applied(side: Side, message: ScenarioStep, name: str) -> Side:
    levels = zip(numbers(message, f"{name}.price"), numbers(message, f"{name}.quantity"), strict=False)
    result = ({} if kind(message) == "snapshot" else dict(side)) | dict(levels)
    kept = {price: quantity for price, quantity in result.items() if quantity}
    return dict(_top(kept, stated_depth(message) or len(kept), falling=name == "bids"))


def states(scenario: Scenario) -> list[tuple[int | None, Side, Side]]:
    """The book after the snapshot and after each change: sequence, bids, asks."""
    bids: Side = {}
    asks: Side = {}
    states = []
    for message in changes(scenario):
        bids, asks = _applied(bids, message, "bids"), _applied(asks, message, "asks")
        states.append((whole(message, "sequence"), bids, asks))
    return states


def _top(side: Side, most: int, *, falling: bool) -> list[tuple[Decimal, Decimal]]:
    return sorted(side.items(), reverse=falling)[:most]


def differences(depth: ScenarioStep, bids: Side, asks: Side) -> list[str]:
    """How the book that was asked for differs from the one that was heard, as deep as the shorter of them goes."""
    complaints = []
    for name, side, falling in (("bids", bids, True), ("asks", asks, False)):
        answered = dict(zip(numbers(depth, f"{name}.price"), numbers(depth, f"{name}.quantity"), strict=False))
        most = min(len(answered), len(side))
        ours, theirs = _top(side, most, falling=falling), _top(answered, most, falling=falling)
        complaints += [
            f"{name}: {heard[1]:f} at {heard[0]:f} was heard, {asked[1]:f} at {asked[0]:f} was answered"
            for heard, asked in zip(ours, theirs, strict=True)
            if heard != asked
        ]
        if bool(answered) != bool(side):
            complaints.append(f"{name}: {len(side)} levels were heard, {len(answered)} answered")
    return complaints
