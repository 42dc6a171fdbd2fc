"""Which schemas admit JSON ``null``, in any of the ways that the versions of OpenAPI have for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer
    from sdkgen.api.resolve import Resolver

CHOICES = ("oneOf", "anyOf")
"""Keywords of which one schema or more must hold."""

_DEEPEST = 64
_MOST_ROUNDS = 50


class Nulls:
    """Knows which schemas of one document admit null."""

    def __init__(self, components: Iterable[Place], resolver: Resolver, issues: IssueLog) -> None:
        """Find out which components do: each may do so because another one does, in chains of any length."""
        self._resolver = resolver
        self._issues = issues
        known = list(components)
        self._known = dict.fromkeys((place.pointer for place in known), False)
        self._settle(known)

    def _settle(self, components: list[Place]) -> None:
        # From below, forwards and backwards in turn, so that chains either way settle in a round or two.
        for _ in range(_MOST_ROUNDS):
            before = dict(self._known)
            for place in components:
                self._known[place.pointer] = self._known[place.pointer] or self._admits(place, ())
            if before == self._known:
                return
            components.reverse()

    def admitted(self, place: Place) -> bool:
        """Whether null is among a schema's values."""
        return self._known[place.pointer] if place.pointer in self._known else self._admits(place, ())

    def _admits(self, place: Place, around: tuple[Pointer, ...]) -> bool:
        schema = place.value
        if not isinstance(schema, dict) or place.pointer in around or len(around) > _DEEPEST:
            return False
        if _says_null(schema):
            return True
        around = (*around, place.pointer)
        reference = self._resolver.reference(schema)
        if reference is not None:
            found = self._resolver.target(reference, place.pointer)
            return found is not None and (self._known[found.pointer] if found.pointer in self._known else self._admits(found, around))
        members = schema.get("allOf")
        if isinstance(members, list) and members and "type" not in schema:
            return all(self._admits(member, around) for member in listed_schemas(place, "allOf", self._issues))
        choices = [keyword for keyword in CHOICES if isinstance(schema.get(keyword), list)]
        return any(
            only_null(variant.value) or self._admits(variant, around)
            for keyword in choices
            for variant in listed_schemas(place, keyword, self._issues)
        )


def listed_schemas(place: Place, keyword: str, issues: IssueLog) -> list[Place]:
    """The schemas that a keyword of a schema lists; an issue, and none, where it does not."""
    value = place.value[keyword] if isinstance(place.value, dict) else None
    if not isinstance(value, list):
        issues.refused("wrong-shape", join(place.pointer, keyword), f"{keyword} must be a list of schemas; it is left out")
        return []
    return [Place(pointer=join(place.pointer, keyword, index), value=item) for index, item in enumerate(value)]


def only_null(schema: JsonValue) -> bool:
    """Whether a schema admits nothing but null."""
    if not isinstance(schema, dict):
        return False
    return schema.get("type") in ("null", ["null"]) or schema.get("enum") == [None] or ("const" in schema and schema["const"] is None)


def _says_null(schema: dict[str, JsonValue]) -> bool:
    enum, kind = schema.get("enum"), schema.get("type")
    return (
        schema.get("nullable") is True
        or schema.get("x-nullable") is True
        or only_null(schema)
        or (isinstance(kind, list) and "null" in kind)
        or (isinstance(enum, list) and any(value is None for value in enum))
    )
