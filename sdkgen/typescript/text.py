"""Text from a description as harmless TypeScript and Markdown: literals that can't end early, comments that stay comments."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST = 300
_SEVERAL = 2
_UNESCAPED_IN_PATHS = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~&])")


def literal(text: str) -> str:
    """A string literal: every character beyond printable ASCII is an escape, so nothing can end it or hide in it."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def one_line(text: str, longest: int = _LONGEST) -> str:
    """The first paragraph of a text as one line of visible characters, shortened at a word where it is long."""
    paragraph = re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0]
    # What is printable is neither control, format nor separator (Python's definition), so most texts need no second look.
    seen = paragraph if paragraph.isprintable() else "".join(" " if unicodedata.category(each) in _UNSEEN else each for each in paragraph)
    line = re.sub(r"\s+", " ", re.sub(r"<[^<>]{0,200}>", " ", seen) if "<" in seen else seen).strip()
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def comment(text: str) -> str:
    """A text as it may stand inside ``/** … */``: it can neither end the comment nor begin a tag of the compiler's."""
    line = one_line(text).replace("*/", "*\\/").replace("/*", "/\\*").replace("{@", "{\\@")
    line = re.sub(r"sourceMappingURL|sourceURL", "source map", line)
    return re.sub(r"(^|\s)@", r"\1\\@", line)


def documentation(*paragraphs: str, deprecated: bool = False, indent: str = "") -> tuple[str, ...]:
    """The lines of a TSDoc comment; none where there is nothing to say."""
    said = list(dict.fromkeys(text for text in map(comment, paragraphs) if text))
    blocks = [*said, *(["@deprecated"] if deprecated else [])]
    if len(blocks) < _SEVERAL:
        return tuple(f"{indent}/** {block} */" for block in blocks)
    lines = f"\n{indent} *\n".join(f"{indent} * {block}" for block in blocks).split("\n")
    return (f"{indent}/**", *lines, f"{indent} */")


def markdown(text: str, longest: int = _LONGEST) -> str:
    """A text as plain words in Markdown: no markup, no HTML, no link."""
    return _MARKDOWN.sub(r"\\\1", one_line(text, longest)).replace("://", ":\u2060//")


def path_template(path: str) -> str:
    """A path template whose fixed parts are percent-encoded where a URL needs it; the names in braces stay as they are."""
    pieces = re.split(r"(\{[^{}]*\})", path)
    return "".join(piece if piece.startswith("{") and piece.endswith("}") else _fixed(piece) for piece in pieces)


def _fixed(piece: str) -> str:
    return "".join(
        each
        if each == "/" or _UNESCAPED_IN_PATHS.fullmatch(each)
        else "".join(f"%{byte:02X}" for byte in each.encode("utf-8", "surrogatepass"))
        for each in piece
    )


def json_value(text: str) -> Any:
    """A ``JsonText`` with exact numbers: ``int`` where it is written as one, else ``Decimal``."""
    return json.loads(text, parse_float=Decimal)


def bigint_literal(value: int | Decimal) -> str:
    """A whole number as a TypeScript ``bigint`` literal."""
    return f"{int(value)}n"
