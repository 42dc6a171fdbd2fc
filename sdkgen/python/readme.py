"""What a package says of itself, in the words of this very API, and nothing that is not so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import Api, EnumType, ListOf, MapOf, Nullable, Operation, Parameter, Reference, Scalar, ScalarKind, Type
from sdkgen.behaviour import message_recipe
from sdkgen.document import badge, verification
from sdkgen.python.example import trading_program
from sdkgen.python.names import Names, channel_arguments, channel_method, constant_name, iterator_name, method_name, parameter_name
from sdkgen.python.package import is_asymmetric, module_of
from sdkgen.python.text import literal, markdown, one_line, wrapped
from sdkgen.signing.messages import message_places, placements_of
from sdkgen.signing.recipe import credentials_needed, managed_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import Name
    from sdkgen.source import SdkOptions


_INSTRUMENT = re.compile("symbol|instrument|inst_?id|pair|market|product|ticker")
_AREAS = 30
"""Groups that one call is shown of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """What a README is written from."""

    api: Api
    options: SdkOptions
    names: Names
    managed: Mapping[Name, frozenset[str]]
    """Fields that the client fills by itself, by the types that hold them."""


def readme_values(source: Readme) -> dict[str, object]:
    """What the template is filled with; texts from outside are Markdown already."""
    api, options = source.api, source.options
    asymmetric = is_asymmetric(options.recipe)
    needed = credentials_needed(options.recipe)
    counts = [(group, sum(each.group == name for each in api.operations)) for name, group in source.names.groups.items()]
    managed = sorted({name for each in api.operations for _, name in managed_parameters(options.recipe, each)})
    return {
        "package": options.package,
        "module": module_of(options.package),
        "install": f'"{options.package}[asymmetric]"' if asymmetric else options.package,
        "exchange": markdown(options.exchange_name),
        "title": markdown(api.title),
        "api_version": markdown(api.version),
        "digest": one_line(api.digest),
        "operations": len(api.operations),
        "types": len(api.types),
        "areas": _areas(source),
        "groups": [{"attribute": group.attribute, "count": count} for group, count in counts],
        "asymmetric": asymmetric,
        "algorithm": options.recipe.algorithm.value if options.recipe is not None else "",
        "credentials": ", ".join(f"`{name}`" for name in needed),
        "managed": ", ".join(f"`{one_line(name)}`" for name in managed if one_line(name) and "`" not in name),
        "signed": sum(each.signed for each in api.operations),
        "body_note": any(each.body is not None for each in api.operations),
        "quick_start": quick_start(source) if api.operations else "",
        "counts": _counts(api),
        "streams": streams_values(source) if api.channels else None,
        **_treatment(source),
        "badge": badge(options),
        "verification": _verification(options),
        "extensions": bool(options.extensions),
        "licence": one_line(options.licence),
    }


def _verification(options: SdkOptions) -> str:
    file = f"{re.sub(r'[-_.]+', '_', options.package).lower()}-{options.version}-py3-none-any.whl"
    return verification(options, fetch=f"pip download --no-deps {options.package}=={options.version}", file=file)


def _counts(api: Api) -> str:
    counts = ((len(api.operations), "operations"), (len(api.channels), "channels"), (len(api.types), "types"))
    named = [f"{count} {name if count != 1 else name[:-1]}" for count, name in counts if count]
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named) or "an empty API"


def streams_values(source: Readme) -> dict[str, object]:
    """What the README says of the channels."""
    api, protocol = source.api, source.options.behaviour.streams
    names = {
        each.name: source.names.types[each.type.name].declared if isinstance(each.type, Reference) else "JSON" for each in api.messages
    }
    has_book = protocol is not None and protocol.book is not None and any(each.id == protocol.book.channel for each in api.channels)
    listened = {each.channel: each for each in protocol.subscriptions} if protocol is not None else {}
    private = frozenset(name for name, each in listened.items() if each.private)
    channel = min(api.channels, key=lambda each: (not each.heard, each.id in private))
    arguments = [each.name.snake() for each in channel_arguments(channel)]
    arguments += [each for each in (listened[channel.id].arguments if channel.id in listened else ()) if each not in arguments]
    call = f"{channel_method(channel.name)}({', '.join(f'{each}=...' for each in arguments)})"
    return {
        "program": _listening(source, f"book({literal(_symbol(source))})" if has_book else call, book=has_book),
        "channels": [
            (channel_method(each.name), ", ".join(dict.fromkeys(f"`{names[name]}`" for name in each.heard)) or "any")
            for each in api.channels
        ],
        "book": has_book,
        "requests": len(api.requests),
        **_requests(source),
    }


def _requests(source: Readme) -> dict[str, object]:
    """A call over the stream, one that is signed by itself where there is any, and what its caller leaves out."""
    api, recipe = source.api, message_recipe(source.options.behaviour)
    shown = sorted(api.requests, key=lambda each: not message_places(api, each, recipe))[:1]
    filled = [placement.name for each in shown for placement in placements_of(api, each, recipe)]
    return {
        "request": f"request_{shown[0].name.snake()}" if shown else "",
        "filled": ", ".join(f"`{one_line(name)}`" for name in filled if "`" not in name),
    }


def _listening(source: Readme, call: str, *, book: bool) -> str:
    shown = "print(it.synced, it.sequence, it.bids[:1], it.asks[:1])" if book else "print(it)"
    body = [shown, "if it.synced:", "    break  # without this, it stays a live book"] if book else [shown]
    address = 'base_url=os.environ.get("API_URL"), stream_url=os.environ.get("STREAM_URL", os.environ.get("API_URL"))'
    return "\n".join(
        [
            "import asyncio",
            "import os",
            "",
            f"from {module_of(source.options.package)} import AsyncClient",
            "",
            "",
            "async def main() -> None:",
            "    # Without these variables, the exchange's own places.",
            f"    async with AsyncClient({address}) as client:",
            f"        async for it in client.streams.{call}:",
            *(f"            {line}" for line in body),
            "",
            "",
            "asyncio.run(main())",
        ]
    )


def _symbol(source: Readme) -> str:
    """An instrument that orders are placed for."""
    example = source.options.example
    given = example.place.arguments if example is not None else ()
    return next((one_line(value) for place, value in given if _INSTRUMENT.search(place.rpartition(".")[2].lower())), "...")


def _treatment(source: Readme) -> dict[str, object]:
    """What the client does beyond single requests."""
    api, behaviour = source.api, source.options.behaviour
    operations = {each.id: each for each in api.operations}
    iterated = [_method_of(source, operations[name], iterated=True) for name in behaviour.paging if name in operations]
    first = next(iter(api.operations), None)
    return {
        "refusals": len(behaviour.errors.codes),
        "repeatable": ", ".join(f"`{_method_of(source, operations[name])}`" for name in behaviour.repeatable if name in operations),
        "order_ids": ", ".join(
            f"`{one_line(place).replace('`', '')}`"
            for place in dict.fromkeys(place for name, place in behaviour.order_ids.items() if name in operations)
        ),
        "limits": [
            {"name": markdown(each.name), "requests": each.requests, "seconds": f"{each.per_ms / 1000:g}", "signed_only": each.signed_only}
            for each in behaviour.limits
        ],
        "clock": behaviour.clock is not None and behaviour.clock.operation in operations,
        "paged": ", ".join(f"`client.{each}`" for each in iterated),
        "paged_example": next(iter(iterated), ""),
        "async_example": "group.method" if first is None else _method_of(source, first),
    }


def _method_of(source: Readme, operation: Operation, *, iterated: bool = False) -> str:
    group = source.names.groups[operation.group].attribute
    methods = frozenset(method_name(each.name) for each in source.api.operations if each.group == operation.group)
    return f"{group}.{iterator_name(operation.name, methods) if iterated else method_name(operation.name)}"


def quick_start(source: Readme) -> str:
    """A program of a few lines: an order placed and cancelled where the exchange's profile says how, else a call or two."""
    options, api = source.options, source.api
    program = trading_program(api, source.names, options, source.managed)
    if program is not None:
        signed = any(each.signed for each in api.operations)
        return _program(source, program.lines, program.models, decimal=program.decimal, signed=signed, elsewhere=True)
    public = min((each for each in api.operations if not each.signed), key=_effort, default=None)
    signing = min((each for each in api.operations if each.signed), key=_effort, default=None)
    calls = [_call(source, each) for each in (public, signing) if each is not None]
    models = {name for call in calls for name in call.models}
    lines = [f"print({call.text})" for call in calls] or ["pass"]
    decimal = any("Decimal(" in call.text for call in calls)
    return _program(source, lines, models, decimal=decimal, signed=signing is not None, elsewhere=False)


def _program(source: Readme, lines: list[str], models: set[str], *, decimal: bool, signed: bool, elsewhere: bool) -> str:
    module = module_of(source.options.package)
    given = [f'{name}=os.environ["API_{name.upper()}"]' for name in credentials_needed(source.options.recipe)] if signed else []
    # A program that trades should be tried where no money is at stake.
    given += ['base_url=os.environ.get("API_URL")'] if elsewhere else []
    imports = [*(["import os"] if given else []), *(["from decimal import Decimal"] if decimal else [])]
    own = [f"from {module} import Client", *([f"from {module}.models import {', '.join(sorted(models))}"] if models else [])]
    opened = "\n".join(wrapped(f"with Client({', '.join(given)})"))
    body = [part for line in lines for part in wrapped(line, "    ")]
    return "\n".join([*imports, *([""] if imports else []), *own, "", f"{opened} as client:", *body])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    text: str
    models: tuple[str, ...]


def _areas(source: Readme) -> list[str]:
    """The easiest call of each group, on one line or several."""
    calls = []
    for name in list(source.names.groups)[:_AREAS]:
        easiest = min((each for each in source.api.operations if each.group == name), key=_effort)
        calls.append("\n".join(wrapped(_call(source, easiest).text)))
    return calls


def _effort(operation: Operation) -> tuple[bool, bool, bool, int]:
    required = sum(parameter.required for parameter in operation.parameters)
    return operation.deprecated, operation.method != "GET", operation.body is not None and operation.body.required, required


def _call(source: Readme, operation: Operation) -> _Call:
    managed = managed_parameters(source.options.recipe, operation)
    models: list[str] = []
    arguments = [
        f"{parameter_name(each.name)}={_example(source, each, models)}"
        for each in operation.parameters
        if each.required and (each.location, each.wire_name) not in managed
    ]
    if operation.body is not None and operation.body.required:
        arguments.append("body=...")
    group = source.names.groups[operation.group].attribute
    return _Call(text=f"client.{group}.{method_name(operation.name)}({', '.join(arguments)})", models=tuple(models))


def _example(source: Readme, parameter: Parameter, models: list[str]) -> str:
    given: Type = parameter.type
    if isinstance(given, Nullable):
        given = given.inner
    match given:
        case Reference(name=name):
            named = source.api.type_named(name)
            if isinstance(named, EnumType) and named.members and named.kind is not ScalarKind.BOOLEAN:
                declared = source.names.types[name].declared
                models.append(declared)
                return f"{declared}.{constant_name(named.members[0].name)}"
            return "..."
        case Scalar(kind=ScalarKind.STRING):
            example = next((each.value for each in parameter.examples if each.value.startswith('"')), None)
            return literal(one_line(example[1:-1])) if example is not None and "\\" not in example else '"..."'
        case Scalar(kind=kind):
            return {ScalarKind.INTEGER: "1", ScalarKind.DECIMAL: 'Decimal("1")', ScalarKind.BOOLEAN: "True"}.get(kind, "...")
        case ListOf() | MapOf():
            return "[]" if isinstance(given, ListOf) else "{}"
        case _:
            return "..."
