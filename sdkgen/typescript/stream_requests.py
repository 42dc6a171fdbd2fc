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

_ERRORS = frozenset({"error", "errors", "err", "reject", "rejected", "rejection", "failure", "failed", "exception"})


def _payload(plan: Plan, request: Request, module: Module) -> tuple[str, list[str]]:
    """The type of what a caller gives, and the row that says where the client puts its id."""
    message = _named(plan, request.message)
    text = module.type_text(message.type)
    correlation = _correlation(plan, message)
    if correlation is None or len(correlation) != 1:
        return text, []
    fields = _fields(plan, message.type, correlation[0])
    field = fields[0] if fields and None not in fields else None
    if field is None:
        return text, []
    name, kind = property_name(field.name), _identifier(bare(plan.api, field.type))
    row = f"correlation: {{ property: {literal(name)}, wireName: {literal(field.wire_name)}, as: {literal(kind)} }}"
    return f"{module.runtime_type('stream', 'Without')}<{text}, {literal(name)}>", [row]


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


def _correlation(plan: Plan, message: Message) -> tuple[str, ...] | None:
    """Where the message carries the id that a reply shares: where the description says, else in a field called ``id``."""
    if message.correlation is not None:
        return message.correlation
    return ("id",) if None not in _fields(plan, message.type, "id") else None


def _identifier(used: Type) -> str:
    kind = used.kind if isinstance(used, Scalar) else ScalarKind.STRING
    return {ScalarKind.INTEGER: "bigint", ScalarKind.DECIMAL: "decimal", ScalarKind.ANY: "decimal"}.get(kind, "text")


def _named(plan: Plan, name: Name) -> Message:
    return next(each for each in plan.api.messages if each.name == name)


def request_text(plan: Plan, request: Request, module: Module) -> list[str]:
    """The table of one request."""
    payload, correlation = _payload(plan, request, module)
    replies = [_named(plan, name) for name in request.replies]
    private = bool(request.security) and () not in request.security and protocol_of(plan).login is not None
    rows = []
    for each in replies:
        shared = _correlation(plan, each) if correlation else None
        place = [] if shared is None else [f"correlation: {steps_text(shared)}"]
        rows.append(message_row(each, module, *place, *(["error: true"] if _is_error(each, replies) else [])))
    table = [
        f"id: {literal(request.id)}",
        f"channel: {plan.names.channels[request.channel].table}",
        f"message: {module.codec_text(_named(plan, request.message).type)}",
        *correlation,
        *table_rows("replies", rows, always=True),
        *(["private: true"] if private else []),
        *_manners(plan, request),
    ]
    head = f"const {plan.names.requests[request.name]}Table: StreamRequest<{payload}, {_reply(replies, module)}> = {{"
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


def _is_error(message: Message, replies: list[Message]) -> bool:
    return len(replies) > 1 and bool(_ERRORS & set(message.name.words))


def _reply(replies: list[Message], module: Module) -> str:
    texts = [module.type_text(each.type) for each in replies if not _is_error(each, replies)]
    return " | ".join(dict.fromkeys(texts)) or module.runtime_type("json", "JsonValue")


def request_method(plan: Plan, request: Request, module: Module) -> tuple[str, ...]:
    """The method that sends the request and waits for its reply."""
    method = plan.names.requests[request.name]
    payload, _ = _payload(plan, request, module)
    channel = next(each for each in plan.api.channels if each.name == request.channel)
    needed = any(each.required for each in arguments_of(plan, channel, module))
    parameters = f", parameters: {plan.names.channels[channel.name].parameters}" if needed else ""
    reply = _reply([_named(plan, name) for name in request.replies], module)
    options = module.runtime_type("send", "SpeakOptions")
    return (
        *documentation(request.summary or request.description or request.id, deprecated=request.deprecated, indent="  "),
        f"  {method}(payload: {payload}{parameters}, options?: {options}): Promise<{reply}> {{",
        f"    return this.#hub.ask({method}Table, payload, {'parameters' if needed else '{}'}, options);",
        "  }",
    )
