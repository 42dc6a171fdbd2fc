"""Plans the stream that an SDK hears: that of the channel from which order books are kept, because money hangs on it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from certification.evidence.places import read, steps, write
from certification.evidence.sdk.arguments import Samples
from certification.evidence.sdk.feeds.confirmation import confirmations, wrappings
from certification.evidence.sdk.stranger import plausible
from certification.sandboxes.mock.feed_plan import FeedPlan, FrameKind, PlannedFrame
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.values import GENERATED, PRECISION, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Channel, Message
    from sdkgen.behaviour import Behaviour
    from sdkgen.stream_protocol import Book, StreamProtocol

PING = "certify-7"
"""What a pong must give back."""
_FIRST_SEQUENCE = 1_000_000
_MANY = 20
_AFTERWARDS = 5
_LEVELS = (("40000.10", "0.00001000"), ("0.1234567890123456789", "12345678901.12345678"))
"""Price and quantity: the smallest amounts, and more digits than a binary float holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMessage:
    """One message that the caller should hold."""

    value: JsonValue
    sequence: str
    """Its number's text, by which it is known among all; empty where messages have none."""
    shows: str
    """What it is there for: ``generated``, ``precision``, ``unknown``, ``parts``, ``many``, ``after damage``, ``after a break``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What an SDK is asked, what it is told, and what of that it should hold."""

    channel: str
    arguments: tuple[tuple[str, str], ...]
    sequence: str
    """Place of a message's number; empty where messages have none."""
    first: tuple[FeedMessage, ...]
    """Before the connection breaks."""
    again: tuple[FeedMessage, ...]
    """After it."""
    around: tuple[FeedMessage, ...]
    """Of another stream, that breaks at no time: around what is no message."""
    damaged: str
    """What is no message."""
    plan: FeedPlan
    damaged_plan: FeedPlan


def plan_feed(api: Api, behaviour: Behaviour, *, symbol: str, seed: int) -> Feed | None:
    """The stream of an API's order books; ``None`` where the behaviour names none, or its messages can't be made up.

    Args:
        api: whose channel it is.
        behaviour: says which channel a book is kept from, and which of its messages are changes.
        symbol: the instrument's name in the streams; an exchange without one has no books to hear of.
        seed: the same seed gives the same messages.
    """
    streams = behaviour.streams
    book = streams.book if streams is not None else None
    channel = next((each for each in api.channels if book is not None and each.id == book.channel), None)
    if streams is None or book is None or channel is None or not symbol:
        return None
    arguments = _arguments(book, channel, streams, symbol)
    maker = next(iter(_makers(api, book, channel, arguments, Samples(api, seed=seed))), None)
    if maker is None or not arguments:
        return None
    made = maker.messages()
    whole = dumps_exact(made.damaged)
    half = PlannedFrame(FrameKind.TEXT, whole[: len(whole) // 2])
    before, *after = (_frame(message) for message in made.around)
    plan = FeedPlan(
        names=tuple(value for _, value in arguments),
        first=(*(_frame(message) for message in made.first), PlannedFrame(FrameKind.PING, PING)),
        again=tuple(_frame(message) for message in made.again),
        confirmations=tuple(confirmations(api, streams, channel, dict(arguments))),
        wrappings=tuple(wrappings(api, channel)),
    )
    return Feed(
        channel=channel.id,
        arguments=arguments,
        sequence=book.sequence,
        first=made.first,
        again=made.again,
        around=made.around,
        damaged=half.text,
        plan=plan,
        damaged_plan=replace(plan, first=(before, half, *after), again=tuple(after), breaks=False),
    )


def _frame(message: FeedMessage) -> PlannedFrame:
    return PlannedFrame(FrameKind.PARTS if message.shows == "parts" else FrameKind.TEXT, dumps_exact(message.value))


def _arguments(book: Book, channel: Channel, streams: StreamProtocol, symbol: str) -> tuple[tuple[str, str], ...]:
    """As ``sdkgen.stream_protocol.Book.arguments`` says: told, or the one called ``symbol``, or the first."""
    if book.arguments:
        spoken = {"symbol": symbol, "symbol_lower": symbol.lower()}
        return tuple((name, text.format_map(spoken)) for name, text in book.arguments.items())
    subscribed = next((each.arguments for each in streams.subscriptions if each.channel == channel.id), ())
    names = (*subscribed, *(parameter.wire_name for parameter in channel.parameters if parameter.default is None))
    name = "symbol" if "symbol" in names else next(iter(names), "")
    return ((name, symbol),) if name else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """As in ``Feed``."""

    first: tuple[FeedMessage, ...]
    again: tuple[FeedMessage, ...]
    around: tuple[FeedMessage, ...]
    damaged: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes messages of one kind."""

    book: Book
    when: tuple[tuple[str, str], ...]
    samples: tuple[tuple[str, dict[str, Any]], ...]
    """Probe and value; the plain one first."""

    def messages(self) -> _Made:
        """All that are told, numbered through."""
        plain = self.samples[0][1]
        shown = [*self.samples, ("parts", plain), *(("many", plain),) * _MANY]
        first = tuple(self._message(number, shows, value) for number, (shows, value) in enumerate(shown))
        again = tuple(self._message(len(first) + number, "after a break", plain) for number in range(_AFTERWARDS))
        around = [self._message(number, shows, plain) for number, shows in enumerate(("before damage", "damaged", *("after damage",) * 2))]
        lost = around.pop(1)
        return _Made(first=first, again=again, around=tuple(around), damaged=lost.value)

    def _message(self, number: int, shows: str, sample: dict[str, Any]) -> FeedMessage:
        value = deepcopy(sample)
        for place, text in self.when:
            write(value, place, text)
        for place in (self.book.bids, self.book.asks):
            _level(value, place)
        sequence = _FIRST_SEQUENCE + number
        for place, known in ((self.book.previous, sequence - 1), (self.book.first, sequence), (self.book.sequence, sequence)):
            if place and _can_write(value, place):
                as_text = any(text and not text.lstrip("-").isdigit() for text in read(sample, place)) or isinstance(
                    _at(sample, place), str
                )
                write(value, place, str(known) if as_text else known)
        told = read(value, self.book.sequence) if self.book.sequence else ()
        return FeedMessage(value=plausible(cast("JsonValue", value)), sequence=told[0] if told else "", shows=shows)


def _makers(api: Api, book: Book, channel: Channel, arguments: tuple[tuple[str, str], ...], samples: Samples) -> Iterator[_Maker]:
    """For each kind of message on the channel that is a change of the book."""
    spoken = dict(arguments)
    when = tuple((place, spoken.get(text.strip("{}"), text)) for place, text in book.delta.when.items())
    heard = {message.name: message for message in api.messages}
    for name in channel.heard:
        message = heard[name]
        if not _fits(message, when):
            continue
        chosen = [(sample.probe, loads_exact(sample.value)) for sample in samples.of_and_more_precise(message.type)]
        whole = [
            (probe, value) for probe, value in chosen if isinstance(value, dict) and all(_can_write(value, place) for place, _ in when)
        ]
        plain = next((value for probe, value in whole if probe == GENERATED), None)
        if plain is None or not _can_write(plain, book.bids):
            continue
        kinds = [(probe, _alike(value, plain)) for probe, value in whole if probe in {PRECISION, UNKNOWN}]
        yield _Maker(book=book, when=when, samples=((GENERATED, plain), *kinds))


def _alike(value: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """With the texts of the plain message: one of them may name the market by which an SDK tells whose the message is."""
    return value | {key: text for key, text in plain.items() if isinstance(text, str)}


def _fits(message: Message, when: tuple[tuple[str, str], ...]) -> bool:
    """Whether nothing in the message always says otherwise."""
    marks = {mark.path: mark.values for mark in message.marks}
    return all(dumps_exact(text) in marks.get(_keys(place), (dumps_exact(text),)) for place, text in when if text != "*")


def _keys(place: str) -> tuple[str, ...]:
    return tuple(step.key or step.position for step in steps(place))


def _at(value: JsonValue, place: str) -> JsonValue:
    for key in _keys(place):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _can_write(value: JsonValue, place: str) -> bool:
    """Whether the place's object is there, and the place is made of names alone."""
    *above, last = _keys(place) or ("",)
    for key in above:
        value = value.get(key) if isinstance(value, dict) else None
    return isinstance(value, dict) and last in value


def _level(value: dict[str, Any], place: str) -> None:
    """Two levels as books have them, where levels are pairs of texts or numbers."""
    levels = _at(value, place) if place else None
    level = levels[0] if isinstance(levels, list) and levels else None
    if not isinstance(level, list) or len(level) != len(_LEVELS[0]) or isinstance(level[0], dict | list):
        return
    texts = isinstance(level[0], str)
    write(value, place, [[text if texts else Decimal(text) for text in each] for each in _LEVELS])
