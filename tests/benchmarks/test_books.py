"""The Python SDK keeps a book through a few faults, by numbers or by checksums alone; a book that is not the exchange's is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.books import kept
from benchmarks.driven import driven


@pytest.mark.parametrize("numbered", [True, False], ids=["by numbers", "by checksums alone"])
def test_a_book_stays_the_exchange_s_through_faults(tmp_path: Path, *, numbered: bool) -> None:
    (sdk,) = driven(("python",), tmp_path, numbered=numbered)
    end = kept(sdk, faults=25, seed=3, numbered=numbered)
    assert end.equal
    assert end.resyncs > 0
    assert sum(end.exchange.happened.values()) == 25
    assert end.row("python")[0::6] == ("python", "equal")
    assert replace(end, equal=False).row("python")[-1] == "NOT EQUAL"
