"""How streams are spoken to, as source: read back, it is what the profile says."""

from __future__ import annotations

import ast

from sdkgen.python.protocol import book_rule, json_literal, protocol_rules, subscription_rule
from sdkgen.python.runtime import channels, declarestreams
from sdkgen.signing.recipe import TimestampFormat
from sdkgen.stream_protocol import Book, Heartbeat, ListenKey, Login, Match, Sequence, StreamProtocol, Subscription

HOSTILE = '"""\\\n{id}'


def evaluated(text: str) -> object:
    """The runtime's own tables that the source makes; nothing else may be called in it."""
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Attribute)
            assert node.func.attr in declarestreams.__all__
    return eval(compile(tree, "rules", "eval"), {"_s": declarestreams, "_CHANNEL": channels.ChannelRule("c", "")})  # noqa: S307  # of our own


def test_json_stays_json() -> None:
    value = {HOSTILE: [1, None, True, {"a": HOSTILE}], "n": 12345678901234567890}
    assert ast.literal_eval(json_literal(value)) == value
    assert ast.literal_eval(json_literal(1.5)) == "1.5"


def test_a_whole_protocol_comes_through() -> None:
    rules = evaluated(
        protocol_rules(
            StreamProtocol(
                url="wss://a",
                private_url="wss://b",
                login=Login(send={"op": HOSTILE}, payload=HOSTILE, timestamp=TimestampFormat.SECONDS, confirmed=Match(when={"a": HOSTILE})),
                heartbeat=Heartbeat(send="ping", every_ms=1, silence_ms=2, asked=Match(when={"ping": "*"}), answer={"pong": "{ping}"}),
                listen_key=ListenKey(create="make", keep_alive="keep", place="key", argument="query.key", every_ms=3, parameter="k"),
            ),
            {},
        )
    )
    assert rules == channels.StreamRules(
        "wss://a",
        "wss://b",
        channels.LoginRule({"op": HOSTILE}, HOSTILE, "seconds", channels.Match((("a", HOSTILE),))),
        channels.HeartbeatRule("ping", 1, 2, channels.Match((("ping", "*"),)), {"pong": "{ping}"}),
        channels.ListenKeyRule("make", "keep", "key", "query.key", 3, "k"),
    )
    kept_by_itself = protocol_rules(StreamProtocol(listen_key=ListenKey(create="make", place="key")), {})
    assert evaluated(kept_by_itself) == channels.StreamRules(listen_key=channels.ListenKeyRule("make", "", "key"))
    assert evaluated(protocol_rules(None, {})) == evaluated(protocol_rules(StreamProtocol(), {})) == channels.StreamRules()


def test_subscriptions_and_books_come_through() -> None:
    refused = Match(when={"r": "1"})
    subscription = Subscription(channel="c", subscribe={"a": 1}, unsubscribe={"b": HOSTILE}, messages=(Match(when={}),), refused=refused)
    assert evaluated(subscription_rule(subscription)) == channels.SubscriptionRule(
        {"a": 1}, {"b": HOSTILE}, (channels.Match(()),), None, channels.Match((("r", "1"),))
    )
    book = Book(
        channel="c",
        delta=Match(when={"t": "d"}),
        bids="b",
        asks="a",
        price="px",
        operation="depth",
        operation_symbol="query.s",
        operation_bids="ob",
        operation_asks="oa",
        operation_sequence="os",
        sequence="u",
        first="U",
        numbering=Sequence.RANGE,
    )
    rule = channels.BookRule(
        channels.ChannelRule("c", ""),
        channels.Match((("t", "d"),)),
        "b",
        "a",
        "px",
        operation="depth",
        operation_symbol="query.s",
        operation_bids="ob",
        operation_asks="oa",
        operation_sequence="os",
        sequence="u",
        first="U",
        numbering="range",
    )
    assert evaluated(book_rule(book, "_CHANNEL")) == rule
