"""Repairs of path items and operations: their shape, their ids and tags, and what they take and give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.census import operation_places
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.mend import Drop, Put
from sdkgen.api.pointer import join
from sdkgen.api.repair.body import is_sound, repair_request_body, repair_response
from sdkgen.api.repair.document import at, repair_security, repair_servers
from sdkgen.api.repair.parameter import repair_parameter, repair_parameters
from sdkgen.api.repair.query import repair_query
from sdkgen.api.repair.status import are_statuses, repair_statuses
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


def repair_operations(issues: IssueLog, *, swagger: bool) -> None:
    """Repair every operation, and the shared parameters, bodies and answers that operations refer to."""
    _shared(issues, swagger=swagger)
    paths = issues.root.get("paths")
    for path, item in list(paths.items()) if isinstance(paths, dict) else []:
        if isinstance(item, dict) and not path.startswith("x-"):
            _path_item(issues, join("/paths", path), path, swagger=swagger)


def _shared(issues: IssueLog, *, swagger: bool) -> None:
    around = "" if swagger else "/components"
    for key in _keys(issues, join(around, "parameters")):
        repair_parameter(issues, join(around, "parameters", key), path="", method="", swagger=swagger)
    for key in _keys(issues, join(around, "responses")):
        repair_response(issues, join(around, "responses", key), swagger=swagger)
    for key in _keys(issues, "/components/requestBodies") if not swagger else []:
        repair_request_body(issues, join("/components/requestBodies", key))


def _keys(issues: IssueLog, pointer: Pointer) -> list[str]:
    value = at(issues, pointer)
    return list(value) if isinstance(value, dict) and "$ref" not in value else []


def _path_item(issues: IssueLog, pointer: Pointer, path: str, *, swagger: bool) -> None:
    item = at(issues, pointer)
    if not isinstance(item, dict):
        return
    if "parameters" in item:
        repair_parameters(issues, pointer, path=path, method="", swagger=swagger)
    if "servers" in item and not swagger:
        repair_servers(issues, pointer)
    for place, method in operation_places(Place(pointer=pointer, value=item)):
        _operation(issues, place.pointer, path, method.upper(), swagger=swagger)


def _operation(issues: IssueLog, pointer: Pointer, path: str, method: str, *, swagger: bool) -> None:
    written = at(issues, pointer)
    if written is None:
        issues.mended(
            "empty-operation", pointer, "an operation says nothing; it is read as one without details", Put(pointer=pointer, value={})
        )
    if not isinstance(written, dict):
        return
    _about(issues, pointer, written)
    if "parameters" in written:
        repair_parameters(issues, pointer, path=path, method=method, swagger=swagger)
    if "?" in path:
        repair_query(issues, pointer, path, swagger=swagger)
    if "servers" in written and not swagger:
        repair_servers(issues, pointer)
    if "security" in written:
        repair_security(issues, pointer)
    if "requestBody" in written and not swagger and not is_sound(written["requestBody"]):
        repair_request_body(issues, join(pointer, "requestBody"))
    _answers(issues, join(pointer, "responses"), written.get("responses"), swagger=swagger)


def _answers(issues: IssueLog, pointer: Pointer, written: JsonValue, *, swagger: bool) -> None:
    if isinstance(written, dict) and not swagger and are_statuses(written) and all(is_sound(answer) for answer in written.values()):
        return
    repair_statuses(issues, pointer)
    for status in _keys(issues, pointer):
        if not status.startswith("x-"):
            repair_response(issues, join(pointer, status), swagger=swagger)


def _about(issues: IssueLog, pointer: Pointer, operation: dict[str, JsonValue]) -> None:
    """The operation's id, tags and deprecation in the wrong JSON type."""
    identity, tags, deprecated = operation.get("operationId"), operation.get("tags"), operation.get("deprecated")
    if identity is not None and not isinstance(identity, str | dict | list):
        text = dumps_exact(identity)
        issues.mended(
            "operation-id-is-no-text",
            join(pointer, "operationId"),
            f"the operationId {text} is read as text",
            Put(pointer=join(pointer, "operationId"), value=text),
        )
    if isinstance(tags, str):
        issues.mended(
            "tags-are-no-list",
            join(pointer, "tags"),
            "tags must be a list; it is read as one",
            Put(pointer=join(pointer, "tags"), value=[tags]),
        )
    for index, tag in enumerate(tags if isinstance(tags, list) else []):
        name = tag.get("name") if isinstance(tag, dict) else None
        if isinstance(name, str):
            place = join(pointer, "tags", index)
            issues.mended(
                "tag-is-an-object", place, f"an operation's tag must be the name {quoted(name)} alone", Put(pointer=place, value=name)
            )
    repair_flag(issues, join(pointer, "deprecated"), deprecated)


def repair_flag(issues: IssueLog, pointer: Pointer, value: JsonValue) -> None:
    """A yes or no that is written as text."""
    if not isinstance(value, str):
        return
    meant = {"true": True, "yes": True, "false": False, "no": False}.get(value.strip().lower())
    if meant is None:
        issues.mended("flag-is-text", pointer, f"{quoted(value)} is neither true nor false; it is not used", Drop(pointer=pointer))
    else:
        issues.mended(
            "flag-is-text", pointer, f"{quoted(value)} is text; it is read as {str(meant).lower()}", Put(pointer=pointer, value=meant)
        )
