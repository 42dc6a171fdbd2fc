"""The description at work: which operation a call is meant for, and whether it has the form that the description gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, unquote_to_bytes

import jsonschema
import yaml
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.answer import RequestRefusedError
from certification.sandboxes.reference.web.rules import CORRECT, WebRules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certification.sandboxes.reference.web.call import RawCall

_ROOT = "urn:reference"
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
        with path.open("rb") as stream:
            self.document: dict[str, Any] = yaml.load(stream, Loader=_LOADER)  # noqa: S506 - both are safe loaders
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, DRAFT202012.create_resource(self.document))
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

    def validator(self, *keys: str | int) -> Validator:
        """A validator for the schema that stands at these keys of the description."""
        fragment = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
        strict: Validator = _STRICT({"$ref": f"{_ROOT}#{_fragment(fragment)}"}, registry=self._registry)
        return strict

    def resolve(self, node: dict[str, Any], keys: tuple[str | int, ...]) -> tuple[dict[str, Any], tuple[str | int, ...]]:
        """A node that may be a reference into the description, and where it really stands."""
        if "$ref" not in node:
            return node, keys
        target = tuple(node["$ref"].removeprefix("#/").split("/"))
        found: dict[str, Any] = self.document
        for key in target:
            found = found[key]
        return found, target

    def _operations(self) -> Iterator[Operation]:
        for template, item in self.document["paths"].items():
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
            body=self.validator(*keys, *media) if "requestBody" in described else None,
            signed=bool(described.get("security")),
        )

    def _parameter(self, node: dict[str, Any], keys: tuple[str | int, ...]) -> Parameter:
        described, at = self.resolve(node, keys)
        schema, _ = self.resolve(described["schema"], ())
        return Parameter(
            name=described["name"],
            location=described["in"],
            required=described.get("required", False),
            whole=schema["type"] == "integer",
            default=schema.get("default"),
            validator=self.validator(*at, "schema"),
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
        flaw = best_match(operation.body.iter_errors(body))
        if flaw is not None:
            place = ".".join(["body", *(str(step) for step in flaw.absolute_path)])
            raise _malformed(place, f"breaks the description's rule {flaw.validator}")
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
    error = best_match(parameter.validator.iter_errors(value))
    if error is not None:
        raise _malformed(place, f"breaks the description's rule {error.validator}")
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


def _fragment(pointer: str) -> str:
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")


def _is_whole(_: object, instance: object) -> bool:
    return (isinstance(instance, int) and not isinstance(instance, bool)) or (
        isinstance(instance, Decimal) and instance == instance.to_integral_value()
    )


def _pattern(_: Validator, pattern: str, instance: object, __: object) -> Iterator[jsonschema.ValidationError]:
    """JSON Schema's patterns end where the text ends; Python's ``$`` would let one more line break pass."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError("does not match")


_STRICT: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    {"pattern": _pattern},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole),
)
