"""Channels, messages and requests over WebSocket as Python: tables for the runtime, and typed methods that subscribe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import Channel, ChannelParameter, Message, Name, Parameter, Request, Scalar, ScalarKind
from sdkgen.behaviour import message_recipe
from sdkgen.python.method import deprecation
from sdkgen.python.names import channel_argument, channel_arguments, channel_method
from sdkgen.python.protocol import book_rule, own, protocol_rules, subscription_rule
from sdkgen.python.text import docstring, literal, one_line
from sdkgen.signing.messages import message_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api, Type
    from sdkgen.behaviour import Behaviour
    from sdkgen.python.module import Module
    from sdkgen.stream_protocol import Subscription

_STRING = Scalar(kind=ScalarKind.STRING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Argument:
    """One argument of a method that subscribes."""

    location: str
    wire: str
    name: str
    type: Type
    required: bool
    default: str | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelText:
    """A channel's source."""

    id: str
    method: str
    constant: str
    table: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestText:
    """The source of a request over a WebSocket."""

    id: str
    method: str
    constant: str
    table: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsText:
    """Everything that the module of the streams is made of, beside its types."""

    messages: tuple[str, ...]
    channels: tuple[ChannelText, ...]
    requests: tuple[RequestText, ...]
    rules: str
    book: str
    """The book's rule; empty where there is none."""


def streams_text(api: Api, behaviour: Behaviour, module: Module) -> StreamsText:
    """Write all channels."""
    protocol = behaviour.streams
    subscriptions = {each.channel: each for each in protocol.subscriptions} if protocol is not None else {}
    key = protocol.listen_key.parameter if protocol is not None and protocol.listen_key is not None else None
    messages = {each.name: each for each in api.messages}
    arguments = {each.name: tuple(_arguments(each, subscriptions.get(each.id), key)) for each in api.channels}
    channels = {each.name: each for each in api.channels}
    taken = frozenset(channel_method(each.name) for each in api.channels)
    book = protocol.book if protocol is not None else None
    listened = next((each for each in api.channels if book is not None and each.id == book.channel), None)
    return StreamsText(
        messages=tuple(_message(each, module) for each in api.messages),
        channels=tuple(_channel(each, subscriptions.get(each.id), arguments[each.name], messages, module) for each in api.channels),
        requests=tuple(
            _request(
                each,
                _Spoken(
                    channel=channels[each.channel],
                    arguments=arguments[each.channel],
                    messages=messages,
                    taken=taken,
                    places=message_places(api, each, message_recipe(behaviour)),
                    order_id=behaviour.order_ids.get(each.id, "").removeprefix("body."),
                    repeatable=each.id in behaviour.repeatable,
                ),
                module,
            )
            for each in api.requests
        ),
        rules=protocol_rules(protocol, behaviour.errors.codes),
        book="" if book is None or listened is None else book_rule(book, _channel_constant(listened.name)),
    )


def _arguments(channel: Channel, subscription: Subscription | None, key: str | None) -> Iterator[_Argument]:
    places = {id(each): "header" for each in channel.headers} | {id(each): "query" for each in channel.query}
    seen: set[str] = set()
    for each in channel_arguments(channel):
        if each.wire_name in seen or each.wire_name == key:
            continue
        seen.add(each.wire_name)
        yield _argument(each, places.get(id(each), "address"))
    for wire in subscription.arguments if subscription is not None else ():
        if wire not in seen:
            seen.add(wire)
            name = channel_argument(Name(words=tuple(wire.lower().replace("-", "_").split("_"))))
            yield _Argument(location="message", wire=wire, name=name, type=_STRING, required=True, default=None, description="")


def _argument(given: ChannelParameter | Parameter, location: str) -> _Argument:
    default = given.default if isinstance(given, ChannelParameter) else None
    if default is not None and default.startswith('"'):
        default = default[1:-1]
    return _Argument(
        location=location,
        wire=given.wire_name,
        name=channel_argument(given.name),
        type=given.type,
        required=default is None if isinstance(given, ChannelParameter) else given.required,
        default=default,
        description=given.description,
    )


def _message_constant(name: Name) -> str:
    return f"_MESSAGE_{name.snake().upper()}"


def _channel_constant(name: Name) -> str:
    return f"_CHANNEL_{name.snake().upper()}"


def _message(message: Message, module: Module) -> str:
    arguments = [literal(message.name.pascal()), module.codec(message.type)]
    marks = [f"{own('MarkRule')}({_texts(mark.path)}, {_texts(mark.values)})" for mark in message.marks]
    if marks:
        arguments.append(f"({', '.join(marks)},)")
    if message.correlation is not None:
        arguments.append(f"correlation={literal('.'.join(message.correlation))}")
    return f"{_message_constant(message.name)} = {own('MessageKind')}({', '.join(arguments)})"


def _texts(texts: tuple[str, ...]) -> str:
    return f"({', '.join(map(literal, texts))}{',' if len(texts) == 1 else ''})"


def _channel(
    channel: Channel, subscription: Subscription | None, arguments: tuple[_Argument, ...], messages: dict[Name, Message], module: Module
) -> ChannelText:
    constant = _channel_constant(channel.name)
    return ChannelText(
        id=channel.id,
        method=channel_method(channel.name),
        constant=constant,
        table="\n".join(_channel_table(channel, subscription, arguments, constant, module)),
        code="\n".join(_channel_method(channel, arguments, messages, constant, module)),
    )


def _channel_table(
    channel: Channel, subscription: Subscription | None, arguments: tuple[_Argument, ...], constant: str, module: Module
) -> Iterator[str]:
    yield f"{constant} = {own('ChannelRule')}("
    yield f"    {literal(channel.id)},"
    yield f"    {literal(channel.path())},"
    if channel.servers:
        yield f"    servers={_texts(channel.servers)},"
    if arguments:
        yield "    parameters=("
        yield from (f"        {_parameter(each, module)}," for each in arguments)
        yield "    ),"
    if channel.heard:
        yield f"    heard=({', '.join(map(_message_constant, channel.heard))},),"
    if subscription is not None:
        yield f"    subscription={subscription_rule(subscription)},"
        if subscription.private:
            yield "    private=True,"
    yield ")"


def _parameter(argument: _Argument, module: Module) -> str:
    given = [literal(argument.location), literal(argument.wire), literal(argument.name), module.codec(argument.type)]
    if not argument.required:
        given.append("required=False")
    if argument.default is not None:
        given.append(f"default={literal(argument.default)}")
    return f"{own('ParameterRule')}({', '.join(given)})"


def _signature(arguments: tuple[_Argument, ...], module: Module) -> Iterator[str]:
    ordered = sorted(arguments, key=lambda each: not each.required)
    for each in ordered:
        annotation = module.argument(each.type)
        yield f"{each.name}: {annotation}" if each.required else f"{each.name}: {annotation} | None = None"


def _passed(arguments: tuple[_Argument, ...]) -> str:
    return f"({', '.join(each.name for each in arguments)}{',' if len(arguments) == 1 else ''})"


def _channel_method(
    channel: Channel, arguments: tuple[_Argument, ...], messages: dict[Name, Message], constant: str, module: Module
) -> Iterator[str]:
    heard = " | ".join(dict.fromkeys(module.annotation(messages[name].type) for name in channel.heard)) or module.uses("JsonValue")
    if channel.deprecated:
        yield deprecation(module)
    yield f"    def {channel_method(channel.name)}("
    yield "        self,"
    yield "        *,"
    yield from (f"        {each}," for each in _signature(arguments, module))
    yield "        capacity: int = 1000,"
    yield f'        overflow: {own("Overflow")} = "drop_oldest",'
    yield f"    ) -> {own('Subscription')}[{heard}]:"
    yield from _about(
        channel.description or " ".join(channel.name.words).capitalize(), channel.address, arguments, deprecated=channel.deprecated
    )
    yield f"        return self._subscription({constant}, {_passed(arguments)}, capacity, overflow)"


def _about(description: str, address: str, arguments: tuple[_Argument, ...], *, deprecated: bool) -> Iterator[str]:
    yield f'        """{docstring(description)[3:-3] or "A channel."}'
    yield ""
    if deprecated:
        yield "        Deprecated by the exchange."
    if one_line(address):
        yield f"        {docstring(f'Channel {address}')[3:-3]}"
    described = [(each.name, one_line(each.description)) for each in arguments if one_line(each.description)]
    if described:
        yield ""
        yield "        Args:"
        yield from (f"            {name}: {docstring(text)[3:-3]}" for name, text in described)
    yield '        """'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """Where a request is made."""

    channel: Channel
    arguments: tuple[_Argument, ...]
    messages: dict[Name, Message]
    taken: frozenset[str]
    """Methods that channels have."""
    places: tuple[int, ...]
    """The placements of the messages' recipe that it gets."""
    order_id: str
    repeatable: bool


def _request(request: Request, spoken: _Spoken, module: Module) -> RequestText:
    channel, arguments, messages = spoken.channel, spoken.arguments, spoken.messages
    constant = f"_REQUEST_{request.name.snake().upper()}"
    method = f"request_{request.name.snake()}"
    while method in spoken.taken:
        method += "_"
    failures = request.refusals()
    rule = [
        literal(request.id),
        _channel_constant(channel.name),
        _message_constant(request.message),
        f"({', '.join(map(_message_constant, request.replies))},)",
        *([f"frozenset({{{', '.join(literal(name.pascal()) for name in failures)}}})"] if failures else []),
        *(["signed=True"] if request.security and () not in request.security else []),
        *([f"places={spoken.places!r}"] if spoken.places else []),
        *(["repeatable=True"] if spoken.repeatable else []),
        *([f"order_id={literal(spoken.order_id)}"] if spoken.order_id else []),
    ]
    answered = " | ".join(dict.fromkeys(module.annotation(messages[name].type) for name in request.replies if name not in failures))
    code = [
        *([deprecation(module)] if request.deprecated else []),
        f"    async def {method}(",
        "        self,",
        f"        body: {module.argument(messages[request.message].type)},",
        *(["        *,"] if arguments else []),
        *(f"        {each}," for each in _signature(arguments, module)),
        f"    ) -> {answered}:",
        *_about(
            request.summary or request.description or " ".join(request.name.words).capitalize(),
            "",
            arguments,
            deprecated=request.deprecated,
        ),
        f"        replied: {answered} = await self._request({constant}, {_passed(arguments)}, body)",
        "        return replied",
    ]
    return RequestText(
        id=request.id,
        method=method,
        constant=constant,
        table=f"{constant} = {own('RequestRule')}({', '.join(rule)})",
        code="\n".join(code),
    )
