"""One schema out of many: references followed and ``allOf`` merged, so that what a value may be stands in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sdkgen.api.conditional import conditional_schemas
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, same_json
from sdkgen.api.nulls import CHOICES, Nulls, listed_schemas, only_null
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.model import Pointer

STRUCTURE = frozenset(
    (
        "type",
        "properties",
        "patternProperties",
        "additionalProperties",
        "items",
        "prefixItems",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        "format",
        "required",
    )
)
"""Keywords that say what a value is, as opposed to those that talk about it."""

_HOLDING = frozenset(
    ("$ref", "$dynamicRef", "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "items", "prefixItems")
) | frozenset(("additionalItems", "allOf", "oneOf", "anyOf", "required", "if", "then", "else", "dependentSchemas", "dependencies"))
"""Keywords that are gathered, not merely kept."""

_MEANING = ("type", "format", "const")
_DEEPEST_MERGE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One ``oneOf`` or ``anyOf``."""

    pointer: Pointer
    variants: tuple[Place, ...]
    discriminator: JsonValue


@dataclass(slots=True, kw_only=True)
class Flat:
    """What a schema says of its values, gathered from all its parts."""

    key: tuple[Pointer, ...]
    """The places that it was gathered from."""
    keywords: dict[str, JsonValue] = field(default_factory=dict)
    """All that is not gathered below; of several, the outermost."""
    properties: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    required: dict[str, None] = field(default_factory=dict)
    patterns: list[Place] = field(default_factory=list)
    extra: Place | None = None
    closed: bool = False
    items: tuple[Place, ...] = ()
    places: tuple[Place, ...] | None = None
    choices: list[Choice] = field(default_factory=list)
    nullable: bool = False

    @property
    def pointer(self) -> Pointer:
        """Where the schema stands."""
        return self.key[0]


class Flattener:
    """Merges schemas of one document."""

    def __init__(self, components: Iterable[Place], resolver: Resolver, issues: IssueLog, *, siblings: bool) -> None:
        self._resolver = resolver
        self._siblings = siblings
        self._issues = issues
        self._loose: set[Pointer] = set()
        self._nulls = Nulls(components, resolver, issues)

    def admits_null(self, place: Place) -> bool:
        """Whether JSON ``null`` is among a schema's values."""
        return self._nulls.admitted(place)

    def flatten(self, parts: tuple[Place, ...]) -> Flat:
        """Everything that the parts say together."""
        if len(parts) == 1 and isinstance(value := parts[0].value, dict) and not _HOLDING & value.keys():
            # A single value's schema, which most are, has nothing to merge.
            return Flat(key=(parts[0].pointer,), keywords=dict(value), nullable=self._nulls.admitted(parts[0]))
        flat = Flat(key=tuple(part.pointer for part in parts))
        gathered: dict[Pointer, Place] = {}
        for part in parts:
            self._gather(part, flat, (), gathered)
        flat.nullable = all(self._nulls.admitted(part) for part in parts)
        flat.choices = _outermost_first(flat.choices)
        sometimes = [inner for place in gathered.values() for inner in conditional_schemas(place)]
        sometimes += [variant for choice in flat.choices[1:] for variant in choice.variants]
        for place in sometimes:
            self._add_loose(place, flat)
        return flat

    def _add_loose(self, place: Place, flat: Flat) -> None:
        """Add the properties of a schema that holds sometimes, as far as nothing is known of them."""
        if place.pointer in self._loose:
            return
        self._loose.add(place.pointer)
        try:
            inner = self.flatten((place,))
            for variant in inner.choices[0].variants if inner.choices else ():
                self._add_loose(variant, inner)
            for wire_name, parts in inner.properties.items():
                flat.properties.setdefault(wire_name, parts)
        finally:
            self._loose.discard(place.pointer)

    def _gather(self, place: Place, flat: Flat, around: tuple[Pointer, ...], gathered: dict[Pointer, Place]) -> None:
        if place.pointer in around or len(around) > _DEEPEST_MERGE:
            self._issues.refused("cyclic-reference", place.pointer, "a schema is merged into itself through allOf; that part is left out")
            return
        if place.pointer in gathered:
            return
        gathered[place.pointer] = place
        around = (*around, place.pointer)
        if not isinstance(place.value, dict):
            self._refuse_shape(place)
            return
        if not self._siblings and self._resolver.reference(place.value) is not None:
            for member in self._members(place):
                self._gather(member, flat, around, gathered)
            return
        self._gather_keywords(place.value, place.pointer, flat)
        for member in self._members(place):
            self._gather(member, flat, around, gathered)
        self._gather_properties(place.value, place.pointer, flat)
        self._gather_items(place.value, place.pointer, flat)
        for keyword in CHOICES:
            self._gather_choice(place.value, place.pointer, keyword, flat)

    def _members(self, place: Place) -> list[Place]:
        """The schemas that this one includes: what it refers to, then its ``allOf``."""
        members = []
        reference = self._resolver.reference(place.value)
        if reference is not None:
            found = self._resolver.target(reference, place.pointer)
            members += [found] if found is not None else []
        if isinstance(place.value, dict) and "allOf" in place.value and (self._siblings or reference is None):
            members += listed_schemas(place, "allOf", self._issues)
        return members

    def _refuse_shape(self, place: Place) -> None:
        if not isinstance(place.value, bool):
            self._issues.refused("wrong-shape", place.pointer, f"a schema must be an object, not {quoted(place.value)}; it is left out")

    def _gather_keywords(self, schema: dict[str, JsonValue], pointer: Pointer, flat: Flat) -> None:
        for keyword, value in schema.items():
            if keyword not in flat.keywords:
                flat.keywords[keyword] = value
            elif keyword == "enum":
                flat.keywords[keyword] = _common(flat.keywords[keyword], value)
            elif keyword in _MEANING and not same_json(flat.keywords[keyword], value):
                flat.keywords[keyword] = self._narrower(keyword, flat.keywords[keyword], value, pointer)
        required = schema.get("required")
        if isinstance(required, list):
            flat.required.update(dict.fromkeys(name for name in required if isinstance(name, str)))

    def _narrower(self, keyword: str, first: JsonValue, second: JsonValue, pointer: Pointer) -> JsonValue:
        if keyword == "type":
            common = [kind for kind in _kinds(first) if kind in _kinds(second)]
            if common:
                return common[0] if len(common) == 1 else list(common)
            if set(_kinds(first)) | set(_kinds(second)) == {"integer", "number"}:
                return "integer"
        self._issues.noted(
            "conflicting-all-of", join(pointer, keyword), f"{keyword} {quoted(second)} contradicts {quoted(first)}, which is what counts"
        )
        return first

    def _gather_properties(self, schema: dict[str, JsonValue], pointer: Pointer, flat: Flat) -> None:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            for wire_name, value in properties.items():
                own = Place(pointer=join(pointer, "properties", wire_name), value=value)
                others = tuple(part for part in flat.properties.get(wire_name, ()) if part.pointer != own.pointer)
                flat.properties[wire_name] = (own, *others)
        elif properties is not None:
            self._issues.refused("wrong-shape", join(pointer, "properties"), "properties must be an object; it is left out")
        patterns = schema.get("patternProperties")
        if isinstance(patterns, dict):
            flat.patterns += [Place(pointer=join(pointer, "patternProperties", name), value=value) for name, value in patterns.items()]
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and flat.extra is None and extra:
            flat.extra = Place(pointer=join(pointer, "additionalProperties"), value=extra)
        elif extra is False or schema.get("unevaluatedProperties") is False:
            flat.closed = True

    def _gather_items(self, schema: dict[str, JsonValue], pointer: Pointer, flat: Flat) -> None:
        items, prefix = schema.get("items"), schema.get("prefixItems")
        keyword, rest = ("prefixItems", "items") if isinstance(prefix, list) else ("items", "additionalItems")
        places = schema.get(keyword)
        if isinstance(places, list):
            flat.places = flat.places or tuple(Place(pointer=join(pointer, keyword, i), value=item) for i, item in enumerate(places))
            items, keyword = schema.get(rest), rest
        else:
            keyword = "items"
        if isinstance(items, dict) or (items is True and flat.places is None):
            flat.items = (*flat.items, Place(pointer=join(pointer, keyword), value=items))

    def _gather_choice(self, schema: dict[str, JsonValue], pointer: Pointer, keyword: str, flat: Flat) -> None:
        if keyword not in schema:
            return
        place = Place(pointer=pointer, value=schema)
        variants = tuple(variant for variant in listed_schemas(place, keyword, self._issues) if not only_null(variant.value))
        telling = [variant for variant in variants if isinstance(variant.value, dict) and _tells(variant.value)]
        if telling:
            choice = Choice(pointer=join(pointer, keyword), variants=variants, discriminator=schema.get("discriminator"))
            flat.choices.append(choice)


def _outermost_first(choices: list[Choice]) -> list[Choice]:
    """Of several, the one that stands in the schema itself before those that it includes; there, ``oneOf`` before ``anyOf``."""
    if len(choices) < 2:  # noqa: PLR2004 - one needs no order
        return choices
    last = choices[-1].pointer.rpartition("/")[0]
    first = next(choice for choice in choices if choice.pointer.rpartition("/")[0] == last)
    return [first, *(choice for choice in choices if choice is not first)]


def _tells(schema: dict[str, JsonValue]) -> bool:
    """Whether a variant says what a value is; one that only lists required properties does not."""
    return "$ref" in schema or bool((STRUCTURE - {"required"}) & schema.keys()) or not (schema.keys() - {"description", "title"})


def _kinds(value: JsonValue) -> list[str]:
    kinds = value if isinstance(value, list) else [value]
    return [kind for kind in kinds if isinstance(kind, str)]


def _common(first: JsonValue, second: JsonValue) -> JsonValue:
    if not isinstance(first, list) or not isinstance(second, list):
        return first
    common = [value for value in first if any(same_json(value, other) for other in second)]
    return common or first
