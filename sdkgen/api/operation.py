"""Operations: every method of every path, with its parameters, body, answers and security."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.census import METHODS
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.model import Body, Content, Encoding, Example, Field, Name, ObjectType, Operation, Response
from sdkgen.api.name import Scope, key, words_of
from sdkgen.api.operation_name import candidates, tells
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place, Resolver
from sdkgen.api.security import requirements, servers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.content import Contents
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.parameter import Parameters, Raw
    from sdkgen.api.schema import Schemas, Words

_STATUS = re.compile(r"[1-5][0-9][0-9]|[1-5]XX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What reading an operation takes."""

    schemas: Schemas
    contents: Contents
    parameters: Parameters
    resolver: Resolver
    issues: IssueLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every operation that does not say otherwise."""

    swagger: bool
    security: tuple[tuple[str, ...], ...]
    known_schemes: frozenset[str]
    servers: tuple[str, ...]
    consumes: tuple[str, ...]
    produces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An operation as it is written."""

    method: str
    path: str
    place: Place
    item: Place

    @property
    def value(self) -> dict[str, JsonValue]:
        """The operation object."""
        return self.place.value if isinstance(self.place.value, dict) else {}


class Operations:
    """Reads the operations of one document."""

    def __init__(self, readers: Readers, defaults: Defaults) -> None:
        self._read = readers
        self._defaults = defaults
        self._issues = readers.issues
        self._names = Scope("operation")
        self._groups: dict[str, Name] = {}

    def all(self, paths: Place) -> tuple[Operation, ...]:
        """Every operation, in the description's order."""
        found = self._found(paths)
        identities = self._identities(found)
        return tuple(self._operation(one, identity) for one, identity in zip(found, identities, strict=True))

    def _found(self, paths: Place) -> list[_Found]:
        found = []
        for path, value in (paths.value if isinstance(paths.value, dict) else {}).items():
            if path.startswith("x-"):
                continue
            item = self._read.resolver.follow(Place(pointer=join(paths.pointer, path), value=value))
            if item is None:
                continue
            if not isinstance(item.value, dict):
                self._issues.refused("wrong-shape", join(paths.pointer, path), "a path must be an object of methods; it is left out")
                continue
            for method, operation in item.value.items():
                if method.lower() in METHODS:
                    found += self._one(method, path, Place(pointer=join(item.pointer, method), value=operation), item)
        return found

    def _one(self, method: str, path: str, place: Place, item: Place) -> list[_Found]:
        if not isinstance(place.value, dict):
            self._issues.refused("wrong-shape", place.pointer, "an operation must be an object; it is left out")
            return []
        if method != method.lower():
            self._issues.repaired("method-in-capitals", place.pointer, "a method must be written in lower case; it is read all the same")
        if not path.startswith("/"):
            self._issues.repaired("path-without-slash", item.pointer, f"the path {quoted(path)} must start with a slash; so it does")
            path = "/" + path
        return [_Found(method=method.upper(), path=path, place=place, item=item)]

    def _identities(self, found: Sequence[_Found]) -> list[str]:
        """Each operation's id: its operationId where that is its own, else method and path."""
        taken: set[str] = set()
        identities = []
        for one in found:
            written = one.value.get("operationId")
            identity = written if isinstance(written, str) and written.strip() else f"{one.method} {one.path}"
            if identity in taken:
                self._issues.repaired(
                    "duplicate-operation-id",
                    join(one.place.pointer, "operationId"),
                    f"the operationId {quoted(identity)} is another operation's too; this one is called by its method and path",
                )
                identity = f"{one.method} {one.path}"
            while identity in taken:
                identity += " (again)"
            taken.add(identity)
            identities.append(identity)
        return identities

    def _operation(self, one: _Found, identity: str) -> Operation:
        value, pointer = one.value, one.place.pointer
        name = self._names.take(*candidates(identity, verb=one.method, path=one.path))
        raw = self._read.parameters.raw(
            Place(pointer=join(one.item.pointer, "parameters"), value=_get(one.item, "parameters")),
            Place(pointer=join(pointer, "parameters"), value=value.get("parameters")),
        )
        body = self._swagger_body(one, raw, name) if self._defaults.swagger else self._body(one, name)
        security = self._security(one)
        signed = value.get("x-signed")
        return Operation(
            id=identity,
            name=name,
            group=self._group(one),
            method=one.method,
            path=one.path,
            pointer=pointer,
            parameters=self._read.parameters.read(raw, Place(pointer=pointer, value=one.path), name.words, body=body is not None),
            body=body,
            responses=self._responses(one, name),
            security=security,
            signed=signed if isinstance(signed, bool) else any(security),
            servers=self._servers(one),
            summary=_text(value.get("summary")),
            description=_text(value.get("description")),
            deprecated=value.get("deprecated") is True,
        )

    def _group(self, one: _Found) -> Name:
        tags = one.value.get("tags")
        first = tags[0] if isinstance(tags, list) and tags else None
        words = words_of(first) if isinstance(first, str) else ()
        if not words:
            telling = [segment for segment in one.path.split("/") if tells(segment)]
            words = words_of(telling[0]) if telling else ()
        run_together = key(words)
        if run_together not in self._groups:
            self._groups[run_together] = Scope("group").take(words)
        return self._groups[run_together]

    def _security(self, one: _Found) -> tuple[tuple[str, ...], ...]:
        if "security" not in one.value:
            return self._defaults.security
        place = Place(pointer=join(one.place.pointer, "security"), value=one.value["security"])
        return requirements(place, self._defaults.known_schemes, self._issues)

    def _servers(self, one: _Found) -> tuple[str, ...]:
        for place in (one.place, one.item):
            written = _get(place, "servers")
            if written is not None:
                own = servers(Place(pointer=join(place.pointer, "servers"), value=written), self._issues)
                return own if own != self._defaults.servers else ()
        return ()

    def _body(self, one: _Found, name: Name) -> Body | None:
        if one.value.get("requestBody") is None:
            return None
        place = self._read.resolver.follow(Place(pointer=join(one.place.pointer, "requestBody"), value=one.value["requestBody"]))
        if place is None or not isinstance(place.value, dict):
            return None
        if one.method in ("GET", "HEAD"):
            self._issues.noted("body-of-get", place.pointer, f"a {one.method} request has a body, which servers may ignore")
        contents = self._read.contents.read(
            Place(pointer=join(place.pointer, "content"), value=place.value.get("content")), (*name.words, "request")
        )
        if not contents:
            self._issues.repaired("empty-body", place.pointer, "a body has no content; the operation is read as having none")
            return None
        return Body(contents=contents, required=place.value.get("required") is True, description=_text(place.value.get("description")))

    def _swagger_body(self, one: _Found, raw: tuple[Raw, ...], name: Name) -> Body | None:
        words = (*name.words, "request")
        whole = next((parameter for parameter in raw if parameter.location == "body"), None)
        media_types = self._media_types(one, "consumes", self._defaults.consumes)
        if whole is not None:
            schema = Place(pointer=join(whole.place.pointer, "schema"), value=whole.value.get("schema", {}))
            body = self._read.schemas.type_of(schema, words)
            contents = tuple(
                self._read.contents.content(media_type, body, whole.place.pointer, ())
                for media_type in media_types or ("application/json",)
            )
            return Body(contents=contents, required=whole.value.get("required") is True, description=_text(whole.value.get("description")))
        fields = [parameter for parameter in raw if parameter.location == "formData"]
        return self._form(one, fields, words, media_types) if fields else None

    def _form(self, one: _Found, raw: list[Raw], words: Words, media_types: tuple[str, ...]) -> Body:
        own = self._read.schemas.take_name(words)
        names = Scope("field").take_all([parameter.wire_name for parameter in raw])
        fields = tuple(
            Field(
                wire_name=parameter.wire_name,
                name=name,
                type=self._read.schemas.type_of(
                    Place(pointer=parameter.place.pointer, value={**parameter.value, "required": []}), (*own.words, *name.words)
                ),
                required=parameter.value.get("required") is True,
                description=_text(parameter.value.get("description")),
            )
            for parameter, name in zip(raw, names, strict=True)
        )
        reference = self._read.schemas.declare(ObjectType(name=own, pointer=join(one.place.pointer, "parameters"), fields=fields))
        files = any(parameter.value.get("type") == "file" for parameter in raw)
        fitting = [text for text in media_types if text.startswith("multipart/") or (not files and "form" in text)]
        media_type = fitting[0] if fitting else "multipart/form-data" if files else "application/x-www-form-urlencoded"
        encoding = Encoding.MULTIPART if media_type.startswith("multipart/") else Encoding.FORM
        return Body(
            contents=(Content(media_type=media_type, encoding=encoding, type=reference),), required=any(field.required for field in fields)
        )

    def _media_types(self, one: _Found, keyword: str, default: tuple[str, ...]) -> tuple[str, ...]:
        written = one.value.get(keyword)
        texts = [text for text in written if isinstance(text, str)] if isinstance(written, list) else list(default)
        return tuple(text for text in texts if self._read.contents.is_media_type(text, join(one.place.pointer, keyword)))

    def _responses(self, one: _Found, name: Name) -> tuple[Response, ...]:
        pointer, written = join(one.place.pointer, "responses"), one.value.get("responses")
        if not isinstance(written, dict) or not written:
            self._issues.repaired("no-responses", one.place.pointer, "the operation describes no answer; any is accepted")
            return ()
        found: dict[str, Response] = {}
        succeeded = False
        for text, value in written.items():
            status = text.upper() if text.lower() != "default" else "default"
            if text.startswith("x-"):
                continue
            if status != "default" and not _STATUS.fullmatch(status):
                self._issues.refused("wrong-status", join(pointer, text), f"{quoted(text)} is no HTTP status; that answer is left out")
                continue
            place = self._read.resolver.follow(Place(pointer=join(pointer, text), value=value))
            if place is not None and status not in found:
                plain = status[0] == "2" and not succeeded
                succeeded = succeeded or plain
                words = (*name.words, "response") if plain else (*name.words, "response", status.lower())
                found[status] = self._response(one, status, place, words)
        return tuple(found.values())

    def _response(self, one: _Found, status: str, place: Place, words: Words) -> Response:
        value = place.value if isinstance(place.value, dict) else {}
        headers = value.get("headers")
        if self._defaults.swagger:
            contents = self._swagger_contents(one, place, words)
        else:
            contents = self._read.contents.read(Place(pointer=join(place.pointer, "content"), value=value.get("content")), words)
        return Response(
            status=status,
            contents=contents,
            description=_text(value.get("description")),
            headers=tuple(headers) if isinstance(headers, dict) else (),
        )

    def _swagger_contents(self, one: _Found, place: Place, words: Words) -> tuple[Content, ...]:
        schema = _get(place, "schema")
        if schema is None:
            return ()
        body = self._read.schemas.type_of(Place(pointer=join(place.pointer, "schema"), value=schema), words)
        media_types = self._media_types(one, "produces", self._defaults.produces) or ("application/json",)
        written = _get(place, "examples")
        values = written if isinstance(written, dict) else {}
        return tuple(
            self._read.contents.content(media_type, body, place.pointer, _swagger_examples(media_type, values, place.pointer))
            for media_type in media_types
        )


def _swagger_examples(media_type: str, values: dict[str, JsonValue], pointer: str) -> tuple[Example, ...]:
    if media_type not in values:
        return ()
    return (Example(pointer=join(pointer, "examples", media_type), value=dumps_exact(values[media_type])),)


def _get(place: Place, keyword: str) -> JsonValue:
    return place.value.get(keyword) if isinstance(place.value, dict) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
