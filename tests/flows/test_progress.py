from __future__ import annotations

import pytest

from flows.progress import Event, StageEvent, StageState, listening, stage, tell

RUN = "20260301T120000Z-00c0ffee"


def test_whoever_listens_hears_a_stage_begin_and_end() -> None:
    heard: list[Event] = []
    with listening(RUN, heard.append), stage(RUN, "build") as note:
        note.text = "three packages"
    begun, ended = heard
    assert begun == StageEvent(stage="build", state=StageState.RUNNING)
    assert isinstance(ended, StageEvent)
    assert (ended.state, ended.note) == (StageState.DONE, "three packages")
    assert ended.elapsed_ms >= 0


def test_a_stage_may_say_that_it_was_skipped() -> None:
    heard: list[Event] = []
    with listening(RUN, heard.append), stage(RUN, "publish") as note:
        note.skipped = True
    assert isinstance(heard[-1], StageEvent)
    assert heard[-1].state is StageState.SKIPPED


def _build(note_of_it: str) -> None:
    with stage(RUN, "build") as note:
        note.text = note_of_it
        raise OSError("gone")


def test_a_stage_that_raises_ends_in_trouble_and_the_error_passes() -> None:
    heard: list[Event] = []
    with listening(RUN, heard.append), pytest.raises(OSError, match="gone"):
        _build("half of it")
    assert isinstance(heard[-1], StageEvent)
    assert (heard[-1].state, heard[-1].note) == (StageState.TROUBLE, "half of it")


def test_nobody_hears_another_run_or_one_that_is_over() -> None:
    heard: list[Event] = []
    event = StageEvent(stage="build", state=StageState.RUNNING)
    with listening(RUN, heard.append):
        tell("another", event)
    tell(RUN, event)
    assert heard == []
