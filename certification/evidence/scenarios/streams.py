"""Stories of listening: the book as it changes, own orders as they become, and who may hear what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from certification.evidence.facts import numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.listening import CLOSED, NO_CHANGES, Changes, Listener
from certification.evidence.scenarios.story import NOT_TOLD_FIRST, Story
from certification.evidence.scenarios.venue import Actor, Venue, best, plain

DEPTH, ORDERS = "streams.depth", "streams.orders"
_ROUNDS = 4
_DEEP = "50"
_SUBSCRIBING_S = 1.0
"""How long a stream that confirms nothing is given to begin."""
GONE = frozenset({"cancelled", "filled", "rejected", "expired"})
"""What is said of an order that has ended."""


def _book(venue: Venue) -> Iterator[ScenarioStep]:
    """The book from its snapshot on, told or asked for, through changes that we make ourselves, and the same book asked for."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to depth")
        yield from _begun(venue, listener)
        for distance in range(_ROUNDS):
            placed = venue.place(label="place", price=plain(venue.price - distance * venue.price_step))
            yield placed
            yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield from _among_the_best(venue)
        yield from _elsewhere(venue)
        last = venue.price - _ROUNDS * venue.price_step
        yield venue.place(label="place to rest", price=plain(last))
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
        yield depth
        yield from listener.until(partial(_as_new, depth, last))


def _among_the_best(venue: Venue) -> Iterator[ScenarioStep]:
    """Where a checksum covers the best levels alone: an order among them, deep enough to rest; a level of its own where there is room."""
    rule = venue.streams.checksum
    if rule is None:
        return
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth of the best")
    yield depth
    bids = sorted(numbers(depth, "bids.price"), reverse=True)[: rule.levels]
    if bids:
        middle = bids[len(bids) // 2]
        between = middle + venue.price_step
        placed = venue.place(label="place among the best", price=plain(between if between < bids[0] and between not in bids else middle))
        yield placed
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel among the best")


def _elsewhere(venue: Venue) -> Iterator[ScenarioStep]:
    """An order in another market, which is none of this stream's business."""
    also = venue.also
    if also is None:
        return
    placed = venue.place(label="place elsewhere", symbol=also.symbol, price=plain(also.price), quantity=plain(also.quantity))
    yield placed
    yield venue.ask("cancel", venue.identity_of(placed) | {"symbol": also.symbol}, label="cancel elsewhere")


def _begun(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """The book's beginning: the stream's own snapshot, or where it sends none the answer to a request."""
    if venue.streams.hears("snapshot"):
        yield from listener.until(_of_kind("snapshot", "refused"))
        return
    yield from _confirmed(venue, listener)
    answered = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="snapshot")
    yield replace(answered, facts=(*answered.facts, ("kind", "snapshot")))


def _confirmed(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """The word that a subscription stands; where the exchange gives none, time enough for it to begin."""
    if venue.streams.hears("subscribed"):
        yield from listener.until(_of_kind("subscribed", "refused"))
    else:
        venue.wait(_SUBSCRIBING_S)


def _as_new(depth: ScenarioStep, price: Decimal, heard: ScenarioStep) -> bool:
    """Whether the stream has come as far as the book that was asked for: its sequence, or the price of the last order."""
    sequence, told = texts(depth, "sequence"), texts(heard, "sequence")
    if sequence and told and sequence[0].isdecimal() and told[0].isdecimal():
        return int(told[0]) >= int(sequence[0])
    return not sequence and price in numbers(heard, "bids.price")


def _own_orders(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests and is cancelled, and one that is filled, each heard of as it happens."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        placed = venue.place(label="place")
        yield placed
        yield from listener.until(about(placed, "open"))
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield from listener.until(about(placed, *GONE))
        ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "asks")
        if ask is not None:
            taken = venue.place(label="take", price=plain(ask), time_in_force="immediate_or_cancel")
            yield taken
            yield from listener.until(about(taken, *GONE))
            if not texts(taken, "status") and venue.has("query"):
                yield venue.ask("query", venue.identity_of(taken), label="query taken")


def _open_orders(venue: Venue) -> Iterator[ScenarioStep]:
    """An order rests already when somebody begins to listen: the beginning tells of it."""
    placed = venue.place(label="place")
    yield placed
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        yield from listener.until(_of_kind("open_orders"))


def _no_beginning(venue: Venue) -> str:
    return "" if venue.listening is None or venue.listening.hears("open_orders") else NOT_TOLD_FIRST


def _left_alone(venue: Venue) -> Iterator[ScenarioStep]:
    """The book is listened to and then no more, while it changes; a ping's answer shows that nothing is still under way."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to depth")
        yield from _as("depth", listener.until(_of_kind("snapshot", "delta", "refused")))
        yield listener.send("leave_depth", label="unsubscribe")
        yield from _as("unsubscribe", listener.until(_of_kind("unsubscribed", "refused")))
        bid = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "bids")
        placed = venue.place(label="place", price=plain(bid if bid is not None else venue.price))
        yield placed
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield listener.send("ping", label="ping")
        yield from _as("ping", listener.until(_of_kind("pong", "refused")))


def _filled_at_rest(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests between the best prices, on its own, and is filled by the other account, half by half."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
    yield depth
    bid, ask = best(depth, "bids"), best(depth, "asks")
    if bid is None or ask is None or bid + venue.price_step >= ask:
        return
    price = plain(bid + venue.price_step)
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        resting = venue.place(label="rest", price=price, quantity=plain(venue.quantity * 2))
        yield resting
        yield venue.place(label="sell half to it", by=Actor.SECOND, side="sell", price=price, time_in_force="immediate_or_cancel")
        yield venue.ask("query", venue.identity_of(resting), label="query half")
        yield venue.place(label="sell to it", by=Actor.SECOND, side="sell", price=price, time_in_force="immediate_or_cancel")
        yield venue.ask("query", venue.identity_of(resting), label="query")
        yield from listener.until(about(resting, *GONE))


def logged_in(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """Log in and ask for own orders, as far as the answers to that."""
    if not venue.streams.keyed:
        yield listener.send("login", label="log in")
        yield from listener.until(_of_kind("logged_in", "refused"))
    yield listener.send("orders", label="subscribe to orders")
    yield from listener.until(_of_kind("subscribed", "refused"))


def _other_account(venue: Venue) -> Iterator[ScenarioStep]:
    """The second account listens while the first trades; its own order comes last, so that nothing before it can still be under way."""
    with venue.streams.open(Actor.SECOND) as listener:
        yield from logged_in(venue, listener)
        theirs = venue.place(label="first places")
        yield theirs
        yield venue.ask("cancel", venue.identity_of(theirs), label="first cancels")
        own = venue.place(label="second places", by=Actor.SECOND)
        yield own
        yield venue.ask("cancel", venue.identity_of(own), label="second cancels", actor=Actor.SECOND)
        yield from listener.until(about(own, *GONE))


def _login(venue: Venue) -> Iterator[ScenarioStep]:
    """A login in each wrong way, none at all, and the right one last: each on a connection of its own."""
    if venue.streams.keyed:
        yield from _keys(venue)
        return
    for label, changes in (("wrong signature", Changes(misspelt=True)), ("stale timestamp", Changes(stale=True))):
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("login", label=label, changes=changes)
            yield from _as(label, listener.until(_of_kind("logged_in", "refused")))
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("orders", label="no login")
        yield from _as("no login", listener.until(_of_kind("subscribed", "refused")))
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("login", label="as it should be")
        yield from _as("as it should be", listener.until(_of_kind("logged_in", "refused")))


def _keys(venue: Venue) -> Iterator[ScenarioStep]:
    """The same where a listen key takes the place of a login: one letter wrong, made up, and the right one."""
    tries = (("wrong signature", Changes(misspelt=True)), ("no login", Changes(made_up=True)), ("as it should be", NO_CHANGES))
    for label, changes in tries:
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("orders", label=label, changes=changes)
            yield from _as(label, listener.until(_of_kind("subscribed", "refused")))


def _wrong_subscription(venue: Venue) -> Iterator[ScenarioStep]:
    """An instrument that does not exist; then one that does, whose answer shows that the first was passed over."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to nothing", changes=Changes(symbol=_unknown(venue.streams.symbol)))
        yield from _as("nothing", listener.until(_of_kind("subscribed", "refused", "snapshot")))
        yield listener.send("depth", label="subscribe to depth")
        answers = ("snapshot", "delta") if venue.streams.hears("snapshot") else ("subscribed", "delta")
        yield from _as("depth", listener.until(_of_kind(*answers)))


def _unknown(symbol: str) -> str:
    """A name like the instrument's, which no instrument has."""
    return f"{symbol}{symbol[-1:]}"


def _connect_again(venue: Venue) -> Iterator[ScenarioStep]:
    """Two connections, one after the other, each asking for the book; where it begins with no snapshot, we make a change to be told of."""
    begins = venue.streams.hears("snapshot")
    for label in ("first connection", "second connection"):
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("depth", label=label)
            if begins:
                yield from _as(label, listener.until(_of_kind("snapshot", "refused")))
                continue
            yield from _as(label, _confirmed(venue, listener))
            placed = venue.place(label="place")
            yield placed
            # Heard before it is cancelled: a stream that sums up what happened in a moment would tell of nothing.
            yield from _as(label, listener.until(_of_bids_at(venue.price)))
            if identity := venue.identity_of(placed):
                yield venue.ask("cancel", identity, label="cancel")


def _no_book(venue: Venue) -> str:
    """Why nothing of a book could be heard on any connection."""
    listening = venue.listening
    if listening is None or listening.hears("snapshot"):
        return ""
    if not listening.hears("delta"):
        return "the profile's trading.streams do not say how snapshot or delta are told"
    roles = [role for role in ("place", "cancel") if not venue.has(role)]
    return f"the profile maps no trading role {' and no '.join(roles)}" if roles else ""


def _ping(venue: Venue) -> Iterator[ScenarioStep]:
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("ping", label="ping")
        yield from _as("ping", listener.until(_of_kind("pong", "refused")))


def _as(label: str, heard: Iterator[ScenarioStep]) -> Iterator[ScenarioStep]:
    """What was heard, each named for what it answers."""
    for step in heard:
        yield ScenarioStep(label=f"answer to {label}", call=step.call, facts=step.facts)


def _of_kind(*kinds: str) -> Callable[[ScenarioStep], bool]:
    return lambda heard: bool({*kinds, CLOSED} & set(texts(heard, "kind")))


def _of_bids_at(price: Decimal) -> Callable[[ScenarioStep], bool]:
    """Whether a message tells of what is bid at a price, or that there will be none."""
    none_comes = _of_kind("refused")
    return lambda heard: none_comes(heard) or price in numbers(heard, "bids.price")


def about(placed: ScenarioStep, *statuses: str) -> Callable[[ScenarioStep], bool]:
    """Whether a message says that the order has one of these statuses."""

    def wanted(heard: ScenarioStep) -> bool:
        rows = zip(texts(heard, "order_id"), texts(heard, "status"), strict=False)
        return any(order_id in texts(placed, "order_id") and status in statuses for order_id, status in rows)

    return wanted


STORIES = (
    Story(
        id="streams.connect-again",
        about="depth",
        subject=DEPTH,
        needs=(),
        sends=("depth",),
        lacks=_no_book,
        play=_connect_again,
        extra=True,
    ),
    Story(
        id="streams.book",
        about="depth",
        subject=DEPTH,
        needs=("place", "cancel"),
        sends=("depth",),
        hears=("delta",),
        play=_book,
    ),
    Story(
        id="streams.own-orders",
        about="place",
        subject=ORDERS,
        needs=("cancel", "depth"),
        sends=("login", "orders"),
        hears=("order",),
        play=_own_orders,
    ),
    Story(
        id="streams.open-orders",
        about="place",
        subject=ORDERS,
        needs=("cancel",),
        sends=("login", "orders"),
        lacks=_no_beginning,
        play=_open_orders,
        extra=True,
    ),
    Story(
        id="streams.left-alone",
        about="depth",
        subject=DEPTH,
        needs=("place", "cancel"),
        sends=("depth", "leave_depth", "ping"),
        hears=("delta", "unsubscribed", "pong"),
        play=_left_alone,
        extra=True,
    ),
    Story(
        id="streams.filled-at-rest",
        about="place",
        subject=ORDERS,
        needs=("depth", "query"),
        sends=("login", "orders"),
        hears=("order",),
        play=_filled_at_rest,
    ),
    Story(
        id="streams.other-account",
        about="place",
        subject=ORDERS,
        needs=("cancel",),
        sends=("login", "orders"),
        hears=("order",),
        play=_other_account,
    ),
    Story(
        id="streams.login",
        about="place",
        subject=ORDERS,
        needs=(),
        sends=("login", "orders"),
        hears=("logged_in", "refused"),
        play=_login,
    ),
    Story(id="streams.ping", about="depth", subject="streams.control", needs=(), sends=("ping",), hears=("pong",), play=_ping, extra=True),
    Story(
        id="streams.wrong-subscription",
        about="depth",
        subject=DEPTH,
        needs=(),
        sends=("depth",),
        hears=("refused",),
        play=_wrong_subscription,
    ),
)
