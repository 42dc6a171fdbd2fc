"""What a schema says of its type beside what values it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from sdkgen.api.flat import Flat


class About(TypedDict):
    """What every named type has of it."""

    description: str
    deprecated: bool


def about(flat: Flat) -> About:
    """What the schema says; nothing where it says it in no sense."""
    description = flat.keywords.get("description")
    return About(description=description if isinstance(description, str) else "", deprecated=flat.keywords.get("deprecated") is True)
