"""Cost against size: reading a description and writing all three SDKs, from 10 operations to 3,000."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from benchmarks.table import Table, seconds
from sdkgen.api.load import load
from sdkgen.api.lock import NO_LOCK, with_names
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions

SIZES = (10, 100, 1000, 3000)
_PACKAGES = {Language.PYTHON: "bench", Language.TYPESCRIPT: "bench", Language.GO: "example.com/bench-go"}

T = TypeVar("T")


def description(operations: int) -> bytes:
    """A description of so many operations, each with parameters, a body, an answer of its own schema and one that many share."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Error": {"type": "object", "properties": {"code": {"type": "integer"}, "msg": {"type": "string"}}}}
    for number in range(operations):
        name = f"Thing{number}"
        schemas[name] = {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "integer", "format": "int64", "description": f"Id of thing {number}."},
                "side": {"type": "string", "enum": ["BUY", "SELL"]},
                "price": {"type": "number", "example": 1.10},
                "legs": {"type": "array", "items": {"type": "object", "properties": {"size": {"type": "string"}}}},
                "parent": {"$ref": f"#/components/schemas/Thing{number // 2}"},
            },
        }
        reference = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        error = {"description": "bad", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
        paths[f"/api/v1/area{number % 20}/things{number}/{{id}}"] = {
            "post": {
                "operationId": f"updateThing{number}",
                "tags": [f"area {number % 20}"],
                "summary": f"Changes thing {number}.",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 100}},
                ],
                "requestBody": reference,
                "responses": {"200": {"description": "ok", **reference}, "400": error},
            }
        }
    document = {"openapi": "3.0.3", "info": {"title": "Growth", "version": "1"}, "servers": [{"url": "https://api.shop.example"}]}
    return json.dumps(document | {"paths": paths, "components": {"schemas": schemas}}).encode()


def measured() -> tuple[Table, ...]:
    """One process, the collector of garbage switched off as the command does it."""
    gc.disable()
    try:
        _costs(SIZES[0])  # what is imported and compiled once belongs to no size
        rows = [_row(size, _costs(size)) for size in SIZES]
    finally:
        gc.enable()
    return (
        Table(
            title="Growth: processor time by number of operations",
            columns=("operations", "read", "names", *(language.value for language in Language), "all", "per operation"),
            rows=tuple(rows),
            notes=("linear cost keeps the last column level",),
        ),
    )


def _row(size: int, costs: list[float]) -> tuple[str, ...]:
    total = sum(costs)
    return (f"{size:,}", *(seconds(cost) for cost in costs), seconds(total), f"{total / size * 1000:.2f} ms")


def _costs(size: int) -> list[float]:
    reading, read = _timed(lambda: load(description(size)))
    naming, (api, _) = _timed(lambda: with_names(read, NO_LOCK))
    costs = [reading, naming]
    for language, package in _PACKAGES.items():
        options = SdkOptions(package=package, version="0.1.0", exchange_id="bench", exchange_name="Bench")
        costs.append(_timed(lambda language=language, options=options: generate(api, language, options))[0])  # type: ignore[misc]
    return costs


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result
