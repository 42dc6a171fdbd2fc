"""An AsyncAPI description as it is written, with what tells versions 2 and 3 apart evened out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sdkgen.api.mend import Put
from sdkgen.api.pointer import join, split
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_DEEPEST_PATCH = 20
_COMPONENTS = "/components/messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message, once however often it is referred to."""

    place: Place
    """The message object, traits merged in."""
    channel: str
    """The id of the channel that it was first met in; empty for one that stands apart."""
    key: str
    """What the description calls it there; empty where it does not."""
    component: bool
    """Whether it is one of the description's components, so that ``key`` is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawChannel:
    """A channel."""

    id: str
    place: Place
    address: str
    servers: tuple[Pointer, ...] | None
    """Where its servers stand; ``None`` where it is on all."""
    messages: dict[Pointer, None]
    """A set in the description's order; grows while operations name messages that the channel does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAction:
    """Something that the described application does with a channel."""

    id: str
    place: Place
    """The operation object, traits merged in."""
    receives: bool
    """Whether the described application takes messages in; else it gives them out."""
    channel: str
    messages: tuple[Pointer, ...]
    reply_channel: str | None = None
    """The id of the channel on which an answer comes; ``None`` where none is described."""
    replies: tuple[Pointer, ...] = ()


@dataclass(slots=True, kw_only=True)
class RawDocument:
    """All of it, while it is gathered."""

    channels: dict[str, RawChannel] = field(default_factory=dict)
    actions: list[RawAction] = field(default_factory=list)
    messages: dict[Pointer, RawMessage] = field(default_factory=dict)


class Source:
    """One document, asked for its parts."""

    def __init__(self, root: dict[str, JsonValue], resolver: Resolver, issues: IssueLog, *, version2: bool) -> None:
        """Begin.

        Args:
            root: the document.
            resolver: follows references.
            issues: takes flaws.
            version2: whether it is AsyncAPI 2; else 3.
        """
        self.root = root
        self.resolver = resolver
        self.issues = issues
        self.version2 = version2

    def entries(self, section: Place) -> Iterator[tuple[str, Place]]:
        """The objects of a map, each behind its references; what is none is refused."""
        if section.value is not None and not isinstance(section.value, dict):
            self.issues.refused("wrong-shape", section.pointer, "this must be an object; it is left out")
        for key, value in (section.value if isinstance(section.value, dict) else {}).items():
            if key.startswith("x-"):
                continue
            found = self.resolver.follow(Place(pointer=join(section.pointer, key), value=value))
            if found is not None and isinstance(found.value, dict):
                yield key, found
            elif found is not None:
                self.issues.refused("wrong-shape", join(section.pointer, key), "this must be an object; it is left out")

    def part(self, place: Place, *keys: str) -> Place:
        """What stands below a place; a place without a value where nothing does."""
        for key in keys:
            value = place.value.get(key) if isinstance(place.value, dict) else None
            place = Place(pointer=join(place.pointer, key), value=value)
        return place

    def items(self, section: Place) -> Iterator[Place]:
        """The values of a list, not followed; a single object where a list must be counts as a list of one."""
        if isinstance(section.value, dict):
            told = "this must be a list; the one object is read as one"
            self.issues.repaired("list-of-one", section.pointer, told, Put(pointer=section.pointer, value=[section.value]))
            yield section
        elif isinstance(section.value, list):
            for index, value in enumerate(section.value):
                yield Place(pointer=join(section.pointer, index), value=value)
        elif section.value is not None:
            self.issues.refused("wrong-shape", section.pointer, "this must be a list; it is left out")

    def enter(self, document: RawDocument, place: Place, *, channel: str, key: str) -> Pointer:
        """Enter a message where it is new; in either case, its place."""
        if place.pointer not in document.messages:
            around, _, last = place.pointer.rpartition("/")
            component = around == _COMPONENTS
            document.messages[place.pointer] = RawMessage(
                place=self.with_traits(place), channel=channel, key=split(f"/{last}")[0] if component else key, component=component
            )
        return place.pointer

    def with_traits(self, place: Place) -> Place:
        """An object with its traits merged in (JSON Merge Patch, RFC 7386).

        In AsyncAPI 2 a trait overrides what the object itself says, in AsyncAPI 3 the other way round.
        """
        if not isinstance(place.value, dict) or "traits" not in place.value:
            return place
        own: JsonValue = {key: value for key, value in place.value.items() if key != "traits"}
        merged: JsonValue = own if self.version2 else {}
        for written in self.items(self.part(place, "traits")):
            found = self.resolver.follow(written)
            if found is not None and isinstance(found.value, dict):
                merged = _patched(merged, found.value, 0)
        return Place(pointer=place.pointer, value=merged if self.version2 else _patched(merged, own, 0))


def _patched(target: JsonValue, patch: JsonValue, depth: int) -> JsonValue:
    if not isinstance(patch, dict) or depth > _DEEPEST_PATCH:
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _patched(merged.get(key), value, depth + 1)
    return merged


def text(value: JsonValue) -> str:
    """A text, or nothing where the value is none."""
    return value if isinstance(value, str) else ""
