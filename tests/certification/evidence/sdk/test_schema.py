from decimal import Decimal
from typing import Any

import pytest

from certification.evidence.sdk.schema import Schemas
from sdkgen.api.json_text import JsonValue


def misfit(version: str, schema: dict[str, Any], value: JsonValue) -> str | None:
    key = "swagger" if version == "2.0" else "openapi"
    root: dict[str, Any] = {key: version, "x y": {"a/b": schema}, "defs": {"Price": {"type": "number"}}}
    return Schemas(root).misfit("/x y/a~1b", value)


@pytest.mark.parametrize(
    ("version", "schema", "value"),
    [
        ("3.0.3", {"type": "number"}, Decimal("0.1234567890123456789")),
        ("3.0.3", {"type": "string", "nullable": True}, None),
        ("3.0.3", {"type": "string", "nullable": True, "enum": ["a"]}, None),
        ("2.0", {"type": "string", "x-nullable": True}, None),
        ("3.1.0", {"type": ["string", "null"]}, None),
        ("3.0.3", {"$ref": "#/defs/Price"}, 1),
        ("3.1.0", {"$ref": "#/defs/Price"}, 1),
        ("3.0.3", {"type": "string", "maxLength": 1, "pattern": "^a$"}, "bcd"),
        ("3.0.3", {"$ref": "#/defs/Missing"}, 1),
        ("3.0.3", {"type": "file"}, "x"),
        ("3.0.3", {"type": "string", "pattern": "("}, "x"),
        ("3.0.3", {"type": "object", "required": True}, {}),
        ("3.0.3", {"enum": ["a"]}, "b"),
        ("3.0.3", {"type": "string"}, None),
    ],
)
def test_a_value_of_the_described_kind_fits_as_does_what_can_not_be_known(version: str, schema: dict[str, Any], value: JsonValue) -> None:
    assert misfit(version, schema, value) is None


@pytest.mark.parametrize(
    ("version", "schema", "value", "sentence"),
    [
        ("3.0.3", {"type": "integer"}, "1", '$: "1" is not of the type integer'),
        ("3.0.3", {"type": "integer"}, Decimal("1.5"), "$: 1.5 is not of the type integer"),
        ("2.0", {"type": "string"}, 1, "$: 1 is not of the type string"),
        ("3.1.0", {"type": ["string", "null"]}, 1, "$: 1 is not of the type ['string', 'null']"),
        ("3.0.3", {"properties": {"price": {"$ref": "#/defs/Price"}}}, {"price": "1"}, '$.price: "1" is not of the type number'),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_place(version: str, schema: dict[str, Any], value: JsonValue, sentence: str) -> None:
    assert misfit(version, schema, value) == sentence
