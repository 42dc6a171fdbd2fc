"""How the exchange wants to be treated, as Go source: the client's table, what each operation adds to it, and how operations are paged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, Encoding, ListOf, ObjectType, Reference, TupleOf
from sdkgen.behaviour import Paging
from sdkgen.go.text import quoted
from sdkgen.go.typing import RAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sdkgen.api.model import Operation, Request, Type
    from sdkgen.behaviour import Behaviour, Pagination, RateLimit
    from sdkgen.go.typing import GoTypes
    from sdkgen.refusal import Errors, Refusal

_STEP = re.compile(r"\[\d*\]|[^.\[\]]+")
_FIRST = {Paging.PAGE: 1, Paging.OFFSET: 0}

Members = list[tuple[str, str]]
"""A composite literal's members: names and Go expressions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoPaging:
    """An operation's iterator."""

    name: str
    table: str
    """The name of the variable that says how its pages are turned."""
    entry: str
    """That variable's members, as Go source."""
    item: str
    """The Go type of an item."""


def literal(members: Members) -> str:
    """The members one a line, as gofmt aligns them: what takes several lines stands for itself."""
    width = max((len(key) for key, value in members if "\n" not in value), default=0) + 1
    return "".join(f"\t{f'{key}:' if chr(10) in value else f'{key}:'.ljust(width)} {value},\n" for key, value in members)


def behaviour_source(behaviour: Behaviour, tables: Mapping[str, str]) -> str:
    """The client's table; ``tables`` names the variable of each operation."""
    members = error_members(behaviour.errors, known=bool(behaviour.errors.codes))
    if behaviour.limits:
        members.append(("limits", f"[]rateLimit{{{', '.join(_limit(limit) for limit in behaviour.limits)}}}"))
    clock = behaviour.clock
    if clock is not None and clock.operation in tables:
        source = f"operation: &{tables[clock.operation]}, place: {quoted(clock.place)}, format: {quoted(clock.format.value)}"
        members.append(("clock", f"&clockSource{{{source}}}"))
    return f"behaviour{{\n{literal(members)}}}" if members else "behaviour{}"


def error_members(errors: Errors, *, known: bool) -> Members:
    """Where answers say that, and why, the exchange refused; ``known`` says whether the meaning of any code is."""
    members: Members = []
    if errors.success:
        conditions = (f"{{place: {quoted(place)}, texts: {_texts(texts)}}}" for place, texts in errors.success.items())
        members.append(("success", f"[]condition{{{', '.join(conditions)}}}"))
    members += [(name, _texts(places, "places")) for name, places in (("code", errors.code), ("message", errors.message)) if places]
    return [*members, *([("meaning", "meaningOf")] if known else [])]


def meanings(behaviour: Behaviour) -> tuple[tuple[str, str], ...]:
    """The cases of the switch that tells what a code means: codes as Go source, and the constant's name."""
    by_meaning: dict[Refusal, list[str]] = {}
    for code, meaning in behaviour.errors.codes.items():
        by_meaning.setdefault(meaning, []).append(quoted(code))
    return tuple((",\n\t\t".join(codes), refusal_constant(meaning)) for meaning, codes in by_meaning.items())


def refusal_constant(meaning: Refusal) -> str:
    """``RefusalInvalidOrder``"""
    return "Refusal" + "".join(word.capitalize() for word in meaning.value.split("_"))


def operation_members(behaviour: Behaviour, operation: Operation | Request) -> Members:
    """What the behaviour adds to the table entry of an operation, or of a request over a stream."""
    members: Members = []
    if any(operation.id in limit.weights for limit in behaviour.limits):
        weights = ", ".join(str(limit.weights.get(operation.id, limit.weight)) for limit in behaviour.limits)
        members.append(("weights", f"[]int{{{weights}}}"))
    if operation.id in behaviour.repeatable:
        members.append(("repeatable", "true"))
    if operation.id in behaviour.order_ids:
        members.append(("orderID", quoted(behaviour.order_ids[operation.id])))
    return members


def paging_of(types: GoTypes, pagination: Pagination, operation: Operation, method: str) -> GoPaging:
    """The iterator of one operation."""
    first = _FIRST.get(pagination.kind, 0) if pagination.first is None else pagination.first
    members = [
        ("kind", quoted(pagination.kind.value)),
        ("argument", quoted(pagination.argument)),
        ("items", quoted(pagination.items)),
        ("next", quoted(pagination.next)),
        ("first", str(first)),
        ("step", str(pagination.step)),
    ]
    return GoPaging(
        name=f"Iter{method}",
        table=types.scope.claim(f"pages{method}"),
        entry=literal([(key, value) for key, value in members if value not in {'""', "0"}]),
        item=_item(types, operation, pagination.items, method),
    )


def _item(types: GoTypes, operation: Operation, place: str, method: str) -> str:
    success = operation.success()
    if success is None or not success.contents or success.contents[0].encoding is not Encoding.JSON:
        return RAW
    found = _listed(types, _within(types, success.contents[0].type, _STEP.findall(place)))
    if found is None:
        return RAW
    declared = next((inline.name for inline in types.inline if inline.target is found), None) if isinstance(found, TupleOf) else None
    return declared or types.expression(found, hint=f"{method}Item")


def _within(types: GoTypes, declared: Type | None, steps: Iterable[str]) -> Type | None:
    """The type at a place; ``None`` where the description does not say."""
    for step in steps:
        match _behind(types, declared):
            case ListOf(items=items) if step.startswith("["):
                declared = items
            case Reference(name=name) if isinstance(named := types.named[name], ObjectType):
                declared = next((field.type for field in named.fields if field.wire_name == step), None)
            case _:
                return None
    return declared


def _listed(types: GoTypes, declared: Type | None) -> Type | None:
    found = _behind(types, declared)
    return found.items if isinstance(found, ListOf) else None


def _behind(types: GoTypes, declared: Type | None) -> Type | None:
    if declared is None:
        return None
    bare = types.bare(declared)
    if isinstance(bare, Reference) and isinstance(named := types.named[bare.name], AliasType):
        return _behind(types, named.target)
    return bare


def _texts(texts: Iterable[str], type_: str = "[]string") -> str:
    return f"{type_}{{{', '.join(quoted(text) for text in texts)}}}"


def _limit(limit: RateLimit) -> str:
    members = [
        ("name", quoted(limit.name)),
        ("requests", str(limit.requests)),
        ("per", f"{limit.per_ms} * time.Millisecond"),
        ("weight", str(limit.weight)),
        ("signedOnly", "true" if limit.signed_only else ""),
        ("usedHeader", quoted(limit.used_header) if limit.used_header else ""),
        ("remainingHeader", quoted(limit.remaining_header) if limit.remaining_header else ""),
        ("resetHeader", quoted(limit.reset_header) if limit.reset_header else ""),
        ("resetUnit", f"{limit.reset_unit_ms} * time.Millisecond" if limit.reset_header else ""),
    ]
    return f"{{{', '.join(f'{key}: {value}' for key, value in members if value)}}}"
