"""Parts of the streams' tables that channels, requests and the protocol share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.name import words_of
from sdkgen.api.type_model import Name
from sdkgen.stream_protocol import StreamProtocol
from sdkgen.typescript.names import property_name
from sdkgen.typescript.places import steps_of, steps_text
from sdkgen.typescript.text import documentation, json_value, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sdkgen.api.model import Channel, Message
    from sdkgen.stream_protocol import Match, Subscription
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan

_MARKS = ("Reconnected", "Dropped", "UnknownMessage", "DecodeError")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a channel."""

    property: str
    wire_name: str
    type: str
    required: bool
    default: str | None = None
    documentation: tuple[str, ...] = ()


def protocol_of(plan: Plan) -> StreamProtocol:
    """How the exchange's streams are spoken to; the plain protocol where nobody said."""
    return plan.options.behaviour.streams or StreamProtocol()


def subscription_of(plan: Plan, channel: Channel) -> Subscription | None:
    """How the channel is subscribed to; ``None`` where it has a connection to itself."""
    return next((each for each in protocol_of(plan).subscriptions if each.channel == channel.id), None)


def arguments_of(plan: Plan, channel: Channel, module: Module) -> tuple[Argument, ...]:
    """The channel's own parameters, then those that only its subscription's templates use."""
    listen_key = protocol_of(plan).listen_key
    filled = None if listen_key is None else listen_key.parameter
    own = [
        Argument(
            property=property_name(each.name),
            wire_name=each.wire_name,
            type=module.type_text(each.type),
            required=each.default is None and each.wire_name != filled,
            default=None if each.default is None else plain_text(each.default),
            documentation=documentation(each.description, indent="  "),
        )
        for each in channel.parameters
    ]
    subscription = subscription_of(plan, channel)
    taken = {property_name(each.name) for each in (*channel.query, *channel.headers)} | {each.property for each in own}
    for wire_name in () if subscription is None else subscription.arguments:
        if wire_name not in {each.wire_name for each in own}:
            name = property_name(Name(words=words_of(wire_name) or ("argument",)))
            own.append(Argument(property=f"{name}_" if name in taken else name, wire_name=wire_name, type="string", required=True))
    return tuple(own)


def plain_text(text: str) -> str:
    """A JSON value as the text that stands for it in an address."""
    value = json_value(text)
    return value if isinstance(value, str) else text


def table_rows(name: str, rows: list[str], *, always: bool = False) -> list[str]:
    """A list among a table's members, one row a line; nothing where it is empty, unless ``always``."""
    listed = "".join(f"    {row},\n" for row in rows)
    return [f"{name}: [\n{listed}  ]" if rows else f"{name}: []"] if rows or always else []


def message_kind(message: Message) -> str:
    """What a message of that kind has as its ``type``; never one of the marks that a subscription gives by itself."""
    name = message.name.pascal()
    return f"{name}_" if name in _MARKS else name


def message_row(message: Message, module: Module, *more: str) -> str:
    """One kind of message as the runtime's ``MessageRow``, with further members."""
    marks = (f"[{steps_text(mark.path)}, [{', '.join(literal(plain_text(each)) for each in mark.values)}]]" for mark in message.marks)
    members = (
        f"name: {literal(message_kind(message))}",
        f"codec: {module.codec_text(message.type)}",
        f"marks: [{', '.join(marks)}]",
        *more,
    )
    return f"{{ {', '.join(members)} }}"


def match_text(match: Match) -> str:
    """The runtime's ``MatchTable``."""
    return f"[{', '.join(f'[{steps_text(steps_of(place))}, {literal(text)}]' for place, text in match.when.items())}]"


def template_text(document: object) -> str:
    """A document with holes, as the literal of its JSON text."""
    return literal(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def verdicts(confirmed: Match | None, refused: Match | None) -> Iterator[str]:
    """By what an exchange confirms or refuses something, as members of a table."""
    if confirmed is not None:
        yield f"confirmed: {match_text(confirmed)}"
    if refused is not None:
        yield f"refused: {match_text(refused)}"


def block(members: Iterable[str]) -> str:
    """Members as an object, one a line."""
    return "{\n" + "".join(f"    {each},\n" for each in members) + "  }"
