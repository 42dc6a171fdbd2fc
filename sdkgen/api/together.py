"""A REST description and an AsyncAPI description of the same exchange, made one API with one set of types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from sdkgen.api.model import (
    AliasType,
    Api,
    Channel,
    EnumType,
    Message,
    Name,
    NamedType,
    ObjectType,
    Request,
    SecurityScheme,
    UnionType,
)
from sdkgen.api.name import Scope, key
from sdkgen.api.rename import Renaming, renamed
from sdkgen.api.walk import parts, references

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "stream"
STREAMS = "streams#"
"""What the places of the streams' description begin with, where a REST description stands beside it."""

Part = TypeVar("Part", NamedType, Channel, Message, Request)


def together(rest: Api, streams: Api, *, digest: str) -> Api:
    """One API of two.

    A type that both describe alike is one type. Of two that differ and share a name, the streams' gets the word ``stream`` before
    it; so do requests that are called like operations, and security schemes.
    """
    shared = _shared(rest.types, streams.types)
    told = _renamed(streams, _names(rest.types, streams.types, shared))
    schemes = _schemes(rest.security_schemes, streams.security_schemes)
    types = (*rest.types, *(_placed(declared) for declared in told.types if declared.name not in shared))
    told_twice = sum(len(declared.fields) for declared in streams.types if isinstance(declared, ObjectType) and declared.name in shared)
    return replace(
        rest,
        digest=digest,
        security_schemes=(*rest.security_schemes, *schemes.added),
        types=tuple(sorted(types, key=lambda declared: declared.name.words)),
        issues=(*rest.issues, *(replace(issue, in_streams=True) for issue in streams.issues)),
        declared_fields=rest.declared_fields + streams.declared_fields - told_twice,
        channels=tuple(_placed(replace(channel, security=_security(channel.security, schemes.ids))) for channel in told.channels),
        messages=tuple(_placed(message) for message in told.messages),
        requests=_requests(rest, told, schemes.ids),
        stream_servers=streams.stream_servers,
        stream_title=streams.stream_title,
        stream_version=streams.stream_version,
        stream_description=streams.stream_description,
        declared_channels=streams.declared_channels,
        declared_messages=streams.declared_messages,
    )


def _placed(part: Part) -> Part:
    """A part of the streams with a place that none of the REST description's has: locks and differences know parts by their places."""
    return replace(part, pointer=f"{STREAMS}{part.pointer}")


def _renamed(streams: Api, types: Mapping[Name, Name]) -> Api:
    """The streams with other names for types."""
    return renamed(
        streams,
        Renaming(
            types={declared.name: types.get(declared.name, declared.name) for declared in streams.types},
            groups={},
            messages={message.name: message.name for message in streams.messages},
            channels={channel.name: channel.name for channel in streams.channels},
        ),
    )


def _shared(ours: tuple[NamedType, ...], theirs: tuple[NamedType, ...]) -> set[Name]:
    """The types of the streams that the REST description has too, with the same name and shape, all that they are made of included."""
    known = {declared.name: _bare(declared) for declared in ours}
    alike = {declared.name for declared in theirs if known.get(declared.name) == _bare(declared)}
    by_name = {declared.name: declared for declared in theirs}
    users: dict[Name, list[Name]] = {}
    for name in alike:
        for part in parts(by_name[name]):
            for inner in references(part):
                users.setdefault(inner, []).append(name)
    waiting = [name for name in users if name not in alike]
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user in alike:
                alike.remove(user)
                waiting.append(user)
    return alike


def _bare(declared: NamedType) -> NamedType:
    """A type without what is only said about it."""
    match declared:
        case ObjectType():
            fields = tuple(replace(field, description="", examples=()) for field in declared.fields)
            return replace(declared, pointer="", description="", examples=(), fields=fields)
        case EnumType():
            return replace(declared, pointer="", description="")
        case UnionType() | AliasType():
            return replace(declared, pointer="", description="", examples=())


def _names(ours: tuple[NamedType, ...], theirs: tuple[NamedType, ...], shared: set[Name]) -> dict[Name, Name]:
    """The new names of the streams' types whose own are taken."""
    taken = {key(declared.name.words) for declared in ours}
    free = Scope("type", reserved=taken | {key(declared.name.words) for declared in theirs})
    return {
        declared.name: free.take((_PREFIX, *declared.name.words))
        for declared in theirs
        if declared.name not in shared and key(declared.name.words) in taken
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Schemes:
    """What the streams' security schemes come to."""

    added: tuple[SecurityScheme, ...]
    ids: dict[str, str]
    """Old ids to new ones, where they changed."""


def _schemes(ours: tuple[SecurityScheme, ...], theirs: tuple[SecurityScheme, ...]) -> _Schemes:
    known = {scheme.id: scheme for scheme in ours}
    added, ids = [], {}
    for scheme in theirs:
        if scheme.id not in known:
            added.append(scheme)
        elif known[scheme.id] != scheme:
            ids[scheme.id] = f"{_PREFIX} {scheme.id}"
            added.append(replace(scheme, id=ids[scheme.id]))
    return _Schemes(added=tuple(added), ids=ids)


def _security(written: tuple[tuple[str, ...], ...], ids: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(ids.get(identity, identity) for identity in alternative) for alternative in written)


def _requests(rest: Api, streams: Api, schemes: Mapping[str, str]) -> tuple[Request, ...]:
    taken = {key(operation.name.words) for operation in rest.operations}
    free = Scope("request", reserved=taken | {key(request.name.words) for request in streams.requests})
    known = {operation.id for operation in rest.operations}
    return tuple(
        replace(
            _placed(request),
            id=f"{_PREFIX} {request.id}" if request.id in known else request.id,
            name=free.take((_PREFIX, *request.name.words)) if key(request.name.words) in taken else request.name,
            security=_security(request.security, schemes),
        )
        for request in streams.requests
    )
