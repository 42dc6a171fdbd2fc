"""Texts become awkward, whatever the type that holds them; other values stay as they are."""

from __future__ import annotations

import json

import pytest

from certification.evidence.sdk.arguments import Samples
from certification.evidence.sdk.awkward import AWKWARD, Awkward
from certification.evidence.sdk.misfits import MISFIT, Misfits
from certification.evidence.sdk.plan import plan_exercise
from sdkgen.api.load import load
from sdkgen.api.model import Api, ObjectType
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api

ALL = "a&b c+d%e=é/f?g#h;i,j:k@l"


def typed(schema: dict[str, object]) -> Api:
    """A description whose one named type, ``Thing``, has a field ``it`` of that schema."""
    document = json.loads(DESCRIPTION)
    document["components"]["schemas"]["Thing"] = {"type": "object", "properties": {"it": schema}}
    document["paths"]["/thing"] = {
        "get": {
            "operationId": "thing",
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
        }
    }
    return load(json.dumps(document).encode())


def thing(api: Api) -> ObjectType:
    return next(each for each in api.types if isinstance(each, ObjectType) and each.name.pascal() == "Thing")


@pytest.mark.parametrize(
    ("schema", "before", "after"),
    [
        pytest.param({"type": "string"}, "x", ALL, id="free"),
        pytest.param({"type": "string", "maxLength": 3}, "x", "a/b", id="short"),
        pytest.param({"type": "string", "maxLength": 10, "minLength": 5}, "x", "a&b=c/d", id="of some length"),
        pytest.param({"type": "string", "pattern": "^[A-Z]+$"}, "X", ALL, id="a pattern"),
        pytest.param({"type": "string", "pattern": "^((.+)+)+\\n$"}, "X", ALL, id="a pattern that takes for ever"),
        pytest.param({"type": "string", "format": "date"}, "2026-01-01", "2026-01-01", id="a format"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, "a", "a", id="an enumeration"),
        pytest.param({"type": "array", "items": {"type": "string"}}, ["x", "y"], [ALL, ALL], id="a list"),
        pytest.param({"type": "object", "additionalProperties": {"type": "string"}}, {"k": "x"}, {"k": ALL}, id="a map"),
        pytest.param({"type": ["string", "null"]}, None, None, id="nothing"),
        pytest.param({"type": "integer"}, 7, 7, id="a number"),
    ],
)
def test_a_text_becomes_awkward(schema: dict[str, object], before: object, after: object) -> None:
    api = typed(schema)
    field = thing(api).fields[0]
    assert Awkward(api, ALL).rewritten(field.type, before) == after  # type: ignore[arg-type]  # plain JSON


def test_each_operation_with_a_text_is_called_with_an_awkward_one() -> None:
    plan = plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1)
    awkward = [call for call in plan.calls if call.refusable]
    assert {"getOrder", "cancelOrder", "withdraw"} <= {call.operation for call in awkward}
    assert all(any(text in str(call.arguments) for text in AWKWARD) for call in awkward)


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        pytest.param({"type": "string"}, [["unheard of"]], id="text"),
        pytest.param({"type": ["number", "null"]}, [["unheard of"]], id="number or null"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, [["unheard of"]], id="enumeration"),
        pytest.param({"type": "array", "items": {"type": "string"}}, "unheard of", id="list"),
        pytest.param({"type": "object", "properties": {"a": {"type": "string"}}}, "unheard of", id="object"),
        pytest.param({"oneOf": [{"type": "string"}, {"type": "integer"}]}, None, id="choice"),
        pytest.param({}, None, id="anything"),
    ],
)
def test_a_field_holds_what_is_of_another_kind(schema: dict[str, object], wrong: object) -> None:
    api = typed(schema)
    found = list(Misfits(api, Samples(api, seed=1)).of(thing(api)))
    what = "a text" if isinstance(wrong, str) else "a list"
    assert found == ([] if wrong is None else [(f"{what} in place of $.it", {"it": wrong})])


def test_the_plan_has_a_value_of_another_kind_for_each_field() -> None:
    plan = plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1)
    assert {decode.type for decode in plan.decodes if decode.probe == MISFIT} >= {"Order"}
