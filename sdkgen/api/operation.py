"""Operations: every method of every path, with its parameters, body, answers and security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.body import Bodies
from sdkgen.api.census import METHODS, operation_places
from sdkgen.api.found import Defaults, Found, Readers, get, text_of
from sdkgen.api.issues import quoted
from sdkgen.api.mend import Drop, Put
from sdkgen.api.model import Name, Operation
from sdkgen.api.name import Scope, key, words_of
from sdkgen.api.operation_name import candidates, tells
from sdkgen.api.path_text import PathText, read_path
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place
from sdkgen.api.response import Responses
from sdkgen.api.security import requirements, servers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdkgen.api.json_text import JsonValue


class Operations:
    """Reads the operations of one document."""

    def __init__(self, readers: Readers, defaults: Defaults) -> None:
        self._read = readers
        self._defaults = defaults
        self._issues = readers.issues
        self._bodies = Bodies(readers, defaults)
        self._responses = Responses(readers, defaults)
        self._names = Scope("operation")
        self._groups: dict[str, Name] = {}

    def all(self, paths: Place) -> tuple[Operation, ...]:
        """Every operation, in the description's order."""
        found = self._found(paths)
        identities = self._identities(found)
        return tuple(self._operation(one, identity) for one, identity in zip(found, identities, strict=True))

    def _found(self, paths: Place) -> list[Found]:
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
            read = self._path(path, item, taken=paths.value)
            for place, method in operation_places(item):
                found += self._one(method, read, place, item)
        return found

    def _path(self, path: str, item: Place, *, taken: JsonValue) -> PathText:
        read = read_path(path, self._defaults.servers)
        if read.flaw is not None:
            # An overlay can only write a path anew, with all that it holds. Where two paths become one that would lose one of them.
            free = isinstance(taken, dict) and read.path not in taken and read.rule not in ("path-with-query", "path-with-server")
            changes = (Put(pointer=join("/paths", read.path), value=item.value), Drop(pointer=join("/paths", path))) if free else ()
            message = f"the path {quoted(path)} {read.flaw}; it is read as {quoted(read.path)}"
            self._issues.repaired(read.rule, join("/paths", path), message, *changes)
        return read

    def _one(self, method: str, read: PathText, place: Place, item: Place) -> list[Found]:
        if not isinstance(place.value, dict):
            self._issues.refused("wrong-shape", place.pointer, "an operation must be an object; it is left out")
            return []
        if method.lower() in METHODS and method != method.lower():
            change = Put(pointer=join(item.pointer, method.lower()), value=place.value)
            message = "a method must be written in lower case; it is read all the same"
            self._issues.repaired("method-in-capitals", place.pointer, message, change, Drop(pointer=place.pointer))
        return [Found(method=method.upper(), path=read.path, place=place, item=item, origin=read.origin)]

    def _identities(self, found: Sequence[Found]) -> list[str]:
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

    def _operation(self, one: Found, identity: str) -> Operation:
        value, pointer = one.value, one.place.pointer
        name = self._names.take(*candidates(identity, verb=one.method, path=one.path))
        raw = self._read.parameters.raw(
            Place(pointer=join(one.item.pointer, "parameters"), value=get(one.item, "parameters")),
            Place(pointer=join(pointer, "parameters"), value=value.get("parameters")),
        )
        body = self._bodies.read_swagger(one, raw, name) if self._defaults.swagger else self._bodies.read(one, name)
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
            responses=self._responses.read(one, name),
            security=security,
            signed=signed if isinstance(signed, bool) else any(security),
            servers=self._servers(one),
            summary=text_of(value.get("summary")),
            description=text_of(value.get("description")),
            deprecated=value.get("deprecated") is True,
        )

    def _group(self, one: Found) -> Name:
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

    def _security(self, one: Found) -> tuple[tuple[str, ...], ...]:
        if "security" not in one.value:
            return self._defaults.security
        place = Place(pointer=join(one.place.pointer, "security"), value=one.value["security"])
        return requirements(place, self._defaults.known_schemes, self._issues)

    def _servers(self, one: Found) -> tuple[str, ...]:
        if one.origin is not None:
            return (one.origin,)
        for place in (one.place, one.item):
            written = get(place, "servers")
            if written is not None:
                own = servers(Place(pointer=join(place.pointer, "servers"), value=written), self._issues)
                return own if own != self._defaults.servers else ()
        return ()
