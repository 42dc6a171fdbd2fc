"""Has an SDK's harness program hear the planned streams, and records what the caller held and what the other side saw."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.places import read
from certification.evidence.record import Feed as FeedEvidence
from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.feeds.plan import PING
from certification.evidence.sdk.harness import MISSING, client_document, input_of, results_in
from certification.evidence.sdk.stranger import told_alike
from certification.sandboxes.mock.feed_plan import FeedEvent, read_lines, write_feed
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.values import PRECISION, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from certification.evidence.sdk.feeds.plan import Feed, FeedMessage
    from certification.evidence.sdk.harness import Result
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.isolation.runner import Endpoint
    from certification.sandboxes.mock.feed_plan import FeedLine
    from sdkgen.api.json_text import JsonValue

_HEAR_MS = 15_000
"""How long the caller listens: SDKs wait some seconds before they connect again."""
_MORE, _MORE_MS = 10, 2000
_BREAKING, _SPOILT = 10, 20
_SUBSCRIBE, _HEAR, _HEAR_MORE, _LEAVE = 1, 2, 3, 4
"""Ids of what is asked, of the one stream and of the other."""
_DAMAGED, _ENDED, _RECONNECTED, _DROPPED = "DecodeError", "Ended", "Reconnected", "Dropped"
"""What ``heard`` may hold beside messages (``sdkgen/HARNESS.md``)."""
_SHOWN = 300
_MOST_ITEMS = 500
"""Of one answer, many times what was asked for: an SDK that gives more can't make us compare for ever."""
_MOST_DAMAGED = 5


def hear_feed(
    feed: Feed,
    plan: ExercisePlan,
    folder: Path,
    serve: Callable[[Path], AbstractContextManager[Endpoint]],
    speak: Callable[[bytes], bytes],
) -> FeedEvidence:
    """Have it heard.

    Args:
        feed: as planned.
        plan: whose credentials are given.
        folder: gets the streams' plans and logs; made where it is missing.
        serve: one of the mock exchange's streams, from the folder that holds its plan.
        speak: gives the harness program its input, and gives its output.
    """
    logs = []
    with ExitStack() as stack:
        urls = []
        for name, told in (("breaks", feed.plan), ("damaged", feed.damaged_plan)):
            place = folder / name
            place.mkdir(parents=True, exist_ok=True)
            (place / "plan.json").write_bytes(write_feed(told))
            (place / "log.jsonl").touch()
            logs.append(place / "log.jsonl")
            urls.append(stack.enter_context(serve(place)).url)
        results = results_in(speak(input_of(_documents(feed, plan, urls))))
    breaking, damaged = (read_lines(log.read_bytes()) for log in logs)
    return folded(feed, results, breaking, damaged)


def _documents(feed: Feed, plan: ExercisePlan, urls: list[str]) -> Iterator[dict[str, JsonValue]]:
    """Two clients, each with a stream of its own: each is the first of its client."""
    counts = (len(feed.first) + len(feed.again), len(feed.around))
    for first, url, count in zip((_BREAKING, _SPOILT), urls, counts, strict=True):
        yield {"id": first, "configure": _settings(plan, url) | {"stream_url": f"ws{url.removeprefix('http')}"}}
        yield {"id": first + _SUBSCRIBE, "subscribe": {"channel": feed.channel, "arguments": dict(feed.arguments)}}
        yield {"id": first + _HEAR, "hear": {"stream": 1, "count": count, "timeout_ms": _HEAR_MS}}
        # What is told beside messages was counted too, and what comes twice comes last.
        yield {"id": first + _HEAR_MORE, "hear": {"stream": 1, "count": len(feed.again) + _MORE, "timeout_ms": _MORE_MS}}
        yield {"id": first + _LEAVE, "unsubscribe": {"stream": 1}}


def _settings(plan: ExercisePlan, url: str) -> dict[str, JsonValue]:
    """As in an exercise. There is one stream at the address: nobody has to say whose it is."""
    return {key: value for key, value in client_document(plan, url, 1).items() if key != "announce"}


def folded(feed: Feed, results: dict[int, Result], breaking: tuple[FeedLine, ...], damaged: tuple[FeedLine, ...]) -> FeedEvidence:
    """What was asked, told and seen, as evidence: of the stream that broke, and of the one with a damaged message."""
    subscribed = results.get(_BREAKING + _SUBSCRIBE, MISSING)
    told, spoilt = _told(results, _BREAKING), _told(results, _SPOILT)
    listened = sum(1 for line in breaking if line.event is FeedEvent.SUBSCRIBED)
    around = any(line.event is FeedEvent.SUBSCRIBED for line in damaged)
    return FeedEvidence(
        channel=feed.channel,
        arguments=feed.arguments,
        refused=subscribed.failure()[:_SHOWN] if subscribed.kind == "refused" else "",
        failed=subscribed.failure()[:_SHOWN] if subscribed.kind not in {"refused", "subscribed"} else "",
        subscriptions=listened,
        connections=sum(1 for line in breaking if line.event is FeedEvent.OPENED),
        sent=len(feed.first) if listened else 0,
        wrong=tuple(_wrong(feed, feed.first, told.held)) if listened else (),
        lost_unknown=tuple(_changed(feed, feed.first, told.held, (UNKNOWN,))) if listened else (),
        sent_again=len(feed.again) if listened > 1 else 0,
        wrong_again=tuple(_wrong(feed, feed.again, told.held)) if listened > 1 else (),
        sent_around=len(feed.around) if around else 0,
        wrong_around=tuple(_wrong(feed, feed.around, spoilt.held)) if around else (),
        damaged_given=tuple(
            dumps_exact(value)[:_SHOWN] for value in spoilt.held if not isinstance(value, dict) or _is_a_piece(feed, value)
        )[:_MOST_DAMAGED],
        damaged_told=bool({_DAMAGED, _ENDED, _RECONNECTED} & spoilt.kinds),
        pinged=any(line.event is FeedEvent.BROKEN for line in breaking),
        ponged=any(line.event is FeedEvent.PONG and line.text == PING for line in breaking),
        end_told=_ENDED in told.kinds,
        told_again=_RECONNECTED in told.kinds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the caller was told of one stream."""

    held: list[JsonValue]
    """The messages."""
    kinds: frozenset[str]
    """The types of all items."""


def _told(results: dict[int, Result], first: int) -> _Told:
    answers = [results.get(first + number, MISSING) for number in (_HEAR, _HEAR_MORE)]
    items = [each for result in answers for each in _items(result)]
    kinds = {str(each.get("type")) for each in items} | {_ENDED for result in answers if result.kind == "raised"}
    held = [each.get("value") for each in items if each.get("type") not in {_DAMAGED, _ENDED, _RECONNECTED, _DROPPED}]
    return _Told(held=held, kinds=frozenset(kinds))


def _items(result: Result) -> list[dict[str, JsonValue]]:
    messages = result.member("messages")
    return [each for each in messages[:_MOST_ITEMS] if isinstance(each, dict)] if isinstance(messages, list) else []


def _is_a_piece(feed: Feed, value: dict[str, JsonValue]) -> bool:
    return any(text == feed.damaged for text in value.values())


def _wrong(feed: Feed, wanted: tuple[FeedMessage, ...], held: list[JsonValue]) -> Iterator[str]:
    """A sentence for each message that is not held once, whole and in order; what nobody described is not asked for."""
    places: list[int] = []
    for number, message in enumerate(wanted, start=1):
        found = [place for place, value in enumerate(held) if _same_number(feed, message, value)]
        if len(found) != 1:
            yield f"message {number} of {len(wanted)} ({message.shows}) {f'came {len(found)} times' if found else 'did not come'}"
        places += found[:1]
    if places != sorted(places):
        yield "messages came in another order"
    yield from _changed(feed, wanted, held, tuple({message.shows for message in wanted} - {UNKNOWN}))


def _changed(feed: Feed, wanted: tuple[FeedMessage, ...], held: list[JsonValue], shows: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each message of a kind that came and is another."""
    for number, message in enumerate(wanted, start=1):
        value = next((value for value in held if _same_number(feed, message, value)), None)
        if message.shows not in shows or value is None:
            continue
        changed = difference(message.value, told_alike(message.value, value, rounded=message.shows != PRECISION))
        if changed is not None:
            yield f"message {number} of {len(wanted)} ({message.shows}) changed at {changed}"


def _same_number(feed: Feed, message: FeedMessage, value: JsonValue) -> bool:
    """Whether it is that message, by its number; where messages have none, by all that it holds."""
    if not feed.sequence or not message.sequence:
        return difference(message.value, told_alike(message.value, value, rounded=True)) is None
    return isinstance(value, dict) and message.sequence in read(value, feed.sequence)
