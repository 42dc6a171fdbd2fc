"""Real exchanges' AsyncAPI descriptions: what is declared is in the model, or an issue says why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.model import IssueKind, ObjectType
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from sdkgen.api.model import Api


def _fields(api: Api) -> int:
    return sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType))


def test_counts_in_equal_counts_out(specs_folder: Path) -> None:
    manifest = json.loads((specs_folder / "manifest.json").read_bytes())
    files = [entry["file"] for entry in manifest if entry["kind"] == "asyncapi"]
    assert len(files) >= 24
    for file in files:
        api = load_streams((specs_folder / file).read_bytes(), source=file)
        refused = [issue for issue in api.issues if issue.kind is IssueKind.REFUSED]
        assert (len(api.channels), len(api.messages)) == (api.declared_channels, api.declared_messages), file
        assert _fields(api) == api.declared_fields, file
        assert refused == [], file
        assert all(channel.heard or channel.said for channel in api.channels), file


def test_whose_view_real_descriptions_take_is_found_out(specs_folder: Path) -> None:
    for file, said, heard in [
        ("bitget/ws-asyncapi.yaml", "Subscription", "PublishToMarketDataMessage"),
        ("whitebit/public-depth-asyncapi.yaml", "DepthSubscribe", "DepthUpdate"),
        ("kraken/spot-ws-v1-asyncapi.yaml", "Ping", "SystemStatus"),
        ("binance/spot-asyncapi.yaml", "OrderPlaceRequest", "OrderPlaceResponse"),
        ("hashkey/ws-asyncapi.yaml", "PingMessage", "PongMessage"),
        ("okx/ws-asyncapi.yaml", "PositionRequest", "PositionResponse"),
    ]:
        api = load_streams((specs_folder / file).read_bytes(), source=file)
        assert said in {name.pascal() for channel in api.channels for name in channel.said}, file
        assert heard in {name.pascal() for channel in api.channels for name in channel.heard}, file


@pytest.fixture(scope="module")
def reference() -> Api:
    return load_streams((REPOSITORY / "exchanges" / "reference" / "asyncapi.yaml").read_bytes())


def test_the_reference_exchange_is_read_whole(reference: Api) -> None:
    assert (len(reference.channels), len(reference.messages), _fields(reference)) == (4, 14, reference.declared_fields)
    assert reference.issues == ()
    assert reference.stream_servers == ("ws://127.0.0.1:8080",)
    control = reference.channels[0]
    assert (control.id, control.address, control.path()) == ("control", "/v1/stream", "/v1/stream")
    assert [name.snake() for name in control.said] == ["subscribe", "unsubscribe", "login", "ping"]
    assert [name.snake() for name in control.heard] == ["subscribed", "unsubscribed", "logged_in", "pong", "heartbeat", "error"]


def test_the_reference_exchanges_messages_are_told_apart_by_their_constants(reference: Api) -> None:
    marks = {message.name.snake(): [(mark.path, mark.values) for mark in message.marks] for message in reference.messages}
    assert marks["depth_delta"] == [(("type",), ('"delta"',)), (("channel",), ('"depth"',))]
    assert marks["subscribe"] == [(("op",), ('"subscribe"',))]


def test_the_reference_exchanges_requests_have_their_replies(reference: Api) -> None:
    login = next(request for request in reference.requests if request.id == "login")
    assert (login.name.snake(), login.channel.snake(), login.security) == ("login", "control", (("Signature",),))
    assert [reply.snake() for reply in login.replies] == ["logged_in", "error"]
