"""What was read, put together: channels with what is heard and said on them, messages, and requests with their replies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sdkgen.api.asyncapi.channels import Channels
from sdkgen.api.asyncapi.direction import View, is_said, leaning_of, view_of
from sdkgen.api.asyncapi.marks import Marks
from sdkgen.api.asyncapi.messages import Messages
from sdkgen.api.asyncapi.raw import RawAction, RawChannel, RawDocument, Source, text
from sdkgen.api.asyncapi.security import Securities
from sdkgen.api.asyncapi.servers import read_servers
from sdkgen.api.model import Channel, Message, Name, NamedType, Pointer, Request, SecurityScheme
from sdkgen.api.name import Scope, words_of
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place
from sdkgen.api.schema import Schemas
from sdkgen.api.settle import Settling


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The parts of an API that an AsyncAPI description gives."""

    channels: tuple[Channel, ...]
    messages: tuple[Message, ...]
    requests: tuple[Request, ...]
    types: tuple[NamedType, ...]
    security_schemes: tuple[SecurityScheme, ...]
    servers: tuple[str, ...]


class Assembly:
    """One document on its way into the model."""

    def __init__(self, found: RawDocument, source: Source) -> None:
        self._found = found
        self._source = source
        self._issues = source.issues
        components = source.part(Place(pointer="", value=source.root), "components", "schemas")
        entries = components.value if isinstance(components.value, dict) else {}
        places = tuple(Place(pointer=join(components.pointer, key), value=value) for key, value in entries.items())
        self._schemas = Schemas(places, source.resolver, self._issues, siblings=False)
        self._servers = read_servers(source)
        self._securities = Securities(source)
        self._view = self._decided_view()

    def _decided_view(self) -> View:
        view, certain = view_of(self._found, self._source)
        if not certain:
            section = "/operations" if "operations" in self._source.root else "/channels"
            message = f"the description is read as the {view.value}'s own, as its messages look; no operation with a reply proves it"
            self._issues.noted("assumed-view", section, message)
        return view

    def model(self) -> Streams:
        """The model."""
        self._schemas.declare_components()
        messages = Messages(self._schemas, self._source).all(self._found.messages)
        names = {pointer: message.name for pointer, message in messages.items()}
        channels = self._channels(names)
        requests = self._requests(names, {channel.id: channel.name for channel in channels})
        types = self._schemas.types()
        marks = Marks({declared.name: declared for declared in types})
        settling = Settling(types, self._issues)
        return Streams(
            channels=tuple(settling.channel(channel) for channel in channels),
            messages=tuple(settling.message(replace(message, marks=marks.of(message.type))) for message in messages.values()),
            requests=requests,
            types=tuple(settling.named(declared) for declared in types),
            security_schemes=self._securities.schemes(),
            servers=tuple(dict.fromkeys(server.url for server in self._servers.values())),
        )

    def _channels(self, names: dict[Pointer, Name]) -> tuple[Channel, ...]:
        reader = Channels(self._schemas, self._servers, self._source)
        own_names = reader.names(self._found.channels.values())
        heard, said = self._directions()
        channels = []
        for key, raw in self._found.channels.items():
            channel = reader.read(
                raw,
                own_names[key],
                heard=tuple(names[message] for message in heard[key]),
                said=tuple(names[message] for message in said[key]),
            )
            channels.append(replace(channel, security=self._channel_security(raw)))
        return tuple(channels)

    def _directions(self) -> tuple[dict[str, dict[Pointer, None]], dict[str, dict[Pointer, None]]]:
        """The messages heard and said on each channel, by the channels' ids, in the description's order."""
        heard: dict[str, dict[Pointer, None]] = {key: {} for key in self._found.channels}
        said: dict[str, dict[Pointer, None]] = {key: {} for key in self._found.channels}
        for action in self._found.actions:
            by_client = is_said(action, self._view)
            (said if by_client else heard)[action.channel].update(dict.fromkeys(action.messages))
            if action.reply_channel is not None:
                (heard if by_client else said)[action.reply_channel].update(dict.fromkeys(action.replies))
        for key, raw in self._found.channels.items():
            for message in raw.messages:
                if message not in heard[key] and message not in said[key]:
                    (said if self._looks_said(message) else heard)[key][message] = None
            heard[key], said[key] = _ordered(heard[key], raw), _ordered(said[key], raw)
        return heard, said

    def _looks_said(self, message: Pointer) -> bool:
        """Whether a message of which no operation says who sends it looks like the client's."""
        by_client = leaning_of(message, self._found, self._source) > 0
        who = "clients" if by_client else "the exchange"
        self._issues.noted("message-without-operation", message, f"no operation says who sends this message; by its looks {who}")
        return by_client

    def _channel_security(self, raw: RawChannel) -> tuple[tuple[str, ...], ...]:
        """What all of a channel's servers ask for, else all of its operations; nothing where one of them asks for nothing."""
        servers = [server for key, server in self._servers.items() if raw.servers is None or key in raw.servers]
        actions = [action for action in self._found.actions if action.channel == raw.id]
        for places in ([server.place for server in servers], [action.place for action in actions]):
            asked = [self._securities.alternatives(self._source.part(place, "security")) for place in places]
            if asked and all(asked):
                return tuple(dict.fromkeys(alternative for alternatives in asked for alternative in alternatives))
        return ()

    def _requests(self, names: dict[Pointer, Name], channels: dict[str, Name]) -> tuple[Request, ...]:
        scope = Scope("request")
        return tuple(
            self._request(action, message, scope, names, channels)
            for action in self._found.actions
            if action.replies and is_said(action, self._view)
            for message in action.messages
        )

    def _request(self, action: RawAction, message: Pointer, scope: Scope, names: dict[Pointer, Name], channels: dict[str, Name]) -> Request:
        alone = len(action.messages) == 1
        own = words_of(action.id)
        place = action.place
        return Request(
            id=action.id if alone else f"{action.id} {names[message].camel()}",
            name=scope.take(*((own,) if alone and own else ()), (*own, *names[message].words)),
            channel=channels[action.channel],
            message=names[message],
            replies=tuple(names[reply] for reply in action.replies),
            reply_channel=channels[action.reply_channel or action.channel],
            pointer=place.pointer,
            security=self._securities.alternatives(self._source.part(place, "security")),
            summary=text(self._source.part(place, "summary").value) or text(self._source.part(place, "title").value),
            description=text(self._source.part(place, "description").value),
            deprecated=any(self._source.part(place, key).value is True for key in ("deprecated", "x-deprecated")),
        )


def _ordered(messages: dict[Pointer, None], raw: RawChannel) -> dict[Pointer, None]:
    """The messages in the channel's order, then those that it does not list."""
    return dict.fromkeys((*(message for message in raw.messages if message in messages), *messages))
