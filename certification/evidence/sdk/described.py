"""What the description itself says of an operation's request, read without the generator's model.

A flaw in the loader would otherwise hide itself: the SDK and our expectation would both come from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from certification.evidence.sdk.written import plain
from sdkgen.api.lines import is_lines
from sdkgen.api.pointer import find, from_fragment, join, split

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Operation, Response

_OTHER_TEMPLATES = re.compile(r"/:[A-Za-z_]|<|://|\{[^{}]*[+#./;?&*:]|\{\{")
_MOST_STEPS = 50
_COLLECTIONS = {"multi": ("form", True), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False)}
"""Swagger 2.0's ``collectionFormat`` as style and explode; ``csv`` is the location's default style, not exploded."""

_CLIENTS_OWN = ("accept", "content-type", "authorization")
"""Header parameters that OpenAPI tells tools to ignore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedParameter:
    """A parameter as the description declares it."""

    name: str
    location: str
    """``path``, ``query``, ``header``, ``cookie``."""
    style: str
    explode: bool
    json_encoded: bool
    schema: str | None
    """Pointer of its schema; ``None`` where it has none."""
    allow_reserved: bool = False
    """Whether its values in a query keep reserved characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedRequest:
    """A request as the description declares it."""

    method: str
    path: str
    parameters: tuple[DescribedParameter, ...]
    media_types: tuple[str, ...]
    """Of the body, in the description's order; empty where none is declared."""
    body_schema: str | None
    """Pointer of the first media type's schema; ``None`` where there is none, or where Swagger spreads it over parameters.

    Of a media type of values one after the other it is the schema of one, here and in answers.
    """
    answer_schema: str | None
    """Pointer of the successful answer's schema; ``None`` where there is none."""
    defaults: tuple[tuple[str, str], ...] = ()
    """Names of query parameters and of a form's fields, and the text of the value that the exchange takes where they are absent."""

    def parameter(self, location: str, name: str) -> DescribedParameter | None:
        """The parameter of that name there; header names in any case."""
        return next((each for each in self.parameters if each.location == location and _same(location, each.name, name)), None)


def described(root: dict[str, JsonValue], operation: Operation) -> DescribedRequest:
    """Read the operation's request out of the (overlaid) description."""
    reader = _Reader(root)
    item_pointer = operation.pointer.rpartition("/")[0]
    item, own = reader.object(item_pointer), reader.object(operation.pointer)
    raw = reader.parameters(join(item_pointer, "parameters"), item) | reader.parameters(join(operation.pointer, "parameters"), own)
    path = _path(operation)
    parameters = [parameter for entry in raw.values() if (parameter := reader.parameter(*entry)) is not None]
    declared = {parameter.name for parameter in parameters if parameter.location == "path"}
    parameters += [_undeclared(name) for name in re.findall(r"\{([^{}]+)\}", path) if name not in declared]
    media_types, body_schema = reader.body(operation.pointer, own, list(raw.values()))
    return DescribedRequest(
        method=split(operation.pointer)[-1].upper(),
        path=path,
        parameters=tuple(parameters),
        media_types=media_types,
        body_schema=body_schema,
        answer_schema=reader.answer(operation.pointer, operation.success()),
        defaults=reader.defaults(tuple(parameters), body_schema),
    )


def answer_schema(root: dict[str, JsonValue], operation: Operation, response: Response) -> str | None:
    """Pointer of the schema of one of the operation's answers, of its first media type; ``None`` where there is none."""
    return _Reader(root).answer(operation.pointer, response)


def _undeclared(name: str) -> DescribedParameter:
    """A place of the template that nothing declares: plain text."""
    return DescribedParameter(name=name, location="path", style="simple", explode=False, json_encoded=False, schema=None)


def _path(operation: Operation) -> str:
    """The template that the operation stands under; one behind a reference keeps the model's."""
    tokens = split(operation.pointer)
    direct = tokens[:1] == ("paths",) and len(tokens) == len(("paths", "template", "method"))
    # What stands behind "?" or "#" is no part of a path; templates of other tools are read as the model reads them.
    plain = direct and not _OTHER_TEMPLATES.search(tokens[1])
    path = tokens[1].partition("#")[0].partition("?")[0].strip() if plain else operation.path
    return path if path.startswith("/") else "/" + path


def _same(location: str, left: str, right: str) -> bool:
    return left.lower() == right.lower() if location == "header" else left == right


_Placed = tuple[str, dict[str, "JsonValue"]]
"""A parameter object's pointer and the object."""


class _Reader:
    """Looks things up in one description."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        self._root = root
        self._swagger = "swagger" in root

    def follow(self, pointer: str) -> tuple[str, JsonValue]:
        """The value at the pointer, behind its references, and where it is; ``None`` where a reference leads nowhere."""
        for _ in range(_MOST_STEPS):
            try:
                value = find(self._root, pointer)
            except KeyError:
                return pointer, None
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return pointer, value
            pointer = from_fragment(reference[1:])
        return pointer, None

    def object(self, pointer: str) -> dict[str, JsonValue]:
        value = self.follow(pointer)[1]
        return value if isinstance(value, dict) else {}

    def parameters(self, pointer: str, holder: dict[str, JsonValue]) -> dict[tuple[str, str], _Placed]:
        """The parameter objects of a list, by location and name; the first of a pair counts."""
        listed = holder.get("parameters")
        found: dict[tuple[str, str], _Placed] = {}
        for index in range(len(listed) if isinstance(listed, list) else 0):
            place, value = self.follow(join(pointer, index))
            if isinstance(value, dict) and isinstance(value.get("name"), str):
                found.setdefault((str(value.get("in")), cast("str", value["name"])), (place, value))
        return found

    def parameter(self, pointer: str, value: dict[str, JsonValue]) -> DescribedParameter | None:
        """A parameter outside the body that a caller fills; ``None`` where it is none."""
        location, name = str(value.get("in")), str(value.get("name"))
        if location not in {"path", "query", "header", "cookie"} or (location == "header" and name.lower() in _CLIENTS_OWN):
            return None
        style, explode = self._swagger_style(value, location) if self._swagger else _style(value, location)
        json_encoded = not self._swagger and "schema" not in value and bool(value.get("content"))
        schema = pointer if self._swagger else join(pointer, "schema") if "schema" in value else None
        reserved = location == "query" and not self._swagger and not json_encoded and value.get("allowReserved") is True
        return DescribedParameter(
            name=name, location=location, style=style, explode=explode, json_encoded=json_encoded, schema=schema, allow_reserved=reserved
        )

    def _swagger_style(self, value: dict[str, JsonValue], location: str) -> tuple[str, bool]:
        default = "form" if location == "query" else "simple"
        style, explode = _COLLECTIONS.get(str(value.get("collectionFormat", "csv")), (default, False))
        return (style, explode) if location == "query" else (default, False)

    def body(self, pointer: str, operation: dict[str, JsonValue], parameters: list[_Placed]) -> tuple[tuple[str, ...], str | None]:
        """Media types and the first one's schema."""
        if self._swagger:
            return self._swagger_body(operation, parameters)
        place, body = self.follow(join(pointer, "requestBody"))
        contents = body.get("content") if isinstance(body, dict) else None
        media_types = tuple(contents) if isinstance(contents, dict) else ()
        return media_types, self._schema(join(place, "content", media_types[0]), media_types[0]) if media_types else None

    def answer(self, pointer: str, response: Response | None) -> str | None:
        """The schema of an answer's first media type."""
        if response is None:
            return None
        written = self.object(join(pointer, "responses"))
        status = next((status for status in written if status.upper() == response.status.upper()), response.status)
        place, value = self.follow(join(pointer, "responses", status))
        if not isinstance(value, dict):
            return None
        media_type = response.contents[0].media_type if response.contents else ""
        if self._swagger:
            return self._schema(place, media_type)
        return self._schema(join(place, "content", media_type), media_type)

    def _schema(self, pointer: str, media_type: str) -> str | None:
        """The schema that stands there, or of what comes one after the other: of one, which an array's items are (OpenAPI 3.2)."""
        place, value = self.follow(pointer)
        written = value if isinstance(value, dict) else {}
        if is_lines(media_type) and "itemSchema" in written:
            return join(place, "itemSchema")
        if "schema" not in written:
            return None
        if not is_lines(media_type):
            return join(place, "schema")
        place, schema = self.follow(join(place, "schema"))
        single = isinstance(schema, dict) and schema.get("type") == "array" and "prefixItems" not in schema and "items" in schema
        return join(place, "items") if single else place

    def defaults(self, parameters: tuple[DescribedParameter, ...], body_schema: str | None) -> tuple[tuple[str, str], ...]:
        """The defaults of query parameters and of a body's own properties."""
        schemas = {each.name: self.object(each.schema) for each in parameters if each.location == "query" and each.schema is not None}
        place, body = self.follow(body_schema) if body_schema is not None else ("", None)
        properties = body.get("properties") if isinstance(body, dict) else None
        for name in properties if isinstance(properties, dict) else ():
            schemas.setdefault(name, self.object(join(place, "properties", name)))
        stated = ((name, schema["default"]) for name, schema in schemas.items() if "default" in schema)
        return tuple((name, plain(value)) for name, value in stated if value is None or not isinstance(value, list | dict))

    def _swagger_body(self, operation: dict[str, JsonValue], parameters: list[_Placed]) -> tuple[tuple[str, ...], str | None]:
        consumed = operation.get("consumes", self._root.get("consumes"))
        media_types = tuple(str(each) for each in consumed) if isinstance(consumed, list) else ()
        if any(parameter.get("in") == "formData" for _, parameter in parameters):
            files = any(parameter.get("type") == "file" for _, parameter in parameters)
            forms = tuple(each for each in media_types if "form" in each)
            return forms or (("multipart/form-data",) if files else ("application/x-www-form-urlencoded",)), None
        body = next((place for place, parameter in parameters if parameter.get("in") == "body"), None)
        if body is not None:
            media_types = media_types or ("application/json",)
            return media_types, self._schema(body, media_types[0])
        return (), None


_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


def _style(value: dict[str, JsonValue], location: str) -> tuple[str, bool]:
    known = _STYLES[location]
    style = value.get("style")
    style = style if isinstance(style, str) and style in known else known[0]
    explode = value.get("explode")
    return style, explode if isinstance(explode, bool) else style == "form"
