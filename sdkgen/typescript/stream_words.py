"""What a README says of an exchange's streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.behaviour import message_recipe
from sdkgen.signing.messages import placements_of
from sdkgen.typescript.module import Module
from sdkgen.typescript.stream_rows import Argument, arguments_of, message_kind, subscription_of
from sdkgen.typescript.stream_tables import book_channel
from sdkgen.typescript.text import json_value, literal, markdown

if TYPE_CHECKING:
    from sdkgen.api.model import Channel
    from sdkgen.typescript.plan import Plan

_SYMBOL = "BTC-USD"
_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWords:
    """The parts of that section."""

    channels: tuple[tuple[str, str], ...]
    """Each method, and the kinds of its messages."""
    call: str
    """The easiest subscription."""
    book: str
    """The call that keeps a book; empty where there is none."""
    requests: str
    filled: str
    """What callers leave out of signed messages; empty where nothing is signed."""
    private: bool
    """Whether the client of the example needs credentials."""


def stream_words(plan: Plan) -> StreamWords:
    """Find them."""
    api = plan.api
    module = Module(path="readme", names=plan.names)
    easiest = min(api.channels, key=lambda each: _effort(plan, each, module))
    subscription = subscription_of(plan, easiest)
    kept = book_channel(plan, module)
    names = {message.name: message_kind(message) for message in api.messages}
    listed = tuple(
        (plan.names.channels[each.name].member, _listed([f"`{names[name]}`" for name in each.heard if name in names]))
        for each in api.channels
    )
    return StreamWords(
        channels=listed,
        call=f"client.streams.{plan.names.channels[easiest.name].member}({_arguments(plan, easiest, module)})",
        book="" if kept is None else f"client.streams.book({literal(_symbol(plan))})",
        requests=_listed([f"`client.streams.{plan.names.requests[each.name]}`" for each in api.requests]),
        filled=_filled(plan),
        private=kept is None and subscription is not None and subscription.private,
    )


def _filled(plan: Plan) -> str:
    """What callers leave out of messages because the client signs them."""
    recipe = message_recipe(plan.options.behaviour)
    placed = [each.name for request in plan.api.requests for each in placements_of(plan.api, request, recipe)]
    return _listed([f"`{markdown(name)}`" for name in dict.fromkeys(placed) if "`" not in name])


def _listed(texts: list[str]) -> str:
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(texts[:_MOST]) + more


def _effort(plan: Plan, channel: Channel, module: Module) -> tuple[bool, bool, int]:
    subscription = subscription_of(plan, channel)
    needed = sum(each.required for each in arguments_of(plan, channel, module)) + sum(each.required for each in channel.query)
    return subscription is None, subscription is not None and subscription.private, needed


def _arguments(plan: Plan, channel: Channel, module: Module) -> str:
    shown = {each.wire_name: json_value(each.examples[0].value) for each in channel.parameters if each.examples}
    given = [
        (each.property, shown.get(each.wire_name, _guess(plan, each))) for each in arguments_of(plan, channel, module) if each.required
    ]
    return f"{{ {', '.join(f'{name}: {literal(str(value))}' for name, value in given)} }}" if given else ""


def _guess(plan: Plan, argument: Argument) -> str:
    return _symbol(plan) if "symbol" in argument.wire_name.lower() else argument.wire_name


def _symbol(plan: Plan) -> str:
    """The instrument that the README's order is for."""
    example = plan.options.example
    arguments = () if example is None else example.place.arguments
    return next((text for place, text in arguments if place.lower().endswith("symbol")), _SYMBOL)
