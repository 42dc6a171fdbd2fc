from __future__ import annotations

from typing import Any

import pytest

from certification.profile import Role, Trading
from certification.roles import behaviour_faults, role_faults
from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour, Clock, Pagination, Paging
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value

DESCRIPTION = b"""
openapi: 3.1.0
info: {title: Small, version: "1"}
paths:
  /orders:
    post:
      operationId: place
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [symbol, side, nonce]
              properties:
                symbol: {type: string}
                side: {type: string, enum: [BUY, SELL]}
                nonce: {type: string}
                limits: {type: object, properties: {price: {type: string}}}
      responses: {"200": {description: taken, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}}
  /orders/{id}:
    get:
      operationId: query
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: timestamp, in: query, required: true, schema: {type: integer}}
        - {name: account, in: header, required: true, schema: {type: string}}
        - {name: depth, in: query, schema: {type: integer, enum: [5, 10]}}
      responses:
        "200":
          description: one
          content:
            application/json:
              schema:
                anyOf: [{$ref: "#/components/schemas/Order"}, {type: array, items: {$ref: "#/components/schemas/Fill"}}]
  /book:
    get:
      operationId: depth
      responses:
        "200":
          description: book
          content:
            application/json:
              schema:
                type: object
                properties:
                  bids: {type: array, items: {type: array, prefixItems: [{type: string}, {type: integer}]}}
                  assets: {type: object, additionalProperties: {$ref: "#/components/schemas/Fill"}}
                  listed:
                    type: object
                    properties: {last: {type: string}}
                    additionalProperties: {type: array, items: {$ref: "#/components/schemas/Fill"}}
                  raw: {}
                  filters: {type: array, items: {type: object, properties: {kind: {type: string}, step: {type: string}}}}
  /ping:
    get: {operationId: ping, responses: {"200": {description: untold}}}
components:
  schemas:
    Order:
      type: object
      properties: {id: {type: [string, "null"]}, fills: {type: array, items: {$ref: "#/components/schemas/Fill"}}}
    Fill: {type: object, properties: {price: {type: string}}}
"""
API = load(DESCRIPTION)
RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(Part(value=Value.QUERY),),
    placements=(
        Placement(carrier=Carrier.QUERY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE),
        Placement(carrier=Carrier.HEADER, name="sign", value=Value.SIGNATURE),
    ),
)
SIGNED = load(DESCRIPTION.replace(b"operationId: query", b"operationId: query\n      x-signed: true"))


def faults(name: str, *, signed: bool = True, **role: Any) -> list[str]:
    trading = Trading.model_validate(
        {
            "symbol": "X",
            "base": "A",
            "quote": "B",
            "price": "1",
            "price_step": "1",
            "quantity": "1",
            "quantity_step": "1",
            "roles": {name: Role(**role)},
        }
    )
    return [fault.sentence for fault in role_faults(trading, SIGNED if signed else API, RECIPE if signed else None)]


def test_an_operation_that_is_not_described_is_said() -> None:
    assert faults("time", operation="clock") == ["the description has no operation clock"]


def test_a_role_that_the_description_bears_out_has_no_fault() -> None:
    arguments = {"symbol": "body.symbol", "side": "body.side", "price": "body.limits.price"}
    assert faults("place", operation="place", arguments=arguments, values={"side": {"buy": "BUY"}}, fields={"order_id": "id"}) == []


@pytest.mark.parametrize(
    ("place", "described"),
    [
        ("id", True),
        ("fills[].price", True),
        ("fills[0].price", True),
        ("[].price", True),
        ("[].size", False),
        ("fills.price", False),
        ("price", False),
        ("id.deeper", False),
    ],
)
def test_an_answer_s_place_is_looked_for_in_every_variant(place: str, described: bool) -> None:
    asked: dict[str, Any] = {"arguments": {"order_id": "path.id"}, "constants": {"header.account": "a"}}
    complaint = [] if described else [f"field x: the answer of query has nothing at {place}"]
    assert faults("query", operation="query", fields={"x": place}, **asked) == complaint


@pytest.mark.parametrize(
    ("place", "described"),
    [
        ("bids[][0]", True),
        ("bids[][1]", True),
        ("bids[][]", True),
        ("bids[][0].x", False),
        ("assets.USD.price", True),
        ("assets[].price", False),
        ("assets{}.price", True),
        ("assets{}.size", False),
        ("assets{name}", True),
        ("listed{}[].price", True),
        ("listed{}[].size", False),
        ("listed.last", True),
        ("assets{name}.x", False),
        ("{}{}.price", True),
        ("raw.any[0].thing", True),
        ("filters[kind=size].step", True),
        ("filters[sort=size].step", False),
        ("filters[kind=size].size", False),
    ],
)
def test_tuples_maps_and_selections_are_walked(place: str, described: bool) -> None:
    assert (faults("depth", operation="depth", fields={"x": place}) == []) is described


def test_an_answer_without_schema_and_a_header_hold_anything() -> None:
    assert faults("time", operation="ping", fields={"time": "a.b[].c", "header.remaining": "X-Left"}) == []


def test_what_an_operation_needs_must_be_given_unless_the_client_signs_it() -> None:
    path: dict[str, Any] = {"arguments": {"order_id": "path.id"}, "constants": {"header.account": "a"}}
    assert faults("query", operation="query") == [
        "query needs path.id, and the role gives nothing for it",
        "query needs header.account, and the role gives nothing for it",
    ]
    assert faults("query", operation="query", **path) == []
    assert faults("query", signed=False, operation="query", **path) == ["query needs query.timestamp, and the role gives nothing for it"]


def test_words_and_places_that_an_operation_does_not_take_are_said() -> None:
    arguments = {"symbol": "body.symbol", "side": "body.side", "type": "body.kind", "limit": "query.limit"}
    assert faults(
        "place", operation="place", arguments=arguments, constants={"body.limits.price": "1"}, values={"side": {"buy": "Buy"}}
    ) == [
        "argument type: place takes nothing at body.kind",
        "argument limit: place takes nothing at query.limit",
        "argument side: place does not take Buy at body.side",
    ]
    book: dict[str, Any] = {"arguments": {"order_id": "path.id"}, "operation": "query"}
    assert faults("query", **book, constants={"header.account": "a", "query.depth": "5"}) == []
    assert faults("query", **book, constants={"header.account": "a", "query.depth": "7"}) == [
        "constant: query does not take 7 at query.depth"
    ]
    assert "argument x: ping takes nothing at body.x" in faults("time", operation="ping", arguments={"x": "body.x"})


def test_what_a_behaviour_says_of_answers_is_held_against_them() -> None:
    def said(kind: Paging, items: str, following: str, clock: str) -> list[str]:
        paging = {"query": Pagination(kind=kind, argument="query.depth", items=items, next=following)}
        behaviour = Behaviour(clock=Clock(operation="query", place=clock), paging=paging)
        return [fault.sentence for fault in behaviour_faults(behaviour, SIGNED)]

    assert said(Paging.LAST, "fills", "price", "id") == []
    assert said(Paging.LAST, "", "price", "id") == []
    assert said(Paging.CURSOR, "fills", "id", "id") == []
    assert said(Paging.PAGE, "fills", "", "id") == []
    assert said(Paging.LAST, "fills", "size", "now") == [
        "the answer of query has nothing at now",
        "the answer of query has nothing at fills[].size",
    ]
    assert said(Paging.CURSOR, "items", "next", "id") == [
        "the answer of query has nothing at items[]",
        "the answer of query has nothing at next",
    ]
    assert said(Paging.CURSOR, "fills", "header.X-After", "id") == []
    assert behaviour_faults(Behaviour(), SIGNED) == ()
