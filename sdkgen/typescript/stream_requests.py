"""Requests over WebSocket as TypeScript: the table that the runtime reads, and the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.model import Scalar, ScalarKind
from sdkgen.api.type_model import Name, ObjectType, Reference, UnionType
from sdkgen.behaviour import message_recipe
from sdkgen.signing.messages import message_places
from sdkgen.typescript.behaviour import weight_and_repetition
from sdkgen.typescript.names import property_name
from sdkgen.typescript.places import bare, steps_of, steps_text
from sdkgen.typescript.stream_rows import arguments_of, message_row, protocol_of, table_rows
from sdkgen.typescript.text import documentation, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Field, Message, Request, Type
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan


def _payload(plan: Plan, request: Request, module: Module) -> tuple[str, list[str]]:
    """The type of what a caller gives, and the row that says where the client puts its id."""
    message = _named(plan, request.message)
    text, place = module.type_text(message.type), message.correlation
    if not place:
        return text, []
    declared = [message.type]
    for step in place[:-1]:
        declared = [field.type for each in declared for field in _fields(plan, each, step) if field is not None]
    fields = [field for each in declared for field in _fields(plan, each, place[-1])]
    field = next((each for each in fields if each is not None), None)
    members = [f"place: {steps_text(place)}"]
    if len(place) == 1 and field is not None and None not in fields:
        name = literal(property_name(field.name))
        text = f"{module.runtime_type('stream', 'Without')}<{text}, {name}>"
        members.append(f"property: {name}")
    # What no type declares is a number, as everywhere.
    kind = _identifier(plan, field.type) if field is not None else "decimal"
    return text, [f"correlation: {{ {', '.join((*members, f'as: {literal(kind)}'))} }}"]


def _fields(plan: Plan, used: Type, wire_name: str) -> list[Field | None]:
    """The field of that name in the object, or in each variant of the union, that the type is; ``None`` where there is none."""
    reached = bare(plan.api, used)
    declared = plan.api.type_named(reached.name) if isinstance(reached, Reference) else None
    match declared:
        case ObjectType(fields=fields):
            return [next((each for each in fields if each.wire_name == wire_name), None)]
        case UnionType(variants=variants):
            return [field for variant in variants for field in _fields(plan, variant, wire_name)]
        case _:
            return [None]


def _identifier(plan: Plan, used: Type) -> str:
    """What an id is in TypeScript: a number wherever its type takes one."""
    reached = bare(plan.api, used)
    declared = plan.api.type_named(reached.name) if isinstance(reached, Reference) else None
    if isinstance(declared, UnionType):
        return next((kind for variant in declared.variants if (kind := _identifier(plan, variant)) != "text"), "text")
    kind = reached.kind if isinstance(reached, Scalar) else ScalarKind.STRING
    return {ScalarKind.INTEGER: "bigint", ScalarKind.DECIMAL: "decimal", ScalarKind.ANY: "decimal"}.get(kind, "text")


def _named(plan: Plan, name: Name) -> Message:
    return next(each for each in plan.api.messages if each.name == name)


def request_text(plan: Plan, request: Request, module: Module) -> list[str]:
    """The table of one request."""
    payload, correlation = _payload(plan, request, module)
    replies = [_named(plan, name) for name in request.replies]
    own, refusals = _named(plan, request.message).correlation, request.refusals()
    private = bool(request.security) and () not in request.security and protocol_of(plan).login is not None
    rows = []
    for each in replies:
        place = [f"correlation: {steps_text(each.correlation or own)}"] if own else []
        rows.append(message_row(each, module, *place, *(["error: true"] if each.name in refusals else [])))
    table = [
        f"id: {literal(request.id)}",
        f"channel: {plan.names.channels[request.channel].table}",
        f"message: {module.codec_text(_named(plan, request.message).type)}",
        *correlation,
        *table_rows("replies", rows, always=True),
        *(["private: true"] if private else []),
        *_manners(plan, request),
    ]
    head = f"const {plan.names.requests[request.name]}Table: StreamRequest<{payload}, {_reply(plan, request, module)}> = {{"
    return [head, *(f"  {line}," for line in table), "};"]


def _manners(plan: Plan, request: Request) -> Iterator[str]:
    """How the request is signed, limited and repeated."""
    behaviour = plan.options.behaviour
    placements = message_places(plan.api, request, message_recipe(behaviour))
    if placements or (request.security and () not in request.security):
        yield "signed: true"
    if placements:
        yield f"placements: [{', '.join(map(str, placements))}]"
    yield from weight_and_repetition(behaviour, request.id)
    if request.id in behaviour.order_ids:
        yield f"orderId: {steps_text(steps_of(behaviour.order_ids[request.id].removeprefix('body.')))}"


def _reply(plan: Plan, request: Request, module: Module) -> str:
    texts = [module.type_text(_named(plan, name).type) for name in request.replies if name not in request.refusals()]
    return " | ".join(dict.fromkeys(texts))


def request_method(plan: Plan, request: Request, module: Module) -> tuple[str, ...]:
    """The method that sends the request and waits for its reply."""
    method = plan.names.requests[request.name]
    payload, _ = _payload(plan, request, module)
    channel = next(each for each in plan.api.channels if each.name == request.channel)
    needed = any(each.required for each in arguments_of(plan, channel, module))
    parameters = f", parameters: {plan.names.channels[channel.name].parameters}" if needed else ""
    reply = _reply(plan, request, module)
    options = module.runtime_type("send", "SpeakOptions")
    return (
        *documentation(request.summary or request.description or request.id, deprecated=request.deprecated, indent="  "),
        f"  {method}(payload: {payload}{parameters}, options?: {options}): Promise<{reply}> {{",
        f"    return this.#hub.ask({method}Table, payload, {'parameters' if needed else '{}'}, options);",
        "  }",
    )
