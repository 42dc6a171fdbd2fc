"""A recipe as JSON and back, for programs that run apart from ours. Needs nothing but the standard library."""

from __future__ import annotations

import dataclasses
import enum
import types
from typing import Any, get_args, get_origin, get_type_hints

from sdkgen.signing.recipe import Recipe


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as JSON values: enums by value, tuples as lists, every field by its name."""
    return dataclasses.asdict(recipe)


def recipe_from_json(document: dict[str, Any]) -> Recipe:
    """The recipe that ``recipe_to_json`` wrote.

    Raises:
        RecipeError: it contradicts itself.
    """
    recipe = _value(Recipe, document)
    if not isinstance(recipe, Recipe):  # pragma: no cover - what mypy can't see
        raise TypeError
    return recipe


def _value(kind: Any, document: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item) for item in document)
    if isinstance(kind, types.UnionType):
        return None if document is None else _value(get_args(kind)[0], document)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(document)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _value(hints[name], value) for name, value in document.items()})  # type: ignore[operator]
    return document
