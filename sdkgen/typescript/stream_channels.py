"""Channels as TypeScript: the types of what they take and give, the tables that the runtime reads, and their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.typescript.names import property_name
from sdkgen.typescript.operations import parameter_row
from sdkgen.typescript.stream_rows import (
    Argument,
    arguments_of,
    match_text,
    message_kind,
    message_row,
    subscription_of,
    table_rows,
    template_text,
    verdicts,
)
from sdkgen.typescript.text import documentation, literal

if TYPE_CHECKING:
    from sdkgen.api.model import Channel
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan


def channel_text(plan: Plan, channel: Channel, module: Module) -> list[str]:
    """The declarations of one channel: its parameters, its messages, its table."""
    names = plan.names.channels[channel.name]
    arguments = arguments_of(plan, channel, module)
    head = f"/** What {{@link Streams.{names.member}}} takes. */"
    lines = []
    for each in arguments:
        lines += [*each.documentation, f"  readonly {each.property}{'' if each.required else '?'}: {each.type};"]
    for parameter in (*channel.query, *channel.headers):
        mark = "" if parameter.required else "?"
        lines += documentation(parameter.description, deprecated=parameter.deprecated, indent="  ")
        lines.append(f"  readonly {property_name(parameter.name)}{mark}: {module.type_text(parameter.type)};")
    declared = [f"export interface {names.parameters} {{", *lines, "}"] if lines else [f"export type {names.parameters} = object;"]
    heard = [message for name in channel.heard for message in plan.api.messages if message.name == name]
    union = [f"{module.runtime_type('stream', 'Told')}<{literal(message_kind(each))}, {module.type_text(each.type)}>" for each in heard]
    table = [
        f"id: {literal(channel.id)}",
        f"path: {literal(channel.path())}",
        f"servers: [{', '.join(map(literal, channel.servers))}]",
        f"arguments: [{', '.join(map(_argument_row, arguments))}]",
        *table_rows("query", [parameter_row(each, module) for each in channel.query]),
        *table_rows("headers", [parameter_row(each, module) for each in channel.headers]),
        *table_rows("heard", [message_row(each, module) for each in heard], always=True),
        *_subscription_rows(plan, channel),
    ]
    kind = module.runtime_type("stream", "TypedChannel")
    return [
        head,
        *declared,
        "",
        f"/** What {{@link Streams.{names.member}}} gives. */",
        f"export type {names.message} = {' | '.join(dict.fromkeys(union)) or 'never'};",
        "",
        f"const {names.table}: {kind}<{names.parameters}, {names.message}> = {{",
        *(f"  {line}," for line in table),
        "};",
    ]


def _argument_row(argument: Argument) -> str:
    usual = "" if argument.default is None else f", default: {literal(argument.default)}"
    return f"{{ property: {literal(argument.property)}, wireName: {literal(argument.wire_name)}{usual} }}"


def _subscription_rows(plan: Plan, channel: Channel) -> list[str]:
    subscription = subscription_of(plan, channel)
    if subscription is None:
        return []
    members = [f"subscribe: {template_text(subscription.subscribe)}"]
    if subscription.unsubscribe is not None:
        members.append(f"unsubscribe: {template_text(subscription.unsubscribe)}")
    members.append(f"messages: [{', '.join(map(match_text, subscription.messages))}]")
    members += verdicts(subscription.confirmed, subscription.refused)
    if subscription.private:
        members.append("private: true")
    return ["subscription: {\n" + "".join(f"    {each},\n" for each in members) + "  }"]


def channel_method(plan: Plan, channel: Channel, module: Module) -> tuple[str, ...]:
    """The method that subscribes to the channel."""
    names = plan.names.channels[channel.name]
    required = any(each.required for each in arguments_of(plan, channel, module)) or any(each.required for each in channel.query)
    subscription = module.runtime_type("subscription", "Subscription")
    options = module.runtime_type("subscription", "SubscribeOptions")
    parameters = f"parameters: {names.parameters}{'' if required else ' = {}'}"
    return (
        *documentation(channel.description or channel.id, deprecated=channel.deprecated, indent="  "),
        f"  {names.member}({parameters}, options?: {options}): {subscription}<{names.message}> {{",
        f"    return this.#hub.subscribe({names.table}, parameters, options);",
        "  }",
    )
