"""What a built SDK does over streams: against the reference exchange, and against servers that behave badly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import ServerConnection

from certification.profiles import load_profile
from flows.stages.source import options_for
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.load import load
from sdkgen.behaviour import PLAIN
from sdkgen.go.emit import emit
from sdkgen.language import Language
from tests.simulators.go_sdk import GoSdk, Harness, go, running
from tests.simulators.stream_server import stream_server

pytestmark = pytest.mark.toolchain

REFERENCE = Path(__file__).resolve().parents[3] / "exchanges" / "reference"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    api = load((REFERENCE / "openapi.yaml").read_bytes(), streams=(REFERENCE / "asyncapi.yaml").read_bytes())
    options = options_for(load_profile(REFERENCE / "profile.yaml"), Language.GO, "0.1.0")
    sdk = GoSdk(emit(api, options), tmp_path_factory.mktemp("reference"))
    sdk.write()
    sdk.build_harness()
    with running(sdk.harness / "program") as program:
        yield program


def level(number: int) -> list[str]:
    return [str(100 + number), "1"]


def depth(kind: str, sequence: int, bids: list[list[str]], asks: list[list[str]], **more: int) -> str:
    return json.dumps({"type": kind, "channel": "depth", "symbol": "BTC-USD", "sequence": sequence, "bids": bids, "asks": asks, **more})


def confirmed(connection: ServerConnection) -> dict[str, Any]:
    """The next subscription, confirmed."""
    for text in connection:
        asked: dict[str, Any] = json.loads(text)
        if asked["op"] == "subscribe":
            confirmation = {"type": "subscribed", "id": asked["id"], "channel": asked["channel"], "symbol": asked.get("symbol")}
            connection.send(json.dumps(confirmation))
            return asked
    raise ConnectionError


class FaultyBook:
    """Numbered changes of a book whose true state it knows; each connection ends or leaves out a number after a few."""

    def __init__(self, faults: int) -> None:
        self.faults = faults
        self.sequence = 0
        self.bids: dict[str, str] = {}

    def serve(self, connection: ServerConnection) -> None:
        confirmed(connection)
        connection.send(depth("snapshot", self.sequence, [list(each) for each in self.bids.items()], []))
        while True:
            for _ in range(1 + self.sequence % 3):
                self.change()
                connection.send(depth("delta", self.sequence, [self.last], []))
            if self.faults == 0:
                break
            self.faults -= 1
            if self.faults % 2:
                return
            self.change()  # a number that nobody hears of
            self.change()
            connection.send(depth("delta", self.sequence, [self.last], []))
            asked = json.loads(connection.recv())
            if asked["op"] == "unsubscribe":
                confirmed(connection)
                connection.send(depth("snapshot", self.sequence, [list(each) for each in self.bids.items()], []))
        for _ in connection:
            pass

    def change(self) -> None:
        self.sequence += 1
        price, quantity = str(100 + self.sequence * 7 % 23), str(self.sequence % 4)
        self.last = [price, quantity]
        self.bids[price] = quantity
        if quantity == "0":
            del self.bids[price]


def test_a_book_stays_equal_to_the_exchange_s_through_gaps_and_disconnects(reference: Harness) -> None:
    faulty = FaultyBook(faults=40)
    with stream_server(faulty.serve) as url:
        reference.configure(url, stream_url=url, seed=3)
        assert reference.ask({"id": 1, "book": {"symbol": "BTC-USD"}})["subscribed"] == {"stream": "1"}
        asked = {"stream": 1, "sequence": "999999", "timeout_ms": 60}
        book = {}
        for _ in range(1000):
            book = reference.ask({"id": 1, "book_at": asked})["book"]
            if faulty.faults == 0 and book["sequence"] == str(faulty.sequence):
                break
        assert book["synced"]
        assert dict(book["bids"]) == faulty.bids
        assert [int(price) for price, _ in book["bids"]] == sorted((int(price) for price in faulty.bids), reverse=True)
        assert int(book["resyncs"]) >= 20
        reference.configure(url)


def test_a_server_that_ends_its_connections_is_connected_to_again(reference: Harness) -> None:
    opened = []

    def manners(connection: ServerConnection) -> None:
        asked = confirmed(connection)
        opened.append(asked["symbol"])
        connection.send(depth("delta", len(opened), [level(1)], [], checksum=0))
        if len(opened) < 3:
            return
        for _ in connection:
            pass

    with stream_server(manners) as url:
        reference.configure(url, stream_url=url, seed=3)
        reference.ask({"id": 1, "subscribe": {"channel": "depth", "arguments": {"symbol": "BTC-USD"}}})
        heard = reference.ask({"id": 1, "hear": {"stream": 1, "count": 5, "timeout_ms": 5000}})["heard"]["messages"]
        assert [message["type"] for message in heard] == ["DepthDelta", "Reconnected", "DepthDelta", "Reconnected", "DepthDelta"]
        assert reference.ask({"id": 1, "unsubscribe": {"stream": 1}})["unsubscribed"] == {}
        assert reference.ask({"id": 1, "hear": {"stream": 1, "count": 1, "timeout_ms": 100}})["heard"] == {"messages": []}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"subscribe": {"channel": "nothing"}}, id="unknown-channel"),
        pytest.param({"subscribe": {"channel": "depth", "arguments": {"symbol": 1}}}, id="wrong-argument"),
        pytest.param({"hear": {"stream": 9}}, id="unknown-stream"),
        pytest.param({"unsubscribe": {"stream": 0}}, id="no-stream"),
        pytest.param({"book_at": {"stream": 9}}, id="no-book"),
        pytest.param({"stream_request": {"request": "nothing"}}, id="unknown-request"),
        pytest.param({"stream_request": {"request": "ping", "payload": 1}}, id="wrong-payload"),
    ],
)
def test_what_makes_no_sense_is_refused(reference: Harness, document: dict[str, Any]) -> None:
    reference.configure("http://127.0.0.1:9", stream_url="ws://127.0.0.1:9")
    assert "refused" in reference.ask({"id": 1, **document})


def test_a_stream_that_is_not_there_is_a_transport_error(reference: Harness) -> None:
    reference.configure("http://127.0.0.1:9", stream_url="ws://127.0.0.1:9")
    for document in ({"subscribe": {"channel": "depth", "arguments": {"symbol": "A"}}}, {"book": {"symbol": "A"}}):
        assert reference.ask({"id": 1, **document})["raised"]["kind"] == "transport"


def test_a_readme_without_a_book_shows_a_whole_program_that_listens(tmp_path: Path) -> None:
    api = load_streams((REFERENCE / "asyncapi.yaml").read_bytes())
    options = options_for(load_profile(REFERENCE / "profile.yaml"), Language.GO, "0.1.0")
    made = emit(api, replace(options, behaviour=PLAIN, extensions=()))
    readme = next(file.content for file in made.files if file.path == "README.md").decode()
    program = next(block for block in re.findall(r"```go\n(package main.*?)```", readme, re.DOTALL) if "Streams." in block)
    assert 'os.Getenv("API_SECRET")' in program, "a channel may be private"
    assert "Streams.Book" not in readme
    (tmp_path / "main.go").write_text(program)
    assert go("gofmt", "-l", ".", folder=tmp_path) == ""
