"""Text from a description made harmless inside Python source: as a literal, as a docstring, as TOML and as Markdown."""

from __future__ import annotations

import json
import re

_LONGEST_DOCSTRING = 300


def literal(text: str) -> str:
    """A Python string literal in ASCII: whatever stands in it, it stays text."""
    written = ascii(text)
    return f'"{written[1:-1]}"' if not set(text) & set("\"'\\") and written[1:-1].isascii() else written


def one_line(text: str, longest: int = _LONGEST_DOCSTRING) -> str:
    """The text on one line without anything that shows as something else: controls, bidirectional marks, zero-width characters."""
    shown = re.sub(r"<[^<>]{0,200}>", " ", text) if "<" in text else text
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else " " for each in shown)
    line = " ".join(shown.split())
    if len(line) <= longest:
        return line
    return line[:longest].rpartition(" ")[0] + " …"


def docstring(text: str, longest: int = _LONGEST_DOCSTRING) -> str:
    """A docstring of one line, quotes included; empty where nothing is left of the text."""
    line = one_line(text, longest)
    if not line:
        return ""
    escaped = line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""'


def toml(text: str) -> str:
    """A TOML basic string on one line: written as JSON, for TOML shares JSON's escapes, but has no surrogate pairs."""
    return json.dumps(one_line(text), ensure_ascii=False)


def markdown(text: str) -> str:
    """Plain text in Markdown: nothing in it becomes a link, an image, a heading or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>()#|~&])", r"\\\1", one_line(text))


def wrapped(source: str, indent: str = "", width: int = 100) -> list[str]:
    """A call in several lines, an argument to a line, wherever it is wider than ``width``; inner calls likewise."""
    opened = source.find("(")
    if len(indent) + len(source) <= width or opened < 0 or not source.endswith(")"):
        return [f"{indent}{source}"]
    lines = [f"{indent}{source[: opened + 1]}"]
    for argument in _arguments(source[opened + 1 : -1]):
        lines += wrapped(argument, f"{indent}    ", width)
        lines[-1] += ","
    return [*lines, f"{indent})"]


def _arguments(source: str) -> list[str]:
    """What stands between the commas of a call, those in inner brackets and strings aside."""
    parts, depth, quote, began = [], 0, "", 0
    skip = False
    for index, character in enumerate(source):
        if skip:
            skip = False
        elif quote:
            skip = character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(source[began:index].strip())
            began = index + 1
    return [*parts, source[began:].strip()]
