"""Real exchanges' AsyncAPI descriptions: what is declared is in the model, or an issue says why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.model import IssueKind, ObjectType
from sdkgen.api.values import Values
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api


def _fields(api: Api) -> int:
    return sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType))


@pytest.fixture(scope="module")
def apis(specs_folder: Path) -> dict[str, Api]:
    """Every real AsyncAPI description, each read once."""
    manifest = json.loads((specs_folder / "manifest.json").read_bytes())
    files = [entry["file"] for entry in manifest if entry["kind"] == "asyncapi"]
    return {file: load_streams((specs_folder / file).read_bytes(), source=file) for file in files}


def test_counts_in_equal_counts_out(apis: dict[str, Api]) -> None:
    assert len(apis) >= 24
    for file, api in apis.items():
        assert (len(api.channels), len(api.messages)) == (api.declared_channels, api.declared_messages), file
        assert _fields(api) == api.declared_fields, file
        assert [issue for issue in api.issues if issue.kind is IssueKind.REFUSED] == [], file
        assert all(channel.heard or channel.said for channel in api.channels), file


def test_every_flaw_has_its_place(apis: dict[str, Api]) -> None:
    flaws = [(file, issue) for file, api in apis.items() for issue in api.issues]
    assert len(flaws) > 50
    for file, issue in flaws:
        assert issue.line is not None, (file, issue)
        assert issue.pointer.startswith("/"), (file, issue)


def test_made_up_payloads_fit_and_carry_their_marks(apis: dict[str, Api]) -> None:
    for file, api in apis.items():
        values, fitting = Values(api), Fitting(api.types)
        for message in api.messages:
            made = [loads_exact(sample.value) for sample in values.examples(message.type, seed=1, count=2)]
            assert made, (file, message.name)
            assert [fitting.misfit(message.type, value) for value in made] == [None] * len(made), (file, message.name)
            for mark in message.marks:
                assert dumps_exact(_at(made[0], mark.path)) in mark.values, (file, message.name, mark)


def _at(value: JsonValue, path: tuple[str, ...]) -> JsonValue:
    for key in path:
        match value:
            case dict():
                value = value[key]
            case list():
                value = value[int(key)]
            case _:
                raise KeyError(key)
    return value


def test_whose_view_real_descriptions_take_is_found_out(apis: dict[str, Api]) -> None:
    for file, said, heard in [
        ("bitget/ws-asyncapi.yaml", "Subscription", "PublishToMarketDataMessage"),
        ("whitebit/public-depth-asyncapi.yaml", "DepthSubscribe", "DepthUpdate"),
        ("kraken/spot-ws-v1-asyncapi.yaml", "Ping", "SystemStatus"),
        ("binance/spot-asyncapi.yaml", "OrderPlaceRequest", "OrderPlaceResponse"),
        ("hashkey/ws-asyncapi.yaml", "PingMessage", "PongMessage"),
        ("okx/ws-asyncapi.yaml", "PositionRequest", "PositionResponse"),
    ]:
        assert said in {name.pascal() for channel in apis[file].channels for name in channel.said}, file
        assert heard in {name.pascal() for channel in apis[file].channels for name in channel.heard}, file


@pytest.fixture(scope="module")
def reference() -> Api:
    return load_streams((REPOSITORY / "exchanges" / "reference" / "asyncapi.yaml").read_bytes())


def test_the_reference_exchange_is_read_whole(reference: Api) -> None:
    assert (len(reference.channels), len(reference.messages), _fields(reference)) == (4, 16, reference.declared_fields)
    assert reference.issues == ()
    assert reference.stream_servers == ("ws://127.0.0.1:8080",)
    control = reference.channels[0]
    assert (control.id, control.address, control.path()) == ("control", "/v1/stream", "/v1/stream")
    assert [name.snake() for name in control.said] == ["subscribe", "unsubscribe", "login", "ping", "place"]
    assert [name.snake() for name in control.heard] == ["placed", "subscribed", "unsubscribed", "logged_in", "pong", "heartbeat", "error"]


def test_the_reference_exchanges_messages_are_told_apart_by_their_constants(reference: Api) -> None:
    marks = {message.name.snake(): [(mark.path, mark.values) for mark in message.marks] for message in reference.messages}
    assert marks["depth_delta"] == [(("type",), ('"delta"',)), (("channel",), ('"depth"',))]
    assert marks["subscribe"] == [(("op",), ('"subscribe"',))]


def test_the_reference_exchanges_requests_have_their_replies(reference: Api) -> None:
    login = next(request for request in reference.requests if request.id == "login")
    assert (login.name.snake(), login.channel.snake(), login.security) == ("login", "control", (("Signature",),))
    assert [reply.snake() for reply in login.replies] == ["logged_in", "error"]
