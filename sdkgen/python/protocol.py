"""How an exchange's streams are spoken to, as Python source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sdkgen.checksum import Written
from sdkgen.python.behaviour import errors_source
from sdkgen.python.package import recipe_source
from sdkgen.python.text import literal
from sdkgen.stream_protocol import Heartbeat, StreamRequests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.checksum import Checksum
    from sdkgen.refusal import Refusal
    from sdkgen.stream_protocol import Book, ListenKey, Login, Match, StreamProtocol, Subscription


def own(name: str) -> str:
    """A name of the streams' runtime: behind an alias that no type of a description can have."""
    return f"_s.{name}"


def json_literal(value: object) -> str:
    """A JSON value as a Python expression; numbers keep their digits."""
    match value:
        case str():
            return literal(value)
        case dict():
            return "{" + ", ".join(f"{literal(str(key))}: {json_literal(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return f"[{', '.join(map(json_literal, value))}]"
        case None | bool() | int():
            return repr(value)
        case _:
            # No binary float becomes a number of a message.
            return literal(str(value))


def match_rule(match: Match | None) -> str:
    """How a message is told; ``None`` where nothing tells."""
    if match is None:
        return "None"
    pairs = ", ".join(f"({literal(place)}, {literal(text)})" for place, text in match.when.items())
    return f"{own('Match')}(({pairs}{',' if pairs else ''}))"


def subscription_rule(subscription: Subscription) -> str:
    """How a channel is subscribed to."""
    arguments = [json_literal(subscription.subscribe)]
    if subscription.unsubscribe is not None:
        arguments.append(f"unsubscribe={json_literal(subscription.unsubscribe)}")
    if subscription.messages:
        arguments.append(f"messages=({', '.join(match_rule(each) for each in subscription.messages)},)")
    arguments += _answers(subscription.confirmed, subscription.refused)
    return f"{own('SubscriptionRule')}({', '.join(arguments)})"


def _answers(confirmed: Match | None, refused: Match | None) -> list[str]:
    given = {"confirmed": confirmed, "refused": refused}
    return [f"{name}={match_rule(match)}" for name, match in given.items() if match is not None]


def protocol_rules(protocol: StreamProtocol | None, codes: Mapping[str, Refusal]) -> str:
    """What all channels share; ``codes`` are the exchange's own, for replies that have none of theirs."""
    if protocol is None:
        return f"{own('StreamRules')}()"
    arguments = [
        *([f"url={literal(protocol.url)}"] if protocol.url else []),
        *([f"private_url={literal(protocol.private_url)}"] if protocol.private_url else []),
        *([f"login={_login(protocol.login)}"] if protocol.login is not None else []),
        *([f"heartbeat={_heartbeat(protocol.heartbeat)}"] if protocol.heartbeat != Heartbeat() else []),
        *([f"listen_key={_listen_key(protocol.listen_key)}"] if protocol.listen_key is not None else []),
        *([f"asking={_asking(protocol.requests, codes)}"] if protocol.requests != StreamRequests() else []),
    ]
    return f"{own('StreamRules')}({', '.join(arguments)})"


def _asking(requests: StreamRequests, codes: Mapping[str, Refusal]) -> str:
    errors = None if requests.errors is None else replace(requests.errors, codes=dict(codes))
    arguments = [
        *([f"recipe={recipe_source(requests.signing, own)[0]}"] if requests.signing is not None else []),
        *([f"errors={errors_source(errors, own)}"] if errors is not None else []),
        *([f"status={literal(requests.status)}"] if requests.status != StreamRequests().status else []),
        *([f"retry_after={literal(requests.retry_after)}"] if requests.retry_after else []),
        *([f"acknowledged={match_rule(requests.acknowledged)}"] if requests.acknowledged is not None else []),
    ]
    return f"{own('AskingRule')}({', '.join(arguments)})"


def _login(login: Login) -> str:
    arguments = [
        json_literal(login.send),
        literal(login.payload),
        *([literal(login.timestamp.value)] if login.timestamp is not None else []),
        *_answers(login.confirmed, login.refused),
    ]
    return f"{own('LoginRule')}({', '.join(arguments)})"


def _heartbeat(heartbeat: Heartbeat) -> str:
    arguments = [
        json_literal(heartbeat.send),
        str(heartbeat.every_ms),
        str(heartbeat.silence_ms),
        *([match_rule(heartbeat.asked), json_literal(heartbeat.answer)] if heartbeat.asked is not None else []),
    ]
    return f"{own('HeartbeatRule')}({', '.join(arguments)})"


def _listen_key(key: ListenKey) -> str:
    texts = [key.create, key.keep_alive or "", key.place, key.argument]
    return f"{own('ListenKeyRule')}({', '.join(map(literal, texts))}, {key.every_ms}, {literal(key.parameter)})"


def _pairs(texts: Mapping[str, str]) -> str:
    return f"({' '.join(f'({literal(name)}, {literal(text)}),' for name, text in texts.items())})"


def book_rule(book: Book, channel: str) -> str:
    """How the order book is kept; ``channel`` is the constant of its channel."""
    texts = {
        "price": book.price,
        "quantity": book.quantity,
        "operation": book.operation or "",
        "operation_symbol": book.operation_symbol,
        "operation_bids": book.operation_bids,
        "operation_asks": book.operation_asks,
        "operation_sequence": book.operation_sequence,
        "sequence": book.sequence,
        "previous": book.previous,
        "first": book.first,
        "side": book.side,
        "bid": book.bid,
        "numbering": book.numbering.value,
    }
    usual = {"price": "0", "quantity": "1", "bid": "buy", "numbering": "consecutive"}
    named = (("arguments", book.arguments), ("operation_arguments", book.operation_arguments))
    arguments = [
        channel,
        match_rule(book.delta),
        literal(book.bids),
        literal(book.asks),
        *([f"snapshot={match_rule(book.snapshot)}"] if book.snapshot is not None else []),
        *(f"{name}={literal(text)}" for name, text in texts.items() if text != usual.get(name, "")),
        *(f"{name}={_pairs(pairs)}" for name, pairs in named if pairs),
        *([f"depth={book.depth}"] if book.depth else []),
        *([f"checksum={_checksum(book.checksum)}"] if book.checksum is not None else []),
    ]
    return f"{own('BookRule')}({', '.join(arguments)})"


def _checksum(rule: Checksum) -> str:
    arguments = (literal(rule.place), rule.levels, literal(rule.joining.value), rule.written is Written.DIGITS, literal(rule.separator))
    return f"{own('ChecksumRule')}({', '.join(map(str, arguments))})"
