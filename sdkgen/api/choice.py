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


def variant_words(variants: tuple[Place, ...]) -> tuple[Words, ...]:
    """What variants are called: a title, what is referred to, the value or the only property that tells one apart, or a number."""
    alone = [_only_property(variant.value) for variant in variants]
    return tuple(
        _said(variant.value) or (own if own and alone.count(own) == 1 else ("option", str(index + 1)))
        for index, (variant, own) in enumerate(zip(variants, alone, strict=True))
    )


def _said(variant: JsonValue) -> Words:
    """The words of a variant's title or reference, or of a property's one allowed value: ``{type: {const: limit}}``."""
    if not isinstance(variant, dict):
        return ()
    title, reference, properties = variant.get("title"), Resolver.reference(variant), variant.get("properties")
    texts = [title, reference.rpartition("/")[2] if reference is not None else None]
    texts += [_one_value(value) for value in properties.values()] if isinstance(properties, dict) else []
    told = (words_of(text) for text in texts if isinstance(text, str))
    return next((words for words in told if words), ())


def _one_value(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict):
        return None
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    return allowed[0] if isinstance(allowed, list) and len(allowed) == 1 else None


def _only_property(variant: JsonValue) -> Words:
    """``{limit: {…}}``: a variant that is told by its key."""
    properties = variant.get("properties") if isinstance(variant, dict) else None
    return words_of(next(iter(properties))) if isinstance(properties, dict) and len(properties) == 1 else ()


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
