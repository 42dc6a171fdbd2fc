"""Collecting a description's flaws, each once, with its line."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sdkgen.api.mend import changed, overlay_lines
from sdkgen.api.model import Issue, IssueKind

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.mend import Change, Owned
    from sdkgen.api.model import Pointer
    from sdkgen.api.parse import Document, Lines

_LONGEST = 120
_MOST_MENDS = 1000
"""Who has more to mend than this begins with those; wording a mend of a large collection takes as long as reading it."""


def quoted(text: object) -> str:
    """A stranger's text made harmless for a one-line message: no control or format characters, not too long, in quotes."""
    clean = "".join(character if unicodedata.category(character)[0] != "C" else "?" for character in str(text)[: _LONGEST + 1])
    return f"“{clean[:_LONGEST]}…”" if len(clean) > _LONGEST else f"“{clean}”"


class IssueLog:
    """Takes flaws as they are found."""

    def __init__(self, lines: Lines, root: dict[str, JsonValue]) -> None:
        """Begin with none.

        Args:
            lines: where things stand in the source.
            root: the description that mends are worded for, overlays applied.

        ``root`` changes with every repair that is made in the description itself.
        """
        self._lines = lines
        self.root = root
        self.made = 0
        """How many changes were made in ``root``: it is changed in place once it is no longer the given one."""
        self._owned: Owned = {}
        self._mends = 0
        self._issues: dict[tuple[Pointer, str, str], Issue] = {}

    def repaired(self, rule: str, pointer: Pointer, message: str, *changes: Change) -> None:
        """The meaning was plain; the model holds it, and the changes would make the description say it."""
        self._add(IssueKind.REPAIRED, rule, pointer, message, changes)

    def mended(self, rule: str, pointer: Pointer, message: str, *changes: Change) -> None:
        """The meaning was plain, and ``root`` says it from now on."""
        self._add(IssueKind.REPAIRED, rule, pointer, message, changes)
        self.root = changed(self.root, changes, self._owned)
        self.made += len(changes)

    def refused(self, rule: str, pointer: Pointer, message: str) -> None:
        """The meaning can't be known; the part is not in the model."""
        self._add(IssueKind.REFUSED, rule, pointer, message)

    def noted(self, rule: str, pointer: Pointer, message: str, *changes: Change) -> None:
        """Wrong or unwise, without effect on the model."""
        self._add(IssueKind.NOTED, rule, pointer, message, changes)

    def of_text(self, document: Document) -> None:
        """What was read over in the text itself: its line is known, its pointer is not."""
        for slip in document.slips:
            issue = Issue(kind=IssueKind.REPAIRED, rule=slip.rule, pointer="", message=slip.message, line=slip.line)
            self._issues.setdefault(("", slip.rule, f"{slip.message}{slip.line}"), issue)

    def _add(self, kind: IssueKind, rule: str, pointer: Pointer, message: str, changes: tuple[Change, ...] = ()) -> None:
        place = (pointer, rule, message)
        if place not in self._issues:
            worded = bool(changes) and self._mends < _MOST_MENDS
            self._mends += worded
            mend = overlay_lines(self.root, changes) if worded else None
            line = self._lines.of(pointer)
            self._issues[place] = Issue(kind=kind, rule=rule, pointer=pointer, message=message, line=line, mend=mend)

    def all(self) -> tuple[Issue, ...]:
        """Every flaw, in the order of its line, and of one line in the order in which they were found: so mends can be made one by one."""
        return tuple(sorted(self._issues.values(), key=lambda issue: issue.line or 0))
