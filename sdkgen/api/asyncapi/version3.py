"""AsyncAPI 3 as it is written: channels hold messages, operations say who sends which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import RawAction, RawChannel, RawDocument, Source
from sdkgen.api.issues import quoted
from sdkgen.api.mend import Put
from sdkgen.api.pointer import from_fragment, join, split
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_CHANNELS = "#/channels/"
_TOKENS = 2


class Version3:
    """Reads one document."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._issues = source.issues
        self._found = RawDocument()
        self._ids: dict[Pointer, str] = {}
        """Channels by their places."""
        self._whole: dict[tuple[str, int], tuple[Pointer, ...]] = {}
        """All messages of a channel of that many, made once: many operations may name none."""

    def read(self) -> RawDocument:
        """All that the document says of channels, messages and operations."""
        root = Place(pointer="", value=self._source.root)
        for key, place in self._source.entries(self._source.part(root, "components", "messages")):
            self._message(place, channel="", key=key)
        for key, place in self._source.entries(self._source.part(root, "channels")):
            self._channel(key, place)
        for key, place in self._source.entries(self._source.part(root, "operations")):
            self._action(key, self._source.with_traits(place))
        return self._found

    def _message(self, place: Place, *, channel: str, key: str) -> Pointer:
        return self._source.enter(self._found, place, channel=channel, key=key)

    def _channel(self, key: str, place: Place) -> None:
        messages = [
            self._message(message, channel=key, key=own) for own, message in self._source.entries(self._source.part(place, "messages"))
        ]
        if not messages:
            self._issues.noted("channel-without-messages", place.pointer, f"the channel {quoted(key)} has no message")
        address = self._source.part(place, "address").value
        if address is not None and not isinstance(address, str):
            self._issues.refused("wrong-shape", join(place.pointer, "address"), "an address must be text; it is left out")
        self._found.channels[key] = RawChannel(
            id=key,
            place=place,
            address=address.strip() if isinstance(address, str) else "",
            servers=self._servers(place),
            messages=dict.fromkeys(messages),
        )
        self._ids.setdefault(place.pointer, key)

    def _servers(self, place: Place) -> tuple[Pointer, ...] | None:
        written = self._source.part(place, "servers")
        if written.value is None:
            return None
        servers = []
        for item in self._source.items(written):
            found = self._source.resolver.follow(item)
            if found is not None and self._source.resolver.reference(item.value) is not None:
                servers.append(found.pointer)
            elif found is not None:
                self._issues.refused("wrong-shape", item.pointer, "a channel's server must be a reference; it is left out")
        return tuple(servers) or None

    def _action(self, key: str, place: Place) -> None:
        action = self._source.part(place, "action").value
        if action not in ("send", "receive"):
            self._issues.refused(
                "unknown-action", place.pointer, f"an operation sends or receives; {quoted(action)} is neither, and it is left out"
            )
            return
        channel = self._channel_of(self._source.part(place, "channel"))
        if channel is None:
            return
        reply = self._source.resolver.follow(self._source.part(place, "reply"))
        reply_channel, replies = self._reply(reply, channel) if reply is not None and isinstance(reply.value, dict) else (None, ())
        self._found.actions.append(
            RawAction(
                id=key,
                place=place,
                receives=action == "receive",
                channel=channel,
                messages=self._messages_of(self._source.part(place, "messages"), channel),
                reply_channel=reply_channel,
                replies=replies,
            )
        )

    def _reply(self, reply: Place, channel: str) -> tuple[str | None, tuple[Pointer, ...]]:
        written = self._source.part(reply, "channel")
        named = self._channel_of(written) if written.value is not None else channel
        if named is None:
            return None, ()
        messages = self._source.part(reply, "messages")
        if messages.value is None and named == channel:
            self._issues.refused("reply-without-messages", reply.pointer, "the reply says neither its messages nor another channel")
            return None, ()
        return named, self._messages_of(messages, named)

    def _channel_of(self, place: Place) -> str | None:
        direct = place.value.get("$ref") if isinstance(place.value, dict) else None
        if isinstance(direct, str) and direct.startswith(_CHANNELS):
            # Two channels may be references to one and the same; what the operation says tells them apart.
            keys = split(from_fragment(direct.removeprefix(_CHANNELS[:-1]))) if direct.count("/") == _TOKENS else ()
            if len(keys) == 1 and keys[0] in self._found.channels:
                return keys[0]
        found = self._source.resolver.follow(place)
        if found is None:
            return None
        if found.pointer not in self._ids:
            self._issues.refused("unknown-channel", place.pointer, "the operation names no channel of this document; it is left out")
            return None
        return self._ids[found.pointer]

    def _all_of(self, channel: str) -> tuple[Pointer, ...]:
        messages = self._found.channels[channel].messages
        known = (channel, len(messages))
        if known not in self._whole:
            self._whole[known] = tuple(messages)
        return self._whole[known]

    def _messages_of(self, place: Place, channel: str) -> tuple[Pointer, ...]:
        """The messages that an operation names; all of its channel where it names none."""
        if place.value is None:
            return self._all_of(channel)
        named: dict[Pointer, None] = {}
        for item in self._source.items(place):
            found = self._source.resolver.follow(item)
            if found is None:
                continue
            if not isinstance(found.value, dict):
                self._issues.refused("wrong-shape", item.pointer, "a message must be an object; it is left out")
                continue
            if found.pointer not in self._found.channels[channel].messages:
                self._take_in(item, found, channel)
            named[found.pointer] = None
        return tuple(named)

    def _take_in(self, item: Place, message: Place, channel: str) -> None:
        """Add a message that an operation names to its channel, where it must be."""
        holder, key = self._found.channels[channel], _last(item.value)
        told = f"the message is not among those of the channel {quoted(channel)}; now it is"
        change = (Put(pointer=join(holder.place.pointer, "messages", key), value=item.value),) if key else ()
        self._issues.repaired("message-outside-channel", item.pointer, told, *change)
        holder.messages[self._message(message, channel=channel, key=key)] = None


def _last(value: JsonValue) -> str:
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else ""
