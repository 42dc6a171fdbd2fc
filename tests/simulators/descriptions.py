"""Small descriptions, written in a line or two, for tests of what is read out of them."""

from __future__ import annotations

import json
from typing import Any

from sdkgen.api.load import load
from sdkgen.api.model import Api, Field, Name, NamedType, ObjectType, Operation, Reference, Type


def description(
    *, schemas: dict[str, Any] | None = None, paths: dict[str, Any] | None = None, version: str = "3.1.0", **more: Any
) -> dict[str, Any]:
    """An OpenAPI document; with one operation where the test cares for none."""
    answer = {"200": {"description": "ok"}}
    document = {"openapi": version, "info": {"title": "Shop", "version": "1"}, "paths": paths or {"/ping": {"get": {"responses": answer}}}}
    return document | ({"components": {"schemas": schemas}} if schemas else {}) | more


def api_of(**parts: Any) -> Api:
    """The model of such a document."""
    return load(json.dumps(description(**parts)).encode())


def named(api: Api, pascal: str) -> NamedType:
    """A type by its name."""
    found = [declared for declared in api.types if declared.name.pascal() == pascal]
    assert found, f"{pascal} is none of {[declared.name.pascal() for declared in api.types]}"
    return found[0]


def fields(api: Api, pascal: str) -> dict[str, Field]:
    """An object type's fields by their keys."""
    declared = named(api, pascal)
    assert isinstance(declared, ObjectType)
    return {field.wire_name: field for field in declared.fields}


def reference(*words: str) -> Reference:
    """A reference to the type of that name."""
    return Reference(name=Name(words=words))


def type_of(schema: Any, *, schemas: dict[str, Any] | None = None, version: str = "3.1.0") -> Type:
    """The type of a property ``x`` with that schema."""
    holder = {"type": "object", "properties": {"x": schema}}
    return fields(api_of(schemas={"Holder": holder, **(schemas or {})}, version=version), "Holder")["x"].type


def rules(api: Api) -> list[tuple[str, str]]:
    """Each issue's kind and rule."""
    return [(issue.kind.value, issue.rule) for issue in api.issues]


def operation(api: Api, operation_id: str) -> Operation:
    """An operation by its id."""
    [found] = [candidate for candidate in api.operations if candidate.id == operation_id]
    return found
