"""An operation as it is written, and what reading it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from sdkgen.api.content import Contents
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.parameter import Parameters
    from sdkgen.api.resolve import Place, Resolver
    from sdkgen.api.schema import Schemas


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What reading an operation takes."""

    schemas: Schemas
    contents: Contents
    parameters: Parameters
    resolver: Resolver
    issues: IssueLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every operation that does not say otherwise."""

    swagger: bool
    security: tuple[tuple[str, ...], ...]
    known_schemes: frozenset[str]
    servers: tuple[str, ...]
    consumes: tuple[str, ...]
    produces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An operation as it is written."""

    method: str
    path: str
    place: Place
    item: Place
    origin: str | None = None
    """The server that stands in the path itself."""

    @property
    def value(self) -> dict[str, JsonValue]:
        """The operation object."""
        return self.place.value if isinstance(self.place.value, dict) else {}

    def media_types(self, keyword: str, default: tuple[str, ...], contents: Contents) -> tuple[str, ...]:
        """Swagger 2.0's ``consumes`` or ``produces``, the operation's own or else the API's."""
        written = self.value.get(keyword)
        texts = [text for text in written if isinstance(text, str)] if isinstance(written, list) else list(default)
        return contents.media_types(texts, join(self.place.pointer, keyword))


def get(place: Place, keyword: str) -> JsonValue:
    """What an object holds under a key; ``None`` where it is no object or holds nothing there."""
    return place.value.get(keyword) if isinstance(place.value, dict) else None


def text_of(value: JsonValue) -> str:
    """A text, or an empty one."""
    return value if isinstance(value, str) else ""
