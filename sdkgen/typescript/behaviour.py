"""An exchange's behaviour as the tables that the runtime reads: those of the client, and those of single operations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import ListOf
from sdkgen.behaviour import Paging
from sdkgen.typescript.names import property_name
from sdkgen.typescript.places import ANY, Typed, bare, header_of, place_text, steps_text, typed_place
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Operation, Type
    from sdkgen.behaviour import Behaviour, Pagination, RateLimit
    from sdkgen.refusal import Errors
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """How an operation is read to its end."""

    item: str
    """The type of its items."""
    table: str
    """The runtime's ``PagingTable``."""


def behaviour_text(plan: Plan, module: Module) -> str:
    """What a client knows, as the runtime's ``Behaviour``."""
    behaviour = plan.options.behaviour
    members = []
    errors = list(error_members(behaviour.errors))
    if errors:
        members.append(f"errors: {_block(errors, 2)}")
    if behaviour.limits:
        members.append(f"limits: [{', '.join(_limit(each) for each in behaviour.limits)}]")
    if behaviour.clock is not None:
        clock = behaviour.clock
        group = next(each.group for each in plan.api.operations if each.id == clock.operation)
        operation = module.operation(clock.operation, group)
        members.append(f"clock: {{ operation: {operation}, place: {place_text(clock.place)}, format: {literal(clock.format.value)} }}")
    return _block(members, 1)


def _block(members: list[str], depth: int) -> str:
    indent = "  " * depth
    return "{\n" + "".join(f"{indent}  {each},\n" for each in members) + indent + "}" if members else "{}"


def error_members(errors: Errors) -> Iterator[str]:
    """Members of the runtime's ``ErrorTable``."""
    if errors.success:
        rows = (f"[{place_text(place)}, {json.dumps(list(texts))}]" for place, texts in errors.success.items())
        yield f"success: [{', '.join(rows)}]"
    if errors.code:
        yield f"code: [{', '.join(map(place_text, errors.code))}]"
    if errors.message:
        yield f"message: [{', '.join(map(place_text, errors.message))}]"
    if errors.codes:
        rows = (f"      [{literal(code)}, {literal(refusal.value)}],\n" for code, refusal in sorted(errors.codes.items()))
        yield f"codes: [\n{''.join(rows)}    ]"


def _limit(limit: RateLimit) -> str:
    row: dict[str, object] = {"name": limit.name, "requests": limit.requests, "perMs": limit.per_ms, "weight": limit.weight}
    optional = {
        "signedOnly": limit.signed_only,
        "usedHeader": limit.used_header,
        "remainingHeader": limit.remaining_header,
        "resetHeader": limit.reset_header,
        "resetUnitMs": limit.reset_unit_ms if limit.reset_header is not None else None,
    }
    told = row | {name: value for name, value in optional.items() if value}
    return f"{{ {', '.join(f'{name}: {json.dumps(value)}' for name, value in told.items())} }}"


def manners(plan: Plan, operation: Operation) -> list[str]:
    """What an operation's table says of it beyond the description."""
    behaviour = plan.options.behaviour
    lines = weight_and_repetition(behaviour, operation.id)
    if operation.id in behaviour.order_ids:
        argument = argument_of(plan, operation, behaviour.order_ids[operation.id])
        lines += [] if argument is None else [f"orderId: {steps_text(argument.steps)}"]
    return lines


def weight_and_repetition(behaviour: Behaviour, identity: str) -> list[str]:
    """What a table says of an operation's, or a request's, weights and repetition."""
    lines = []
    if any(identity in limit.weights for limit in behaviour.limits):
        lines.append(f"weights: [{', '.join(str(limit.weights.get(identity, limit.weight)) for limit in behaviour.limits)}]")
    if identity in behaviour.repeatable:
        lines.append("repeatable: true")
    return lines


def argument_of(plan: Plan, operation: Operation, place: str) -> Typed | None:
    """Where an argument stands among those of the method; ``None`` where the client fills it by itself."""
    carrier, _, name = place.partition(".")
    if carrier == "body":
        if operation.body is None or not operation.body.contents:
            return None
        found = typed_place(plan.api, operation.body.contents[0].type, name)
        return Typed(steps=("body", *found.steps), type=found.type)
    for parameter in plan.parameters(operation):
        if (parameter.location.value, parameter.wire_name) == (carrier, name):
            return Typed(steps=(property_name(parameter.name),), type=parameter.type)
    return None


def paging_of(plan: Plan, operation: Operation, module: Module) -> Paged | None:
    """How the operation is read page after page; ``None`` where nobody said."""
    paging = plan.options.behaviour.paging.get(operation.id)
    argument = None if paging is None else argument_of(plan, operation, paging.argument)
    if paging is None or argument is None:
        return None
    answer = _answer(operation)
    items = typed_place(plan.api, answer, paging.items)
    listed = bare(plan.api, items.type)
    item = listed.items if isinstance(listed, ListOf) else ANY
    members = [
        f"kind: {literal(paging.kind.value)}",
        f"method: {literal(plan.names.iterators[operation.id])}",
        f"argument: {steps_text(argument.steps)}",
        f"codec: {module.codec_text(argument.type, pure=True)}",
        f"items: {steps_text(items.steps)}",
        f"item: {module.codec_text(item, pure=True)}",
        *_onward(plan, paging, answer, item),
    ]
    return Paged(item=module.type_text(item), table=f"{{ {', '.join(members)} }}")


def _onward(plan: Plan, paging: Pagination, answer: Type, item: Type) -> Iterator[str]:
    if paging.next:
        header = header_of(paging.next)
        owner = item if paging.kind is Paging.LAST else answer
        yield f"next: {steps_text(typed_place(plan.api, owner, paging.next).steps) if header is None else place_text(paging.next)}"
    if paging.first is not None:
        yield f"first: {paging.first}"
    if paging.step:
        yield f"step: {paging.step}"


def _answer(operation: Operation) -> Type:
    """What a successful call usually gives."""
    success = operation.success()
    return success.contents[0].type if success is not None and success.contents else ANY
