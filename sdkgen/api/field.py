"""An object's fields: what stands beside a property's schema, and what its object says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.examples import examples_of
from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.model import Field, Name, Nullable, Reference, Type
from sdkgen.api.name import Scope
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable

    from sdkgen.api.flat import Flat
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.resolve import Place

Words = tuple[str, ...]

_FIELD = "field"
"""The word that goes before a name that starts with a digit."""


def fields_of(flat: Flat, owner: Name, typed: Callable[[tuple[Place, ...], Words], Type]) -> tuple[Field, ...]:
    """The fields of an object, in the order of its properties.

    Args:
        flat: what its schema says.
        owner: the object's name, with which the names of its fields' types begin.
        typed: tells the type of the schemas that hold together for one property, whose words name it if it needs a name.
    """
    names = Scope(_FIELD).take_all(list(flat.properties))
    return tuple(
        _field(wire_name, parts, name, typed(parts, (*owner.words, *_inside(name, wire_name))), required=wire_name in flat.required)
        for (wire_name, parts), name in zip(flat.properties.items(), names, strict=True)
    )


def _inside(name: Name, wire_name: str) -> Words:
    """A field's words after its owner's, where a digit may come first: ``Funding1d``."""
    led = len(name.words) > 1 and name.words[0] == _FIELD and not wire_name.lower().startswith(_FIELD)
    return name.words[1:] if led else name.words


def _field(wire_name: str, parts: tuple[Place, ...], name: Name, value_type: Type, *, required: bool) -> Field:
    own: dict[str, JsonValue] = {}
    for part in reversed(parts):
        own.update(part.value if isinstance(part.value, dict) else {})
    description = own.get("description")
    return Field(
        wire_name=wire_name,
        name=name,
        type=value_type,
        required=required,
        description=description if isinstance(description, str) else "",
        deprecated=own.get("deprecated") is True,
        read_only=own.get("readOnly") is True,
        write_only=own.get("writeOnly") is True,
        default=dumps_exact(own["default"]) if "default" in own else None,
        examples=() if isinstance(without_null(value_type), Reference) else examples_of(own, parts[0].pointer),
    )


def note_undeclared(flat: Flat, issues: IssueLog) -> None:
    """Note what is required and no property."""
    for wire_name in flat.required:
        if wire_name not in flat.properties:
            message = f"{quoted(wire_name)} is required but not among the properties"
            issues.noted("required-but-undeclared", join(flat.pointer, "required"), message)


def nullable(inner: Type) -> Type:
    """The type, or null."""
    return inner if isinstance(inner, Nullable) else Nullable(inner=inner)


def without_null(outer: Type) -> Type:
    """The type of what is not null."""
    return outer.inner if isinstance(outer, Nullable) else outer
