"""Which new types of a description are old ones under another name: those that stand wherever the old ones stood, and hold what they held.

A description says nowhere that it renamed a schema. It is taken for a renaming only where everything speaks for it: the old type's place is
gone, the new one's was not there, all that used the old one uses the new one, nothing that used yet another does, and they are of one kind
with at least half of their members in common. Everything else is a new type, and the old one's disappearance a breaking change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sdkgen.api.kinship import are_alike, members_of
from sdkgen.api.model import AliasType, EnumType, Nullable, ObjectType, Reference, Scalar, UnionType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.model import Name, NamedType, Pointer
    from sdkgen.api.uses import Use

USES = "uses"
"""The lock's table of the names of the types that places use."""
KINDS = "kinds"
"""The lock's table of what types are that have no members to be known by."""

Tables = Mapping[str, Mapping[str, str]]


def kinds(types: Sequence[NamedType]) -> dict[Pointer, str]:
    """What each type is that has no members."""
    return {declared.pointer: _kind(declared) for declared in types if not members_of(declared)}


def successors(
    types: Sequence[NamedType], found: Sequence[Use], tables: Tables, known: Mapping[Pointer, Pointer]
) -> dict[Pointer, Pointer]:
    """The place that a type had before, for those types that seem to be renamed.

    Args:
        types: each with its identity as its pointer.
        found: where they are used.
        tables: the lock's.
        known: where types were before whose places have moved by themselves.
    """
    names, before = tables.get("types", {}), tables.get(USES, {})
    here = {declared.pointer for declared in types} | set(known.values())
    gone = {name: pointer for pointer, name in names.items() if pointer not in here}
    new = {declared.name: declared for declared in types if declared.pointer not in names and declared.pointer not in known}
    guesses = _guesses(new, gone, found, before, known)
    if not guesses:
        return {}
    old_uses: dict[Pointer, set[str]] = {}
    for place, name in before.items():
        if name in gone:
            old_uses.setdefault(gone[name], set()).add(place)
    new_uses: dict[Pointer, list[Use]] = {declared.pointer: [] for declared in new.values()}
    for use in found:
        if use.type in new:
            new_uses[new[use.type].pointer].append(use)
    likely = [declared for declared in new.values() if declared.pointer in guesses and _fits(declared, guesses[declared.pointer], tables)]
    sure = {declared.pointer: guesses[declared.pointer] for declared in likely}
    inside: dict[str, list[Pointer]] = {}
    for place, own in new_uses.items():
        for use in own:
            inside.setdefault(use.owner, []).append(place)
    told, doubtful = {**known, **sure}, list(sure)
    while wrong := [place for place in doubtful if not _replaces({use.at(told) for use in new_uses[place]}, old_uses[sure[place]], before)]:
        for place in wrong:
            del sure[place], told[place]
        # What stands inside a type that is none of the old ones is none of them either, so one that falls may take others along.
        doubtful = [place for place in dict.fromkeys(place for owner in wrong for place in inside.get(owner, ())) if place in sure]
    return sure


def _replaces(new: set[str], old: set[str], before: Mapping[str, str]) -> bool:
    """Whether a type stands at all places of an old one, and else only where nothing stood."""
    return old <= new and not any(place in before for place in new - old)


def _guesses(
    new: Mapping[Name, NamedType], gone: Mapping[str, Pointer], found: Sequence[Use], before: Mapping[str, str], known: Mapping[str, str]
) -> dict[Pointer, Pointer]:
    """New types by the first place where they stand instead of an old one; what stands inside them is looked at after them."""
    if not new or not gone or not before:
        return {}
    inside: dict[str, list[Use]] = {}
    for use in found:
        if use.type in new:
            inside.setdefault(use.owner, []).append(use)
    owners = {declared.pointer for declared in new.values()}
    waiting = [owner for owner in inside if owner not in owners]
    told = dict(known)
    guesses: dict[Pointer, Pointer] = {}
    taken: set[Pointer] = set()
    for owner in waiting:
        for use in inside.get(owner, ()):
            old = gone.get(before.get(use.at(told), ""))
            own = new[use.type].pointer
            if old is not None and old not in taken and own not in guesses:
                guesses[own] = told[own] = old
                taken.add(old)
                waiting.append(own)
    return guesses


def _fits(declared: NamedType, old: Pointer, tables: Tables) -> bool:
    members = members_of(declared)
    if not members:
        return tables.get(KINDS, {}).get(old) == _kind(declared)
    table = tables.get(f"{'values' if isinstance(declared, EnumType) else 'fields'} {old}", {})
    return are_alike(members, frozenset(table))


def _kind(declared: NamedType) -> str:
    match declared:
        case ObjectType():
            return "object"
        case EnumType():
            return "enum"
        case UnionType():
            return "union"
        case AliasType(target=target):
            inner = target.inner if isinstance(target, Nullable) else target
            word = (
                inner.kind.value if isinstance(inner, Scalar) else "type" if isinstance(inner, Reference) else type(inner).__name__.lower()
            )
            return f"alias_{word}"
