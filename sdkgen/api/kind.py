"""Which JSON types a schema allows: as it says, as it means, or as the rest of it implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.pointer import join
from sdkgen.api.scalar import MISSPELT, SCALAR_KINDS

if TYPE_CHECKING:
    from sdkgen.api.flat import Flat
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue


def kinds(flat: Flat, issues: IssueLog) -> list[str]:
    """The JSON types that the schema allows besides null; inferred where it does not say."""
    written = flat.keywords.get("type")
    if written is None:
        return _inferred(flat)
    texts = written if isinstance(written, list) else [written]
    found: dict[str, None] = {}
    for text in texts:
        kind = _kind(text, flat, issues)
        if kind is not None:
            found[kind] = None
    if flat.properties and "object" not in found:
        return [_kind_with_properties(flat, list(found), issues)]
    if found.keys() >= {"integer", "number"}:
        del found["integer"]
    return list(found)


def _kind(text: JsonValue, flat: Flat, issues: IssueLog) -> str | None:
    if text == "null":
        return None
    if isinstance(text, str):
        if text in SCALAR_KINDS or text in ("array", "object"):
            return text
        if text == "any" or not text:
            return None
        meant = MISSPELT.get(text.lower(), text.lower())
        if meant in SCALAR_KINDS or meant in ("array", "object"):
            issues.repaired("unknown-type", join(flat.pointer, "type"), f"{quoted(text)} is no JSON type; it is read as {meant}")
            return meant
    issues.refused("unknown-type", join(flat.pointer, "type"), f"{quoted(text)} is no JSON type; any value is accepted there")
    return None


def _kind_with_properties(flat: Flat, written: list[str], issues: IssueLog) -> str:
    pointer = join(flat.pointer, "type")
    if written == ["array"]:
        if flat.items or flat.places is not None:
            issues.refused("properties-of-list", pointer, "a list has both items and properties; the properties are left out")
        else:
            issues.repaired("properties-of-list", pointer, "a list has properties and no items; they are read as its items'")
        return "array"
    if written:
        issues.repaired(
            "properties-of-scalar", pointer, f"the type is {quoted(', '.join(written))}, yet it has properties; it is read as an object"
        )
    return "object"


def _inferred(flat: Flat) -> list[str]:
    words = flat.keywords.keys()
    if flat.properties or flat.extra or flat.patterns or (words & {"minProperties", "maxProperties"}):
        return ["object"]
    if flat.items or flat.places is not None or words & {"minItems", "maxItems", "uniqueItems"}:
        return ["array"]
    if words & {"minLength", "maxLength", "pattern"} or flat.keywords.get("format") in ("date-time", "date", "uuid", "uri", "byte"):
        return ["string"]
    if flat.keywords.get("format") in ("int32", "int64"):
        return ["integer"]
    return ["number"] if words & {"minimum", "maximum", "multipleOf"} else []
