"""Holds a behaviour against the API that it speaks of, before anything is generated from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sdkgen.behaviour import Behaviour
from sdkgen.stream_protocol import StreamProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api, Channel, Operation


_OF_REQUESTS = frozenset({"limits", "repeatable", "order_ids"})
"""What may be said of requests over a stream too."""


def problems(behaviour: Behaviour, api: Api) -> Iterator[str]:
    """Each operation, argument and channel that the behaviour names and that is not there: field, what is wrong, what to do."""
    operations = {operation.id: operation for operation in api.operations}
    requests = {request.id for request in api.requests}
    for field, name in _named(behaviour):
        if name not in operations and not (name in requests and field.partition(".")[0] in _OF_REQUESTS):
            yield f"behaviour.{field}: the description has no operation {name!r}; name one by its operationId"
    for field, name, place in _placed(behaviour):
        if not (_takes(operations[name], place) if name in operations else name not in requests or place.startswith("body.")):
            yield f"behaviour.{field}: {name} has no argument {place!r}; give path, query, header or body, a point, and its name"
    if behaviour.streams is not None and api.channels:
        yield from _stream_problems(behaviour.streams, api)


def _stream_problems(streams: StreamProtocol, api: Api) -> Iterator[str]:
    """The same for channels. A description without any is one of REST alone, to which nothing of this applies."""
    channels = {channel.id for channel in api.channels}
    named = [("subscriptions", each.channel) for each in streams.subscriptions]
    named += [("book.channel", streams.book.channel)] if streams.book is not None else []
    for field, name in named:
        if name not in channels:
            yield f"behaviour.streams.{field}: the description has no channel {name!r}; name one by its id, such as {min(channels)!r}"
    yield from _book_problems(streams, api)
    key = streams.listen_key
    if key is not None and not any(key.parameter in _parameters(channel) for channel in api.channels):
        yield f"behaviour.streams.listen_key.parameter: no channel has a parameter {key.parameter!r}; name the one that takes the key"


def _book_problems(streams: StreamProtocol, api: Api) -> Iterator[str]:
    book = streams.book
    channel = None if book is None else next((each for each in api.channels if each.id == book.channel), None)
    if book is None or channel is None:
        return
    said = {name for each in streams.subscriptions if each.channel == channel.id for name in each.arguments}
    for name in sorted(set(book.arguments) - _parameters(channel) - said):
        yield f"behaviour.streams.book.arguments: the channel {channel.id!r} has no argument {name!r}; name a parameter of its address"


def _parameters(channel: Channel) -> set[str]:
    return {each.wire_name for each in channel.parameters} | {each.wire_name for each in channel.query}


def fitted(behaviour: Behaviour, api: Api) -> Behaviour:
    """The behaviour without what it says of operations, arguments and channels that are not there.

    A description moves without asking. What is left out only makes clients more careful: nothing more is repeated or awaited.
    """
    operations = {operation.id: operation for operation in api.operations}
    callable_ids = operations.keys() | {request.id for request in api.requests}
    clock = behaviour.clock
    return replace(
        behaviour,
        limits=tuple(
            replace(limit, weights={name: weight for name, weight in limit.weights.items() if name in callable_ids})
            for limit in behaviour.limits
        ),
        clock=clock if clock is not None and clock.operation in operations else None,
        paging={
            name: paging for name, paging in behaviour.paging.items() if name in operations and _takes(operations[name], paging.argument)
        },
        repeatable=tuple(name for name in behaviour.repeatable if name in callable_ids),
        order_ids={
            name: place
            for name, place in behaviour.order_ids.items()
            if (_takes(operations[name], place) if name in operations else name in callable_ids and place.startswith("body."))
        },
        streams=_fitted_streams(behaviour.streams, api) if behaviour.streams is not None else None,
    )


def _fitted_streams(streams: StreamProtocol, api: Api) -> StreamProtocol:
    book = StreamProtocol(book=streams.book)
    listen_key = StreamProtocol(listen_key=streams.listen_key)
    channels = {channel.id for channel in api.channels}
    return replace(
        streams,
        subscriptions=tuple(each for each in streams.subscriptions if not channels or each.channel in channels),
        book=None if any(problems(Behaviour(streams=book), api)) else streams.book,
        listen_key=None if any(problems(Behaviour(streams=listen_key), api)) else streams.listen_key,
    )


def _named(behaviour: Behaviour) -> Iterator[tuple[str, str]]:
    """Field -> operation, wherever one is named."""
    for limit in behaviour.limits:
        yield from ((f"limits.{limit.name}.weights", name) for name in limit.weights)
    if behaviour.clock is not None:
        yield "clock.operation", behaviour.clock.operation
    yield from (("paging", name) for name in behaviour.paging)
    yield from (("repeatable", name) for name in behaviour.repeatable)
    yield from (("order_ids", name) for name in behaviour.order_ids)
    streams = behaviour.streams
    if streams is not None and streams.book is not None and streams.book.operation is not None:
        yield "streams.book.operation", streams.book.operation
    if streams is not None and streams.listen_key is not None:
        yield "streams.listen_key.create", streams.listen_key.create
        if streams.listen_key.keep_alive is not None:
            yield "streams.listen_key.keep_alive", streams.listen_key.keep_alive


def _placed(behaviour: Behaviour) -> Iterator[tuple[str, str, str]]:
    """Field, operation, place of an argument."""
    yield from (("paging", name, paging.argument) for name, paging in behaviour.paging.items())
    yield from (("order_ids", name, place) for name, place in behaviour.order_ids.items())
    streams = behaviour.streams
    if streams is not None and streams.book is not None and streams.book.operation is not None:
        yield "streams.book.operation_symbol", streams.book.operation, streams.book.operation_symbol
        for place in streams.book.operation_arguments:
            yield "streams.book.operation_arguments", streams.book.operation, place
    key = streams.listen_key if streams is not None else None
    if key is not None and key.keep_alive is not None and key.argument:
        yield "streams.listen_key.argument", key.keep_alive, key.argument


def _takes(operation: Operation, place: str) -> bool:
    """Whether the operation has the argument; a body's own fields are not looked into, because a union may hide them."""
    carrier, _, name = place.partition(".")
    if carrier == "body":
        return operation.body is not None
    return any(parameter.location.value == carrier and parameter.wire_name == name for parameter in operation.parameters)
