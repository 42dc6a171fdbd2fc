"""What streams say: every change once and in order, the same book as is answered, and own orders to their owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.replica import changes, differences, gap, kind, states, whole
from certification.checks.scene import MootError, accepted_step, ask_of, step, unless_cut_off
from certification.evidence.checksum import stated_depth
from certification.evidence.facts import UnclearError, is_accepted, number, numbers, text, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_BOOK, _OWN, _OTHER, _LOGIN = "streams.book", "streams.own-orders", "streams.other-account", "streams.login"
_REFUSALS = frozenset({"refused", "closed"})


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


def _statuses(scenario: Scenario, order_id: str) -> list[str]:
    """What was heard of an order, in order."""
    return [
        status
        for candidate in scenario.steps
        if kind(candidate) == "order"
        for told, status in zip(texts(candidate, "order_id"), texts(candidate, "status"), strict=False)
        if told == order_id
    ]


def _end(scenario: Scenario, taken: ScenarioStep) -> str:
    """What became of an order that was filled: by its own answer, or by a query where that tells nothing."""
    return text(_known(scenario, taken), "status")


def _known(scenario: Scenario, taken: ScenarioStep) -> ScenarioStep:
    queried = [candidate for candidate in scenario.steps if candidate.label == "query taken" and is_accepted(candidate)]
    return taken if texts(taken, "status") or not queried else queried[0]


def _subscribed(scenario: Scenario) -> None:
    """Raises UnclearError where the account could not listen to its orders at all."""
    kinds = [kind(candidate) for candidate in scenario.steps]
    if _REFUSALS & set(kinds):
        raise UnclearError("the login or the subscription to own orders was refused")


@check(
    requirement="The owner hears of each thing that becomes of an order: that it rests, is filled, is cancelled.",
    remediation="Send an order's new state in the same transaction that changes it.",
)
def own_orders_are_told(evidence: Evidence) -> Iterator[Answer]:
    """An order that rests, is cancelled or is filled is heard of on the private stream each time."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        expected = [(accepted_step(scenario, "place"), "open")]
        accepted_step(scenario, "cancel")
        expected.append((expected[0][0], "cancelled"))
        expected += [(taken, _end(scenario, taken)) for taken in scenario.steps if taken.label == "take" and is_accepted(taken)]
        return [
            f"the {label} of an order ({status}) was not heard of"
            for (order, status), label in zip(expected, ("placing", "cancellation", "filling"), strict=False)
            if status not in _statuses(scenario, text(order, "order_id"))
        ]

    return ask_of(evidence, _OWN, unless_cut_off(question))


@check(
    requirement="The owner hears that an order which rested was filled by somebody else.",
    remediation="Tell both sides of a trade, not only the one whose request made it.",
)
def fills_of_resting_orders_are_told(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that rests and that the other account fills, the private stream says that it is filled."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        resting = accepted_step(scenario, "rest")
        if text(accepted_step(scenario, "query"), "status") != "filled":
            raise UnclearError("the order that rested was not filled by the other account's")
        told = _statuses(scenario, text(resting, "order_id"))
        return [] if "filled" in told else [f"that an order was filled while it rested was not heard ({', '.join(told) or 'nothing'} was)"]

    return ask_of(evidence, "streams.filled-at-rest", unless_cut_off(question))


def _told_rows(scenario: Scenario) -> Iterator[tuple[str, str, Decimal]]:
    """Order, status and filled amount of everything that was heard; a message may tell of several orders, or of none."""
    for candidate in scenario.steps:
        if kind(candidate) == "order" and texts(candidate, "order_id"):
            text(candidate, "status"), number(candidate, "filled")
            yield from zip(texts(candidate, "order_id"), texts(candidate, "status"), numbers(candidate, "filled"), strict=False)


@check(
    requirement="The amount filled that a private stream tells never falls, and nothing follows an order's end.",
    remediation="Send an order's states in the order in which they happen.",
)
def orders_are_told_in_order(evidence: Evidence) -> Iterator[Answer]:
    """Of each order, what is heard goes forward: the filled amount grows, and a filled or cancelled order stays so."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        complaints = []
        filled: dict[str, Decimal] = {}
        ended: dict[str, str] = {}
        for order_id, status, amount in _told_rows(scenario):
            if amount < filled.get(order_id, Decimal(0)):
                complaints.append(f"the filled amount of {order_id} fell from {filled[order_id]:f} to {amount:f}")
            if order_id in ended and status != ended[order_id]:
                complaints.append(f"{order_id} was {ended[order_id]}, then {status}")
            filled[order_id] = amount
            if status in {"filled", "cancelled"}:
                ended[order_id] = status
        if not filled:
            raise UnclearError("no order was heard of")
        return complaints

    return ask_of(evidence, _OWN, question)


@check(
    requirement="A private stream carries the listener's own orders only (OWASP API Security Top 10 2023, API1).",
    remediation="Choose each message's receivers by the order's account.",
)
def orders_of_others_are_not_told(evidence: Evidence) -> Iterator[Answer]:
    """The second account, logged in as itself, hears nothing of the first one's orders."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        theirs, own = accepted_step(scenario, "first places"), accepted_step(scenario, "second places")
        heard = _statuses(scenario, text(theirs, "order_id"))
        if heard:
            return [f"another account's order was heard of ({', '.join(heard)})"]
        if not _statuses(scenario, text(own, "order_id")):
            raise UnclearError("not even its own order was heard of")
        return []

    return ask_of(evidence, _OTHER, question)


def _refused(scenario: Scenario, label: str, what: str) -> list[str]:
    step(scenario, label)
    answered = [kind(candidate) for candidate in scenario.steps if candidate.label == f"answer to {label}"]
    if {"logged_in", "subscribed"} & set(answered):
        return [f"{what} was accepted"]
    right = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to as it should be"}
    if not {"logged_in", "subscribed"} & right:
        raise UnclearError("not even the right login was accepted")
    if not _REFUSALS & set(answered):
        raise UnclearError(f"{what} was not answered at all")
    return []


@check(
    requirement="A login whose signature does not fit, or that was signed long ago (15 minutes), is refused.",
    remediation="Hold a login's signature and time against the same rules as a signed request's.",
)
def wrong_logins_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A login with one character of its signature changed is refused, and so is one from a quarter of an hour ago."""

    def question(scenario: Scenario) -> list[str]:
        wrong = _refused(scenario, "wrong signature", "a login with a wrong signature, or a wrong listen key,")
        if all(candidate.label != "stale timestamp" for candidate in scenario.steps):
            return wrong
        return wrong + _refused(scenario, "stale timestamp", "a login signed 15 minutes ago")

    return ask_of(evidence, _LOGIN, question)


@check(
    requirement="Private channels are closed to whoever has not logged in.",
    remediation="Refuse the subscription to a private channel before a login.",
)
def private_channels_need_a_login(evidence: Evidence) -> Iterator[Answer]:
    """A subscription to own orders without a login is refused."""
    return ask_of(evidence, _LOGIN, lambda scenario: _refused(scenario, "no login", "a subscription to orders without a login"))


@check(
    requirement="A subscription to an instrument that does not exist is refused with an error.",
    remediation="Answer every request, and a wrong one with an error that says what is wrong.",
)
def wrong_subscriptions_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Whoever asks for the book of an instrument that does not exist is told so.

    A client that hears neither data nor an error can't know whether the market is quiet or its request was lost.
    """

    def question(scenario: Scenario) -> list[str]:
        step(scenario, "subscribe to nothing")
        answered = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to nothing"}
        after = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to depth"}
        if "subscribed" in answered or "snapshot" in answered:
            return ["a subscription to an instrument that does not exist was accepted"]
        if _REFUSALS & answered:
            return []
        if not after & {"snapshot", "delta", "subscribed"}:
            raise UnclearError("the stream of the book answers no subscription at all")
        return ["a subscription to an instrument that does not exist was never answered"]

    return ask_of(evidence, "streams.wrong-subscription", question)


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
        if not all(is_accepted(candidate) for candidate in scenario.steps if candidate.label == "place"):
            raise UnclearError("no order was placed that the second connection could have been told of")
        return [f"the second connection heard {', '.join(second) or 'nothing'}, and no {told}"]

    return ask_of(evidence, "streams.connect-again", question)


def _tells_of_ours(scenario: Scenario, label: str) -> bool:
    """Whether changes under a label hold the price of an order of ours: what others did may have been all that was told."""
    ours = {price for candidate in scenario.steps if candidate.label == "place" for price in numbers(candidate, "asked.price")}
    return any(ours & set(numbers(candidate, "bids.price")) for candidate in scenario.steps if candidate.label == label)


@check(
    requirement="A ping is answered.",
    remediation="Answer every ping at once, with a client's own id where it gave one.",
)
def pings_are_answered(evidence: Evidence) -> Iterator[Answer]:
    """A client that asks whether the exchange is still there is told so: it has nothing else to tell silence from death."""

    def question(scenario: Scenario) -> list[str]:
        step(scenario, "ping")
        answered = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to ping"}
        return [] if "pong" in answered else ["a ping was not answered"]

    return ask_of(evidence, "streams.ping", question)


@check(
    requirement="What a private stream tells of an order is what the order's own answer says.",
    remediation="Make the message from the order as it is after the change.",
)
def orders_are_told_as_they_are(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that was filled, the filled amount that is heard in the end is the one that was answered."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        taken = accepted_step(scenario, "take")
        heard = [
            (status, amount)
            for candidate in scenario.steps
            if kind(candidate) == "order"
            for told, status, amount in zip(
                texts(candidate, "order_id"), texts(candidate, "status"), numbers(candidate, "filled"), strict=False
            )
            if told == text(taken, "order_id")
        ]
        known = _known(scenario, taken)
        last = [amount for status, amount in heard if status == text(known, "status")]
        if not last:
            raise UnclearError("the order's last state was not heard of")
        answered = number(known, "filled")
        return [] if last[-1] == answered else [f"{last[-1]:f} of an order was heard to be filled, {answered:f} was answered"]

    return ask_of(evidence, _OWN, question)


@check(
    requirement="Whoever stops listening to a book hears no more of it.",
    remediation="Take the connection off the channel's receivers before the end of the subscription is confirmed.",
)
def what_is_left_stays_silent(evidence: Evidence) -> Iterator[Answer]:
    """After the end of a subscription is confirmed, changes of the book are not told any more."""

    def question(scenario: Scenario) -> list[str]:
        labels = [(candidate.label, kind(candidate)) for candidate in scenario.steps]
        if ("answer to unsubscribe", "unsubscribed") not in labels:
            raise UnclearError("the end of the subscription was not confirmed")
        if ("answer to ping", "pong") not in labels:
            raise UnclearError("the ping behind the change was not answered")
        accepted_step(scenario, "place")
        told = [each for label, each in labels if label == "answer to ping" and each in {"snapshot", "delta"}]
        return [f"{len(told)} changes of the book were told after its subscription had ended"] if told else []

    return ask_of(evidence, "streams.left-alone", question)


@check(
    requirement="An answer to a request over a stream names the request, whether it says yes or no.",
    remediation="Put the request's own id into errors as into confirmations.",
)
def refusals_name_their_request(evidence: Evidence) -> Iterator[Answer]:
    """A refused subscription carries the id that it was asked with, where confirmations do: a client may have asked for many at once."""

    def question(scenario: Scenario) -> list[str]:
        asked = text(step(scenario, "subscribe to nothing"), "asked.id")
        if not any(texts(candidate, "id") for candidate in scenario.steps if kind(candidate) == "subscribed"):
            raise UnclearError("no confirmation with the id of its request was heard")
        refused = [candidate for candidate in scenario.steps if candidate.label == "answer to nothing" and kind(candidate) == "refused"]
        if not refused:
            raise UnclearError("the subscription to nothing was not refused")
        told = texts(refused[0], "id")
        return [] if asked in told else [f"the request {asked} was refused under {told[0] if told else 'no id'}"]

    return ask_of(evidence, "streams.wrong-subscription", question)


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
