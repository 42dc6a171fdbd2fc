"""A small exchange's description, profile and credentials, and a wire to whatever answers in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import httpx
import yaml

from certification.evidence.scenarios.tamper import Draft
from certification.evidence.scenarios.wire import Target, Wire
from certification.profile import ExchangeProfile
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.signing.request import Credentials

FIRST = Credentials(key="first-key", secret="first-secret/+", passphrase="open sesame")
SECOND = Credentials(key="second-key", secret="second-secret")
NOW_MS = 1_700_000_000_000

_DESCRIPTION = """
openapi: 3.1.0
info: {title: Small, version: '1'}
servers: [{url: 'https://small.example'}]
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Size: {type: integer}
    Order:
      type: object
      properties:
        symbol: {type: string}
        price: {type: string}
        amount: {type: number}
        size: {$ref: '#/components/schemas/Size'}
        hidden: {type: [boolean, 'null']}
        more: {type: object, properties: {level: {type: integer}}}
paths:
  /time: {get: {operationId: time, responses: {'200': {description: ok}}}}
  /json/{id}:
    post:
      operationId: jsonOrder
      security: [{Key: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: X-Note, in: header, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: ok}}
  /form:
    post:
      operationId: formOrder
      security: [{Key: []}]
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: ok}}
  /query:
    get:
      operationId: queryOrder
      security: [{Key: []}]
      parameters:
        - {name: symbol, in: query, schema: {type: string}}
        - {name: quantity, in: query, schema: {type: string}}
        - {name: timestamp, in: query, schema: {type: integer}}
      responses: {'200': {description: ok}}
"""

HEADERS = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(
        Part(value=Value.TIMESTAMP),
        Part(value=Value.METHOD),
        Part(value=Value.PATH),
        Part(value=Value.QUERY),
        Part(value=Value.BODY),
    ),
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.HEADER, name="X-Time", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.HEADER, name="X-Pass", value=Value.PASSPHRASE),
        Placement(carrier=Carrier.HEADER, name="X-Sign", value=Value.SIGNATURE),
    ),
)
QUERY = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(Part(value=Value.QUERY), Part(value=Value.BODY)),
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.QUERY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.QUERY, name="signature", value=Value.SIGNATURE),
    ),
)
"""As Binance signs."""
BODY = replace(
    QUERY,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.BODY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="signature", value=Value.SIGNATURE),
    ),
)
BEARER = Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY, prefix="Bearer "),))


@cache
def small_api() -> Api:
    """The description's model."""
    return load(_DESCRIPTION.encode(), overlays=(), source="small.yaml")


def small_profile(**parts: Any) -> ExchangeProfile:
    """A profile without trading roles, unless ``parts`` say otherwise."""
    packages = {"python": "small", "typescript": "small", "go": "small.example/small"}
    text = yaml.safe_dump({"id": "small", "name": "Small", "spec": {"rest": {"file": "small.yaml"}}, "sdk": {"packages": packages}})
    return ExchangeProfile.model_validate(yaml.safe_load(text) | parts)


def draft(operation: str, **given: str) -> Draft:
    """A call; ``body__more__level`` stands for the place ``body.more.level``."""
    (found,) = (each for each in small_api().operations if each.id == operation)
    return Draft(operation=found, given=tuple((name.replace("__", "."), text) for name, text in given.items()))


@contextmanager
def small_wire(url: str, recipe: Recipe | None = HEADERS, *, waits: list[float] | None = None, **bounds: Any) -> Iterator[Wire]:
    """A wire to that address; who waits on it only says for how long."""
    accounts = (("first", FIRST), ("second", SECOND))
    target = Target(base_url=f"{url}/base", headers=(("x-sandbox", "1"),), recipe=recipe, accounts=accounts, **bounds)
    with httpx.Client(follow_redirects=False, trust_env=False) as client:
        yield Wire(target, small_api(), client=client, now_ms=lambda: NOW_MS, sleep=(waits if waits is not None else []).append)
