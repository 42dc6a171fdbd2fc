"""What a reference names: by JSON pointer, anchor or ``$id``, and by what it plainly means where it is written wrongly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sdkgen.api.pointer import find, from_fragment, join, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_SECTIONS = ("schemas", "parameters", "responses", "requestBodies", "headers", "examples", "securitySchemes", "pathItems", "mediaTypes")
_OLD = {"definitions": "schemas", "models": "schemas", "model": "schemas", "securityDefinitions": "securitySchemes"}
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FILE = re.compile(r"\.(?:ya?ml|json)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a reference leads."""

    pointer: Pointer
    value: JsonValue
    meant: str | None = None
    """What should have been written, where something else was."""


class Index:
    """The places of one document that references may name."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        self._root = root
        self._identified: dict[str, Pointer] | None = None
        self._known: dict[str, Found | None] = {}

    def find(self, reference: str) -> Found | None:
        """What a reference names; ``None`` where it names nothing in this document."""
        if reference not in self._known:
            self._known[reference] = self._exact(reference) or self._named(reference) or self._meant(reference)
        return self._known[reference]

    def _exact(self, reference: str) -> Found | None:
        if not reference.startswith("#/"):
            return None
        pointer = from_fragment(reference[1:])
        for candidate in (pointer, reference[1:]):
            try:
                return Found(pointer=candidate, value=find(self._root, candidate))
            except KeyError:
                continue
        return None

    def _named(self, reference: str) -> Found | None:
        """By ``$id``, ``$anchor``, ``$dynamicAnchor`` or the document's own ``$self`` (OpenAPI 3.2)."""
        if reference.startswith("#/"):
            return None
        if self._identified is None:
            self._identified = dict(_identified(self._root))
        own = self._root.get("$self")
        base = own if isinstance(own, str) else ""
        for candidate in dict.fromkeys((reference, urljoin(base, reference) if base else reference)):
            address, _, fragment = candidate.partition("#")
            around = "" if address and address == base else self._identified.get(address) if address else ""
            if candidate in self._identified:
                return self._at(self._identified[candidate])
            if around is not None and fragment.startswith("/") and (found := self._at(around + from_fragment(fragment))):
                return found
        return None

    def _at(self, pointer: Pointer) -> Found | None:
        try:
            return Found(pointer=pointer, value=find(self._root, pointer))
        except KeyError:
            return None

    def _meant(self, reference: str) -> Found | None:
        """A reference with a slip in it: blanks, another version's section, other capitals, the document's own file name."""
        path, _, fragment = reference.strip().partition("#")
        if fragment.startswith("/") and path and (found := self._exact(f"#{fragment}")):
            return _as_meant(found)
        text = fragment or path
        if _FILE.search(text) or ("#" in reference and path):
            return None
        tokens = [token for token in split("/" + text.strip().strip("/")) if token]
        if not tokens or (len(tokens) == 1 and not _BARE.fullmatch(tokens[0])):
            return None
        return self._in_section(tokens)

    def _in_section(self, tokens: list[str]) -> Found | None:
        words = [_OLD.get(token, token) for token in tokens[:-1]]
        sections = [section for section in _SECTIONS if section in words or section.rstrip("s") in words] or ["schemas"]
        for pointer in (*(join("/components", section) for section in sections), *(f"/{old}" for old in (*_OLD, *sections))):
            if pointer.startswith("/") and _OLD.get(pointer[1:], "schemas") not in sections:
                continue
            entries = self._at(pointer)
            key = _key(entries.value, tokens[-1]) if entries is not None else None
            if entries is not None and key is not None and (found := self._at(join(pointer, key))):
                return _as_meant(found)
        return None


def _as_meant(found: Found) -> Found:
    return Found(pointer=found.pointer, value=found.value, meant="#" + found.pointer)


def _key(entries: JsonValue, wanted: str) -> str | None:
    """The key of that name; of that name in other capitals, where only one is."""
    if not isinstance(entries, dict):
        return None
    if wanted in entries:
        return wanted
    alike = [key for key in entries if key.strip().lower() == wanted.strip().lower()]
    return alike[0] if len(alike) == 1 else None


def _identified(root: dict[str, JsonValue]) -> Iterator[tuple[str, Pointer]]:
    """Every address and anchor that a schema gives itself, and where it stands; an earlier one wins."""
    found: dict[str, Pointer] = {}
    pending: list[tuple[JsonValue, Pointer, str]] = [(root, "", "")]
    while pending:
        node, pointer, base = pending.pop()
        if isinstance(node, dict):
            base = _enter(node, pointer, base, found)
            pending += [(value, join(pointer, key), base) for key, value in reversed(node.items()) if isinstance(value, dict | list)]
        elif isinstance(node, list):
            pending += [(value, join(pointer, index), base) for index, value in enumerate(node) if isinstance(value, dict | list)]
    yield from found.items()


def _enter(node: dict[str, JsonValue], pointer: Pointer, base: str, found: dict[str, Pointer]) -> str:
    own = node.get("$id")
    if isinstance(own, str):
        base = urljoin(base, own)
        found.setdefault(base, pointer)
        found.setdefault(own, pointer)
    for keyword in ("$anchor", "$dynamicAnchor"):
        anchor = node.get(keyword)
        if isinstance(anchor, str):
            found.setdefault(f"#{anchor}", pointer)
            found.setdefault(f"{base}#{anchor}", pointer)
    return base
