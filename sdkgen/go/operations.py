"""The operations of an API as the templates show them: a service per group, a method per operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import Encoding, Location, Operation, Parameter
from sdkgen.go.behaviour import GoPaging, literal, operation_members, paging_of
from sdkgen.go.declarations import GoField, field_comment
from sdkgen.go.names import Scope, exported
from sdkgen.go.placements import placed
from sdkgen.go.text import comment, quoted, sentences, tag
from sdkgen.signing.recipe import managed_parameters

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Body, Content, Name, Type
    from sdkgen.go.typing import GoTypes
    from sdkgen.signing.recipe import Recipe
    from sdkgen.source import SdkOptions

_DEFAULT_STYLES = {
    Location.PATH: ("simple", False),
    Location.QUERY: ("form", True),
    Location.HEADER: ("simple", False),
    Location.COOKIE: ("form", True),
}
_CLIENT_METHODS = ("Close", "Format", "GoString", "MarshalJSON", "Request", "Streams", "String", "SyncClock")
"""What a client's field can't be called, because it is, or would be taken for, something else."""
_UNSIGNED, _SIGNED, _SIGNED_IF_POSSIBLE = "unsigned", "signed", "signedIfPossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoMethod:
    """One operation: its method, its Params and its table entry."""

    operation: Operation
    name: str
    comment: str
    table: str
    """The name of the variable that holds its entry."""
    entry: str
    """The entry's members, as Go source."""
    params: str
    """The name of the Params type; empty where there are no arguments."""
    fields: tuple[GoField, ...]
    result: str
    """The Go type of the answer; empty where there is none."""
    paging: GoPaging | None
    """Its iterator, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoService:
    """One group of operations."""

    name: str
    """The service's type."""
    field: str
    """The client's field."""
    title: str
    file: str
    methods: tuple[GoMethod, ...]


def services_of(api: Api, types: GoTypes, options: SdkOptions) -> tuple[GoService, ...]:
    """Every group with its operations, in the order in which the groups first occur."""
    groups: dict[Name, list[Operation]] = {}
    for operation in api.operations:
        groups.setdefault(operation.group, []).append(operation)
    fields = Scope(_CLIENT_METHODS)
    files = Scope()
    services = []
    for group, operations in groups.items():
        services.append(
            GoService(
                name=types.scope.claim(f"{exported(group)}Service"),
                field=fields.claim(exported(group), "Group"),
                title=" ".join(group.words),
                file=files.claim(f"{group.snake()[:60]}_service"),
                methods=tuple(_method(api, types, options, operation) for operation in operations),
            )
        )
    return tuple(services)


def _method(api: Api, types: GoTypes, options: SdkOptions, operation: Operation) -> GoMethod:
    name = exported(operation.name)
    fields = _fields(types, options.recipe, operation)
    params = types.scope.claim(f"{name}Params", "Arguments") if fields else ""
    answer = _answer(operation)
    result = "" if answer is None else types.one_of(_answers(operation, answer), f"{name}Answer")
    pagination = options.behaviour.paging.get(operation.id)
    return GoMethod(
        operation=operation,
        name=name,
        comment=_documented(name, operation),
        table=types.scope.claim(f"operation{name}"),
        entry=_entry(api, options, operation, answer),
        params=params,
        fields=fields,
        result=result,
        paging=paging_of(types, pagination, operation, name) if pagination is not None and params else None,
    )


def _documented(name: str, operation: Operation) -> str:
    said = sentences(operation.summary, operation.description)
    return comment(
        f"{name}: {said}" if said else f"{name} calls {operation.method} {operation.path}.",
        f"It calls {operation.method} {operation.path}." if said else "",
        "Deprecated: the exchange advises against it." if operation.deprecated else "",
    )


def _fields(types: GoTypes, recipe: Recipe | None, operation: Operation) -> tuple[GoField, ...]:
    managed = managed_parameters(recipe, operation)
    scope = Scope(("Body",) if operation.body else ())
    fields = [
        _parameter(types, scope, exported(operation.name), parameter)
        for parameter in operation.parameters
        if (parameter.location, parameter.wire_name) not in managed
    ]
    if operation.body is not None and operation.body.contents:
        fields.append(_body(types, exported(operation.name), operation.body))
    return tuple(fields)


def _parameter(types: GoTypes, scope: Scope, operation: str, parameter: Parameter) -> GoField:
    name = scope.claim(exported(parameter.name), "Argument")
    type_, may = types.member(parameter.type, required=parameter.required, hint=f"{operation}{exported(parameter.name)}")
    pairs = [(parameter.location.value, parameter.wire_name)]
    if (parameter.style, parameter.explode) != _DEFAULT_STYLES[parameter.location]:
        pairs.append(("style", f"{parameter.style}{',explode' if parameter.explode else ''}"))
    if parameter.json_encoded:
        pairs.append(("as", "json"))
    if parameter.allow_reserved:
        pairs.append(("as", "reserved"))
    return GoField(
        comment=field_comment(name, parameter.description, deprecated=parameter.deprecated),
        name=name,
        type=type_,
        tag=tag(*pairs),
        wire=parameter.wire_name,
        optional="absent" in may,
    )


def _body(types: GoTypes, operation: str, body: Body) -> GoField:
    content = body.contents[0]
    type_, may = types.member(content.type, required=body.required, hint=f"{operation}Body")
    return GoField(
        comment=field_comment("Body", body.description, deprecated=False),
        name="Body",
        type=type_,
        tag=tag(("body", content.encoding.value)),
        optional="absent" in may,
    )


def _answer(operation: Operation) -> Content | None:
    success = operation.success()
    if success is None or not success.contents:
        return None
    return success.contents[0]


def _same_otherwise(operation: Operation, first: Content) -> Content | None:
    """The answer's other content of the same type that is told apart by its media type: JSON may come in lines, and lines as JSON."""
    kinds = (Encoding.JSON, Encoding.LINES)
    others = () if (success := operation.success()) is None else success.contents[1:]
    both = (each for each in others if each.encoding is not first.encoding and each.encoding in kinds and first.encoding in kinds)
    return next((each for each in both if each.type == first.type), None)


def _answers(operation: Operation, first: Content) -> tuple[Type, ...]:
    """The types that a successful answer can have: one, unless statuses differ in theirs."""
    others = (
        response.contents[0]
        for response in operation.responses
        if response.status.startswith("2") and response.contents and first.encoding in (Encoding.JSON, Encoding.LINES)
    )
    return tuple(dict.fromkeys((first.type, *(content.type for content in others if content.encoding is first.encoding))))


def _entry(api: Api, options: SdkOptions, operation: Operation, answer: Content | None) -> str:
    recipe = options.recipe
    members = [("id", quoted(operation.id)), ("method", quoted(operation.method)), ("path", quoted(operation.path))]
    if operation.servers:
        members.append(("server", quoted(operation.servers[0])))
    signing = _signing(recipe, operation)
    if signing != _UNSIGNED:
        members.append(("signing", signing))
    if recipe is not None and signing != _UNSIGNED and (places := placed(api, recipe, operation)) is not None:
        members.append(("placed", f"[]int{{{', '.join(str(place) for place in places)}}}"))
    if operation.body is not None and operation.body.contents:
        members.append(("body", _content(operation.body.contents[0])))
        if operation.body.contents[0].encoding is Encoding.FORM:
            members.append(("formBody", "true"))
    if answer is not None:
        members.append(("answer", _content(answer)))
        if (other := _same_otherwise(operation, answer)) is not None:
            members.append(("other", _content(other)))
    if empty := _empty_statuses(operation):
        members.append(("empty", f"[]string{{{', '.join(quoted(status) for status in empty)}}}"))
    members.append(("accept", quoted(_accepted(operation))))
    return literal([*members, *operation_members(options.behaviour, operation)])


def _signing(recipe: Recipe | None, operation: Operation) -> str:
    if recipe is None or not operation.signed:
        return _UNSIGNED
    return _SIGNED_IF_POSSIBLE if () in operation.security else _SIGNED


def _content(content: Content) -> str:
    return f"content{{mediaType: {quoted(_header_text(content.sent_as()))}, encoding: {quoted(content.encoding.value)}}}"


def _empty_statuses(operation: Operation) -> tuple[str, ...]:
    return tuple(response.status for response in operation.responses if response.status.startswith("2") and not response.contents)


def _accepted(operation: Operation) -> str:
    success = operation.success()
    if success is None or not success.contents:
        return "*/*"
    return ", ".join(dict.fromkeys(_header_text(content.sent_as()) for content in success.contents))


def _header_text(text: str) -> str:
    # A description's media type becomes a header; what no header can carry is left out.
    return "".join(character for character in text if " " <= character <= "~")
