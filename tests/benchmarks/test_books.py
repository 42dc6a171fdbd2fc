"""The Python SDK keeps a book through a few faults; a book that is not the exchange's is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.books import kept
from benchmarks.driven import driven


def test_a_book_stays_the_exchange_s_through_faults(tmp_path: Path) -> None:
    (sdk,) = driven(("python",), tmp_path)
    end = kept(sdk, faults=25, seed=3)
    assert end.equal
    assert end.resyncs > 0
    assert sum(end.exchange.happened.values()) == 25
    assert end.row("python")[0::6] == ("python", "equal")
    assert replace(end, equal=False).row("python")[-1] == "NOT EQUAL"
