"""Each defect of the third exchange breaks something that shows, and nothing shows without one."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.planted import Defect
from benchmarks.third_exchange.__main__ import main
from benchmarks.third_exchange.defects import DEFECTS, Defects
from benchmarks.third_exchange.gate import Gate, Limits
from tests.simulators.petrel import KEYS, ROOMY, Petrel
from tests.simulators.petrel_stories import STORIES, Story, silent_streams, throttling

TIGHT = Limits(counter=7, decay=0, address=12)


def played(story: Story, *defects: str) -> str:
    petrel = Petrel(defects, TIGHT if story is throttling else ROOMY, 0.004 if story is silent_streams else 3600.0)
    story(petrel)
    return petrel.record()


@cache
def clean(story: Story) -> str:
    return played(story)


@pytest.mark.parametrize("defect", [pytest.param(each, id=each.name) for each in DEFECTS if each.name != "counter-sinks-slowly"])
def test_each_defect_shows(defect: Defect) -> None:
    assert any(played(story, defect.name) != clean(story) for story in STORIES[defect.theme])


@pytest.mark.parametrize("story", [story for stories in STORIES.values() for story in stories])
def test_without_a_defect_the_same_calls_are_answered_the_same(story: Story) -> None:
    assert played(story) == clean(story)


def test_the_counter_sinks_as_fast_as_documented() -> None:
    def stands(*defects: str) -> list[int]:
        gate = Gate(KEYS, Limits(counter=100, decay=50), (), Defects(defects))
        return [gate.count(KEYS[0], cost, now).stands for cost, now in ((80, 0.0), (1, 1.0), (1, 9.0))]

    assert stands() == [80, 31, 1]
    assert stands("counter-sinks-slowly") == [80, 76, 37]


def test_a_switch_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError, match="no such defect: nonsense"):
        Defects(("nonsense",))
    assert main(["--list-defects"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(DEFECTS) >= 60
