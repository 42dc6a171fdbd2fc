"""How a stranger's text enters Go source: as a quoted literal or as plain words of a comment, never as code."""

from __future__ import annotations

import re
import unicodedata

_WIDTH = 110
_LONGEST = 1_500
_LIST_MARKER = re.compile(r"^([-*+•#]|[0-9]+[.)])")
_TAG_BREAKERS = re.compile(r"[^ -~]|`")


def quoted(text: str) -> str:
    """An interpreted Go string literal in pure ASCII; a lone surrogate becomes the three bytes that the runtime keeps it in."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_escaped(character) for character in text) + '"'


def tag(*pairs: tuple[str, str]) -> str:
    """A struct tag's literal, from keys and values."""
    content = " ".join(f"{key}:{quoted(value)}" for key, value in pairs)
    return quoted(content) if _TAG_BREAKERS.search(content) else f"`{content}`"


def comment(*paragraphs: str, indent: str = "") -> str:
    """A Go comment that gofmt leaves as it is: flowing paragraphs, each line ``// ``, none that starts like a list or a heading."""
    lines: list[str] = []
    for paragraph in paragraphs:
        if not (words := plain(paragraph).split()):
            continue
        if lines:
            lines.append(f"{indent}//")
        lines += [f"{indent}// {line}" for line in _wrapped(words)]
    return "".join(f"{line}\n" for line in lines)


def sentences(*texts: str) -> str:
    """Texts one after the other, each once; one that does not end like a sentence gets a full stop where another follows."""
    said = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    return " ".join([*(text if text[-1] in ".!?:;,>" else f"{text}." for text in said[:-1]), *said[-1:]])


def plain(text: str) -> str:
    """One line of harmless characters: no controls, no formatting or direction marks, no comment ends."""
    # What is printable is neither control, format nor separator (Python's definition), so most texts need no second look.
    kept = text if text.isprintable() else "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    # gofmt rewrites doubled quotes of both kinds into typographic ones.
    kept = re.sub(r"''+", '"', re.sub(r"``+", "`", kept))
    kept = " ".join((re.sub(r"<br\s*/?>|</?p>", " ", kept, flags=re.IGNORECASE) if "<" in kept else kept).split())
    return kept if len(kept) <= _LONGEST else kept[:_LONGEST].rstrip() + " …"


def _wrapped(words: list[str]) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        # A line that starts like a list item would become one.
        if len(lines[-1]) + 1 + len(word) <= _WIDTH or _LIST_MARKER.match(word):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates' range in Unicode
        return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the end of the basic plane
