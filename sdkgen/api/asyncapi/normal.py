"""Multi-format schemas (AsyncAPI 3) replaced by the JSON Schema in them, so that references to either find a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_JSON_SCHEMAS = ("application/vnd.aai.asyncapi", "application/schema+json", "application/schema+yaml", "application/vnd.oai.openapi")
"""The schema formats that are JSON Schema or a dialect of it (AsyncAPI, Multi Format Schema Object)."""


def normal(root: dict[str, JsonValue], issues: IssueLog) -> dict[str, JsonValue]:
    """The document with its component schemas bare; one that is no JSON Schema becomes one that allows anything."""
    components = root.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if not isinstance(components, dict) or not isinstance(schemas, dict):
        return root
    bare = {name: _bare(schema, join("/components/schemas", name), issues) for name, schema in schemas.items()}
    return {**root, "components": {**components, "schemas": bare}}


def _bare(schema: JsonValue, pointer: Pointer, issues: IssueLog) -> JsonValue:
    if not isinstance(schema, dict) or "schemaFormat" not in schema or "schema" not in schema:
        return schema
    return schema["schema"] if is_json_schema(schema["schemaFormat"], pointer, issues) else {}


def is_json_schema(written: JsonValue, pointer: Pointer, issues: IssueLog) -> bool:
    """Whether a ``schemaFormat`` is JSON Schema or a dialect of it; an issue where not."""
    if written is None or (isinstance(written, str) and written.strip().lower().startswith(_JSON_SCHEMAS)):
        return True
    issues.refused("schema-format", pointer, f"a schema written in {quoted(written)} is not read; any value is accepted there")
    return False
