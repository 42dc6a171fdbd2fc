"""Streams of a TypeScript client: against the reference exchange, and against one on its worst day."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.reference_package import KEYS, reference_exchange, reference_package
from tests.simulators.stream_server import stream_server
from tests.simulators.typescript_sdk import NODE, Harness, Installed, harness, reached, readme_programs
from tests.simulators.wild_exchange import FAULTS, WildExchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.server import ServerConnection

pytestmark = pytest.mark.toolchain


@pytest.fixture(scope="module")
def streaming(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return reference_package(tmp_path_factory.mktemp("typescript") / "reference")


@pytest.fixture(scope="module")
def conversing(streaming: Installed) -> Iterator[Harness]:
    with harness(streaming) as started:
        yield started


@pytest.fixture(scope="module")
def exchange() -> Iterator[str]:
    with reference_exchange() as url:
        yield url


def ask(running: Harness, verb: str, **members: Any) -> dict[str, Any]:
    answer = running.ask({"id": 7, verb: members})
    assert answer.pop("id") == 7
    return dict(answer)


def configure(running: Harness, url: str, **changes: object) -> None:
    keys = {"key": KEYS["REFERENCE_FIRST_KEY"], "secret": KEYS["REFERENCE_FIRST_SECRET"]}
    given = {"base_url": url, "stream_url": url.replace("http", "ws"), "timeout_ms": 3000, "seed": 1, **keys}
    assert ask(running, "configure", **{**given, **changes}) == {"configured": {}}


def heard(running: Harness, stream: int, count: int, timeout_ms: int = 3000) -> list[tuple[str, Any]]:
    answer = ask(running, "hear", stream=stream, count=count, timeout_ms=timeout_ms)
    return [(message["type"], message["value"]) for message in answer["heard"]["messages"]]


def place(running: Harness, price: str, **more: str) -> dict[str, Any]:
    body = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": price, "quantity": "0.01", **more}
    returned: dict[str, Any] = ask(running, "call", operation="placeOrder", body=body)["returned"]["value"]
    return returned


def test_messages_come_typed_and_orders_after_a_login(conversing: Harness, exchange: str) -> None:
    configure(conversing, exchange)
    assert ask(conversing, "subscribe", channel="depth", arguments={"symbol": "BTC-USD"}) == {"subscribed": {"stream": 1}}
    assert ask(conversing, "subscribe", channel="orders", arguments={}) == {"subscribed": {"stream": 2}}
    order = place(conversing, "40000")
    [(kind, whole), (change, delta)] = heard(conversing, 1, 2)
    assert (kind, change) == ("DepthSnapshot", "DepthDelta")
    assert delta["sequence"] == whole["sequence"] + 1
    [(kind, own)] = heard(conversing, 2, 1)
    assert (kind, own["order"]["order_id"]) == ("Order", order["order_id"])
    assert ask(conversing, "unsubscribe", stream=1) == {"unsubscribed": {}}
    ask(conversing, "call", operation="cancelOrder", path={"order_id": order["order_id"]})
    assert heard(conversing, 1, 1, timeout_ms=50) == []
    assert [kind for kind, _ in heard(conversing, 2, 1)] == ["Order"]


BOOK = {"channel": "depth", "arguments": {"symbol": "BTC-USD"}}
OWN = {"channel": "orders", "arguments": {}}


@pytest.mark.parametrize(
    ("changes", "wanted", "error"),
    [
        pytest.param({}, {**BOOK, "arguments": {"symbol": "NO-SUCH"}}, ("not_found", "unknown_symbol"), id="a symbol that there is not"),
        pytest.param({"secret": "wrong"}, OWN, ("authentication", "authentication"), id="a wrong secret"),
        pytest.param({"key": None, "secret": None}, OWN, ("configuration", None), id="no credentials"),
        pytest.param({"stream_url": "ws://127.0.0.1:9"}, BOOK, ("transport", None), id="nobody there"),
        pytest.param({"stream_url": "ftp://127.0.0.1"}, BOOK, ("configuration", None), id="no stream's address"),
        pytest.param({}, {**BOOK, "arguments": {}}, ("configuration", None), id="an argument is missing"),
    ],
)
def test_what_can_not_be_subscribed_to_is_an_error(
    conversing: Harness, exchange: str, changes: dict[str, Any], wanted: dict[str, Any], error: tuple[str, str | None]
) -> None:
    configure(conversing, exchange, **changes)
    raised = ask(conversing, "subscribe", **wanted)["raised"]
    assert ((raised["kind"], raised["refusal"]), raised["status"]) == (error, None)
    assert "wrong" not in raised["message"]


def test_a_request_over_the_stream_is_answered_by_its_own_id(conversing: Harness, exchange: str) -> None:
    configure(conversing, exchange)
    first = ask(conversing, "stream_request", request="ping", payload={"op": "ping"})["returned"]
    assert (first["status"], first["value"]["type"]) == (0, "pong")
    again = ask(conversing, "stream_request", request="ping", payload={"op": "ping"})["returned"]
    assert again["value"]["id"] > first["value"]["id"]
    leaving = {"op": "unsubscribe", "channel": "depth", "symbol": "BTC-USD"}
    raised = ask(conversing, "stream_request", request="unsubscribe", payload=leaving)["raised"]
    assert (raised["kind"], raised["code"], raised["attempts"]) == ("bad_request", "NOT_SUBSCRIBED", 1)


def test_a_live_book_follows_the_exchange(conversing: Harness, exchange: str) -> None:
    configure(conversing, exchange)
    assert ask(conversing, "book", symbol="BTC-USD") == {"subscribed": {"stream": 1}}
    assert ask(conversing, "book", symbol="BTC-USD") == {"subscribed": {"stream": 2}}
    place(conversing, "41234.50")
    book = ask(conversing, "book_at", stream=1, sequence=None, price="41234.5", timeout_ms=3000)["book"]
    assert book["synced"]
    assert ask(conversing, "book_at", stream=2, sequence=book["sequence"], price=None, timeout_ms=3000)["book"]["bids"] == book["bids"]
    rest = ask(conversing, "call", operation="getDepth", path={"symbol": "BTC-USD"})["returned"]["value"]
    assert book["sequence"] == str(rest["sequence"])
    assert levels(book["bids"])[:5] == levels(rest["bids"])[:5]


def levels(side: list[list[str]]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(price), Decimal(quantity)) for price, quantity, *_ in side]


def test_a_book_stays_the_exchanges_through_every_fault(conversing: Harness) -> None:
    wild = WildExchange(seed=4, faults=60)
    with stream_server(wild) as url:
        configure(conversing, url)
        assert ask(conversing, "book", symbol="BTC-USD") == {"subscribed": {"stream": 1}}
        assert wild.finished.wait(60), wild.happened
        book = ask(conversing, "book_at", stream=1, sequence=str(wild.book.sequence), price=None, timeout_ms=10_000)["book"]
    assert set(wild.happened) == set(FAULTS)
    assert (book["synced"], book["sequence"]) == (True, str(wild.book.sequence))
    assert {side: levels(book[side]) for side in ("bids", "asks")} == {side: levels(each) for side, each in wild.book.levels().items()}
    assert book["resyncs"] >= wild.happened["gap"]


def test_a_subscription_says_where_continuity_ended(conversing: Harness) -> None:
    wild = WildExchange(seed=7, faults=12)
    with stream_server(wild) as url:
        configure(conversing, url)
        ask(conversing, "subscribe", channel="depth", arguments={"symbol": "BTC-USD"})
        assert wild.finished.wait(60)
        kinds = [kind for kind, _ in heard(conversing, 1, 2000, timeout_ms=500)]
    assert kinds.count("Reconnected") == wild.connections - 1 == wild.happened.get("drop", 0) + wild.happened.get("close", 0)
    marks = [at for at, kind in enumerate(kinds) if kind == "Reconnected"]
    assert all(kinds[at + 1] == "DepthSnapshot" for at in marks)
    assert kinds.count("DecodeError") == wild.happened.get("garbage", 0)


class Strange:
    """Speaks with one client as the tests say, and remembers what it was told."""

    def __init__(self, *, answers: bool = True) -> None:
        self.asked: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.answers = answers
        self.ended = 0

    def __call__(self, connection: ServerConnection) -> None:
        for text in connection:
            asked = json.loads(text)
            self.asked.append(asked)
            if self.answers and asked["op"] == "subscribe":
                connection.send(json.dumps({"type": "subscribed", "id": asked["id"], "channel": "depth", "symbol": asked["symbol"]}))
                for said in self.said:
                    connection.send(said)
        self.ended += 1


SILENT = """
import { connect } from "@openxapi/reference";
import { channels } from "@openxapi/reference/operations";
import { Hub } from "./node_modules/@openxapi/reference/dist/runtime/hub.js";

const depth = channels.find(([method]) => method === "depth")[1];
const heartbeat = { document: '{"op":"ping","id":"{id#}"}', everyMs: 60, silenceMs: 150 };
const hub = new Hub(connect({ streamUrl: URL_TEXT, random: () => 0 }), { heartbeat });
const seen = [];
for await (const message of hub.subscribe(depth, { symbol: "BTC-USD" })) {
  seen.push(message.type);
  if (seen.length === 3) await hub.close();
}
console.log(JSON.stringify(seen));
"""


SUMMED = """
import { Book } from "./node_modules/@openxapi/reference/dist/runtime/book.js";
import { parseJson } from "./node_modules/@openxapi/reference/dist/runtime/json.js";

const places = { bids: ["bids"], asks: ["asks"], price: ["0"], quantity: ["1"], numbering: "consecutive" };
const message = (bids, asks, checksum) => parseJson(JSON.stringify({ bids, asks, checksum }));
const begun = (further, bids, asks, checksum) => {
  const book = new Book({ ...places, ...further });
  try {
    book.begin(message(bids, asks, checksum), places);
  } catch (error) {
    return { apply: () => error.name };
  }
  return book;
};
const found = VECTORS.map(({ rule: { place, written, ...rule }, bids, asks, checksum: told }) => {
  const checksum = { ...rule, place: [place], digits: written === "digits" };
  const [[price, quantity], ...others] = bids;
  const forms = [told, Number(told), (Number(told) + 2 ** 32) % 2 ** 32].flatMap((right) => {
    const book = begun({ checksum }, [[price, "999"], ...others], asks);
    const change = (bids, told) => book.apply(message(bids, [], told));
    return [change([[Number(price).toFixed(3), "5"]]), change([[price, quantity]], right), change([], Number(told) + 1)];
  });
  const wrong = begun({ checksum }, bids, asks.slice(1), told).apply();
  const sides = begun({ checksum: { ...checksum, joining: "bids_asks" } }, bids, asks, "").apply(message([], [], told));
  return [...forms, wrong, sides];
});
const deep = begun({ depth: 1 }, [["3", "1"], ["2", "1"]], [["7", "1"], ["8", "1"]]);
for (const quantity of ["1", "0"]) deep.apply(message([["4", quantity]], [["6", quantity]]));
console.log(JSON.stringify([found, deep.bids.length + deep.asks.length]));
"""


def test_a_book_is_the_one_that_its_messages_sum_up(streaming: Installed) -> None:
    vectors = (Path(__file__).parents[2] / "vectors/checksums/documented.json").read_text()
    found, deep = json.loads(streaming.node(SUMMED.replace("VECTORS", vectors)))
    each = [*["applied", "applied", "gap"] * 3, "DecodeError"]
    # One bid and then the asks are the same in turn and one side after the other.
    assert found == [[*each, "gap"], [*each, "gap"], [*each, "applied"], [*each, "applied"]]
    assert deep == 0


UNCONFIRMED = """
import { BookStream } from "./node_modules/@openxapi/reference/dist/runtime/keeper.js";
import { parseJson } from "./node_modules/@openxapi/reference/dist/runtime/json.js";

const at = (name) => [name];
const places = { bids: at("bids"), asks: at("asks"), price: at("0"), quantity: at("1"), sequence: at("n"), numbering: "consecutive" };
const table = { arguments: [], places, snapshot: [[at("type"), "snapshot"]], delta: [[at("type"), "delta"]] };
const told = [];
const core = { random: () => 0, streamOptions: {} };
for (const broken of ["before it is confirmed", "while it is asked for anew"]) {
  let line, confirmed = false, asked = 0;
  const again = () => confirmed && (asked += 1) > 0;
  const book = new BookStream(core, table, "X", {}, (listener) => ((line = listener), { again, leave: () => undefined }));
  const say = (type, n) => line.heard(parseJson(JSON.stringify({ type, n, bids: [], asks: [] })));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  say("snapshot", 1);
  if (broken !== "before it is confirmed") line.live(false);
  say("delta", 9);
  await settled();
  const before = [book.state.synced, book.state.resyncs, asked];
  confirmed = true;
  line.live(false);
  await settled();
  told.push([...before, asked]);
  await book.return();
}
console.log(JSON.stringify(told));
"""


def test_a_book_that_broke_before_its_subscription_was_confirmed_is_asked_for_once_it_is(streaming: Installed) -> None:
    assert json.loads(streaming.node(UNCONFIRMED)) == [[False, 1, 0, 1]] * 2


LOST = """
import { BookStream } from "./node_modules/@openxapi/reference/dist/runtime/keeper.js";
import { Limiter } from "./node_modules/@openxapi/reference/dist/runtime/limits.js";
import { parseJson } from "./node_modules/@openxapi/reference/dist/runtime/json.js";

const at = (name) => [name];
const places = { bids: at("bids"), asks: at("asks"), price: at("0"), quantity: at("1"), sequence: at("n"), numbering: "consecutive" };
const delta = [[at("type"), "delta"]];
const settled = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const change = (n) => parseJson(JSON.stringify({ type: "delta", n, bids: [], asks: [] }));

let line, asked = 0, pauses = 0;
const told = {};
const asking = { again: () => (asked += 1) > 0, leave: () => undefined };
const joined = (listener) => ((line = listener), asking);
const opened = (core, table) => new BookStream(core, { arguments: [], places, delta, ...table }, "X", {}, joined);

const streamed = opened({ random: () => 0, streamOptions: { timeoutMs: 30 } }, { snapshot: [[at("type"), "snapshot"]] });
line.live(false);
line.garbled();
await settled(5);
told.inTime = asked;
await settled(60);
told.late = asked;
line.live(false);
line.heard(parseJson('{"type": "snapshot", "n": 1, "bids": [], "asks": []}'));
await settled(60);
told.synced = [asked, streamed.state.synced];
await streamed.return();

const core = { random: () => ((pauses += 1), 0), streamOptions: {}, document: async () => parseJson('{"n": 1, "bids": [], "asks": []}') };
const fetched = opened(core, { operation: {}, whole: places });
line.live(false);
for (const n of [2, 9, 9, 9]) {
  await settled();
  line.heard(change(n));
}
await settled();
told.paced = [fetched.state.resyncs, pauses];
await fetched.return();

const limiter = new Limiter([{ name: "r", requests: 1, perMs: 20, weight: 1, resetHeader: "reset", remainingHeader: "left" }], 10);
await limiter.acquire([1], undefined);
await settled(30);
limiter.correct([1], { get: (name) => ({ reset: "9", left: "1" })[name] ?? null }, 0);
await limiter.acquire([1], undefined);
console.log(JSON.stringify(told));
"""


def test_a_book_whose_snapshot_is_lost_or_helps_not_is_asked_for_again_and_no_faster(streaming: Installed) -> None:
    assert json.loads(streaming.node(LOST)) == {"inTime": 0, "late": 1, "synced": [1, True], "paced": [3, 2]}


def test_a_silent_connection_is_asked_and_then_made_anew(streaming: Installed) -> None:
    strange = Strange()
    strange.said = [json.dumps({"type": "delta", "channel": "depth", "symbol": "BTC-USD"})]
    with stream_server(strange) as url:
        seen = json.loads(streaming.node(SILENT.replace("URL_TEXT", json.dumps(url))))
    assert seen == ["DecodeError", "Reconnected", "DecodeError"]
    # How often it is asked before it is given up depends on how busy the machine is.
    assert [op for op, _ in groupby(each["op"] for each in strange.asked)][:3] == ["subscribe", "ping", "subscribe"]


SLOW = """
import { Client } from "@openxapi/reference";
const client = new Client({ streamUrl: URL_TEXT, timeoutMs: 300 });
const depth = (options) => client.streams.depth({ symbol: "BTC-USD" }, options);
const bounded = depth({ capacity: 3 });
await bounded.ready;
await new Promise((resolve) => setTimeout(resolve, 200));
const read = [];
for (let at = 0; at < 4; at += 1) read.push((await bounded.next()).value);
await bounded.return();
const strict = depth({ capacity: 3, overflow: "fail" });
await new Promise((resolve) => setTimeout(resolve, 200));
const failed = [];
try {
  for await (const message of strict) failed.push(message.type);
} catch (error) {
  failed.push(error.name);
}
const gone = new AbortController();
const aborted = depth({ signal: gone.signal });
await aborted.ready;
gone.abort(new Error("mine"));
const reasons = [];
try {
  for await (const message of aborted) reasons.push(message.type);
} catch (error) {
  reasons.push(error.message);
}
const early = await depth({ signal: AbortSignal.abort(new Error("early")) }).next().catch((error) => error.message);
await client.streams.close();
console.log(JSON.stringify({ read: read.map((each) => [each.type, each.count ?? null]), failed, reasons: reasons.at(-1), early }));
"""


def test_a_slow_reader_loses_the_oldest_or_is_told_so(streaming: Installed) -> None:
    strange = Strange()
    strange.said = [json.dumps({"type": "snapshot", "channel": "depth", "symbol": "BTC-USD", "sequence": at}) for at in range(10)]
    with stream_server(strange) as url:
        seen = json.loads(streaming.node(SLOW.replace("URL_TEXT", json.dumps(url))))
    assert seen["read"][0] == ["Dropped", 7]
    assert len(seen["read"]) == 4
    assert seen["failed"][-1] == "SlowReaderError"
    assert len(seen["failed"]) == 4
    assert (seen["reasons"], seen["early"]) == ("mine", "early")
    assert "unsubscribe" in [each["op"] for each in strange.asked]


def test_an_exchange_that_confirms_nothing_is_a_timeout(conversing: Harness) -> None:
    with stream_server(Strange(answers=False)) as url:
        configure(conversing, url, timeout_ms=100)
        raised = ask(conversing, "subscribe", channel="depth", arguments={"symbol": "BTC-USD"})["raised"]
        assert raised["kind"] == "timeout"
        lost = ask(conversing, "stream_request", request="ping", payload={"op": "ping"})["raised"]
    assert (lost["kind"], lost["may_have_happened"], lost["attempts"]) == ("timeout", True, 1)


def test_messages_that_do_not_fit_are_items_and_the_stream_goes_on(conversing: Harness) -> None:
    strange = Strange()
    strange.said = [
        '{"type":"later","channel":"depth","symbol":"BTC-USD","n":1.10}',
        '{"type":"delta","channel":"depth","symbol":"BTC-USD"}',
        "no json",
        json.dumps({"type": "delta", "channel": "depth", "symbol": "BTC-USD", "sequence": 1, "bids": [], "asks": [], "checksum": 0}),
    ]
    with stream_server(strange) as url:
        configure(conversing, url)
        ask(conversing, "subscribe", channel="depth", arguments={"symbol": "BTC-USD"})
        found = heard(conversing, 1, 3, timeout_ms=2000)
    # The reference exchange's messages are told apart by their type; one of another type is nobody's.
    assert [kind for kind, _ in found] == ["DecodeError", "DecodeError", "DepthDelta"]
    assert found[0][1]["path"].startswith("$")


TYPED = """
import { Client, type BookLevel, type BookState, type DepthDelta, type DepthMessage, type StreamMark } from "@openxapi/reference";
const client = new Client({ streamUrl: "wss://streams.example.com" });
for await (const message of client.streams.depth({ symbol: "BTC-USD" }, { capacity: 10, overflow: "fail" })) {
  if (message.type === "DepthDelta") {
    const delta: DepthDelta = message.value;
    const next: bigint = delta.sequence;
  } else if (message.type === "Dropped") {
    const count: number = message.count;
  } else if (message.type === "DecodeError") {
    const path: string = message.error.path;
  }
}
for await (const book of client.streams.book("BTC-USD")) {
  const state: BookState = book;
  const best: BookLevel | undefined = state.bids[0];
}
const pong: string = (await client.streams.requestPing({ op: "ping" })).type;
// @ts-expect-error the channel needs its symbol
client.streams.depth();
// @ts-expect-error the client gives the id
client.streams.requestPing({ op: "ping", id: 1 });
"""


def test_streams_are_typed(streaming: Installed) -> None:
    assert streaming.type_errors(TYPED, *readme_programs(streaming)) == ""


def test_who_calls_one_group_does_not_load_the_streams(streaming: Installed) -> None:
    alone = reached(streaming.package, "product.js", "groups/market.js")
    assert {"core.js", "paging.js"} <= alone
    assert not {"streams.js", "hub.js", "connection.js", "keeper.js", "socket.js"} & alone


def test_the_readmes_programs_run_as_they_stand(streaming: Installed, exchange: str) -> None:
    keys = {"API_KEY": KEYS["REFERENCE_FIRST_KEY"], "API_SECRET": KEYS["REFERENCE_FIRST_SECRET"]}
    programs = readme_programs(streaming)
    assert len(programs) == 8
    environment = {"API_URL": exchange, **keys}
    for number, text in enumerate(programs):
        (streaming.folder / f"read{number}.mts").write_text(text, encoding="utf-8")
        command = (NODE, f"read{number}.mts")
        ended = subprocess.run(command, cwd=streaming.folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, (text, ended.stderr)
        assert "client.streams.book" not in text or ended.stdout.startswith("true ")
