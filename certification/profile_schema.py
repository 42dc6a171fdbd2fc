"""The published JSON Schema of a profile: ``python -m certification.profile_schema`` writes ``exchanges/profile.schema.json``.

It is made from the models that validate profiles, so that an editor and ``certify`` never disagree about a field.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from types import ModuleType
from typing import Any

from certification import profile as profile_module
from certification import profile_parts as parts_module
from certification import profile_streams as streams_module
from certification.folders import EXCHANGES
from certification.profile import ExchangeProfile
from sdkgen import behaviour as behaviour_module
from sdkgen import checksum as checksum_module
from sdkgen import refusal as refusal_module
from sdkgen import stream_protocol as protocol_module
from sdkgen.signing import recipe as recipe_module

FILE = EXCHANGES / "profile.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ADDRESS = "https://openxapi.dev/certification/profile.schema.json"


def profile_schema() -> bytes:
    """The schema as it is committed: JSON, indented by two, fields in the order of the models."""
    schema = ExchangeProfile.model_json_schema()
    del schema["properties"]["folder"]  # the loader knows where it read the profile; nobody writes it
    modules = (
        *(profile_module, parts_module, streams_module),
        *(recipe_module, behaviour_module, refusal_module, protocol_module, checksum_module),
    )
    said = {name: texts for module in modules for name, texts in _documentation(module).items()}
    for name, part in {"ExchangeProfile": schema, **schema["$defs"]}.items():
        _describe(part, said.get(name, {}))
    document = {"$schema": _DIALECT, "$id": _ADDRESS, **schema}
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _describe(part: dict[str, Any], said: dict[str, str]) -> None:
    for field, schema in part.get("properties", {}).items():
        if field in said:
            schema["description"] = said[field]
    members = [f"{value}: {said[value]}" for value in part.get("enum", ()) if value in said]
    if members:
        part["description"] = "\n".join((part.get("description", ""), *members)).strip()


def _documentation(module: ModuleType) -> dict[str, dict[str, str]]:
    """Class -> field (or value of an enumeration) -> the text under it. Python keeps none of it at run time, the source does."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: _texts(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _texts(owner: ast.ClassDef) -> dict[str, str]:
    found = {}
    for statement, after in zip(owner.body, owner.body[1:], strict=False):
        name = _named(statement)
        if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            found[name] = inspect.cleandoc(after.value.value)
    return found


def _named(statement: ast.stmt) -> str | None:
    """The field that a statement declares, or the value of the member that it sets."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Assign(value=ast.Constant(value=str(value))):
            return value
        case _:
            return None


def main() -> int:
    """Write the file anew."""
    FILE.write_bytes(profile_schema())
    return 0


if __name__ == "__main__":
    sys.exit(main())
