from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.python.emit import emit
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
        "order = client.orders.place(account=7, body=Limit(symbol='BTC\"USD', side=Side.BUY, "
        'price=Decimal("1.10"), quantity="2", options=LimitOptions(tif="GTC")))' in code
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
        replace(EXAMPLE, cancel=replace(EXAMPLE.cancel, arguments=(("body.x", "1"),))),
        replace(EXAMPLE, order_id=("data.orderId", "path.id")),
        replace(EXAMPLE, order_id=("data[0][0]", "path.id")),
        replace(EXAMPLE, order_id=("data[0].nothing", "path.id")),
        replace(EXAMPLE, place=EXAMPLE.cancel),
    ],
)
def test_an_example_that_does_not_fit_gives_way_to_a_plain_call(api: Api, example: TradingExample) -> None:
    code = program(api, replace(OPTIONS, example=example))
    assert "order =" not in code
    assert "client.orders." in code
