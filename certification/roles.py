"""Whether what a profile says of operations is there in the description: every operation, argument's place and answer's place.

A place that is misspelt would only ever show as something that was not observed. Here it is a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from certification.evidence.places import HEADER, Step, StepKind, steps
from certification.profile import Role, Trading
from sdkgen.api.model import (
    AliasType,
    Api,
    EnumType,
    ListOf,
    Location,
    MapOf,
    Nullable,
    ObjectType,
    Operation,
    Parameter,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)
from sdkgen.behaviour import Behaviour, Paging
from sdkgen.signing.recipe import Recipe, managed_parameters

_UNTOLD = Scalar(kind=ScalarKind.ANY)
_NAME = Scalar(kind=ScalarKind.STRING)
_CARRIERS = {"path": Location.PATH, "query": Location.QUERY, "header": Location.HEADER, "cookie": Location.COOKIE}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFault:
    """One thing that a role says and the description does not bear out."""

    role: str
    sentence: str


def role_faults(trading: Trading, api: Api, recipe: Recipe | None) -> tuple[RoleFault, ...]:
    """What is wrong with the roles, in their order; empty where every operation and place is described.

    An answer that the description leaves open (no schema, any value, a map) holds any place.
    """
    operations = {operation.id: operation for operation in api.operations}
    found: list[RoleFault] = []
    for name, role in trading.roles.items():
        operation = operations.get(role.operation)
        if operation is None:
            found.append(RoleFault(role=name, sentence=f"the description has no operation {role.operation}"))
            continue
        held = _Held(api, operation, recipe)
        found += (RoleFault(role=name, sentence=sentence) for sentence in (*held.asked(role), *held.answered(role)))
    return tuple(found)


def behaviour_faults(behaviour: Behaviour, api: Api) -> tuple[RoleFault, ...]:
    """What the behaviour says of answers and the description does not bear out: the clock's place, a page's items and its next.

    Operations and arguments are ``sdkgen.behaviour_check``'s.
    """
    places = [("clock", behaviour.clock.operation, behaviour.clock.place)] if behaviour.clock is not None else []
    for name, paging in behaviour.paging.items():
        within = f"{paging.items}[].{paging.next}" if paging.kind is Paging.LAST else paging.next
        places += [(f"paging of {name}", name, place) for place in (f"{paging.items}[]", within) if place]
    operations = {operation.id: operation for operation in api.operations}
    return tuple(
        RoleFault(role=what, sentence=f"the answer of {name} has nothing at {place}")
        for what, name, place in places
        if name in operations and not _Held(api, operations[name], None).holds(place)
    )


class _Held:
    """One operation that a role is held against."""

    def __init__(self, api: Api, operation: Operation, recipe: Recipe | None) -> None:
        self._api = api
        self._operation = operation
        self._recipe = recipe

    def asked(self, role: Role) -> Iterator[str]:
        """What is wrong with arguments and constants."""
        places = {f"argument {name}": place for name, place in role.arguments.items()}
        places |= {f"constant {place}": place for place in role.constants}
        for what, place in places.items():
            if not self._types_at(place):
                yield f"{what}: {self._operation.id} takes nothing at {place}"
        for name, place in role.arguments.items():
            for word in role.values.get(name, {}).values():
                yield from self._refused(f"argument {name}", place, word)
        for place, text in role.constants.items():
            yield from self._refused("constant", place, text)
        given = {*role.arguments.values(), *role.constants}
        for needed in self._needed():
            if not any(place == needed or place.startswith(f"{needed}.") for place in given):
                yield f"{self._operation.id} needs {needed}, and the role gives nothing for it"

    def answered(self, role: Role) -> Iterator[str]:
        """What is wrong with the answer's fields."""
        for name, place in role.fields.items():
            if not name.startswith(HEADER) and not self.holds(place):
                yield f"field {name}: the answer of {self._operation.id} has nothing at {place}"

    def holds(self, place: str) -> bool:
        """Whether the answer of a call that succeeded may have something there; headers need not be described."""
        if place.startswith(HEADER):
            return True
        answer = self._operation.success()
        types = tuple(content.type for content in answer.contents) if answer else ()
        return bool(self._walked(types or (_UNTOLD,), steps(place)))

    def _types_at(self, place: str) -> tuple[Type, ...]:
        carrier, _, name = place.partition(".")
        if carrier == "body":
            body = self._operation.body
            return self._walked(tuple(content.type for content in body.contents), steps(name)) if body else ()
        return tuple(parameter.type for parameter in self._operation.parameters if _is_at(parameter, carrier, name))

    def _refused(self, what: str, place: str, text: str) -> Iterator[str]:
        """Whether the place takes only certain words, and this is none of them."""
        types = self._types_at(place)
        enums = [kind for kind in self._plain(types) if isinstance(kind, EnumType)]
        if types and len(enums) == len(self._plain(types)) and not any(text in _words(kind) for kind in enums):
            yield f"{what}: {self._operation.id} does not take {text} at {place}"

    def _needed(self) -> Iterator[str]:
        managed = managed_parameters(self._recipe, self._operation)
        for parameter in self._operation.parameters:
            if parameter.required and parameter.default is None and (parameter.location, parameter.wire_name) not in managed:
                yield f"{parameter.location.value}.{parameter.wire_name}"
        placed = {placement.name for placement in self._recipe.placements if placement.carrier.value == "body"} if self._recipe else set()
        body = self._operation.body
        for kind in self._plain((body.contents[0].type,)) if body and body.contents else ():
            if isinstance(kind, ObjectType):
                yield from (f"body.{field.wire_name}" for field in kind.fields if field.required and field.wire_name not in placed)

    def _walked(self, types: tuple[Type, ...], todo: tuple[Step, ...]) -> tuple[Type, ...]:
        """What may stand at the end of the steps; empty where nothing can."""
        for step in todo:
            types = tuple(inner for kind in self._plain(types) for inner in self._stepped(kind, step))
        return types

    def _plain(self, types: tuple[Type, ...]) -> tuple[Type | ObjectType | EnumType, ...]:
        """The types themselves, without names, nulls and choices around them."""
        plain: list[Type | ObjectType | EnumType] = []
        for kind in types:
            match kind:
                case Nullable(inner=inner):
                    plain += self._plain((inner,))
                case Reference(name=name):
                    plain += self._named(name)
                case _:
                    plain.append(kind)
        return tuple(plain)

    def _named(self, name: object) -> tuple[Type | ObjectType | EnumType, ...]:
        found = next(named for named in self._api.types if named.name == name)
        match found:
            case AliasType(target=target):
                return self._plain((target,))
            case UnionType(variants=variants):
                return self._plain(variants)
            case _:
                return (found,)

    def _stepped(self, kind: Type | ObjectType | EnumType, step: Step) -> tuple[Type, ...]:
        match step.kind, kind:
            case _, Scalar(kind=ScalarKind.ANY):
                return (_UNTOLD,)
            case StepKind.NAMES, ObjectType() | MapOf():
                return (_NAME,)
            case StepKind.MEMBER | StepKind.VALUES, ObjectType():
                return _members(kind, step)
            case StepKind.MEMBER | StepKind.VALUES, MapOf(values=values):
                return (values,)
            case StepKind.ITEMS, ListOf() | TupleOf():
                return self._items(kind, step)
            case _:
                return ()

    def _items(self, kind: ListOf | TupleOf, step: Step) -> tuple[Type, ...]:
        if isinstance(kind, ListOf):
            numbered = (Step(StepKind.ITEMS, position=step.key),) if step.key.isdecimal() else ()
            told_by = (Step(StepKind.MEMBER, key=step.key), *numbered)
            return (kind.items,) if not step.key or any(self._walked((kind.items,), (each,)) for each in told_by) else ()
        inner = kind.items if not step.position else kind.items[int(step.position) : int(step.position) + 1]
        return inner or ((kind.rest,) if kind.rest else ())


def _members(kind: ObjectType, step: Step) -> tuple[Type, ...]:
    """What may stand in the member of that name, or in any."""
    extra = (kind.extra,) if kind.extra else ()
    if step.kind is StepKind.VALUES:
        return (*(field.type for field in kind.fields), *extra)
    return tuple(field.type for field in kind.fields if field.wire_name == step.key) or extra


def _is_at(parameter: Parameter, carrier: str, name: str) -> bool:
    return parameter.location is _CARRIERS.get(carrier) and parameter.wire_name == name


def _words(kind: EnumType) -> frozenset[str]:
    values = (json.loads(member.value) for member in kind.members)
    return frozenset(value if isinstance(value, str) else json.dumps(value) for value in values)
