"""Operations as Python: a table for the runtime, and a typed method that calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sdkgen.api.model import (
    Content,
    Encoding,
    Location,
    Operation,
    Parameter,
    Reference,
    Response,
    Scalar,
    ScalarKind,
    Type,
)
from sdkgen.python.declarations import binary_fields
from sdkgen.python.method import Call, is_text, iterator_lines, method_lines
from sdkgen.python.module import Module, allows_null
from sdkgen.python.names import Names, iterator_name, method_name, parameter_name
from sdkgen.python.pages import item_annotation, page_rule, takes
from sdkgen.python.text import literal
from sdkgen.signing.recipe import Recipe, managed_parameters
from sdkgen.signing.request import declared_places
from sdkgen.signing.sign import places_made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api
    from sdkgen.source import SdkOptions

_STRING = Scalar(kind=ScalarKind.STRING)
_BINARY = Scalar(kind=ScalarKind.BINARY)
_SEEN = "  # pyright: ignore[reportDeprecated]"
_PATH_SAFE = "/%!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationText:
    """An operation's source."""

    id: str
    constant: str
    method: str
    iterator: str
    """The method that walks through its pages; empty where it has none."""
    table: str
    code: str
    asynchronous: str
    """The same methods in the group of the asynchronous client."""


def operation_text(api: Api, operation: Operation, module: Module, options: SdkOptions) -> OperationText:
    """Write an operation's table and methods."""
    managed = managed_parameters(options.recipe, operation)
    parameters = tuple(each for each in operation.parameters if (each.location, each.wire_name) not in managed)
    constant = f"_{operation.name.snake().upper()}"
    answered = _answered(operation)
    result = _result(answered, module)
    table = [*_table(api, operation, parameters, answered, constant, result, module, options.recipe)]
    call = Call(operation=operation, parameters=parameters, module=module)
    code = [*method_lines(call, constant, result)]
    own = f"{options_class(module.names, operation)}."
    seen = _SEEN if operation.deprecated else ""
    asynchronous = [f"    {method_name(operation.name)} = {module.uses('AwaitedCall')}({own}{method_name(operation.name)}){seen}"]
    rule = options.behaviour.paging.get(operation.id)
    name = ""
    if rule is not None and takes(operation, parameters, rule):
        name = iterator_name(operation.name, frozenset(method_name(each.name) for each in api.operations if each.group == operation.group))
        table.append(f"{constant}_PAGES = {page_rule(rule, module)}")
        code += ["", *iterator_lines(call, name, constant, item_annotation(operation, rule, module))]
        asynchronous.append(f"    {name} = {module.uses('AwaitedItems')}({own}{name}){seen}")
    return OperationText(
        id=operation.id,
        constant=constant,
        method=method_name(operation.name),
        iterator=name,
        table="\n".join(table),
        code="\n".join(code),
        asynchronous="\n".join(asynchronous),
    )


def options_class(names: Names, operation: Operation) -> str:
    """The class of the operation's group."""
    return names.groups[operation.group].declared


def _answered(operation: Operation) -> tuple[tuple[str, Content | None], ...]:
    """Status and content of every success that is described, the usual one first."""
    first = operation.success()
    if first is None:
        return ()
    others = [each for each in operation.responses if each is not first and re.fullmatch(r"2(\d\d|XX)", each.status.upper())]
    return tuple(pair for response in (first, *others) for pair in _contents(response))


def _contents(response: Response) -> Iterator[tuple[str, Content | None]]:
    status = "default" if response.status.lower() == "default" else response.status.upper()
    if not response.contents:
        yield status, None
    for content in response.contents:
        yield status, content


def _returned_type(content: Content, module: Module) -> tuple[str, Type]:
    """How the runtime reads the content, and as what."""
    match content.encoding:
        case Encoding.JSON:
            return "json", content.type
        case Encoding.LINES:
            return "lines", content.type
        case Encoding.TEXT:
            return "text", content.type if is_text(content.type, module) else _STRING
        case _:
            return "binary", _BINARY


def _result(answered: tuple[tuple[str, Content | None], ...], module: Module) -> str:
    if not answered:
        return "None"
    annotations = ("None" if content is None else module.annotation(_returned_type(content, module)[1]) for _, content in answered)
    return " | ".join(dict.fromkeys(annotations))


def _table(  # noqa: PLR0917
    api: Api,
    operation: Operation,
    parameters: tuple[Parameter, ...],
    answered: tuple[tuple[str, Content | None], ...],
    constant: str,
    result: str,
    module: Module,
    recipe: Recipe | None,
) -> Iterator[str]:
    module.uses("Operation")
    yield f"{constant}: Operation[{result}] = Operation("
    yield f"    {literal(operation.id)},"
    yield f"    {literal(operation.method)},"
    yield f"    {literal(wire_path(operation))},"
    if parameters:
        yield "    parameters=("
        for parameter in parameters:
            yield f"        {_parameter(parameter, module)},"
        yield "    ),"
    if operation.body is not None and operation.body.contents:
        yield f"    body={_body(operation.body.contents[0], operation.body.required, module)},"
    if answered:
        yield "    returned=("
        for status, content in answered:
            yield f"        {_returned(status, content, module)},"
        yield "    ),"
    yield from _options(api, operation, module, recipe)
    yield ")"


def _options(api: Api, operation: Operation, module: Module, recipe: Recipe | None) -> Iterator[str]:
    if operation.signed:
        yield f"    signed={module.uses('OPTIONALLY_SIGNED' if () in operation.security else 'SIGNED')},"
        if recipe is not None and recipe.only_declared:
            made = places_made(recipe, declared_places(api, operation))
            indices = [str(index) for index, placement in enumerate(recipe.placements) if placement in made]
            if len(indices) != len(recipe.placements):
                yield f"    places=({', '.join(indices)}{',' if len(indices) == 1 else ''}),"
    if operation.servers:
        yield f"    server={literal(operation.servers[0])},"
    if operation.deprecated:
        yield "    deprecated=True,"


def wire_path(operation: Operation) -> str:
    """The path template with everything percent-encoded that a path can't hold; braces only around declared parameters."""
    declared = {each.wire_name for each in operation.parameters if each.location is Location.PATH}
    pieces = re.split(r"(\{[^{}]*\})", operation.path)
    return "".join(
        piece if piece[1:-1] in declared and piece.startswith("{") else quote(piece, safe=_PATH_SAFE, errors="surrogatepass")
        for piece in pieces
    )


def _parameter(parameter: Parameter, module: Module) -> str:
    required = parameter.required and not allows_null(parameter.type, module.declared)
    arguments = [
        literal(parameter.location.value),
        literal(parameter.wire_name),
        literal(parameter_name(parameter.name)),
        module.codec(parameter.type),
        *(["required=True"] if required else []),
        *([f"style={literal(parameter.style)}"] if parameter.style != "form" else []),
        *(["explode=False"] if not parameter.explode else []),
        *(["json=True"] if parameter.json_encoded else []),
        *(["reserved=True"] if parameter.allow_reserved else []),
    ]
    return f"{module.uses('Parameter')}({', '.join(arguments)})"


def _body(content: Content, required: bool, module: Module) -> str:
    given = {Encoding.BINARY: _BINARY, Encoding.TEXT: content.type if is_text(content.type, module) else _STRING}.get(
        content.encoding, content.type
    )
    arguments = [literal(content.encoding.value), literal(content.sent_as()), module.codec(given)]
    if not required:
        arguments.append("required=False")
    if content.encoding is Encoding.MULTIPART and isinstance(content.type, Reference):
        binary = binary_fields(module.declared.get(content.type.name))
        if binary:
            arguments.append(f"binary=frozenset({{{', '.join(map(literal, binary))}}})")
    return f"{module.uses('Body')}({', '.join(arguments)})"


def _returned(status: str, content: Content | None, module: Module) -> str:
    if content is None:
        return f'{module.uses("Returned")}({literal(status)}, "")'
    encoding, given = _returned_type(content, module)
    return f"{module.uses('Returned')}({literal(status)}, {literal(encoding)}, {literal(content.sent_as())}, {module.codec(given)})"
