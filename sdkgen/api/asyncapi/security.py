"""Who may do what over a connection: security schemes of AsyncAPI, and what operations and servers ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import Source, text
from sdkgen.api.issues import quoted
from sdkgen.api.model import Location, SecurityScheme
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

Alternatives = tuple[tuple[str, ...], ...]

_LOCATIONS = {member.value: member for member in Location}


class Securities:
    """Reads the security of one document."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._schemes: dict[str, SecurityScheme] = {}
        for key, place in source.entries(source.part(Place(pointer="", value=source.root), "components", "securitySchemes")):
            self._schemes[key] = _scheme(key, place)

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """All schemes, those that stand inside an operation after the declared ones."""
        return tuple(self._schemes.values())

    def alternatives(self, place: Place) -> Alternatives:
        """What a ``security`` list asks for: AsyncAPI 2 names schemes, AsyncAPI 3 refers to them or holds them."""
        found: dict[tuple[str, ...], None] = {}
        for item in self._source.items(place):
            names = self._names(item)
            if names is not None:
                found[names] = None
        return tuple(found)

    def _names(self, item: Place) -> tuple[str, ...] | None:
        reference = self._source.resolver.reference(item.value)
        landed = self._source.resolver.follow(item)
        if landed is None or not isinstance(landed.value, dict):
            return None
        if reference is not None:
            return (self._known(landed.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~"), landed),)
        if isinstance(landed.value.get("type"), str):
            return (self._known(text(landed.value["type"]), landed),)
        for name in landed.value:
            if name not in self._schemes:
                self._source.issues.repaired("unknown-security-scheme", item.pointer, f"the scheme {quoted(name)} is not declared")
        return tuple(sorted(landed.value))

    def _known(self, name: str, place: Place) -> str:
        self._schemes.setdefault(name, _scheme(name, place))
        return name


def _scheme(identity: str, place: Place) -> SecurityScheme:
    value: dict[str, JsonValue] = place.value if isinstance(place.value, dict) else {}
    kind, scheme = text(value.get("type")), text(value.get("scheme"))
    return SecurityScheme(
        id=identity,
        kind="apiKey" if kind == "httpApiKey" else kind or "apiKey",
        location=_LOCATIONS.get(text(value.get("in"))),
        wire_name=text(value.get("name")) or None,
        scheme=scheme.lower() or None,
    )
