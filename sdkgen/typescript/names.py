"""Which TypeScript identifier and which module everything gets, without two of them meeting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.walk import reachable
from sdkgen.typescript.walk import types_of

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Name

MODELS = "models"

_RUNTIME = """
    AnswerInfo ApiError ApiErrorDetails AttemptInfo AuthenticationError BadRequestError CallOptions Client ClientOptions Codec
    ConfigurationError ConflictError Core Decimal DecodeError ErrorKind Extra JsonSyntaxError JsonValue NotFoundError Operation
    PagedOperation PermissionDeniedError RateLimitError RawAnswer RawRequest Refusal SdkError ServerError ThrottledError TimeoutError
    TransportError TypedOperation UnprocessableError
"""
"""What the package exports besides, and what its generated modules use."""

_STREAMS = """
    BookLevel BookOptions BookState BookStream BookTable ChannelTable Hub RestClient SlowReaderError StreamMark
    StreamRequest StreamTable Streams SubscribeOptions Subscription Told TypedChannel WebSocketClass WebSocketLike
    Without
"""
"""The same of a package with streams."""

_GLOBALS = """
    Array ArrayBuffer Awaited BigInt Boolean Blob Buffer Date Error Exclude Extract Function Headers Infinity Iterator
    Map Math NaN NonNullable Number Object Omit Parameters Partial Pick Promise Proxy Readonly ReadonlyArray ReadonlyMap
    ReadonlySet Record Reflect Request Required Response ReturnType Set String Symbol Uint8Array Uppercase URL WeakMap
"""
"""Names that mean something else to whoever reads the code, or to the code itself."""

_MEMBERS_OF_EVERY_OBJECT = (
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
    "toJSON",
    "then",
)
"""Properties that an object has already, or that make it something else (``then`` makes it a promise)."""


_MEMBERS_OF_THE_CLIENT = ("request", "syncClock", "streams")


def property_name(name: Name) -> str:
    """The name of a property, an argument or a method."""
    camel = name.camel()
    return f"{camel}_" if camel in _MEMBERS_OF_EVERY_OBJECT else camel


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeNames:
    """What a named type is called."""

    declared: str
    codec: str
    module: str
    """``models``, or ``groups/…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNames:
    """What a group of operations is called."""

    declared: str
    """Its class."""
    member: str
    """The client's property."""
    table: str
    """The constant with its operations."""
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNames:
    """What a channel is called."""

    member: str
    """The method that subscribes to it."""
    parameters: str
    """The interface of its arguments."""
    message: str
    """The union of its messages."""
    table: str
    """The constant that describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every identifier and every module of one package."""

    types: dict[Name, TypeNames]
    groups: dict[Name, GroupNames]
    arguments: dict[str, str]
    """Operation id -> the interface of its arguments."""
    operations: dict[str, str]
    """Operation id -> the constant that describes it."""
    iterators: dict[str, str]
    """Operation id -> the method that reads it page after page."""
    channels: dict[Name, ChannelNames]
    requests: dict[Name, str]
    """Request over WebSocket -> its method."""


def allotted(api: Api) -> Names:
    """Give everything its name. Types come first: their names are the description's own words."""
    taken = {*_RUNTIME.split(), *_GLOBALS.split(), *(_STREAMS.split() if api.channels else ())}

    def free(wanted: str) -> str:
        while wanted in taken:
            wanted += "_"
        taken.add(wanted)
        return wanted

    modules = _modules(api)
    types = {
        each.name: TypeNames(declared=free(each.name.pascal()), codec=f"{each.name.camel()}Codec", module=modules[each.name])
        for each in api.types
    }
    groups = {name: _group(name, free(f"{name.pascal()}Api")) for name in _groups(api)}
    return Names(
        types=types,
        groups=groups,
        arguments={operation.id: free(f"{operation.name.pascal()}Arguments") for operation in api.operations},
        operations={operation.id: f"{operation.name.camel()}Operation" for operation in api.operations},
        iterators=_iterators(api),
        channels={
            each.name: ChannelNames(
                member=_stream_member(property_name(each.name)),
                parameters=free(f"{each.name.pascal()}Parameters"),
                message=free(f"{each.name.pascal()}Message"),
                table=f"{each.name.camel()}Channel",
            )
            for each in api.channels
        },
        requests=_requests(api),
    )


def _groups(api: Api) -> tuple[Name, ...]:
    return tuple(sorted({operation.group for operation in api.operations}, key=lambda name: name.words))


def _stream_member(wanted: str) -> str:
    return f"{wanted}_" if wanted in ("book", "close") else wanted


def _requests(api: Api) -> dict[Name, str]:
    channels = {property_name(each.name) for each in api.channels}
    wanted = {each.name: f"request{each.name.pascal()}" for each in api.requests}
    return {name: f"{method}_" if method in channels else method for name, method in wanted.items()}


def _iterators(api: Api) -> dict[str, str]:
    methods = {property_name(operation.name) for operation in api.operations}
    wanted = {operation.id: f"iter{operation.name.pascal()}" for operation in api.operations}
    return {id_: f"{name}_" if name in methods else name for id_, name in wanted.items()}


def _group(name: Name, declared: str) -> GroupNames:
    member = property_name(name)
    member = f"{member}_" if member in _MEMBERS_OF_THE_CLIENT else member
    return GroupNames(declared=declared, member=member, table=f"{name.camel()}Operations", module=f"groups/{'-'.join(name.words)}")


def _modules(api: Api) -> dict[Name, str]:
    """A type that only one group uses lives in that group's module, every other one among the models: so no two modules need each other."""
    named = {each.name: each for each in api.types}
    users: dict[Name, set[str]] = defaultdict(set)
    for group in _groups(api):
        roots = [each for operation in api.operations if operation.group == group for each in types_of(operation)]
        for name in reachable(roots, named):
            users[name].add(_group(group, "").module)
    unused = [name for name in named if name not in users]
    for name in reachable([each for orphan in unused for each in (named[orphan],)], named):
        users[name].add(MODELS)
    return {name: next(iter(users[name])) if len(users[name]) == 1 else MODELS for name in named}
