"""Where an AsyncAPI description's channels are: WebSocket addresses out of its servers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import Source, text
from sdkgen.api.issues import quoted
from sdkgen.api.resolve import Place
from sdkgen.api.security import with_defaults

if TYPE_CHECKING:
    from sdkgen.api.model import Pointer

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_USABLE = re.compile(r"wss?://[^\s/{}?#]+[^\s?#]*")
_PROTOCOLS = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss", "": "wss"}
"""The protocols that are, or begin as, WebSocket. Exchanges write ``https`` for what is one."""
_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One WebSocket address."""

    url: str
    """No trailing slash; variables at their defaults, those without one still as ``{variable}``."""
    place: Place

    def open_variables(self) -> tuple[str, ...]:
        """The variables that a client must give."""
        return tuple(dict.fromkeys(_VARIABLE.findall(self.url)))


def read_servers(source: Source) -> tuple[Server, ...]:
    """The description's WebSocket servers, each once."""
    found: dict[Pointer, Server] = {}
    for _, place in source.entries(source.part(Place(pointer="", value=source.root), "servers")):
        server = _server(place, source)
        if server is not None:
            found[place.pointer] = server
    return tuple(found.values())


def _server(place: Place, source: Source) -> Server | None:
    protocol = text(source.part(place, "protocol").value).strip().lower()
    host, url = (text(source.part(place, key).value).strip() for key in ("host", "url"))
    written = url or host
    if not written:
        source.issues.refused("wrong-shape", place.pointer, "a server must have a host (AsyncAPI 3) or a url (2); it is left out")
        return None
    named = _SCHEME.match(written)
    scheme = _PROTOCOLS.get(named.group()[:-3].lower() if named is not None else protocol)
    if scheme is None or protocol not in _PROTOCOLS:
        source.issues.noted("other-protocol", place.pointer, f"a server that speaks {quoted(protocol)} and not WebSocket is left out")
        return None
    bare = written[named.end() :] if named is not None else written
    pathname = text(source.part(place, "pathname").value).strip()
    path = "/" + pathname.strip("/") if pathname.strip("/") else ""
    complete = f"{scheme}://{bare.rstrip('/')}{path}"
    variables = source.part(place, "variables")
    filled = with_defaults(complete, variables.value, place.pointer, source.issues).rstrip("/")
    if not _USABLE.fullmatch(filled):
        source.issues.noted("unusable-server", place.pointer, f"the server {quoted(filled)} is no WebSocket address; it is left out")
        return None
    return Server(url=filled, place=place)
