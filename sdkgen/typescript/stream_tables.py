"""How an exchange's streams are spoken to, and how its book is kept, as the tables that the runtime reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.checksum import Written
from sdkgen.typescript.behaviour import argument_of, error_members
from sdkgen.typescript.places import place_text, steps_of, steps_text
from sdkgen.typescript.recipe import recipe_text
from sdkgen.typescript.stream_rows import arguments_of, block, match_text, protocol_of, template_text, verdicts
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Channel
    from sdkgen.checksum import Checksum
    from sdkgen.stream_protocol import Book, StreamRequests
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan


def stream_table(plan: Plan, module: Module) -> str:
    """How the exchange's streams are spoken to, as the runtime's ``StreamTable``."""
    protocol = protocol_of(plan)
    members = [f"{name}: {literal(url)}" for name, url in (("url", protocol.url), ("privateUrl", protocol.private_url)) if url is not None]
    if protocol.login is not None:
        login = protocol.login
        moment = [] if login.timestamp is None else [f"timestamp: {literal(login.timestamp.value)}"]
        proof = (
            f"send: {template_text(login.send)}",
            f"payload: {literal(login.payload)}",
            *moment,
            *verdicts(login.confirmed, login.refused),
        )
        members.append(f"login: {block(proof)}")
    beat = protocol.heartbeat
    sent = (
        []
        if beat.send is None
        else [f"text: {literal(beat.send)}" if isinstance(beat.send, str) else f"document: {template_text(beat.send)}"]
    )
    asked = (
        [] if beat.asked is None or beat.answer is None else [f"asked: {match_text(beat.asked)}", f"answer: {template_text(beat.answer)}"]
    )
    members.append(f"heartbeat: {block((*sent, f'everyMs: {beat.every_ms}', f'silenceMs: {beat.silence_ms}', *asked))}")
    members += _listen_key(plan, module)
    if plan.api.requests:
        members.append(f"asking: {block(_asking(protocol.requests))}")
    return "{\n" + "".join(f"  {each},\n" for each in members) + "}"


def _asking(requests: StreamRequests) -> Iterator[str]:
    if requests.signing is not None:
        yield f"recipe: {recipe_text(requests.signing)}"
    if requests.errors is not None:
        yield f"errors: {{ {', '.join(error_members(requests.errors))} }}"
    if requests.status:
        yield f"status: {steps_text(steps_of(requests.status))}"
    if requests.retry_after:
        yield f"retryAfter: {steps_text(steps_of(requests.retry_after))}"
    if requests.acknowledged is not None:
        yield f"acknowledged: {match_text(requests.acknowledged)}"


def _listen_key(plan: Plan, module: Module) -> list[str]:
    key = protocol_of(plan).listen_key
    if key is None:
        return []
    operations = {each.id: each for each in plan.api.operations}
    alive = operations[key.keep_alive] if key.keep_alive is not None else None
    argument = argument_of(plan, alive, key.argument) if alive is not None and key.argument else None
    members = (
        f"create: {module.operation(key.create, operations[key.create].group)}",
        *([] if alive is None else [f"keepAlive: {module.operation(alive.id, alive.group)}"]),
        f"place: {place_text(key.place)}",
        *([] if argument is None else [f"argument: {steps_text(argument.steps)}"]),
        f"everyMs: {key.every_ms}",
        f"parameter: {literal(key.parameter)}",
    )
    return [f"listenKey: {block(members)}"]


def book_channel(plan: Plan, module: Module) -> Channel | None:
    """The channel that a book is kept from; ``None`` where no book can be kept."""
    found = _book(plan)
    return None if found is None or not _arguments(plan, *found, module) else found[1]


def _book(plan: Plan) -> tuple[Book, Channel] | None:
    """How books are kept, and on which channel; ``None`` where nobody said, or the channel has no argument for a symbol."""
    book = protocol_of(plan).book
    channel = None if book is None else next((each for each in plan.api.channels if each.id == book.channel), None)
    return None if book is None or channel is None else (book, channel)


def _arguments(plan: Plan, book: Book, channel: Channel, module: Module) -> dict[str, str]:
    """The channel's arguments by their properties, and what they are for a symbol; none where it takes none."""
    properties = {each.wire_name: each.property for each in arguments_of(plan, channel, module)}
    if book.arguments:
        return {properties[name]: text for name, text in book.arguments.items() if name in properties}
    named = properties.get("symbol") or next(iter(properties.values()), None)
    return {} if named is None else {named: "{symbol}"}


def book_table(plan: Plan, module: Module) -> list[str]:
    """How the book is kept, as the runtime's ``BookTable``; nothing where nobody said."""
    found = _book(plan)
    arguments = {} if found is None else _arguments(plan, *found, module)
    if found is None or not arguments:
        return []
    book = found[0]
    numbers = (("sequence", book.sequence), ("previous", book.previous), ("first", book.first))
    places = (
        f"bids: {steps_text(steps_of(book.bids))}",
        f"asks: {steps_text(steps_of(book.asks))}",
        f"price: {steps_text(steps_of(book.price))}",
        f"quantity: {steps_text(steps_of(book.quantity))}",
        *(f"{name}: {steps_text(steps_of(place))}" for name, place in numbers if place),
        *([f"side: {steps_text(steps_of(book.side))}", f"bid: {literal(book.bid)}"] if book.side else []),
        f"numbering: {literal(book.numbering.value)}",
        *([f"depth: {book.depth}"] if book.depth else []),
        *([f"checksum: {_checksum(book.checksum)}"] if book.checksum is not None else []),
    )
    members = [
        f"arguments: [{', '.join(f'[{literal(name)}, {literal(text)}]' for name, text in arguments.items())}]",
        f"delta: {match_text(book.delta)}",
        *([] if book.snapshot is None else [f"snapshot: {match_text(book.snapshot)}"]),
        *_book_operation(plan, book, module),
        f"places: {block(places)}",
    ]
    kind = module.runtime_type("keeper", "BookTable")
    return [f"const bookTable: {kind} = {{", *(f"  {each}," for each in members), "};"]


def _checksum(rule: Checksum) -> str:
    members = (
        f"place: {steps_text(steps_of(rule.place))}",
        f"levels: {rule.levels}",
        f"joining: {literal(rule.joining.value)}",
        f"digits: {'true' if rule.written is Written.DIGITS else 'false'}",
        f"separator: {literal(rule.separator)}",
    )
    return f"{{ {', '.join(members)} }}"


def _book_operation(plan: Plan, book: Book, module: Module) -> Iterator[str]:
    operation = next((each for each in plan.api.operations if each.id == book.operation), None)
    if book.snapshot is not None or operation is None:
        return
    texts = {book.operation_symbol: "{symbol}", **book.operation_arguments}
    asked = [(argument, text) for place, text in texts.items() if (argument := argument_of(plan, operation, place)) is not None]
    sequence = f", sequence: {steps_text(steps_of(book.operation_sequence))}" if book.operation_sequence else ""
    yield f"operation: {module.operation(operation.id, operation.group)}"
    rows = (f"[{steps_text(argument.steps)}, {module.codec_text(argument.type)}, {literal(text)}]" for argument, text in asked)
    yield f"asked: [{', '.join(rows)}]"
    yield f"whole: {{ bids: {steps_text(steps_of(book.operation_bids))}, asks: {steps_text(steps_of(book.operation_asks))}{sequence} }}"


def book_method(plan: Plan, module: Module) -> list[str]:
    """The method that keeps a book."""
    channel = book_channel(plan, module)
    if channel is None:
        return []
    names = plan.names.channels[channel.name]
    options, stream = module.runtime_type("keeper", "BookOptions"), module.runtime_type("keeper", "BookStream")
    return [
        "",
        "  /** The order book of one instrument, kept equal to the exchange's. */",
        f"  book(symbol: string, options?: {options}<{names.parameters}>): {stream} {{",
        f"    return this.#hub.book({names.table}, bookTable, symbol, options);",
        "  }",
    ]
