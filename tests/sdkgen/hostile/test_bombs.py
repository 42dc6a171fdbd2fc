"""Huge, deep and endless descriptions end in bounded time and memory: read, or refused in one line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.hostile_bombs import BOMBS
from benchmarks.subject import REPOSITORY

QUICK = (
    *("yaml-aliases", "yaml-merges", "yaml-itself", "yaml-deep-lists", "yaml-objects-of-python", "json-deep", "json-huge-exponent"),
    *("all-of-doubling", "one-of-doubling", "long-references", "itself", "reference-to-everything", "references-elsewhere"),
    *("slow-pattern", "long-pattern", "impossible-lengths", "empty", "utf-16", "union-of-unions"),
)
MOST_SECONDS = 5
MOST_KIB = 300_000


@pytest.fixture(scope="module")
def ended() -> dict[str, dict[str, object]]:
    argv = (sys.executable, "-m", "benchmarks.hostile_bombs", *QUICK)
    ran = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return {told["name"]: told for told in map(json.loads, ran.stdout.splitlines())}


@pytest.mark.parametrize("name", QUICK)
def test_it_ends_in_bounded_time_and_memory(ended: dict[str, dict[str, object]], name: str) -> None:
    told = ended[name]
    assert str(told["ended"]).startswith(("read: ", "refused: "))
    assert "\n" not in str(told["ended"])
    assert float(str(told["seconds"])) < MOST_SECONDS
    assert int(str(told["peak_kib"])) < MOST_KIB


def test_every_bomb_has_a_name_of_its_own() -> None:
    assert set(QUICK) <= BOMBS.keys()
    assert len(BOMBS) > 40
