"""Requests: what clients say that the exchange answers, as operations with replies describe it, or as messages' names show."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.direction import View, is_said
from sdkgen.api.asyncapi.raw import RawAction, RawDocument, Source, text
from sdkgen.api.model import AliasType, Channel, Message, Name, NamedType, Nullable, ObjectType, Reference, Request, Type, UnionType
from sdkgen.api.name import Scope, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sdkgen.api.asyncapi.security import Securities
    from sdkgen.api.model import Pointer

_ASKING = frozenset(("request", "req", "message", "msg", "command", "payload"))
_ANSWERING = frozenset(("response", "resp", "reply", "answer", "ack", "acknowledgment", "acknowledgement", "result", "confirmation"))
_FILLING = frozenset(("message", "msg", "payload"))
_ERRORS = frozenset(("error", "errors", "failure"))
_IDS = frozenset(("id", "reqid", "requestid", "correlationid", "msgid", "messageid"))
"""Keys, underscores left out, under which exchanges send a request's id back."""
_MOST_NAMES = 20
_MOST_ANSWERS = 20
_MOST_REQUESTS = 10_000


class Requests:
    """Finds the requests of one document."""

    def __init__(self, found: RawDocument, view: View, source: Source, securities: Securities) -> None:
        self._found = found
        self._view = view
        self._source = source
        self._securities = securities
        self._scope = Scope("request")
        self._ids: set[str] = set()
        self._again: dict[str, int] = {}
        """How often an id that is taken was wanted."""

    def all(self, names: Mapping[Pointer, Name], channels: Mapping[str, Channel]) -> tuple[Request, ...]:
        """Every request, in the order of the operations; those whose answer only names show where no operation has a reply."""
        said = [action for action in self._found.actions if is_said(action, self._view)]
        described = [action for action in said if action.replies]
        if described:
            found = self._described(described, names, channels)
        else:
            found = self._likely((*said, *self._unasked(names, channels)), names, channels)
        requests = tuple(islice(found, _MOST_REQUESTS))
        if len(requests) == _MOST_REQUESTS:
            message = f"operations and their messages make {_MOST_REQUESTS:,} requests or more; the rest is left out"
            self._source.issues.refused("too-many-requests", "/operations", message)
        return requests

    def _described(self, actions: Iterable[RawAction], names: Mapping[Pointer, Name], channels: Mapping[str, Channel]) -> Iterator[Request]:
        known: dict[int, tuple[Name, ...]] = {}  # by identity: many operations may hold one and the same tuple
        for action in actions:
            if id(action.replies) not in known:
                known[id(action.replies)] = tuple(names[reply] for reply in action.replies)
            for message in action.messages:
                yield self._request(action, names[message], known[id(action.replies)], channels)

    def _unasked(self, names: Mapping[Pointer, Name], channels: Mapping[str, Channel]) -> Iterator[RawAction]:
        """What the operations would be of messages that the client sends and no operation names."""
        known: dict[str, set[Pointer]] = {key: set() for key in self._found.channels}
        for channel, messages in {(action.channel, id(action.messages)): action.messages for action in self._found.actions}.items():
            known[channel[0]].update(messages)
        for key, raw in self._found.channels.items():
            said = set(channels[key].said)
            for message in raw.messages:
                if names[message] in said and message not in known[key]:
                    place = self._found.messages[message].place
                    yield RawAction(id=names[message].camel(), place=place, receives=True, channel=key, messages=(message,))

    def _likely(self, actions: Iterable[RawAction], names: Mapping[Pointer, Name], channels: Mapping[str, Channel]) -> Iterator[Request]:
        """Requests out of names that go together: ``DepthRequest`` and ``DepthResponse``; with them, the channel's errors."""
        answers = {key: _answers(channel) for key, channel in channels.items()}
        for action in actions:
            for message in action.messages:
                likely = answers[action.channel].get(_stem(names[message], _ASKING), ())
                if likely:
                    errors = answers[action.channel].get((), ())
                    told = f"no reply is described; by its name {likely[0].pascal()} is one"
                    self._source.issues.noted("assumed-reply", action.place.pointer, told)
                    replies = (*likely, *(name for name in errors if name not in likely))
                    yield self._request(action, names[message], replies, channels)

    def _request(self, action: RawAction, message: Name, replies: tuple[Name, ...], channels: Mapping[str, Channel]) -> Request:
        alone = len(action.messages) == 1
        own, place = words_of(action.id), action.place
        wanted = action.id if alone else f"{action.id} {message.camel()}"
        identity = wanted
        while identity in self._ids:
            self._again[wanted] = self._again.get(wanted, 1) + 1
            identity = f"{wanted} ({self._again[wanted]})"
        self._ids.add(identity)
        return Request(
            id=identity,
            name=self._scope.take(*((own,) if alone and own else ()), (*own, *message.words)),
            channel=channels[action.channel].name,
            message=message,
            replies=replies,
            reply_channel=channels[action.reply_channel or action.channel].name,
            pointer=place.pointer,
            security=self._securities.alternatives(self._source.part(place, "security")),
            summary=text(self._source.part(place, "summary").value) or text(self._source.part(place, "title").value),
            description=text(self._source.part(place, "description").value),
            deprecated=any(self._source.part(place, key).value is True for key in ("deprecated", "x-deprecated")),
        )


def _stem(name: Name, ends: frozenset[str]) -> tuple[str, ...]:
    """A name's words without what only says which way it goes."""
    words = name.words
    while len(words) > 1 and words[-1] in ends:
        words = words[:-1]
    return words


def _answers(channel: Channel) -> dict[tuple[str, ...], tuple[Name, ...]]:
    """What is heard on a channel that is named as an answer, by what it answers; its errors by nothing."""
    found: dict[tuple[str, ...], tuple[Name, ...]] = {}
    for name in channel.heard:
        bare = _stem(name, _FILLING)
        stem = ("ping",) if bare == ("pong",) else _stem(name, _ANSWERING | _FILLING) if bare[-1] in _ANSWERING else None
        if stem is not None:
            found[stem] = (*found.get(stem, ()), name)[:_MOST_ANSWERS]
        if _ERRORS & set(name.words):
            found[()] = (*found.get((), ()), name)[:_MOST_ANSWERS]
    return found


def with_correlations(
    messages: Iterable[Message], requests: Iterable[Request], types: Mapping[Name, NamedType], source: Source
) -> tuple[Message, ...]:
    """The messages, with the key under which a request's id comes back where the description does not name it.

    It is a key that says so by its name, and that the request and every one of its replies have.
    """
    written = {message.name: message for message in messages}
    keys = {name: _keys(message.type, types) for name, message in written.items()}
    found = dict(written)
    shared: dict[int, set[str]] = {}  # by identity: many requests may hold one and the same tuple of replies
    for request in requests:
        if id(request.replies) not in shared:
            shared[id(request.replies)] = _common(request.replies, written, keys)
        likely = [key for key in keys[request.message] if key in shared[id(request.replies)]]
        if likely and written[request.message].correlation is None:
            told = f"nothing says which reply belongs to which request; {likely[0]} is in both"
            source.issues.noted("assumed-correlation", request.pointer, told)
            for name in (request.message, *request.replies):
                found[name] = replace(found[name], correlation=(likely[0],))
    return tuple(found.values())


def _common(replies: tuple[Name, ...], messages: Mapping[Name, Message], keys: Mapping[Name, tuple[str, ...]]) -> set[str]:
    """The keys of all replies that may hold a request's id; none where a reply says for itself where its id is."""
    if any(messages[reply].correlation is not None for reply in replies):
        return set()
    common = {key for key in keys[replies[0]] if key.lower().replace("_", "") in _IDS}
    for reply in replies:
        common.intersection_update(keys[reply])
    return common


def _keys(payload: Type, types: Mapping[Name, NamedType], names: int = _MOST_NAMES) -> tuple[str, ...]:
    """The keys that every value of a type may have at its top."""
    match payload:
        case Nullable(inner=inner):
            return _keys(inner, types, names)
        case Reference(name=name) if names:
            match types[name]:
                case ObjectType(fields=fields):
                    return tuple(field.wire_name for field in fields)
                case AliasType(target=target):
                    return _keys(target, types, names - 1)
                case UnionType(variants=variants):
                    several = [_keys(variant, types, names // 2) for variant in variants]
                    return tuple(key for key in several[0] if all(key in keys for keys in several))
                case _:
                    return ()
        case _:
            return ()
