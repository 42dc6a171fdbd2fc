"""Who may call what, and where: security schemes, requirements and servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.mend import Put
from sdkgen.api.model import Location, SecurityScheme
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.resolve import Resolver

_KINDS = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_ABSOLUTE = re.compile(r"https?://[^\s/{}]+\S*", re.IGNORECASE)


def schemes(declared: Place, resolver: Resolver, issues: IssueLog) -> tuple[SecurityScheme, ...]:
    """The security schemes that a description declares."""
    found = []
    for identity, value in (declared.value if isinstance(declared.value, dict) else {}).items():
        place = resolver.follow(Place(pointer=join(declared.pointer, identity), value=value))
        if place is not None and isinstance(place.value, dict):
            found.append(_scheme(identity, place.value, place.pointer, issues))
    return tuple(found)


def _scheme(identity: str, value: dict[str, JsonValue], pointer: str, issues: IssueLog) -> SecurityScheme:
    kind = value.get("type")
    if kind == "basic":  # Swagger 2.0's word
        return SecurityScheme(id=identity, kind="http", scheme="basic")
    if kind not in _KINDS:
        issues.repaired("unknown-security-kind", pointer, f"{quoted(kind)} is no kind of security scheme; it is read as apiKey")
    location, wire_name, scheme = value.get("in"), value.get("name"), value.get("scheme")
    return SecurityScheme(
        id=identity,
        kind=str(kind) if kind in _KINDS else "apiKey",
        location=Location(location) if isinstance(location, str) and location in {member.value for member in Location} else None,
        wire_name=wire_name if isinstance(wire_name, str) else None,
        scheme=scheme.lower() if isinstance(scheme, str) else None,
    )


def requirements(place: Place, known: frozenset[str], issues: IssueLog) -> tuple[tuple[str, ...], ...]:
    """The alternatives of a ``security`` list, each a sorted set of scheme names."""
    if not isinstance(place.value, list):
        issues.refused("wrong-shape", place.pointer, "security must be a list; it is left out")
        return ()
    alternatives = []
    for index, alternative in enumerate(place.value):
        names = tuple(sorted(alternative)) if isinstance(alternative, dict) else ()
        for name in names:
            if name not in known:
                issues.repaired(
                    "unknown-security-scheme",
                    join(place.pointer, index, name),
                    f"the scheme {quoted(name)} is not declared; calls are signed",
                )
        if names not in alternatives:
            alternatives.append(names)
    return tuple(alternatives)


def servers(place: Place, issues: IssueLog) -> tuple[str, ...]:
    """Absolute base URLs out of a ``servers`` list, variables at their defaults, no trailing slash."""
    found: dict[str, None] = {}
    for index, server in enumerate(place.value if isinstance(place.value, list) else []):
        pointer = join(place.pointer, index)
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(server, dict) or not isinstance(url, str):
            issues.refused("wrong-shape", pointer, "a server must be an object with a url; it is left out")
            continue
        url = with_defaults(url.strip(), server.get("variables"), pointer, issues).rstrip("/")
        if _ABSOLUTE.fullmatch(url):
            found[url] = None
        else:
            issues.noted("unusable-server", pointer, f"the server {quoted(url)} is no absolute HTTP address; it is left out")
    return tuple(found)


def with_defaults(url: str, variables: JsonValue, pointer: str, issues: IssueLog) -> str:
    """A server's URL with its variables at their defaults; those without one stay, with an issue."""
    declared = variables if isinstance(variables, dict) else {}

    def default(match: re.Match[str]) -> str:
        variable = declared.get(match.group(1))
        value = variable.get("default") if isinstance(variable, dict) else None
        allowed = variable.get("enum") if isinstance(variable, dict) else None
        if value is None and isinstance(allowed, list) and allowed:
            value = allowed[0]
            place = join(pointer, "variables", match.group(1), "default")
            message = f"the variable {quoted(match.group(1))} has no default; its first value is used"
            issues.repaired("server-variable", place, message, Put(pointer=place, value=value))
        if value is None:
            issues.noted("server-variable", pointer, f"the variable {quoted(match.group(1))} has no default")
            return match.group()
        return value if isinstance(value, str) else dumps_exact(value)

    return _VARIABLE.sub(default, url)


def swagger_servers(root: dict[str, JsonValue], issues: IssueLog) -> tuple[str, ...]:
    """Base URLs out of Swagger 2.0's ``schemes``, ``host`` and ``basePath``; https first."""
    host, base = root.get("host"), root.get("basePath")
    if not isinstance(host, str) or not host:
        return ()
    written = root.get("schemes")
    usable = [text for text in (written if isinstance(written, list) else []) if text in ("https", "http")] or ["https"]
    path = base if isinstance(base, str) else ""
    urls: list[JsonValue] = [{"url": f"{text}://{host}/{path.strip('/')}"} for text in sorted(map(str, usable), reverse=True)]
    return servers(Place(pointer="/host", value=urls), issues)
