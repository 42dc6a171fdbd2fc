"""Asks the registries which known vulnerabilities installed packages have: PyPI's JSON, npm's bulk advisories, Go's database.

The host asks, by name and version; nothing of a package runs. What can't be asked is said, and is no word for or against the packages.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from certification.evidence.record import Advisories, Advisory
from certification.sdks.ranges import in_range

if TYPE_CHECKING:
    from certification.evidence.record import InstalledPackage
    from certification.sdks.sources import Sources

_TIMEOUT_S = 15.0
_PATIENCE_S = 60.0
"""A registry that trickles must not hold up a run."""
_MOST_BYTES = 32 * 1024**2
_MOST_PACKAGES = 300
_MOST_TEXT = 200
_NOT_FOUND = 404


class _SilentError(Exception):
    """A source does not tell; the message says why, without its address, which may hold a password."""


class _Client(httpx.Client):
    """One that asks for so long in all, and no longer."""

    def __init__(self, patience_s: float) -> None:
        super().__init__(timeout=_TIMEOUT_S, follow_redirects=True)
        self._patience_s = patience_s
        self._ends = time.monotonic() + patience_s

    def hurry(self) -> None:
        """Raise what says that the time is over, if it is."""
        if time.monotonic() > self._ends:
            raise _SilentError(f"the registries took longer than {self._patience_s:g} s to tell of vulnerabilities")


def known_vulnerabilities(packages: tuple[InstalledPackage, ...], sources: Sources, *, patience_s: float = _PATIENCE_S) -> Advisories:
    """What is known of these packages at these versions; where a source does not tell, the reason.

    Args:
        packages: of any ecosystem.
        sources: who is asked.
        patience_s: for all questions together.
    """
    asked = packages[:_MOST_PACKAGES]
    if not asked:
        return Advisories(packages=0)
    try:
        with _Client(patience_s) as client:
            found = [
                advisory
                for ecosystem, ask in (("pypi", _pypi), ("npm", _npm), ("go", _go))
                for advisory in ask(client, sources, tuple(each for each in asked if each.ecosystem == ecosystem))
            ]
    except _SilentError as error:
        return Advisories(packages=len(asked), reason=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Advisories(packages=len(asked), reason=f"the registry could not be asked for advisories: {type(error).__name__}")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"the registry's answer about advisories can't be read: {type(error).__name__}"
        return Advisories(packages=len(asked), reason=reason)
    more = len(packages) > len(asked) and not found
    unasked = f"only the first {len(asked)} of {len(packages)} packages were asked about" if more else ""
    found.sort(key=lambda each: (each.package, each.version, each.id))
    return Advisories(packages=len(asked), found=tuple(found), reason=unasked)


def _pypi(client: _Client, sources: Sources, packages: tuple[InstalledPackage, ...]) -> Iterator[Advisory]:
    """PyPI's JSON of a release names what is known of it (docs.pypi.org, "JSON API", "Known vulnerabilities")."""
    if packages and not sources.pypi:
        raise _SilentError("no registry may be asked about packages of PyPI: PIP_NO_INDEX is set")
    for package in packages:
        address = f"{sources.pypi}/pypi/{quote(package.name, safe='')}/{quote(package.version, safe='')}/json"
        document = _answer(client.build_request("GET", address, headers={"Accept": "application/json"}), client)
        for told in document["vulnerabilities"]:
            if told.get("withdrawn") is None:
                fixed = told.get("fixed_in") or ()
                yield _advisory(package, told["id"], told.get("summary") or told.get("details") or "", tuple(map(str, fixed)))


def _npm(client: _Client, sources: Sources, packages: tuple[InstalledPackage, ...]) -> Iterator[Advisory]:
    """What ``npm audit`` asks: all at once; each advisory names the range of versions that it is about."""
    if not packages:
        return
    versions: dict[str, list[str]] = {}
    for package in packages:
        versions.setdefault(package.name, []).append(package.version)
    request = client.build_request("POST", f"{sources.npm}/-/npm/v1/security/advisories/bulk", json=versions)
    document = _answer(request, client)
    for package in packages:
        for told in document.get(package.name, ()):
            if in_range(package.version, told["vulnerable_versions"]):
                yield _advisory(package, str(told.get("url") or told["id"]).rpartition("/")[2], told.get("title") or "", ())


def _go(client: _Client, sources: Sources, packages: tuple[InstalledPackage, ...]) -> Iterator[Advisory]:
    """Go's database: an index of modules, and a document in OSV's form for each vulnerability (go.dev/doc/security/vuln/database)."""
    if not packages:
        return
    index = {entry["path"]: entry["vulns"] for entry in _answer(client.build_request("GET", f"{sources.go}/index/modules.json"), client)}
    for package in packages:
        for known in index.get(package.name, ()):
            told = _answer(client.build_request("GET", f"{sources.go}/ID/{quote(known['id'], safe='')}.json"), client)
            ranges = [each for affected in told["affected"] if affected["package"]["name"] == package.name for each in affected["ranges"]]
            if told.get("withdrawn") is None and any(_affected(package.version, each["events"]) for each in ranges):
                fixed = tuple(event["fixed"] for each in ranges for event in each["events"] if "fixed" in event)
                yield _advisory(package, told["id"], told.get("summary") or "", fixed)


def _affected(version: str, events: list[dict[str, str]]) -> bool:
    """OSV: from each ``introduced`` on, until the ``fixed`` behind it."""
    inside = False
    for event in events:
        if "introduced" in event and in_range(version, f">={event['introduced']}"):
            inside = True
        if "fixed" in event and in_range(version, f">={event['fixed']}"):
            inside = False
    return inside


def _answer(request: httpx.Request, client: _Client) -> Any:
    client.hurry()
    response = client.send(request, stream=True)
    try:
        if response.status_code == _NOT_FOUND:
            raise _SilentError("the registry does not tell of vulnerabilities, or does not know a package: it answered 404")
        if response.status_code != 200:  # noqa: PLR2004 - RFC 9110, section 15.3.1
            raise _SilentError(f"the registry answered {response.status_code} where it was asked for advisories")
        content = bytearray()
        for piece in response.iter_bytes():
            client.hurry()
            content += piece
            if len(content) > _MOST_BYTES:
                raise _SilentError("the registry's answer about advisories is too large")
        return json.loads(content)
    finally:
        response.close()


def _advisory(package: InstalledPackage, identity: Any, summary: Any, fixed: tuple[str, ...]) -> Advisory:
    return Advisory(
        package=package.name,
        version=package.version,
        id=str(identity)[:_MOST_TEXT],
        summary=" ".join(str(summary).split())[:_MOST_TEXT],
        fixed_in=fixed,
    )
