"""What was answered and told is held against the descriptions, and nothing of it is repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certification.evidence.shapes import Shapes
from sdkgen.api.load import load

AMOUNT = {"type": "string", "pattern": "^[0-9.]+$"}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "price"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer"}, "price": AMOUNT, "more": {"type": "array", "items": AMOUNT}},
}
JSON = "application/json"
RESPONSES: dict[str, Any] = {
    "200": {"description": "d", "content": {JSON: {"schema": ORDER}}},
    "4XX": {"description": "d", "content": {JSON: {"schema": {"type": "object", "required": ["code"]}}}},
    "5XX": {"description": "d", "content": {JSON: {"schema": {"type": "object", "required": ["code"]}}}},
    "508": {"description": "d"},
}
REST: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {"/order": {"get": {"operationId": "order", "responses": RESPONSES}}},
}
OPERATION = load(json.dumps(REST).encode()).operations[0]


@pytest.mark.parametrize(
    ("status", "content", "flaw"),
    [
        pytest.param(200, '{"id":1,"price":"1.5"}', "", id="as described"),
        pytest.param(200, '{"id":1,"price":null}', "an answer of 200: $.price is null, not string", id="null"),
        pytest.param(200, '{"id":1,"price":7.5}', "an answer of 200: $.price is number, not string", id="number"),
        pytest.param(200, '{"id":1}', "an answer of 200: $ lacks price", id="missing"),
        pytest.param(200, '{"id":1,"price":"1","x":1}', "an answer of 200: $ has a member that is not described", id="unexpected"),
        pytest.param(200, '{"id":1,"price":"secret"}', 'an answer of 200: $.price breaks pattern ("^[0-9.]+$")', id="pattern"),
        pytest.param(200, '{"id":true,"price":"1"}', "an answer of 200: $.id is boolean, not integer", id="boolean"),
        pytest.param(200, '{"id":{},"price":"1"}', "an answer of 200: $.id is object, not integer", id="object"),
        pytest.param(200, '{"id":[],"price":"1"}', "an answer of 200: $.id is array, not integer", id="array"),
        pytest.param(200, '{"id":"","price":"1"}', "an answer of 200: $.id is string, not integer", id="string"),
        pytest.param(200, "{", "an answer of 200 is no JSON", id="no JSON"),
        pytest.param(200, "", None, id="no body"),
        pytest.param(404, "{}", "an answer of 404: $ lacks code", id="a class of statuses"),
        pytest.param(508, "{}", None, id="nothing is described"),
        pytest.param(500, "{}", "an answer of 500: $ lacks code", id="its own failure"),
        pytest.param(502, "{}", "an answer of 502: $ lacks code", id="of any status: what counts is the check's to say"),
        pytest.param(302, "{}", None, id="not described"),
        pytest.param(200, " " * 200_001, None, id="too long"),
    ],
)
def test_an_answer_has_the_shape_of_its_status(status: int, content: str, flaw: str | None) -> None:
    assert Shapes(REST).answer_flaw(OPERATION, status, {"content-type": "application/json; charset=utf-8"}, content.encode()) == flaw


def test_an_answer_is_of_a_described_kind() -> None:
    told = Shapes(REST).answer_flaw(OPERATION, 200, {"content-type": "text/html"}, b"<h1>")
    assert told == "an answer of 200 is text/html, where application/json is described"
    assert Shapes(REST).answer_flaw(OPERATION, 200, {}, b'{"id":1,"price":"1"}') == ""
