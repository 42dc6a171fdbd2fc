"""Versions follow the difference, and the changelog says it in words that are safe in Markdown."""

from __future__ import annotations

import pytest

from certification.model import Change, ChangeClass
from certification.specs.changelog import changelog, next_version


@pytest.mark.parametrize(
    ("current", "bump", "version"),
    [
        ("1.4.2", "major", "2.0.0"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "patch", "1.4.3"),
        ("1.4.2", "none", "1.4.3"),
        ("0.4.2", "major", "0.5.0"),
        ("0.4.2", "minor", "0.4.3"),
        ("0.4.2", "patch", "0.4.3"),
    ],
)
def test_the_next_version(current: str, bump: str, version: str) -> None:
    assert next_version(current, bump) == version


def change(kind: ChangeClass, summary: str, operation: str | None = None) -> Change:
    return Change(change_class=kind, rule="rule", pointer="/a", operation=operation, summary=summary)


def test_an_entry_has_a_section_for_each_class_and_the_worst_comes_first() -> None:
    changes = (
        change(ChangeClass.ADDITIVE, "query:limit is new", "list"),
        change(ChangeClass.BREAKING, "POST /a is gone", "place"),
        change(ChangeClass.BREAKING, "the API moved"),
        change(ChangeClass.ADDITIVE, "200.id is new", "list"),
    )
    assert changelog(changes, version="2.0.0", date="2026-01-02") == (
        "## 2.0.0 - 2026-01-02\n\n"
        "### Breaking\n\n- the API moved\n- **place**: POST /a is gone\n\n"
        "### Added and relaxed\n\n- **list**:\n  - query:limit is new\n  - 200.id is new\n"
    )


def test_nothing_is_said_to_be_nothing() -> None:
    assert changelog((), version="1.0.0") == "## 1.0.0\n\nNothing changed for programs.\n"


def test_a_strangers_words_are_no_markup() -> None:
    entry = changelog((change(ChangeClass.BREAKING, "[x](https://evil.example)\n# <b>\u202e", "a*b"),), version="1.0.0")
    assert entry.splitlines()[4] == "- **a\\*b**: \\[x\\]\\(https:\u2060//evil.example\\) \\# \\<b\\>"


def test_a_section_without_end_is_counted() -> None:
    entry = changelog((change(ChangeClass.ADDITIVE, f"{number} is new") for number in range(500)), version="1.0.0")
    assert entry.splitlines()[-1] == "- and 200 more"
