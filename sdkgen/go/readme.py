"""README and LICENSE of a Go SDK: what it does, in the words of this very API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.behaviour import message_recipe
from sdkgen.document import badge, changelog_text, verification
from sdkgen.go.examples import examples_of
from sdkgen.go.render import rendered, template_text
from sdkgen.go.text import plain, quoted
from sdkgen.go.trading import trading_calls
from sdkgen.signing.messages import placements_of
from sdkgen.signing.recipe import credentials_needed
from sdkgen.source import SourceFile
from sdkgen.stream_protocol import Heartbeat

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.go.module import GoModule
    from sdkgen.go.operations import GoMethod, GoService
    from sdkgen.go.streams import GoStreams
    from sdkgen.signing.recipe import Recipe

_SHOWN = 5
"""How many operations a sentence names at most."""
_AREAS = 30
"""Groups that one call is shown of."""
_MARKUP = re.compile(r"([\\`*_\[\]<>#|!&])")


def documents(api: Api, module: GoModule) -> tuple[SourceFile, ...]:
    """The files for people."""
    texts = {"CHANGELOG.md": changelog_text(module.options), "LICENSE": _licence(module)}
    return (_readme(api, module), *(SourceFile(path=path, content=text.encode("utf-8")) for path, text in texts.items()))


def markdown(text: str, longest: int = 100) -> str:
    """A stranger's text as plain words of Markdown."""
    return _MARKUP.sub(r"\\\1", plain(text)[:longest])


def _readme(api: Api, module: GoModule) -> SourceFile:
    options = module.options
    values = {
        "module": module.path,
        "package": module.package,
        "exchange": markdown(options.exchange_name),
        "title": markdown(api.title),
        "api_version": markdown(api.version, 40),
        "version": options.version,
        "operations": len(api.operations),
        "services": module.services,
        "areas": _areas(module),
        **_programs(api, module),
        "credentials": _credentials(options.recipe),
        "algorithm": None if options.recipe is None else options.recipe.algorithm.value,
        "is_pem": options.recipe is not None and options.recipe.secret_encoding.value == "pem",
        "signed": any(each.signed for each in api.operations),
        **_treatment(module),
        **_streaming(api, module),
        "badge": badge(options),
        "verification": _verification(module),
        "extensions": bool(options.extensions),
        "digest": api.digest,
        "licence": markdown(options.licence),
    }
    return rendered("README.md", "README.md.jinja", values)


def _treatment(module: GoModule) -> dict[str, object]:
    """What the README says of retries, limits, errors and paging."""
    behaviour = module.options.behaviour
    examples = examples_of(module)
    methods = {each.operation.id: (service, each) for service in module.services for each in service.methods}
    paged = [(service, each) for service, each in methods.values() if each.paging is not None]
    calls = [f"{service.field}.{each.paging.name}(ctx, {examples.arguments(each)})" for service, each in paged if each.paging is not None]
    called = [f"`{methods[name][1].name}`" for name in behaviour.repeatable if name in methods]
    return {
        "paged": calls[0].partition("(")[0] if calls else "",
        "paged_more": len(calls) > 1,
        "paged_call": calls[0] if calls else "",
        "success_places": bool(behaviour.errors.success),
        "refusals": sorted({f"`{meaning.value}`" for meaning in behaviour.errors.codes.values()}),
        "has_clock": behaviour.clock is not None,
        "repeatable": ", ".join(called[:_SHOWN]) + (", …" if len(called) > _SHOWN else ""),
        "order_ids": ", ".join(
            f"`{methods[name][1].name}`: `{markdown(place)}`" for name, place in behaviour.order_ids.items() if name in methods
        ),
        "limits": [f"{limit.requests} in {plain_duration(limit.per_ms)}: {markdown(limit.name)}" for limit in behaviour.limits],
    }


def _streaming(api: Api, module: GoModule) -> dict[str, object]:
    """What the README says of streams."""
    streams, options = module.streams, module.options
    if streams is None:
        return {"streams": None}
    shown = streams.book or next((each for each in streams.channels if each.event.fields), streams.channels[0])
    symbol = next(
        (value for place, value in (options.example.place.arguments if options.example else ()) if place.endswith("symbol")), "..."
    )
    members = ", ".join(
        f"{field.name}: {quoted(symbol if field.wire == shown.symbol else '...')}"
        for field in shown.fields
        if not field.optional and field.type == "string"
    )
    call = f"{shown.name}(ctx{f', {module.package}.{shown.params}{{{members}}}' if shown.params else ''})"
    heartbeat = Heartbeat() if options.behaviour.streams is None else options.behaviour.streams.heartbeat
    return {
        "streams": streams,
        "stream_call": call,
        "message_fields": _message_fields(api, module),
        "stream_field": shown.event.fields[-1].name if shown.event.fields else "",
        "stream_program": _stream_program(module, streams, f"Book(ctx, {quoted(symbol)})" if streams.book else call),
        "silence": plain_duration(heartbeat.silence_ms),
    }


def _message_fields(api: Api, module: GoModule) -> str:
    """What callers leave out of messages because the client signs them."""
    recipe = message_recipe(module.options.behaviour)
    placed = [each.name for request in api.requests for each in placements_of(api, request, recipe)]
    return ", ".join(f"`{markdown(name)}`" for name in dict.fromkeys(placed) if "`" not in name)


def _stream_program(module: GoModule, streams: GoStreams, call: str) -> str:
    """A whole program: it keeps a book, or else listens to one channel."""
    values = {
        "module": module.path,
        "package": module.package,
        "call": call.replace("(ctx", "(context.Background()", 1),
        "is_book": streams.book is not None,
        "credentials": [] if streams.book else _from_environment(_credentials(module.options.recipe)),
    }
    return template_text("stream.go.jinja", values)


def plain_duration(milliseconds: int) -> str:
    """``10 s``"""
    return f"{milliseconds // 1000} s" if milliseconds % 1000 == 0 else f"{milliseconds} ms"


def _programs(api: Api, module: GoModule) -> dict[str, str]:
    """The two example programs: the operation that is easiest to try, and one that needs credentials (empty where none does)."""
    pairs = [(service, method) for service in module.services for method in service.methods]
    if not pairs:
        return {"quick_start": "", "signed_call": ""}
    signed = [pair for pair in pairs if pair[1].operation.signed and module.options.recipe is not None]
    easiest = min(pairs, key=lambda pair: (pair[1].operation.signed, *_effort(pair[1])))
    trading, credentials = _trading_program(api, module), _credentials(module.options.recipe)
    return {
        "quick_start": (not credentials and trading) or _program(api, module, easiest, ()),
        "signed_call": trading or (_program(api, module, min(signed, key=_trades), credentials) if signed else ""),
    }


def _areas(module: GoModule) -> list[str]:
    """The easiest call of each group."""
    examples = examples_of(module)
    calls = []
    for service in module.services[:_AREAS]:
        method = min(service.methods, key=_effort)
        arguments = examples.arguments(method)
        calls.append(f"client.{service.field}.{method.name}(ctx{f', {arguments}' if arguments else ''})")
    return calls


def _effort(method: GoMethod) -> tuple[bool, int, bool, bool]:
    operation = method.operation
    return operation.method != "GET", sum(not field.optional for field in method.fields), operation.deprecated, bool(method.params)


def _trades(pair: tuple[GoService, GoMethod]) -> tuple[bool, bool, bool]:
    """An order is what credentials are for; any call that sends something is the next best."""
    operation = pair[1].operation
    return "order" not in operation.name.words, operation.method != "POST", operation.deprecated


def _trading_program(api: Api, module: GoModule) -> str:
    example = module.options.example
    calls = None if example is None else trading_calls(examples_of(module), example)
    if calls is None:
        return ""
    # A program that trades should be tried where no money is at stake.
    client = _client(api, module, _credentials(module.options.recipe)) | {"base": 'os.Getenv("API_URL")'}
    return template_text("example.go.jinja", {**client, "trading": calls})


def _program(api: Api, module: GoModule, pair: tuple[GoService, GoMethod], credentials: tuple[str, ...]) -> str:
    service, method = pair
    arguments = examples_of(module).arguments(method)
    values = {
        **_client(api, module, credentials),
        "trading": None,
        "call": f"{service.field}.{method.name}",
        "result": method.result,
        "arguments": f", {arguments}" if arguments else "",
    }
    return template_text("example.go.jinja", values)


def _client(api: Api, module: GoModule, credentials: tuple[str, ...]) -> dict[str, object]:
    base = module.options.base_url or next(iter(api.servers), "")
    return {
        "module": module.path,
        "package": module.package,
        "base": "" if base else quoted("https://api.example.com"),
        "credentials": _from_environment(credentials),
    }


def _from_environment(credentials: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each credential's field, aligned, and the variable that holds it."""
    width = max((len(name) for name in credentials), default=0) + 1
    return [(f"{name}:".ljust(width), quoted(f"API_{name.upper()}")) for name in credentials]


def _credentials(recipe: Recipe | None) -> tuple[str, ...]:
    """Those that a client needs, as Go names its fields."""
    return tuple(name.capitalize() for name in credentials_needed(recipe))


def _verification(module: GoModule) -> str:
    version = f"v{module.options.version}"
    escaped = re.sub("[A-Z]", lambda found: f"!{found[0].lower()}", module.path)
    file = f'"$(go env GOMODCACHE)/cache/download/{escaped}/@v/{version}.zip"'
    return verification(module.options, fetch=f"go mod download {module.path}@{version}", file=file)


def _licence(module: GoModule) -> str:
    if module.options.licence == "Apache-2.0":
        return template_text("Apache-2.0.txt", {})
    holders = ", ".join(plain(author) for author in module.options.authors) or module.options.exchange_name
    return f"SPDX-License-Identifier: {plain(module.options.licence)}\n\nCopyright: {plain(holders)}\n"
