"""SECURITY.md: every claim names tests, and every test that it names is there, once."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PAGE = (REPOSITORY / "SECURITY.md").read_text()
CLAIMED = PAGE[PAGE.index("## What is done") : PAGE.index("## What is not protected")]


def test_every_claim_names_a_test_that_there_is() -> None:
    known = defaultdict(set)
    for file in (REPOSITORY / "tests").rglob("test_*.py"):
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE):
            known[f"{file.name}::{name}"].add(file)
    named = re.findall(r"`(test_\w+\.py::test_\w+)`", CLAIMED)
    assert len(named) > 40
    assert [name for name in named if not known[name]] == []


def test_no_claim_stands_without_a_test() -> None:
    rows = [line for line in CLAIMED.splitlines() if line.startswith("| ") and not line.startswith(("| against", "| of whom"))]
    assert len(rows) > 25
    assert [row for row in rows if "::test_" not in row.rsplit("|", 2)[1]] == []
