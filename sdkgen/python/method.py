"""An operation's typed methods as Python: one that calls it, and one that walks through its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, Content, Encoding, EnumType, Nullable, Operation, Parameter, Reference, Scalar, ScalarKind, Type
from sdkgen.python.names import method_name, parameter_name
from sdkgen.python.text import docstring, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.python.module import Module

_LONGEST = 1000
"""Characters of a description beyond its summary."""
_ADVISED = '    @{}("the exchange advises against it")'


def deprecation(module: Module) -> str:
    """The line before a method that the exchange advises against."""
    return _ADVISED.format(module.uses("Deprecated"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a method of an operation is written from."""

    operation: Operation
    parameters: tuple[Parameter, ...]
    module: Module

    def head(self, name: str, result: str) -> Iterator[str]:
        """The method's first lines."""
        if self.operation.deprecated:
            yield deprecation(self.module)
        everything = [*self._signature()]
        if not everything:
            yield f"    def {name}(self) -> {result}:"
            return
        yield f"    def {name}("
        yield "        self,"
        yield "        *,"
        yield from (f"        {each}," for each in everything)
        yield f"    ) -> {result}:"

    def _signature(self) -> Iterator[str]:
        operation, module = self.operation, self.module
        yield from (f"{parameter_name(each.name)}: {module.argument(each.type)}" for each in self.parameters if each.required)
        body = operation.body if operation.body is not None and operation.body.contents else None
        annotation = "" if body is None else _body_annotation(body.contents[0], module)
        if body is not None and body.required:
            yield f"body: {annotation}"
        yield from (f"{parameter_name(each.name)}: {_optional(each.type, module)} = None" for each in self.parameters if not each.required)
        if body is not None and not body.required:
            yield f"body: {annotation}{'' if annotation == 'JsonValue' else ' | None'} = None"

    def passed(self) -> str:
        """The arguments as the runtime takes them."""
        names = ", ".join(parameter_name(each.name) for each in self.parameters)
        arguments = [f"({names}{',' if len(self.parameters) == 1 else ''})"] if self.parameters else []
        if self.operation.body is not None and self.operation.body.contents:
            arguments.append("body" if self.parameters else "body=body")
        return ", ".join(arguments)


def method_lines(call: Call, constant: str, result: str) -> Iterator[str]:
    """The method that calls the operation."""
    yield from call.head(method_name(call.operation.name), result)
    yield from _about(call.operation, call.parameters)
    yield f"        return self._session.call({', '.join(each for each in (constant, call.passed()) if each)})"


def iterator_lines(call: Call, name: str, constant: str, item: str) -> Iterator[str]:
    """The method that gives the items of all pages."""
    call.module.abc.add("Iterator")
    yield from call.head(name, f"Iterator[{item}]")
    yield f'        """The items of ``{method_name(call.operation.name)}``, page after page; arguments are the same."""'
    passed = ", ".join(each for each in (constant, f"{constant}_PAGES", call.passed()) if each)
    yield f"        return self._session.pages({call.module.uses('PageWalk')}({passed}))"


def _optional(given: Type, module: Module) -> str:
    annotation = module.argument(given)
    return annotation if isinstance(given, Nullable) or annotation == "JsonValue" else f"{annotation} | None"


def _body_annotation(content: Content, module: Module) -> str:
    if content.encoding is Encoding.BINARY:
        return "bytes"
    if content.encoding is Encoding.TEXT and not is_text(content.type, module):
        return "str"
    return module.argument(content.type)


def _about(operation: Operation, parameters: tuple[Parameter, ...]) -> Iterator[str]:
    summary = docstring(operation.summary or operation.description or " ".join(operation.name.words).capitalize())[3:-3]
    yield f'        """{summary}'
    yield ""
    further = docstring(operation.description if operation.summary else "", _LONGEST)[3:-3]
    if further and further != summary:
        yield f"        {further}"
        yield ""
    if operation.deprecated:
        yield "        Deprecated by the exchange."
    signed = ", signed" if operation.signed else ""
    yield f"        {docstring(f'{operation.method} {operation.path}{signed}')[3:-3]}"
    described = [(parameter_name(each.name), one_line(each.description)) for each in parameters if one_line(each.description)]
    if described:
        yield ""
        yield "        Args:"
        yield from (f"            {name}: {docstring(text)[3:-3]}" for name, text in described)
    yield '        """'


def is_text(given: Type, module: Module) -> bool:
    """Whether every value of the type is text."""
    match given:
        case Scalar(kind=kind):
            return kind is ScalarKind.STRING
        case Reference(name=name):
            named = module.declared[name]
            return (isinstance(named, EnumType) and named.kind is ScalarKind.STRING) or (
                isinstance(named, AliasType) and isinstance(named.target, Scalar) and named.target.kind is ScalarKind.STRING
            )
        case Nullable(inner=inner):
            return is_text(inner, module)
        case _:
            return False
