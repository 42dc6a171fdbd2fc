"""Schemas to types: every schema of a description that an operation or a component uses, named where it needs a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api import scalar as scalars
from sdkgen.api.about import about
from sdkgen.api.choice import base_of, discriminator, simplified, variant_words
from sdkgen.api.examples import examples_of
from sdkgen.api.field import fields_of, note_undeclared, nullable, without_null
from sdkgen.api.flat import STRUCTURE, Flat, Flattener
from sdkgen.api.json_text import JsonValue
from sdkgen.api.kind import kinds as kinds_of
from sdkgen.api.model import (
    AliasType,
    Discriminator,
    EnumType,
    ListOf,
    MapOf,
    Name,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)
from sdkgen.api.name import Scope, without_echo
from sdkgen.api.pointer import join
from sdkgen.api.qualifier import unqualified
from sdkgen.api.resolve import Place, Resolver
from sdkgen.api.telling import telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.model import Pointer

ANY = Scalar(kind=ScalarKind.ANY)

Words = tuple[str, ...]


class Schemas:
    """Turns the schemas of one document into types, each once."""

    def __init__(self, components: Sequence[Place], resolver: Resolver, issues: IssueLog, *, siblings: bool) -> None:
        """Name all components first, so that they keep their own words.

        Args:
            components: the schemas that the description itself names.
            resolver: follows references.
            issues: takes flaws.
            siblings: whether what stands beside a ``$ref`` counts (OpenAPI 3.1) or does not (before).
        """
        self._resolver = resolver
        self._issues = issues
        self._siblings = siblings
        self._flattener = Flattener(components, resolver, issues, siblings=siblings)
        self._scope = Scope("type")
        self._components = {place.pointer: place for place in components}
        texts = [place.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~") for place in components]
        self._names = dict(zip(self._components, self._scope.take_all(unqualified(texts)), strict=True))
        self._declared: dict[Name, NamedType] = {}
        self._cache: dict[tuple[Pointer, ...], Type] = {}
        self._open: set[tuple[Pointer, ...]] = set()

    def declare_components(self) -> None:
        """Make the types of all components, used or not."""
        for pointer, place in self._components.items():
            self._declare(place, self._names[pointer])

    def types(self) -> tuple[NamedType, ...]:
        """All named types so far, in order of their names."""
        return tuple(sorted(self._declared.values(), key=lambda declared: declared.name.words))

    def take_name(self, words: Words) -> Name:
        """A name for a type that the caller declares itself."""
        return self._scope.take(words)

    def declare(self, declared: NamedType) -> Reference:
        """Enter a type that the caller made."""
        self._declared[declared.name] = declared
        return Reference(name=declared.name)

    def behind(self, given: Type) -> Type:
        """What a type that is only another name stands for, as far as that is declared."""
        met: set[Name] = set()
        while isinstance(given, Reference) and given.name not in met:
            met.add(given.name)
            declared = self._declared.get(given.name)
            given = declared.target if isinstance(declared, AliasType) else given
        return given

    def type_of(self, place: Place, words: Words) -> Type:
        """The type of a schema where it is used; ``words`` name it if it needs a name and has none."""
        return self._referred(place, words) or self._typed((place,), words)

    def _referred(self, place: Place, words: Words) -> Type | None:
        """The type that a mere reference names, or an ``allOf`` around nothing but one."""
        schema = place.value
        if not isinstance(schema, dict):
            return None
        members = schema.get("allOf")
        if isinstance(members, list) and len(members) == 1 and not (STRUCTURE & schema.keys()) - {"allOf"} and "$ref" not in schema:
            inner = self.type_of(Place(pointer=join(place.pointer, "allOf", 0), value=members[0]), words)
            return nullable(inner) if schema.get("nullable") is True else inner
        if self._resolver.reference(schema) is None or (self._siblings and STRUCTURE & schema.keys()):
            return None
        found = self._resolver.follow(place)
        if found is None:
            return ANY
        inner = self._behind(found, words)
        return nullable(inner) if schema.get("nullable") is True else inner

    def _behind(self, place: Place, words: Words) -> Type:
        if place.pointer not in self._names:
            return self.type_of(place, words)
        reference = Reference(name=self._names[place.pointer])
        return Nullable(inner=reference) if self._flattener.admits_null(place) else reference

    def _typed(self, parts: tuple[Place, ...], words: Words) -> Type:
        key = tuple(part.pointer for part in parts)
        if key in self._cache:
            return self._cache[key]
        if key in self._open:
            self._issues.refused("cyclic-reference", key[0], "a schema without a name contains itself; any value is accepted there")
            return ANY
        self._open.add(key)
        try:
            flat = self._flattener.flatten(parts)
            inner = self._shape(flat, words, None)
            result = nullable(inner) if flat.nullable and inner != ANY else inner
        finally:
            self._open.discard(key)
        self._cache[key] = result
        return result

    def _declare(self, place: Place, name: Name) -> None:
        referred = self._referred(place, name.words)
        if referred is None:
            flat = self._flattener.flatten((place,))
            target = without_null(self._shape(flat, name.words, name))
        else:
            flat = Flat(key=(place.pointer,), keywords=dict(place.value) if isinstance(place.value, dict) else {})
            target = without_null(referred)
        if target != Reference(name=name):
            self._declared[name] = AliasType(
                name=name,
                pointer=place.pointer,
                target=target,
                **about(flat),
                examples=examples_of(flat.keywords, flat.pointer),
            )

    def _named(self, flat: Flat, words: Words, name: Name | None) -> Name:
        """The name that a type declares under; known to references before the type is complete, because it may contain itself."""
        if name is not None:
            return name
        taken = self._scope.take(without_echo(words), words)
        reference = Reference(name=taken)
        self._cache[flat.key] = Nullable(inner=reference) if flat.nullable else reference
        return taken

    def _shape(self, flat: Flat, words: Words, name: Name | None) -> Type:
        """The type without its ``null``; declared under the name where it needs one."""
        if flat.choices:
            return self._choice(flat, words, name)
        kinds = kinds_of(flat, self._issues)
        kind = kinds[0] if len(kinds) == 1 else None
        if kind not in ("array", "object"):
            values = scalars.enum_values(flat, kind, self._issues)
            if values is not None:
                return self._enum(flat, values, kind, words, name)
        return self._several_kinds(flat, kinds, words, name) if len(kinds) > 1 else self._one_kind(flat, kind, words, name)

    def _one_kind(self, flat: Flat, kind: str | None, words: Words, name: Name | None) -> Type:
        match kind:
            case "object":
                return self._object(flat, words, name)
            case "array":
                return self._list(flat, words)
            case None:
                return ANY
            case _:
                return scalars.scalar(scalars.SCALAR_KINDS[kind], flat, self._issues)

    def _object(self, flat: Flat, words: Words, name: Name | None) -> Type:
        extra = self.type_of(flat.extra, (*words, "value")) if flat.extra is not None else None
        patterns = [self.type_of(place, (*words, "value")) for place in flat.patterns]
        if patterns:
            extra = patterns[0] if extra is None and len(set(patterns)) == 1 else ANY
        if not flat.properties and not (flat.closed and not patterns):
            return MapOf(values=extra or ANY)
        own = self._named(flat, words, name)
        note_undeclared(flat, self._issues)
        fields = fields_of(flat, own, self._typed_together)
        return self.declare(
            ObjectType(
                name=own,
                pointer=flat.pointer,
                fields=fields,
                extra=extra,
                closed=flat.closed and extra is None,
                **about(flat),
                examples=examples_of(flat.keywords, flat.pointer),
            )
        )

    def _list(self, flat: Flat, words: Words) -> Type:
        item_words = (*words, "item")
        if flat.places is not None:
            places = tuple(self.type_of(place, (*item_words, str(index + 1))) for index, place in enumerate(flat.places))
            return TupleOf(items=places, rest=self._typed_together(flat.items, item_words) if flat.items else None)
        items = self._typed_together(flat.items, item_words) if flat.items else self._items_beside(flat, item_words)
        return ListOf(
            items=items,
            min_items=scalars.count(flat, "minItems", self._issues),
            max_items=scalars.count(flat, "maxItems", self._issues),
        )

    def _typed_together(self, parts: tuple[Place, ...], words: Words) -> Type:
        told = telling(parts, self._resolver.follow)
        return self.type_of(told[0], words) if len(told) == 1 else self._typed(told, words)

    def _items_beside(self, flat: Flat, words: Words) -> Type:
        """The items of a list that does not say what they are, unless it does so in the wrong place."""
        beside = {word: value for word, value in flat.keywords.items() if word in ("enum", "properties", "required", "format")}
        if flat.properties or "enum" in beside:
            place = Place(pointer=flat.pointer, value=beside)
            if "enum" in beside:
                self._issues.repaired("enum-of-list", join(flat.pointer, "enum"), "a list has allowed values; they are read as its items'")
            return self._shape(self._flattener.flatten((place,)), words, None)
        self._issues.repaired("missing-items", flat.pointer, "a list does not say what its items are; any are accepted")
        return ANY

    def _enum(self, flat: Flat, values: list[JsonValue], kind: str | None, words: Words, name: Name | None) -> Type:
        own = self._named(flat, words, name)
        return self.declare(
            EnumType(
                name=own,
                pointer=flat.pointer,
                kind=scalars.enum_kind(values, kind),
                members=scalars.enum_members(values),
                **about(flat),
            )
        )

    def _several_kinds(self, flat: Flat, kinds: list[str], words: Words, name: Name | None) -> Type:
        variants = []
        for kind in kinds:
            narrowed = Flat(**{slot: getattr(flat, slot) for slot in Flat.__slots__})
            narrowed.key = (*flat.key, join(flat.pointer, "type", kind))
            narrowed.keywords = {**flat.keywords, "type": kind}
            variants.append(self._shape(narrowed, (*words, kind), None))
        return self._union(flat, variants, None, words, name)

    def _choice(self, flat: Flat, words: Words, name: Name | None) -> Type:
        choice = flat.choices[0]
        if len(flat.choices) > 1:
            message = "a schema has several oneOf or anyOf; one is a union, the properties of the others may stand beside"
            self._issues.noted("several-choices", flat.choices[1].pointer, message)
        base = base_of(flat)
        variants: list[Type] = []
        names: dict[str, Name] = {}
        for variant, own_words in zip(choice.variants, variant_words(choice.variants), strict=True):
            own = self._variant(base, variant, (*words, *own_words))
            inner = without_null(own)
            if inner not in variants:
                variants.append(inner)
            if isinstance(inner, Reference):
                names[variant.pointer] = inner.name
        own_discriminator = discriminator(choice, names, self._issues)
        return self._union(flat, variants, own_discriminator, words, name)

    def _variant(self, base: Place | None, variant: Place, words: Words) -> Type:
        return self.type_of(variant, words) if base is None else self._typed((variant, base), words)

    def _union(self, flat: Flat, variants: list[Type], discriminator: Discriminator | None, words: Words, name: Name | None) -> Type:
        simple = simplified(variants)
        if not simple:
            return ANY
        if len(simple) == 1:
            return simple[0]
        own = self._named(flat, words, name)
        return self.declare(
            UnionType(
                name=own,
                pointer=flat.pointer,
                variants=tuple(simple),
                discriminator=discriminator,
                **about(flat),
                examples=examples_of(flat.keywords, flat.pointer),
            )
        )
