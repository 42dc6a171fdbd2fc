"""What an exchange's behaviour becomes in a package, and what the package then does."""

from __future__ import annotations

import ast
import asyncio
import importlib
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour, Clock, Pagination, Paging, RateLimit
from sdkgen.python.behaviour import behaviour_source
from sdkgen.python.emit import emit
from sdkgen.source import SdkOptions, SdkSource
from tests.sdkgen.python.conftest import BEHAVIOUR
from tests.simulators.raw_http import RawServer, answer

NAMES = {"Behaviour", "Clock", "Errors", "RateLimit"}


def test_only_what_the_api_has_is_written(hostile_api: Any) -> None:
    elsewhere = Behaviour(
        limits=(RateLimit(name="r", requests=1, per_ms=2, weights={"nothing": 3}, reset_unit_ms=1),),
        clock=Clock(operation="nothing", place="t"),
        repeatable=("nothing", "upload"),
        order_ids={"nothing": "body.x"},
    )
    text, names = behaviour_source(elsewhere, hostile_api)
    assert text == 'Behaviour(limits=(RateLimit(name="r", requests=1, per_ms=2, reset_unit_ms=1),), repeatable=frozenset({"upload"}))'
    assert names == ("Behaviour", "RateLimit")


def test_no_text_of_a_profile_becomes_code(hostile_api: Any) -> None:
    text, names = behaviour_source(BEHAVIOUR, hostile_api)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert {getattr(node.func, "id", "") for node in calls} <= NAMES | {"frozenset"}
    assert set(names) <= NAMES


def test_iterators_stand_beside_their_methods_and_give_their_items(reference: SdkSource) -> None:
    trades = next(file.content.decode() for file in reference.files if file.path.endswith("api/market.py"))
    assert ") -> Iterator[Trade]:" in trades
    assert "iter_list_trades = AwaitedItems(MarketApi.iter_list_trades)" in trades
    assert 'PageRule("cursor", "query.cursor", "items", next="next_cursor")' in trades


NESTED = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      operationId: a
      tags: [g]
      parameters: [{name: page, in: query, required: true, schema: {type: integer}}]
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
  /b:
    get:
      operationId: iter_a
      tags: [g]
      responses: {'200': {description: ok}}
components:
  schemas:
    A: {type: object, properties: {d: {$ref: '#/components/schemas/D'}}}
    D: {type: [object, 'null'], properties: {l: {$ref: '#/components/schemas/L'}}}
    L: {type: array, items: {type: string}}
"""


@pytest.mark.parametrize(
    ("items", "item"), [("d.l", "str"), ("d.x", "JsonValue"), ("d.l.x", "JsonValue"), ("d.l[]", "JsonValue"), ("", "JsonValue")]
)
def test_items_have_the_type_that_the_description_says(items: str, item: str) -> None:
    behaviour = Behaviour(paging={"a": Pagination(kind=Paging.PAGE, argument="query.page", items=items)})
    options = SdkOptions(package="p", version="1.0.0", exchange_id="x", exchange_name="X", behaviour=behaviour)
    source = emit(load(NESTED.encode()), options)
    group = next(file.content.decode() for file in source.files if file.path.endswith("api/g.py"))
    assert f"def iter_a_(\n        self,\n        *,\n        page: int,\n    ) -> Iterator[{item}]:" in group
    assert "first=1" in group
    missing = Behaviour(paging={"a": Pagination(kind=Paging.PAGE, argument="query.gone", items=items)})
    without = emit(load(NESTED.encode()), replace(options, behaviour=missing))
    assert not any(b"PageRule(" in file.content for file in without.files)


TRADE = '{"trade_id":%d,"symbol":"BTC-USD","price":"1.10","quantity":"2","notional":2.20,"taker_side":"buy","time":1700000000000}'


def test_both_clients_walk_through_pages_try_again_and_tell_hooks(sdk: ModuleType) -> None:
    def answers() -> RawServer:
        first = '{"items":[' + TRADE % 1 + '],"next_cursor":"c"}'
        return RawServer(answer("{}", status=503), answer(first), answer('{"items":[' + TRADE % 2 + '],"next_cursor":null}'))

    told: list[Any] = []
    with answers() as server, sdk.Client(base_url=server.url, jitter=lambda: 0.0, on_retry=told.append) as client:
        found = [each.trade_id for each in client.market.iter_list_trades(symbol="BTC-USD")]
        assert "Client(Session(127.0.0.1" in repr(client)
    assert found == [1, 2]
    assert [(each.operation, each.status) for each in told] == [("listTrades", 503)]

    async def walked(url: str) -> list[int]:
        async with sdk.AsyncClient(base_url=url, jitter=lambda: 0.0) as client:
            return [each.trade_id async for each in client.market.iter_list_trades(symbol="BTC-USD")]

    with answers() as server:
        assert asyncio.run(walked(server.url)) == [1, 2]
        assert len(server.received) == 3


def test_both_clients_correct_their_clock_send_raw_requests_and_give_replies(sdk: ModuleType) -> None:
    answers = (
        answer('{"time":1700000005000,"iso":"2023-11-14T22:13:25.000Z"}'),
        answer('{"x":1}'),
        answer('{"time":1700000005000,"iso":"2023-11-14T22:13:25.000Z"}'),
    )
    with RawServer(*answers) as server, sdk.Client("k", "s", base_url=server.url, clock=lambda: 1_700_000_000_000) as client:
        assert client.sync_clock() == 5000
        assert client.request("GET", "/v1/x", {"a": 1}, signed=True).value == {"x": 1}
        assert server.received[1].header("X-Ref-Timestamp") == "1700000005000"
        reply = client.with_timeout(3.0).raw(lambda it: it.market.get_time())
        assert (reply.status, reply.value.time) == (200, 1_700_000_005_000)
        with pytest.raises(ValueError, match="nothing was called"):
            client.raw(lambda _: None)

    async def body(url: str) -> None:
        async with sdk.AsyncClient("k", "s", base_url=url, clock=lambda: 1_700_000_000_000) as client:
            assert await client.sync_clock() == 5000
            assert (await client.request("GET", "/v1/x", [("a", 1)], signed=True)).value == {"x": 1}
            reply = await client.with_timeout(3.0).raw(lambda it: it.market.get_time())
            assert reply.value.time == 1_700_000_005_000

    with RawServer(*answers) as server:
        asyncio.run(body(server.url))
        assert server.received[1].header("X-Ref-Timestamp") == "1700000005000"


def test_a_package_loads_asyncio_only_for_those_who_ask(sdk: ModuleType) -> None:
    assert sdk.AsyncClient.__name__ == "AsyncClient"
    with pytest.raises(AttributeError, match="Nothing"):
        _ = sdk.Nothing
    group = importlib.import_module("reference_sdk.api.market").AsyncMarketApi
    assert group.get_time.__name__ == "get_time"
    assert group.iter_list_trades.__doc__.startswith("The items of")
