"""What a run tells about itself while it goes on: events, and who listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from certification.model import Finding


class StageState(StrEnum):
    """How a stage stands."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    TROUBLE = "trouble"
    """It could not do its work; the run says why in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvent:
    """A stage began, went on or ended."""

    stage: str
    state: StageState
    note: str = ""
    """One short line: what came of it so far."""
    elapsed_ms: int = 0


Event = StageEvent | Finding
Listener = Callable[[Event], None]

_LISTENERS: dict[str, Listener] = {}


@contextmanager
def listening(run_id: str, listener: Listener) -> Iterator[None]:
    """Hear every event of a run in this process while the context is open. Called from the run's threads."""
    _LISTENERS[run_id] = listener
    try:
        yield
    finally:
        del _LISTENERS[run_id]


def tell(run_id: str, event: Event) -> None:
    """Tell whoever listens to the run, if anyone."""
    listener = _LISTENERS.get(run_id)
    if listener:
        listener(event)


class StageNote:
    """What a stage wants to have said when it ends."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.text = ""
        self.skipped = False


@contextmanager
def stage(run_id: str, name: str) -> Iterator[StageNote]:
    """Tell when a stage begins and how it ends, with the time it took."""
    begun = time.monotonic()
    note = StageNote()
    tell(run_id, StageEvent(stage=name, state=StageState.RUNNING))
    state = StageState.TROUBLE
    try:
        yield note
        state = StageState.SKIPPED if note.skipped else StageState.DONE
    finally:
        elapsed_ms = int((time.monotonic() - begun) * 1000)
        tell(run_id, StageEvent(stage=name, state=state, note=note.text, elapsed_ms=elapsed_ms))
