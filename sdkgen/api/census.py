"""Counting what a description declares, without looking at the model: what the model's own counts are checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.conditional import conditional_schemas
from sdkgen.api.lookup import Index
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place, Resolver
from sdkgen.api.telling import telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
"""The methods that a path item may describe (OpenAPI 3.2 adds ``query``)."""

_DEEPEST_MERGE = 64
_HOLDING = frozenset(
    ("$ref", "$dynamicRef", "properties", "patternProperties", "additionalProperties", "items", "prefixItems", "additionalItems")
) | frozenset(("allOf", "oneOf", "anyOf", "if", "then", "else", "dependentSchemas", "dependencies"))
"""Keywords under which other schemas stand."""

Parts = tuple[Place, ...]


def declared_operations(root: dict[str, JsonValue]) -> int:
    """How many operations stand under ``paths``. A path item that stands elsewhere counts as one that is missing."""
    paths = root.get("paths")
    entries = paths.items() if isinstance(paths, dict) else ()
    return sum(_methods(root, item) for path, item in entries if not path.startswith("x-"))


def _methods(root: dict[str, JsonValue], item: JsonValue) -> int:
    place = Census(root, siblings=False).landing(Place(pointer="", value=item))
    if place is None:
        return 1
    return sum(1 for _ in operation_places(place))


def operation_places(item: Place) -> Iterator[tuple[Place, str]]:
    """The operations of a path item with their methods, those of OpenAPI 3.2's ``additionalOperations`` too."""
    for method, value in item.value.items() if isinstance(item.value, dict) else ():
        if method.lower() in METHODS:
            yield Place(pointer=join(item.pointer, method), value=value), method
    more = _get(item.value, "additionalOperations")
    for method, value in more.items() if isinstance(more, dict) else ():
        yield Place(pointer=join(item.pointer, "additionalOperations", method), value=value), method


def declared_fields(root: dict[str, JsonValue], *, swagger: bool, siblings: bool) -> int:
    """How many properties the objects have that a description's components and operations name or hold.

    Every schema counts once, where it stands, with the properties that ``allOf`` gives it; each variant of a choice counts with
    the properties that stand beside the choice.
    """
    census = Census(root, siblings=siblings)
    components = root.get("definitions") if swagger else _get(root.get("components"), "schemas")
    prefix = "/definitions" if swagger else "/components/schemas"
    for name, value in (components if isinstance(components, dict) else {}).items():
        census.count((Place(pointer=join(prefix, name), value=value),))
    for place in _operation_places(root, census):
        census.count_around(place, swagger=swagger)
    return census.fields


def _operation_places(root: dict[str, JsonValue], census: Census) -> Iterator[Place]:
    paths = root.get("paths")
    for path, value in (paths if isinstance(paths, dict) else {}).items():
        item = census.landing(Place(pointer=join("/paths", path), value=value))
        if item is None or path.startswith("x-"):
            continue
        for operation, _ in operation_places(item):
            yield Place(pointer=join(item.pointer, "parameters"), value=_get(item.value, "parameters"))
            yield operation


def _get(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None


class Census:
    """The properties seen so far."""

    def __init__(self, root: dict[str, JsonValue], *, siblings: bool) -> None:
        self.fields = 0
        self._index = Index(root)
        self._siblings = siblings
        self._counted: set[tuple[Pointer, ...]] = set()
        self._forms: set[Pointer] = set()

    def landing(self, place: Place) -> Place | None:
        """Where a chain of references ends; ``None`` where it does not end in this document."""
        for _ in range(64):
            reference = Resolver.reference(place.value)
            if reference is None:
                return place
            found = self._target(reference)
            if found is None:
                return None
            place = found
        return None

    def _target(self, reference: str) -> Place | None:
        found = self._index.find(reference)
        return Place(pointer=found.pointer, value=found.value) if found is not None else None

    def count_around(self, operation: Place, *, swagger: bool) -> None:
        """Count the schemas of an operation: its parameters', body's and answers' (or those of a path's common parameters)."""
        if isinstance(operation.value, list):
            self._parameters(operation, swagger=swagger)
            return
        self._parameters(Place(pointer=join(operation.pointer, "parameters"), value=_get(operation.value, "parameters")), swagger=swagger)
        self._carrier(Place(pointer=join(operation.pointer, "requestBody"), value=_get(operation.value, "requestBody")))
        answers = _get(operation.value, "responses")
        for status, value in (answers if isinstance(answers, dict) else {}).items():
            if not status.startswith("x-"):
                self._carrier(Place(pointer=join(operation.pointer, "responses", status), value=value))

    def _parameters(self, place: Place, *, swagger: bool) -> None:
        form = 0
        for index, value in enumerate(place.value if isinstance(place.value, list) else []):
            landed = self.landing(Place(pointer=join(place.pointer, index), value=value))
            if landed is not None:
                self._carrier(landed)
                form += swagger and _get(landed.value, "in") == "formData"
        if place.pointer not in self._forms:
            self.fields += form
            self._forms.add(place.pointer)

    def _carrier(self, place: Place) -> None:
        landed = self.landing(place)
        if landed is None or not isinstance(landed.value, dict):
            return
        if "schema" in landed.value:
            self.count((Place(pointer=join(landed.pointer, "schema"), value=landed.value["schema"]),))
        content = landed.value.get("content")
        for media_type, value in (content if isinstance(content, dict) else {}).items():
            media = self.landing(Place(pointer=join(landed.pointer, "content", media_type), value=value))
            for keyword in ("schema", "itemSchema"):
                if media is not None and isinstance(media.value, dict) and keyword in media.value:
                    self.count((Place(pointer=join(media.pointer, keyword), value=media.value[keyword]),))

    def count(self, parts: Parts) -> None:
        """Count a schema, or several that hold together, and all that stand in them."""
        pending = [parts]
        while pending:
            own = self._behind(pending.pop())
            if len(own) == 1 and isinstance(own[0].value, dict) and not _HOLDING & own[0].value.keys():
                continue  # a single value's schema, which most are, holds nothing to count
            key = tuple(part.pointer for part in own)
            if own and key not in self._counted:
                self._counted.add(key)
                pending += self._count_one(own)

    def _behind(self, parts: Parts) -> Parts:
        """A schema that is nothing but another one in its place gives way to that one; one that is nothing but itself holds nothing."""
        met: set[Pointer] = set()
        while len(parts) == 1:
            if parts[0].pointer in met:
                return ()
            met.add(parts[0].pointer)
            inner = self._only_inner(parts[0])
            if inner is None:
                return parts
            parts = inner
        return parts

    def _only_inner(self, place: Place) -> Parts | None:
        members = _get(place.value, "allOf")
        if Resolver.reference(place.value) is not None and not (self._siblings and self._says_more(place.value, ())):
            landed = self.landing(place)
            return (landed,) if landed is not None else ()
        if isinstance(members, list) and len(members) == 1 and not self._says_more(place.value, ("allOf",)):
            return (Place(pointer=join(place.pointer, "allOf", 0), value=members[0]),)
        return None

    @staticmethod
    def _says_more(schema: JsonValue, but: tuple[str, ...]) -> bool:
        words = ("type", "properties", "additionalProperties", "patternProperties", "items", "prefixItems", "allOf", "oneOf", "anyOf")
        more = (*words, "enum", "const", "format", "required", "$ref")
        return isinstance(schema, dict) and any(word in schema for word in more if word not in but and (but or word != "$ref"))

    def _count_one(self, parts: Parts) -> list[Parts]:
        levels = list(self._levels(parts, 0, set()))
        properties, variants = self._properties(levels, set())
        inner = [telling(together, self.landing) for together in properties.values()]
        inner += [(place,) for level in levels for place in _inner_places(level)]
        together = tuple(place for level in levels for place in _items(level))
        inner += [telling(together, self.landing)] if together else []
        if variants is None:
            self.fields += len(properties)
            return inner
        if not properties:
            return [*inner, *((variant,) for variant in variants)]
        base = Place(pointer=parts[0].pointer, value={"properties": {name: members[0].value for name, members in properties.items()}})
        return [(variant, base) for variant in variants] + inner

    def _properties(self, levels: list[Place], met: set[Pointer]) -> tuple[dict[str, Parts], Parts | None]:
        """The properties that a value may have, and the variants of its choice.

        Those that it has sometimes are among them: by ``if`` and its like, and by choices beyond the first.
        """
        properties: dict[str, Parts] = {}
        for level in levels:
            for wire_name, value in _entries(level, "properties"):
                properties[wire_name] = (value, *(part for part in properties.get(wire_name, ()) if part.pointer != value.pointer))
        choices = [found for level in reversed(levels) for found in _choices(level)]
        sometimes = [place for level in levels for place in conditional_schemas(level)]
        sometimes += [variant for choice in choices[1:] for variant in choice]
        for place in sometimes:
            for wire_name, own in self._loose(place, met).items():
                properties.setdefault(wire_name, own)
        return properties, choices[0] if choices else None

    def _loose(self, place: Place, met: set[Pointer]) -> dict[str, Parts]:
        """The properties of a schema that holds sometimes, and of its variants."""
        if place.pointer in met:
            return {}
        met = {*met, place.pointer}
        properties, variants = self._properties(list(self._levels((place,), 0, set())), met)
        for variant in variants or ():
            for wire_name, own in self._loose(variant, met).items():
                properties.setdefault(wire_name, own)
        return properties

    def _levels(self, parts: Parts, depth: int, met: set[Pointer]) -> Iterator[Place]:
        """Everything that holds together for one value, the included before what includes it, each once."""
        for part in parts:
            if part.pointer in met or not isinstance(part.value, dict) or depth > _DEEPEST_MERGE:
                continue
            met.add(part.pointer)
            reference = Resolver.reference(part.value)
            target = self._target(reference) if reference is not None else None
            if target is not None:
                yield from self._levels((target,), depth + 1, met)
            if reference is not None and not self._siblings:
                continue
            members = part.value.get("allOf")
            inner = (
                [Place(pointer=join(part.pointer, "allOf", index), value=value) for index, value in enumerate(members or ())]
                if isinstance(members, list)
                else []
            )
            yield from self._levels(tuple(inner), depth + 1, met)
            yield part


def _entries(level: Place, keyword: str) -> Iterator[tuple[str, Place]]:
    entries = _get(level.value, keyword)
    for name, value in (entries if isinstance(entries, dict) else {}).items():
        yield name, Place(pointer=join(level.pointer, keyword, name), value=value)


def _inner_places(level: Place) -> Iterator[Place]:
    """The schemas inside one that are neither properties nor the items of a list."""
    yield from (place for _, place in _entries(level, "patternProperties"))
    extra = _get(level.value, "additionalProperties")
    if isinstance(extra, dict) and extra:
        yield Place(pointer=join(level.pointer, "additionalProperties"), value=extra)
    for keyword in ("prefixItems", "items"):
        several = _get(level.value, keyword)
        for index, value in enumerate(several if isinstance(several, list) else []):
            yield Place(pointer=join(level.pointer, keyword, index), value=value)


def _items(level: Place) -> Iterator[Place]:
    for keyword in ("items", "additionalItems"):
        value = _get(level.value, keyword)
        if isinstance(value, dict):
            yield Place(pointer=join(level.pointer, keyword), value=value)


def _choices(level: Place) -> Iterator[Parts]:
    """The variants of each choice whose variants say more than which properties are required."""
    for keyword in ("oneOf", "anyOf"):
        written = _get(level.value, keyword)
        variants = tuple(
            Place(pointer=join(level.pointer, keyword, index), value=value)
            for index, value in enumerate(written if isinstance(written, list) else [])
            if _get(value, "type") not in ("null", ["null"])
        )
        if any(not isinstance(place.value, dict) or place.value.keys() - {"required", "description", "title"} for place in variants):
            yield variants
