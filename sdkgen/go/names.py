"""Go identifiers: made from a ``Name``'s words only, each unique in its scope."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Name

RUNTIME = Path(__file__).with_name("runtime")

_INITIALISMS = frozenset({"api", "html", "http", "https", "id", "ip", "json", "sql", "tls", "ttl", "uid", "uri", "url", "uuid", "xml"})
_DECLARED = re.compile(r"^(?:type|func|var|const) ([A-Za-z]\w*)", re.MULTILINE)
_DECLARED_IN_BLOCK = re.compile(r"^\t([A-Za-z]\w*)(?: |$)", re.MULTILINE)
_BLOCK = re.compile(r"^(?:type|var|const) \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_KEYWORDS = frozenset(
    {
        "break",
        "case",
        "chan",
        "const",
        "continue",
        "default",
        "defer",
        "else",
        "fallthrough",
        "for",
        "func",
        "go",
        "goto",
        "if",
        "import",
        "interface",
        "map",
        "package",
        "range",
        "return",
        "select",
        "struct",
        "switch",
        "type",
        "var",
    }
)
_AWKWARD_PACKAGES = _KEYWORDS | {"main", "internal", "vendor", "sdk", "testing", "init"}
_MAJOR = re.compile(r"^v[0-9]+$")


def exported(name: Name) -> str:
    """``OrderID``: Pascal case with Go's initialisms. Distinct names stay distinct, because they differ in more than case."""
    return "".join(word.upper() if word in _INITIALISMS else word.capitalize() for word in name.words)


def package_name(module: str) -> str:
    """The package clause for a module path: its last element that is no major version, without ``go`` at its ends."""
    elements = [element for element in module.lower().split("/") if element and not _MAJOR.match(element)]
    words = [word for word in re.split(r"[^a-z0-9]+", elements[-1]) if word]
    while len(words) > 1 and words[-1] in {"go", "sdk"}:
        words.pop()
    while len(words) > 1 and words[0] == "go":
        words.pop(0)
    name = "".join(words)
    if not name or not name[0].isalpha():
        name = f"api{name}"
    return f"{name}api" if name in _AWKWARD_PACKAGES else name


class Scope:
    """The identifiers that one Go scope has given away. The first who asks for one gets it; who comes later gets a suffix."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        """Start with identifiers that nobody gets."""
        self._taken = set(reserved)

    def claim(self, wanted: str, suffix: str = "") -> str:
        """An identifier that is nobody else's: the wanted one, else with the suffix, else with a number too."""
        candidate, number = wanted, 1
        if candidate in self._taken and suffix:
            candidate = wanted = f"{wanted}{suffix}"
        while candidate in self._taken:
            number += 1
            candidate = f"{wanted}{number}"
        self._taken.add(candidate)
        return candidate


def runtime_identifiers() -> frozenset[str]:
    """Everything that the runtime declares in the package's scope."""
    found: set[str] = set()
    for path in sorted(RUNTIME.glob("*.go")):
        source = path.read_text(encoding="utf-8")
        found.update(_DECLARED.findall(source))
        for block in _BLOCK.findall(source):
            found.update(_DECLARED_IN_BLOCK.findall(block))
    return frozenset(found)
