"""Parameters of operations: where they travel, how they are written, and what they may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.content import own_examples
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.model import Example, Location, Name, Parameter, Scalar, ScalarKind, Type
from sdkgen.api.name import Scope
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.content import Contents
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.schema import Schemas, Words

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_STYLES = {
    Location.PATH: ("simple", "label", "matrix"),
    Location.QUERY: ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    Location.HEADER: ("simple",),
    Location.COOKIE: ("form",),
}
"""The styles of each location; the first is the default (OpenAPI 3.1, Parameter Object)."""

_COLLECTIONS = {
    "csv": ("", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
}
"""Swagger 2.0's ``collectionFormat`` as style and explode; an empty style is the location's default."""

_NOT_PARAMETERS = ("accept", "content-type", "authorization")
"""Header parameters of these names are to be ignored (OpenAPI 3.1, Parameter Object)."""

_NOT_SCHEMA = frozenset(
    ("name", "in", "required", "description", "example", "examples", "style", "explode", "allowEmptyValue", "allowReserved")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A parameter as it is written."""

    wire_name: str
    location: str
    place: Place

    @property
    def value(self) -> dict[str, JsonValue]:
        """The parameter object."""
        return self.place.value if isinstance(self.place.value, dict) else {}


class Parameters:
    """Reads the parameters of one document's operations."""

    def __init__(self, schemas: Schemas, contents: Contents, resolver: Resolver, issues: IssueLog, *, swagger: bool) -> None:
        self._schemas = schemas
        self._contents = contents
        self._resolver = resolver
        self._issues = issues
        self._swagger = swagger

    def raw(self, common: Place, own: Place) -> tuple[Raw, ...]:
        """A path's parameters and the operation's own, which override those of the same name and location."""
        merged: dict[tuple[str, str], Raw] = {}
        for place in (common, own):
            level: dict[tuple[str, str], Raw] = {}
            for parameter in self._list(place):
                key = (parameter.location, parameter.wire_name)
                if key in level:
                    self._issues.repaired(
                        "duplicate-parameter",
                        parameter.place.pointer,
                        f"the {key[0]} parameter {quoted(key[1])} is declared twice; the first counts",
                    )
                level.setdefault(key, parameter)
            merged.update(level)
        return tuple(merged.values())

    def _list(self, place: Place) -> list[Raw]:
        if place.value is None:
            return []
        if not isinstance(place.value, list):
            self._issues.refused("wrong-shape", place.pointer, "parameters must be a list; it is left out")
            return []
        found = []
        for index, value in enumerate(place.value):
            followed = self._resolver.follow(Place(pointer=join(place.pointer, index), value=value))
            raw = self._one(followed) if followed is not None else None
            found += [raw] if raw is not None else []
        return found

    def _one(self, place: Place) -> Raw | None:
        value = place.value if isinstance(place.value, dict) else {}
        wire_name, location = value.get("name"), value.get("in")
        known = ("path", "query", "header", "cookie", *(("body", "formData") if self._swagger else ("querystring",)))
        if not isinstance(wire_name, str) or not wire_name or location not in known:
            self._issues.refused("wrong-parameter", place.pointer, "a parameter needs a name and a known “in”; it is left out")
            return None
        return Raw(wire_name=wire_name, location=str(location), place=place)

    def read(self, raw: Sequence[Raw], path: Place, words: Words, *, body: bool) -> tuple[Parameter, ...]:
        """The parameters outside the body, those in the path in the template's order and first."""
        template = list(dict.fromkeys(_TEMPLATE.findall(path.value if isinstance(path.value, str) else "")))
        usable = [parameter for parameter in raw if self._has_a_place(parameter, template)]
        by_name = {parameter.wire_name: parameter for parameter in usable if parameter.location == "path"}
        ordered = [by_name.get(name) or self._undeclared(name, path) for name in template]
        ordered += [parameter for parameter in usable if parameter.location != "path"]
        names = Scope("parameter", reserved=("body",) if body else ()).take_all([parameter.wire_name for parameter in ordered])
        return tuple(self._parameter(parameter, name, words) for parameter, name in zip(ordered, names, strict=True))

    def _has_a_place(self, raw: Raw, template: list[str]) -> bool:
        if raw.location in ("body", "formData"):
            return False
        if raw.location == "path" and raw.wire_name not in template:
            self._issues.repaired(
                "path-parameter-without-place",
                raw.place.pointer,
                f"the path has no place for the parameter {quoted(raw.wire_name)}; left out",
            )
            return False
        if raw.location == "header" and raw.wire_name.lower() in _NOT_PARAMETERS:
            self._issues.noted(
                "ignored-header-parameter",
                raw.place.pointer,
                f"the header {quoted(raw.wire_name)} is the client's own affair and no parameter",
            )
            return False
        return True

    def _undeclared(self, wire_name: str, path: Place) -> Raw:
        self._issues.repaired(
            "undeclared-path-parameter",
            path.pointer,
            f"the path's parameter {quoted(wire_name)} is not declared; it is read as required text",
        )
        value: dict[str, JsonValue] = {"name": wire_name, "in": "path", "required": True, "schema": {"type": "string"}}
        return Raw(wire_name=wire_name, location="path", place=Place(pointer=join(path.pointer, "parameters", wire_name), value=value))

    def _parameter(self, raw: Raw, name: Name, words: Words) -> Parameter:
        value, pointer = raw.value, raw.place.pointer
        location = Location(raw.location) if raw.location != "querystring" else Location.QUERY
        type_, json_encoded, examples = self._type(raw, (*words, *name.words))
        required = value.get("required") is True
        if location is Location.PATH and not required:
            self._issues.repaired(
                "optional-path-parameter", pointer, f"the path parameter {quoted(raw.wire_name)} must be required; so it is"
            )
            required = True
        style, explode = self._style(value, location, pointer)
        schema = value.get("schema")
        outer = schema if isinstance(schema, dict) else value
        description = value.get("description", outer.get("description"))
        return Parameter(
            wire_name=raw.wire_name,
            name=name,
            location=location,
            type=type_,
            required=required,
            style=style,
            explode=explode,
            json_encoded=json_encoded,
            allow_reserved=location is Location.QUERY and not self._swagger and value.get("allowReserved") is True and not json_encoded,
            description=description if isinstance(description, str) else "",
            deprecated=value.get("deprecated") is True,
            default=dumps_exact(outer["default"]) if "default" in outer else None,
            examples=examples,
        )

    def _type(self, raw: Raw, words: Words) -> tuple[Type, bool, tuple[Example, ...]]:
        value, pointer = raw.value, raw.place.pointer
        examples = self._contents.examples(raw.place)
        if "schema" in value and not self._swagger:
            schema = Place(pointer=join(pointer, "schema"), value=value["schema"])
            own = self._schemas.type_of(schema, words)
            return own, False, (*examples, *own_examples(schema, own))
        if "content" in value:
            contents = self._contents.read(Place(pointer=join(pointer, "content"), value=value["content"]), words)
            if contents:
                return contents[0].type, True, (*examples, *contents[0].examples)
        inline: dict[str, JsonValue] = {key: item for key, item in value.items() if key not in _NOT_SCHEMA}
        if not self._swagger:
            self._issues.repaired(
                "parameter-without-schema", pointer, f"the parameter {quoted(raw.wire_name)} has no schema; it is read as it looks"
            )
        if not inline.keys() & {"type", "enum", "items", "format", "schema"}:
            return Scalar(kind=ScalarKind.STRING), False, examples
        place = Place(pointer=pointer, value=inline.get("schema", inline))
        return self._schemas.type_of(place, words), False, examples

    def _style(self, value: dict[str, JsonValue], location: Location, pointer: str) -> tuple[str, bool]:
        allowed = _STYLES[location]
        if self._swagger:
            collection, exploded = _COLLECTIONS.get(str(value.get("collectionFormat", "csv")), ("", False))
            return collection if collection in allowed else allowed[0], exploded
        written = value.get("style", allowed[0])
        style = written if isinstance(written, str) and written in allowed else allowed[0]
        if style != written:
            self._issues.repaired(
                "wrong-style", join(pointer, "style"), f"the style {quoted(written)} does not exist here; {style} is used"
            )
        explode = value.get("explode")
        return style, explode if isinstance(explode, bool) else style == "form"
