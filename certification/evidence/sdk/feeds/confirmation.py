"""How the mock exchange's stream answers a subscription, and how it wraps messages: by the description, and by the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certification.evidence.places import steps, write
from certification.evidence.sdk.arguments import Samples
from certification.sandboxes.mock.feed_plan import Confirmation, Wrapping
from sdkgen.api.json_text import dumps_exact, loads_exact
from sdkgen.api.model import ObjectType, Reference, Scalar, ScalarKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, Channel, Field, Message, Request
    from sdkgen.stream_protocol import StreamProtocol, Subscription

_IDENTITY = frozenset(("{id}", "{id#}"))
_ENVELOPE = 2
"""Members of an envelope: the stream's name and the message."""


def confirmations(api: Api, streams: StreamProtocol, channel: Channel, arguments: Mapping[str, str]) -> Iterator[Confirmation]:
    """What the profile says of the channel's subscription first, then what the description says of its requests."""
    for subscription in streams.subscriptions:
        if subscription.channel == channel.id and subscription.confirmed is not None:
            yield _stated(subscription, arguments)
    for request in api.requests:
        if request.channel == channel.name:
            yield from _described(api, request)


def _stated(subscription: Subscription, arguments: Mapping[str, str]) -> Confirmation:
    reply: dict[str, Any] = {}
    answered: tuple[str, ...] = ()
    for place, text in subscription.confirmed.when.items() if subscription.confirmed is not None else ():
        if text in _IDENTITY:
            answered = _keys(place)
        write(reply, place, arguments.get(text.strip("{}"), "1" if text == "*" or text in _IDENTITY else text))
    constants = {key: value for key, value in subscription.subscribe.items() if isinstance(value, str) and "{" not in value}
    asked = next((path for path, value in _leaves(subscription.subscribe) if value in _IDENTITY), ())
    when = tuple(((key,), (dumps_exact(value),)) for key, value in constants.items())
    return Confirmation(when=when, reply=dumps_exact(reply), asked=asked, answered=answered)


def _described(api: Api, request: Request) -> Iterator[Confirmation]:
    """A reply that does not say no, made up where no example is given."""
    messages = {message.name: message for message in api.messages}
    asking = messages[request.message]
    granting = [name for name in request.replies if name not in request.refusals()]
    reply = messages.get(granting[0]) if granting else None
    if reply is None or not asking.marks:
        return
    examples = [example.value for example in reply.examples]
    made = [sample.value for sample in Samples(api, seed=0).of(reply.type, plain=True)]
    answer = next((value for text in (*examples, *made) if isinstance(value := loads_exact(text), dict)), None)
    if answer is not None:
        asked = asking.correlation or ()
        when = tuple((mark.path, mark.values) for mark in asking.marks)
        said = dumps_exact(answer if examples else answer | _nothing(api, reply))
        yield Confirmation(when=when, reply=said, asked=asked, answered=reply.correlation or asked)


def _nothing(api: Api, reply: Message) -> dict[str, JsonValue]:
    """What may be anything is null, as where there is nothing to say."""
    declared = next((each for each in api.types if isinstance(reply.type, Reference) and each.name == reply.type.name), None)
    fields = declared.fields if isinstance(declared, ObjectType) else ()
    return {each.wire_name: None for each in fields if isinstance(each.type, Scalar) and each.type.kind is ScalarKind.ANY}


def wrappings(api: Api, channel: Channel) -> Iterator[Wrapping]:
    """Other addresses of the same exchange where messages come in an envelope of two members: the stream's name and the message."""
    types = {declared.name: declared for declared in api.types}
    messages = {message.name: message for message in api.messages}
    for other in api.channels:
        path = other.path().partition("?")[0].partition("{")[0].rstrip("/")
        if other.id == channel.id or not path:
            continue
        for name in other.heard:
            kind = messages[name].type
            declared = types.get(kind.name) if isinstance(kind, Reference) else None
            members = declared.fields if isinstance(declared, ObjectType) else ()
            names = [each for each in members if isinstance(each.type, Scalar) and each.type.kind is ScalarKind.STRING]
            payloads = [each for each in members if _holds_anything(each)]
            if len(members) == _ENVELOPE and len(names) == len(payloads) == 1:
                yield Wrapping(path=path, name=names[0].wire_name, payload=payloads[0].wire_name)


def _holds_anything(member: Field) -> bool:
    return isinstance(member.type, Reference) or (isinstance(member.type, Scalar) and member.type.kind is ScalarKind.ANY)


def _keys(place: str) -> tuple[str, ...]:
    return tuple(step.key or step.position for step in steps(place))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, str):
        yield path, value
