"""Bytes of a description to one document: JSON or YAML, exact numbers, with the lines of its parts."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonTextError, loads_exact
from sdkgen.api.pointer import join, split
from sdkgen.api.repair.text import Fault, Slip, mended_json, mended_yaml
from sdkgen.errors import DescriptionError

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

MAX_BYTES = 50 * 1024 * 1024
"""The largest description that is read: thirty times the largest known."""

_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<body|<script)", re.IGNORECASE)
_OPENS_JSON = re.compile(r"\s*\{(?:\s|//[^\n]*|/\*.*?\*/)*[\"}]", re.DOTALL)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\],:]|\n|[-+.0-9A-Za-z]+', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A description as a value."""

    root: dict[str, JsonValue]
    text: str
    yaml_lines: dict[int, dict[str, int] | list[int]] | None
    """Lines by ``id()`` of the collections in ``original``; ``None`` where the text is JSON."""
    original: dict[str, JsonValue]
    """The value as it was parsed, before any overlay."""
    slips: tuple[Slip, ...] = ()
    """What was read over in the text itself, and keys that stand twice in one object."""


def parse(data: bytes, *, source: str) -> Document:
    """Read a description's bytes.

    Raises:
        DescriptionError: too large, not UTF-8, HTML, neither JSON nor YAML, too deep, a YAML bomb, or no object at the top.
    """
    if len(data) > MAX_BYTES:
        raise DescriptionError(
            f"the description has {len(data):,} bytes, more than the {MAX_BYTES:,} that are read",
            where=source,
            advice="split it or point at the right file",
        )
    text, slips = _text(data, source)
    if _HTML.match(text):
        raise DescriptionError(
            "this is an HTML page, not an API description", where=source, advice="give the address of the raw JSON or YAML file"
        )
    document = _parse_json(text, source) if _is_json(text) else _parse_yaml(text, source)
    return replace(document, slips=(*slips, *document.slips)) if slips else document


def _text(data: bytes, source: str) -> tuple[str, tuple[Slip, ...]]:
    """The text that the bytes are.

    Raises:
        DescriptionError: they are none.
    """
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), (Slip(rule="not-utf-8", message="the text is UTF-16; it must be UTF-8", line=None),)
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if b"\0" not in data:
            with suppress(UnicodeDecodeError):
                slip = Slip(rule="not-utf-8", message="the text is not UTF-8; it is read as Windows-1252", line=None)
                return data.decode("cp1252"), (slip,)
        raise DescriptionError("the description is not UTF-8 text", where=source, advice="save it as UTF-8") from error


def _is_json(text: str) -> bool:
    # A YAML document may open with a brace too; JSON's second token is a quoted key or the closing brace.
    return _OPENS_JSON.match(text) is not None


def _parse_json(text: str, source: str) -> Document:
    duplicates: list[str] = []
    slips: tuple[Slip, ...] = ()
    try:
        root = loads_exact(text, on_duplicate=duplicates.append)
    except JsonTextError as error:
        duplicates.clear()
        mended, slips = mended_json(text)
        try:
            root = loads_exact(mended, on_duplicate=duplicates.append, strict=False)
        except JsonTextError:
            raise DescriptionError(f"the description is no JSON: {error}", where=source, advice="mend it there") from error
        text = mended
        slips = slips or (Slip(rule="control-character", message="line breaks or tabs stand in texts of JSON unescaped", line=None),)
    return _document(root, text=text, lines=None, slips=(*slips, *(_duplicate(key, None) for key in duplicates)), source=source)


def _duplicate(key: str, line: int | None) -> Slip:
    message = f"the key {quoted(key)} stands twice in one object; objects of different keys both count, else the last does"
    return Slip(rule="duplicate-key", message=message, line=line)


def _parse_yaml(text: str, source: str) -> Document:
    # Imported late: a JSON description needs no YAML parser, and `certify` must start fast.
    from sdkgen.api.yaml_text import YamlTextError, loads_yaml  # noqa: PLC0415

    def fault_of(candidate: str) -> Fault | None:
        try:
            loads_yaml(candidate)
        except YamlTextError as error:
            return Fault(line=error.line)
        return None

    slips: tuple[Slip, ...] = ()
    try:
        loaded = loads_yaml(text)
    except YamlTextError as error:
        mended = mended_yaml(text, fault_of) if error.slip else None
        if mended is None:
            where = f"{source}, line {error.line}" if error.line else source
            raise DescriptionError(f"the description can't be read: {error}", where=where, advice="mend it there") from error
        text, slips = mended
        loaded = loads_yaml(text)
    twice = (_duplicate(key, line) for key, line in loaded.duplicates)
    return _document(loaded.value, text=text, lines=loaded.lines, slips=(*slips, *twice), source=source)


def _document(
    root: JsonValue,
    *,
    text: str,
    lines: dict[int, dict[str, int] | list[int]] | None,
    slips: tuple[Slip, ...],
    source: str,
) -> Document:
    if not isinstance(root, dict):
        raise DescriptionError(
            "the description is no object at its top", where=source, advice="give an OpenAPI, Swagger or AsyncAPI document in JSON or YAML"
        )
    return Document(root=root, text=text, yaml_lines=lines, original=root, slips=slips)


class Lines:
    """Finds the line that a pointer's key stands on. JSON is scanned once, when the first line is asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._json: dict[Pointer, int] | None = None

    def of(self, pointer: Pointer) -> int | None:
        """The line of the place, or of the nearest place around it that the source holds; ``None`` where there is none."""
        if self._document.yaml_lines is None:
            return self._in_json(pointer)
        return self._in_yaml(pointer, self._document.yaml_lines)

    def _in_yaml(self, pointer: Pointer, lines: dict[int, dict[str, int] | list[int]]) -> int | None:
        node: JsonValue = self._document.original
        found: int | None = 1
        for token in split(pointer):
            entries = lines.get(id(node))
            if isinstance(node, dict) and token in node:
                found = entries.get(token, found) if isinstance(entries, dict) else found
                node = node[token]
            elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
                found = entries[int(token)] if isinstance(entries, list) else found
                node = node[int(token)]
            else:
                break
        return found

    def _in_json(self, pointer: Pointer) -> int | None:
        if self._json is None:
            self._json = json_lines(self._document.text)
        while pointer and pointer not in self._json:
            pointer = pointer.rpartition("/")[0]
        return self._json.get(pointer, 1)


def json_lines(text: str) -> dict[Pointer, int]:
    """The line (from 1) of every place in a JSON text that is known to be well-formed."""
    lines: dict[Pointer, int] = {}
    stack: list[tuple[Pointer, int | None]] = []  # a collection's pointer, and the index of its present item where it is a list
    here, line, last = "", 1, ("", 1)
    for token in _TOKEN.finditer(text):
        sign = token.group()[0]
        if sign not in "}]:,\n" and stack and stack[-1][1] is not None:
            here = join(stack[-1][0], stack[-1][1])
            lines[here] = line
        match sign:
            case "\n":
                line += 1
            case "{" | "[":
                stack.append((here, 0 if sign == "[" else None))
            case "}" | "]":
                here = stack.pop()[0]
            case '"':
                last = (token.group(1), line)
            case ":":
                here = join(stack[-1][0], _unescape(last[0]))
                lines[here] = last[1]
            case ",":
                stack[-1] = _next(stack[-1])
            case _:
                pass  # a number or word
    return lines


def _next(collection: tuple[Pointer, int | None]) -> tuple[Pointer, int | None]:
    pointer, index = collection
    return pointer, None if index is None else index + 1


def _unescape(quoted: str) -> str:
    return str(loads_exact(f'"{quoted}"')) if "\\" in quoted else quoted
