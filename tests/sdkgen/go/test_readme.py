"""The example programs of a README, without a compiler."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sdkgen.api.load import load
from sdkgen.go.emit import emit
from sdkgen.source import ExampleCall, SdkOptions, TradingExample

DESCRIPTION = b"""
openapi: 3.1.0
info: { title: T, version: "1" }
servers: [{ url: "https://api.example.com" }]
paths:
  /orders:
    post:
      operationId: place
      tags: [o]
      security: [{ k: [] }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/New" } } } }
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Placed" } } } } }
  /orders/{id}:
    delete:
      operationId: cancel
      tags: [o]
      security: [{ k: [] }]
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: number, in: query, schema: { type: integer } }
        - { name: same, in: query, schema: { type: integer, format: int64 } }
        - { name: flag, in: query, schema: { type: boolean } }
      responses: { "204": { description: done } }
  /everything:
    post:
      operationId: everything
      tags: [o]
      parameters: [{ name: level, in: query, required: true, schema: { type: integer, enum: [1, 2] }, example: 2 }]
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Everything" }
      responses: { "200": { description: ok } }
components:
  securitySchemes: { k: { type: apiKey, in: header, name: K } }
  schemas:
    New:
      type: object
      required: [symbol, price]
      properties:
        symbol: { type: string }
        price: { oneOf: [{ type: object, properties: { x: { type: string } } }, { type: number }] }
        post_only: { type: boolean }
        kind: { type: string, enum: [limit, market] }
        tag: { $ref: "#/components/schemas/Tag" }
    Tag: { type: string }
    Placed:
      type: object
      required: [number]
      properties:
        number: { type: integer, format: int64 }
        big: { type: integer }
        data: { type: array, items: { type: object, properties: { ordId: { $ref: "#/components/schemas/Tag" } } } }
        map: { type: object, additionalProperties: { type: string } }
    Everything:
      type: object
      required: [list, map, tuple, text, word, whole, small, flag, any, union, maybe, names, self]
      properties:
        list: { type: array, items: { type: number } }
        map: { type: object, additionalProperties: { type: string } }
        tuple: { type: array, prefixItems: [{ type: string }] }
        text: { type: string }
        word: { type: string, enum: [a, b] }
        whole: { type: integer }
        small: { type: integer, format: int32 }
        flag: { type: boolean }
        any: {}
        union: { oneOf: [{ type: string }, { type: integer }] }
        maybe: { type: [string, "null"] }
        names: { $ref: "#/components/schemas/Names" }
        self: { type: array, items: { $ref: "#/components/schemas/Everything" } }
    Names: { type: array, items: { $ref: "#/components/schemas/Tag" } }
"""


def program(options: SdkOptions, example: TradingExample | None) -> str:
    made = emit(load(DESCRIPTION), replace(options, example=example))
    readme = next(file.content for file in made.files if file.path == "README.md").decode()
    return [str(block) for block in re.findall(r"```go\n(package main.*?)```", readme, re.DOTALL)][-1]


def trading(*arguments: tuple[str, str], order_id: tuple[str, str] = ("number", "path.id"), cancel: str = "cancel") -> TradingExample:
    needed = (("body.symbol", "A"), ("body.price", "1.50"))
    return TradingExample(
        place=ExampleCall(operation="place", arguments=(*needed, *arguments)),
        cancel=ExampleCall(operation=cancel, arguments=()),
        order_id=order_id,
    )


def test_an_order_is_placed_and_cancelled(options: SdkOptions) -> None:
    arguments = (("body.post_only", "true"), ("body.kind", "market"), ("body.tag", "t"))
    text = program(options, trading(*arguments))
    assert "client.O.Place(ctx, hostile.PlaceParams{Body: hostile.New{" in text
    assert 'Symbol: "A", Price: hostile.NewPrice{Decimal: hostile.Some(hostile.MustDecimal("1.50"))}' in text
    assert 'PostOnly: hostile.Some(true), Kind: hostile.Some(hostile.NewKindMarket), Tag: hostile.Some("t")' in text
    assert "err = client.O.Cancel(ctx, hostile.CancelParams{ID: fmt.Sprint(placed.Number)})" in text


@pytest.mark.parametrize(
    ("place", "argument", "expected"),
    [
        pytest.param("data[0].ordId", "path.id", 'ID: placed.Data.Or(nil)[0].OrdID.Or("")', id="nested"),
        pytest.param("big", "path.id", "ID: fmt.Sprint(placed.Big.Or(hostile.Integer{}))", id="big-to-text"),
    ],
)
def test_the_orders_id_is_read_where_it_is(options: SdkOptions, place: str, argument: str, expected: str) -> None:
    assert expected in program(options, trading(order_id=(place, argument)))


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(trading(("body.unknown", "1")), id="unknown-field"),
        pytest.param(trading(("query.unknown", "1")), id="unknown-parameter"),
        pytest.param(trading(("body.kind", "stop")), id="unknown-enum-value"),
        pytest.param(trading(("body.symbol.x", "1")), id="text-as-object"),
        pytest.param(trading(cancel="nothing"), id="no-operation"),
        pytest.param(trading(order_id=("missing", "path.id")), id="no-such-place"),
        pytest.param(trading(order_id=("map.x", "path.id")), id="in-a-map"),
        pytest.param(trading(order_id=("number", "query.number")), id="required-argument-missing"),
        pytest.param(trading(order_id=("data", "path.id")), id="a-list-as-id"),
        pytest.param(trading(cancel="everything"), id="takes-no-id"),
        pytest.param(None, id="none"),
    ],
)
def test_an_example_that_does_not_fit_is_not_shown(options: SdkOptions, example: TradingExample | None) -> None:
    assert "cancelled" not in program(options, example)


def test_every_type_has_an_example(options: SdkOptions) -> None:
    api = load(DESCRIPTION)
    only = replace(api, operations=tuple(each for each in api.operations if each.id == "everything"))
    made = emit(only, replace(options, recipe=None, example=None))
    readme = next(file.content for file in made.files if file.path == "README.md").decode()
    for expected in (
        "Level: hostile.EverythingLevelValue2",
        'List: []hostile.Decimal{hostile.MustDecimal("1")}',
        "Tuple: hostile.EverythingTuple{}",
        "Map: hostile.Map[string]{}",
        'Text: "..."',
        "Word: hostile.EverythingWordA",
        "Whole: hostile.NewInteger(1)",
        "Small: 1",
        "Flag: true",
        "Any: nil",
        'Union: hostile.EverythingUnion{String: hostile.Some("...")}',
        'Maybe: hostile.Some("...")',
        'Names: hostile.Names{"..."}',
    ):
        assert expected in readme, expected
