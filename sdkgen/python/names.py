"""What everything is called in Python, and in which module it stands."""

from __future__ import annotations

import builtins
import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import (
    Api,
    Channel,
    ChannelParameter,
    EnumType,
    Name,
    NamedType,
    ObjectType,
    Parameter,
    Reference,
)
from sdkgen.api.walk import operation_types, reachable
from sdkgen.python.runtime import declare

if TYPE_CHECKING:
    from collections.abc import Mapping

STREAMS = "_streams"
"""The module of the channels, and of the types that only they use."""
SHARED = "_shared"
"""The module of the types that no group has for itself."""

_ANNOTATIONS = frozenset({"bool", "bytes", "dict", "int", "list", "str", "tuple"})
"""Builtins that annotations in the same class name."""
_TYPES_TAKEN = (
    frozenset(declare.__all__) | {"Decimal", "Mapping", "Sequence", "TypeAlias", "ClassVar", "TYPE_CHECKING"} | frozenset(dir(builtins))
)
_FIELDS_TAKEN = frozenset({"extra", "field", "from_json", "to_json", "replace"}) | _ANNOTATIONS
_FILES_TAKEN = frozenset({"aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))})
"""Names that Windows gives no file."""
_CLIENT_TAKEN = frozenset({"close", "property", "raw", "request", "streams", "sync_clock", "with_timeout"}) | _ANNOTATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeName:
    """A declared type."""

    declared: str
    """The class or alias."""
    codec: str
    """What reads and writes it: the class itself, or a constant beside an alias."""
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """A group of operations."""

    attribute: str
    """On the client."""
    declared: str
    """The class."""
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All names of one SDK."""

    types: Mapping[Name, TypeName]
    groups: Mapping[Name, GroupName]


def allotted(api: Api) -> Names:
    """Name everything."""
    groups: dict[Name, GroupName] = {}
    modules = _modules(api)
    types = {}
    types_taken = _TYPES_TAKEN | ({"Streams"} if api.channels else set())
    for each in api.types:
        declared = each.name.pascal() + ("_" if each.name.pascal() in types_taken or not each.name.pascal().isidentifier() else "")
        own = isinstance(each, ObjectType | EnumType) and not is_plain_boolean(each)
        codec = declared if own else f"{each.name.snake().upper()}_CODEC"
        types[each.name] = TypeName(declared=declared, codec=codec, module=modules[each.name])
    taken = {each.declared for each in types.values()} | _TYPES_TAKEN
    for operation in api.operations:
        if operation.group not in groups:
            groups[operation.group] = _group(operation.group, taken)
    return Names(types=types, groups=groups)


def is_plain_boolean(named: NamedType) -> bool:
    """Whether the type is an enum of booleans, which Python can't derive from: it is an alias of ``bool``."""
    return isinstance(named, EnumType) and named.kind.value == "boolean"


def _group(name: Name, taken: set[str] | frozenset[str]) -> GroupName:
    declared = name.pascal() + "Api"
    while declared in taken or f"Async{declared}" in taken:
        declared += "_"
    return GroupName(attribute=_free(name.snake(), _CLIENT_TAKEN), declared=declared, module=_free(name.snake(), _FILES_TAKEN))


def field_name(name: Name) -> str:
    """An attribute of a model."""
    return _free(name.snake(), _FIELDS_TAKEN)


def parameter_name(name: Name) -> str:
    """An argument of a method."""
    return _free(name.snake(), frozenset({"self"}))


def method_name(name: Name) -> str:
    """A method of a group."""
    return _free(name.snake(), _ANNOTATIONS)


def iterator_name(name: Name, others: frozenset[str]) -> str:
    """The method that walks through an operation's pages; ``others`` are the methods of its group."""
    iterator = f"iter_{name.snake()}"
    while iterator in others:
        iterator += "_"
    return iterator


def channel_method(name: Name) -> str:
    """The method that subscribes to a channel."""
    return _free(name.snake(), frozenset({"book", "end_all"}) | _ANNOTATIONS)


def channel_argument(name: Name) -> str:
    """An argument of a method that subscribes."""
    return _free(name.snake(), frozenset({"self", "capacity", "overflow", "body"}))


def constant_name(name: Name) -> str:
    """A value of an enum."""
    return name.snake().upper()


def _free(word: str, taken: frozenset[str]) -> str:
    return f"{word}_" if keyword.iskeyword(word) or word in taken else word


def channel_arguments(channel: Channel) -> tuple[ChannelParameter | Parameter, ...]:
    """Everything that a channel is opened with."""
    return (*channel.parameters, *channel.query, *channel.headers)


def _modules(api: Api) -> dict[Name, str]:
    """A type that only one group reaches stands beside that group's operations; all others are shared.

    So shared types only ever refer to shared ones, and no two modules import each other.
    """
    declared = {each.name: each for each in api.types}
    users: dict[Name, set[str]] = {name: set() for name in declared}
    for group in dict.fromkeys(operation.group for operation in api.operations):
        roots = [root for operation in api.operations if operation.group == group for root in operation_types(operation)]
        for name in reachable(roots, declared):
            users[name].add(_free(group.snake(), _FILES_TAKEN))
    spoken = [each.type for each in api.messages] + [each.type for channel in api.channels for each in channel_arguments(channel)]
    for name in reachable(spoken, declared):
        users[name].add(STREAMS)
    unused = [Reference(name=name) for name, groups in users.items() if not groups]
    for name in reachable(unused, declared):
        users[name].add(SHARED)
    return {name: next(iter(groups)) if len(groups) == 1 else SHARED for name, groups in users.items()}
