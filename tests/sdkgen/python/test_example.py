from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.python.emit import emit
from sdkgen.python.text import wrapped
from sdkgen.signing.recipe import Algorithm, Carrier, Placement, Recipe, Value
from sdkgen.source import ExampleCall, SdkOptions, TradingExample

DESCRIPTION = b"""
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /orders:
    post:
      operationId: place
      tags: [orders]
      parameters: [{name: account, in: query, required: true, schema: {type: integer}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Request'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Placed'}}}}}
  /orders/{id}:
    delete:
      operationId: cancel
      tags: [orders]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: symbol, in: query, schema: {type: string}}
      responses: {'204': {description: ok}}
components:
  schemas:
    Request:
      oneOf: [{$ref: '#/components/schemas/Market'}, {$ref: '#/components/schemas/Limit'}]
    Market: {type: object, required: [symbol, side], properties: {symbol: {type: string}, side: {$ref: '#/components/schemas/Side'}}}
    Limit:
      type: object
      required: [symbol, side, price]
      properties:
        symbol: {type: string}
        side: {$ref: '#/components/schemas/Side'}
        price: {type: number}
        quantity: {type: [string, 'null']}
        options: {type: object, properties: {tif: {type: string}}}
    Side: {type: string, enum: [BUY, SELL]}
    Placed: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Order'}}}}
    Order: {type: object, required: [orderId], properties: {orderId: {$ref: '#/components/schemas/Id'}}}
    Id: {type: integer}
"""
EXAMPLE = TradingExample(
    place=ExampleCall(
        operation="place",
        arguments=(
            ("query.account", "7"),
            ("body.symbol", 'BTC"USD'),
            ("body.side", "BUY"),
            ("body.price", "1.10"),
            ("body.quantity", "2"),
            ("body.options.tif", "GTC"),
        ),
    ),
    cancel=ExampleCall(operation="cancel", arguments=(("query.symbol", "X"),)),
    order_id=("data[0].orderId", "path.id"),
)
OPTIONS = SdkOptions(package="p", version="1.0.0", exchange_id="x", exchange_name="X", example=EXAMPLE)


@pytest.fixture(scope="module")
def api() -> Api:
    return load(DESCRIPTION)


def program(api: Api, options: SdkOptions) -> str:
    readme = next(file.content for file in emit(api, options).files if file.path == "README.md").decode()
    code = readme.partition("```python\n")[2].partition("```")[0]
    ast.parse(code)
    return code


def test_the_program_places_and_cancels_in_the_api_s_own_types(api: Api) -> None:
    code = program(api, OPTIONS)
    assert "from decimal import Decimal\n" in code
    assert "from p.models import Limit, LimitOptions, Side\n" in code
    assert (
        """    order = client.orders.place(
        account=7,
        body=Limit(
            symbol='BTC"USD',
            side=Side.BUY,
            price=Decimal("1.10"),
            quantity="2",
            options=LimitOptions(tif="GTC"),
        ),
    )
"""
        in code
    )
    assert 'client.orders.cancel(id=str(order.data[0].order_id), symbol="X")' in code
    assert 'base_url=os.environ.get("API_URL")' in code


@pytest.mark.parametrize(
    "example",
    [
        replace(EXAMPLE, place=replace(EXAMPLE.place, operation="nothing")),
        replace(EXAMPLE, place=replace(EXAMPLE.place, arguments=(("body.what", "1"),))),
        replace(EXAMPLE, place=replace(EXAMPLE.place, arguments=(*EXAMPLE.place.arguments[1:], ("query.account", "x")))),
        replace(EXAMPLE, place=replace(EXAMPLE.place, arguments=(*EXAMPLE.place.arguments, ("header.what", "x")))),
        replace(EXAMPLE, place=replace(EXAMPLE.place, arguments=(("body", "x"),))),
        replace(EXAMPLE, place=EXAMPLE.cancel),
    ],
)
def test_an_example_that_does_not_fit_gives_way_to_a_plain_call(api: Api, example: TradingExample) -> None:
    code = program(api, replace(OPTIONS, example=example))
    assert "order =" not in code
    assert "client.orders." in code


@pytest.mark.parametrize(
    "example",
    [
        replace(EXAMPLE, cancel=replace(EXAMPLE.cancel, arguments=(("body.x", "1"),))),
        replace(EXAMPLE, order_id=("data.orderId", "path.id")),
        replace(EXAMPLE, order_id=("data[0][0]", "path.id")),
        replace(EXAMPLE, order_id=("data[0].nothing", "path.id")),
        replace(EXAMPLE, order_id=("data[0].orderId", "query.symbol")),
    ],
)
def test_where_cancelling_can_not_be_shown_the_order_is(api: Api, example: TradingExample) -> None:
    code = program(api, replace(OPTIONS, example=example))
    assert "order = client.orders.place(" in code
    assert "cancel(" not in code


def test_an_order_id_in_a_list_of_ids_is_the_first_of_them(api: Api) -> None:
    assert "str(order.data[0].order_id)" in program(api, replace(OPTIONS, example=replace(EXAMPLE, order_id=("data[].orderId", "path.id"))))


MORE = """
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /orders:
    post:
      operationId: place
      tags: [orders]
      security: [{key: []}]
      parameters: [{name: sent, in: query, required: true, schema: {type: integer}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: K}}
  schemas:
    Order:
      required: [symbol, id, count, nonce]
      properties:
        symbol: {type: string}
        id: {type: string, example: mine-1}
        count: {type: number, example: 1.50}
        nonce: {type: integer}
"""


def test_what_the_client_fills_is_left_to_it_and_what_nobody_names_is_the_description_s_example() -> None:
    recipe = Recipe(
        algorithm=Algorithm.HMAC_SHA256,
        payload=(),
        placements=(
            Placement(carrier=Carrier.QUERY, name="sent", value=Value.TIMESTAMP),
            Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE),
            Placement(carrier=Carrier.HEADER, name="sign", value=Value.SIGNATURE),
        ),
    )
    call = ExampleCall(operation="place", arguments=(("body.symbol", "X"),))
    options = replace(OPTIONS, recipe=recipe, example=TradingExample(place=call, cancel=call, order_id=("id", "path.id")))
    code = program(load(MORE.encode()), options)
    assert 'client.orders.place(body=Order(symbol="X", id="mine-1", count=Decimal("1.50")))' in code
    without = program(load(MORE.replace(", example: mine-1", "").encode()), options)
    assert "order =" not in without, "nothing is made up"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("f(a, b)", ["f(a, b)"]),
        ('f("x, y", g(1, 2), [3, 4])', ["f(", '    "x, y",', "    g(1, 2),", "    [3, 4],", ")"]),
        (r'f("a\"),b", first, second)', ["f(", r'    "a\"),b",', "    first,", "    second,", ")"]),
        ("x = f(name=g(first=1, second=2))", ["x = f(", "    name=g(", "        first=1,", "        second=2,", "    ),", ")"]),
        ("no call at all here", ["no call at all here"]),
    ],
)
def test_a_wide_call_has_an_argument_to_a_line(source: str, lines: list[str]) -> None:
    assert wrapped(source, width=18) == lines
