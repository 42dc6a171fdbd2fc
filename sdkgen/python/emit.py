"""An API as a Python package: ``Api -> SdkSource``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from sdkgen.api.model import Api, Name, NamedType, Reference
from sdkgen.behaviour import PLAIN, message_recipe
from sdkgen.document import changelog_text
from sdkgen.extension import below
from sdkgen.language import Language
from sdkgen.python.behaviour import behaviour_source
from sdkgen.python.declarations import declaration, in_order
from sdkgen.python.module import Module
from sdkgen.python.names import SHARED, STREAMS, GroupName, Names, allotted
from sdkgen.python.operations import OperationText, operation_text
from sdkgen.python.package import extensions_folder, licence_text, module_of, project_values, recipe_source
from sdkgen.python.readme import Readme, readme_values
from sdkgen.python.render import rendered
from sdkgen.python.streams import StreamsText, streams_text
from sdkgen.python.text import docstring, literal, one_line
from sdkgen.signing.messages import filled_in_messages
from sdkgen.signing.recipe import Carrier
from sdkgen.source import SdkOptions, SdkSource, SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUNTIME = ".._runtime.declare"
_OF_STREAMS = frozenset(
    {
        "asking",
        "book",
        "booksum",
        "channels",
        "declarestreams",
        "frames",
        "hearing",
        "line",
        "listenkey",
        "livebook",
        "pulse",
        "streambase",
        "subscription",
        "topic",
        "websocket",
    }
)
"""Modules of the runtime that a package without channels does without."""
_FIELD = re.compile(r"^    [a-z][a-z0-9_]*: [^\"'\n]+ = field\(", re.MULTILINE)
"""A field's declaration; a description's text can't look like one, since docstrings begin with a quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What every module is written from."""

    api: Api
    options: SdkOptions
    names: Names
    declared: Mapping[Name, NamedType]
    managed: Mapping[Name, frozenset[str]]
    """Fields of bodies that the client fills when it signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One generated module."""

    path: str
    content: str
    types: tuple[NamedType, ...]
    operations: tuple[OperationText, ...]
    group: GroupName | None
    streams: StreamsText | None = None


def emit(api: Api, options: SdkOptions) -> SdkSource:
    """Write the whole SDK. Same input, same bytes."""
    plan = _Plan(
        api=api,
        options=options,
        names=allotted(api),
        declared={each.name: each for each in api.types},
        managed=_managed_fields(api, options),
    )
    modules = (*_shared(plan), *(_group(plan, name, group) for name, group in plan.names.groups.items()), *_streams(plan))
    module = module_of(options.package)
    package = f"src/{module}"
    sources = {f"{package}/api/{each.path}.py": each.content for each in modules}
    sources[f"{package}/api/__init__.py"] = '"""The API\'s operations and types, a module for each group."""\n'
    sources |= {f"{package}/_runtime/{name}": content for name, content in _runtime(streams=bool(api.channels))}
    sources |= {f"{package}/{name}": content for name, content in _entrances(plan, modules).items()}
    sources |= {
        f"{package}/py.typed": "",
        "pyproject.toml": rendered("pyproject.toml.j2", **project_values(options, module)),
        "README.md": rendered("README.md.j2", **readme_values(Readme(api=api, options=options, names=plan.names, managed=plan.managed))),
        "CHANGELOG.md": changelog_text(options),
        "LICENSE": licence_text(options),
    }
    sources["tests/test_package.py"] = _own_tests(plan, module, modules)
    harness = {
        "background.py": rendered("background.py.j2", module=module),
        "harness.py": rendered("harness.py.j2", module=module, streams=bool(api.channels)),
    }
    if api.channels:
        harness["streaming.py"] = rendered("streaming.py.j2", module=module)
    types = tuple(each for written in modules for each in written.types)
    generated = (SourceFile(path=path, content=content.encode()) for path, content in sources.items())
    folder = extensions_folder(options)
    return SdkSource(
        language=Language.PYTHON,
        package=options.package,
        version=options.version,
        files=tuple(sorted((*generated, *below(folder, options.extensions)), key=lambda file: file.path)),
        harness=tuple(SourceFile(path=path, content=content.encode()) for path, content in sorted(harness.items())),
        operations=sum(len(each.operations) for each in modules),
        types=len(types),
        fields=sum(len(_FIELD.findall(each.content)) for each in modules),
        extensions=folder,
    )


def _own_tests(plan: _Plan, module: str, modules: tuple[_Written, ...]) -> str:
    """Tests that travel with the source."""
    return rendered(
        "test_package.py.j2",
        module=module,
        package=literal(plan.options.package),
        version=literal(plan.options.version),
        operations=sum(len(each.operations) for each in modules),
        types=sum(len(each.types) for each in modules),
        streams=bool(plan.api.channels),
    )


def _runtime(*, streams: bool) -> tuple[tuple[str, str], ...]:
    folder = resources.files("sdkgen.python") / "runtime"
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".py") and (streams or entry.name[:-3] not in _OF_STREAMS)]
    return tuple((name, (folder / name).read_text(encoding="utf-8")) for name in sorted(names))


def _managed_fields(api: Api, options: SdkOptions) -> dict[Name, frozenset[str]]:
    """What signing puts into bodies, and the ids of requests over a WebSocket."""
    managed: dict[Name, frozenset[str]] = {}
    if options.recipe is not None:
        placed = frozenset(placement.name for placement in options.recipe.placements if placement.carrier is Carrier.BODY)
        bodies = (each.body.contents[0].type for each in api.operations if each.signed and each.body is not None and each.body.contents)
        managed = {body.name: placed for body in bodies if isinstance(body, Reference)}
    for owner, wire_name in filled_in_messages(api, message_recipe(options.behaviour)):
        managed[owner] = managed.get(owner, frozenset()) | {wire_name}
    messages = {each.name: each for each in api.messages}
    for message in (messages[each.message] for each in api.requests):
        if isinstance(message.type, Reference) and message.correlation:
            managed[message.type.name] = managed.get(message.type.name, frozenset()) | {message.correlation[0]}
    return managed


def _declarations(plan: _Plan, module: Module) -> tuple[tuple[str, ...], tuple[NamedType, ...]]:
    mine = tuple(each.name for each in plan.api.types if plan.names.types[each.name].module == module.path)
    types = tuple(plan.declared[name] for name in in_order(mine, plan.declared))
    return tuple(declaration(each, module, plan.managed.get(each.name, frozenset())) for each in types), types


def _shared(plan: _Plan) -> tuple[_Written, ...]:
    module = Module(path=SHARED, names=plan.names, declared=plan.declared)
    declarations, types = _declarations(plan, module)
    if not types:
        return ()
    content = rendered(
        "group.py.j2",
        about="Types that several groups of operations use.",
        imports=module.import_lines(_RUNTIME),
        declarations=declarations,
        group=None,
        operations=(),
    )
    return (_Written(path=SHARED, content=content, types=types, operations=(), group=None),)


def _group(plan: _Plan, name: Name, group: GroupName) -> _Written:
    module = Module(path=group.module, names=plan.names, declared=plan.declared)
    declarations, types = _declarations(plan, module)
    module.uses("Session")
    module.uses("AsyncGroup")
    operations = tuple(operation_text(plan.api, each, module, plan.options) for each in plan.api.operations if each.group == name)
    content = rendered(
        "group.py.j2",
        about=_about_group(name),
        imports=module.import_lines(_RUNTIME),
        declarations=declarations,
        group=group,
        operations=operations,
    )
    return _Written(path=group.module, content=content, types=types, operations=operations, group=group)


def _streams(plan: _Plan) -> tuple[_Written, ...]:
    if not plan.api.channels:
        return ()
    module = Module(path=STREAMS, names=plan.names, declared=plan.declared)
    declarations, types = _declarations(plan, module)
    text = streams_text(plan.api, plan.options.behaviour, module)
    content = rendered("streams.py.j2", imports=module.import_lines(_RUNTIME), declarations=declarations, text=text)
    return (_Written(path=STREAMS, content=content, types=types, operations=(), group=None, streams=text),)


def _about_group(name: Name) -> str:
    return f"{' '.join(name.words).capitalize()}."


def _entrances(plan: _Plan, modules: tuple[_Written, ...]) -> dict[str, str]:
    options, names = plan.options, plan.names
    base_url = options.base_url or next(iter(plan.api.servers), "")
    groups = [
        {"attribute": each.attribute, "declared": each.declared, "module": each.module, "about": _about_group(name)}
        for name, each in names.groups.items()
    ]
    sources = {
        "__init__.py": rendered(
            "init.py.j2",
            about=_bare(f"{options.exchange_name} for Python."),
            version=literal(options.version),
            streams=bool(plan.api.channels),
        ),
        "client.py": rendered(
            "client.py.j2",
            groups=groups,
        ),
        "async_client.py": rendered("async_client.py.j2", groups=groups, streams=bool(plan.api.channels)),
        "_package.py": rendered(
            "package.py.j2",
            base_url=literal(base_url),
            package=literal(options.package),
            user_agent=literal(f"{options.package}/{options.version}"),
            recipe=options.recipe is not None,
            behaviour=options.behaviour != PLAIN,
        ),
        "models.py": rendered("models.py.j2", modules=_exported(names, modules)),
        "catalogue.py": _catalogue(plan, modules),
    }
    if options.recipe is not None:
        expression, imports = recipe_source(options.recipe)
        sources["_recipe.py"] = rendered("recipe.py.j2", recipe=expression, imports=", ".join(imports))
    if options.behaviour != PLAIN:
        expression, imports = behaviour_source(options.behaviour, plan.api)
        sources["_behaviour.py"] = rendered("behaviour.py.j2", behaviour=expression, imports=", ".join(imports))
    return sources


def _bare(text: str) -> str:
    return docstring(one_line(text))[3:-3]


def _exported(names: Names, modules: tuple[_Written, ...]) -> list[dict[str, object]]:
    return [{"path": each.path, "types": [names.types[named.name].declared for named in each.types]} for each in modules if each.types]


def _catalogue(plan: _Plan, modules: tuple[_Written, ...]) -> str:
    operations = [
        {
            "id": literal(text.id),
            "group": each.group.attribute,
            "method": text.method,
            "module": each.path,
            "constant": text.constant,
            "iterator": literal(text.iterator) if text.iterator else "None",
        }
        for each in modules
        if each.group is not None
        for text in each.operations
    ]
    spoken = next((each.streams for each in modules if each.streams is not None), None)
    types = [{"name": name.pascal(), "module": given.module, "codec": given.codec} for name, given in plan.names.types.items()]
    return rendered(
        "catalogue.py.j2",
        package=literal(plan.options.package),
        version=literal(plan.options.version),
        operations=operations,
        types=types,
        channels=[]
        if spoken is None
        else [{"id": literal(each.id), "method": each.method, "constant": each.constant} for each in spoken.channels],
        requests=[]
        if spoken is None
        else [{"id": literal(each.id), "method": each.method, "constant": each.constant} for each in spoken.requests],
    )
