"""Repairs of a description's text, where a parser stumbles over what a person reads without noticing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_TRIES = 60
"""A text with more slips than this is no YAML that somebody wrote by hand and forgot some quotes in."""

_ENTRY = re.compile(r"(?P<indent>\s*(?:-\s+)*)(?P<key>\"[^\"]*\"|'[^']*'|[^\s\"'#\-\[\]{}][^:#]*?)?(?P<colon>:\s+)?(?P<value>\S.*)")
_TAB = re.compile(r"^[ ]*\t[ \t]*", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*|/\*.*?\*/)*[}\]])', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip in the text that was read over. No overlay can mend it: an overlay changes what a text says, not how."""

    rule: str
    message: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a parser stumbled."""

    line: int | None


def mended_yaml(text: str, fault_of: Callable[[str], Fault | None]) -> tuple[str, tuple[Slip, ...]] | None:
    """A text without the slips that keep it from being YAML; ``None`` where they can't all be mended.

    Args:
        text: what is no YAML.
        fault_of: tells where a text stops to be YAML; ``None`` where all of it is.
    """
    text, slips = _whole(text)
    fault = fault_of(text)
    for _ in range(_MOST_TRIES):
        if fault is None:
            return text, tuple(slips)
        better = next(((new, at) for new, at in _quoted(text, fault) if _further(fault_of(new), fault)), None)
        if better is None:
            return None
        text, line = better
        slips.append(
            Slip(rule="unquoted-text", message="a text with signs that YAML reads as its own needs quotes; it is read as text", line=line)
        )
        fault = fault_of(text)
    return None


def _whole(text: str) -> tuple[str, list[Slip]]:
    """What is mended everywhere at once: control characters, and tabs that indent."""
    slips = []
    if match := _CONTROL.search(text):
        message = "characters that no text may have are left out"
        slips.append(Slip(rule="control-character", message=message, line=text.count("\n", 0, match.start()) + 1))
        text = _CONTROL.sub("", text)
    if match := _TAB.search(text):
        message = "YAML must not be indented with tabs; each is read as two spaces"
        slips.append(Slip(rule="tab-in-indentation", message=message, line=text.count("\n", 0, match.start()) + 1))
        text = _TAB.sub(lambda tabs: tabs.group().replace("\t", "  "), text)
    return text, slips


def _further(now: Fault | None, before: Fault) -> bool:
    return now is None or (now.line or 0) > (before.line or 0)


def _quoted(text: str, fault: Fault) -> Iterator[tuple[str, int]]:
    """The text with quotes around what may lack them, the likeliest first, and the line that they begin on."""
    lines = text.split("\n")
    last = (fault.line or 0) - 1
    if not 0 <= last < len(lines):
        return
    for first in range(last, max(-1, last - 4), -1):
        for end in {last, first}:
            entry = _entry(lines, first, end)
            if entry is not None:
                yield "\n".join((*lines[:first], entry, *[""] * (end - first), *lines[end + 1 :])), first + 1


def _entry(lines: list[str], first: int, end: int) -> str | None:
    """One entry's value as quoted text, lines below it that belong to it included; ``None`` where the line begins no such entry."""
    match = _ENTRY.fullmatch(lines[first].rstrip("\r"))
    if match is None or match["value"][0] in "|>#":
        return None
    key, colon = (match["key"], match["colon"]) if match["colon"] else (None, None)
    value = match["value"] if colon else (match["key"] or "") + match["value"]
    if not colon and not match["indent"].rstrip().endswith("-"):
        return None
    more = [line.strip() for line in lines[first + 1 : end + 1]]
    if any(len(line) - len(line.lstrip()) <= len(match["indent"]) for line in lines[first + 1 : end + 1]):
        return None
    quoted = json.dumps(" ".join((value.strip(), *more)).strip(), ensure_ascii=False)
    return f"{match['indent']}{key}{colon}{quoted}" if colon else f"{match['indent']}{quoted}"


def mended_json(text: str) -> tuple[str, tuple[Slip, ...]]:
    """A JSON text without comments and commas too many; both are told once, with the first one's line."""
    first: dict[str, int] = {}

    def without(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith('"'):
            return found
        kind = "trailing-comma" if found == "," else "comment-in-json"
        first.setdefault(kind, text.count("\n", 0, match.start()) + 1)
        return "\n" * found.count("\n")

    mended = _JSON_TOKEN.sub(without, text)
    messages = {"trailing-comma": "commas stand where nothing follows", "comment-in-json": "comments stand in JSON, which has none"}
    return mended, tuple(Slip(rule=kind, message=f"{messages[kind]}; they are left out", line=line) for kind, line in first.items())
