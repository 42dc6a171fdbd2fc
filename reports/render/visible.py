"""Texts that strangers wrote, with every character that hides or reorders others made visible."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but neither tab nor line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidirectional
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"  # fillers, variation selectors, byte order mark, annotations
    "\U000e0000-\U000e0fff"  # tags and further variation selectors
    "\ud800-\udfff"  # halves of characters
    "]"
)
_LINE = re.compile("[\t\n]")


def visible(text: str) -> str:
    """The text with hidden characters as ``«U+202E»``. Tabs and line feeds stay."""
    return _HIDDEN.sub(lambda found: f"«U+{ord(found[0]):04X}»", text)


def visible_line(text: str) -> str:
    """As ``visible``, on one line."""
    return visible(_LINE.sub(" ", text))


def xml_text(text: str) -> str:
    """As ``visible``; besides, XML 1.0 has no place for U+FFFE and U+FFFF."""
    return visible(text).replace("\ufffe", "«U+FFFE»").replace("\uffff", "«U+FFFF»")
