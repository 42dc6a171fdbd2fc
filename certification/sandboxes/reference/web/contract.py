"""The description at work: which operation a call is meant for, and whether it has the form that the description gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, unquote_to_bytes

from jsonschema.protocols import Validator

from certification.sandboxes.reference.engine.order import Side
from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.answer import RequestRefusedError
from certification.sandboxes.reference.web.description import Description, Keys, flaw
from certification.sandboxes.reference.web.rules import CORRECT, WebRules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certification.sandboxes.reference.web.call import RawCall

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A declared parameter."""

    name: str
    location: str
    required: bool
    whole: bool
    """Whether it is an integer."""
    default: Any
    validator: Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One described operation."""

    id: str
    method: str
    segments: tuple[str, ...]
    """Of the path; a parameter's is in braces."""
    parameters: tuple[Parameter, ...]
    body: Validator | None
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a call asks for, in the form that the description gives it; defaults are filled in."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a path leads."""

    operation: Operation | None
    """``None`` where the path is described, but not with this method."""
    allowed: tuple[str, ...]
    """The methods that are; none where the path is not described."""


class Contract:
    """An OpenAPI 3.1 description, ready to hold calls against. Only what ours uses is understood."""

    def __init__(self, path: Path, rules: WebRules = CORRECT) -> None:
        self._rules = rules
        self.description = Description(path)
        self.operations = tuple(self._operations())

    def route(self, method: str, path: str) -> Route:
        """Which operation a method and a wire path name."""
        segments = tuple(path.split("/")[1:])
        candidates = [operation for operation in self.operations if _fits(operation.segments, segments)]
        chosen = next((operation for operation in candidates if operation.method == method or not self._rules.methods_are_limited), None)
        return Route(operation=chosen, allowed=tuple(sorted(operation.method for operation in candidates)))

    def arguments(self, operation: Operation, call: RawCall) -> Arguments:
        """What a call asks for.

        Raises:
            RequestRefusedError: it does not have the form that the description gives it.
        """
        body = self._body(operation, call)
        query = dict(self._query(operation, call))
        return Arguments(path=dict(_path(operation, call)), query=query, body=body)

    def _operations(self) -> Iterator[Operation]:
        for template, item in self.description.document["paths"].items():
            for method in _METHODS:
                if method in item:
                    yield self._operation(template, method, item[method])

    def _operation(self, template: str, method: str, described: dict[str, Any]) -> Operation:
        keys = ("paths", template, method)
        media = ("requestBody", "content", "application/json", "schema")
        return Operation(
            id=described["operationId"],
            method=method.upper(),
            segments=tuple(template.split("/")[1:]),
            parameters=tuple(
                self._parameter(node, (*keys, "parameters", index)) for index, node in enumerate(described.get("parameters", ()))
            ),
            body=self.description.validator(*keys, *media) if "requestBody" in described else None,
            signed=bool(described.get("security")),
        )

    def _parameter(self, node: dict[str, Any], keys: Keys) -> Parameter:
        described, at = self.description.resolve(node, keys)
        schema, _ = self.description.resolve(described["schema"], ())
        return Parameter(
            name=described["name"],
            location=described["in"],
            required=described.get("required", False),
            whole=schema["type"] == "integer",
            default=schema.get("default"),
            validator=self.description.validator(*at, "schema"),
        )

    def _body(self, operation: Operation, call: RawCall) -> Any:
        if operation.body is None:
            if call.body:
                raise _malformed("body", "takes no body")
            return None
        _require_json(call)
        if not call.body_is_complete:
            raise RequestRefusedError(413, "BODY_TOO_LARGE", "the body is larger than 16 KiB")
        try:
            body: Any = codec.read(call.body)
        except codec.JsonError as error:
            raise _malformed("body", str(error)) from error
        if not self._rules.sides_are_known and isinstance(body, dict) and body.get("side") not in (None, *Side):
            body["side"] = Side.SELL.value
        found = flaw(operation.body, body)
        if found is not None:
            place, rule = found
            raise _malformed(f"body.{place}" if place else "body", f"breaks the description's rule {rule}")
        return body

    def _query(self, operation: Operation, call: RawCall) -> Iterator[tuple[str, Any]]:
        declared = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "query"}
        given: dict[str, str] = {}
        for pair in call.query.split("&") if call.query else ():
            name, _, value = (unquote_plus(part, errors="surrogateescape") for part in pair.partition("="))
            if name not in declared and not self._rules.queries_keep_the_description:
                continue
            if name not in declared:
                raise _malformed("query", "has a parameter that the description does not know")
            if name in given:
                raise _malformed(f"query.{name}", "is given more than once")
            given[name] = value
        for name, parameter in declared.items():
            if name in given:
                yield name, self._query_value(parameter, given[name])
            elif parameter.required:
                raise _malformed(f"query.{name}", "is missing")
            else:
                yield name, parameter.default

    def _query_value(self, parameter: Parameter, text: str) -> Any:
        if parameter.whole and text.isdecimal() and not self._rules.queries_keep_the_description:
            return int(text)
        return _typed(parameter, text)


def _path(operation: Operation, call: RawCall) -> Iterator[tuple[str, Any]]:
    declared = {f"{{{parameter.name}}}": parameter for parameter in operation.parameters if parameter.location == "path"}
    for template, segment in zip(operation.segments, call.path.split("/")[1:], strict=True):
        if template in declared:
            parameter = declared[template]
            yield parameter.name, _typed(parameter, unquote_to_bytes(segment).decode(errors="surrogateescape"))


def _typed(parameter: Parameter, text: str) -> Any:
    place = f"{parameter.location}.{parameter.name}"
    if parameter.whole and not _WHOLE.fullmatch(text):
        raise _malformed(place, "is no whole number")
    value = int(text) if parameter.whole else text
    found = flaw(parameter.validator, value)
    if found is not None:
        raise _malformed(place, f"breaks the description's rule {found[1]}")
    return value


def _fits(template: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    return len(template) == len(segments) and all(
        given == wanted or (wanted.startswith("{") and given != "") for wanted, given in zip(template, segments, strict=True)
    )


def _require_json(call: RawCall) -> None:
    if not call.body and call.header("content-type") is None:
        raise _malformed("body", "is missing")
    media_type, _, parameters = (call.header("content-type") or "").partition(";")
    if media_type.strip().lower() != "application/json" or parameters.strip().lower() not in {"", "charset=utf-8"}:
        raise RequestRefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "the body's content type is application/json, in UTF-8")


def _malformed(place: str, what: str) -> RequestRefusedError:
    return RequestRefusedError(400, "INVALID_REQUEST", f"{place} {what}", field=place)
