"""Channels: their addresses, parameters, servers and WebSocket bindings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import RawChannel, Source, text
from sdkgen.api.content import own_examples
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.mend import Drop, Put
from sdkgen.api.model import Channel, ChannelParameter, Example, Location, Name, Parameter, Type
from sdkgen.api.name import Scope, words_of
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.asyncapi.servers import Server
    from sdkgen.api.schema import Schemas, Words

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


class Channels:
    """Reads the channels of one document."""

    def __init__(self, schemas: Schemas, servers: tuple[Server, ...], source: Source) -> None:
        self._schemas = schemas
        self._servers = servers
        self._source = source
        self._issues = source.issues
        self._plain: dict[str, JsonValue] = {"schema": {"type": "string"}} if source.version2 else {}
        """A parameter that is text: AsyncAPI 3 has no others."""

    def names(self, channels: Iterable[RawChannel]) -> dict[str, Name]:
        """Every channel's name by its id."""
        raw = list(channels)
        texts = [one.id if words_of(one.id) else text(self._source.part(one.place, "title").value) or "main" for one in raw]
        return {one.id: name for one, name in zip(raw, Scope("channel").take_all(texts), strict=True)}

    def read(self, raw: RawChannel, name: Name, *, heard: tuple[Name, ...], said: tuple[Name, ...]) -> Channel:
        """A channel, with the messages that were found to be heard and said on it."""
        place = raw.place
        servers = self._of(raw)
        query, headers = self._binding(place, "query"), self._binding(place, "headers")
        written = self._parameters(raw, servers)
        texts = [*written, *(key for key, _ in query), *(key for key, _ in headers)]
        names = iter(Scope("parameter").take_all(texts))
        parameters = tuple(self._parameter(key, own, next(names), name.words) for key, own in written.items())
        deprecated = any(self._source.part(place, key).value is True for key in ("deprecated", "x-deprecated"))
        return Channel(
            id=raw.id,
            name=name,
            pointer=place.pointer,
            address=raw.address,
            heard=heard,
            said=said,
            parameters=parameters,
            query=tuple(self._bound(key, own, next(names), name.words, Location.QUERY) for key, own in query),
            headers=tuple(self._bound(key, own, next(names), name.words, Location.HEADER) for key, own in headers),
            servers=tuple(dict.fromkeys(server.url for server in servers)),
            description=self._described(place),
            deprecated=deprecated,
        )

    def _described(self, place: Place) -> str:
        texts = (text(self._source.part(place, key).value).strip() for key in ("description", "summary", "title"))
        return next(filter(None, texts), "")

    def _of(self, raw: RawChannel) -> tuple[Server, ...]:
        return tuple(server for server in self._servers if raw.servers is None or server.place.pointer in raw.servers)

    def _parameters(self, raw: RawChannel, servers: tuple[Server, ...]) -> dict[str, Place]:
        """The parameters in the address's order, then those that only servers' URLs hold; a place without a value is undeclared."""
        declared = dict(self._source.entries(self._source.part(raw.place, "parameters")))
        found: dict[str, Place] = {}
        for key in dict.fromkeys(_TEMPLATE.findall(raw.address)):
            place = join(raw.place.pointer, "parameters", key)
            if key not in declared:
                told = f"the address's parameter {quoted(key)} is not declared; it is text"
                self._issues.repaired("undeclared-channel-parameter", raw.place.pointer, told, Put(pointer=place, value=self._plain))
            found[key] = declared.get(key, Place(pointer=place, value=None))
        for server in servers:
            for key in server.open_variables():
                found.setdefault(key, declared.get(key, self._source.part(server.place, "variables", key)))
        for key, parameter in declared.items():
            if key not in found:
                told = f"the address has no place for the parameter {quoted(key)}; left out"
                gone = Drop(pointer=join(raw.place.pointer, "parameters", key))
                self._issues.repaired("channel-parameter-without-place", parameter.pointer, told, gone)
        return found

    def _parameter(self, wire_name: str, place: Place, name: Name, words: Words) -> ChannelParameter:
        schema = self._schema(place)
        own: Type = self._schemas.type_of(schema, (*words, *name.words))
        value = place.value if isinstance(place.value, dict) else {}
        inner = schema.value if isinstance(schema.value, dict) else {}
        default = value.get("default", inner.get("default"))
        examples = (
            *(
                Example(pointer=item.pointer, value=dumps_exact(item.value))
                for item in self._source.items(self._source.part(place, "examples"))
            ),
            *(own_examples(schema, own) if schema.pointer != place.pointer else ()),
        )
        return ChannelParameter(
            wire_name=wire_name,
            name=name,
            type=own,
            description=text(value.get("description")).strip() or text(inner.get("description")).strip(),
            default=None if default is None else dumps_exact(default),
            examples=examples,
        )

    def _schema(self, place: Place) -> Place:
        """What a parameter may be: its schema (AsyncAPI 2), or text out of its own ``enum`` (3, and servers' variables)."""
        written = self._source.part(place, "schema")
        if written.value is not None:
            return written
        enum = self._source.part(place, "enum").value
        schema: dict[str, JsonValue] = {"type": "string", **({"enum": enum} if isinstance(enum, list) and enum else {})}
        return Place(pointer=place.pointer, value=schema)

    def _binding(self, place: Place, part: str) -> list[tuple[str, Place]]:
        """The properties of the schema that a WebSocket binding gives for the opening request's query or headers."""
        bindings = self._source.resolver.follow(self._source.part(place, "bindings"))
        if bindings is None:
            return []
        own = self._source.resolver.follow(self._source.part(bindings, "ws"))
        schema = self._source.resolver.follow(self._source.part(own, part)) if own is not None else None
        if schema is None or schema.value is None:
            return []
        properties = self._source.part(schema, "properties")
        if not isinstance(properties.value, dict):
            self._issues.noted("binding-without-properties", schema.pointer, "a WebSocket binding names no property; it is left out")
            return []
        required = self._source.part(schema, "required").value
        needed = [key for key in required if isinstance(key, str)] if isinstance(required, list) else []
        return [
            (key, Place(pointer=join(properties.pointer, key), value={"required": key in needed, "schema": value}))
            for key, value in properties.value.items()
        ]

    def _bound(self, wire_name: str, place: Place, name: Name, words: Words, location: Location) -> Parameter:
        value = place.value if isinstance(place.value, dict) else {}
        written = Place(pointer=place.pointer, value=value.get("schema"))
        own = self._schemas.type_of(written, (*words, *name.words))
        found = self._source.resolver.follow(written)
        schema = found.value if found is not None and isinstance(found.value, dict) else {}
        return Parameter(
            wire_name=wire_name,
            name=name,
            location=location,
            type=own,
            required=value.get("required") is True,
            style="form" if location is Location.QUERY else "simple",
            explode=location is Location.QUERY,
            description=text(schema.get("description")),
            deprecated=schema.get("deprecated") is True,
            default=dumps_exact(schema["default"]) if "default" in schema else None,
            examples=own_examples(written, own),
        )
