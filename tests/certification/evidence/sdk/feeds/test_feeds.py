"""A stream that breaks, and one with a message that can't be read, heard by SDKs that do and don't take care."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from certification.evidence.record import Feed as FeedEvidence
from certification.evidence.sdk.feeds.plan import Feed, plan_feed
from certification.evidence.sdk.feeds.run import folded, hear_feed
from certification.evidence.sdk.harness import Result
from certification.evidence.sdk.plan import ExercisePlan, plan_exercise
from certification.sandboxes.mock.feed_plan import FrameKind
from sdkgen.api.json_text import JsonValue
from sdkgen.behaviour import Behaviour
from sdkgen.stream_protocol import Book, Match, StreamProtocol, Subscription
from tests.simulators.book_streams import BOOK, book_api, book_feed
from tests.simulators.listening_sdk import ListeningSdk, feed_server
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api

FIRST = 28
"""Messages before the break; five come after it."""


def planned(book: Book = BOOK, protocol: StreamProtocol | None = None) -> Feed:
    feed = book_feed(book, protocol=protocol)
    assert feed is not None
    return feed


@pytest.fixture(scope="module")
def plan() -> ExercisePlan:
    return plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1)


def told(plan: ExercisePlan, folder: Path, *faults: str, awaited: tuple[int, int] = (FIRST + 6, 4)) -> FeedEvidence:
    return hear_feed(planned(), plan, folder, feed_server, ListeningSdk(*faults, awaited=awaited).speak)


def test_the_messages_are_changes_of_the_book_that_show_what_is_easily_lost() -> None:
    feed = planned()
    assert (feed.channel, feed.arguments) == ("market", (("streamName", "btcusdt@depth"),))
    shown = [message.shows for message in feed.first]
    assert shown == ["generated", "precision", "unknown", *["precision"] * 4, "parts", *["many"] * 20]
    assert len(shown) == FIRST
    for message in (*feed.first, *feed.again, *feed.around):
        value = message.value
        assert isinstance(value, dict)
        assert (value["e"], str(value["u"])) == ("change", message.sequence)
        assert value["b"] == [["40000.10", "0.00001000"], ["0.1234567890123456789", "12345678901.12345678"]]
        assert value["s"] == feed.first[0].value["s"]  # type: ignore[index,call-overload]
    numbers = [int(message.sequence) for message in (*feed.first, *feed.again)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert "addedLater" in (feed.first[2].value or {})  # type: ignore[operator]
    kinds = [frame.kind for frame in feed.plan.first]
    assert (kinds[shown.index("parts")], kinds[-1]) == (FrameKind.PARTS, FrameKind.PING)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(feed.damaged)


def test_subscriptions_are_confirmed_as_the_description_says_and_messages_wrapped_where_it_says() -> None:
    (confirmation,) = planned().plan.confirmations
    assert confirmation.when == ((("method",), ('"SUBSCRIBE"',)),)
    assert json.loads(confirmation.reply)["result"] is None
    assert (confirmation.asked, confirmation.answered) == (("id",), ("id",))
    (wrapping,) = planned().plan.wrappings
    assert asdict(wrapping) == {"path": "/stream", "name": "stream", "payload": "data"}


def test_what_the_profile_says_of_a_subscription_comes_first() -> None:
    stated = Subscription(
        channel="market",
        subscribe={"op": "sub", "of": "{streamName}", "at": {"no": "{id#}"}},
        confirmed=Match(when={"event": "ok", "about": "{streamName}", "no": "{id}", "any": "*"}),
    )
    first, second = planned(protocol=StreamProtocol(subscriptions=(stated,))).plan.confirmations
    assert (first.when, first.asked, first.answered) == (((("op",), ('"sub"',)),), ("at", "no"), ("no",))
    assert json.loads(first.reply) == {"event": "ok", "about": "btcusdt@depth", "no": "1", "any": "1"}
    assert second.when == ((("method",), ('"SUBSCRIBE"',)),)


@pytest.mark.parametrize(
    ("book", "symbol"),
    [
        pytest.param(BOOK, "", id="no market is traded"),
        pytest.param(replace(BOOK, channel="elsewhere"), "BTCUSDT", id="no such channel"),
        pytest.param(replace(BOOK, delta=Match(when={"e": "other"})), "BTCUSDT", id="no such message"),
        pytest.param(replace(BOOK, bids="deeper.b"), "BTCUSDT", id="no place for levels"),
        pytest.param(replace(BOOK, channel="combined", arguments={}), "BTCUSDT", id="nothing names the stream"),
    ],
)
def test_what_can_not_be_told_is_not_planned(book: Book, symbol: str) -> None:
    assert book_feed(book, symbol=symbol) is None
    assert plan_feed(book_api(), Behaviour(), symbol="BTCUSDT", seed=1) is None


def test_without_arguments_in_the_profile_the_first_of_the_channel_is_the_symbol() -> None:
    assert planned(replace(BOOK, arguments={})).arguments == (("streamName", "BTCUSDT"),)
    subscribed = StreamProtocol(subscriptions=(Subscription(channel="market", subscribe={}, arguments=("depth", "symbol")),))
    assert planned(replace(BOOK, arguments={}), subscribed).arguments == (("symbol", "BTCUSDT"),)


def test_a_careful_sdk_comes_back_and_holds_everything(plan: ExercisePlan, tmp_path: Path) -> None:
    found = told(plan, tmp_path)
    assert (found.connections, found.subscriptions, found.sent, found.sent_again, found.sent_around) == (2, 2, FIRST, 5, 3)
    assert (found.wrong, found.wrong_again, found.wrong_around, found.lost_unknown, found.damaged_given) == ((), (), (), (), ())
    assert (found.damaged_told, found.pinged, found.ponged, found.told_again, found.end_told) == (True, True, True, True, False)
    assert (found.refused, found.failed) == ("", "")


@pytest.mark.parametrize(
    ("faults", "awaited", "seen"),
    [
        pytest.param(("refuses",), (0, 0), {"refused": "refused: no such channel", "sent": 0, "failed": ""}, id="refuses"),
        pytest.param(("fails",), (0, 0), {"failed": "raised transport: no route", "sent": 0, "refused": ""}, id="fails"),
        pytest.param(
            ("stays away",),
            (FIRST, 4),
            {"subscriptions": 1, "sent_again": 0, "end_told": False, "wrong": (), "pinged": True},
            id="stays away",
        ),
        pytest.param(("says the end",), (FIRST + 1, 4), {"subscriptions": 1, "end_told": True, "sent": FIRST}, id="says the end"),
        pytest.param(("forgets",), (FIRST + 1, 4), {"connections": 2, "subscriptions": 1, "told_again": True}, id="forgets"),
        pytest.param(("by address",), (FIRST + 6, 4), {"subscriptions": 2, "wrong": (), "wrong_again": ()}, id="subscribes by the address"),
        pytest.param(
            ("told nothing",), (FIRST + 5, 3), {"damaged_told": False, "wrong_around": (), "told_again": False}, id="passes damage over"
        ),
    ],
)
def test_what_an_sdk_does_is_seen(
    plan: ExercisePlan, tmp_path: Path, faults: tuple[str, ...], awaited: tuple[int, int], seen: dict[str, object]
) -> None:
    found = asdict(told(plan, tmp_path, *faults, awaited=awaited))
    assert {name: found[name] for name in seen} == seen


def test_a_subscription_that_never_reaches_the_exchange_is_seen(plan: ExercisePlan, tmp_path: Path) -> None:
    found = told(plan, tmp_path, "never subscribes", awaited=(0, 0))
    assert (found.subscriptions, found.sent, found.sent_around, found.pinged) == (0, 0, 0, False)


def test_what_is_lost_around_a_damaged_message_is_seen(plan: ExercisePlan, tmp_path: Path) -> None:
    found = told(plan, tmp_path / "dies", "dies of damage", awaited=(FIRST + 6, 1))
    assert found.wrong_around == ("message 2 of 3 (after damage) did not come", "message 3 of 3 (after damage) did not come")
    assert not found.damaged_told
    found = told(plan, tmp_path / "gives", "gives damage")
    assert len(found.damaged_given) == 1
    assert found.damaged_given[0].startswith('"{\\"')
    assert found.wrong_around == ()


def test_an_sdk_that_gives_no_end_of_messages_fills_no_evidence() -> None:
    many: list[JsonValue] = [{"type": "Message", "value": "x" * 1000}] * 500
    heard = Result(kind="heard", content={"messages": [*many, {"type": "Ended", "value": None}]}, text="")
    found = folded(planned(), {12: heard, 22: heard}, (), ())
    assert [len(text) for text in found.damaged_given] == [300] * 5
    assert not found.end_told


def test_changed_and_repeated_messages_are_told_one_by_one(plan: ExercisePlan, tmp_path: Path) -> None:
    found = told(plan, tmp_path / "floats", "floats")
    assert {sentence.partition(": ")[0] for sentence in found.wrong} == {
        f"message {number} of {FIRST} (precision) changed at $.fee" for number in (4, 5, 6)
    }
    found = told(plan, tmp_path / "twice", "twice", awaited=(2 * (FIRST + 5) + 1, 7))
    assert found.wrong[0] == f"message 1 of {FIRST} (generated) came 2 times"
    assert len(found.wrong) == FIRST
