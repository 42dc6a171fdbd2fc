"""Repairs of paths that hold a query: its parameters travel in the query, declared or not, and its fixed values are always sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.mend import Put
from sdkgen.api.path_text import query_of, read_path
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


def repair_query(issues: IssueLog, operation: Pointer, path: str, *, swagger: bool) -> None:
    """Give an operation the query parameters that its path holds."""
    pointer = join(operation, "parameters")
    template = read_path(path).path
    for name, fixed in query_of(path):
        written = at(issues, pointer)
        parameters: list[JsonValue] = list(written) if isinstance(written, list) else []
        index = next((index for index, value in enumerate(parameters) if isinstance(value, dict) and value.get("name") == name), None)
        known = parameters[index] if index is not None else None
        if isinstance(known, dict) and known.get("in") == "path" and f"{{{name}}}" not in template:
            message = f"{quoted(name)} stands in the path's query; it is read as a parameter of the query"
            issues.mended(
                "parameter-of-path-query", join(pointer, index or 0), message, Put(pointer=join(pointer, index or 0, "in"), value="query")
            )
        elif index is None:
            message = f"{quoted(name)} stands in the path's query and is not declared; it is read as a parameter of the query"
            issues.mended(
                "parameter-of-path-query",
                operation,
                message,
                Put(pointer=pointer, value=[*parameters, _made(name, fixed, swagger=swagger)]),
            )


def _made(name: str, fixed: str | None, *, swagger: bool) -> JsonValue:
    schema: dict[str, JsonValue] = {"type": "string"}
    if fixed is not None:
        schema |= {"enum": [fixed], "default": fixed}
    own: dict[str, JsonValue] = {"name": name, "in": "query", "required": fixed is not None}
    return own | (schema if swagger else {"schema": schema})
