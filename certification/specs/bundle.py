"""A description in several files becomes one document: what its references lead to is put into it.

Only JSON and YAML files that a reference names by a relative path are read, from the description's own folder or below it, by the way
that the description itself came. Schemas of other files become components, which gives their types names; everything else stands under
a word of its own. What is not there stays a reference: the loader refuses it and says where it stands. What could not be read just now ends
the reading: operations must not come and go with the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from certification.errors import FetchError, NotThereError
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.parse import parse
from sdkgen.api.pointer import find, from_fragment, join, split
from sdkgen.errors import DescriptionError

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

FILES = "x-files"
"""The word at the top of a bundle that holds parts of other files, by their paths."""

MOST_FILES = 2000
_ENDINGS = (".json", ".yaml", ".yml")
"""What else lies in a person's folder is none of a description's business."""

_REFERENCE = re.compile(rb"""\$ref["']?\s*:\s*["']?[^\s"'#]""")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\")
_SCHEMA = frozenset(("schema", "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "payload"))
_SCHEMAS = frozenset(("properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "schemas"))
_LISTS_OF_SCHEMAS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_DATA = frozenset(("examples", "default", "enum", "const"))

Read = Callable[[str], bytes]
"""Gives the bytes of a file by its path relative to the description, ``/`` between names; raises ``NotThereError`` where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A description that needs no other file."""

    content: bytes
    files: tuple[str, ...]
    """Paths of the other files that are in it, in the order in which they were met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A place in one of the other files."""

    file: str
    pointer: str


def bundle(content: bytes, *, source: str, read: Read) -> Bundle:
    """Put the files that a description refers to into it.

    A description that refers to no other file keeps its bytes. A bundle is JSON, a value to a line, so that findings have lines.

    Args:
        content: the description.
        source: what messages call it.
        read: how its neighbours are read.

    Raises:
        FetchError: there are more than ``MOST_FILES`` of them, or one is there and could not be read.
    """
    if _REFERENCE.search(content) is None:
        return Bundle(content=content, files=())
    try:
        root = parse(content, source=source).root
    except DescriptionError:
        return Bundle(content=content, files=())  # whoever reads it says better what is wrong with it
    gathering = _Gathering(root, source, read)
    whole = gathering.whole()
    if not gathering.files:
        return Bundle(content=content, files=())
    return Bundle(content=f"{_lines(whole, '')}\n".encode(), files=gathering.files)


class _Gathering:
    """One bundle in the making."""

    def __init__(self, root: dict[str, JsonValue], source: str, read: Read) -> None:
        self._root = root
        self._source = source
        self._read = read
        self._loaded: dict[str, dict[str, JsonValue] | None] = {}
        self._schemas_at = ("definitions",) if "swagger" in root else ("components", "schemas")
        self._names: dict[_Part, str] = {}
        """Schemas that became components, and what they are called there."""
        self._waiting: list[_Part] = []
        self._parts: dict[_Part, JsonValue] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read."""
        return tuple(path for path, content in self._loaded.items() if content is not None)

    def whole(self) -> dict[str, JsonValue]:
        """The description with all that it leads to."""
        own = self._own_schemas()
        for name, schema in own.items():
            reference = schema.get("$ref") if isinstance(schema, dict) else None
            part = self._part(reference, None) if isinstance(reference, str) else None
            if part is not None and part not in self._names:
                self._names[part] = name
        whole = {word: self._rewritten(value, None, word) for word, value in self._root.items()}
        while self._waiting:
            part = self._waiting.pop(0)
            self._parts[part] = self._rewritten(self._value(part), part.file, "schema" if part in self._names else "")
        holder = whole
        for word in self._schemas_at:
            inner = holder.setdefault(word, {})
            if not isinstance(inner, dict):
                return whole  # no room for components in what is no object: the loader says so
            holder = inner
        holder.update({name: self._parts[part] for part, name in self._names.items() if part in self._parts})
        others: dict[str, JsonValue] = {}
        for part, value in self._parts.items():
            if part not in self._names:
                others[f"{part.file}#{part.pointer}"] = value
        return {**whole, FILES: others} if others else whole

    def _own_schemas(self) -> dict[str, JsonValue]:
        value: JsonValue = self._root
        for word in self._schemas_at:
            value = value.get(word) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def _rewritten(self, value: JsonValue, file: str | None, around: str) -> JsonValue:
        """The value with its references led into the bundle.

        Args:
            value: what stands there.
            file: which file it stands in, ``None`` for the description itself.
            around: the word that it stands under; ``schema`` under any word that holds one.
        """
        if isinstance(value, list):
            inner = "schema" if around in _LISTS_OF_SCHEMAS else around
            return [self._rewritten(entry, file, inner) for entry in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        changed = {word: self._beneath(word, entry, file, around) for word, entry in value.items()}
        if isinstance(reference, str):
            part = self._part(reference, file)
            changed["$ref"] = reference if part is None else self._led(part, schema=around in _SCHEMA)
        return changed

    def _beneath(self, word: str, value: JsonValue, file: str | None, around: str) -> JsonValue:
        if around in _SCHEMAS:
            return self._rewritten(value, file, "schema")  # a name, whatever it says
        if word == "example" or (word in _DATA and around in _SCHEMA):
            return value  # data: a reference in it is a text like any other
        return self._rewritten(value, file, word)

    def _part(self, reference: str, file: str | None) -> _Part | None:
        """What a reference names in another file; ``None`` where it names none that can be read."""
        name, _, fragment = reference.partition("#")
        path = _path(name, file) if name else file
        if path is None or self._load(path) is None:
            return None
        part = _Part(file=path, pointer=from_fragment(fragment))
        with suppress(KeyError):
            self._value(part)
            return part
        return None

    def _value(self, part: _Part) -> JsonValue:
        return find(self._loaded[part.file], part.pointer)

    def _led(self, part: _Part, *, schema: bool) -> str:
        if schema and part not in self._names:
            self._names[part] = self._free_name(part)
        if part not in self._parts and part not in self._waiting:
            self._waiting.append(part)
        place = join("", *self._schemas_at, self._names[part]) if part in self._names else join("", FILES, f"{part.file}#{part.pointer}")
        return f"#{quote(place, safe='/~!$&()*+,;=:@-._')}"

    def _free_name(self, part: _Part) -> str:
        """A component's name: the last of the pointer's words, else the file's name without its ending; with folders where it is taken."""
        tokens = split(part.pointer)
        path = PurePosixPath(part.file)
        name = tokens[-1] if tokens else path.name.partition(".")[0]
        taken = {*self._own_schemas(), *self._names.values()}
        for word in reversed((*path.parent.parts, *((path.name.partition(".")[0],) if tokens else ()))):
            if name not in taken:
                break
            name = f"{word}_{name}"
        count = 2
        free = name
        while free in taken:
            free, count = f"{name}_{count}", count + 1
        return free

    def _load(self, path: str) -> dict[str, JsonValue] | None:
        if path in self._loaded:
            return self._loaded[path]
        if len(self._loaded) >= MOST_FILES:
            raise FetchError(f"{self._source}: refers to more than {MOST_FILES:,} other files; bundle it, and give the bundle")
        self._loaded[path] = None
        with suppress(NotThereError, DescriptionError):
            self._loaded[path] = parse(self._read(path), source=path).root
        return self._loaded[path]


def _path(name: str, file: str | None) -> str | None:
    """A file's path relative to the description, or nothing where the name leaves the description's folder."""
    if _ELSEWHERE.match(name):
        return None
    parts = list(PurePosixPath(file or "").parent.parts)
    for part in PurePosixPath(unquote(name)).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    path = "/".join(parts)
    return path if path.endswith(_ENDINGS) and "\0" not in path and "\\" not in path else None


def _lines(value: JsonValue, indent: str) -> str:
    deeper = f"{indent} "
    if isinstance(value, dict) and value:
        entries = (f"{deeper}{dumps_exact(word)}: {_lines(entry, deeper)}" for word, entry in value.items())
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"{deeper}{_lines(entry, deeper)}" for entry in value) + f"\n{indent}]"
    return dumps_exact(value)
