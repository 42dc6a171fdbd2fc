"""What is asked of a stream and what is kept of it, however it behaves."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.listener import Changes, Listener
from certification.evidence.scenarios.listening import Bounds, Listening, Station, stream_url
from certification.evidence.scenarios.venue import Actor, SilentVenueError
from certification.evidence.shapes import Shapes
from certification.profile_streams import StreamRequest, Streams
from certification.specs.guard import is_public
from sdkgen.signing.recipe import Recipe
from tests.simulators.small_venue import FIRST, HEADERS, NOW_MS, SECOND
from tests.simulators.stream_server import Manners, stream_server

STREAMS = Streams.model_validate(
    {
        "path": "/ws",
        "payload": "{timestamp}GET/login",
        "timestamp": "seconds",
        "symbol": "btcusd",
        "send": {
            "login": {
                "op": "login",
                "args": [{"apiKey": "{key}", "passphrase": "{passphrase}", "timestamp": "{timestamp#}", "sign": "{signature}"}],
            },
            "depth": {"op": "subscribe", "id": "{id#}", "text": "book:{symbol}:{id}", "deep": 10, "odd": "{unknown}", "on": True},
        },
        "heard": {
            "refused": {"when": {"event": "error", "error.code": "*"}},
            "delta": {"when": {"arg.channel": "books"}, "fields": {"sequence": "data[].seq", "bids.price": "data[].b[][0]"}},
            "order": {"when": {"e": "order"}, "fields": {"status": "s", "order_id": "i"}, "values": {"status": {"open": "NEW"}}},
        },
    }
)


PATIENT = Bounds(patience_s=5.0)


def listening(url: str, *, recipe: Recipe | None = HEADERS, may_reach: Callable[[str], bool] | None = None, **bounds: Any) -> Listening:
    station = Station(
        url=stream_url(url, STREAMS),
        may_reach=may_reach,
        streams=STREAMS,
        symbol="BTC-USD",
        recipe=recipe,
        accounts=(("first", FIRST), ("second", SECOND)),
    )
    return Listening(
        station, hidden=lambda text: text.replace(FIRST.secret, "***"), now_ms=lambda: NOW_MS, bounds=replace(PATIENT, **bounds)
    )


@contextmanager
def listener(manners: Manners, **options: Any) -> Iterator[Listener]:
    with stream_server(manners) as url, listening(url, **options).open(Actor.FIRST) as opened:
        yield opened


def sends(*messages: Any) -> Manners:
    """Sends these, then waits until the client is gone."""

    def manners(connection: ServerConnection) -> None:
        for message in messages:
            connection.send(message if isinstance(message, str | bytes) else json.dumps(message))
        for _ in connection:
            pass

    return manners


def never(_: ScenarioStep) -> bool:
    return False


def last(*messages: Any) -> Callable[[ScenarioStep], bool]:
    return lambda step: ("order_id", "end") in step.facts


END = {"e": "order", "s": "NEW", "i": "end"}


def heard(*messages: Any, **bounds: Any) -> list[ScenarioStep]:
    with listener(sends(*messages, END), **bounds) as opened:
        return list(opened.until(last()))


def test_messages_are_told_in_neutral_words_and_the_unknown_are_passed_over() -> None:
    steps = heard(
        "no json",
        {"hello": 1},
        {"event": "error"},
        {"event": "error", "error": {"code": 7}},
        {"arg": {"channel": "books"}, "data": [{"seq": 5, "b": [["1.10", 2], ["1", 3]]}]},
    )
    assert [step.label for step in steps] == ["first hears refused", "first hears delta", "first hears order"]
    assert [fact for fact in steps[1].facts if fact[0] != "message"] == [
        ("bids.price", "1.10"),
        ("bids.price", "1"),
        ("kind", "delta"),
        ("sequence", "5"),
    ]
    assert ("status", "open") in steps[2].facts
    assert all(step.call is None for step in steps)


def test_what_is_heard_is_kept_within_bounds_and_without_secrets() -> None:
    (step, *_) = heard(
        {"arg": {"channel": "books"}, "x": FIRST.secret + "y" * 5000, "data": [{"seq": number} for number in range(50)]}, facts=10
    )
    assert len(step.facts) == 10
    assert "first-secret" not in repr(step)
    assert len(dict(step.facts)["message"]) == 1000


TOLD: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "components": {
        "messages": {
            "Order": {"payload": {"required": ["fee"], "properties": {"e": {"const": "order"}, "fee": {"type": "string"}}}},
            "Trade": {"payload": {"required": ["price"], "properties": {"e": {"const": "trade"}, "price": {"type": "string"}}}},
        }
    },
}


def understood(message: str, streams: Streams = STREAMS, **bounds: int) -> ScenarioStep | None:
    """The message, heard under a subscription to whatever has an ``e``, confirmed by an ``id`` of that name."""
    station = Station(
        url="ws://nowhere",
        may_reach=None,
        streams=streams,
        symbol="",
        recipe=None,
        accounts=(("first", FIRST),),
        shapes=Shapes({}, TOLD),
        belongs=(("feed", {"e": "*"}),),
        answers=({"id": "*"},),
    )
    hidden = "***"
    return Listening(
        station, hidden=lambda text: text.replace("secret", hidden), now_ms=lambda: NOW_MS, bounds=replace(PATIENT, **bounds)
    ).understood(message, "first hears")


def test_what_is_wrong_with_a_message_is_kept_however_much_it_says() -> None:
    told = understood('{"e":"order","s":"NEW","i":"7"}', facts=3)
    assert told is not None
    assert ("flaw", "$ lacks fee") in told.facts


def test_a_message_of_another_kind_s_shape_is_wrong() -> None:
    told = understood('{"e":"order","s":"NEW","i":"7","price":"1"}')
    assert told is not None
    assert ("flaw", "$ lacks fee") in told.facts


def test_a_message_of_another_channel_s_shape_is_wrong() -> None:
    message = {"payload": {"required": ["fee"]}}
    told: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "channels": {"feed": {"messages": {"a": message}}, "other": {"messages": {"b": {"payload": {}}}}},
    }
    station = Station(
        url="ws://nowhere",
        may_reach=None,
        streams=STREAMS,
        symbol="",
        recipe=None,
        accounts=(),
        shapes=Shapes({}, told),
        belongs=(("feed", {"e": "*"}),),
    )
    listening = Listening(station, hidden=str, now_ms=lambda: NOW_MS)
    order = listening.understood('{"e":"order","s":"NEW","i":"7"}', "x")
    assert order is not None
    assert ("flaw", "$ lacks fee") in order.facts
    refused = listening.understood('{"e":"x","event":"error","error":{"code":1}}', "x")
    assert refused is not None
    assert ("flaw", "") in refused.facts, "an answer comes from no channel"


def test_a_message_that_nobody_knows_is_told_where_it_belongs_to_a_subscription() -> None:
    stray = understood('{"e":"trade","price":7,"note":"secret"}')
    assert stray is not None
    assert (stray.label, stray.facts) == (
        "first hears stray",
        (("kind", "stray"), ("message", '{"e":"trade","price":7,"note":"***"}'), ("flaw", "$.price is number, not string")),
    )
    assert understood('{"e":"trade","price":"7"}') is None, "as described, and of no concern"
    assert understood('{"e":"trade","id":1}') is None, "an answer"
    assert understood('{"hello":1}') is None, "of no subscription"


def test_what_the_exchange_says_of_repeats_is_kept_with_its_messages() -> None:
    again = STREAMS.model_copy(update={"at_least_once": True})
    told = understood('{"e":"order","s":"NEW","i":"7","fee":"0"}', again)
    assert told is not None
    assert ("stated.at_least_once", "true") in told.facts
    plain = understood('{"e":"order","s":"NEW","i":"7","fee":"0"}')
    assert plain is not None
    assert "stated.at_least_once" not in dict(plain.facts)


def test_who_sends_too_much_is_not_listened_to_any_longer() -> None:
    with listener(sends(*[{"e": "order"}] * 10), messages=3) as opened:
        assert len(list(opened.until(never))) == 3
        assert list(opened.until(never)) == []


@pytest.mark.parametrize("message", [json.dumps({"e": "order", "x": "y" * 2000}), b"\xff\xfe"], ids=["too long", "bytes"])
def test_a_message_too_long_or_of_no_text_ends_the_listening(message: Any) -> None:
    with listener(sends(message), patience_s=0.5, message_bytes=1000) as opened:
        steps = list(opened.until(never))
        assert [step.label for step in steps] in ([], ["first hears closed"])


def test_patience_ends() -> None:
    with listener(sends({"e": "order"}), patience_s=0.05) as opened:
        assert len(list(opened.until(never))) <= 1
        assert list(opened.until(never)) == []


def test_messages_without_end_are_listened_to_only_so_long() -> None:
    def babble(connection: ServerConnection) -> None:
        try:
            while True:
                connection.send('{"e": "order"}')
        except ConnectionClosed:
            pass

    with listener(babble, patience_s=0.05) as opened:
        assert 0 < len(list(opened.until(never))) <= PATIENT.messages


def test_a_connection_that_ends_is_said_to_once() -> None:
    with listener(lambda connection: connection.close()) as opened:
        assert [step.facts for step in opened.until(never)] == [(("kind", "closed"),)]
        assert list(opened.until(never)) == []
        opened.send("depth", label="into the void")
        assert list(opened.until(never)) == []


def test_a_connection_that_ends_before_a_question_is_said_to_have_ended() -> None:
    with listener(lambda connection: connection.close()) as opened:
        for _ in range(200):
            opened.send("depth", label="into the void")
        assert [step.facts for step in opened.until(never)] == [(("kind", "closed"),)]


def test_a_stream_that_does_not_open_is_trouble() -> None:
    with pytest.raises(SilentVenueError, match="does not open"), listening("http://127.0.0.1:1").open(Actor.FIRST):
        pytest.fail("it opened")
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(SilentVenueError, match="does not open"),
        listening(f"http://127.0.0.1:{silent.getsockname()[1]}", open_s=0.05).open(Actor.FIRST),
    ):
        pytest.fail("it opened")


def asked(*requests: tuple[Any, Changes], recipe: Recipe | None = HEADERS) -> tuple[list[Any], list[ScenarioStep]]:
    """What arrives, and what is recorded of it."""
    arrived: list[Any] = []

    def listens(connection: ServerConnection) -> None:
        arrived.extend(json.loads(connection.recv()) for _ in requests)
        connection.send(json.dumps(END))

    with listener(listens, recipe=recipe) as opened:
        steps = [opened.send(request, label="asks", changes=changes) for request, changes in requests]
        list(opened.until(last()))
    return arrived, steps


def test_a_template_is_filled_and_its_proofs_are_left_out_of_the_record() -> None:
    (first, second, login), steps = asked(("depth", Changes()), ("depth", Changes(symbol="other")), ("login", Changes()))
    assert first == {"op": "subscribe", "id": 1, "text": "book:btcusd:1", "deep": 10, "odd": "{unknown}", "on": True}
    assert second["text"] == "book:other:2"
    stamp = NOW_MS // 1000
    signature = hmac.new(FIRST.secret.encode(), f"{stamp}GET/login".encode(), hashlib.sha256).hexdigest()
    assert login["args"] == [{"apiKey": FIRST.key, "passphrase": FIRST.passphrase, "timestamp": stamp, "sign": signature}]
    assert steps[2].facts == (
        ("asked.id", "3"),
        ("sent", '{"op":"login","args":[{"apiKey":"***","passphrase":"***","timestamp":"***","sign":"***"}]}'),
    )


def test_a_login_is_wrong_in_one_way() -> None:
    (right, misspelt, stale), _ = asked(("login", Changes()), ("login", Changes(misspelt=True)), ("login", Changes(stale=True)))
    (one,), (other,), (old,) = right["args"], misspelt["args"], stale["args"]
    assert {name for name in one if one[name] != other[name]} == {"sign"}
    assert sum(mine != theirs for mine, theirs in zip(one["sign"], other["sign"], strict=True)) == 1
    assert one["timestamp"] - old["timestamp"] == 15 * 60
    assert old["sign"] != one["sign"]


KEYED = Streams.model_validate(
    {
        "send": {"orders": {"op": "subscribe", "to": ["{listen_key}"], "id": "{id#}"}},
        "heard": {"subscribed": {"when": {"result": "null"}}, "refused": {"when": {"error": "*"}}},
    }
)


def keyed(made: Callable[[Actor], str] | None) -> Listening:
    station = Station(
        url="ws://127.0.0.1:1", may_reach=None, streams=KEYED, symbol="BTC-USD", recipe=None, accounts=(("first", FIRST),), listen_key=made
    )
    return Listening(station, hidden=str, now_ms=lambda: NOW_MS)


def test_a_listen_key_takes_the_place_of_a_login() -> None:
    listening = keyed(lambda actor: f"key-of-{actor}")
    assert listening.keyed
    assert listening.can_send("login", "orders")
    assert listening.hears("logged_in", "refused")
    sent, shown, request_id = listening.document("orders", Actor.SECOND, Changes())
    assert request_id == "1"
    assert json.loads(sent) == {"op": "subscribe", "to": ["key-of-second"], "id": 1}
    assert json.loads(shown)["to"] == ["***"]
    assert listening.hidden('{"stream": "key-of-second"}') == '{"stream": "***"}'
    misspelt = json.loads(listening.document("orders", Actor.SECOND, Changes(misspelt=True))[0])["to"][0]
    made_up = json.loads(listening.document("orders", Actor.SECOND, Changes(made_up=True))[0])["to"][0]
    assert len({misspelt, made_up, "key-of-second"}) == 3
    assert listening.hidden(misspelt + made_up) == "******"


def test_without_a_way_to_make_listen_keys_there_is_none() -> None:
    assert not keyed(None).keyed
    assert not keyed(None).can_send("login")


SIGNED = Streams.model_validate(
    {
        "payload": "{timestamp}GET/verify",
        "timestamp": "seconds",
        "send": {"orders": {"to": "user", "who": "{key}", "at": "{timestamp}", "sign": "{signature}"}, "leave_depth": {"to": "none"}},
        "heard": {
            "subscribed": {"when": {"type": "subscriptions"}, "fields": {"id": "id"}},
            "unsubscribed": {"when": {"type": "subscriptions"}},
            "order": [
                {
                    "when": {"type": "done"},
                    "fields": {"order_id": "o", "status": "why", "left": "r"},
                    "values": {"status": {"filled": "f"}},
                },
                {"when": {"o": "*"}, "fields": {"order_id": "o", "status": "type"}},
            ],
        },
    }
)


def signed() -> Listening:
    station = Station(
        url="ws://127.0.0.1:1", may_reach=None, streams=SIGNED, symbol="BTC-USD", recipe=HEADERS, accounts=(("first", FIRST),)
    )
    return Listening(station, hidden=str, now_ms=lambda: NOW_MS)


def test_a_subscription_that_is_signed_takes_the_place_of_a_login() -> None:
    listening = signed()
    assert listening.without_login
    assert not listening.keyed
    assert listening.can_send("login", "orders")
    assert listening.hears("logged_in")
    sent, shown, _ = listening.document("orders", Actor.FIRST, Changes())
    stamp = str(NOW_MS // 1000)
    signature = hmac.new(FIRST.secret.encode(), f"{stamp}GET/verify".encode(), hashlib.sha256).hexdigest()
    assert json.loads(sent) == {"to": "user", "who": FIRST.key, "at": stamp, "sign": signature}
    assert json.loads(shown) == {"to": "user", "who": "***", "at": "***", "sign": "***"}
    nobody = json.loads(listening.document("orders", Actor.FIRST, Changes(unsigned=True))[0])
    assert nobody == {"to": "user", "who": "", "at": "", "sign": ""}


def test_answers_that_look_alike_are_told_apart_by_what_was_asked_and_one_kind_may_have_several_shapes() -> None:
    def heard(message: str, asked: StreamRequest | None = None) -> dict[str, str]:
        step = signed().understood(message, "first hears", asked)
        assert step is not None
        return dict(step.facts)

    assert heard('{"type":"subscriptions","id":"4"}')["kind"] == "subscribed"
    assert heard('{"type":"subscriptions","id":"4"}', "orders")["id"] == "4"
    assert heard('{"type":"subscriptions","id":"4"}', "leave_depth")["kind"] == "unsubscribed"
    done = heard('{"type":"done","o":"7","why":"f","r":"0"}', "leave_depth")
    assert (done["kind"], done["status"], done["left"]) == ("order", "filled", "0")
    assert heard('{"type":"open","o":"7"}')["status"] == "open"


def test_without_a_recipe_nobody_logs_in() -> None:
    with (
        stream_server(sends()) as url,
        listening(url, recipe=None).open(Actor.FIRST) as opened,
        pytest.raises(SilentVenueError, match="no recipe"),
    ):
        opened.send("login", label="log in")


def test_what_the_profile_does_not_say_can_not_be_told() -> None:
    quiet = listening("http://127.0.0.1:1")
    assert quiet.can_send("login", "depth")
    assert not quiet.can_send("login", "orders")
    assert quiet.hears("delta")
    assert not quiet.hears("snapshot")


@pytest.mark.parametrize(
    ("base", "expected"), [("https://api.example/v1", "wss://api.example/ws"), ("http://127.0.0.1:5", "ws://127.0.0.1:5/ws")]
)
def test_streams_are_on_the_sandboxes_host(base: str, expected: str) -> None:
    assert stream_url(base, STREAMS) == expected


def test_a_stream_elsewhere_must_be_at_a_public_address() -> None:
    with stream_server(sends()) as url:
        guarded = listening(url, may_reach=is_public)
        with pytest.raises(SilentVenueError, match="no public address"), guarded.open(Actor.FIRST):
            pytest.fail("it opened")


def test_an_address_is_connected_to_as_it_was_looked_at() -> None:
    seen: list[str] = []

    def may_reach(address: str) -> bool:
        seen.append(address)
        return True

    with stream_server(sends(END)) as url, listening(url, may_reach=may_reach).open(Actor.FIRST) as opened:
        assert len(list(opened.until(last()))) == 1
    assert seen == ["127.0.0.1"]
