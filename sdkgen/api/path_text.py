"""The text of a path: what is a template, and what official descriptions write there besides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORIGIN = re.compile(r"(https?://[^/\s{}?#]+)(.*)", re.IGNORECASE | re.DOTALL)
_EXPANDED_QUERY = re.compile(r"\{[?&]([^{}]*)\}")
_TEMPLATE = re.compile(r"\{+\s*[+#./;]?\s*([^{}:*]+?)\s*(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*|\*)?\s*\}+")
_COLON = re.compile(r"(?<=/):([A-Za-z_][A-Za-z0-9_]*)(?=/|$)")
_ANGLES = re.compile(r"<(?:[a-z]+:)?([A-Za-z_][A-Za-z0-9_]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathText:
    """A path as it is meant."""

    path: str
    """Begins with a slash; its templates are ``{name}``; no query, no fragment, no server."""
    origin: str | None = None
    """The server that stood in it, where that is none of the API's own."""
    rule: str = ""
    flaw: str | None = None
    """What was wrong with the text, as the end of a sentence that the path begins; ``None`` where nothing was."""


def read_path(text: str, servers: Sequence[str] = ()) -> PathText:
    """What a key of ``paths`` means."""
    origin, rest = _without_server(text.strip(), servers)
    rest = _EXPANDED_QUERY.sub("", rest).partition("?")[0].partition("#")[0].rstrip()
    path = _COLON.sub(r"{\1}", _ANGLES.sub(r"{\1}", _TEMPLATE.sub(r"{\1}", rest)))
    path = path if path.startswith("/") else "/" + path
    rule, flaw = _flaw(text, path)
    return PathText(path=path, origin=origin, rule=rule, flaw=flaw)


def _without_server(text: str, servers: Sequence[str]) -> tuple[str | None, str]:
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return None, text
    own = next((server for server in servers if text == server or text.startswith(server + "/")), None)
    return (None, text[len(own) :]) if own is not None else (match[1], match[2])


def _flaw(text: str, path: str) -> tuple[str, str | None]:
    if text == path:
        return "", None
    if _ORIGIN.fullmatch(text.strip()):
        return "path-with-server", "holds its server"
    if "/" + text == path:
        return "path-without-slash", "must start with a slash"
    if text.strip() == path:
        return "blank-around-path", "has blanks around it"
    if "?" in text or "#" in text:
        return "path-with-query", "holds more than a path"
    return "path-template", "is written with another kind of template"


def query_of(text: str) -> tuple[tuple[str, str | None], ...]:
    """The parameters in the query that a path holds: each name and its fixed value, ``None`` where the value is a template."""
    expanded = [(name.strip().rstrip("*"), None) for match in _EXPANDED_QUERY.findall(text) for name in match.split(",") if name.strip()]
    query = _EXPANDED_QUERY.sub("", text).partition("?")[2].partition("#")[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    return (
        *((name, None if value == "" or "{" in value or "<" in value or value.startswith(":") else value) for name, value in pairs),
        *expanded,
    )
