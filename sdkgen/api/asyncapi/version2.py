"""AsyncAPI 2 as it is written: channels are addresses, each published and subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import RawAction, RawChannel, RawDocument, Source, text
from sdkgen.api.issues import quoted
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Pointer


class Version2:
    """Reads one document."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._issues = source.issues
        self._found = RawDocument()

    def read(self) -> RawDocument:
        """All that the document says of channels, messages and operations."""
        root = Place(pointer="", value=self._source.root)
        for key, place in self._source.entries(self._source.part(root, "components", "messages")):
            for message in self._messages(place):
                self._enter(message, channel="", key=key)
        for key, place in self._source.entries(self._source.part(root, "channels")):
            self._channel(key, place)
        return self._found

    def _channel(self, key: str, place: Place) -> None:
        actions = []
        for word in ("publish", "subscribe"):
            written = self._source.part(place, word)
            if isinstance(written.value, dict):
                actions.append(self._action(key, word, self._source.with_traits(written)))
            elif written.value is not None:
                self._issues.refused("wrong-shape", written.pointer, "an operation must be an object; it is left out")
        messages = dict.fromkeys(message for action in actions for message in (*action.messages, *action.replies))
        if not messages:
            self._issues.noted("channel-without-messages", place.pointer, f"the channel {quoted(key)} has no message")
        self._found.channels[key] = RawChannel(id=key, place=place, address=key, servers=self._servers(place), messages=messages)
        self._found.actions += actions

    def _servers(self, place: Place) -> tuple[Pointer, ...] | None:
        written = self._source.part(place, "servers")
        if written.value is None:
            return None
        servers = []
        for item in self._source.items(written):
            named = self._source.part(Place(pointer="", value=self._source.root), "servers", text(item.value))
            found = self._source.resolver.follow(named) if named.value is not None else None
            if found is None:
                self._issues.refused(
                    "unknown-server", item.pointer, f"the channel is on the server {quoted(item.value)}, which is not declared"
                )
            else:
                servers.append(found.pointer)
        return tuple(servers) or None

    def _action(self, channel: str, word: str, place: Place) -> RawAction:
        written = self._source.part(place, "message")
        found = self._source.resolver.follow(written) if written.value is not None else None
        messages = [self._enter(one, channel=channel, key="") for one in self._messages(found)] if found is not None else []
        replies = [reply for message in messages for reply in self._replies(self._found.messages[message].place, channel)]
        replies += self._replies(place, channel)
        operation_id = text(self._source.part(place, "operationId").value).strip()
        return RawAction(
            id=operation_id or f"{word} {channel}",
            place=place,
            receives=word == "publish",
            channel=channel,
            messages=tuple(dict.fromkeys(messages)),
            reply_channel=channel if replies else None,
            replies=tuple(dict.fromkeys(replies)),
        )

    def _replies(self, place: Place, channel: str) -> Iterator[Pointer]:
        """What ``x-response`` says: the word that documents of AsyncAPI 2, which has none for it, use for the answer to a message."""
        written = self._source.part(place, "x-response")
        if not isinstance(written.value, dict):
            return
        found = self._source.resolver.follow(written)
        if found is not None:
            for message in self._messages(found):
                yield self._enter(message, channel=channel, key="")

    def _messages(self, place: Place) -> Iterator[Place]:
        """The message, or those that its ``oneOf`` lists, each once, in order."""
        met: set[Pointer] = set()
        waiting = [place]
        while waiting:
            here = waiting.pop()
            if here.pointer in met:
                continue
            met.add(here.pointer)
            several = self._source.part(here, "oneOf")
            if isinstance(several.value, list):
                followed = [self._source.resolver.follow(item) for item in self._source.items(several)]
                waiting += [found for found in reversed(followed) if found is not None]
            elif isinstance(here.value, dict):
                yield here
            else:
                self._issues.refused("wrong-shape", here.pointer, "a message must be an object; it is left out")

    def _enter(self, place: Place, *, channel: str, key: str) -> Pointer:
        return self._source.enter(self._found, place, channel=channel, key=key)
