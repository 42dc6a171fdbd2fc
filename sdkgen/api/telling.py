"""Which of the schemas that hold together for one value say something that the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sdkgen.api.json_text import JsonValue

_ABOUT = frozenset(("description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "$comment"))
"""Keywords that a schema may have and yet say no more than which kind of value it is."""


_DEEPEST = 16


def telling(parts: tuple[Place, ...], landing: Callable[[Place], Place | None]) -> tuple[Place, ...]:
    """The parts without those that only repeat what the others say.

    An envelope says ``data: {type: object}``, and each answer that includes it says which object: that object's own type is meant.

    Args:
        parts: the schemas that hold together for one value.
        landing: follows a reference to its end.
    """
    if len(parts) == 1:
        return parts
    distinct = _distinct(parts)
    bare = [part for part in distinct if _is_bare(part.value)]
    kept = tuple(part for part in distinct if part not in bare)
    if not kept or not bare:
        return distinct
    said = {None, *(kind for part in kept for kind in _kinds(part, landing, 0))}
    return kept if all(_kind(part) in said for part in bare) else distinct


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


def _kinds(part: Place, landing: Callable[[Place], Place | None], depth: int) -> tuple[str, ...]:
    """The kinds of value that a schema says or shows that it is about."""
    landed = landing(part)
    schema = landed.value if landed is not None else None
    if landed is None or not isinstance(schema, dict) or depth > _DEEPEST:
        return ()
    kind, members = schema.get("type"), schema.get("allOf")
    if isinstance(kind, str | list):
        return tuple(each for each in (kind if isinstance(kind, list) else [kind]) if isinstance(each, str))
    if schema.keys() & {"properties", "oneOf", "anyOf"}:
        return ("object",)
    inner = (
        [Place(pointer=join(landed.pointer, "allOf", index), value=value) for index, value in enumerate(members)]
        if isinstance(members, list)
        else []
    )
    return tuple(each for member in inner for each in _kinds(member, landing, depth + 1)) or (("array",) if "items" in schema else ())
