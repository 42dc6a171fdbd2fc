"""The program that exercises a Go SDK from outside, as ``sdkgen/HARNESS.md`` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.go.render import rendered
from sdkgen.go.text import quoted
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.go.module import GoModule

_PROGRAM = Path(__file__).with_name("harness_program")


def harness_files(api: Api, module: GoModule) -> tuple[SourceFile, ...]:
    """A module of its own: the hand-written program, the tables of operations and types, and ``go.mod``."""
    operations = [
        (quoted(method.operation.id), f"c.{service.field}.{method.name}") for service in module.services for method in service.methods
    ]
    iterators = [
        (quoted(method.operation.id), f"c.{service.field}.{method.paging.name}")
        for service in module.services
        for method in service.methods
        if method.paging is not None
    ]
    named = [(quoted(each.name.pascal()), module.types.names[each.name]) for each in api.types]
    values = {
        "module": module.path,
        "version": module.options.version,
        "operations": operations,
        "iterators": iterators,
        "types": named,
    } | _streams(module)
    made = [
        rendered("tables.go", "harness_tables.go.jinja", {**values, "package": quoted(module.options.package)}),
        rendered("go.mod", "harness.mod.jinja", values),
    ]
    program = [
        SourceFile(path=path.name, content=path.read_bytes().replace(b'sdk "example.com/sdk"', f'sdk "{module.path}"'.encode()))
        for path in sorted(_PROGRAM.glob("*.go"))
        if path.name != ("streams.go" if module.streams is None else "no_streams.go")
    ]
    return tuple(sorted((*made, *program), key=lambda file: file.path))


def _streams(module: GoModule) -> dict[str, object]:
    """The tables of channels and requests; ``books`` is ``None`` where there are no streams at all."""
    if module.streams is None:
        return {"channels": [], "requests": [], "books": None}
    return {
        "channels": [(quoted(each.channel.id), f"c.Streams.{each.name}") for each in module.streams.channels],
        "requests": [(quoted(each.request.id), f"c.Streams.{each.name}") for each in module.streams.requests],
        "books": module.streams.book is not None,
    }
