"""Runs one command of a build and keeps what it showed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.errors import BuildError, IsolationError
from certification.evidence.record import BuildStep

if TYPE_CHECKING:
    from pathlib import Path

    from certification.isolation.runner import Job, JobResult, Runner

_KEPT = 4000
_NOT_FOUND = 127
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TEMPORARY = re.compile(r"/tmp/[A-Za-z0-9_.-]+")  # noqa: S108 - recognised, never used


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that ended, one way or another."""

    step: BuildStep
    result: JobResult

    @property
    def succeeded(self) -> bool:
        """Whether it ended well."""
        return self.step.exit_code == 0


def run_step(runner: Runner, job: Job, *, name: str, show_stdout: bool = True) -> Ended:
    """Run a job. Its failure is evidence, not an exception.

    Args:
        runner: where it runs.
        job: what runs.
        name: what the step is called.
        show_stdout: whether standard output is for people and belongs to the step's output.

    Raises:
        BuildError: the tool is not there, which says nothing about what is built.
        IsolationError: the job could not be started at all, or somebody else ended it, which says nothing either.
    """
    result = runner.run(job)
    if result.exit_code == _NOT_FOUND and not result.timed_out:
        raise BuildError(f"{job.argv[0]} can't be started for the step {name}; run `make setup`, or mend the toolbox image")
    if result.killed:
        raise IsolationError(
            f"job {job.name} was ended from outside (exit code {result.exit_code}), as by an engine or a machine that stops"
        )
    output = ((result.stdout if show_stdout else b"") + b"\n" + result.stderr).decode(errors="replace")
    notes = [f"ended after {job.limits.timeout_s:g} s, the time it may take"] if result.timed_out else []
    notes += [f"ended because it printed more than {job.limits.output_bytes} bytes"] if result.truncated else []
    exit_code = result.exit_code or int(bool(notes))
    text = "\n".join((cleaned(output, job.folder), *notes)).strip()
    step = BuildStep(name=name, command=job.argv, exit_code=exit_code, elapsed_ms=result.elapsed_ms, output=text[-_KEPT:])
    return Ended(step=step, result=result)


def cleaned(output: str, folder: Path) -> str:
    """A tool's output for people to read: no control characters, no path of this machine."""
    text = _CONTROLS.sub("", _ESCAPES.sub("", output.replace("\r\n", "\n")))
    return _TEMPORARY.sub("~", text.replace(str(folder), ".")).strip()
