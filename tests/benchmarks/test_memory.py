"""A short stream and a few calls keep the Python SDK's memory bounded; memory that grows is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.driven import driven
from benchmarks.memory import Watched, watched

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("resident", "bounded"),
    [
        ((40, 50, 50, 50), True),
        ((40, 50, 57, 40), True),
        ((40, 50, 60, 40), False),
        ((40, 50, 50, 70), False),
    ],
)
def test_memory_is_bounded_where_the_second_half_needs_no_more_than_the_first(resident: tuple[int, ...], bounded: bool) -> None:
    told = Watched(what="calls", resident=tuple(each * MIB for each in resident), elapsed_s=1)
    assert told.is_bounded is bounded
    assert told.row("go")[-1] == ("bounded" if bounded else "GROWS")


def test_calls_and_messages_leave_nothing_behind(tmp_path: Path) -> None:
    (sdk,) = driven(("python",), tmp_path)
    ends = watched(sdk, calls_made=300, messages=5_000)
    assert [(end.what, end.is_bounded) for end in ends] == [("300 calls", True), ("5000 messages", True)]
