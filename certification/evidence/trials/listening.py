"""Subscriptions of an SDK's stream client: each message once, also after a reconnect, pings answered, and nothing after it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.record import Trial
from certification.evidence.scenarios.venue import plain
from certification.evidence.sdk.harness import MISSING, Result
from certification.sandboxes.mock.cases import Cases
from certification.sandboxes.mock.trouble import PING, PONG, Case, Passage, Trouble
from sdkgen.api.json_text import dumps_exact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certification.evidence.scenarios.venue import Venue
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api
    from sdkgen.stream_protocol import StreamProtocol

_BEFORE, _CUT, _ANEW, _AFTER, _LEAVING, _FEWER, _ENDING, _GONE = range(8)
"""What each order is for: heard before, cutting the connection, finding it anew, heard after; while and after those who hear in public
leave, while and after all leave."""
_TROUBLES = {_CUT: Trouble.CUT_STREAM}
_PATIENCE_MS = 4000
_DRAIN_MS = 1500
"""Long enough for feeds that are sent once a second, and for a machine that does other things too."""
_MOST = 500
_SUBSCRIBED, _PLACED, _HEARD, _DRAINED, _LEFT = 5000, 5100, 5200, 5400, 5500
"""Ids of what the harness is asked."""
_SYMBOL = "symbol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """One subscription."""

    channel: str
    arguments: tuple[tuple[str, str], ...]
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOrder:
    """An order that is told of, by its price."""

    arguments: tuple[tuple[str, str], ...]
    price: str
    trouble: Trouble

    def case(self) -> Case:
        """What the relay does to the first message that holds the price."""
        return Case(marker=self.price, troubles=(self.trouble,))


def ears_of(api: Api, streams: StreamProtocol, symbol: str) -> tuple[Ear, ...]:
    """What can be subscribed to knowing nothing but an instrument's name, the public first."""
    known = {channel.id: channel for channel in api.channels}
    ears = []
    for each in streams.subscriptions:
        names = {*each.arguments, *(parameter.wire_name for parameter in known[each.channel].parameters)} if each.channel in known else {""}
        if names <= {_SYMBOL} and (names or each.private):
            ears.append(Ear(channel=each.channel, arguments=tuple((name, symbol) for name in names), private=each.private))
    return tuple(sorted(ears, key=lambda ear: ear.private))


def listen_orders(venue: Venue, *, first: int) -> tuple[ListenOrder, ...]:
    """Orders whose messages are listened to, at prices of their own.

    Args:
        venue: whose prices and arguments.
        first: steps below the profile's price at which the first one stands; each further one stands a step lower.
    """
    return tuple(_order(venue, first + number, _TROUBLES.get(number, Trouble.NONE)) for number in range(_GONE + 1))


def _order(venue: Venue, steps: int, trouble: Trouble) -> ListenOrder:
    price = plain(venue.price - steps * venue.price_step)
    return ListenOrder(arguments=tuple((venue.order() | {"price": price}).items()), price=price, trouble=trouble)


def listening(
    ears: tuple[Ear, ...], orders: tuple[ListenOrder, ...], placed: Callable[[Mapping[str, str]], dict[str, JsonValue]]
) -> Iterator[dict[str, JsonValue]]:
    """What the harness is asked: subscribe, place orders and hear of them, leave, and place more.

    Args:
        ears: what is subscribed to.
        orders: as planned.
        placed: makes the call that places an order.
    """
    for number, ear in enumerate(ears):
        yield {"id": _SUBSCRIBED + number, "subscribe": {"channel": ear.channel, "arguments": dict(ear.arguments)}}
    for number, order in enumerate(orders):
        if number == _LEAVING:
            yield from _drained(ears)
            yield from _left(ears, private=False)
        if number == _ENDING:
            yield from _left(ears, private=True)
        yield {"id": _PLACED + number, "call": placed(dict(order.arguments))}
        for at, ear in enumerate(ears if number <= _LEAVING else ()):
            if ear.private:
                # While some leave, time passes: nobody says when the exchange has taken notice.
                count, wait = (_MOST, _DRAIN_MS // 2) if number == _LEAVING else (1, _PATIENCE_MS)
                yield {"id": _HEARD + number * len(ears) + at, "hear": {"stream": at + 1, "count": count, "timeout_ms": wait}}


def _drained(ears: tuple[Ear, ...]) -> Iterator[dict[str, JsonValue]]:
    """What is left to hear."""
    for at in range(len(ears)):
        wait = _DRAIN_MS if at == 0 else _DRAIN_MS // 4
        yield {"id": _DRAINED + at, "hear": {"stream": at + 1, "count": _MOST, "timeout_ms": wait}}


def _left(ears: tuple[Ear, ...], *, private: bool) -> Iterator[dict[str, JsonValue]]:
    for at, ear in enumerate(ears):
        if ear.private is private:
            yield {"id": _LEFT + at, "unsubscribe": {"stream": at + 1}}


def listening_trials(
    ears: tuple[Ear, ...], orders: tuple[ListenOrder, ...], results: Mapping[int, Result], passages: tuple[Passage, ...]
) -> Iterator[Trial]:
    """What became of the subscriptions.

    Args:
        ears: what was subscribed to.
        orders: as planned.
        results: the harness's answers.
        passages: what the relay passed on and did, in order.
    """
    opened = [results.get(_SUBSCRIBED + at, MISSING) for at in range(len(ears))]
    refused = [f"{ear.channel}: {result.failure()}" for ear, result in zip(ears, opened, strict=True) if result.kind != "subscribed"]
    yield Trial(id="streams.subscriptions-open", held=not refused, told="; ".join(refused) or f"{len(ears)} subscriptions were opened")
    if refused:
        return
    heard = tuple(tuple(_items(results, len(ears), at)) for at in range(len(ears)))
    own = tuple(passage for passage in passages if passage.marker in {order.price for order in orders})
    yield _whole("before", orders[_BEFORE], heard, _until_cut(own))
    yield _whole("after", orders[_AFTER], heard, own)
    yield _told_as_they_are(heard, own)
    pings, pongs = (sum(passage.marker == marker for passage in passages) for marker in (PING, PONG))
    if pings:
        yield Trial(id="streams.pings-are-answered", held=pongs > 0, told=f"{pongs} of {pings} WebSocket pings were answered")
    yield _leaving(ears, orders, heard, own)


def _leaving(
    ears: tuple[Ear, ...],
    orders: tuple[ListenOrder, ...],
    heard: tuple[tuple[dict[str, JsonValue], ...], ...],
    passages: tuple[Passage, ...],
) -> Trial:
    """Who left is told nothing more: less is told when some have left, and nothing when all have."""
    before, fewer, late = (sum(passage.marker == orders[number].price for passage in passages) for number in (_AFTER, _FEWER, _GONE))
    known = Cases((orders[_AFTER].case(),))
    told = {ear.private for ear, items in zip(ears, heard, strict=True) if any(_tells(known, item) for item in items)}
    wrong = [f"{late} messages came after everybody had left"] if late else []
    wrong += [f"{fewer} messages came of an order after some had left, as before"] if told == {True, False} and fewer >= before else []
    return Trial(id="streams.listeners-leave", held=not wrong, told="; ".join(wrong) or "nobody was told more after leaving")


def _tells(known: Cases, item: dict[str, JsonValue]) -> bool:
    return known.next(dumps_exact(item.get("value")))[0] is not None


def _items(results: Mapping[int, Result], ears: int, at: int) -> Iterator[dict[str, JsonValue]]:
    """What one ear heard, in order."""
    asked = (*(_HEARD + number * ears + at for number in range(_LEAVING)), _DRAINED + at)
    for each in asked:
        messages = results.get(each, MISSING).member("messages")
        yield from (item for item in (messages if isinstance(messages, list) else ()) if isinstance(item, dict))


def _until_cut(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    cut = next((place for place, passage in enumerate(passages) if passage.trouble is Trouble.CUT_STREAM), len(passages))
    return passages[:cut]


def _whole(when: str, order: ListenOrder, heard: tuple[tuple[dict[str, JsonValue], ...], ...], passages: tuple[Passage, ...]) -> Trial:
    """Each message that went to the client was heard once; and one went, or nobody is subscribed any more."""
    told = sum(passage.marker == order.price for passage in passages)
    known = Cases((order.case(),))
    items = [item for ear in heard for item in (_before_reconnect(ear) if when == "before" else ear)]
    found = sum(_tells(known, item) for item in items)
    sentence = f"{told} messages of the order at {order.price} went to the client ({when} its connection was cut), and {found} were heard"
    return Trial(id=f"streams.messages-are-heard-{when}", held=told == found and told > 0, told=sentence)


def _before_reconnect(ear: tuple[dict[str, JsonValue], ...]) -> tuple[dict[str, JsonValue], ...]:
    cut = next((place for place, item in enumerate(ear) if item.get("type") == "Reconnected"), len(ear))
    return ear[:cut]


def _told_as_they_are(heard: tuple[tuple[dict[str, JsonValue], ...], ...], passages: tuple[Passage, ...]) -> Trial:
    """A reconnect is marked, and nothing is told that could not be read, or twice."""
    marks = sum(item.get("type") == "Reconnected" for ear in heard for item in ear)
    cut = any(passage.trouble is Trouble.CUT_STREAM for passage in passages)
    odd = [str(item.get("type")) for ear in heard for item in ear if item.get("type") in {"DecodeError", "UnknownMessage", "Dropped"}]
    twice = sum(len(texts) - len(set(texts)) for ear in heard for texts in _by_connection(ear))
    wrong = [f"{len(odd)} items were {', '.join(dict.fromkeys(odd))}"] if odd else []
    wrong += [f"{twice} messages came twice"] if twice else []
    wrong += ["the connection was cut, and nobody was told"] if cut and not marks else []
    return Trial(id="streams.messages-are-told-as-they-are", held=not wrong, told="; ".join(wrong) or f"{marks} reconnects were marked")


def _by_connection(ear: tuple[dict[str, JsonValue], ...]) -> tuple[tuple[str, ...], ...]:
    """What was heard of each connection, as text: a new one may begin with what the last one told of already."""
    texts: list[list[str]] = [[]]
    for item in ear:
        if item.get("type") == "Reconnected":
            texts.append([])
        else:
            texts[-1].append(dumps_exact(item))
    return tuple(map(tuple, texts))
