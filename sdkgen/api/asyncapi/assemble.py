"""What was read, put together: channels with what is heard and said on them, messages, and requests with their replies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sdkgen.api.asyncapi.channels import Channels
from sdkgen.api.asyncapi.direction import Looks, View, directions, view_of
from sdkgen.api.asyncapi.marks import Marks
from sdkgen.api.asyncapi.messages import Messages
from sdkgen.api.asyncapi.raw import RawAction, RawChannel, RawDocument, Source
from sdkgen.api.asyncapi.requests import Requests, with_correlations
from sdkgen.api.asyncapi.security import Securities
from sdkgen.api.asyncapi.servers import read_servers
from sdkgen.api.model import Channel, Message, Name, NamedType, Pointer, Request, SecurityScheme
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
        self._looks = Looks(found, source)
        self._view = self._decided_view()

    def _decided_view(self) -> View:
        view, certain = view_of(self._found, self._looks, version2=self._source.version2)
        if not certain:
            section = "/operations" if "operations" in self._source.root else "/channels"
            message = f"the description is read as the {view.value}'s own, as its messages look; no operation with a reply proves it"
            self._issues.noted("assumed-view", section, message)
        return view

    def model(self) -> Streams:
        """The model."""
        self._schemas.declare_components()
        read = Messages(self._schemas, self._source).all(self._found.messages)
        names = {pointer: message.name for pointer, message in read.items()}
        channels = self._channels(names)
        requests = Requests(self._found, self._view, self._source, self._securities).all(names, channels)
        types = self._schemas.types()
        by_name = {declared.name: declared for declared in types}
        messages = with_correlations(read.values(), requests, by_name, self._source)
        marks, settling = Marks(by_name), Settling(types, self._issues)
        return Streams(
            channels=tuple(settling.channel(channel) for channel in channels.values()),
            messages=tuple(settling.message(replace(message, marks=marks.of(message.type))) for message in messages),
            requests=requests,
            types=tuple(settling.named(declared) for declared in types),
            security_schemes=self._securities.schemes(),
            servers=tuple(dict.fromkeys(server.url for server in self._servers)),
        )

    def _channels(self, names: dict[Pointer, Name]) -> dict[str, Channel]:
        reader = Channels(self._schemas, self._servers, self._source)
        own_names = reader.names(self._found.channels.values())
        heard, said = directions(self._found, self._view, self._looks, self._source)
        actions: dict[str, list[RawAction]] = {}
        for action in self._found.actions:
            actions.setdefault(action.channel, []).append(action)
        channels = {}
        for key, raw in self._found.channels.items():
            channel = reader.read(
                raw,
                own_names[key],
                heard=tuple(names[message] for message in heard[key]),
                said=tuple(names[message] for message in said[key]),
            )
            channels[key] = replace(channel, security=self._securities_of(actions.get(key, []), raw))
        return channels

    def _securities_of(self, actions: list[RawAction], raw: RawChannel) -> tuple[tuple[str, ...], ...]:
        """What all of a channel's servers ask for, else all of its operations; nothing where one of them asks for nothing."""
        servers = [server.place for server in self._servers if raw.servers is None or server.place.pointer in raw.servers]
        for places in (servers, [action.place for action in actions]):
            asked = [self._securities.alternatives(self._source.part(place, "security")) for place in places]
            if asked and all(asked):
                return tuple(dict.fromkeys(alternative for alternatives in asked for alternative in alternatives))
        return ()
