"""Named types as TypeScript: an interface or type for the compiler, and a codec for the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, Field, Name, NamedType, ObjectType, Scalar, ScalarKind, UnionType
from sdkgen.api.walk import reachable
from sdkgen.signing.messages import filled_in_messages
from sdkgen.signing.recipe import Carrier
from sdkgen.signing.request import declared_places
from sdkgen.signing.sign import places_made
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import bigint_literal, documentation, json_value, literal
from sdkgen.typescript.walk import object_behind, received_by, sent_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api, Operation
    from sdkgen.signing.recipe import Recipe
    from sdkgen.typescript.module import Module


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """Which types travel to the exchange, and which come from it."""

    sent: frozenset[Name]
    received: frozenset[Name]
    placed: frozenset[tuple[Name, str]]
    """Fields, by type and wire name, that the client fills by itself when it signs."""

    def required(self, owner: Name, field: Field) -> bool:
        """Whether it must be there. Read-only fields are missing from what is sent, write-only ones from what is received."""
        if (owner, field.wire_name) in self.placed:
            return False
        if field.read_only and owner in self.sent:
            return False
        if field.write_only and owner in self.received:
            return False
        return field.required


def directions(api: Api, recipe: Recipe | None, messages: Recipe | None) -> Directions:
    """Follow every operation both ways; ``messages`` is the recipe of requests over streams."""
    named = {each.name: each for each in api.types}
    sent = reachable((each for operation in api.operations for each in sent_by(operation)), named)
    received = reachable((each for operation in api.operations for each in received_by(operation)), named)
    placed = frozenset(each for operation in api.operations if operation.signed for each in _placed(api, operation, recipe))
    return Directions(sent=frozenset(sent), received=frozenset(received), placed=placed | filled_in_messages(api, messages))


def _placed(api: Api, operation: Operation, recipe: Recipe | None) -> Iterator[tuple[Name, str]]:
    if recipe is None or operation.body is None or not operation.body.contents:
        return
    declared = object_behind(api, operation.body.contents[0].type)
    if declared is not None:
        made = places_made(recipe, declared_places(api, operation))
        yield from ((declared.name, placement.name) for placement in made if placement.carrier is Carrier.BODY)


def declaration(declared: NamedType, module: Module, ways: Directions) -> tuple[str, ...]:
    """The lines that declare a type."""
    match declared:
        case ObjectType():
            return _object(declared, module, ways)
        case EnumType():
            return _enum(declared, module)
        case UnionType():
            return _union(declared, module)
        case AliasType():
            return _alias(declared, module)
        case _:
            assert_never(declared)


def _codec_line(declared: NamedType, module: Module, expression: str) -> str:
    names = module.names.types[declared.name]
    codec = module.runtime_type("codecs", "Codec")
    said = f"/** Reads and writes {{@link {names.declared}}}. */"
    return f"{said}\nexport const {names.codec}: {codec}<{names.declared}> = /* @__PURE__ */ {expression};"


def _about(declared: NamedType) -> tuple[str, ...]:
    """What the description says of a type, or else what it is called there."""
    said = documentation(declared.description, deprecated=declared.deprecated)
    return said or documentation(f"{declared.name.pascal()}, of which the description says no more.")


def _object(declared: ObjectType, module: Module, ways: Directions) -> tuple[str, ...]:
    name = module.names.types[declared.name].declared
    properties = [property_name(field.name) for field in declared.fields]
    extra = "extra" if "extra" not in properties else "extra_"
    plain = declared.extra is None and extra == "extra"
    heritage = f" extends {module.runtime_type('objects', 'Extra')}" if plain else ""
    lines = [*_about(declared), f"export interface {name}{heritage} {{"]
    for field in declared.fields:
        mark = "" if ways.required(declared.name, field) else "?"
        lines += documentation(field.description, deprecated=field.deprecated, indent="  ")
        lines.append(f"  readonly {property_name(field.name)}{mark}: {module.type_text(field.type)};")
    if not plain:
        values = module.type_text(declared.extra or Scalar(kind=ScalarKind.ANY))
        lines += ["  /** Keys that the description does not name. */", f"  readonly {extra}?: ReadonlyMap<string, {values}>;"]
    rows = [_row(declared, field, module, ways) for field in declared.fields]
    options = _object_options(declared, module, extra)
    table = "() => []" if not rows else "() => [\n" + "".join(f"  {row},\n" for row in rows) + "]"
    lines += ["}", _codec_line(declared, module, f"{module.runtime('objects', 'object')}({table}{options})")]
    return tuple(lines)


def _row(declared: ObjectType, field: Field, module: Module, ways: Directions) -> str:
    name = property_name(field.name)
    row = [literal(name), module.codec_text(field.type), str(int(ways.required(declared.name, field)))]
    if field.wire_name != name:
        row.append(literal(field.wire_name))
    return f"[{', '.join(row)}]"


def _object_options(declared: ObjectType, module: Module, extra: str) -> str:
    options = []
    if extra != "extra":
        options.append(f"extra: {literal(extra)}")
    if declared.extra is not None:
        options.append(f"extraValues: () => {module.codec_text(declared.extra)}")
    return f", {{ {', '.join(options)} }}" if options else ""


_OPEN = {ScalarKind.STRING: "(string & {})", ScalarKind.INTEGER: "(bigint & {})"}


def _enum(declared: EnumType, module: Module) -> tuple[str, ...]:
    name = module.names.types[declared.name].declared
    values = [_member(declared.kind, member.value, module) for member in declared.members]
    is_literal = declared.kind in _OPEN
    text = " | ".join((*dict.fromkeys(values), _OPEN[declared.kind])) if is_literal and values else module.scalar_type(declared.kind)
    lines = [*_about(declared), f"export type {name} = {text};"]
    members = ", ".join(f"{member.name.pascal()}: {value}" for member, value in zip(declared.members, values, strict=True))
    lines += ["/** The values that the description knows; others are kept. */", f"export const {name} = {{ {members} }} as const;"]
    expression = f"{module.runtime('codecs', 'openEnum')}({module.scalar_codec(declared.kind)}, () => [{', '.join(values)}])"
    return (*lines, _codec_line(declared, module, expression))


def _member(kind: ScalarKind, value: str, module: Module) -> str:
    parsed = json_value(value)
    if kind is ScalarKind.INTEGER and not isinstance(parsed, bool | str | None) and parsed == int(parsed):
        return bigint_literal(parsed)
    return module.value_text(parsed)


def _union(declared: UnionType, module: Module) -> tuple[str, ...]:
    name = module.names.types[declared.name].declared
    text = " | ".join(dict.fromkeys(module.type_text(variant) for variant in declared.variants)) or "never"
    codecs = ", ".join(module.codec_text(variant) for variant in declared.variants)
    table = ""
    if declared.discriminator is not None:
        known = ", ".join(f"[{literal(value)}, {module.named_codec(target)}]" for value, target in declared.discriminator.mapping)
        codec = module.runtime_type("codecs", "AnyCodec")
        table = f", () => ({{ wireName: {literal(declared.discriminator.wire_name)}, variants: new Map<string, {codec}>([{known}]) }})"
    lines = _about(declared)
    expression = f"{module.runtime('objects', 'union')}(() => [{codecs}]{table})"
    return (*lines, f"export type {name} = {text};", _codec_line(declared, module, expression))


def _alias(declared: AliasType, module: Module) -> tuple[str, ...]:
    name = module.names.types[declared.name].declared
    lines = _about(declared)
    expression = f"{module.runtime('codecs', 'lazy')}(() => {module.codec_text(declared.target)})"
    return (*lines, f"export type {name} = {module.type_text(declared.target)};", _codec_line(declared, module, expression))
