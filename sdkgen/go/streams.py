"""The channels of an API as the templates show them: a subscription per channel, a call per request over the connection, the order book."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import ObjectType, Reference, Scalar, ScalarKind
from sdkgen.behaviour import message_recipe
from sdkgen.go.behaviour import literal, operation_members
from sdkgen.go.declarations import GoField, field_comment
from sdkgen.go.names import Scope, exported
from sdkgen.go.protocol import channel_members, kinds_member
from sdkgen.go.text import comment, quoted, sentences, tag
from sdkgen.signing.messages import message_places

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Name, Parameter, Type
    from sdkgen.api.stream_model import Channel, Message, Request
    from sdkgen.behaviour import Behaviour
    from sdkgen.go.typing import GoTypes
    from sdkgen.stream_protocol import Subscription

_OWN = ("StreamSignal", "Reconnected", "Dropped", "Unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoEvent:
    """A struct with a pointer for each kind of message."""

    name: str
    comment: str
    fields: tuple[GoField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoChannel:
    """One channel: its method, its Params, its events and its table entry."""

    channel: Channel
    name: str
    comment: str
    table: str
    entry: str
    params: str
    """The name of the Params type; empty where there are no arguments."""
    fields: tuple[GoField, ...]
    event: GoEvent
    symbol: str
    """The argument that an order book's symbol goes to; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoRequest:
    """One call over a connection."""

    request: Request
    name: str
    comment: str
    table: str
    entry: str
    channel: GoChannel
    message: str
    """The Go type of what is sent."""
    reply: GoEvent | None
    """What comes back, where that can be of several kinds."""
    result: str
    """The Go type of the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoStreams:
    """All channels."""

    service: str
    """The service's type."""
    channels: tuple[GoChannel, ...]
    requests: tuple[GoRequest, ...]
    book: GoChannel | None


def streams_of(api: Api, types: GoTypes, behaviour: Behaviour) -> GoStreams | None:
    """The channels with all that belongs to them; ``None`` where there are none."""
    if not api.channels:
        return None
    return _Streams(api, types, behaviour).made()


class _Streams:
    def __init__(self, api: Api, types: GoTypes, behaviour: Behaviour) -> None:
        self._api = api
        self._types = types
        self._behaviour = behaviour
        self._protocol = behaviour.streams
        self._messages = {message.name: message for message in api.messages}
        self._payloads: dict[Name, str] = {}
        self._methods = Scope(("Book",))

    def made(self) -> GoStreams:
        service = self._types.scope.claim("StreamsService")
        channels = tuple(self._channel(channel) for channel in self._api.channels)
        by_name = {each.channel.name: each for each in channels}
        by_id = {each.channel.id: each for each in channels}
        rules = None if self._protocol is None else self._protocol.book
        book = None if rules is None else by_id.get(rules.channel)
        requests = tuple(self._request(request, by_name[request.channel]) for request in self._api.requests)
        return GoStreams(service=service, channels=channels, requests=requests, book=book if book and book.symbol else None)

    def _channel(self, channel: Channel) -> GoChannel:
        name = self._methods.claim(exported(channel.name), "Channel")
        rules = self._subscription(channel)
        key = None if self._protocol is None or self._protocol.listen_key is None else self._protocol.listen_key.parameter
        fields = self._fields(channel, rules, key)
        event = self._event(f"{name}Event", channel.heard, f"{name}Event is what {name} gives; exactly one field is set.")
        arguments = [each.wire for each in fields if each.tag.startswith(("`path", "`argument", '"path', '"argument'))]
        said = channel.description.strip()
        return GoChannel(
            channel=channel,
            name=name,
            comment=comment(
                f"{name}: {said}" if said else f"{name} subscribes to the channel {quoted(channel.id)}.",
                "The subscription ends when it is closed or its context ends.",
                "Deprecated: the exchange advises against it." if channel.deprecated else "",
            ),
            table=self._types.scope.claim(f"channel{name}"),
            entry=literal(channel_members(channel, rules, self._protocol, self._kinds(channel.heard))),
            params=self._types.scope.claim(f"{name.removesuffix('Channel')}ChannelParams", "Arguments") if fields else "",
            fields=fields,
            event=event,
            symbol="symbol" if "symbol" in arguments else next(iter(arguments), ""),
        )

    def _subscription(self, channel: Channel) -> Subscription | None:
        found = () if self._protocol is None else self._protocol.subscriptions
        return next((each for each in found if each.channel == channel.id), None)

    def _fields(self, channel: Channel, rules: Subscription | None, key: str | None) -> tuple[GoField, ...]:
        scope = Scope()
        fields = []
        for each in channel.parameters:
            if each.wire_name == key:
                continue
            pairs = [("path", each.wire_name), *([("default", _default(each.default))] if each.default is not None else [])]
            hint = f"{exported(channel.name)}{exported(each.name)}"
            type_, _ = self._types.member(each.type, required=each.default is None, hint=hint)
            name = scope.claim(exported(each.name), "Argument")
            fields.append(self._field(name, type_, tag(*pairs), each.wire_name, each.description))
        fields += [self._carried(channel, scope, each) for each in (*channel.query, *channel.headers)]
        known = {each.wire_name for each in channel.parameters}
        for wire_name in () if rules is None else rules.arguments:
            if wire_name not in known:
                name = scope.claim(_spelt(wire_name), "Argument")
                fields.append(self._field(name, "string", tag(("argument", wire_name)), wire_name, ""))
        return tuple(fields)

    def _carried(self, channel: Channel, scope: Scope, each: Parameter) -> GoField:
        name = scope.claim(exported(each.name), "Argument")
        hint = f"{exported(channel.name)}{exported(each.name)}"
        type_, _ = self._types.member(each.type, required=each.required, hint=hint)
        return self._field(name, type_, tag((each.location.value, each.wire_name)), each.wire_name, each.description)

    def _field(self, name: str, type_: str, tag_: str, wire: str, description: str) -> GoField:
        text = field_comment(name, description, deprecated=False)
        return GoField(comment=text, name=name, type=type_, tag=tag_, wire=wire, optional=type_.startswith("Optional["))

    def _event(self, wanted: str, names: tuple[Name, ...], text: str) -> GoEvent:
        name = self._types.scope.claim(wanted, "OfChannel")
        scope = Scope(_OWN)
        fields = tuple(self._message_field(scope, self._messages[each]) for each in names)
        return GoEvent(name=name, comment=comment(text.replace(wanted, name, 1)), fields=fields)

    def _message_field(self, scope: Scope, message: Message) -> GoField:
        name = scope.claim(exported(message.name), "Message")
        return GoField(
            comment=field_comment(name, message.description, deprecated=message.deprecated),
            name=name,
            type=f"*{self._payload(message)}",
            tag=tag(("message", message.name.pascal())),
        )

    def _payload(self, message: Message) -> str:
        if message.name not in self._payloads:
            self._payloads[message.name] = self._types.expression(message.type, hint=f"{exported(message.name)}Payload")
        return self._payloads[message.name]

    def _kinds(self, names: tuple[Name, ...], bad: tuple[Name, ...] = ()) -> tuple[tuple[Message, int, bool], ...]:
        """The kinds with their fields' places and whether they say no, those with most marks first."""
        kinds = [(self._messages[name], place, name in bad) for place, name in enumerate(names)]
        return tuple(sorted(kinds, key=lambda kind: -len(kind[0].marks)))

    def _request(self, request: Request, channel: GoChannel) -> GoRequest:
        name = self._methods.claim(f"Request{exported(request.name)}")
        message = self._messages[request.message]
        bad = request.refusals()
        good = [each for each in request.replies if each not in bad]
        single = self._payload(self._messages[good[0]]) if len(good) == 1 else ""
        reply = None if single else self._event(f"{name}Reply", request.replies, f"{name}Reply is what may come back; one field is set.")
        kinds = self._kinds(request.replies, bad) if not single else _in_one_field(self._kinds(request.replies, bad))
        said = sentences(request.summary, request.description)
        return GoRequest(
            request=request,
            name=name,
            comment=comment(
                f"{name}: {said}" if said else f"{name} sends a message and gives its reply.",
                "It is sent again only where that is safe.",
                "Deprecated: the exchange advises against it." if request.deprecated else "",
            ),
            table=self._types.scope.claim(f"call{name}"),
            entry=literal(self._request_members(request, channel, message, kinds, single=bool(single))),
            channel=channel,
            message=self._payload(message),
            reply=reply,
            result=single or (reply.name if reply else ""),
        )

    def _request_members(
        self, request: Request, channel: GoChannel, message: Message, kinds: tuple[tuple[Message, int, bool], ...], *, single: bool
    ) -> list[tuple[str, str]]:
        members = [("operation", self._as_call(request)), ("channel", f"&{channel.table}")]
        if request.security and () not in request.security:
            members.append(("login", "true"))
        if message.correlation:
            members.append(("correlation", f"[]string{{{', '.join(quoted(step) for step in message.correlation)}}}"))
            if self._is_text(message.type, message.correlation):
                members.append(("textID", "true"))
        payloads = {each.name: self._payload(each) for each, _, _ in kinds if not each.marks}
        return [*members, *([("single", "true")] if single else []), *kinds_member("replies", kinds, payloads)]

    def _as_call(self, request: Request) -> str:
        """What the request is as a call: how it is limited, repeated and signed."""
        placed = message_places(self._api, request, message_recipe(self._behaviour))
        members = [("id", quoted(request.id)), ("method", '"WS"')]
        if placed or (request.security and () not in request.security):
            members.append(("signing", "signed"))
        if placed:
            members.append(("placed", f"[]int{{{', '.join(map(str, placed))}}}"))
        members += operation_members(self._behaviour, request)
        return f"operation{{{', '.join(f'{key}: {value}' for key, value in members)}}}"

    def _is_text(self, declared: Type | None, path: tuple[str, ...]) -> bool:
        for step in path:
            found = self._behind(declared)
            if not isinstance(found, ObjectType):
                return False
            declared = next((field.type for field in found.fields if field.wire_name == step), None)
        found = self._behind(declared)
        return isinstance(found, Scalar) and found.kind is ScalarKind.STRING

    def _behind(self, declared: Type | None) -> object:
        bare = None if declared is None else self._types.bare(declared)
        return self._types.named[bare.name] if isinstance(bare, Reference) else bare


def _in_one_field(kinds: tuple[tuple[Message, int, bool], ...]) -> tuple[tuple[Message, int, bool], ...]:
    return tuple((message, 0, bad) for message, _, bad in kinds)


def _default(text: str) -> str:
    value = json.loads(text)
    return value if isinstance(value, str) else text


def _spelt(wire_name: str) -> str:
    words = "".join(character if character.isascii() and character.isalnum() else " " for character in wire_name).split()
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else f"Argument{name}"
