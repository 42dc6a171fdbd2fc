"""The names lock: every public name of an SDK, kept while the description moves.

A name is made out of a description's words, so a word that changes there would change a program's code. The lock holds the name that each
thing got, by what makes it the same thing on the wire: method and path, location and key, place of its schema. Loading with a lock
gives the known things their known names, and the new ones names that are free. A schema that got another name in the description, or none,
is known by what uses it (``sdkgen/api/successor.py``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from sdkgen.api.kinship import kin
from sdkgen.api.model import EnumMember, EnumType, Field, Location, Name, ObjectType, Parameter
from sdkgen.api.name import Scope, key
from sdkgen.api.rename import Renaming, renamed
from sdkgen.api.successor import KINDS, USES, kinds, successors
from sdkgen.api.uses import uses
from sdkgen.errors import LockError
from sdkgen.source import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sdkgen.api.model import Api, NamedType, Operation, Pointer

_FORMAT = 1
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

Called = TypeVar("Called", Field, EnumMember, Parameter)

Tables = dict[str, dict[str, str]]
"""A table per scope: identity of a thing, and its name's words joined by underscores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesLock:
    """Names by scope and identity."""

    tables: Mapping[str, Mapping[str, str]]

    def under(self, other: NamesLock) -> NamesLock:
        """Both locks as one, in which the other has the last word."""
        scopes = {**self.tables, **other.tables}
        return NamesLock(tables={scope: {**self.tables.get(scope, {}), **other.tables.get(scope, {})} for scope in scopes})

    def text(self) -> bytes:
        """The lock's file: JSON, sorted, one name per line, so that a version control system shows what is new."""
        tables = {scope: dict(sorted(table.items())) for scope, table in sorted(self.tables.items()) if table}
        return (json.dumps({"format": _FORMAT, "names": tables}, indent=1, ensure_ascii=True) + "\n").encode()


NO_LOCK = NamesLock(tables={})


def read_lock(content: bytes, *, source: str = LOCK_FILE) -> NamesLock:
    """A lock out of its file's bytes.

    Raises:
        LockError: it is no names lock, or of a later format.
    """
    try:
        document = json.loads(content)
        names = document["names"]
        sound = document["format"] == _FORMAT and all(
            isinstance(name, str) and _NAME.fullmatch(name) for table in names.values() for name in table.values()
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise LockError("it is no names lock", where=source, advice="restore it, or remove it to begin anew") from error
    if not sound:
        raise LockError("a name in it is none, or its format is not known", where=source, advice="restore it, or remove it to begin anew")
    return NamesLock(tables={scope: dict(table) for scope, table in names.items()})


def route(operation: Operation) -> str:
    """What makes an operation the same one whatever it is called: its method and path, path parameters by place."""
    return f"{operation.method} {_PLACEHOLDER.sub('{}', operation.path)}"


def with_names(api: Api, lock: NamesLock) -> tuple[Api, NamesLock]:
    """An API under the names that a lock holds, and the lock with the names that are new.

    What is gone stays in the lock until its name is given to something else, so that what comes back is called as before.
    """
    keeping = _Keeping(lock)
    routes = _distinct([route(operation) for operation in api.operations])
    # One place may be many types: a property beside a choice is one in each variant.
    places = _distinct([declared.pointer for declared in api.types])
    apart = tuple(_at(declared, place) for declared, place in zip(api.types, places, strict=True))
    types = [(declared.pointer, declared.name) for declared in apart]
    used = uses(api, routes, places)
    known = kin(apart, lock.tables)
    known |= successors(apart, used, lock.tables, known)
    names = Renaming(
        types=dict(zip((name for _, name in types), keeping.names("types", types, known), strict=True)),
        groups=keeping.shared("groups", {operation.group: operation.group for operation in api.operations}),
        messages=keeping.by_old("messages", [(message.pointer, message.name) for message in api.messages]),
        channels=keeping.by_old("channels", [(channel.id, channel.name) for channel in api.channels]),
    )
    called = [*zip(routes, (operation.name for operation in api.operations), strict=True)]
    called += [(f"request {request.id}", request.name) for request in api.requests]
    calls = keeping.names("operations", called)
    operations = tuple(
        replace(operation, name=name, parameters=keeping.parameters(identity, operation))
        for operation, name, identity in zip(api.operations, calls, routes, strict=False)
    )
    requests = tuple(replace(request, name=name) for request, name in zip(api.requests, calls[len(operations) :], strict=True))
    keeping.move(known)
    keeping.tables[USES] = {use.at({}): names.types[use.type].snake() for use in used}
    keeping.tables[KINDS] = kinds(apart)
    inner = tuple(_at(keeping.members(own), declared.pointer) for own, declared in zip(apart, api.types, strict=True))
    return renamed(replace(api, operations=operations, requests=requests, types=inner), names), NamesLock(
        tables={scope: table for scope, table in keeping.tables.items() if table}
    )


def _at(declared: NamedType, place: Pointer) -> NamedType:
    return declared if declared.pointer == place else replace(declared, pointer=place)


def _distinct(identities: Sequence[str]) -> list[str]:
    """Identities of which no two are equal: a second one of the same text says that it is the second."""
    met: dict[str, int] = {}
    result = []
    for identity in identities:
        met[identity] = met.get(identity, 0) + 1
        result.append(identity if met[identity] == 1 else f"{identity} #{met[identity]}")
    return result


class _Keeping:
    """Gives names, scope by scope, and keeps them."""

    def __init__(self, lock: NamesLock) -> None:
        self.tables: Tables = {scope: dict(table) for scope, table in lock.tables.items()}

    def names(self, scope: str, wanted: Sequence[tuple[str, Name]], known: Mapping[str, str] | None = None) -> list[Name]:
        """The names of all things of a scope: the locked ones first, then those that are free.

        Args:
            scope: the table.
            wanted: each thing's identity and natural name.
            known: identities under which things were known before, where those are others.
        """
        table = self.tables.setdefault(scope, {})
        before = known or {}
        scoped = Scope(_word(scope))
        given: dict[int, Name] = {}
        for index, (identity, _) in enumerate(wanted):
            locked = table.get(before.get(identity, identity))
            if locked is not None:
                name = Name(words=tuple(locked.split("_")))
                taken = scoped.take(name.words)
                if taken == name:
                    given[index] = name
        for index, (_, natural) in enumerate(wanted):
            if index not in given:
                given[index] = scoped.take(natural.words)
        self._keep(table, [(identity, given[index]) for index, (identity, _) in enumerate(wanted)], before)
        return [given[index] for index in range(len(wanted))]

    @staticmethod
    def _keep(table: dict[str, str], named: Iterable[tuple[str, Name]], before: Mapping[str, str]) -> None:
        now = {identity: name.snake() for identity, name in named}
        used = {key(name.split("_")) for name in now.values()}
        for identity in [identity for identity, name in table.items() if key(name.split("_")) in used]:
            del table[identity]
        for identity in now:
            table.pop(before.get(identity, identity), None)
        table |= now

    def by_old(self, scope: str, wanted: Sequence[tuple[str, Name]]) -> dict[Name, Name]:
        """Natural names and those that are given."""
        return dict(zip((name for _, name in wanted), self.names(scope, wanted), strict=True)) if wanted else {}

    def shared(self, scope: str, wanted: Mapping[Name, Name]) -> dict[Name, Name]:
        """The same for names that several things share, each known by itself."""
        return self.by_old(scope, [(name.snake(), name) for name in wanted])

    def parameters(self, identity: str, operation: Operation) -> tuple[Parameter, ...]:
        """An operation's parameters under their names."""
        wanted = [
            (f"path:{index}" if each.location is Location.PATH else f"{each.location.value}:{each.wire_name}", each.name)
            for index, each in enumerate(operation.parameters)
        ]
        return _called(operation.parameters, self.names(f"parameters {identity}", wanted)) if wanted else ()

    def members(self, declared: NamedType) -> NamedType:
        """A type with its fields or values under their names."""
        match declared:
            case ObjectType(fields=fields):
                names = self._inside("fields", declared.pointer, [(field.wire_name, field.name) for field in fields])
                called = _called(fields, names)
                return declared if called is fields else replace(declared, fields=called)
            case EnumType(members=members):
                names = self._inside("values", declared.pointer, [(member.value, member.name) for member in members])
                chosen = _called(members, names)
                return declared if chosen is members else replace(declared, members=chosen)
            case _:
                return declared

    def _inside(self, kind: str, pointer: str, wanted: Sequence[tuple[str, Name]]) -> list[Name]:
        return self.names(f"{kind} {pointer}", wanted) if wanted else []

    def move(self, known: Mapping[str, str]) -> None:
        """Move what is known of types' insides to where the types are now."""
        places = [(f"{kind} {new}", f"{kind} {old}") for kind in ("fields", "values") for new, old in known.items()]
        moved = {new: self.tables.get(old, {}) for new, old in places}
        for pair in places:
            for scope in pair:
                self.tables.pop(scope, None)
        self.tables |= moved


def _called(things: tuple[Called, ...], names: Sequence[Name]) -> tuple[Called, ...]:
    """The same things under those names; the very same where none is new."""
    if all(thing.name == name for thing, name in zip(things, names, strict=True)):
        return things
    return tuple(replace(thing, name=name) for thing, name in zip(things, names, strict=True))


def _word(scope: str) -> str:
    """What a name begins with that would begin with a digit."""
    return {"fields": "field", "values": "value", "parameters": "parameter"}.get(scope.partition(" ")[0], scope.rstrip("s"))
