"""What ``oneOf`` and ``anyOf`` come to: what the variants share, what they are called, and what tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.model import Discriminator, Name, Scalar, Type
from sdkgen.api.name import words_of
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from sdkgen.api.flat import Choice, Flat
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

Words = tuple[str, ...]


def base_of(flat: Flat) -> Place | None:
    """What all variants share: the schema without its choice, where that says anything."""
    if not flat.properties:
        return None
    properties: dict[str, JsonValue] = {
        wire_name: {"allOf": [part.value for part in parts]} if len(parts) > 1 else parts[0].value
        for wire_name, parts in flat.properties.items()
    }
    return Place(pointer=flat.pointer, value={"type": "object", "properties": properties, "required": list(flat.required)})


def discriminator(choice: Choice, names: dict[Pointer, Name], issues: IssueLog) -> Discriminator | None:
    """The property that tells the variants apart; ``names`` are those variants' that have one, by their places."""
    written = choice.discriminator
    wire_name = written.get("propertyName") if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(wire_name, str):
        return None
    by_target: dict[str, Name] = {}
    for variant in choice.variants:
        reference = Resolver.reference(variant.value)
        if reference is not None and variant.pointer in names:
            by_target[reference] = names[variant.pointer]
    mapping: dict[str, Name] = {}
    written_mapping = written.get("mapping")
    for value, target in (written_mapping if isinstance(written_mapping, dict) else {}).items():
        found = _mapped(str(target), by_target)
        if found is None:
            issues.repaired("discriminator-mapping", choice.pointer, f"the mapping of {quoted(value)} names no variant; left out")
        else:
            mapping[value] = found
    for target, name in by_target.items():
        if name not in mapping.values():
            mapping[target.rpartition("/")[2]] = name
    return Discriminator(wire_name=wire_name, mapping=tuple(sorted(mapping.items()))) if mapping else None


def _mapped(target: str, by_target: dict[str, Name]) -> Name | None:
    if target in by_target:
        return by_target[target]
    return next((name for reference, name in by_target.items() if reference.rpartition("/")[2] == target), None)


def variant_words(variant: Place, index: int) -> Words:
    """What a variant is called: its title, what it refers to, or its number."""
    if isinstance(variant.value, dict):
        title = variant.value.get("title")
        if isinstance(title, str) and words_of(title):
            return words_of(title)
        reference = Resolver.reference(variant.value)
        if reference is not None and words_of(reference.rpartition("/")[2]):
            return words_of(reference.rpartition("/")[2])
    return ("option", str(index + 1))


def simplified(variants: list[Type]) -> list[Type]:
    """Single values of one kind are one variant: text can't tell them apart."""
    result: list[Type] = []
    for variant in variants:
        twin = next((index for index, other in enumerate(result) if _same_kind(variant, other)), None)
        if twin is None:
            result.append(variant)
        elif isinstance(variant, Scalar) and result[twin] != variant:
            result[twin] = Scalar(kind=variant.kind)
    return result


def _same_kind(left: Type, right: Type) -> bool:
    return left == right or (isinstance(left, Scalar) and isinstance(right, Scalar) and left.kind == right.kind)
