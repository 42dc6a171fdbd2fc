"""JSON pointers (RFC 6901): how a place in a description is named."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


def join(pointer: Pointer, *tokens: str | int) -> Pointer:
    """The pointer to a place below another."""
    for token in tokens:
        text = str(token)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer


def split(pointer: Pointer) -> tuple[str, ...]:
    """The keys and indices that a pointer is made of, unescaped."""
    tokens = pointer.split("/")[1:]
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens) if "~" in pointer else tuple(tokens)


def from_fragment(fragment: str) -> Pointer:
    """The pointer in a URI fragment such as ``/paths/~1orders%2Fopen``."""
    return unquote(fragment)


def find(root: JsonValue, pointer: Pointer) -> JsonValue:
    """The value at a place.

    Raises:
        KeyError: there is no such place.
    """
    node = root
    for token in split(pointer):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isascii() and token.isdigit() and int(token) < len(node):
            node = node[int(token)]
        else:
            raise KeyError(pointer)
    return node
