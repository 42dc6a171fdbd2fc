"""Examples and defaults, once all types are known: those that fit stay, those that plainly mean a fitting value become it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sdkgen.api.fit import Fitting
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonTextError, JsonValue, dumps_exact, loads_exact
from sdkgen.api.lines import texts_of
from sdkgen.api.model import (
    AliasType,
    Body,
    Channel,
    ChannelParameter,
    Content,
    Encoding,
    EnumType,
    Example,
    Field,
    Message,
    NamedType,
    Nullable,
    ObjectType,
    Operation,
    Parameter,
    Reference,
    Response,
    Type,
    UnionType,
)
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.model import JsonText, Pointer


class Settling:
    """Holds every example and default of an API against its type."""

    def __init__(self, types: Sequence[NamedType], issues: IssueLog) -> None:
        self._fitting = Fitting(types)
        self._issues = issues

    def named(self, declared: NamedType) -> NamedType:
        """A type with its examples, and its fields' examples and defaults, settled."""
        match declared:
            case EnumType():
                return declared
            case ObjectType():
                examples = self._examples(Reference(name=declared.name), declared.examples)
                fields = tuple(self._field(field, declared.pointer) for field in declared.fields)
                return replace(declared, examples=examples, fields=fields)
            case UnionType() | AliasType():
                return replace(declared, examples=self._examples(Reference(name=declared.name), declared.examples))

    def operation(self, operation: Operation) -> Operation:
        """An operation with the examples and defaults of its parameters, body and answers settled."""
        return replace(
            operation,
            parameters=tuple(self._parameter(parameter, operation.pointer) for parameter in operation.parameters),
            body=self._body(operation.body),
            responses=tuple(self._response(response) for response in operation.responses),
        )

    def message(self, message: Message) -> Message:
        """A message with its examples settled."""
        return replace(message, examples=self._examples(message.type, message.examples)) if message.examples else message

    def channel(self, channel: Channel) -> Channel:
        """A channel with the examples and defaults of its parameters settled."""
        return replace(
            channel,
            parameters=tuple(self._channel_parameter(parameter, channel.pointer) for parameter in channel.parameters),
            query=tuple(self._parameter(parameter, channel.pointer) for parameter in channel.query),
            headers=tuple(self._parameter(parameter, channel.pointer) for parameter in channel.headers),
        )

    def _channel_parameter(self, parameter: ChannelParameter, channel: Pointer) -> ChannelParameter:
        if not parameter.examples and parameter.default is None:
            return parameter
        place = join(channel, "parameters", parameter.wire_name)
        examples = self._examples(parameter.type, parameter.examples)
        return replace(parameter, examples=examples, default=self._default(parameter.type, parameter.default, place))

    def _field(self, field: Field, owner: Pointer) -> Field:
        if not field.examples and field.default is None:
            return field
        place = join(owner, "properties", field.wire_name, "default")
        return replace(field, examples=self._examples(field.type, field.examples), default=self._default(field.type, field.default, place))

    def _parameter(self, parameter: Parameter, operation: Pointer) -> Parameter:
        if not parameter.examples and parameter.default is None:
            return parameter
        place = join(operation, "parameters")
        examples = self._examples(parameter.type, parameter.examples)
        return replace(parameter, examples=examples, default=self._default(parameter.type, parameter.default, place))

    def _body(self, body: Body | None) -> Body | None:
        return None if body is None else replace(body, contents=tuple(self._content(content) for content in body.contents))

    def _response(self, response: Response) -> Response:
        return replace(response, contents=tuple(self._content(content) for content in response.contents))

    def _content(self, content: Content) -> Content:
        if not content.examples:
            return content
        if content.encoding in (Encoding.TEXT, Encoding.BINARY):
            return replace(content, examples=tuple(example for example in content.examples if example.value.startswith('"')))
        examples = content.examples
        if content.encoding is Encoding.LINES:
            examples = tuple(self._together(content, example) for example in examples)
        return replace(content, examples=self._examples(content.type, examples))

    def _together(self, content: Content, example: Example) -> Example:
        """An example of all lines: written so, or as the body's text, or as a single line's value."""
        value = loads_exact(example.value)
        if isinstance(value, str):
            try:
                lines: JsonValue = [loads_exact(text) for text in texts_of(value)]
            except JsonTextError:
                return example
        else:
            lines = [value]
        fits = self._fitting.misfit(content.type, value) is not None and self._fitting.misfit(content.type, lines) is None
        return replace(example, value=dumps_exact(lines)) if fits else example

    def _examples(self, wanted: Type, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        return tuple(settled for example in examples for settled in self._example(wanted, example))

    def _example(self, wanted: Type, example: Example) -> tuple[Example, ...]:
        value = loads_exact(example.value)
        misfit = self._fitting.misfit(wanted, value)
        if misfit is None:
            return (example,)
        meant = self._meant(wanted, value)
        if meant is not None:
            self._issues.repaired(
                "example-of-other-type", example.pointer, f"the example is written as another JSON type: {quoted(misfit)}"
            )
            return (replace(example, value=dumps_exact(meant)),)
        if isinstance(value, list) and value and all(self._fitting.misfit(wanted, item) is None for item in value):
            self._issues.repaired("list-of-examples", example.pointer, "the example is a list of examples; each is read on its own")
            return tuple(Example(pointer=join(example.pointer, index), value=dumps_exact(item)) for index, item in enumerate(value))
        self._issues.noted("example-does-not-fit", example.pointer, f"the example contradicts its schema and is not used: {quoted(misfit)}")
        return ()

    def _default(self, wanted: Type, default: JsonText | None, place: Pointer) -> JsonText | None:
        if default is None:
            return None
        value = loads_exact(default)
        if self._fitting.misfit(wanted, value) is None:
            return default
        meant = self._meant(wanted, value)
        if meant is not None:
            self._issues.repaired("default-of-other-type", place, f"the default {quoted(default)} is written as another JSON type")
            return dumps_exact(meant)
        if value is not None:
            self._issues.noted("default-does-not-fit", place, f"the default {quoted(default)} contradicts its schema and is not used")
        return None

    def _meant(self, wanted: Type, value: JsonValue) -> JsonValue:
        """The fitting value that a misfit plainly stands for: JSON inside text, or a number where text is wanted."""
        inner = wanted.inner if isinstance(wanted, Nullable) else wanted
        candidate: JsonValue = None
        if isinstance(value, str):
            try:
                candidate = loads_exact(value, on_duplicate=lambda _: None)
            except JsonTextError:
                return None
        elif isinstance(value, bool | int | Decimal):
            candidate = dumps_exact(value)
        if candidate is None or self._fitting.misfit(inner, candidate) is not None:
            return None
        return candidate
