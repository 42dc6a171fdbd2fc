"""Following ``$ref``: inside the document only, never in circles, never over the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.pointer import find, from_fragment

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value and where it stands."""

    pointer: Pointer
    value: JsonValue


class Resolver:
    """Looks things up in one document."""

    def __init__(self, root: dict[str, JsonValue], issues: IssueLog) -> None:
        self._root = root
        self._issues = issues
        self._seen: dict[str, Place | None] = {}
        self._landings: dict[str, Place] = {}
        """Where the chain that begins with a reference ends, for those that end well."""

    @staticmethod
    def reference(value: JsonValue) -> str | None:
        """The text of a ``$ref``, where the value is one."""
        if isinstance(value, dict) and isinstance(text := value.get("$ref"), str):
            return text
        return None

    def target(self, reference: str, asked_at: Pointer) -> Place | None:
        """What a reference names, itself perhaps another reference; ``None`` (and an issue) where it names nothing we may read."""
        if reference not in self._seen:
            self._seen[reference] = self._look_up(reference)
        found = self._seen[reference]
        if found is None:
            self._complain(reference, asked_at)
        return found

    def _look_up(self, reference: str) -> Place | None:
        if not reference.startswith("#/"):
            return None
        pointer = from_fragment(reference[1:])
        for candidate in (pointer, reference[1:]):
            try:
                return Place(pointer=candidate, value=find(self._root, candidate))
            except KeyError:
                continue
        return None

    def _complain(self, reference: str, asked_at: Pointer) -> None:
        if reference.startswith("#"):
            self._issues.refused("dangling-reference", asked_at, f"the reference {quoted(reference)} names nothing in this document")
        else:
            self._issues.refused(
                "remote-reference",
                asked_at,
                f"the remote reference {quoted(reference)} is not followed: a description must be whole in one document; bundle it first",
            )

    def follow(self, place: Place) -> Place | None:
        """The value behind a reference, or behind a chain of them; the place itself where it is none.

        ``None`` (and an issue) where the chain is broken or goes round in a circle.
        """
        met: dict[str, None] = {}
        while (reference := self.reference(place.value)) is not None:
            if reference in self._landings:
                place = self._landings[reference]
                break
            if reference in met:
                self._issues.refused("cyclic-reference", place.pointer, f"the reference {quoted(reference)} leads back to itself")
                return None
            met[reference] = None
            found = self.target(reference, place.pointer)
            if found is None:
                return None
            place = found
        self._landings.update(dict.fromkeys(met, place))
        return place
