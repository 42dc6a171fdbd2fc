"""The named types of an API as the templates show them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    MapOf,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    UnionType,
)
from sdkgen.go.names import Scope, exported
from sdkgen.go.text import comment, quoted, tag
from sdkgen.go.typing import RAW

if TYPE_CHECKING:
    from sdkgen.api.model import Field, Name, Type
    from sdkgen.go.typing import GoTypes, Inline

_METHODS = ("MarshalJSON", "UnmarshalJSON")
_ENUM_MARKERS = {ScalarKind.INTEGER: "numberText", ScalarKind.DECIMAL: "numberText", ScalarKind.ANY: "jsonText"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoField:
    """One line of a struct, with its comment above it."""

    comment: str
    name: str
    type: str
    tag: str
    wire: str = ""
    """The wire name of an argument."""
    optional: bool = False
    """Whether it can be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoConstant:
    """One known value of an enum."""

    name: str
    padded: str
    """The name with spaces up to the block's column."""
    value: str
    again: bool
    """Whether an earlier constant has the same value; Go takes no value twice in a switch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoDeclaration:
    """One type declaration. ``shape`` says which of the other members mean something."""

    name: str
    shape: str
    """``struct``, ``enum`` or ``line``."""
    comment: str
    fields: tuple[GoField, ...] = ()
    underlying: str = ""
    """What stands behind the name: of an enum, or of a ``line`` (with ``= `` for an alias)."""
    marker: str = ""
    """The unexported method by which the runtime knows an enum that is no string on the wire."""
    constants: tuple[GoConstant, ...] = ()
    discriminator: str = ""
    """The two results of a union's ``discriminator`` method, as Go source."""


def declaration(types: GoTypes, named: NamedType) -> GoDeclaration:
    """One named type."""
    match named:
        case ObjectType():
            return _object(types, named)
        case EnumType():
            return _enum(types, named)
        case UnionType():
            return _union(types, named)
        case AliasType():
            return _alias(types, named)
        case _:
            assert_never(named)


def inline_declaration(types: GoTypes, inline: Inline) -> GoDeclaration:
    """A tuple or union that the description gives no name."""
    if isinstance(inline.target, TupleOf):
        text = comment(f"{inline.name} is an array whose places have their own types.")
        return _tuple(types, inline.name, inline.target, text, owner=inline.owner)
    text = comment(f"{inline.name} is one of several answers; exactly one field is set.")
    return GoDeclaration(name=inline.name, shape="struct", comment=text, fields=_variants(types, inline.name, inline.target))


def _documented(name: str, named: NamedType, kind: str) -> str:
    lead = f"{name}: {named.description}" if named.description.strip() else f"{name} is {kind}."
    return comment(lead, "Deprecated: the exchange advises against it." if named.deprecated else "")


def _object(types: GoTypes, named: ObjectType) -> GoDeclaration:
    name = types.names[named.name]
    scope = Scope(_METHODS)
    fields = tuple(_field(types, scope, named.name, each) for each in named.fields)
    extra = RAW if named.extra is None else types.expression(named.extra, hint=f"{name}ExtraValue")
    label = scope.claim("Extra", "Keys")
    kept = GoField(
        comment=comment(f"{label} holds the keys that the description does not name.", indent="\t"),
        name=label,
        type=f"Map[{extra}]",
        tag=tag(("kept", "unknown")),
    )
    return GoDeclaration(name=name, shape="struct", comment=_documented(name, named, "an object"), fields=(*fields, kept))


def _field(types: GoTypes, scope: Scope, owner: Name, each: Field) -> GoField:
    name = scope.claim(exported(each.name), "Field")
    required = each.required and (owner, each.wire_name) not in types.filled
    type_, may = types.member(each.type, required=required, hint=f"{types.names[owner]}{exported(each.name)}", owner=owner)
    pairs = (("wire", each.wire_name), ("may", may)) if may else (("wire", each.wire_name),)
    text = field_comment(name, each.description, deprecated=each.deprecated)
    return GoField(comment=text, name=name, type=type_, tag=tag(*pairs), optional="absent" in may)


def field_comment(name: str, description: str, *, deprecated: bool) -> str:
    """The comment above a struct's field; nothing where there is nothing to say."""
    lead = f"{name}: {description}" if description.strip() else (f"{name} is described no further." if deprecated else "")
    return comment(lead, "Deprecated: the exchange advises against it." if deprecated else "", indent="\t")


def _enum(types: GoTypes, named: EnumType) -> GoDeclaration:
    name = types.names[named.name]
    boolean = named.kind is ScalarKind.BOOLEAN
    constants = [(types.scope.claim(f"{name}{exported(member.name)}", "Value"), _constant(named, member.value)) for member in named.members]
    width = max((len(constant) for constant, _ in constants), default=0)
    values = [value for _, value in constants]
    return GoDeclaration(
        name=name,
        shape="enum",
        comment=_documented(name, named, "one of several known values, or one that the exchange added since"),
        underlying="bool" if boolean else "string",
        marker=_ENUM_MARKERS.get(named.kind, ""),
        constants=tuple(
            GoConstant(name=constant, padded=constant.ljust(width), value=value, again=value in values[:place])
            for place, (constant, value) in enumerate(constants)
        ),
    )


def _constant(named: EnumType, value: str) -> str:
    if named.kind is ScalarKind.BOOLEAN:
        return "true" if value == "true" else "false"
    if named.kind is ScalarKind.STRING:
        return quoted(json.loads(value))
    return quoted(value)


def _union(types: GoTypes, named: UnionType) -> GoDeclaration:
    name = types.names[named.name]
    return GoDeclaration(
        name=name,
        shape="struct",
        comment=_documented(name, named, "one of several types; exactly one field is set"),
        fields=_variants(types, name, named.variants),
        discriminator=_discriminator(named),
    )


def _variants(types: GoTypes, name: str, variants: tuple[Type, ...]) -> tuple[GoField, ...]:
    scope = Scope(_METHODS)
    fields = []
    for place, variant in enumerate(variants):
        inner = types.bare(variant)
        label = scope.claim(_variant_label(types, inner), "Variant")
        expression = types.expression(inner, hint=f"{name}{label}")
        fields.append(GoField(comment="", name=label, type=f"Optional[{expression}]", tag=tag(("variant", str(place)))))
    label = scope.claim("Unknown", "Variant")
    text = comment(f"{label} is a value of a kind that the description does not name.", indent="\t")
    return (*fields, GoField(comment=text, name=label, type=RAW, tag=tag(("kept", "unknown"))))


def _variant_label(types: GoTypes, variant: Type) -> str:
    match variant:
        case Reference(name=name):
            return types.names[name]
        case Scalar(kind=kind):
            return kind.value.capitalize()
        case ListOf():
            return "List"
        case TupleOf():
            return "Tuple"
        case MapOf():
            return "Map"
        case Nullable():
            return "Null"
        case _:
            assert_never(variant)


def _discriminator(named: UnionType) -> str:
    if named.discriminator is None:
        return ""
    places = {variant.name: place for place, variant in enumerate(named.variants) if isinstance(variant, Reference)}
    entries = (f"{quoted(value)}: {places[target]}" for value, target in named.discriminator.mapping if target in places)
    return f"{quoted(named.discriminator.wire_name)}, map[string]int{{{', '.join(entries)}}}"


def _alias(types: GoTypes, named: AliasType) -> GoDeclaration:
    name = types.names[named.name]
    text = _documented(name, named, "a name for what stands behind it")
    match named.target:
        case TupleOf() as target:
            return _tuple(types, name, target, text, owner=named.name)
        case MapOf(values=values) if types.holds_itself(named):
            kept = GoField(
                comment="",
                name="Extra",
                type=f"Map[{types.expression(values, hint=f'{name}Value')}]",
                tag=tag(("kept", "unknown")),
            )
            return GoDeclaration(name=name, shape="struct", comment=text, fields=(kept,))
        case ListOf():
            return GoDeclaration(name=name, shape="line", comment=text, underlying=types.expression(named.target, hint=name))
        case _:
            return GoDeclaration(name=name, shape="line", comment=text, underlying=f"= {types.expression(named.target, hint=name)}")


def _tuple(types: GoTypes, name: str, target: TupleOf, text: str, *, owner: Name | None) -> GoDeclaration:
    places = tuple(
        GoField(
            comment="",
            name=f"Item{place}",
            type=types.expression(item, hint=f"{name}Item{place}", owner=owner),
            tag=tag(("place", str(place))),
        )
        for place, item in enumerate(target.items)
    )
    rest = RAW if target.rest is None else types.expression(target.rest, hint=f"{name}RestItem")
    further = (
        GoField(comment=comment("Rest holds further places.", indent="\t"), name="Rest", type=f"[]{rest}", tag=tag(("rest", "any"))),
        GoField(
            comment=comment("Missing is how many of the last places the array did not have.", indent="\t"),
            name="Missing",
            type="int",
            tag=tag(("missing", "count")),
        ),
    )
    return GoDeclaration(name=name, shape="struct", comment=text, fields=(*places, *further))
