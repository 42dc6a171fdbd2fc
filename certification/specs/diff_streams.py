"""What changed between two descriptions' streams: channels, the messages on them, requests and their replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import ChangeClass
from certification.specs.parameters import compare_parameters, place_of
from certification.specs.tally import Direction, Tally, Where
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from certification.specs.shapes import Shapes
    from sdkgen.api.model import Api, Channel, ChannelParameter, Message, Name, Pointer, Request

_BREAKING, _ADDITIVE, _DOCUMENTATION = ChangeClass.BREAKING, ChangeClass.ADDITIVE, ChangeClass.DOCUMENTATION


def compare_streams(old: Api, new: Api, shapes: Shapes, tally: Tally) -> None:
    """Note every difference between the streams of two versions of an API."""
    if old.stream_servers != new.stream_servers:
        place = ", ".join(new.stream_servers) or "no named server"
        tally.whole(_ADDITIVE, "servers-changed", "/servers", None, f"the streams are at {place}")
    before, after = {channel.id: channel for channel in old.channels}, {channel.id: channel for channel in new.channels}
    renamed = _renamed(before, after)
    for identity, channel in before.items():
        same = after.get(renamed.get(identity, identity))
        if same is None:
            tally.whole(_BREAKING, "channel-removed", channel.pointer, channel.id, f"the channel {channel.id} is gone")
        else:
            _channels(channel, same, shapes, tally)
    known = {renamed.get(identity, identity) for identity in before}
    for identity, channel in after.items():
        if identity not in known:
            tally.whole(_ADDITIVE, "channel-added", channel.pointer, channel.id, f"the channel {channel.id} is new")
    _messages(old, new, shapes, tally)
    _requests(old, new, tally)


def _renamed(before: dict[str, Channel], after: dict[str, Channel]) -> dict[str, str]:
    """Old ids to new ones, of channels that are no longer called the same and whose address shows that they are the same."""
    lost, gained = _by_address(before, after), _by_address(after, before)
    return {lost[address]: gained[address] for address in lost if address in gained}


def _by_address(channels: dict[str, Channel], others: dict[str, Channel]) -> dict[str, str]:
    """The ids of channels that the other description does not have, by addresses that no two of them share."""
    found: dict[str, list[str]] = {}
    for channel in channels.values():
        if channel.id not in others:
            found.setdefault(channel.address, []).append(channel.id)
    return {address: ids[0] for address, ids in found.items() if address and len(ids) == 1}


def _channels(old: Channel, new: Channel, shapes: Shapes, tally: Tally) -> None:
    if old.id != new.id:
        tally.whole(_BREAKING, "channel-renamed", new.pointer, new.id, f"the channel {old.id} is now called {new.id}")
    if old.address != new.address:
        tally.whole(_BREAKING, "address-changed", join(new.pointer, "address"), new.id, f"{new.id} is at another address")
    if old.security != new.security:
        summary = f"{new.id} asks for other credentials" if new.security else f"{new.id} is now public"
        tally.whole(_BREAKING, "security-changed", new.pointer, new.id, summary)
    if new.deprecated and not old.deprecated:
        tally.whole(_DOCUMENTATION, "channel-deprecated", new.pointer, new.id, f"{new.id} is deprecated")
    if old.servers != new.servers:
        tally.whole(_ADDITIVE, "servers-changed", new.pointer, new.id, f"{new.id} is at other servers")
    _channel_parameters(old, new, shapes, tally)
    compare_parameters(
        {(parameter.location.value, parameter.wire_name): parameter for parameter in (*old.query, *old.headers)},
        {(parameter.location.value, parameter.wire_name): parameter for parameter in (*new.query, *new.headers)},
        lambda parameter: place_of(parameter, new.id, new.pointer),
        shapes,
        tally,
    )
    _travelling(old, new, tally)


def _channel_parameters(old: Channel, new: Channel, shapes: Shapes, tally: Tally) -> None:
    before = {parameter.wire_name: parameter for parameter in old.parameters}
    after = {parameter.wire_name: parameter for parameter in new.parameters}
    for wire_name, parameter in before.items():
        where = _parameter_place(new, parameter)
        if wire_name not in after:
            tally.add(_BREAKING, "parameter-removed", where, "is gone")
            continue
        same = after[wire_name]
        if parameter.default != same.default:
            needed = same.default is None
            what = "must now be given" if needed else f"defaults to {same.default} instead of {parameter.default or 'nothing'}"
            tally.add(_BREAKING if needed else _ADDITIVE, "became-required" if needed else "default-changed", where, what)
        shapes.compare(parameter.type, same.type, where)
    for wire_name, parameter in after.items():
        if wire_name not in before and parameter.default is None:
            tally.add(_BREAKING, "required-parameter-added", _parameter_place(new, parameter), "is new and must be given")
        elif wire_name not in before:
            tally.add(_ADDITIVE, "parameter-added", _parameter_place(new, parameter), "is new")


def _parameter_place(channel: Channel, parameter: ChannelParameter) -> Where:
    return Where(
        operation=channel.id,
        direction=Direction.REQUEST,
        pointer=join(channel.pointer, "parameters", parameter.wire_name),
        label=f"address:{parameter.wire_name}",
    )


def _travelling(old: Channel, new: Channel, tally: Tally) -> None:
    """Which messages go which way.

    A new one that the exchange sends breaks nothing: SDKs hand on what they do not know, and exchanges add kinds all the time.
    """
    before, after = _ways(old), _ways(new)
    for name, ways in before.items():
        where = join(new.pointer, "messages", name.pascal())
        if name not in after:
            tally.whole(_BREAKING, "message-removed", where, new.id, f"{new.id} no longer carries {name.pascal()}")
        elif ways != after[name]:
            lost = ways - after[name]
            summary = f"{name.pascal()} on {new.id} is {' and '.join(sorted(after[name]))}, and was {' and '.join(sorted(ways))}"
            tally.whole(_BREAKING if lost else _ADDITIVE, "direction-changed", where, new.id, summary)
    for name, ways in after.items():
        if name not in before:
            where = join(new.pointer, "messages", name.pascal())
            tally.whole(_ADDITIVE, "message-added", where, new.id, f"{new.id} carries {name.pascal()}, {' and '.join(sorted(ways))}")


def _ways(channel: Channel) -> dict[Name, set[str]]:
    ways: dict[Name, set[str]] = {}
    for way, names in (("heard", channel.heard), ("said", channel.said)):
        for name in names:
            ways.setdefault(name, set()).add(way)
    return ways


def _messages(old: Api, new: Api, shapes: Shapes, tally: Tally) -> None:
    """What messages hold, each once for each way that it goes, however many channels carry it."""
    before = {message.name: message for message in old.messages}
    after = {message.name: message for message in new.messages}
    done: set[tuple[Name, Direction]] = set()
    for channel in new.channels:
        for direction, names in ((Direction.RESPONSE, channel.heard), (Direction.REQUEST, channel.said)):
            for name in names:
                if name in before and (name, direction) not in done:
                    done.add((name, direction))
                    _message(before[name], after[name], direction, shapes, tally)


def _message(old: Message, new: Message, direction: Direction, shapes: Shapes, tally: Tally) -> None:
    own = new.name.pascal()
    where = Where(operation=own, direction=direction, pointer=join(new.pointer, "payload"), label=own)
    if old.media_type != new.media_type:
        tally.add(_BREAKING, "media-type-changed", where, f"is written as {new.media_type} instead of {old.media_type}")
    if old.correlation != new.correlation:
        place = ".".join(new.correlation) if new.correlation is not None else "no place of its own"
        tally.add(_ADDITIVE, "correlation-changed", where, f"has its id at {place}")
    if new.deprecated and not old.deprecated:
        tally.add(_DOCUMENTATION, "message-deprecated", where, "is deprecated")
    shapes.compare(old.type, new.type, where)


def _requests(old: Api, new: Api, tally: Tally) -> None:
    before, after = {request.id: request for request in old.requests}, {request.id: request for request in new.requests}
    for identity, request in before.items():
        if identity in after:
            _request(request, after[identity], tally)
        else:
            tally.whole(_BREAKING, "request-removed", request.pointer, request.id, f"the request {request.id} is gone")
    for identity, request in after.items():
        if identity not in before:
            tally.whole(_ADDITIVE, "request-added", request.pointer, request.id, f"the request {request.id} is new")


def _request(old: Request, new: Request, tally: Tally) -> None:
    if old.message != new.message:
        summary = f"{new.id} sends {new.message.pascal()} instead of {old.message.pascal()}"
        tally.whole(_BREAKING, "request-message-changed", new.pointer, new.id, summary)
    if (old.channel, old.reply_channel) != (new.channel, new.reply_channel):
        tally.whole(_BREAKING, "request-channel-changed", new.pointer, new.id, f"{new.id} goes over another channel")
    if old.security != new.security:
        summary = f"{new.id} asks for other credentials" if new.security else f"{new.id} is now public"
        tally.whole(_BREAKING, "security-changed", new.pointer, new.id, summary)
    if new.deprecated and not old.deprecated:
        tally.whole(_DOCUMENTATION, "request-deprecated", new.pointer, new.id, f"{new.id} is deprecated")
    for name in old.replies:
        if name not in new.replies:
            tally.whole(_BREAKING, "reply-removed", new.pointer, new.id, f"{new.id} is no longer answered by {name.pascal()}")
    for name in new.replies:
        if name not in old.replies:
            tally.whole(_ADDITIVE, "reply-added", new.pointer, new.id, f"{new.id} may also be answered by {name.pascal()}")


def document_streams(old: Api, new: Api, tally: Tally) -> None:
    """Note texts of channels, messages and requests that changed where nothing else did."""
    channels = {channel.id: channel for channel in old.channels}
    for channel in new.channels:
        before = channels.get(channel.id)
        if before is not None and (before.description, before.parameters) != (channel.description, channel.parameters):
            _documented(tally, "channel-text", channel.pointer, channel.id)
    messages = {message.name: message for message in old.messages}
    for message in new.messages:
        known = messages.get(message.name)
        if known is not None and (known.description, known.examples) != (message.description, message.examples):
            _documented(tally, "message-text", message.pointer, message.name.pascal())
    requests = {request.id: request for request in old.requests}
    for request in new.requests:
        same = requests.get(request.id)
        if same is not None and (same.summary, same.description) != (request.summary, request.description):
            _documented(tally, "request-text", request.pointer, request.id)


def _documented(tally: Tally, rule: str, pointer: Pointer, subject: str) -> None:
    if not tally.concerns(subject):
        tally.whole(_DOCUMENTATION, rule, pointer, subject, f"{subject} is documented otherwise")
