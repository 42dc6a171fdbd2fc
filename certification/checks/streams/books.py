"""The book of a stream: every change once and in order, and the same book as is answered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.replica import changes, differences, gap, kind, states, whole
from certification.checks.scene import MootError, accepted_step, ask_of, step, unless_cut_off
from certification.evidence.checksum import stated_depth
from certification.evidence.facts import UnclearError, is_accepted, number, numbers, texts
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer

_BOOK = "streams.book"
_ENDED = frozenset({"unsubscribed", "subscribed"})
"""Kinds of the word that a subscription has ended: some exchanges confirm beginning and end alike."""


@check(
    requirement="Each change of the book carries the number that follows the one before it.",
    remediation="Number and send every change, in order, from one place; never drop one for a client that keeps up.",
)
def sequences_have_no_gap(evidence: Evidence) -> Iterator[Answer]:
    """The stream of a book numbers its snapshot and every change behind it without a gap.

    A client that misses a change without being told trades on a book that does not exist.
    """

    def question(scenario: Scenario) -> list[str]:
        heard = changes(scenario)
        if len(heard) < 2:  # noqa: PLR2004 - one message follows none
            raise UnclearError("the stream of the book sent no change after its snapshot")
        return [found for before, after in pairwise(heard) if (found := gap(before, after))]

    return ask_of(evidence, _BOOK, question)


@check(
    requirement="A snapshot with every change behind it applied is the book that a request answers.",
    remediation="Make the stream's changes and the answer's levels from the same book, and number both alike.",
)
def changes_make_the_book(evidence: Evidence) -> Iterator[Answer]:
    """The book that was heard, at the sequence number of the book that was asked for, has the same levels.

    Where answers carry no sequence number, the book must equal one that was heard, of those that hold our last order if any does.
    """

    def question(scenario: Scenario) -> list[str]:
        depth = accepted_step(scenario, "depth")
        books = states(scenario)
        asked = whole(depth, "sequence")
        if asked is None:
            resting = next(
                (price for each in scenario.steps if each.label == "place to rest" for price in numbers(each, "asked.price")), None
            )
            late = [book for book in books if resting in book[1]]
            tries = [differences(depth, bids, asks) for _, bids, asks in late or books]
            return [] if [] in tries else tries[-1]
        for sequence, bids, asks in reversed(books):
            if sequence == asked:
                return differences(depth, bids, asks)
        if books[-1][0] is not None and books[-1][0] > asked:
            return [f"the change number {asked}, which the answer shows, was never heard"]
        return [f"the book is at {asked}, but the stream stayed at {books[-1][0]}"]

    return ask_of(evidence, _BOOK, unless_cut_off(question))


@check(
    requirement="The book that a stream begins with is no deeper than the depth that was asked for.",
    remediation="Cut the snapshot to the depth of its subscription, as the changes behind it are.",
)
def snapshots_keep_their_depth(evidence: Evidence) -> Iterator[Answer]:
    """Neither side of a snapshot has more levels than the stream's depth, where the profile states one: a client has room for no more."""

    def question(scenario: Scenario) -> list[str]:
        told = [(each, stated_depth(each)) for each in scenario.steps if kind(each) == "snapshot" and each.call is None]
        bounded = [(each, most) for each, most in told if most]
        if not bounded:
            raise MootError("the stream's snapshots have no stated depth (behaviour.streams.book.depth)")
        sides = [(side, len(texts(each, f"{side}.price")), most) for each, most in bounded for side in ("bids", "asks")]
        return [f"a snapshot has {found} {side}, where {most} were asked for" for side, found, most in sides if found > most]

    return ask_of(evidence, _BOOK, question)


@check(
    requirement="Whoever connects again is served like whoever connects first.",
    remediation="Forget a connection's subscriptions with the connection, and send a snapshot to every new subscription.",
)
def a_second_connection_is_served(evidence: Evidence) -> Iterator[Answer]:
    """After a connection has ended, a new one that asks for the book gets its snapshot too, or else is told of changes as the first was."""

    def question(scenario: Scenario) -> list[str]:
        step(scenario, "second connection")
        first, second = (
            [kind(candidate) for candidate in scenario.steps if candidate.label == f"answer to {which} connection"]
            for which in ("first", "second")
        )
        told = "snapshot" if "snapshot" in first else "delta"
        if told not in first or (told == "delta" and not _tells_of_ours(scenario, "answer to first connection")):
            raise UnclearError("not even the first connection was told of the book")
        if told in second:
            return []
        if "closed" in second:
            raise UnclearError("the second connection ended before anything could be told")
        if not all(is_accepted(candidate) for candidate in scenario.steps if candidate.label == "place"):
            raise UnclearError("no order was placed that the second connection could have been told of")
        return [f"the second connection heard {', '.join(second) or 'nothing'}, and no {told}"]

    return ask_of(evidence, "streams.connect-again", question)


def _tells_of_ours(scenario: Scenario, label: str) -> bool:
    """Whether changes under a label hold the price of an order of ours: what others did may have been all that was told."""
    ours = {price for candidate in scenario.steps if candidate.label == "place" for price in numbers(candidate, "asked.price")}
    return any(ours & set(numbers(candidate, "bids.price")) for candidate in scenario.steps if candidate.label == label)


@check(
    requirement="Whoever stops listening to a book hears no more of it.",
    remediation="Take the connection off the channel's receivers before the end of the subscription is confirmed.",
)
def what_is_left_stays_silent(evidence: Evidence) -> Iterator[Answer]:
    """After the end of a subscription is confirmed, an order that comes and goes is not told any more, as the one before it was."""

    def question(scenario: Scenario) -> list[str]:
        if not _ENDED & set(_kinds(scenario, "unsubscribe")):
            raise UnclearError("the end of the subscription was not confirmed")
        ours = number(accepted_step(scenario, "place while listening"), "asked.price")
        listened = [each for each in scenario.steps if each.label == "answer to listening" and kind(each) == "delta"]
        if not any(ours in numbers(each, "bids.price") for each in listened):
            raise UnclearError("such an order was not heard of either while the book was listened to")
        accepted_step(scenario, "place")
        told = [each for each in _kinds(scenario, "silence") if each in {"snapshot", "delta"}]
        return [f"{len(told)} changes of the book were told after its subscription had ended"] if told else []

    return ask_of(evidence, "streams.left-alone", question)


@check(
    requirement="Whoever asks for a book again, on the same connection, gets its beginning again.",
    remediation="Send a snapshot to every new subscription, and forget those that ended.",
)
def a_new_subscription_begins_anew(evidence: Evidence) -> Iterator[Answer]:
    """A subscription that follows the end of another one begins with a snapshot, where the first one did: the book has changed since."""

    def question(scenario: Scenario) -> list[str]:
        if not _ENDED & set(_kinds(scenario, "unsubscribe")):
            raise UnclearError("the end of the subscription was not confirmed")
        if "snapshot" not in _kinds(scenario, "depth"):
            raise MootError("the stream of the book begins with no snapshot")
        step(scenario, "subscribe again")
        again = _kinds(scenario, "again")
        return [] if "snapshot" in again else [f"a second subscription was answered with {', '.join(again) or 'nothing'}, and no snapshot"]

    return ask_of(evidence, "streams.left-alone", unless_cut_off(question))


def _kinds(scenario: Scenario, label: str) -> list[str]:
    """The kinds of the messages that came as answers to something, in order."""
    return [kind(each) for each in scenario.steps if each.label == f"answer to {label}" and kind(each)]
