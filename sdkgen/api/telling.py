"""Which of the schemas that hold together for one value say something that the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdkgen.api.flat import Flat, Flattener
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.resolve import Place

_ABOUT = frozenset(("description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "$comment"))
"""Keywords that a schema may have and yet say no more than which kind of value it is."""


def telling(parts: tuple[Place, ...], flattener: Flattener) -> tuple[Place, ...]:
    """The parts without those that only repeat what the others say.

    An envelope says ``data: {type: object}``, and each answer that includes it says which object: that object's own type is meant.
    """
    distinct = _distinct(parts)
    bare = [part for part in distinct if _is_bare(part.value)]
    kept = tuple(part for part in distinct if part not in bare)
    if not kept or not bare:
        return distinct
    together = flattener.flatten(kept)
    typed = [part for part in bare if _kind(part) is not None]
    repeats = all(_kind(part) in _implied(together) for part in typed)
    narrows = together.nullable and not all(flattener.admits_null(part) for part in typed)
    return kept if repeats and not narrows else distinct


def _distinct(parts: tuple[Place, ...]) -> tuple[Place, ...]:
    """The parts, a mere reference that stands there twice once."""
    met: list[JsonValue] = []
    kept = []
    for part in parts:
        if not (isinstance(part.value, dict) and part.value.keys() == {"$ref"} and part.value in met):
            kept.append(part)
            met.append(part.value)
    return tuple(kept)


def _is_bare(schema: JsonValue) -> bool:
    """Whether a schema says no more than which kind of value it is."""
    if not isinstance(schema, dict):
        return schema is True
    told = schema.keys() - _ABOUT
    if schema.get("additionalProperties") is True or schema.get("additionalProperties") == {}:
        told -= {"additionalProperties"}
    return isinstance(schema.get("type"), str | None) and all(keyword == "type" or keyword.startswith("x-") for keyword in told)


def _kind(part: Place) -> JsonValue:
    return part.value.get("type") if isinstance(part.value, dict) else None


def _implied(together: Flat) -> tuple[JsonValue, ...]:
    """The kinds of value that a schema without a plain ``type`` may as well be said to have."""
    said = [together.keywords.get("type")]
    said += ["object"] if together.properties or together.choices else []
    return tuple(said + (["array"] if together.items else []))
