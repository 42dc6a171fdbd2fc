"""The hostile description's SDK, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.behaviour import Behaviour, Clock, Pagination, Paging, RateLimit
from sdkgen.go.emit import emit
from sdkgen.refusal import Errors, Refusal
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import ExampleCall, SdkOptions, SdkSource, TradingExample
from sdkgen.stream_protocol import Book, Heartbeat, ListenKey, Login, Match, StreamProtocol, Subscription
from tests.simulators.go_sdk import GoSdk, Harness, running

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.HEADER, name="X-Nonce", value=Value.NONCE),
        Placement(carrier=Carrier.BODY, name="signature", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.METHOD), Part(value=Value.PATH), Part(value=Value.BODY)),
)

BEHAVIOUR = Behaviour(
    errors=Errors(
        success={"ok": ("true", '"')},
        codes={
            "late": Refusal.CLOCK,
            "used": Refusal.DUPLICATE_ORDER,
            "poor": Refusal.INSUFFICIENT_FUNDS,
            'quote"\n`': Refusal.UNAVAILABLE,
            "busy": Refusal.UNAVAILABLE,
        },
    ),
    limits=(
        RateLimit(name='all "calls"\n', requests=10, per_ms=1000, weights={"placeOrder": 5}, used_header="X-Used", reset_header="X-Reset"),
        RateLimit(name="signed", requests=100, per_ms=60_000, signed_only=True, remaining_header="X-Left"),
    ),
    clock=Clock(operation="tell time", place="t"),
    paging={
        "listOrders": Pagination(kind=Paging.CURSOR, argument="query.cursor", items="data.list", next="next"),
        "listCandles": Pagination(kind=Paging.LAST, argument="query.since", items="", next="0"),
    },
    repeatable=("cancel all",),
    order_ids={"placeOrder": "body.note"},
    streams=StreamProtocol(
        login=Login(
            send={"op": "login", "key": "{key}", "at": "{timestamp#}", "signature": "{signature}", 'quote"\n`': "{id}"},
            payload="{timestamp}LOGIN",
            confirmed=Match(when={"ok": "login"}),
            refused=Match(when={"no": "login"}),
        ),
        heartbeat=Heartbeat(send={"op": "ping", "id": "{id#}"}, asked=Match(when={"ask": "*"}), answer={"alive": "{ask#}"}),
        subscriptions=(
            Subscription(
                channel="depth",
                arguments=("symbol",),
                subscribe={"op": "sub", "id": "{id#}", "ch": ["depth.{symbol}"]},
                unsubscribe={"op": "unsub", "ch": ["depth.{symbol}"]},
                messages=(Match(when={"symbol": "{symbol}"}),),
                confirmed=Match(when={"ok": "sub", "id": "{id}"}),
                refused=Match(when={"no": "sub", "id": "{id}"}),
            ),
            Subscription(channel='tra"des\n`', subscribe={"op": "sub", "ch": "{pair}@trade"}, private=True),
        ),
        book=Book(
            channel="depth",
            snapshot=Match(when={"type": 'snap"shot`'}),
            delta=Match(when={"type": "delta"}),
            bids="bids",
            asks="asks",
            sequence="n",
            previous="prev",
            first="first",
        ),
        listen_key=ListenKey(create="tell time", place="t", keep_alive="listOrders", argument="query.cursor"),
    ),
)

EXAMPLE = TradingExample(
    place=ExampleCall(
        operation="placeOrder", arguments=(("body.symbol", 'BTC"-USD'), ("body.side", "SELL"), ("body.price", "1.10"), ("body.note", "x"))
    ),
    cancel=ExampleCall(operation="cancel all", arguments=()),
    order_id=("id", "query.symbol"),
)


@pytest.fixture(scope="session")
def hostile_api() -> Api:
    here = Path(__file__)
    return load(here.with_name("hostile.yaml").read_bytes(), streams=here.with_name("hostile_streams.yaml").read_bytes())


@pytest.fixture(scope="session")
def options() -> SdkOptions:
    return SdkOptions(
        package="github.com/openxapi/hostile-go",
        version="0.1.0",
        exchange_id="hostile",
        exchange_name="Hostile // <b>\n# x",
        authors=("Somebody",),
        recipe=RECIPE,
        behaviour=BEHAVIOUR,
        example=EXAMPLE,
    )


@pytest.fixture(scope="session")
def hostile(hostile_api: Api, options: SdkOptions) -> SdkSource:
    return emit(hostile_api, options)


@pytest.fixture(scope="session")
def built(hostile: SdkSource, tmp_path_factory: pytest.TempPathFactory) -> GoSdk:
    sdk = GoSdk(hostile, tmp_path_factory.mktemp("hostile"))
    sdk.write()
    sdk.build_harness()
    return sdk


@pytest.fixture(scope="session")
def harness(built: GoSdk) -> Iterator[Harness]:
    with running(built.harness / "program") as program:
        yield program
