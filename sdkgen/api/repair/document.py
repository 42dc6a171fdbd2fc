"""Repairs at the top of a description: sections in the other version's place, servers and security in other shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.mend import Change, Drop, Put
from sdkgen.api.pointer import find, join

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_MOVED = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
"""Swagger 2.0's sections at the top, and where OpenAPI 3 has them, under ``components``."""

_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/.*)?")


def repair_document(issues: IssueLog, *, swagger: bool) -> None:
    """Repair sections, servers and the security that holds for all operations."""
    if swagger:
        _host(issues)
    else:
        _sections(issues)
        repair_servers(issues, "")
    _paths(issues)
    repair_security(issues, "")


def at(issues: IssueLog, pointer: Pointer) -> JsonValue:
    """What stands at a place now; ``None`` where nothing does."""
    try:
        return find(issues.root, pointer)
    except KeyError:
        return None


def _sections(issues: IssueLog) -> None:
    """Move what stands where Swagger 2.0 had it, as far as nothing of that name is there yet."""
    for old, new in _MOVED.items():
        section = issues.root.get(old)
        if not isinstance(section, dict):
            continue
        known = at(issues, f"/components/{new}")
        free = [key for key in section if not (isinstance(known, dict) and key in known)]
        puts = [Put(pointer=join("/components", new, key), value=section[key]) for key in free]
        message = f"“{old}” is Swagger 2.0's; in OpenAPI 3 it is “components/{new}”, where it is read"
        issues.mended("swagger-section", f"/{old}", message, *puts, Drop(pointer=f"/{old}"))


def _paths(issues: IssueLog) -> None:
    paths = issues.root.get("paths")
    if isinstance(paths, list) and paths and all(isinstance(entry, dict) for entry in paths):
        together = {key: value for entry in paths if isinstance(entry, dict) for key, value in entry.items()}
        issues.mended("list-of-paths", "/paths", "paths are a list; they are read as one object", Put(pointer="/paths", value=together))


def _host(issues: IssueLog) -> None:
    """Swagger 2.0's ``host`` is a bare name; often a whole URL stands there."""
    host = issues.root.get("host")
    if not isinstance(host, str) or not (match := re.fullmatch(r"\s*(?:(https?)://)?([^/\s]+)(/\S*)?\s*", host)):
        return
    scheme, name, path = match.groups()
    changes: list[Change] = []
    if name != host:
        changes.append(Put(pointer="/host", value=name))
    if scheme and "schemes" not in issues.root:
        changes.append(Put(pointer="/schemes", value=[scheme]))
    if path and path != "/":
        base = issues.root.get("basePath")
        changes.append(Put(pointer="/basePath", value=path.rstrip("/") + "/" + (base.strip("/") if isinstance(base, str) else "")))
    if changes:
        issues.mended("host-is-a-url", "/host", f"{quoted(host)} is more than a host; it is read as what it says", *changes)


def repair_servers(issues: IssueLog, around: Pointer) -> None:
    """Servers that are texts or a single object, and URLs without their scheme."""
    pointer = join(around, "servers")
    servers = at(issues, pointer)
    if servers is None:
        return
    if isinstance(servers, str | dict):
        issues.mended("servers-are-no-list", pointer, "servers must be a list; it is read as one", Put(pointer=pointer, value=[servers]))
        servers = [servers]
    for index, server in enumerate(servers if isinstance(servers, list) else []):
        place = join(pointer, index)
        if isinstance(server, str):
            issues.mended("server-is-text", place, "a server must be an object with a url", Put(pointer=place, value={"url": server}))
        url = server if isinstance(server, str) else server.get("url") if isinstance(server, dict) else None
        if isinstance(url, str) and _HOST.fullmatch(url.strip()):
            message = f"the server {quoted(url)} does not say how it is reached; https is assumed"
            issues.mended("server-without-scheme", place, message, Put(pointer=join(place, "url"), value="https://" + url.strip()))


def repair_security(issues: IssueLog, around: Pointer) -> None:
    """A ``security`` that is an object or a name instead of a list of objects."""
    pointer = join(around, "security")
    written = at(issues, pointer)
    if isinstance(written, dict | str):
        written = [written]
        issues.mended("security-is-no-list", pointer, "security must be a list; it is read as one", Put(pointer=pointer, value=[*written]))
    for index, alternative in enumerate(written if isinstance(written, list) else []):
        place = join(pointer, index)
        if isinstance(alternative, str):
            change = Put(pointer=place, value={alternative: []})
            issues.mended("security-is-a-name", place, f"{quoted(alternative)} must be an object's key; it is read as one", change)
