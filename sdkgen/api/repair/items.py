"""What the items of a list are where it has no “items”, and only its other words can mean them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.pointer import find, from_fragment

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

_MOST_STEPS = 20


def items_beside(root: JsonValue, schema: dict[str, JsonValue]) -> tuple[str, JsonValue] | None:
    """The word of a list that no list could fit, and the items that it describes; ``None`` where there is nothing to guess.

    ``type: array`` with an ``anyOf`` of objects fits no value at all: the objects are what the list holds.
    """
    if schema.get("type") != "array" or schema.keys() & {"items", "prefixItems", "$ref"}:
        return None
    moved = [word for word in ("allOf", "anyOf", "oneOf") if word in schema]
    members = schema[moved[0]] if len(moved) == 1 else None
    if isinstance(members, list) and members and "properties" not in schema and all(_is_no_list(root, member) for member in members):
        return moved[0], {moved[0]: members}
    return None


def _is_no_list(root: JsonValue, schema: JsonValue) -> bool:
    """Whether a schema says of itself that it is something else than a list."""
    for _ in range(_MOST_STEPS):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        try:
            schema = find(root, from_fragment(reference[1:]))
        except KeyError:
            return False
    if not isinstance(schema, dict):
        return False
    kind = schema.get("type")
    return (isinstance(kind, str) and kind != "array") or (kind is None and isinstance(schema.get("properties"), dict))
