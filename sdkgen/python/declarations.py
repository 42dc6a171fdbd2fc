"""Named types as Python: a class for an object or enum, an alias and a codec for everything else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, Field, ListOf, Name, NamedType, ObjectType, Reference, ScalarKind, UnionType
from sdkgen.api.walk import parts, references
from sdkgen.python.module import Module, allows_null
from sdkgen.python.names import constant_name, field_name, is_plain_boolean
from sdkgen.python.text import docstring, literal, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BASES = {
    ScalarKind.STRING: "OpenText",
    ScalarKind.INTEGER: "OpenInteger",
    ScalarKind.DECIMAL: "OpenDecimal",
    ScalarKind.ANY: "OpenValue",
}


def in_order(names: tuple[Name, ...], declared: Mapping[Name, NamedType]) -> tuple[Name, ...]:
    """The names with what a type is made of before the type itself, as far as types don't contain each other."""
    ordered: dict[Name, None] = {}
    mine = frozenset(names)
    for root in names:
        # A stack instead of recursion: descriptions nest deeper than Python does.
        waiting: list[tuple[Name, bool]] = [(root, False)]
        open_: set[Name] = set()
        while waiting:
            name, done = waiting.pop()
            if done:
                ordered.setdefault(name)
            elif name not in ordered and name not in open_:
                open_.add(name)
                waiting.append((name, True))
                inner = [each for part in parts(declared[name]) for each in references(part)]
                waiting += [(each, False) for each in reversed(inner) if each in mine]
    return tuple(ordered)


def declaration(named: NamedType, module: Module, managed: frozenset[str]) -> str:
    """The source of a type. ``managed`` are fields that the client fills when it signs, so that nobody has to give them."""
    match named:
        case ObjectType():
            lines = _object(named, module, managed)
        case EnumType():
            lines = _boolean(named, module) if is_plain_boolean(named) else _enum(named, module)
        case UnionType():
            lines = _union(named, module)
        case AliasType():
            lines = _alias(named, module)
        case _:
            assert_never(named)
    text = "\n".join(lines)
    module.written.add(named.name)
    return text


def _about(named: NamedType, otherwise: str) -> str:
    described = one_line(named.description)
    return docstring(f"Deprecated. {described}" if named.deprecated else described) or docstring(otherwise)


def _object(named: ObjectType, module: Module, managed: frozenset[str]) -> Iterator[str]:
    base = "Model" if named.extra is None else "Record"
    yield f"class {module.names.types[named.name].declared}({module.uses(base)}):"
    yield f"    {_about(named, f'{named.name.pascal()}.')}"
    yield ""
    for each in named.fields:
        yield from _field(each, module, managed)
    if named.extra is not None:
        module.abc.add("Mapping")
        declared = f"{module.uses('extra')}({module.codec(named.extra)}, default={{}})"
        yield f"    extra: Mapping[str, {module.annotation(named.extra)}] = {declared}"


def _field(each: Field, module: Module, managed: frozenset[str]) -> Iterator[str]:
    annotation = module.annotation(each.type)
    # What only one direction carries is absent in the other.
    required = each.required and not each.read_only and not each.write_only and each.wire_name not in managed
    default = ""
    if not required and allows_null(each.type, module.declared):
        annotation += f" | {module.uses('Unset')}"
        default = f", default={module.uses('UNSET')}"
    elif not required:
        annotation += " | None"
        default = ", default=None"
    codec = module.codec(each.type)
    yield f"    {field_name(each.name)}: {annotation} = {module.uses('field')}({literal(each.wire_name)}, {codec}{default})"
    about = docstring(f"Deprecated. {each.description}" if each.deprecated else each.description)
    if about:
        yield f"    {about}"


def _enum(named: EnumType, module: Module) -> Iterator[str]:
    declared = module.names.types[named.name].declared
    yield f"class {declared}({module.uses(_BASES[named.kind])}):"
    yield f"    {_about(named, f'{named.name.pascal()}. Values that are not named here are kept as well.')}"
    yield ""
    for member in named.members:
        module.typing.add("ClassVar")
        yield f"    {constant_name(member.name)}: ClassVar[{declared}] = {module.uses('known')}({_value(member.value, named.kind, module)})"


def _value(text: str, kind: ScalarKind, module: Module) -> str:
    return value_literal(Decimal(text) if kind is ScalarKind.DECIMAL else json.loads(text, parse_float=Decimal), module)


def value_literal(value: object, module: Module) -> str:
    """A JSON value as a Python expression."""
    match value:
        case str():
            return literal(value)
        case Decimal():
            module.decimal = True
            return f"Decimal({literal(str(value))})"
        case list():
            return f"[{', '.join(value_literal(item, module) for item in value)}]"
        case dict():
            return "{" + ", ".join(f"{literal(str(key))}: {value_literal(item, module)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def _boolean(named: EnumType, module: Module) -> Iterator[str]:
    yield from _aliased(named, "bool", module.uses("BOOLEAN"), module)


def _alias(named: AliasType, module: Module) -> Iterator[str]:
    yield from _aliased(named, module.annotation(named.target), module.codec(named.target), module)


def _union(named: UnionType, module: Module) -> Iterator[str]:
    annotation = " | ".join(dict.fromkeys(module.annotation(variant) for variant in named.variants))
    codec = ", ".join(module.codec(variant) for variant in named.variants)
    if named.discriminator is not None:
        told = ", ".join(f"{literal(word)}: {module.codec(Reference(name=name))}" for word, name in named.discriminator.mapping)
        codec += f", by={literal(named.discriminator.wire_name)}, told={{{told}}}"
    yield from _aliased(named, annotation, f"{module.uses('OneOf')}({codec})", module)


def _aliased(named: NamedType, annotation: str, codec: str, module: Module) -> Iterator[str]:
    module.typing.add("TypeAlias")
    names = module.names.types[named.name]
    yield f'{names.declared}: TypeAlias = "{annotation}"'
    about = _about(named, "")
    if about:
        yield about
    yield f"{names.codec}: {module.uses('Codec')} = {codec}"


def binary_fields(named: NamedType | None) -> tuple[str, ...]:
    """The fields of an object that are bytes, or lists of bytes."""
    if not isinstance(named, ObjectType):
        return ()
    return tuple(each.wire_name for each in named.fields if _is_binary(each.type))


def _is_binary(given: object) -> bool:
    if isinstance(given, ListOf):
        return _is_binary(given.items)
    return getattr(getattr(given, "inner", given), "kind", None) is ScalarKind.BINARY
