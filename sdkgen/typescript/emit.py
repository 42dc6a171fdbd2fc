"""An API as a TypeScript package: ``Api -> SdkSource``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from sdkgen.api.model import Api, EnumType, ObjectType
from sdkgen.document import changelog_text
from sdkgen.extension import below
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile
from sdkgen.typescript.behaviour import behaviour_text
from sdkgen.typescript.declarations import declaration
from sdkgen.typescript.module import Module
from sdkgen.typescript.names import MODELS, GroupNames
from sdkgen.typescript.operations import operation_text
from sdkgen.typescript.package import extensions_folder, licence_text, package_json, tsconfig_json
from sdkgen.typescript.plan import Plan
from sdkgen.typescript.plan import plan as plan_of
from sdkgen.typescript.readme import readme
from sdkgen.typescript.recipe import recipe_text
from sdkgen.typescript.render import render
from sdkgen.typescript.shipped import package_test
from sdkgen.typescript.streams import streams
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from sdkgen.api.model import Name, NamedType


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One generated module and what other modules may take from it."""

    path: str
    content: str
    types: tuple[str, ...]
    values: tuple[str, ...]
    declared: tuple[NamedType, ...]
    """The types that it declares."""
    operations: int = 0
    """The operations that it has methods for."""


_STREAMING = frozenset(
    f"{name}.ts"
    for name in (
        "asking",
        "book",
        "booksum",
        "connection",
        "expectations",
        "heart",
        "hub",
        "keeper",
        "queue",
        "stream",
        "subscription",
        "template",
        "topic",
    )
)
"""The runtime's modules that only streams need."""


def emit(api: Api, options: SdkOptions) -> SdkSource:
    """Write the whole SDK. Same input, same bytes."""
    plan = plan_of(api, options)
    groups = tuple(_group(plan, name, names) for name, names in plan.names.groups.items())
    modules = (_models(plan), *groups)
    sources = {f"src/{module.path}.ts": module.content for module in modules}
    sources |= {f"src/runtime/{name}": content for name, content in _runtime() if api.channels or name not in _STREAMING}
    told = streams(plan) if api.channels else None
    rest = render("rest.ts.j2", groups=tuple(plan.names.groups.values()), streams=told is not None)
    if told is None:
        sources["src/client.ts"] = rest
    else:
        sources |= {"src/rest.ts": rest, "src/client.ts": render("client.ts.j2"), "src/streams.ts": told.content}
    sources["src/product.ts"] = _product(plan)
    sources["src/index.ts"] = render("index.ts.j2", modules=modules, streams=None if told is None else told.types)
    sources["src/operations.ts"] = _operations(plan)
    sources |= {
        "package.json": package_json(options, api),
        "tsconfig.json": tsconfig_json(),
        "README.md": readme(plan),
        "test/package.test.mjs": package_test(plan),
        "CHANGELOG.md": changelog_text(options),
        "LICENSE": licence_text(options),
    }
    harness = render(
        "harness.mjs.j2", streams=bool(api.channels), package=literal(options.package), operations=literal(f"{options.package}/operations")
    )
    generated = (SourceFile(path=path, content=content.encode()) for path, content in sources.items())
    folder = extensions_folder(options)
    return SdkSource(
        language=Language.TYPESCRIPT,
        package=options.package,
        version=options.version,
        files=tuple(sorted((*generated, *below(folder, options.extensions)), key=lambda file: file.path)),
        harness=(SourceFile(path="harness.mjs", content=harness.encode()),),
        operations=sum(module.operations for module in modules),
        types=sum(len(module.declared) for module in modules),
        fields=sum(len(each.fields) for module in modules for each in module.declared if isinstance(each, ObjectType)),
        extensions=folder,
    )


def _runtime() -> tuple[tuple[str, str], ...]:
    folder = resources.files("sdkgen.typescript") / "runtime"
    return tuple(sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".ts")))


def _declarations(plan: Plan, module: Module) -> tuple[tuple[str, ...], tuple[NamedType, ...]]:
    mine = tuple(each for each in plan.api.types if plan.names.types[each.name].module == module.path)
    return tuple("\n".join(declaration(each, module, plan.ways)) for each in mine), mine


def _exports(plan: Plan, mine: tuple[NamedType, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What index.ts exports of these types: as types only, and as values (an enum is both)."""
    names = [(plan.names.types[each.name], isinstance(each, EnumType)) for each in mine]
    types = tuple(each.declared for each, is_enum in names if not is_enum)
    values = tuple(value for each, is_enum in names for value in ((each.declared, each.codec) if is_enum else (each.codec,)))
    return types, values


def _models(plan: Plan) -> _Written:
    module = Module(path=MODELS, names=plan.names)
    declarations, mine = _declarations(plan, module)
    types, values = _exports(plan, mine)
    content = render("models.ts.j2", imports=module.import_lines(), declarations=declarations)
    return _Written(path=MODELS, content=content, types=types, values=values, declared=mine)


def _group(plan: Plan, name: Name, names: GroupNames) -> _Written:
    module = Module(path=names.module, names=plan.names)
    declarations, mine = _declarations(plan, module)
    core = module.runtime_type("core", "Core")
    operation = module.runtime_type("operation", "Operation")
    texts = tuple(operation_text(plan, each, module) for each in plan.api.operations if each.group == name)
    types, values = _exports(plan, mine)
    content = render(
        "group.ts.j2",
        group=names,
        imports=module.import_lines(),
        declarations=declarations,
        operations=texts,
        core=core,
        operation=operation,
    )
    return _Written(
        path=names.module,
        content=content,
        types=(*types, *(text.arguments for text in texts)),
        values=(*values, names.declared),
        declared=mine,
        operations=len(texts),
    )


def _product(plan: Plan) -> str:
    options = plan.options
    module = Module(path="product", names=plan.names)
    behaviour = behaviour_text(plan, module)  # before the imports, which it adds to
    return render(
        "product.ts.j2",
        imports=module.import_lines(),
        behaviour=behaviour,
        group=next((each.declared for each in plan.names.groups.values()), "OrdersApi"),
        base_url="undefined" if plan.base_url is None else literal(plan.base_url),
        user_agent=literal(f"{options.package}/{options.version}"),
        recipe="undefined" if options.recipe is None else recipe_text(options.recipe),
    )


def _operations(plan: Plan) -> str:
    by_module: dict[str, list[str]] = {}
    for names in plan.names.types.values():
        by_module.setdefault(names.module, []).append(names.codec)
    imports = [f"import {{ {', '.join(codecs)} }} from {literal(f'./{module}.js')};" for module, codecs in sorted(by_module.items())]
    imports += [f"import {{ {group.table} }} from {literal(f'./{group.module}.js')};" for group in plan.names.groups.values()]
    types = [(literal(each.name.pascal()), plan.names.types[each.name].codec) for each in plan.api.types]
    return render(
        "operations.ts.j2",
        streams=bool(plan.api.channels),
        imports=imports,
        tables=[group.table for group in plan.names.groups.values()],
        types=types,
        package=json.dumps(plan.options.package),
        version=json.dumps(plan.options.version),
    )
