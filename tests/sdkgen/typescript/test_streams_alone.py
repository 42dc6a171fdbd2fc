"""Streams where each channel has its own connection, books begin over REST, and private channels are opened by a key."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour
from sdkgen.source import SdkOptions
from sdkgen.stream_protocol import Book, Heartbeat, ListenKey, Match, Sequence, StreamProtocol, Subscription
from sdkgen.typescript.emit import emit
from tests.simulators.scripted_server import Scripted, ScriptedServer
from tests.simulators.stream_server import stream_server
from tests.simulators.typescript_sdk import Harness, Installed, compiled, harness, readme_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.server import ServerConnection

pytestmark = pytest.mark.toolchain

HERE = Path(__file__).parent
PROTOCOL = StreamProtocol(
    subscriptions=(
        Subscription(
            channel="tickers",
            subscribe={"op": "sub", "args": ["tickers", "{instId}"], "nr": "{id#}", "at": "{timestamp}"},
            arguments=("instId",),
            confirmed=Match(when={"ok": "{id}"}),
            refused=Match(when={"bad": "{id}"}),
        ),
    ),
    heartbeat=Heartbeat(
        send="ping", every_ms=40, silence_ms=5000, asked=Match(when={"op": "ping"}), answer={"op": "pong", "ts": "{data.ts#}", "of": "{op}"}
    ),
    book=Book(
        channel="diff",
        delta=Match(when={"e": "depthUpdate"}),
        bids="b",
        asks="a",
        sequence="u",
        first="U",
        numbering=Sequence.RANGE,
        operation="depth",
        operation_symbol="query.symbol",
        operation_bids="data.bids",
        operation_asks="data.asks",
        operation_sequence="data.lastUpdateId",
        operation_arguments={"query.limit": "50"},
        arguments={"streamName": "{symbol_lower}@depth"},
    ),
    listen_key=ListenKey(create="makeKey", keep_alive="keepKey", place="key", argument="query.listen_key", every_ms=60),
)
OPTIONS = SdkOptions(package="tape", version="1.0.0", exchange_id="tape", exchange_name="Tape", behaviour=Behaviour(streams=PROTOCOL))


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    api = load((HERE / "tape-rest.yaml").read_bytes(), streams=(HERE / "tape.yaml").read_bytes())
    return compiled(emit(api, OPTIONS), tmp_path_factory.mktemp("typescript") / "tape")


@pytest.fixture(scope="module")
def conversing(tape: Installed) -> Iterator[Harness]:
    with harness(tape) as started:
        yield started


class Tape:
    """Sends what is put on it to each connection, and remembers what it was asked."""

    def __init__(self, *texts: object) -> None:
        self.texts = [text if isinstance(text, str) else json.dumps(text) for text in texts]
        self.later: list[str | bytes] = []
        self.paths: list[str] = []
        self.heard: list[str] = []
        self.asked = threading.Event()

    def __call__(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.paths.append(connection.request.path)
        try:
            for text in self.texts:
                connection.send(text)
            for heard in connection:
                self.heard.append(str(heard))
                if heard == "ping":
                    connection.send("pong")
                    for more in self.later:
                        connection.send(more)
                    self.later = []
                elif "sub" in heard:
                    self._answer(connection, json.loads(heard))
                else:
                    self.asked.set()
        except ConnectionClosed:
            return

    def _answer(self, connection: ServerConnection, asked: dict[str, Any]) -> None:
        if asked["args"][1] == "NO":
            connection.send(json.dumps({"bad": asked["nr"], "code": "no_such", "msg": "none"}))
            return
        connection.send(json.dumps({"ok": asked["nr"]}))
        connection.send('{"last":1.10,"instId":"A-B"}')
        connection.send('{"state":"up"}')
        connection.send('{"neither":true}')
        connection.send('{"op":"ping","data":{"ts":5}}')


def ask(running: Harness, verb: str, **members: Any) -> dict[str, Any]:
    answer = running.ask({"id": 7, verb: members})
    assert answer.pop("id") == 7
    return dict(answer)


def configure(running: Harness, url: str, rest: str) -> None:
    given = {"base_url": rest, "stream_url": url, "timeout_ms": 2000, "seed": 1, "now_ms": 1234}
    assert ask(running, "configure", **given) == {"configured": {}}


def update(first: int, last: int, *bids: list[str]) -> dict[str, Any]:
    return {"e": "depthUpdate", "U": first, "u": last, "b": list(bids), "a": []}


def whole(last: int, *bids: list[str], asks: tuple[list[str], ...] = (["9", "1"],)) -> Scripted:
    return Scripted(body=json.dumps({"data": {"lastUpdateId": last, "bids": list(bids), "asks": list(asks)}}).encode())


def book_at(running: Harness, sequence: int) -> dict[str, Any]:
    assert ask(running, "book", symbol="BTCUSD") == {"subscribed": {"stream": 1}}
    found: dict[str, Any] = ask(running, "book_at", stream=1, sequence=str(sequence), price=None, timeout_ms=3000)["book"]
    return found


def test_a_book_begins_over_rest_and_goes_on_with_what_came_before(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape(update(1, 2, ["1", "1"]), update(3, 5, ["2.5", "3"]), update(6, 8, ["2.50", "0.0"], ["1.0", "7"]))
    server.answer = whole(4, ["3", "4"], ["2", "2"])
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        book = book_at(conversing, 8)
    assert book == {"sequence": "8", "synced": True, "bids": [["3", "4"], ["2", "2"], ["1.0", "7"]], "asks": [["9", "1"]], "resyncs": 0}
    assert tape.paths == ["/ws/btcusd@depth"]
    assert server.last.target == "/depth?symbol=BTCUSD&limit=50"


def test_a_snapshot_that_does_not_fit_is_asked_for_again(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape(update(10, 11, ["1", "1"]), update(12, 12, ["2", "1"]))
    too_old, crossed = whole(5, ["3", "4"]), whole(11, ["9", "4"])
    server.coming = [Scripted(status=503), too_old, Scripted(body=b'{"data":{}}'), crossed]
    server.answer = whole(11, ["3", "4"])
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        book = book_at(conversing, 12)
    assert (book["synced"], book["bids"]) == (True, [["3", "4"], ["2", "1"]])
    assert len(server.asked) >= 5


def test_a_gap_takes_the_book_anew(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape(update(5, 5, ["1", "1"]))
    tape.later = [json.dumps(update(8, 9, ["2", "1"]))]
    server.coming = [whole(4, ["3", "4"])]
    server.answer = whole(9, ["4", "4"])
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        book = book_at(conversing, 9)
    assert (book["synced"], book["resyncs"], book["bids"]) == (True, 1, [["4", "4"]])


def test_a_book_that_the_exchange_refuses_ends_with_its_error(conversing: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(status=404, body=b'{"code":"no_such"}')
    with stream_server(Tape()) as url:
        configure(conversing, url, server.url)
        raised = ask(conversing, "book", symbol="BTCUSD")["raised"]
    assert (raised["kind"], raised["code"]) == ("not_found", "no_such")


def test_a_private_channel_is_opened_by_a_key_that_is_kept_alive(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape({"order": "mine"})
    keys = [Scripted(body=b'{"key":"a/b"}'), Scripted(), Scripted(status=400, body=b"{}"), Scripted(body=b'{"key":"c"}')]
    server.coming = keys
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        assert ask(conversing, "subscribe", channel="user", arguments={}) == {"subscribed": {"stream": 1}}
        messages = ask(conversing, "hear", stream=1, count=3, timeout_ms=3000)["heard"]["messages"]
    assert [message["type"] for message in messages] == ["Own", "Reconnected", "Own"]
    assert tape.paths == ["/ws/a%2Fb", "/ws/c"]
    assert [(asked.method, asked.target) for asked in server.asked[:4]] == [
        ("POST", "/key"),
        ("PUT", "/key?listen_key=a%2Fb"),
        ("PUT", "/key?listen_key=a%2Fb"),
        ("POST", "/key"),
    ]


def test_a_key_that_lasts_as_long_as_its_connection_is_only_made() -> None:
    api = load((HERE / "tape-rest.yaml").read_bytes(), streams=(HERE / "tape.yaml").read_bytes())
    streams = replace(PROTOCOL, listen_key=ListenKey(create="makeKey", place="key"))
    files = {file.path: file.content.decode() for file in emit(api, replace(OPTIONS, behaviour=Behaviour(streams=streams))).files}
    (table,) = (text for path, text in files.items() if "runtime" not in path and "listenKey: {" in text)
    assert "create:" in table
    assert "keepAlive" not in table


def test_messages_are_told_apart_by_what_fits_and_signs_of_life_are_given(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape()
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        assert ask(conversing, "subscribe", channel="tickers", arguments={"instId": "A-B"}) == {"subscribed": {"stream": 1}}
        messages = ask(conversing, "hear", stream=1, count=2, timeout_ms=2000)["heard"]["messages"]
        assert tape.asked.wait(5)
        refused = ask(conversing, "subscribe", channel="tickers", arguments={"instId": "NO"})["raised"]
    assert [message["type"] for message in messages] == ["Ticker", "Status"]
    assert str(messages[0]["value"]["last"]) == "1.10"
    assert json.loads(tape.heard[0]) == {"op": "sub", "args": ["tickers", "A-B"], "nr": 1, "at": "1234"}
    assert '{"op":"pong","ts":5,"of":"ping"}' in tape.heard
    assert (refused["kind"], refused["code"], refused["message"]) == ("bad_request", "no_such", "none")
    assert len(tape.paths) == 1


def test_on_a_connection_of_its_own_every_message_is_the_channels(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape({"what": 1}, update(1, 1))
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        arguments = {"streamName": "a/b c", "speed": 5}
        assert ask(conversing, "subscribe", channel="diff", arguments=arguments) == {"subscribed": {"stream": 1}}
        messages = ask(conversing, "hear", stream=1, count=2, timeout_ms=2000)["heard"]["messages"]
        assert ask(conversing, "subscribe", channel="combined", arguments={"streams": "a@b/c@d e"}) == {"subscribed": {"stream": 2}}
        assert ask(conversing, "hear", stream=2, count=1, timeout_ms=2000)["heard"]["messages"]
    assert [message["type"] for message in messages] == ["UnknownMessage", "Update"]
    assert tape.paths == ["/ws/a%2Fb%20c?speed=5", "/stream?streams=a@b/c@d%20e"]


def test_a_message_that_can_not_be_read_is_an_item_and_the_stream_goes_on(conversing: Harness, server: ScriptedServer) -> None:
    tape = Tape()
    tape.later = [
        b'{"last":1,"instId":"\xff"}',
        '{"op":"ping"}',
        '{"op":"ping","data":{"ts":"soon"}}',
        '{"last":1.10,"instId":"A-B","cut off":',
        b'{"last":2.50,"instId":"A-B"}',
    ]
    with stream_server(tape) as url:
        configure(conversing, url, server.url)
        assert ask(conversing, "subscribe", channel="tickers", arguments={"instId": "A-B"}) == {"subscribed": {"stream": 1}}
        messages = ask(conversing, "hear", stream=1, count=7, timeout_ms=2000)["heard"]["messages"]
    told = [(message["type"], (message["value"] or {}).get("problem")) for message in messages[2:]]
    unanswerable = "a heartbeat of the stream can't be answered"
    assert told == [
        ("DecodeError", "a message of the stream is no UTF-8"),
        ("DecodeError", unanswerable),
        ("DecodeError", unanswerable),
        ("DecodeError", "a message of the stream is no JSON"),
        ("Ticker", None),
    ]
    assert len(tape.paths) == 1


NUMBERED = """
import { Book } from "./node_modules/tape/dist/runtime/book.js";
import { parseJson } from "tape";
const places = { bids: ["b"], asks: ["a"], price: ["p"], quantity: ["q"], sequence: ["n"], previous: ["before"], first: ["from"] };
const fates = (numbering, begin, ...documents) => {
  const book = new Book({ ...places, numbering });
  book.begin(parseJson(begin), places);
  const told = documents.map((each) => {
    try {
      return book.apply(parseJson(each));
    } catch (error) {
      return error.problem;
    }
  });
  return [told.join(), String(book.sequence), book.crossed];
};
const rows = CASES;
console.log(JSON.stringify(rows.map(([numbering, ...documents]) => fates(numbering, ...documents))));
"""


def numbered(number: int | str, **more: object) -> str:
    return json.dumps({"n": number, **more})


def test_numbers_are_followed_in_each_way(tape: Installed) -> None:
    cases = [
        ["consecutive", numbered(4), numbered(5), numbered(5), numbered(4), numbered(7), numbered("6")],
        ["growing", numbered(4), numbered(9), numbered(8), numbered(9)],
        ["previous", numbered(4), numbered(7, before=2), numbered(9, before=7), numbered(12, before=10), numbered(8, before=7)],
        ["previous", numbered(4), numbered(4, before=4), numbered(3, before=4), numbered(9, before=3), numbered(12, before=4)],
        ["range", numbered(4), numbered(6, **{"from": 3}), numbered(9, **{"from": 6}), numbered(8, **{"from": 7})],
        [
            "consecutive",
            numbered(1),
            numbered("x"),
            numbered(2, b=[{"p": 1, "q": -1}]),
            numbered(3, b=7),
            numbered(2, b=[{"p": "1e400", "q": 1}]),
        ],
        ["growing", numbered(1, b=[{"p": "1.5", "q": "1"}], a=[{"p": "1.50", "q": "1"}])],
        ["growing", numbered(1, b=[{"p": "1", "q": "1"}], a=[{"p": "1.001", "q": "1"}])],
        ["growing", numbered(1, a=[{"p": "1.001", "q": "1"}]), numbered(2, b=[{"p": "2", "q": "1"}], a=[{"p": "1.00100", "q": "0.000"}])],
    ]
    told = json.loads(tape.node(NUMBERED.replace("CASES", json.dumps(cases))))
    beyond = "a book's level is beyond all measure"
    assert told[:5] == [
        ["applied,stale,stale,gap,applied", "6", False],
        ["applied,stale,stale", "9", False],
        ["applied,applied,gap,stale", "9", False],
        ["applied,applied,applied,gap", "9", False],
        ["applied,gap,applied", "8", False],
    ]
    assert told[5][0].split(",")[:2] == ["a book's message has no number in its place", beyond]
    assert [crossed for _, _, crossed in told[6:]] == [True, False, False]


ONE_BY_ONE = """
import { Book } from "./node_modules/tape/dist/runtime/book.js";
import { parseJson } from "tape";
const places = { bids: ["b"], asks: ["a"], price: ["p"], quantity: ["q"], sequence: ["n"], side: ["s"], bid: "B", numbering: "growing" };
const book = new Book(places);
book.begin(parseJson('{"n": 1, "b": [{"p": 1, "q": 2}], "a": [{"p": 3, "q": 4}]}'), places);
book.apply(parseJson('{"n": 2, "s": "B", "p": 2, "q": 1}'));
book.apply(parseJson('{"n": 9, "s": "S", "p": 3, "q": 0}'));
let problem = "";
try {
  book.apply(parseJson('{"n": 10, "p": 3, "q": 0}'));
} catch (error) {
  problem = error.problem;
}
console.log(JSON.stringify([book.bids.map(String), book.asks.length, problem]));
"""


def test_a_change_can_be_one_level_by_itself(tape: Installed) -> None:
    assert json.loads(tape.node(ONE_BY_ONE)) == [["2,1", "1,2"], 0, "a book's message says nothing in its place"]


def test_the_readme_of_such_streams_compiles(tape: Installed) -> None:
    assert tape.type_errors(*readme_programs(tape)) == ""


def test_a_package_of_streams_alone_compiles_and_has_a_client(tmp_path: Path) -> None:
    api = load((HERE / "tape.yaml").read_bytes())
    protocol = StreamProtocol(subscriptions=PROTOCOL.subscriptions, heartbeat=PROTOCOL.heartbeat)
    options = SdkOptions(package="tape", version="1.0.0", exchange_id="tape", exchange_name="Tape", behaviour=Behaviour(streams=protocol))
    alone = compiled(emit(api, options), tmp_path / "alone")
    assert alone.type_errors(*readme_programs(alone)) == ""
    with harness(alone) as running, stream_server(Tape()) as url:
        assert ask(running, "describe")["described"]["operations"] == []
        assert ask(running, "configure", stream_url=url) == {"configured": {}}
        assert ask(running, "subscribe", channel="tickers", arguments={"instId": "A-B"}) == {"subscribed": {"stream": 1}}
        assert ask(running, "hear", stream=1, count=1, timeout_ms=2000)["heard"]["messages"][0]["type"] == "Ticker"
        assert ask(running, "subscribe", channel="user", arguments={})["raised"]["kind"] == "configuration"
