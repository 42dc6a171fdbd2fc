"""Repairs of objects' schemas: properties and what is required, written in another place or shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.mend import Change, Drop, Put
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at
from sdkgen.api.repair.vocabulary import COMBINING, VOCABULARY

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


_SENTENCE = 4
"""Words that a type's name never has."""


def repair_properties(issues: IssueLog, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
    """Properties in a list, in the schema itself, or with a reference among them."""
    properties, place = schema.get("properties"), join(pointer, "properties")
    if isinstance(properties, list):
        named = _named(properties)
        if named is not None:
            issues.mended(
                "list-of-properties", place, "properties are a list; they are read by their names", Put(pointer=place, value=named)
            )
    elif isinstance(properties, dict) and isinstance(reference := properties.get("$ref"), str):
        members = schema.get("allOf")
        more: list[JsonValue] = [*(members if isinstance(members, list) else []), {"$ref": reference}]
        rest = {name: value for name, value in properties.items() if name != "$ref"}
        first = Put(pointer=place, value=rest) if rest else Drop(pointer=place)
        message = "“$ref” stands among the properties; its properties are read as part of the schema"
        issues.mended("reference-among-properties", place, message, first, Put(pointer=join(pointer, "allOf"), value=more))
    elif isinstance(properties, dict):
        _said_among_them(issues, pointer, schema, properties)
    elif properties is None and schema.get("type", "object") == "object":
        _outside(issues, pointer, schema)


def _said_among_them(issues: IssueLog, pointer: Pointer, schema: dict[str, JsonValue], properties: dict[str, JsonValue]) -> None:
    """A sentence among the properties, where it was indented too far: it is about the object."""
    for key in ("description", "title"):
        text, place = properties.get(key), join(pointer, "properties", key)
        if isinstance(text, str) and len(text.split()) >= _SENTENCE:
            moved = [Put(pointer=join(pointer, key), value=text)] if key not in schema else []
            issues.mended(
                "text-among-properties", place, f"“{key}” is a text among the properties; it is the object's", Drop(pointer=place), *moved
            )


def _outside(issues: IssueLog, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
    """Properties that stand in the schema itself, where nothing else does."""
    strange = [key for key in schema if key not in VOCABULARY and not key.startswith(("x-", "$"))]
    looks = [key for key in strange if isinstance(value := schema[key], dict) and ("$ref" in value or isinstance(value.get("type"), str))]
    if strange and looks == strange and not schema.keys() & {"additionalProperties", "$ref", "items", *COMBINING}:
        drops: list[Change] = [Drop(pointer=join(pointer, key)) for key in strange]
        change = Put(pointer=join(pointer, "properties"), value={key: schema[key] for key in strange})
        issues.mended(
            "properties-outside", pointer, "properties stand outside of “properties”; they are read as standing in it", *drops, change
        )


def repair_required(issues: IssueLog, pointer: Pointer, schema: dict[str, JsonValue]) -> None:
    """What is required as a text, or said by each property."""
    required, properties = schema.get("required"), schema.get("properties")
    if isinstance(required, str) and isinstance(properties, dict) and required in properties:
        place = join(pointer, "required")
        issues.mended(
            "required-is-text", place, "“required” must be a list; it is read as a list of one", Put(pointer=place, value=[required])
        )
    for name, value in properties.items() if isinstance(properties, dict) else ():
        flag = value.get("required") if isinstance(value, dict) else None
        if flag is True or flag is False or (isinstance(flag, str) and flag.lower() in ("true", "false")):
            _own_flag(issues, pointer, name, required=flag is True or str(flag).lower() == "true")


def _own_flag(issues: IssueLog, pointer: Pointer, name: str, *, required: bool) -> None:
    place = join(pointer, "properties", name, "required")
    known = at(issues, join(pointer, "required"))
    names: list[JsonValue] = [*(known if isinstance(known, list) else [])]
    if not required:
        issues.mended(
            "required-flag", place, "a property says that it is not required; the list of the object says that", Drop(pointer=place)
        )
        return
    add = [Put(pointer=join(pointer, "required"), value=[*names, name])] if name not in names else []
    issues.mended(
        "required-flag", place, "a property says that it is required; the list of the object must say that", Drop(pointer=place), *add
    )


def _named(properties: list[JsonValue]) -> dict[str, JsonValue] | None:
    """Properties out of a list: each an object with its ``name``, or with its name as the only key."""
    named: dict[str, JsonValue] = {}
    for entry in properties:
        if not isinstance(entry, dict):
            return None
        name = entry.get("name")
        if isinstance(name, str):
            named[name] = {key: value for key, value in entry.items() if key != "name"}
        elif len(entry) == 1 and isinstance(next(iter(entry.values())), dict):
            named |= entry
        else:
            return None
    return named
