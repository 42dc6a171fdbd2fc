"""How profiles say streams are spoken to: every channel is described, and a client made from it is understood."""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from certification.profiles import find_profile, list_profiles, load_profile
from sdkgen.behaviour import Behaviour
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.shared_descriptions import Descriptions
from tests.simulators.stream_server import stream_server
from tests.simulators.topic_exchange import TopicExchange
from tests.simulators.typescript_sdk import Harness, compiled, harness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certification.profile import ExchangeProfile

SPOKEN = [each for each in map(load_profile, list_profiles()) if each.behaviour.streams is not None]
KNOWN = {"id", "id#", "key", "passphrase", "timestamp", "timestamp#", "signature"}
SECRET = "ours"
SUMMED = (zlib.crc32(b"100:1:102:3"), zlib.crc32(b"100:1:101.5:2") - 2**32)


def book(*checksums: int) -> list[dict[str, Any]]:
    """A book and a change of it; OKX's checksums are 0."""
    told = (
        ("snapshot", {"asks": [["102", "3", "0", "1"]], "bids": [["100", "1", "0", "1"]], "prevSeqId": -1, "seqId": 10, "ts": "1"}),
        ("update", {"asks": [["102", "0", "0", "0"], ["101.5", "2", "0", "1"]], "bids": [], "prevSeqId": 10, "seqId": 15, "ts": "2"}),
    )
    return [{"action": kind, "data": [{**data, "checksum": number}]} for (kind, data), number in zip(told, checksums, strict=True)]


SPEECH = {
    "okx": TopicExchange(
        secret=SECRET,
        verified_path="/users/self/verify",
        private=("orders",),
        says={"books": book(0, 0), "orders": [{"data": [{"ordId": "7", "state": "live"}]}]},
    ),
    "bitget": TopicExchange(
        secret=SECRET,
        verified_path="/user/verify",
        private=("orders",),
        says={"books": book(*SUMMED), "orders": [{"action": "snapshot", "data": [{"orderId": "7", "status": "live"}]}]},
    ),
}
CHANNELS = {"okx": ("OrderBook", "Order", "Trades"), "bitget": ("depth", "orders", "trade")}


def holes(document: object) -> set[str]:
    return set(re.findall(r"\{(\w+#?)\}", json.dumps(document)))


@pytest.mark.parametrize("profile", SPOKEN, ids=lambda profile: profile.id)
def test_what_is_subscribed_to_is_described(profile: ExchangeProfile, specs_folder: Path) -> None:
    streams = profile.behaviour.streams
    assert streams is not None
    api = Descriptions(specs_folder).streams(profile)
    parameters = {channel.id: {each.wire_name for each in channel.parameters} for channel in api.channels}
    for each in streams.subscriptions:
        assert holes(each.subscribe) | holes(each.unsubscribe) <= {*KNOWN, *each.arguments, *parameters[each.channel]}, each.channel
        assert holes([match.when for match in each.messages]) <= {*each.arguments, *parameters[each.channel]}, each.channel
        assert not each.private or streams.login is not None
    if streams.book is not None:
        said = {name for each in streams.subscriptions if each.channel == streams.book.channel for name in each.arguments}
        assert set(streams.book.arguments) <= parameters[streams.book.channel] | said
        assert parameters[streams.book.channel] | said
    if streams.listen_key is not None:
        assert any(streams.listen_key.parameter in each for each in parameters.values())


@pytest.fixture(scope="module", params=sorted(SPEECH))
def speaking(request: pytest.FixtureRequest, specs_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Harness]]:
    profile = load_profile(find_profile(request.param))
    options = SdkOptions(
        package="@openxapi/spoken",
        version="1.0.0",
        exchange_id=profile.id,
        exchange_name=profile.name,
        recipe=profile.signing,
        behaviour=Behaviour(errors=profile.behaviour.errors, streams=profile.behaviour.streams),
    )
    api = Descriptions(specs_folder).streams(profile)
    with harness(compiled(emit(api, options), tmp_path_factory.mktemp("spoken") / profile.id)) as running:
        yield profile.id, running


def ask(running: Harness, verb: str, **members: Any) -> dict[str, Any]:
    return dict(running.ask({"id": 1, verb: members}))


@pytest.mark.toolchain
def test_a_client_is_understood(speaking: tuple[str, Harness]) -> None:
    exchange, running = speaking
    depth, orders, trades = CHANNELS[exchange]
    with stream_server(SPEECH[exchange]) as url:
        ours = {"key": "k", "secret": SECRET, "passphrase": "word", "seed": 1, "timeout_ms": 3000}
        ask(running, "configure", base_url=url, stream_url=url.replace("http", "ws"), **ours)
        assert ask(running, "book", symbol="BTC-USDT")["subscribed"] == {"stream": 1}
        book = ask(running, "book_at", stream=1, sequence=None, price="101.5", timeout_ms=3000)["book"]
        assert (book["synced"], [level[:2] for level in book["asks"]], [level[:2] for level in book["bids"]]) == (
            True,
            [["101.5", "2"]],
            [["100", "1"]],
        )
        assert ask(running, "subscribe", channel=orders, arguments={})["subscribed"] == {"stream": 2}
        [own] = ask(running, "hear", stream=2, count=1, timeout_ms=3000)["heard"]["messages"]
        assert own["type"] not in {"DecodeError", "Reconnected", "Dropped"}
        assert ask(running, "subscribe", channel=depth, arguments={"symbol": "ETH-USDT"})["subscribed"] == {"stream": 3}
        changes = ask(running, "hear", stream=3, count=2, timeout_ms=3000)["heard"]["messages"]
        assert {(change["value"]["arg"]["instId"], change["value"]["data"][0]["bids"] == []) for change in changes} == {
            ("ETH-USDT", False),
            ("ETH-USDT", True),
        }
        refused = ask(running, "subscribe", channel=trades, arguments={"symbol": "BTC-USDT"})["raised"]
        assert refused["code"] == "60018"
        ask(running, "configure", base_url=url, stream_url=url.replace("http", "ws"), **{**ours, "secret": "another's"})
        stranger = ask(running, "subscribe", channel=orders, arguments={})["raised"]
        assert stranger["code"] == "60009"
