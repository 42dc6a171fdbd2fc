"""AsyncAPI 3: whose view a description takes, and what is a request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sdkgen.api.asyncapi.load import load_streams
from tests.sdkgen.api.asyncapi.documents import ANSWER, ASK, TICK, operation, ref
from tests.simulators.descriptions import rules
from tests.simulators.stream_descriptions import heard, message, read, request, said, streams2, streams3


def test_an_exchanges_own_description_receives_what_clients_say() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"tick": TICK, "ask": ASK, "answer": ANSWER}}},
        operations={
            "feed": operation("send", "c", "tick"),
            "ask": operation("receive", "c", "ask", reply={"messages": [ref("channels", "c", "messages", "answer")]}),
        },
    )
    api = read(document)
    assert (heard(api, "c"), said(api, "c")) == (["tick", "answer"], ["ask"])
    assert api.issues == ()


def test_a_clients_description_receives_what_the_exchange_says() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"tick": TICK, "ask": ASK, "answer": ANSWER}}},
        operations={
            "feed": operation("receive", "c", "tick"),
            "ask": operation("send", "c", "ask", reply={"messages": [ref("channels", "c", "messages", "answer")]}),
        },
    )
    api = read(document)
    assert (heard(api, "c"), said(api, "c")) == (["tick", "answer"], ["ask"])


@pytest.mark.parametrize(
    "document",
    [
        streams3(channels={"c": {"address": "/{a}", "parameters": {"b": {}}}}),
        streams2(channels={"/{a}": {"parameters": {"b": {}}}}),
        streams3(channels={"c": {"messages": {"m": TICK | {"examples": [{"e": "tick"}]}}}}),
        streams3(
            channels={"c": {"address": "/"}},
            operations={"o": {"action": "send", "channel": ref("channels", "c"), "messages": ref("components", "messages", "M")}},
            components={"messages": {"M": TICK}},
        ),
    ],
)
def test_the_overlay_lines_of_a_repair_make_it(document: dict[str, Any]) -> None:
    repaired = read(document)
    mends = [issue.mend for issue in repaired.issues if issue.kind.value == "repaired"]
    assert mends
    assert None not in mends
    lines = "\n".join(["overlay: 1.0.0", "info: {title: x, version: '1'}", "actions:", *map(str, mends)])
    again = load_streams(json.dumps(document).encode(), overlays=(lines.encode(),))
    assert [issue for issue in again.issues if issue.kind.value == "repaired"] == []
    assert (again.channels, again.types, len(again.messages)) == (repaired.channels, repaired.types, len(repaired.messages))


@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize(
    ("asks", "tells"),
    [
        pytest.param({"name": "SubscribeRequest"}, {"name": "Ticker"}, id="names"),
        pytest.param({"summary": "Log in", "title": "Login"}, {"summary": "Balance update"}, id="titles"),
        pytest.param(ASK, {}, id="a constant alone"),
        pytest.param({}, {"name": "tradeSnapshot"}, id="data alone"),
        pytest.param({"payload": {"$ref": "#/components/schemas/PingRequest"}}, {}, id="the payload's name"),
        pytest.param({"payload": {"oneOf": [ASK["payload"]]}}, {}, id="a variant's constant"),
    ],
)
def test_without_a_reply_messages_looks_decide_and_an_issue_says_so(asks: dict[str, Any], tells: dict[str, Any], exchange: bool) -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"a": {"payload": {}, **asks}, "b": {"payload": {}, **tells}}}},
        operations={
            "one": operation("receive" if exchange else "send", "c", "a"),
            "two": operation("send" if exchange else "receive", "c", "b"),
        },
        components={"schemas": {"PingRequest": {"type": "object"}}},
    )
    api = read(document)
    [own] = api.channels
    assert [own.said, own.heard] == [(api.messages[0].name,), (api.messages[1].name,)]
    assert ("noted", "assumed-view") in rules(api)


def test_a_description_with_nothing_but_data_is_heard_whichever_word_it_has() -> None:
    for action in ("send", "receive"):
        document = streams3(
            channels={"c": {"address": "/", "messages": {"x": {"payload": {}}}}}, operations={"o": operation(action, "c", "x")}
        )
        assert heard(read(document), "c") == ["x"], action


def test_messages_that_no_operation_names_go_by_their_looks() -> None:
    messages = {"tick": TICK, "ask": ASK, "plain": {"payload": {}}, "told": {"payload": {}}}
    api = read(streams3(channels={"c": {"address": "/", "messages": messages}}, operations={"o": operation("send", "c", "told")}))
    assert (heard(api, "c"), said(api, "c")) == (["tick", "plain", "told"], ["ask"])
    assert rules(api).count(("noted", "message-without-operation")) == 3


def test_an_operation_without_messages_means_all_of_its_channels() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"a": TICK, "b": ANSWER}}, "d": {"address": "/d", "messages": {"ask": ASK}}},
        operations={"feed": operation("send", "d", reply={"channel": ref("channels", "c")})},
    )
    api = read(document)
    assert (heard(api, "c"), said(api, "d")) == (["a", "b"], ["ask"])
    asked = request(api, "feed")
    assert ([name.snake() for name in asked.replies], asked.channel.snake(), asked.reply_channel.snake()) == (["a", "b"], "d", "c")


def test_a_reply_may_be_a_component_and_one_that_says_nothing_is_refused() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"ask": ASK, "answer": ANSWER}}},
        operations={
            "good": operation("send", "c", "ask", reply=ref("components", "replies", "Whole")),
            "bad": operation("send", "c", "ask", reply={"address": {"location": "$message.header#/replyTo"}}),
            "lost": operation("send", "c", "ask", reply={"channel": ref("channels", "gone")}),
        },
        components={"replies": {"Whole": {"channel": ref("channels", "c"), "messages": [ref("channels", "c", "messages", "answer")]}}},
    )
    api = read(document)
    assert [one.id for one in api.requests] == ["good"]
    assert ("refused", "reply-without-messages") in rules(api)
    assert ("refused", "dangling-reference") in rules(api)


def test_a_server_that_asks_gets_no_request_of_the_clients() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"beat": {"payload": {}}, "alive": {"payload": {}}, "ask": ASK, "answer": ANSWER}}},
        operations={
            "beat": operation("send", "c", "beat", reply={"messages": [ref("channels", "c", "messages", "alive")]}),
            "ask": operation("receive", "c", "ask", reply={"messages": [ref("channels", "c", "messages", "answer")]}),
            "more": operation("receive", "c", "ask", reply={"messages": [ref("channels", "c", "messages", "answer")]}),
        },
    )
    api = read(document)
    assert (heard(api, "c"), said(api, "c")) == (["beat", "answer"], ["alive", "ask"])
    assert [one.id for one in api.requests] == ["ask", "more"]


def test_an_operation_with_several_messages_is_several_requests() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"buy": ASK, "sell": ASK, "answer": ANSWER}}},
        operations={
            "trade": operation("send", "c", "buy", "sell", reply={"messages": [ref("channels", "c", "messages", "answer")]}, title="Trade")
        },
    )
    api = read(document)
    assert [(one.id, one.name.snake(), one.message.snake(), one.summary) for one in api.requests] == [
        ("trade buy", "trade_buy", "buy", "Trade"),
        ("trade sell", "trade_sell", "sell", "Trade"),
    ]


def test_names_that_go_together_are_requests_where_no_reply_is_described() -> None:
    document = streams3(
        channels={
            "c": {
                "address": "/",
                "messages": {
                    "depthRequest": ASK,
                    "depthResponse": ANSWER,
                    "ping": {"payload": {}},
                    "pongMessage": {"payload": {}},
                    "tradeRequest": ASK,
                    "errorMessage": ANSWER,
                    "responseOther": ANSWER,
                },
            }
        },
        operations={
            "depth": operation("send", "c", "depthRequest"),
            "trade": operation("send", "c", "tradeRequest"),
            "ping": operation("send", "c", "ping"),
            "answers": operation("receive", "c", "depthResponse", "pongMessage", "errorMessage", "responseOther"),
        },
    )
    api = read(document)
    assert {one.id: [name.snake() for name in one.replies] for one in api.requests} == {
        "depth": ["depth_response", "error_message"],
        "ping": ["pong_message", "error_message"],
    }
    assert rules(api).count(("noted", "assumed-reply")) == 2


def test_the_id_that_comes_back_is_found_where_it_is_said_and_where_it_is_plain() -> None:
    def document(*, ask: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        return streams3(
            channels={"c": {"address": "/", "messages": {"ask": ask, "answer": answer, "error": answer}}},
            operations={
                name: operation(
                    "send", "c", "ask", reply={"messages": [ref("channels", "c", "messages", one) for one in ("answer", "error")]}
                )
                for name in ("one", "two")
            },
            components={"correlationIds": {"Id": {"location": "$message.payload#/params/req_id"}}},
        )

    def payload(**properties: Any) -> dict[str, Any]:
        return {"payload": {"type": "object", "properties": properties}}

    told = read(document(ask={**ASK, "correlationId": ref("components", "correlationIds", "Id")}, answer=ANSWER))
    assert (message(told, "Ask").correlation, message(told, "Answer").correlation) == (("params", "req_id"), None)
    either = {"payload": {"oneOf": [payload(reqId={"type": "integer"}, a={})["payload"], payload(reqId={}, b={})["payload"]]}}
    plain = read(document(ask=payload(reqId={"type": "integer"}, symbol={}), answer=either))
    assert (message(plain, "Ask").correlation, message(plain, "Error").correlation) == (("reqId",), ("reqId",))
    assert rules(plain).count(("noted", "assumed-correlation")) == 2
    none = read(document(ask=payload(symbol={}), answer=payload(symbol={})))
    assert message(none, "Ask").correlation is None
    elsewhere = read(document(ask={**ASK, "correlationId": {"location": "$message.header#/id"}}, answer=ANSWER))
    assert ("noted", "correlation-elsewhere") in rules(elsewhere)
