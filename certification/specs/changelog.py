"""The changelog of an SDK: what a new version changes for programs, in Markdown, and which version that is."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from certification.model import Change, ChangeClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TITLES = {ChangeClass.BREAKING: "Breaking", ChangeClass.ADDITIVE: "Added and relaxed", ChangeClass.DOCUMENTATION: "Documentation"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
_MOST = 300
"""Lines of one section. A changelog is read by people; the rest is counted."""


def next_version(current: str, step: str) -> str:
    """The version for something new, as large a step as its change asks for (``major``, ``minor``, else the smallest).

    Before 1.0.0 a breaking change raises the minor number (Semantic Versioning 2.0.0, item 4).
    """
    major, minor, patch = (int(part) for part in current.split("."))
    if step == "major" and major > 0:
        return f"{major + 1}.0.0"
    if step == "major" or (step == "minor" and major > 0):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def changelog(changes: Iterable[Change], *, version: str, date: str = "") -> str:
    """One version's entry, a section per class of change, the worst first, what concerns one operation together.

    Args:
        changes: the semantic difference to the version before.
        version: the new one.
        date: of the release, ``YYYY-MM-DD``; empty where it is not known.
    """
    known = tuple(changes)
    lines = [f"## {version}" + (f" - {date}" if date else ""), ""]
    for change_class, title in _TITLES.items():
        own = [change for change in known if change.change_class is change_class]
        if own:
            lines += [f"### {title}", "", *_section(own), ""]
    if not known:
        lines += ["Nothing changed for programs.", ""]
    return "\n".join(lines)


def _section(changes: list[Change]) -> Iterator[str]:
    ordered = sorted(changes[:_MOST], key=lambda change: (change.operation is not None, change.operation or ""))
    for operation, group in groupby(ordered, key=lambda change: change.operation):
        texts = [_plain(change.summary) for change in group]
        if operation is None:
            yield from (f"- {text}" for text in texts)
        elif len(texts) == 1:
            yield f"- **{_plain(operation)}**: {texts[0]}"
        else:
            yield f"- **{_plain(operation)}**:"
            yield from (f"  - {text}" for text in texts)
    if len(changes) > _MOST:
        yield f"- and {len(changes) - _MOST} more"


def _plain(text: str) -> str:
    """A stranger's text in Markdown: one line of visible characters, nothing of it markup."""
    visible = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return _MARKUP.sub(r"\\\1", " ".join(visible.split())).replace("://", ":\u2060//")
