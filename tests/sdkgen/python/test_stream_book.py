"""Order books kept from streams, and a whole package with the reference exchange."""

from __future__ import annotations

import asyncio
import importlib
import json
import random
from contextlib import suppress
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.serve import serve_reference
from sdkgen.python.runtime.asyncsession import AsyncSession
from sdkgen.python.runtime.channels import (
    BookRule,
    ChannelRule,
    Match,
    ParameterRule,
    StreamRules,
)
from sdkgen.python.runtime.codec import ANY, INTEGER, STRING
from sdkgen.python.runtime.http1 import origin_of
from sdkgen.python.runtime.operation import Operation, Parameter, Returned
from sdkgen.python.runtime.streambase import BaseStreams
from tests.sdkgen.python.calls import settings_for
from tests.sdkgen.python.streaming import run
from tests.simulators.raw_http import RawServer, answer
from tests.simulators.stream_server import stream_server
from tests.simulators.wild_exchange import WildExchange

KEYS = demo_environment({})


def test_a_book_whose_snapshot_is_asked_for_goes_on_with_what_came_meanwhile() -> None:
    paths = []

    def manners(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        for first, last, price in ((5, 6, "10"), (7, 8, "11"), (9, 9, "12"), (12, 12, "13"), (13, 14, "14")):
            connection.send(json.dumps({"s": "X", "U": first, "u": last, "b": [[price, "1"]], "a": []}))
            connection.send(json.dumps({"s": "Y", "U": first, "u": last + 50, "b": [], "a": []}))
        with suppress(ConnectionClosed):
            connection.recv()

    rule = BookRule(
        ChannelRule("diff", "/diff/{name}", parameters=(ParameterRule("address", "name", "name", STRING),)),
        Match((("u", "*"), ("s", "{symbol}"))),
        "b",
        "a",
        operation="depth",
        operation_symbol="query.symbol",
        operation_bids="bids",
        operation_asks="asks",
        operation_sequence="last",
        sequence="u",
        first="U",
        numbering="range",
        arguments=(("name", "{symbol_lower}@depth"),),
        operation_arguments=(("query.limit", "50"),),
    )
    asked = (Parameter("query", "symbol", "symbol", STRING), Parameter("query", "limit", "limit", INTEGER))
    depth = Operation[Any]("depth", "GET", "/depth", parameters=asked, returned=(Returned("200", "json", "application/json", ANY),))

    async def body(rest: RawServer) -> None:
        session = AsyncSession(settings_for(rest.url, operations={"depth": depth}.__getitem__), origin_of(rest.url), own_servers=False)

        class Streams(BaseStreams):
            _rules = StreamRules()
            _book_rule = rule

        streams = Streams(session, url.replace("http", "ws"))
        async with streams._live_book("X") as book:
            async for state in book:
                if state.synced and state.sequence == "14":
                    break
            assert [level.price for level in state.bids] == [14, 13, 2]
            assert state.asks[0].quantity == Decimal("1.50")
        assert [each async for each in book] == []
        await streams.end_all()
        await session.close()

    snapshots = [
        answer("{}", status=500),
        answer('{"last":7,"bids":[["1","1"]],"asks":[["20","1.50"]]}'),
        answer('{"last":11,"bids":[["2","1"]],"asks":[["20","1.50"]]}'),
    ]
    with stream_server(manners) as url, RawServer(*snapshots) as rest:
        asyncio.run(asyncio.wait_for(body(rest), 20))
    assert paths == ["/diff/x@depth"]
    assert {request.start for request in rest.received} == {"GET /depth?symbol=X&limit=50 HTTP/1.1"}


def test_a_book_is_the_exchange_s_after_whatever_happened(sdk: ModuleType) -> None:
    """``python -m benchmarks.books`` does the same through a thousand faults."""
    exchange = WildExchange(seed=7, faults=60)

    async def body() -> None:
        dice = random.Random(7)  # noqa: S311  # pauses, no secret
        async with sdk.AsyncClient(stream_url=url, jitter=lambda: dice.random() * 0.02) as client:
            async for state in client.streams.book("BTC-USD"):
                if state.synced and state.bids and state.asks:
                    assert state.bids[0].price < state.asks[0].price
                if exchange.finished.is_set() and state.synced and state.sequence == str(exchange.book.sequence):
                    break
        ours = {side: [[plain(level.price), plain(level.quantity)] for level in getattr(state, side)] for side in ("bids", "asks")}
        assert ours == exchange.book.levels()
        assert state.resyncs >= 20

    def plain(number: Decimal) -> str:
        return format(number.normalize(), "f")

    with stream_server(exchange) as url:
        run(body)
    assert sum(exchange.happened.values()) >= 60


def test_a_package_lives_with_the_reference_exchange(sdk: ModuleType) -> None:
    models = importlib.import_module("reference_sdk.models")

    async def body(url: str) -> None:
        key, secret = KEYS["REFERENCE_FIRST_KEY"], KEYS["REFERENCE_FIRST_SECRET"]
        async with sdk.AsyncClient(key, secret, base_url=url, stream_url=url.replace("http", "ws")) as client:
            pong = await client.streams.request_ping(models.Ping(op=models.PingOp.PING))
            assert type(pong).__name__ == "Pong"
            book = client.streams.book("BTC-USD")
            before = await anext(book)
            async with client.streams.orders() as orders, client.streams.depth(symbol="BTC-USD") as depth:
                request = models.LimitOrderRequest(
                    symbol="BTC-USD", side=models.Side.BUY, type=models.LimitOrderRequestType.LIMIT, price="49000", quantity="0.01"
                )
                placed = await client.orders.place_order(body=request)
                assert (await anext(orders)).order.order_id == placed.order_id
                assert type(await anext(depth)).__name__ == "DepthDelta"
                after = await anext(book)
                assert before.synced
                assert after.synced
                assert (Decimal(49000), Decimal("0.01")) in [tuple(level) for level in after.bids]
                await client.orders.cancel_order(order_id=placed.order_id)
                asked = await client.market.get_depth(symbol="BTC-USD")
                while (state := await anext(book)).sequence != str(asked.sequence):
                    pass
                assert [level.price for level in state.bids[:20]] == [Decimal(level[0]) for level in asked.bids[:20]]
            with pytest.raises(sdk.ApiError) as refused:
                await client.streams.depth(symbol="NOPE-USD").open()
            assert refused.value.refusal is sdk.Refusal.UNKNOWN_SYMBOL
        assert [state async for state in book] == []

    with serve_reference() as url:
        asyncio.run(asyncio.wait_for(body(url), 30))
