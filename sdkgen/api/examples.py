"""The values that a schema gives for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.model import Example
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from sdkgen.api.model import Pointer


def examples_of(schema: dict[str, JsonValue], pointer: Pointer) -> tuple[Example, ...]:
    """The values that a schema gives for itself in ``example`` and (since OpenAPI 3.1) ``examples``."""
    found = []
    if "example" in schema:
        found.append(Example(pointer=join(pointer, "example"), value=dumps_exact(schema["example"])))
    several = schema.get("examples")
    for index, value in enumerate(several if isinstance(several, list) else []):
        found.append(Example(pointer=join(pointer, "examples", index), value=dumps_exact(value)))
    return tuple(found)
