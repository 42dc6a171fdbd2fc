"""How streams are spoken to, as Go source: the client's table, and what it says of each channel."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING

from sdkgen.checksum import Checksum, Written
from sdkgen.go.behaviour import error_members, literal
from sdkgen.go.placements import recipe_source
from sdkgen.go.text import quoted
from sdkgen.stream_protocol import Heartbeat, StreamRequests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import Name
    from sdkgen.api.stream_model import Channel, Mark, Message
    from sdkgen.behaviour import Behaviour
    from sdkgen.go.behaviour import Members
    from sdkgen.go.operations import GoMethod
    from sdkgen.go.streams import GoStreams
    from sdkgen.refusal import Errors
    from sdkgen.stream_protocol import Book, ListenKey, Login, Match, StreamProtocol, Subscription

Kind = tuple["Message", int, bool]
"""A kind of message, the place of its field in the event, and whether it says no as a reply."""


def channel_members(channel: Channel, rules: Subscription | None, protocol: StreamProtocol | None, kinds: tuple[Kind, ...]) -> Members:
    """A channel's table entry."""
    key = None if protocol is None or protocol.listen_key is None else protocol.listen_key.parameter
    members: Members = [("id", quoted(channel.id))]
    if channel.path():
        members.append(("path", quoted(channel.path())))
    if channel.servers:
        members.append(("servers", f"[]string{{{quoted(channel.servers[0])}}}"))
    if any(each.wire_name == key for each in channel.parameters):
        members.append(("listenKey", "true"))
    private = rules.private if rules else bool(channel.security) and protocol is not None and protocol.login is not None
    if private:
        members.append(("private", "true"))
    if rules is not None:
        members += _subscribing(rules)
    return [*members, *kinds_member("heard", kinds)]


def _subscribing(rules: Subscription) -> Members:
    members: Members = [("shared", "true"), ("subscribe", quoted(template(rules.subscribe)))]
    if rules.unsubscribe is not None:
        members.append(("unsubscribe", quoted(template(rules.unsubscribe))))
    if rules.messages:
        members.append(("messages", f"[]streamMatch{{{', '.join(_places(each) for each in rules.messages)}}}"))
    return [*members, *_match("confirmed", rules.confirmed), *_match("refused", rules.refused)]


def kinds_member(name: str, kinds: tuple[Kind, ...], payloads: Mapping[Name, str] = MappingProxyType({})) -> Members:
    """The kinds of messages, one a line; ``payloads`` are the Go types of those that only their values tell apart."""
    if not kinds:
        return []
    return [(name, f"[]streamKind{{\n{''.join(f'		{_kind(kind, payloads)},' + chr(10) for kind in kinds)}\t}}")]


def _kind(kind: Kind, payloads: Mapping[Name, str]) -> str:
    message, place, bad = kind
    members = [f"name: {quoted(message.name.pascal())}"]
    members += [f"field: {place}"] if place else []
    members += [f"marks: []streamMark{{{', '.join(_mark(mark) for mark in message.marks)}}}"] if message.marks else []
    members += ["bad: true"] if bad else []
    members += [f"payload: (*{payloads[message.name]})(nil)"] if message.name in payloads else []
    return f"{{{', '.join(members)}}}"


def _mark(mark: Mark) -> str:
    return f"{{path: {_texts(mark.path)}, values: {_texts(mark.values)}}}"


def protocol_source(behaviour: Behaviour, streams: GoStreams, methods: Mapping[str, GoMethod]) -> str:
    """The client's table; ``methods`` are the operations by their identity."""
    protocol = behaviour.streams
    members: Members = []
    if protocol is not None:
        members += [(key, quoted(url)) for key, url in (("url", protocol.url), ("privateURL", protocol.private_url)) if url]
        members += _login(protocol.login)
    members += _heartbeat(Heartbeat() if protocol is None else protocol.heartbeat)
    if protocol is not None and protocol.book is not None and streams.book is not None:
        members.append(("book", _book(protocol.book, streams, methods)))
    if protocol is not None and protocol.listen_key is not None:
        members += _listen_key(protocol.listen_key, methods)
    if streams.requests:
        members.append(("asking", _asking(StreamRequests() if protocol is None else protocol.requests, behaviour.errors)))
    return f"streamProtocol{{\n{literal(members)}}}"


def _asking(requests: StreamRequests, usual: Errors) -> str:
    members: Members = []
    if requests.signing is not None:
        members.append(("recipe", recipe_source(requests.signing)))
    if requests.errors is not None:
        members.append(("errors", f"&behaviour{{{_line(error_members(requests.errors, known=bool(usual.codes)))}}}"))
    members += [(key, quoted(place)) for key, place in (("status", requests.status), ("retryAfter", requests.retry_after)) if place]
    members += _match("acknowledged", requests.acknowledged)
    return f"streamAsking{{{_line(members)}}}"


def _login(login: Login | None) -> Members:
    if login is None:
        return []
    members: Members = [("send", quoted(template(login.send))), ("payload", quoted(login.payload))]
    if login.timestamp is not None:
        members.append(("timestamp", quoted(login.timestamp.value)))
    members += [*_match("confirmed", login.confirmed), *_match("refused", login.refused)]
    return [("login", f"&streamLogin{{{_line(members)}}}")]


def _heartbeat(rules: Heartbeat) -> Members:
    members: Members = []
    if rules.send is not None:
        members.append(("send", quoted(rules.send if isinstance(rules.send, str) else template(rules.send))))
    members += [("every", f"{rules.every_ms} * time.Millisecond"), ("silence", f"{rules.silence_ms} * time.Millisecond")]
    members += _match("asked", rules.asked)
    if rules.answer is not None:
        members.append(("answer", quoted(template(rules.answer))))
    return [("heartbeat", f"streamHeartbeat{{{_line(members)}}}")]


def _book(book: Book, streams: GoStreams, methods: Mapping[str, GoMethod]) -> str:
    channel = streams.book
    members: Members = []
    if channel is not None:
        arguments = book.arguments or {channel.symbol: "{symbol}"}
        members += [("channel", f"&{channel.table}"), ("arguments", _pairs(arguments))]
    members += [*_match("snapshot", book.snapshot), *_match("delta", book.delta)]
    texts = (
        ("bids", book.bids),
        ("asks", book.asks),
        ("price", book.price),
        ("quantity", book.quantity),
        ("sequence", book.sequence),
        ("previous", book.previous),
        ("first", book.first),
        ("side", book.side),
        ("bid", book.bid if book.side else ""),
        ("numbering", book.numbering.value),
    )
    members += [(name, quoted(text)) for name, text in texts if text]
    members += [("depth", str(book.depth))] if book.depth else []
    members += _checksum(book.checksum)
    method = methods.get(book.operation or "")
    if method is not None:
        members += [("operation", f"&{method.table}"), ("params", _made(method))]
        members.append(("asked", _pairs({book.operation_symbol: "{symbol}", **book.operation_arguments})))
        places = (
            ("operationBids", book.operation_bids or book.bids),
            ("operationAsks", book.operation_asks or book.asks),
            ("operationNumber", book.operation_sequence),
        )
        members += [(name, quoted(text)) for name, text in places if text]
    return f"&streamBookRules{{{_line(members)}}}"


def _checksum(rule: Checksum | None) -> Members:
    if rule is None:
        return []
    members: Members = [("place", quoted(rule.place)), ("levels", str(rule.levels)), ("joining", quoted(rule.joining.value))]
    members += [("digits", "true")] if rule.written is Written.DIGITS else []
    members += [("separator", quoted(rule.separator))] if rule.separator else []
    return [("checksum", f"&streamChecksum{{{_line(members)}}}")]


def _pairs(texts: Mapping[str, str]) -> str:
    return f"[][2]string{{{', '.join(f'{{{quoted(name)}, {quoted(text)}}}' for name, text in texts.items())}}}"


def _listen_key(key: ListenKey, methods: Mapping[str, GoMethod]) -> Members:
    if key.create not in methods or (key.keep_alive is not None and key.keep_alive not in methods):
        return []
    create, alive = methods[key.create], methods[key.keep_alive] if key.keep_alive is not None else None
    members: Members = [
        ("create", f"&{create.table}"),
        ("createParams", _made(create)),
        *([("keepAlive", f"&{alive.table}"), ("keepAliveParams", _made(alive))] if alive is not None else []),
        ("place", quoted(key.place)),
        ("argument", quoted(key.argument)),
        ("parameter", quoted(key.parameter)),
        ("every", f"{key.every_ms} * time.Millisecond"),
    ]
    return [("listenKey", f"&streamListenKey{{{_line(members)}}}")]


def _made(method: GoMethod) -> str:
    return f"func() any {{ return &{method.params}{{}} }}" if method.params else "nil"


def template(document: Mapping[str, object]) -> str:
    """A template as JSON text."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=str)


def _match(name: str, match: Match | None) -> Members:
    return [] if match is None else [(name, f"streamMatch{_places(match)}")]


def _places(match: Match) -> str:
    return f"{{{', '.join(f'{{place: {quoted(place)}, text: {quoted(str(text))}}}' for place, text in match.when.items())}}}"


def _line(members: Members) -> str:
    return ", ".join(f"{key}: {value}" for key, value in members)


def _texts(texts: tuple[str, ...]) -> str:
    return f"[]string{{{', '.join(quoted(text) for text in texts)}}}"
