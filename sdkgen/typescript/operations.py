"""Operations as TypeScript: the interface of the arguments, the table that the runtime reads, and the method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sdkgen.api.model import Content, Encoding, Location, Operation, Parameter, Response
from sdkgen.signing.request import declared_places
from sdkgen.signing.sign import places_made
from sdkgen.typescript.behaviour import Paged, manners, paging_of
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import documentation, literal, path_template
from sdkgen.typescript.walk import is_success

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.signing.recipe import Recipe
    from sdkgen.typescript.module import Module
    from sdkgen.typescript.plan import Plan

_STYLES = {Location.PATH: "simple", Location.HEADER: "simple", Location.QUERY: "form", Location.COOKIE: "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationText:
    """What one operation becomes."""

    declarations: tuple[str, ...]
    method: tuple[str, ...]
    constant: str
    arguments: str


def operation_text(plan: Plan, operation: Operation, module: Module) -> OperationText:
    """Write one operation."""
    arguments = module.names.arguments[operation.id]
    constant = module.names.operations[operation.id]
    result = _result(operation, module)
    paging = paging_of(plan, operation, module)
    if paging is None:
        typed = f"{module.runtime_type('operation', 'TypedOperation')}<{arguments}, {result}>"
    else:
        typed = f"{module.runtime_type('paging', 'PagedOperation')}<{arguments}, {result}, {paging.item}>"
    return OperationText(
        declarations=(
            *_arguments(plan, operation, module),
            f"/** {{@link {_owner(operation, module)}.{property_name(operation.name)}}} as data. */",
            f"export const {constant}: {typed} = {{",
            *(f"  {line}," for line in _table(plan, operation, module)),
            *(() if paging is None else (f"  paging: {paging.table},",)),
            "};",
        ),
        method=_method(plan, operation, module, result) + (() if paging is None else _iterator(plan, operation, module, paging)),
        constant=constant,
        arguments=arguments,
    )


def _arguments(plan: Plan, operation: Operation, module: Module) -> tuple[str, ...]:
    head = f"/** What {{@link {_owner(operation, module)}.{property_name(operation.name)}}} takes. */"
    name = module.names.arguments[operation.id]
    lines = [line for parameter in plan.parameters(operation) for line in _argument(parameter, module)]
    if operation.body is not None and operation.body.contents:
        lines += documentation(operation.body.description, indent="  ")
        mark = "" if plan.needs_body(operation) else "?"
        lines.append(f"  readonly body{mark}: {module.type_text(operation.body.contents[0].type)};")
    if not lines:
        return (head, f"export type {name} = Readonly<Record<string, never>>;")
    return (head, f"export interface {name} {{", *lines, "}")


def _argument(parameter: Parameter, module: Module) -> tuple[str, ...]:
    mark = "" if parameter.required else "?"
    return (
        *documentation(parameter.description, deprecated=parameter.deprecated, indent="  "),
        f"  readonly {property_name(parameter.name)}{mark}: {module.type_text(parameter.type)};",
    )


def _owner(operation: Operation, module: Module) -> str:
    return module.names.groups[operation.group].declared


def _table(plan: Plan, operation: Operation, module: Module) -> list[str]:
    member = module.names.groups[operation.group].member
    lines = [
        f"id: {literal(operation.id)}",
        f"method: [{literal(member)}, {literal(property_name(operation.name))}]",
        f"verb: {literal(operation.method)}",
        f"path: {literal(path_template(operation.path))}",
    ]
    if operation.signed:
        lines.append('signed: "optional"' if () in operation.security else "signed: true")
        lines += _placements(plan.api, operation, plan.options.recipe)
    lines += manners(plan, operation)
    if operation.servers:
        lines.append(f"server: {literal(operation.servers[0])}")
    rows = "".join(f"    {parameter_row(parameter, module)},\n" for parameter in plan.parameters(operation))
    lines.append(f"parameters: [\n{rows}  ]" if rows else "parameters: []")
    if operation.body is not None and operation.body.contents:
        required = ", required: true" if operation.body.required else ""
        lines.append(f"body: {{ {_content(operation.body.contents[0], module)}{required} }}")
    answers = ", ".join(_answer(response, module) for response in _answers(operation))
    lines.append(f"answers: [{answers}]")
    return lines


def _placements(api: Api, operation: Operation, recipe: Recipe | None) -> list[str]:
    if recipe is None or not recipe.only_declared:
        return []
    made = places_made(recipe, declared_places(api, operation))
    chosen = [str(at) for at, placement in enumerate(recipe.placements) if placement in made]
    return [] if len(chosen) == len(recipe.placements) else [f"placements: [{', '.join(chosen)}]"]


def parameter_row(parameter: Parameter, module: Module) -> str:
    """A parameter as the runtime's ``ParameterRow``."""
    name = property_name(parameter.name)
    members = [f"property: {literal(name)}"]
    if parameter.wire_name != name:
        members.append(f"wireName: {literal(parameter.wire_name)}")
    members += [f"in: {literal(parameter.location.value)}", f"codec: {module.codec_text(parameter.type, pure=True)}"]
    if parameter.required:
        members.append("required: true")
    if parameter.style != _STYLES[parameter.location]:
        members.append(f"style: {literal(parameter.style)}")
    if parameter.explode != (parameter.style == "form"):
        members.append(f"explode: {str(parameter.explode).lower()}")
    if parameter.json_encoded:
        members.append("json: true")
    if parameter.allow_reserved:
        members.append("reserved: true")
    return f"{{ {', '.join(members)} }}"


def _content(content: Content, module: Module) -> str:
    members = (
        f"mediaType: {literal(content.sent_as())}",
        f"encoding: {literal(content.encoding.value)}",
        f"codec: {module.codec_text(content.type, pure=True)}",
    )
    return ", ".join(members)


def _answers(operation: Operation) -> tuple[Response, ...]:
    """The successful answers, the one that a call usually gets first."""
    usual = operation.success()
    if usual is not None and operation.method == "HEAD":
        # RFC 9110, section 9.3.2: what a GET would answer is described, but none of it is sent.
        return (replace(usual, contents=()),)
    others = (each for each in operation.responses if each is not usual and is_success(operation, each.status))
    return () if usual is None else (usual, *others)


def _answer(response: Response, module: Module) -> str:
    contents = ", ".join(f"{{ {_content(content, module)} }}" for content in response.contents)
    return f"{{ status: {literal(response.status)}, contents: [{contents}] }}"


def _result(operation: Operation, module: Module) -> str:
    answers = _answers(operation)
    texts = [_received(content, module) for response in answers for content in response.contents]
    if not answers or any(not response.contents for response in answers):
        texts += [module.runtime_type("json", "JsonValue"), "undefined"]
    return " | ".join(dict.fromkeys(texts))


def _received(content: Content, module: Module) -> str:
    match content.encoding:
        case Encoding.JSON | Encoding.LINES:
            return module.type_text(content.type)
        case Encoding.BINARY:
            return "Uint8Array"
        case _:
            return "string"


def _method(plan: Plan, operation: Operation, module: Module, result: str) -> tuple[str, ...]:
    called = f"{operation.method} {operation.path}{', signed' if operation.signed else ''}"
    given = _given(plan, operation, module)
    return (
        *documentation(operation.summary, operation.description, called, deprecated=operation.deprecated, indent="  "),
        f"  {property_name(operation.name)}({given}): Promise<{result}> {{",
        f"    return this.#core.call({module.names.operations[operation.id]}, args, options);",
        "  }",
    )


def _given(plan: Plan, operation: Operation, module: Module) -> str:
    """The parameters of a method."""
    arguments = module.names.arguments[operation.id]
    options = module.runtime_type("options", "CallOptions")
    return f"args: {arguments}{'' if plan.needs_arguments(operation) else ' = {}'}, options?: {options}"


def _iterator(plan: Plan, operation: Operation, module: Module, paging: Paged) -> tuple[str, ...]:
    iterate = module.runtime("paging", "iterate")
    return (
        "",
        f"  /** Every item of {{@link {_owner(operation, module)}.{property_name(operation.name)}}}, page after page. */",
        f"  {module.names.iterators[operation.id]}({_given(plan, operation, module)}): AsyncGenerator<{paging.item}, void, undefined> {{",
        f"    return {iterate}(this.#core, {module.names.operations[operation.id]}, args, options);",
        "  }",
    )
