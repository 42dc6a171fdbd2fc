"""The protocol that both runners keep: a job is one command in a folder; a service is a job that listens.

A job's command names files relative to its folder and tools by bare name (``python``, ``node``, ``npm``, ``tsc``, ``go``, ``mypy``,
``schemathesis``), so that the same job runs in either isolation.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from certification.model import Isolation


class Network(StrEnum):
    """What a job may talk to."""

    NONE = "none"
    INTERNAL = "internal"
    """The run's own services and nothing else."""
    OUTBOUND = "outbound"
    """The outside too: only for a remote sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """How much a job may use."""

    memory_bytes: int = 2 * 1024**3
    pids: int = 512
    cpus: float = 2.0
    timeout_s: float = 600.0
    output_bytes: int = 64 * 1024**2
    """Standard output and standard error beyond this end the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file or folder that the job can read, never write, at ``name`` in its folder."""

    name: str
    source: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One command, its folder and what it may use."""

    name: str
    """For logs and container names: ``[a-z0-9-]+``."""
    argv: tuple[str, ...]
    folder: Path
    """The only place it can write (beside a temporary one that is thrown away); its working directory."""
    image: str = "toolbox"
    """The image of ``infra/images`` that it runs in, or a full reference of an exchange's own. Means nothing to processes."""
    inputs: tuple[Input, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    """Beside ``PATH``, ``HOME`` (a temporary folder), ``LANG`` and the tools' cache folders, the only variables it sees."""
    stdin: Path | None = None
    network: Network = Network.NONE
    limits: JobLimits = field(default_factory=JobLimits)
    trusted: bool = True
    """Whether it is our own code or made by our own generator. An untrusted job never runs outside a container."""


_KILLED = frozenset((128 + signal.SIGKILL, 128 + signal.SIGTERM))
_LAST = 200
ENDED = b"ended: it used "
"""What the last line of standard error begins with where a job was ended for what it used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How a job ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    elapsed_ms: int
    timed_out: bool = False
    truncated: bool = False
    """Whether it was ended because it printed more than it may."""

    @property
    def killed(self) -> bool:
        """Whether somebody else ended it: not we, for the time, the memory or the output that it used, and not it itself."""
        ours = self.timed_out or self.truncated or ENDED in self.stderr[-_LAST:]
        return self.exit_code in _KILLED and not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A job that listens."""

    job: Job
    """Its command may hold ``{host}`` and ``{port}``: where to listen."""
    health_path: str = "/"
    """Any HTTP answer below 500 there means that it is up."""
    start_timeout_s: float = 30.0
    port: int | None = None
    """Where an image listens whatever it is told; ``None`` lets the runner choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A running service."""

    url: str
    """Base URL for jobs of the same runner, no trailing slash."""
    host_url: str
    """Base URL for this process, no trailing slash."""


class Runner(Protocol):
    """One isolation. A context manager: leaving it ends and removes everything it started, whatever happened."""

    isolation: Isolation

    def __enter__(self) -> Self:
        """Prepare what all jobs of the run share (a network)."""
        ...

    def __exit__(self, *exc_info: object) -> None:
        """End and remove everything."""
        ...

    def run(self, job: Job) -> JobResult:
        """Run to the end, the time limit or the output limit.

        Raises:
            IsolationError: it could not be started, or is untrusted and this is no container.
        """
        ...

    def serve(self, service: Service) -> AbstractContextManager[Endpoint]:
        """Run while the context is open.

        Raises:
            SandboxError: it ended or did not listen in time; the message holds its last line.
        """
        ...
