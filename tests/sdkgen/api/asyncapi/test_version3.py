"""AsyncAPI 3: channels, operations, replies, parameters, servers, schemas, each as the standard and as exchanges write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.model import EnumType, Issue, Location, ObjectType, Scalar, ScalarKind
from sdkgen.errors import DescriptionError
from tests.simulators.descriptions import fields, named, reference, rules
from tests.simulators.stream_descriptions import channel, heard, message, read, request, said, streams2, streams3

TICK: dict[str, Any] = {"payload": {"type": "object", "required": ["e"], "properties": {"e": {"const": "tick"}, "p": {"type": "string"}}}}
ASK: dict[str, Any] = {"payload": {"type": "object", "required": ["op"], "properties": {"op": {"const": "subscribe"}}}}
ANSWER: dict[str, Any] = {"payload": {"type": "object", "properties": {"ok": {"type": "boolean"}}}}


WRONG: dict[str, Any] = {"type": "object", "a": {"type": "string"}, "b": {"type": "integer"}}
"""Properties that stand where keywords must."""


def ref(*tokens: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(token.replace("/", "~1") for token in tokens)}


def operation(action: str, identity: str, *messages: str, **more: Any) -> dict[str, Any]:
    listed = {"messages": [ref("channels", identity, "messages", one) for one in messages]} if messages else {}
    return {"action": action, "channel": ref("channels", identity), **listed, **more}


def issue(document: dict[str, Any], rule: str) -> Issue:
    [found] = [issue for issue in read(document).issues if issue.rule == rule]
    return found


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


def test_a_message_is_one_however_often_it_is_referred_to() -> None:
    document = streams3(
        channels={
            "a": {"address": "/a", "messages": {"x": ref("components", "messages", "Tick"), "y": ref("channels", "b", "messages", "z")}},
            "b": {"address": "/b", "messages": {"z": ref("components", "messages", "Tick"), "own": {"payload": {}}}},
        },
        components={"messages": {"Tick": TICK, "Unused": {"payload": {}}}},
    )
    api = read(document)
    assert [one.name.pascal() for one in api.messages] == ["Tick", "Unused", "Own"]
    assert (heard(api, "a"), heard(api, "b")) == (["tick"], ["tick", "own"])
    assert (api.declared_channels, api.declared_messages) == (2, 3)


def test_names_of_messages_come_from_their_own_words_and_are_told_apart_by_their_channels() -> None:
    messages: dict[str, dict[str, Any]] = {
        "trades": {"publish.message": {}, "0": {}, "update": {}, "x": {"name": "Execution"}},
        "depth": {"subscribe.message": {"title": "Depth of book"}, "update": {}, "error": {"messageId": "failed"}},
    }
    api = read(streams3(channels={key: {"address": "/", "messages": value} for key, value in messages.items()}))
    assert [one.name.snake() for one in api.messages] == [
        *("trades_publish_message", "trades_0", "update", "execution"),
        *("depth_of_book", "depth_update", "failed"),
    ]


def test_a_message_without_words_is_called_after_a_payload_that_is_its_own() -> None:
    def document(*payloads: str) -> dict[str, Any]:
        messages = {f"{index}": {"payload": ref("components", "schemas", one)} for index, one in enumerate(payloads)}
        schemas = {one: {"type": "object"} for one in payloads}
        return streams3(channels={"c": {"address": "/", "messages": messages}}, components={"schemas": schemas})

    assert [one.name.snake() for one in read(document("Ticker", "Trade")).messages] == ["ticker", "trade"]
    assert [one.name.snake() for one in read(document("Ticker", "Ticker")).messages] == ["c_0", "c_1"]


def test_without_operations_looks_decide_and_names_make_requests() -> None:
    messages = {"subscribe_request": ASK, "subscribe_response": ANSWER, "tick": TICK}
    api = read(streams3(channels={"c": {"address": "/", "messages": messages}}))
    assert (heard(api, "c"), said(api, "c")) == (["subscribe_response", "tick"], ["subscribe_request"])
    asked = request(api, "subscribeRequest")
    assert (asked.name.snake(), [name.snake() for name in asked.replies]) == ("subscribe_request", ["subscribe_response"])
    assert ("noted", "no-operations") in rules(api)


def test_an_unnamed_payload_is_called_after_its_message() -> None:
    own = {"payload": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}}}}
    api = read(streams3(channels={"c": {"address": "/", "messages": {"tick": own, "orderMessage": own}}}))
    assert [one.name.pascal() for one in api.types] == ["OrderMessage", "OrderMessageA", "TickMessage", "TickMessageA"]
    assert message(api, "Tick").type == reference("tick", "message")


def test_an_operations_message_outside_its_channel_is_taken_into_it() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {}}},
        operations={
            "o": {"action": "send", "channel": ref("channels", "c"), "messages": [ref("components", "messages", "Tick"), {"payload": {}}]}
        },
        components={"messages": {"Tick": TICK}},
    )
    api = read(document)
    assert heard(api, "c") == ["tick", "c_message"]
    assert rules(api).count(("repaired", "message-outside-channel")) == 2
    assert api.declared_messages == 2


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ({"operations": {"o": {"action": "emit", "channel": ref("channels", "c")}}}, "unknown-action"),
        ({"operations": {"o": {"action": "send", "channel": ref("components", "messages", "M")}}}, "unknown-channel"),
        ({"operations": {"o": {"action": "send", "channel": ref("channels", "gone")}}}, "dangling-reference"),
        ({"operations": {"o": {"action": "send"}}}, "unknown-channel"),
        ({"operations": {"o": {"action": "send", "channel": ref("channels", "c"), "messages": [3]}}}, "wrong-shape"),
        ({"operations": {"o": 3}}, "wrong-shape"),
        ({"operations": []}, "wrong-shape"),
        ({"channels": {"c": {"address": "/"}, "d": []}}, "wrong-shape"),
        ({"channels": {"c": {"address": 3}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "messages": {"m": "text"}}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "servers": ["main"]}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "servers": "main"}}}, "wrong-shape"),
        ({"channels": {"c": {"messages": {"m": {"payload": {"schemaFormat": "text/avro", "schema": {}}}}}}}, "schema-format"),
        ({"components": {"messages": {"M": {}}, "schemas": {"A": {"schemaFormat": "text/x-proto", "schema": "x"}}}}, "schema-format"),
        ({"servers": {"main": {"protocol": "wss"}}}, "wrong-shape"),
        ({"channels": {"c": {"$ref": "https://shop.example/other.yaml#/elsewhere"}}}, "remote-reference"),
    ],
)  # fmt: skip
def test_what_can_not_be_known_is_refused_with_its_place(part: dict[str, Any], rule: str) -> None:
    base = streams3(channels={"c": {"address": "/", "messages": {"m": TICK}}}, components={"messages": {"M": {"payload": {}}}})
    found = [issue for issue in read(base | part).issues if issue.rule == rule]
    assert [one.kind.value for one in found] == ["refused"]
    assert found[0].pointer.startswith(f"/{next(iter(part))}")


def test_a_single_message_where_a_list_must_be_is_read() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": TICK}}},
        operations={"o": {"action": "send", "channel": ref("channels", "c"), "messages": ref("channels", "c", "messages", "m")}},
    )
    assert ("repaired", "list-of-one") in rules(read(document))
    assert heard(read(document), "c") == ["m"]


def test_channels_without_messages_and_without_an_address_are_told() -> None:
    api = read(streams3(channels={"a": {"address": None}, "b": {}}))
    assert [(one.address, one.path()) for one in api.channels] == [("", ""), ("", "")]
    assert rules(api).count(("noted", "channel-without-messages")) == 2


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", ""),
        ("/ws/", "/ws"),
        ("ws/v2", "/ws/v2"),
        ("ticker", ""),
        ("{pair}-trades", ""),
        ("/stream?streams={s}", "/stream?streams={s}"),
    ],
)
def test_an_address_is_a_path_where_it_has_a_slash_and_else_a_topic(address: str, path: str) -> None:
    assert channel(read(streams3(channels={"c": {"address": address}})), "c").path() == path


def test_two_channels_may_be_one_and_the_same_component() -> None:
    document = streams3(
        channels={"a": ref("components", "channels", "C"), "b": ref("components", "channels", "C")},
        operations={"o": operation("send", "b")},
        components={"channels": {"C": {"address": "/x", "messages": {"m": TICK}}}},
    )
    api = read(document)
    assert [(one.id, one.address) for one in api.channels] == [("a", "/x"), ("b", "/x")]
    assert rules(api).count(("noted", "message-without-operation")) == 1, "the operation is channel b's"
    direct = document | {"operations": {"o": {"action": "send", "channel": ref("components", "channels", "C")}}}
    assert heard(read(direct), "a") == ["m"]


def test_channels_that_are_all_signs_are_called_by_their_title() -> None:
    api = read(streams3(channels={"/": {"address": "/", "title": "Market data"}, "*": {"address": "/x"}, "/ws": {}, "ws": {}}))
    assert [one.name.snake() for one in api.channels] == ["market_data", "main", "ws_other", "ws"]


def test_parameters_are_text_with_their_enum_default_and_examples() -> None:
    document = streams3(
        channels={
            "c": {
                "address": "/{symbol}@{speed}/{lost}",
                "parameters": {
                    "speed": {"enum": ["100ms", "1s"], "default": "1s", "description": "How often."},
                    "symbol": ref("components", "parameters", "Symbol"),
                    "spare": {},
                },
            }
        },
        components={"parameters": {"Symbol": {"examples": ["BTC-USD"], "location": "$message.payload#/symbol"}}},
    )
    api = read(document)
    symbol, speed, lost = channel(api, "c").parameters
    assert (symbol.wire_name, symbol.type, [one.value for one in symbol.examples]) == (
        "symbol",
        Scalar(kind=ScalarKind.STRING),
        ['"BTC-USD"'],
    )
    assert (speed.description, speed.default) == ("How often.", '"1s"')
    assert isinstance(named(api, "CSpeed"), EnumType)
    assert lost.default is None
    assert {("repaired", "undeclared-channel-parameter"), ("repaired", "channel-parameter-without-place")} <= set(rules(api))


def test_the_opening_request_may_have_a_query_and_headers() -> None:
    query = {
        "type": "object",
        "required": ["heartbeat"],
        "properties": {"heartbeat": {"type": "boolean", "default": True}, "m": {}, "M": {}},
    }
    headers = {"type": "object", "properties": {"X-Key": {"type": "string", "description": "Who."}}}
    api = read(streams3(channels={"c": {"address": "/{m}", "bindings": {"ws": {"query": query, "headers": headers}}}}))
    own = channel(api, "c")
    assert [(one.wire_name, one.name.snake(), one.required, one.default) for one in own.query] == [
        ("heartbeat", "heartbeat", True, "true"),
        ("m", "m_other", False, None),
        ("M", "m_upper", False, None),
    ]
    assert [(one.wire_name, one.location, one.style, one.description) for one in own.headers] == [
        ("X-Key", Location.HEADER, "simple", "Who.")
    ]
    bare = read(streams3(channels={"c": {"address": "/", "bindings": {"ws": {"query": {"type": "object"}}}}}))
    assert ("noted", "binding-without-properties") in rules(bare)


@pytest.mark.parametrize(
    ("server", "url"),
    [
        pytest.param({"host": "a.example", "protocol": "wss"}, "wss://a.example", id="host"),
        pytest.param({"host": "a.example:8443", "pathname": "/ws/v1/", "protocol": "WS"}, "ws://a.example:8443/ws/v1", id="port and path"),
        pytest.param({"host": "a.example/ws", "pathname": "/", "protocol": "wss"}, "wss://a.example/ws", id="path in host"),
        pytest.param({"host": "https://a.example", "protocol": "https"}, "wss://a.example", id="https"),
        pytest.param({"host": "ws://a.example/", "protocol": "wss"}, "ws://a.example", id="scheme in host"),
        pytest.param({"host": "a.example"}, "wss://a.example", id="no protocol"),
        pytest.param({"host": "{e}.example", "protocol": "wss", "variables": {"e": {"default": "a"}}}, "wss://a.example", id="variable"),
        pytest.param({"host": "a.example", "pathname": "/{key}", "protocol": "wss"}, "wss://a.example/{key}", id="open variable"),
        pytest.param({"host": "{e}.example", "protocol": "wss"}, None, id="open host"),
        pytest.param({"host": "a.example", "protocol": "kafka"}, None, id="other protocol"),
        pytest.param({"host": "kafka://a.example", "protocol": "wss"}, None, id="other scheme"),
        pytest.param({"host": "a b", "protocol": "wss"}, None, id="no host"),
    ],
)
def test_servers_become_web_socket_addresses(server: dict[str, Any], url: str | None) -> None:
    api = read(streams3(channels={"c": {"address": "/"}}, servers={"main": server}))
    assert api.stream_servers == channel(api, "c").servers == (() if url is None else (url,))
    assert (url is None) == any(rule in ("unusable-server", "other-protocol") for _, rule in rules(api))


def test_a_variable_of_a_server_without_default_is_a_parameter_of_its_channels() -> None:
    variables = {"listenKey": {"description": "From REST."}}
    servers = {
        "own": {"host": "a.example", "pathname": "/{listenKey}", "protocol": "wss", "variables": variables},
        "all": {"host": "b.example", "protocol": "wss"},
    }
    document = streams3(
        channels={"own": {"address": "/", "servers": [ref("servers", "own")]}, "all": {"address": "/", "servers": [ref("servers", "all")]}},
        servers=servers,
    )
    api = read(document)
    [key] = channel(api, "own").parameters
    assert (key.wire_name, key.description) == ("listenKey", "From REST.")
    assert channel(api, "all").parameters == ()
    assert [channel(api, one).servers for one in ("own", "all")] == [("wss://a.example/{listenKey}",), ("wss://b.example",)]


def test_who_must_log_in_is_said_by_servers_or_operations() -> None:
    private = {"host": "a.example", "protocol": "wss", "security": [ref("components", "securitySchemes", "Key")]}
    document = streams3(
        channels={
            "private": {"address": "/", "servers": [ref("servers", "private")], "messages": {"m": TICK}},
            "both": {"address": "/", "messages": {"m": TICK}},
            "asked": {"address": "/", "servers": [ref("servers", "public")], "messages": {"m": TICK}},
        },
        operations={
            "one": operation("send", "both"),
            "two": operation("send", "asked", security=[ref("components", "securitySchemes", "Key"), {"type": "http", "scheme": "Bearer"}]),
        },
        servers={"private": private, "public": {"host": "b.example", "protocol": "wss"}},
        components={"securitySchemes": {"Key": {"type": "httpApiKey", "in": "header", "name": "X-Key"}}},
    )
    api = read(document)
    assert {one.id: one.security for one in api.channels} == {"private": (("Key",),), "both": (), "asked": (("Key",), ("http",))}
    assert [(one.id, one.kind, one.location, one.wire_name, one.scheme) for one in api.security_schemes] == [
        ("Key", "apiKey", Location.HEADER, "X-Key", None),
        ("http", "http", None, None, "bearer"),
    ]


def test_traits_add_and_never_override() -> None:
    trait = {"summary": "Of the trait.", "contentType": "application/json", "correlationId": {"location": "$message.payload#/e"}}
    own = {"summary": "Own.", **TICK, "traits": [ref("components", "messageTraits", "T"), {"contentType": "text/x"}]}
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": own}}},
        operations={"o": operation("send", "c", "m", traits=[{"description": "Of the trait.", "action": "receive"}])},
        components={"messageTraits": {"T": trait}},
    )
    found = message(read(document), "M")
    assert (found.description, found.media_type, found.correlation) == ("Own.", "text/x", ("e",))
    assert heard(read(document), "c") == ["m"]


def test_schemas_with_a_format_around_them_are_read() -> None:
    around = {
        "schemaFormat": "application/vnd.aai.asyncapi+json;version=3.0.0",
        "schema": {"type": "object", "properties": {"a": {"type": "integer"}}},
    }
    draft = {**around, "schemaFormat": "application/schema+json;version=draft-07"}
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": {"payload": draft}, "n": {"payload": ref("components", "schemas", "N")}}}},
        components={"schemas": {"N": around}},
    )
    api = read(document)
    assert fields(api, "MMessage")["a"].type == Scalar(kind=ScalarKind.INTEGER)
    assert fields(api, "N")["a"].type == Scalar(kind=ScalarKind.INTEGER)
    assert message(api, "N").type == reference("n")
    assert api.declared_fields == 2


HOLDING: dict[str, Any] = {"payload": WRONG}
AROUND: dict[str, Any] = {"schemaFormat": "application/schema+json;version=draft-07", "schema": WRONG}


@pytest.mark.parametrize(
    "document",
    [
        streams3(channels={"c": {"messages": {"m": HOLDING}}}),
        streams3(channels={"c": {"messages": {"m": {"payload": AROUND}}}}),
        streams3(channels={"c": {"messages": {"m": ref("components", "messages", "M")}}}, components={"messages": {"M": HOLDING}}),
        streams3(channels={"c": {}}, components={"schemas": {"M": WRONG}}),
        streams3(channels={"c": {}}, components={"schemas": {"M": AROUND}}),
        streams3(channels={"c": ref("components", "channels", "C")}, components={"channels": {"C": {"messages": {"m": HOLDING}}}}),
        streams3(channels={"c": {"bindings": {"ws": {"query": {"properties": {"m": WRONG}}}}}}),
        streams2(channels={"c": {"publish": {"message": HOLDING}}}),
        streams2(channels={"c": {"subscribe": {"message": {"oneOf": [HOLDING]}}}}),
        streams2(channels={"{c}": {"parameters": {"c": {"schema": WRONG}}}}),
        streams2(
            channels={"{c}": {"parameters": {"c": ref("components", "parameters", "C")}}},
            components={"parameters": {"C": {"schema": WRONG}}},
        ),
    ],
)
def test_schemas_are_repaired_wherever_they_stand(document: dict[str, Any]) -> None:
    api = read(document)
    assert ("repaired", "properties-outside") in rules(api)
    [declared] = [declared for declared in api.types if isinstance(declared, ObjectType)]
    assert [field.wire_name for field in declared.fields] == ["a", "b"]
    assert api.declared_fields == 2
    assert any(issue.mend for issue in api.issues)


def test_messages_without_payload_and_with_headers_are_told() -> None:
    api = read(streams3(channels={"c": {"address": "/", "messages": {"m": {"headers": {"type": "object"}}}}}))
    assert message(api, "M").type == Scalar(kind=ScalarKind.ANY)
    assert {("noted", "message-without-payload"), ("noted", "message-headers")} <= set(rules(api))


def test_examples_are_payloads_and_settled() -> None:
    own = {
        **ANSWER,
        "deprecated": True,
        "examples": [{"payload": {"ok": True}}, {"name": "only headers", "headers": {}}, {"ok": False}, {"payload": 3}],
    }
    api = read(streams3(channels={"c": {"address": "/", "messages": {"m": own}}}, defaultContentType="application/x"))
    found = message(api, "M")
    assert [one.value for one in found.examples] == ['{"ok":true}', '{"ok":false}']
    assert (found.media_type, found.deprecated) == ("application/x", True)
    assert {("repaired", "bare-example"), ("noted", "example-does-not-fit")} <= set(rules(api))


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"asyncapi": "3.0.0", "channels": {}}, "describes no channel"),
        ({"asyncapi": "3.0.0", "channels": []}, "describes no channel"),
        ({"asyncapi": "4.0.0", "channels": {"a": {}}}, "version “4.0.0” of AsyncAPI is not known"),
        ({"openapi": "3.0.0"}, "no AsyncAPI description"),
    ],
)
def test_what_is_no_description_is_one_clear_line(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DescriptionError, match=complaint):
        read(document)
