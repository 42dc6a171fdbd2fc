"""Following ``$ref``: inside the document only, never in circles, never over the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.lookup import Index
from sdkgen.api.mend import Put
from sdkgen.api.pointer import join

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
        self._index = Index(root)
        self._issues = issues
        self._landings: dict[str, Place] = {}
        """Where the chain that begins with a reference ends, for those that end well."""

    @staticmethod
    def reference(value: JsonValue) -> str | None:
        """The text of a ``$ref`` (or ``$dynamicRef``, which is followed as one), where the value is one."""
        if isinstance(value, dict) and ("$ref" in value or "$dynamicRef" in value):
            text = value.get("$ref", value.get("$dynamicRef"))
            return text if isinstance(text, str) else None
        return None

    def target(self, reference: str, asked_at: Pointer) -> Place | None:
        """What a reference names, itself perhaps another reference; ``None`` (and an issue) where it names nothing we may read."""
        found = self._index.find(reference)
        if found is None or (found.meant is not None and found.pointer == asked_at):
            # What would have to be misspelt to mean its own place means that place in another file.
            self._complain(reference, asked_at)
            return None
        if found.meant is not None:
            message = f"the reference {quoted(reference)} is written wrongly; it is read as {quoted(found.meant)}"
            self._issues.repaired("misspelt-reference", asked_at, message, Put(pointer=join(asked_at, "$ref"), value=found.meant))
        return Place(pointer=found.pointer, value=found.value)

    def _complain(self, reference: str, asked_at: Pointer) -> None:
        if reference.startswith("#"):
            self._issues.refused("dangling-reference", asked_at, f"the reference {quoted(reference)} names nothing in this document")
        else:
            message = f"the reference {quoted(reference)} leads to a document that is not here; give its files beside it, or bundle it"
            self._issues.refused("remote-reference", asked_at, message)

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
        if all((known := self._index.find(text)) is not None and known.meant is None for text in met):
            self._landings.update(dict.fromkeys(met, place))
        return place
