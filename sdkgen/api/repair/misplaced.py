"""Repair of whole parameters that stand among the schemas, where operations refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.census import operation_places
from sdkgen.api.issues import quoted
from sdkgen.api.mend import Change, Put
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_PLACES = ("path", "query", "header", "cookie")


def repair_misplaced(issues: IssueLog, *, swagger: bool) -> None:
    """Give each such parameter a place among the parameters, and let the operations refer to that."""
    schemas, parameters = ("/definitions", "/parameters") if swagger else ("/components/schemas", "/components/parameters")
    written = at(issues, schemas)
    known = at(issues, parameters)
    found = {
        f"#{join(schemas, name)}": name
        for name, value in (written.items() if isinstance(written, dict) else ())
        if _is_parameter(value) and not (isinstance(known, dict) and name in known)
    }
    asking: dict[str, list[Change]] = {}
    for pointer, reference in _references(issues.root) if found else ():
        if reference in found:
            meant = f"#{join(parameters, found[reference])}"
            asking.setdefault(reference, []).append(Put(pointer=join(pointer, "$ref"), value=meant))
    for reference, changes in asking.items():
        name = found[reference]
        message = f"{quoted(name)} is a parameter among the schemas; operations take it, and it is read as a parameter"
        moved = Put(pointer=join(parameters, name), value=at(issues, reference[1:]))
        issues.mended("parameter-among-schemas", reference[1:], message, moved, *changes)


def _is_parameter(value: JsonValue) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str) and value.get("in") in _PLACES and "properties" not in value


def _references(root: dict[str, JsonValue]) -> Iterator[tuple[Pointer, str]]:
    """Where paths and operations refer to a parameter, and to what."""
    paths = root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        place = Place(pointer=join("/paths", path), value=item)
        if isinstance(item, dict):
            yield from _listed(place)
            for own, _ in operation_places(place):
                yield from _listed(own)


def _listed(place: Place) -> Iterator[tuple[Pointer, str]]:
    parameters = place.value.get("parameters") if isinstance(place.value, dict) else None
    for index, value in enumerate(parameters if isinstance(parameters, list) else ()):
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str):
            yield join(place.pointer, "parameters", index), reference
