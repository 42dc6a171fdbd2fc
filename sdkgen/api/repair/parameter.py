"""Repairs of parameters: lists in other shapes, places that are missing or misspelt, bodies among OpenAPI 3's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.mend import Change, Drop, Put, changed
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_PLACES = {
    **{place: place for place in ("path", "query", "header", "cookie", "body")},
    **dict.fromkeys(("formdata", "form", "form-data", "x-www-form-urlencoded"), "formData"),
    **dict.fromkeys(("headers",), "header"),
    **dict.fromkeys(("cookies",), "cookie"),
    **dict.fromkeys(("querystring", "query-string", "queries", "params", "param", "get"), "query"),
    **dict.fromkeys(("uri", "url", "route", "urlpath"), "path"),
    **dict.fromkeys(("json", "requestbody", "payload"), "body"),
}
"""What is written for a parameter's place, in lower case, and what it means."""

_LOCATIONS = (*dict.fromkeys(_PLACES.values()), "querystring")
_BODILESS = ("GET", "HEAD", "DELETE", "")


def repair_parameters(issues: IssueLog, around: Pointer, *, path: str, method: str, swagger: bool) -> None:
    """Repair a path's or an operation's list of parameters, and each of them."""
    pointer = join(around, "parameters")
    _shape(issues, pointer)
    parameters = at(issues, pointer)
    for index, value in enumerate(parameters if isinstance(parameters, list) else ()):
        if not _is_sound(value):
            repair_parameter(issues, join(pointer, index), path=path, method=method, swagger=swagger)
    if not swagger and method and isinstance(parameters, list) and any(_is_no_plain_place(value) for value in parameters):
        _move_bodies(issues, around)
        _spread_query_strings(issues, pointer)


def _shape(issues: IssueLog, pointer: Pointer) -> None:
    """Make a list of what is an object, null or has nulls and lists in it."""
    written = at(issues, pointer)
    if written is None:
        issues.mended("empty-parameters", pointer, "“parameters” says nothing; there are none", Drop(pointer=pointer))
        return
    meant = written
    if isinstance(written, dict):
        meant = _listed(written) or written
    elif isinstance(written, list) and any(item is None or isinstance(item, list) for item in written):
        meant = [inner for item in written for inner in (item if isinstance(item, list) else [item]) if inner is not None]
    if meant is not written:
        issues.mended(
            "parameters-are-no-list", pointer, "parameters must be a list of objects; it is read as one", Put(pointer=pointer, value=meant)
        )


def _listed(written: dict[str, JsonValue]) -> list[JsonValue]:
    """One parameter, or several by their names; nothing where it is neither."""
    if "$ref" in written or ("name" in written and "in" in written):
        return [written]
    if not all(isinstance(value, dict) for value in written.values()):
        return []
    return [{"name": name, **value} if isinstance(value, dict) and "$ref" not in value else value for name, value in written.items()]


def _is_sound(value: JsonValue) -> bool:
    """Whether a parameter is plainly as it must be: most are, and need no second look."""
    if not isinstance(value, dict):
        return False
    name = value.get("name")
    plain = isinstance(name, str) and name.strip() == name and value.get("in") in _LOCATIONS and not isinstance(value.get("required"), str)
    return plain or isinstance(value.get("$ref"), str)


def _is_no_plain_place(value: JsonValue) -> bool:
    return isinstance(value, dict) and "$ref" not in value and value.get("in") not in ("path", "query", "header", "cookie")


def repair_parameter(issues: IssueLog, pointer: Pointer, *, path: str, method: str, swagger: bool) -> None:
    """Repair one parameter's name, place and flags."""
    value = at(issues, pointer)
    if isinstance(value, str) and value.startswith(("#/parameters/", "#/components/parameters/")):
        issues.mended("reference-is-text", pointer, f"{quoted(value)} must stand under “$ref”", Put(pointer=pointer, value={"$ref": value}))
        return
    if not isinstance(value, dict) or "$ref" in value:
        return
    _name(issues, pointer, value)
    value = at(issues, pointer)
    if isinstance(value, dict):
        _place(issues, pointer, value, path=path, method=method, swagger=swagger)
        _required(issues, join(pointer, "required"), value.get("required"))


def _name(issues: IssueLog, pointer: Pointer, value: dict[str, JsonValue]) -> None:
    name, place = value.get("name"), join(pointer, "name")
    if name is not None and not isinstance(name, str | dict | list):
        issues.mended(
            "name-is-no-text", place, f"the name {dumps_exact(name)} is read as text", Put(pointer=place, value=dumps_exact(name))
        )
    elif isinstance(name, str) and name and name.strip() != name:
        issues.mended(
            "blank-around-name",
            place,
            f"the name {quoted(name)} is read without the blanks around it",
            Put(pointer=place, value=name.strip()),
        )
    elif name is None and value.get("in") == "body":
        issues.mended("body-without-name", pointer, "a body has no name; it is called “body”", Put(pointer=place, value="body"))


def _place(issues: IssueLog, pointer: Pointer, value: dict[str, JsonValue], *, path: str, method: str, swagger: bool) -> None:
    written, name, place = value.get("in"), value.get("name"), join(pointer, "in")
    if not isinstance(name, str) or (isinstance(written, str) and written in _LOCATIONS):
        return
    meant = _PLACES.get(written.strip().lower()) if isinstance(written, str) else None
    if meant is None and written is not None:
        return
    in_template = f"{{{name}}}" in path
    if meant is None:
        whole = swagger and "schema" in value and method not in _BODILESS
        meant = "path" if in_template else "body" if whole else "query"
    if meant == "path" and path and not in_template:
        meant = "query"
    said = f"{quoted(written)} is no place of a parameter" if written is not None else "it does not say where it travels"
    issues.mended(
        "wrong-parameter-place", pointer, f"the parameter {quoted(name)}: {said}; it is read as {meant}", Put(pointer=place, value=meant)
    )


def _required(issues: IssueLog, pointer: Pointer, value: JsonValue) -> None:
    words: dict[str, JsonValue] = {"true": True, "yes": True, "required": True, "false": False, "no": False, "optional": False}
    meant = words.get(value.strip().lower()) if isinstance(value, str) else None
    if meant is not None:
        issues.mended(
            "flag-is-text", pointer, f"{quoted(value)} is text; it is read as {str(meant).lower()}", Put(pointer=pointer, value=meant)
        )


def _move_bodies(issues: IssueLog, operation: Pointer) -> None:
    """OpenAPI 3 has a ``requestBody`` where Swagger 2.0 had parameters in ``body`` and ``formData``."""
    pointer = join(operation, "parameters")
    parameters, known = at(issues, pointer), at(issues, join(operation, "requestBody"))
    entries = [(index, value) for index, value in enumerate(parameters if isinstance(parameters, list) else []) if isinstance(value, dict)]
    moved = [(index, value) for index, value in entries if value.get("in") in ("body", "formData")]
    if not moved:
        return
    drops: list[Change] = [Drop(pointer=join(pointer, index)) for index, _ in reversed(moved)]
    whole = next((value for _, value in moved if value["in"] == "body" and "schema" in value), None)
    body = _whole(whole) if whole is not None else _form([value for _, value in moved], form=moved[0][1]["in"] == "formData")
    changes = drops if isinstance(known, dict) else [*drops, Put(pointer=join(operation, "requestBody"), value=body)]
    message = "parameters in “body” and “formData” are Swagger 2.0's; they are read as the requestBody of OpenAPI 3"
    issues.mended("body-among-parameters", join(pointer, moved[0][0]), message, *changes)


def _spread_query_strings(issues: IssueLog, pointer: Pointer) -> None:
    """OpenAPI 3.2's whole query as one object is as many parameters as that object has properties."""
    for index, value in reversed([*enumerate(parameters if isinstance(parameters := at(issues, pointer), list) else [])]):
        if not isinstance(value, dict) or value.get("in") != "querystring":
            continue
        schema = at(issues, join(pointer, index, "content", "application/x-www-form-urlencoded", "schema"))
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        schema = at(issues, reference[1:]) if isinstance(reference, str) and reference.startswith("#/") else schema
        properties = schema.get("properties") if isinstance(schema, dict) else None
        required = schema.get("required") if isinstance(schema, dict) else None
        if isinstance(properties, dict):
            known: JsonValue = at(issues, pointer)
            own: list[JsonValue] = [
                {"name": name, "in": "query", "required": isinstance(required, list) and name in required, "schema": inner}
                for name, inner in properties.items()
            ]
            listed = known if isinstance(known, list) else []
            issues.root = changed(issues.root, (Put(pointer=pointer, value=[*listed[:index], *own, *listed[index + 1 :]]),))


def _whole(value: dict[str, JsonValue]) -> JsonValue:
    return {
        "description": value.get("description", ""),
        "required": value.get("required") is True,
        "content": {"application/json": {"schema": value["schema"]}},
    }


_NOT_SCHEMA = frozenset(("name", "in", "required", "schema", "collectionFormat", "style", "explode"))


def _form(values: list[dict[str, JsonValue]], *, form: bool) -> JsonValue:
    properties: dict[str, JsonValue] = {}
    for value in values:
        schema = value.get("schema")
        own: JsonValue = {key: item for key, item in value.items() if key not in _NOT_SCHEMA}
        properties[str(value.get("name", ""))] = schema if isinstance(schema, dict) else own
    required: list[JsonValue] = [str(value["name"]) for value in values if value.get("required") is True and "name" in value]
    files = any(value.get("type") == "file" for value in values)
    media_type = "application/json" if not form else "multipart/form-data" if files else "application/x-www-form-urlencoded"
    schema_: JsonValue = {"type": "object", "properties": properties, "required": required}
    return {"required": bool(required), "content": {media_type: {"schema": schema_}}}
