"""Which isolation a run gets, and why: containers where an engine can run our jobs, processes where none can."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

from certification.errors import IsolationError
from certification.isolation import engine, images
from certification.isolation.container import ContainerRunner
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Job, JobLimits

if TYPE_CHECKING:
    from certification.isolation.runner import Runner

Preference = Literal["auto", "container", "process"]
_PROBE = "print(open('probe.txt').read(), end='')"
_PROBE_TEXT = "seen from inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A runner, not yet entered."""

    runner: Runner
    reason: str
    """For the report: why this isolation."""


def choose(preference: Preference, *, base_image: str | None = None, tools: tuple[Path, ...] = (), cache: Path | None = None) -> Choice:
    """The runner for a run. Builds the toolbox image where it is missing (minutes, once).

    Args:
        preference: ``auto`` takes containers where they work, else processes with the reason.
        base_image: what images are built from, instead of the public one.
        tools: folders of programs for processes (see ``ProcessRunner``).
        cache: where downloads for images are kept; the user's cache folder unless given.

    Raises:
        IsolationError: containers were asked for, and no engine can run our jobs.
    """
    match preference:
        case "process":
            return Choice(runner=ProcessRunner(tools=tools), reason="processes, as asked for")
        case "container":
            return Choice(runner=_containers(base_image, cache), reason="containers, as asked for")
        case "auto":
            try:
                return Choice(runner=_containers(base_image, cache), reason="containers, because an engine answers")
            except IsolationError as error:
                return Choice(runner=ProcessRunner(tools=tools), reason=f"processes, because containers can't be had: {error}")
        case _:
            assert_never(preference)


def _containers(base_image: str | None, cache: Path | None) -> ContainerRunner:
    """A runner of containers that was seen to run a job of ours.

    Raises:
        IsolationError: no engine answers, the image can't be had, or the engine does not see our files (it is on another machine).
    """
    client = engine.connect()
    try:
        images.ensure("toolbox", client=client, base=base_image, cache=cache)
        with tempfile.TemporaryDirectory(prefix="certify-probe-") as name, ContainerRunner(client, base_image=base_image) as runner:
            (Path(name) / "probe.txt").write_text(_PROBE_TEXT)
            job = Job(name="probe", argv=("python", "-c", _PROBE), folder=Path(name), limits=JobLimits(timeout_s=60))
            result = runner.run(job)
    finally:
        client.close()
    if result.stdout.decode(errors="replace") != _PROBE_TEXT:
        raise IsolationError("the container engine can't run our jobs: it does not see this machine's files; use a local engine")
    return ContainerRunner(base_image=base_image, cache=cache)
