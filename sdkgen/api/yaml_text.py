"""YAML read exactly: 1.2 core scalars, no binary floats, no bombs, line numbers kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from sdkgen.api.json_text import MAX_DEPTH, decimal_number, joined, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue

MAX_NODES = 5_000_000
"""How many values a description may hold once its aliases are written out. The largest real one known holds 350,000."""

_INT = re.compile(r"[-+]?[0-9]+")
_LONGEST_PREFIXED = 18
"""A longer ``0x…`` is no number but an address or a hash of a chain, whose digits must stay as they are."""

_OCTAL = re.compile(r"0o[0-7]{1,4000}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,4000}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("+-.0123456789")
_TEXT_TAGS = frozenset(("tag:yaml.org,2002:str", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:timestamp", "!"))
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlTextError(ValueError):
    """The text is no YAML, or it asks for more than a description may."""

    def __init__(self, what: str, line: int | None, *, slip: bool = False) -> None:
        """Keep the line, from 1, and whether some quotes or spaces might mend it."""
        super().__init__(what)
        self.line = line
        self.slip = slip


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """What a YAML text holds."""

    value: JsonValue
    lines: dict[int, dict[str, int] | list[int]]
    """Lines (from 1) of the entries of each mapping and sequence, by ``id()``; valid as long as ``value`` lives."""
    duplicates: tuple[tuple[str, int], ...]
    """Keys that a mapping names twice, with the line of the second."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """A collection whose end has not come yet."""

    value: dict[str, JsonValue] | list[JsonValue]
    lines: dict[str, int] | list[int]
    anchor: str | None
    size: int = 1
    key: str = ""
    wants_key: bool
    """Whether it is a mapping whose next value is a key."""
    merge: bool = False
    merged: list[JsonValue] = field(default_factory=list)


def scalar(text: str) -> JsonValue:
    """A plain scalar's value by YAML 1.2's core schema, with three exceptions.

    ``.nan`` and ``.inf`` stay text, because JSON has no such numbers; so do whole numbers that begin with a zero, because they are ids
    or codes, and long hexadecimal ones.
    """
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBER_START else text


def _number(text: str) -> JsonValue:
    if _INT.fullmatch(text):
        return whole_number(text) if text.lstrip("+-")[:1] != "0" or len(text.lstrip("+-")) == 1 else text
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return int(text, 0) if len(text) <= _LONGEST_PREFIXED else text
    return decimal_number(text) if _FLOAT.fullmatch(text) else text


def loads_yaml(text: str) -> YamlText:
    """Read one YAML document.

    Raises:
        YamlTextError: it is no YAML, has several documents, nests too deep, or grows too large once its aliases are written out.
    """
    builder = _Builder()
    try:
        parser = _LOADER(text)
        try:
            while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
                builder.take(event)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlTextError(f"it is no YAML: {error.problem or error.context}", mark.line + 1 if mark else None, slip=True) from error
    except yaml.YAMLError as error:
        raise YamlTextError(f"it is no YAML: {' '.join(str(error).split())}", None, slip=True) from error
    return YamlText(value=builder.root, lines=builder.lines, duplicates=tuple(builder.duplicates))


class _Builder:
    """Folds the parser's events into a value. No recursion, so no nesting can exhaust the stack."""

    def __init__(self) -> None:
        self.root: JsonValue = None
        self.lines: dict[int, dict[str, int] | list[int]] = {}
        self.duplicates: list[tuple[str, int]] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[JsonValue, int]] = {}
        self._nodes = 0
        self._documents = 0
        self._beyond = False

    def take(self, event: yaml.Event) -> None:
        """Read one event."""
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if self._beyond:
            self._nothing_more(event, line)
            return
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(line)
            case yaml.MappingStartEvent():
                self._open(_Open(value={}, lines={}, anchor=event.anchor, wants_key=True), line)
            case yaml.SequenceStartEvent():
                self._open(_Open(value=[], lines=[], anchor=event.anchor, wants_key=False), line)
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)
            case yaml.DocumentStartEvent():
                self._documents += 1
                self._beyond = self._documents > 1
            case _:
                pass

    @staticmethod
    def _nothing_more(event: yaml.Event, line: int) -> None:
        """A second document is an error unless there is nothing in it: some texts end with ``---``."""
        if isinstance(event, yaml.NodeEvent) and not (isinstance(event, yaml.ScalarEvent) and not event.value):
            raise YamlTextError("it holds more than one YAML document", line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        text: str = event.value
        if self._stack and self._stack[-1].wants_key:
            if event.anchor is not None:
                self._anchors[event.anchor] = (text, 1)
            self._key(text, merge=text == "<<" and event.implicit[0], line=line)
            return
        value: JsonValue = text
        if event.tag not in _TEXT_TAGS and (event.implicit[0] or (event.tag is not None and not event.implicit[1])):
            try:
                value = scalar(text)
            except ValueError as error:
                raise YamlTextError(str(error), line) from error
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, 1, line)

    def _key(self, text: str, *, merge: bool, line: int) -> None:
        frame = self._stack[-1]
        frame.key, frame.wants_key, frame.merge = text, False, merge
        if not merge and isinstance(frame.lines, dict):
            if text in frame.lines:
                self.duplicates.append((text, line))
            frame.lines[text] = line

    def _open(self, frame: _Open, line: int) -> None:
        if self._stack and self._stack[-1].wants_key:
            raise YamlTextError("a mapping's key must be a single value", line, slip=True)
        if len(self._stack) >= MAX_DEPTH:
            raise YamlTextError(f"it nests deeper than {MAX_DEPTH} levels", line)
        if frame.anchor is not None:
            self._anchors.pop(frame.anchor, None)
        self._stack.append(frame)

    def _close(self, line: int) -> None:
        frame = self._stack.pop()
        if frame.merged and isinstance(frame.value, dict):
            for key, value in _merged_entries(frame.merged):
                frame.value.setdefault(key, value)
        self.lines[id(frame.value)] = frame.lines
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.value, frame.size)
        self._add(frame.value, frame.size, line)

    def _alias(self, anchor: str, line: int) -> None:
        if any(frame.anchor == anchor for frame in self._stack):
            raise YamlTextError("an alias stands inside its own anchor", line)
        if anchor not in self._anchors:
            raise YamlTextError("an alias has no anchor", line, slip=True)
        value, size = self._anchors[anchor]
        if self._stack and self._stack[-1].wants_key:
            if not isinstance(value, str):
                raise YamlTextError("a mapping's key must be a single value", line, slip=True)
            self._key(value, merge=False, line=line)
            return
        self._add(value, size, line)

    def _add(self, value: JsonValue, size: int, line: int) -> None:
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.size += size
        if frame.size > MAX_NODES:
            raise YamlTextError(f"its aliases grow to more than {MAX_NODES:,} values", line)
        if isinstance(frame.value, dict):
            if frame.merge:
                frame.merged.append(value)
            else:
                frame.value[frame.key] = joined(value, frame.value[frame.key]) if frame.key in frame.value else value
            frame.wants_key = True
        elif isinstance(frame.lines, list):
            frame.value.append(value)
            frame.lines.append(line)


def _merged_entries(sources: list[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    for source in sources:
        match source:
            case dict():
                yield from source.items()
            case list():
                yield from _merged_entries(source)
            case _:
                pass
