"""Envelopes that say only which kind of value comes, and answers that say more: the value's own type is meant."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import ListOf, MapOf, Nullable, ObjectType, Scalar, ScalarKind, Type
from tests.simulators.descriptions import api_of, fields, named, reference

ORDER = {"type": "object", "properties": {"id": {"type": "string"}}}
ORDER_REFERENCE = {"$ref": "#/components/schemas/Order"}


def answer_type(envelope: Any, own: Any, **schemas: Any) -> Type:
    """The type of ``data`` in an answer that includes an envelope and says more of it."""
    both = [{"$ref": "#/components/schemas/Envelope"}, {"type": "object", "properties": {"data": own}}]
    known = {"Order": ORDER, "Envelope": {"type": "object", "properties": {"data": envelope}}, **schemas}
    return fields(api_of(schemas={**known, "Answer": {"allOf": both}}), "Answer")["data"].type


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param({"type": "object"}, id="an object"),
        pytest.param({}, id="anything"),
        pytest.param({"description": "What was asked for.", "example": {"id": "1"}}, id="described"),
        pytest.param({"type": "object", "additionalProperties": True}, id="an open object"),
        pytest.param({"type": "object", "x-go-type": "interface{}"}, id="with a generator's mark"),
        pytest.param(ORDER_REFERENCE, id="the same"),
    ],
)
def test_what_an_envelope_leaves_open_is_the_type_that_the_answer_names(envelope: Any) -> None:
    assert answer_type(envelope, ORDER_REFERENCE) == reference("order")


def test_so_are_the_items_of_a_list() -> None:
    envelope = {"type": "array", "items": {"type": "object"}, "description": "Rows."}
    assert answer_type(envelope, {"type": "array", "items": ORDER_REFERENCE}) == ListOf(items=reference("order"))


def test_a_choice_of_objects_is_named_as_well() -> None:
    either = {"oneOf": [ORDER_REFERENCE, {"$ref": "#/components/schemas/Trade"}]}
    trade = {"type": "object", "properties": {"price": {"type": "string"}}}
    assert answer_type({"type": "object"}, {"$ref": "#/components/schemas/Either"}, Either=either, Trade=trade) == reference("either")


def test_what_an_envelope_says_more_is_merged() -> None:
    answer = answer_type({"type": "object", "properties": {"page": {"type": "integer"}}}, ORDER_REFERENCE)
    assert answer == reference("answer", "data")


def test_an_envelope_that_contradicts_is_merged_and_noted() -> None:
    text = Scalar(kind=ScalarKind.STRING)
    assert answer_type({"type": "string"}, ORDER_REFERENCE) != text
    assert answer_type({"type": "object"}, {"type": "object", "additionalProperties": {"type": "string"}}) == MapOf(values=text)


def test_null_is_what_the_answer_says_of_it() -> None:
    nullable = {"type": ["object", "null"], "properties": {"id": {"type": "string"}}}
    for envelope in ({}, {"type": "object"}):
        assert answer_type(envelope, {"$ref": "#/components/schemas/Maybe"}, Maybe=nullable) == Nullable(inner=reference("maybe"))


@pytest.mark.parametrize(
    "envelope", [{"type": "object"}, {}, ORDER_REFERENCE, {"type": "object", "properties": {"page": {"type": "integer"}}}]
)
@pytest.mark.parametrize("own", [ORDER_REFERENCE, {"allOf": [ORDER_REFERENCE]}, ORDER])
def test_as_many_fields_are_declared_as_there_are(envelope: Any, own: Any) -> None:
    both = [{"$ref": "#/components/schemas/Envelope"}, {"properties": {"data": own, "rows": {"type": "array", "items": own}}}]
    rows = {"type": "array", "items": envelope}
    schemas = {"Order": ORDER, "Envelope": {"properties": {"data": envelope, "rows": rows}}, "Answer": {"allOf": both}}
    api = api_of(schemas=schemas)
    assert sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType)) == api.declared_fields


def test_fields_keep_the_description_of_the_envelope() -> None:
    envelope = {"type": "object", "properties": {"data": {"type": "object", "description": "The order."}}}
    both = [{"$ref": "#/components/schemas/Envelope"}, {"properties": {"data": ORDER_REFERENCE}}]
    api = api_of(schemas={"Order": ORDER, "Envelope": envelope, "Answer": {"allOf": both}})
    assert fields(api, "Answer")["data"].description == "The order."
    assert isinstance(named(api, "Order"), ObjectType)
    assert [declared.name.pascal() for declared in api.types] == ["Answer", "Envelope", "Order"]
