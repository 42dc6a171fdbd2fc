"""What changed between two descriptions, what it does to programs, and which version step it asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from certification.model import Change, ChangeClass
from certification.specs.diff_streams import compare_streams, document_streams
from certification.specs.parameters import compare_parameters, place_of
from certification.specs.shapes import Shapes
from certification.specs.tally import Direction, Tally, Where
from sdkgen.api.model import EnumType, NamedType, ObjectType
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Api, Body, Content, Operation, Parameter, Response

Bump = Literal["major", "minor", "patch", "none"]

_BREAKING, _ADDITIVE, _DOCUMENTATION = ChangeClass.BREAKING, ChangeClass.ADDITIVE, ChangeClass.DOCUMENTATION
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def diff(old: Api, new: Api) -> tuple[Change, ...]:
    """Every difference between two versions of an API, the worst first.

    Operations are matched by method and path, channels by their ids, messages and requests by name, parameters by location and name,
    fields by their keys. A schema that many operations share is one difference. Descriptions that differ in nothing else differ at
    least in their text.
    """
    if old.digest == new.digest and old == new:
        return ()
    tally = Tally()
    shapes = Shapes(old, new, tally)
    before, after = _by_route(old), _by_route(new)
    for route, operation in before.items():
        if route in after:
            _operations(operation, after[route], shapes, tally)
        else:
            tally.whole(_BREAKING, "operation-removed", operation.pointer, operation.id, f"{operation.method} {operation.path} is gone")
    for route, operation in after.items():
        if route not in before:
            tally.whole(_ADDITIVE, "operation-added", operation.pointer, operation.id, f"{operation.method} {operation.path} is new")
    _servers(old, new, tally)
    compare_streams(old, new, shapes, tally)
    _documentation(old, new, tally)
    return tally.changes()


def change_class(changes: Iterable[Change]) -> ChangeClass | None:
    """The worst of all changes; ``None`` where there is none."""
    found = {change.change_class for change in changes}
    return next((candidate for candidate in (_BREAKING, _ADDITIVE, _DOCUMENTATION) if candidate in found), None)


def version_bump(changes: Iterable[Change]) -> Bump:
    """The step that Semantic Versioning 2.0.0 asks of an SDK whose description changed so."""
    match change_class(changes):
        case ChangeClass.BREAKING:
            return "major"
        case ChangeClass.ADDITIVE:
            return "minor"
        case ChangeClass.DOCUMENTATION:
            return "patch"
        case None:
            return "none"


def _by_route(api: Api) -> dict[tuple[str, str], Operation]:
    return {(operation.method, _PLACEHOLDER.sub("{}", operation.path)): operation for operation in api.operations}


def _operations(old: Operation, new: Operation, shapes: Shapes, tally: Tally) -> None:
    if old.id != new.id:
        tally.whole(_BREAKING, "operation-renamed", join(new.pointer, "operationId"), new.id, f"{old.id} is now called {new.id}")
    elif old.name != new.name:
        message = f"{new.id} is called {new.name.snake()} in SDKs, and was {old.name.snake()}"
        tally.whole(_BREAKING, "operation-renamed", new.pointer, new.id, message)
    if old.group != new.group:
        message = f"{new.id} is in the group {new.group.snake()} of SDKs, and was in {old.group.snake()}"
        tally.whole(_BREAKING, "operation-moved", join(new.pointer, "tags"), new.id, message)
    if (old.security, old.signed) != (new.security, new.signed):
        summary = f"{new.id} asks for other credentials" if new.signed else f"{new.id} is now public"
        tally.whole(_BREAKING, "security-changed", join(new.pointer, "security"), new.id, summary)
    if new.deprecated and not old.deprecated:
        tally.whole(_DOCUMENTATION, "operation-deprecated", new.pointer, new.id, f"{new.id} is deprecated")
    if old.servers != new.servers:
        tally.whole(_ADDITIVE, "servers-changed", new.pointer, new.id, f"{new.id} is at other servers")
    _parameters(old, new, shapes, tally)
    _bodies(old, new, shapes, tally)
    _responses(old, new, shapes, tally)


def _parameters(old: Operation, new: Operation, shapes: Shapes, tally: Tally) -> None:
    before = {_identity(parameter, old): parameter for parameter in old.parameters}
    after = {_identity(parameter, new): parameter for parameter in new.parameters}
    compare_parameters(before, after, lambda parameter: place_of(parameter, new.id, new.pointer), shapes, tally)


def _identity(parameter: Parameter, operation: Operation) -> tuple[str, str]:
    """What makes two parameters the same: location and name; in the path, the place."""
    if parameter.location.value != "path":
        return parameter.location.value, parameter.wire_name
    return "path", str(_PLACEHOLDER.findall(operation.path).index(f"{{{parameter.wire_name}}}"))


def _bodies(old: Operation, new: Operation, shapes: Shapes, tally: Tally) -> None:
    where = Where(operation=new.id, direction=Direction.REQUEST, pointer=join(new.pointer, "requestBody"), label="body")
    match old.body, new.body:
        case None, None:
            pass
        case None, added:
            required = added is not None and added.required
            tally.add(_BREAKING if required else _ADDITIVE, "body-added", where, "is new and must be given" if required else "is new")
        case _, None:
            tally.add(_BREAKING, "body-removed", where, "is gone")
        case before, after:
            _body(before, after, where, shapes, tally)


def _body(old: Body, new: Body, where: Where, shapes: Shapes, tally: Tally) -> None:
    if old.required != new.required:
        rule, what = ("became-required", "must now be given") if new.required else ("no-longer-required", "may now be left out")
        tally.add(_BREAKING if new.required else _ADDITIVE, rule, where, what)
    _contents(old.contents, new.contents, where, shapes, tally)


def _responses(old: Operation, new: Operation, shapes: Shapes, tally: Tally) -> None:
    before = {response.status: response for response in old.responses}
    after = {response.status: response for response in new.responses}
    for status, response in before.items():
        where = Where(operation=new.id, direction=Direction.RESPONSE, pointer=join(new.pointer, "responses", status), label=status)
        if status in after:
            _response(response, after[status], where, shapes, tally)
        else:
            tally.add(_BREAKING if status.startswith("2") else _ADDITIVE, "status-removed", where, "is no longer described")
    for status in (status for status in after if status not in before):
        where = Where(operation=new.id, direction=Direction.RESPONSE, pointer=join(new.pointer, "responses", status), label=status)
        tally.add(_ADDITIVE, "status-added", where, "is described now")


def _response(old: Response, new: Response, where: Where, shapes: Shapes, tally: Tally) -> None:
    if set(old.headers) - set(new.headers):
        tally.add(_BREAKING, "header-removed", where, f"lost the headers {', '.join(sorted(set(old.headers) - set(new.headers)))}")
    if set(new.headers) - set(old.headers):
        tally.add(_ADDITIVE, "header-added", where, f"has the new headers {', '.join(sorted(set(new.headers) - set(old.headers)))}")
    if bool(old.contents) != bool(new.contents):
        change = ("content-added", "has a body now") if new.contents else ("content-removed", "has no body any more")
        tally.add(_ADDITIVE if new.contents else _BREAKING, change[0], where, change[1])
    _contents(old.contents, new.contents, where, shapes, tally)


def _contents(old: tuple[Content, ...], new: tuple[Content, ...], where: Where, shapes: Shapes, tally: Tally) -> None:
    before = {content.media_type: content for content in old}
    after = {content.media_type: content for content in new}
    for media_type, content in before.items():
        if media_type in after:
            shapes.compare(content.type, after[media_type].type, where)
        elif new:
            tally.add(_BREAKING, "media-type-removed", where, f"is no longer written as {media_type}")
    for media_type in (media_type for media_type in after if old and media_type not in before):
        tally.add(_ADDITIVE, "media-type-added", where, f"may be written as {media_type}")


def _servers(old: Api, new: Api, tally: Tally) -> None:
    if old.servers != new.servers:
        tally.whole(_ADDITIVE, "servers-changed", "/servers", None, f"the API is at {', '.join(new.servers) or 'no named server'}")


def _documentation(old: Api, new: Api, tally: Tally) -> None:
    """Note texts that changed where nothing else did, so that two descriptions that differ never look the same."""
    before = {operation.id: operation for operation in old.operations}
    for operation in new.operations:
        same = before.get(operation.id)
        if same is not None and same != operation and not tally.concerns(operation.id):
            tally.whole(_DOCUMENTATION, "operation-text", operation.pointer, operation.id, f"{operation.id} is documented otherwise")
    document_streams(old, new, tally)
    types = {declared.name: declared for declared in old.types}
    for declared in new.types:
        known = types.get(declared.name)
        if known is not None and known != declared and _bones(known) == _bones(declared):
            tally.whole(_DOCUMENTATION, "type-text", declared.pointer, None, f"{declared.name.pascal()} is documented otherwise")
    if not tally.changes() and old.digest != new.digest:
        tally.whole(_DOCUMENTATION, "text", "", None, "the description's text differs, and nothing else")


def _bones(declared: NamedType) -> object:
    """A named type without its texts and examples."""
    match declared:
        case ObjectType():
            return (
                tuple((field.wire_name, field.type, field.required, field.default) for field in declared.fields),
                declared.extra,
                declared.closed,
            )
        case EnumType():
            return declared.kind, declared.members
        case _:
            return getattr(declared, "target", None), getattr(declared, "variants", None)
