"""Repairs as data: what a repair changes in a description, made here and written as the overlay lines that would make it there."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.json_text import JsonValue, dumps_exact
from sdkgen.api.pointer import join, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Pointer

_LONGEST_MEND = 2000
"""A mend with more text than this says only where; nobody copies more by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A value that must stand at a place, whatever stood there."""

    pointer: Pointer
    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A place that must go."""

    pointer: Pointer


Change = Put | Drop

Node = dict[str, JsonValue]


Owned = dict[int, "JsonValue"]
"""Collections that may be changed in place, by ``id()``; held, so that no other one can get the same."""


def changed(root: Node, changes: Iterable[Change], owned: Owned | None = None) -> Node:
    """A document with changes made in order. What they don't touch is shared with the given one, which stays as it is.

    Args:
        root: the document.
        changes: what to change.
        owned: collections that were copied for earlier changes, and are changed in place; those copied now join them. So many changes of
            a large collection cost one copy of it.
    """
    fresh: Owned = {} if owned is None else owned
    result = _copied(root, fresh)
    assert isinstance(result, dict)  # noqa: S101 - a copy of an object is one
    for change in changes:
        _make(result, change, fresh)
    return result


def _copied(value: JsonValue, fresh: Owned) -> JsonValue:
    """A copy of one level; a level that was copied before is changed in place."""
    if id(value) in fresh or not isinstance(value, dict | list):
        return value
    copy: JsonValue = dict(value) if isinstance(value, dict) else list(value)
    fresh[id(copy)] = copy
    return copy


def _make(root: Node, change: Change, fresh: Owned) -> None:
    *around, last = split(change.pointer)
    node: JsonValue = root
    for token in around:
        node = _into(node, token, fresh)
    if isinstance(node, list) and last.isdecimal() and int(last) < len(node):
        if isinstance(change, Put):
            node[int(last)] = change.value
        else:
            del node[int(last)]
    elif isinstance(node, dict) and isinstance(change, Put):
        node[last] = change.value
    elif isinstance(node, dict):
        node.pop(last, None)


def _into(node: JsonValue, token: str, fresh: Owned) -> JsonValue:
    if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
        node[int(token)] = _copied(node[int(token)], fresh)
        return node[int(token)]
    if isinstance(node, dict):
        node[token] = _copied(node.get(token, {}), fresh)
        return node[token]
    return None


def overlay_lines(root: Node, changes: Iterable[Change]) -> str | None:
    """The actions of an OpenAPI Overlay that make the same changes, one per line, in YAML; ``None`` where they are too long to copy.

    An overlay merges objects, joins lists and can't change a single value but by an update of the object around it; so a list's item
    is changed by writing the list anew.
    """
    lines: list[str] = []
    several = tuple(changes)
    for number, change in enumerate(several, 1):
        lines += [f"- {_printable(dumps_exact(action))}" for action in _actions(root, change)]
        root = changed(root, (change,)) if number < len(several) else root
    text = "\n".join(lines)
    return text if lines and len(text) <= _LONGEST_MEND else None


def _printable(text: str) -> str:
    """JSON text, as YAML, without a character that could command a terminal or turn the reading direction: those are escaped."""
    return text if text.isascii() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = 0xFFFD if character in _SURROGATES else ord(character)
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"


_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))
_LAST_OF_FOUR_DIGITS = 0xFFFF
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def _actions(root: Node, change: Change) -> list[Node]:
    tokens = split(change.pointer)
    nodes = _nodes(root, tokens)
    if isinstance(nodes[-1], list):
        return _list_anew(root, change, tokens[: len(nodes) - 1])
    if isinstance(change, Drop):
        return [{"target": _path(root, tokens), "remove": True}]
    held = len(nodes) - 1
    value: JsonValue = change.value
    for token in reversed(tokens[held + 1 :]):
        value = {token: value}
    around = nodes[-1]
    old = around.get(tokens[held]) if isinstance(around, dict) else None
    update: Node = {"target": _path(root, tokens[:held]), "update": {tokens[held]: value}}
    if isinstance(old, dict | list) or (isinstance(value, dict | list) and isinstance(around, dict) and tokens[held] in around):
        return [{"target": _path(root, tokens[: held + 1]), "remove": True}, update]
    return [update]


def _nodes(root: Node, tokens: tuple[str, ...]) -> list[JsonValue]:
    """The collections on the way to a place, from the root to the last that exists and holds (or would hold) the next token."""
    nodes: list[JsonValue] = [root]
    for token in tokens[:-1]:
        inner = _inside(nodes[-1], token)
        if not isinstance(inner, dict | list):
            break
        nodes.append(inner)
    return nodes


def _inside(node: JsonValue, token: str) -> JsonValue:
    """What a key or index leads to; ``None`` where it leads nowhere."""
    if isinstance(node, dict):
        return node.get(token)
    if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
        return node[int(token)]
    return None


def _list_anew(root: Node, change: Change, tokens: tuple[str, ...]) -> list[Node]:
    after: JsonValue = changed(root, (change,))
    for token in tokens:
        after = _inside(after, token)
    return _actions(root, Put(pointer=join("", *tokens), value=after))


def _path(root: Node, tokens: tuple[str, ...]) -> str:
    """The normalized JSONPath (RFC 9535) of a place."""
    node: JsonValue = root
    path = "$"
    for token in tokens:
        path += f"[{token}]" if isinstance(node, list) else f"[{_name(token)}]"
        node = _inside(node, token)
    return path


def _name(token: str) -> str:
    escaped = "".join(_ESCAPES.get(character) or _escaped(character) for character in token)
    return f"'{escaped}'"


_ESCAPES = {"'": "\\'", "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(character: str) -> str:
    return character if character >= " " else f"\\u{ord(character):04x}"
