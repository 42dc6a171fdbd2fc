"""A behaviour is held against the API that it speaks of."""

from __future__ import annotations

import json
import re

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.behaviour import PLAIN, Behaviour, Clock, Pagination, Paging, RateLimit
from sdkgen.behaviour_check import fitted, problems
from sdkgen.errors import RecipeError
from sdkgen.stream_protocol import Book, ListenKey, Match, StreamProtocol, Subscription

_CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
_DONE = {"200": {"description": "done"}}
_TEXT = {"content": {"application/json": {"schema": {"type": "object", "properties": {"clientId": {"type": "string"}}}}}}
_DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "paths": {
        "/time": {"get": {"operationId": "time", "responses": _DONE}},
        "/trades": {"get": {"operationId": "trades", "parameters": [_CURSOR], "responses": _DONE}},
        "/orders": {"post": {"operationId": "place", "requestBody": _TEXT, "responses": _DONE}},
    },
}
_DELTA = Match(when={"type": "delta"})


@pytest.fixture(scope="module")
def api() -> Api:
    return load(json.dumps(_DESCRIPTION).encode())


def _paged(argument: str) -> Behaviour:
    return Behaviour(paging={"trades": Pagination(kind=Paging.CURSOR, argument=argument, items="items", next="next")})


def _streaming(book: Book | None = None, listen_key: ListenKey | None = None) -> Behaviour:
    return Behaviour(streams=StreamProtocol(book=book, listen_key=listen_key))


_GOOD = Behaviour(
    limits=(RateLimit(name="all", requests=10, per_ms=1000, weights={"trades": 2}),),
    clock=Clock(operation="time", place="time"),
    paging=_paged("query.cursor").paging,
    repeatable=("time",),
    order_ids={"place": "body.clientId"},
    streams=StreamProtocol(
        book=Book(channel="depth", delta=_DELTA, bids="b", asks="a", operation="trades", operation_symbol="query.cursor"),
        listen_key=ListenKey(create="place", keep_alive="trades", place="key", argument="query.cursor"),
    ),
)


@pytest.mark.parametrize("behaviour", [PLAIN, _GOOD, _streaming()])
def test_a_behaviour_that_names_what_is_there_is_accepted(behaviour: Behaviour, api: Api) -> None:
    assert list(problems(behaviour, api)) == []


@pytest.mark.parametrize(
    ("behaviour", "field"),
    [
        (Behaviour(limits=(RateLimit(name="all", requests=1, per_ms=1, weights={"gone": 1}),)), "limits.all.weights"),
        (Behaviour(clock=Clock(operation="gone", place="time")), "clock.operation"),
        (Behaviour(paging={"gone": Pagination(kind=Paging.PAGE, argument="query.page", items="")}), "paging"),
        (Behaviour(repeatable=("gone",)), "repeatable"),
        (Behaviour(order_ids={"gone": "body.id"}), "order_ids"),
        (_streaming(book=Book(channel="depth", delta=_DELTA, bids="b", asks="a", operation="gone")), "streams.book.operation"),
        (_streaming(listen_key=ListenKey(create="gone", keep_alive="time", place="key")), "streams.listen_key.create"),
        (_streaming(listen_key=ListenKey(create="time", keep_alive="gone", place="key")), "streams.listen_key.keep_alive"),
    ],
)
def test_an_operation_that_is_not_there_is_named_with_its_field(behaviour: Behaviour, field: str, api: Api) -> None:
    (problem,) = problems(behaviour, api)
    assert problem.startswith(f"behaviour.{field}: the description has no operation 'gone'; ")


@pytest.mark.parametrize(
    ("behaviour", "field"),
    [
        (_paged("query.page"), "paging"),
        (_paged("header.cursor"), "paging"),
        (Behaviour(order_ids={"trades": "body.id"}), "order_ids"),
        (
            _streaming(book=Book(channel="depth", delta=_DELTA, bids="b", asks="a", operation="trades", operation_symbol="query.symbol")),
            "streams.book.operation_symbol",
        ),
        (
            _streaming(listen_key=ListenKey(create="place", keep_alive="time", place="key", argument="query.key")),
            "streams.listen_key.argument",
        ),
    ],
)
def test_an_argument_that_is_not_there_is_named_with_its_field(behaviour: Behaviour, field: str, api: Api) -> None:
    (problem,) = problems(behaviour, api)
    assert re.match(rf"behaviour\.{field}: \w+ has no argument '[\w.]+'; ", problem)


def test_what_the_description_has_stays_and_the_rest_is_left_out(api: Api) -> None:
    assert fitted(_GOOD, api) == _GOOD
    assert _GOOD.streams is not None
    empty = load(json.dumps(_DESCRIPTION | {"paths": {"/other": {"get": {"operationId": "other", "responses": _DONE}}}}).encode())
    bare = fitted(_GOOD, empty)
    assert list(problems(bare, empty)) == []
    assert [limit.name for limit in bare.limits] == ["all"]
    assert (bare.limits[0].weights, bare.clock, bare.paging, bare.repeatable, bare.order_ids) == ({}, None, {}, (), {})
    assert bare.streams == StreamProtocol()
    without_book = fitted(_streaming(book=Book(channel="depth", delta=_DELTA, bids="b", asks="a", operation="gone")), api)
    assert without_book.streams == StreamProtocol()
    from_stream = _streaming(book=Book(channel="depth", delta=_DELTA, bids="b", asks="a"))
    assert fitted(from_stream, empty) == from_stream
    assert fitted(_paged("query.page"), api) == PLAIN


_STREAMS = b"""
asyncapi: 3.0.0
info: { title: Small, version: "1" }
channels:
  depth: { address: "/depth/{symbol}", parameters: { symbol: {} }, messages: { level: { payload: { type: object } } } }
  own: { address: "/own/{key}", parameters: { key: {} }, messages: { level: { payload: { type: object } } } }
operations:
  read: { action: receive, channel: { $ref: "#/channels/depth" } }
"""


_NO_CHANNEL = "the description has no channel 'gone'; name one by its id, such as 'depth'"


def _spoken(channel: str = "depth", book: str = "depth", parameter: str = "key") -> Behaviour:
    return Behaviour(
        streams=StreamProtocol(
            subscriptions=(Subscription(channel="own", subscribe={}), Subscription(channel=channel, subscribe={"op": "s"})),
            book=Book(channel=book, delta=_DELTA, bids="b", asks="a"),
            listen_key=ListenKey(create="place", keep_alive="trades", place="key", parameter=parameter),
        )
    )


def test_a_listen_key_may_last_as_long_as_its_connection(api: Api) -> None:
    assert list(problems(_streaming(listen_key=ListenKey(create="place", place="key")), api)) == []
    with pytest.raises(RecipeError, match="name that operation too"):
        ListenKey(create="place", place="key", argument="query.key")


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (
            _spoken(channel="gone"),
            "behaviour.streams.subscriptions: the description has no channel 'gone'; name one by its id, such as 'depth'",
        ),
        (
            _spoken(book="gone"),
            "behaviour.streams.book.channel: the description has no channel 'gone'; name one by its id, such as 'depth'",
        ),
        (
            _spoken(parameter="listenKey"),
            "behaviour.streams.listen_key.parameter: no channel has a parameter 'listenKey'; name the one that takes the key",
        ),
    ],
)
def test_a_channel_that_is_not_there_is_named_with_its_field_and_left_out(behaviour: Behaviour, problem: str, api: Api) -> None:
    both = load(json.dumps(_DESCRIPTION).encode(), streams=_STREAMS)
    assert list(problems(_spoken(), both)) == []
    assert fitted(_spoken(), both) == _spoken()
    assert list(problems(behaviour, both)) == [problem]
    assert list(problems(fitted(behaviour, both), both)) == []
    assert list(problems(behaviour, api)) == [], "without streams nothing is said of them"
    kept = fitted(behaviour, both).streams
    assert kept is not None
    assert "own" in [each.channel for each in kept.subscriptions]
