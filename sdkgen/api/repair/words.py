"""Types in words of people: ``string[]``, ``number | null``, ``Map<String, Order>``, ``Order``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.scalar import MISSPELT, SCALAR_KINDS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sdkgen.api.json_text import JsonValue

_LIST = re.compile(
    r"(?:(?:array|list|set)\s*(?:<(?P<a>.+)>|\[(?P<b>.+)\]|\((?P<c>.+)\)|\s+of\s+(?P<d>.+))|(?P<e>.+?)\s*\[\s*\])", re.IGNORECASE
)
_MAP = re.compile(r"(?:map|dict|dictionary|hash|record|object)\s*[<\[(]\s*[^,<>]+?\s*,\s*(?P<value>.+?)\s*[>\])]", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:\||/|,|\bor\b)\s*", re.IGNORECASE)
_SIMPLE = frozenset((*SCALAR_KINDS, "array", "object", "null"))
_LONGEST = 120


def read_type(text: str, components: AbstractSet[str], prefix: str) -> dict[str, JsonValue] | None:
    """The schema that a text in place of a type (or of a schema) means; ``None`` where that can't be told, or where it is a plain type.

    Args:
        text: what is written.
        components: the names of the description's own schemas.
        prefix: what a reference to one of them begins with.
    """
    text = text.strip()
    if len(text) > _LONGEST or text in _SIMPLE:
        return {"type": text} if text in _SIMPLE else None
    if text in components:
        return {"$ref": prefix + text.replace("~", "~0").replace("/", "~1")}
    if match := _LIST.fullmatch(text):
        inner = _inner(next(part for part in match.groups() if part), components, prefix)
        return {"type": "array", "items": inner} if inner is not None else None
    if match := _MAP.fullmatch(text):
        inner = _inner(match["value"], components, prefix)
        return {"type": "object", "additionalProperties": inner} if inner is not None else None
    return _several(_BETWEEN.split(text))


def _inner(text: str, components: AbstractSet[str], prefix: str) -> dict[str, JsonValue] | None:
    kind = _kind(text)
    return {"type": kind} if kind is not None else read_type(text, components, prefix)


def _kind(text: str) -> str | None:
    """JSON's word for a type, in whatever words it is given."""
    word = text.strip().lower()
    word = MISSPELT.get(word, word)
    return word if word in _SIMPLE else {"nil": "null", "none": "null", "undefined": "null"}.get(word)


def _several(words: list[str]) -> dict[str, JsonValue] | None:
    kinds = [_kind(word) for word in words]
    if len(kinds) == 1 or None in kinds:
        return None
    own: list[JsonValue] = [kind for kind in dict.fromkeys(kinds) if kind != "null"]
    schema: dict[str, JsonValue] = {"type": own[0] if len(own) == 1 else own} if own else {}
    return schema | ({"nullable": True} if "null" in kinds else {})
