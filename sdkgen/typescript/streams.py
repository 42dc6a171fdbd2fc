"""The module of streams: every channel and request, and the class with a method for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.typescript.module import Module
from sdkgen.typescript.render import render
from sdkgen.typescript.stream_channels import channel_method, channel_text
from sdkgen.typescript.stream_requests import request_method, request_text
from sdkgen.typescript.stream_tables import book_method, book_table, stream_table

if TYPE_CHECKING:
    from sdkgen.typescript.plan import Plan

PATH = "streams"


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The module of streams, and what index.ts exports of it."""

    content: str
    types: tuple[str, ...]


def streams(plan: Plan) -> Streams:
    """Write the module."""
    module = Module(path=PATH, names=plan.names)
    channels = [channel_text(plan, each, module) for each in plan.api.channels]
    requests = [request_text(plan, each, module) for each in plan.api.requests]
    methods = [line for each in plan.api.channels for line in ("", *channel_method(plan, each, module))]
    methods += book_method(plan, module)
    methods += [line for each in plan.api.requests for line in ("", *request_method(plan, each, module))]
    table = stream_table(plan, module)
    book = book_table(plan, module)
    content = render(
        "streams.ts.j2",
        imports=module.import_lines(),
        table=table,
        declarations=["\n".join(lines) for lines in (*channels, *requests, *((book,) if book else ()))],
        methods="\n".join(methods),
        channels=[plan.names.channels[each.name] for each in plan.api.channels],
        requests=[plan.names.requests[each.name] for each in plan.api.requests],
    )
    names = plan.names.channels.values()
    return Streams(content=content, types=tuple(name for each in names for name in (each.parameters, each.message)))
