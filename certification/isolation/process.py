"""Jobs as plain processes: limits, time-outs and clean-up without an engine. It holds mistakes in check, not attackers.

What it can't do: keep a job from the network or from reading the user's files. So it refuses untrusted jobs.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import platformdirs

from certification.errors import IsolationError
from certification.isolation import health, owner, records, staging, supervise
from certification.isolation.output import Output
from certification.isolation.runner import Endpoint, Job, JobResult, Service
from certification.model import Isolation

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRACE_S = 10.0
_LOG_BYTES = 64 * 1024


class _Supervised:
    """A running job: its supervisor, our end of the lifeline, and the threads that read what it prints."""

    def __init__(self, job: Job, environment: dict[str, str], output: Output) -> None:
        watched, self._lifeline = os.pipe()
        limits = job.limits
        cpu_seconds = math.ceil(limits.timeout_s * max(1.0, limits.cpus)) + 1
        command = [
            sys.executable,
            "-I",
            "-S",
            supervise.__file__,
            str(watched),
            str(limits.memory_bytes),
            str(limits.pids),
            str(cpu_seconds),
        ]
        stdin = job.stdin.open("rb") if job.stdin else None
        try:
            self.process = subprocess.Popen(
                [*command, *job.argv],
                cwd=job.folder,
                env=environment,
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                pass_fds=(watched,),
            )
        except OSError as error:
            os.close(self._lifeline)
            raise IsolationError(f"job {job.name} can't be started: {error}") from error
        finally:
            os.close(watched)
            if stdin is not None:
                stdin.close()
        self._readers = [
            threading.Thread(target=_collect, args=(output, stream, kept), daemon=True)
            for stream, kept in ((self.process.stdout, output.stdout), (self.process.stderr, output.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def end(self) -> None:
        """Cut the lifeline and wait until nothing of the job is left."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        try:
            self.process.wait(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(timeout=_GRACE_S)


class ProcessRunner:
    """Runs jobs as processes of this user."""

    isolation = Isolation.PROCESS

    def __init__(self, *, tools: tuple[Path, ...] = (), state: Path | None = None, cache: Path | None = None) -> None:
        """Remember where tools, records and caches are.

        Args:
            tools: folders of programs that stand before this interpreter's own in ``PATH`` (TypeScript's, for one).
            state: where the records of running jobs are kept; the user's state folder unless given.
            cache: what tools may keep between jobs; the user's cache folder unless given.
        """
        self._tools = tools
        self._state = state or platformdirs.user_state_path("openxapi-certify") / "processes"
        self._cache = cache or platformdirs.user_cache_path("openxapi-certify") / "tools"
        self._run = uuid.uuid4().hex
        self._record = records.Record(path=self._state / f"{self._run}.json", owner=owner.this_process())
        self._lock = threading.Lock()
        self._running: list[_Supervised] = []

    def __enter__(self) -> Self:
        """Clean up after dead runs and prepare the caches."""
        records.sweep(self._state)
        self._record.save()
        try:
            (self._cache / "go-build").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IsolationError(f"the tools' cache can't be made at {self._cache}: {error.strerror}") from error
        return self

    def __exit__(self, *exc_info: object) -> None:
        """End everything and forget the run."""
        for running in tuple(self._running):
            running.end()
        for leftover in self._record.paths:
            staging.remove(Path(leftover))
        self._record.delete()

    def run(self, job: Job) -> JobResult:
        """Run to the end, the time limit or the output limit (see the protocol)."""
        output = Output(job.limits.output_bytes)
        started = time.monotonic()
        with self._started(job, output) as running:
            deadline = started + job.limits.timeout_s
            timed_out = not self._ended(running, output, deadline)
            running.end()
            code = running.process.returncode
        return JobResult(
            exit_code=code if code >= 0 else 128 - code,
            stdout=bytes(output.stdout),
            stderr=bytes(output.stderr),
            elapsed_ms=round((time.monotonic() - started) * 1000),
            timed_out=timed_out,
            truncated=output.overflow.is_set(),
        )

    @contextmanager
    def serve(self, service: Service) -> Iterator[Endpoint]:
        """Run while the context is open (see the protocol)."""
        port = service.port or _free_port()
        argv = tuple(word.replace("{host}", "127.0.0.1").replace("{port}", str(port)) for word in service.job.argv)
        job = replace(service.job, argv=argv)
        output = Output(_LOG_BYTES, keep_newest=True)

        def last_line() -> str | None:
            if running.process.poll() is None:
                return None
            running.end()
            return output.last_line()

        with self._started(job, output) as running:
            path, limit = service.health_path, service.start_timeout_s
            health.await_health(job.name, "127.0.0.1", port, path, timeout_s=limit, last_line=last_line)
            url = f"http://127.0.0.1:{port}"
            yield Endpoint(url=url, host_url=url)

    @contextmanager
    def _started(self, job: Job, output: Output) -> Iterator[_Supervised]:
        if not job.trusted:
            raise IsolationError(f"job {job.name} is untrusted and runs in containers only; start a container engine")
        staging.check_job(job)
        with ExitStack() as stack:
            home = stack.enter_context(self._temporary())
            for given in job.inputs:
                stack.enter_context(self._staged(given.source, job.folder / given.name))
            running = _Supervised(job, self._environment(job, home), output)
            with self._lock:
                self._running.append(running)
            stack.callback(self._forget, running)
            yield running

    def _ended(self, running: _Supervised, output: Output, deadline: float) -> bool:
        """Wait; whether it ended (or printed too much) before the deadline."""
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            try:
                running.process.wait(timeout=min(remaining, 0.1))
            except subprocess.TimeoutExpired:
                if output.overflow.is_set():
                    return True
            else:
                return True

    def _environment(self, job: Job, home: Path) -> dict[str, str]:
        folders = (*self._tools, Path(sys.executable).parent, *(Path(folder) for folder in ("/usr/local/bin", "/usr/bin", "/bin")))
        return {
            "PATH": os.pathsep.join(str(folder) for folder in folders),
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            # Content-addressed, so jobs can share it; module, package and wheel caches are keyed by address and stay in HOME.
            "GOCACHE": str(self._cache / "go-build"),
            "GOTOOLCHAIN": "local",
            **dict(job.environment),
            records.MARK: self._run,
        }

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        with self._lock:
            path = Path(tempfile.mkdtemp(prefix="certify-"))
            self._record.paths.append(str(path))
            self._record.save()
        try:
            yield path
        finally:
            self._remove(path)

    @contextmanager
    def _staged(self, source: Path, target: Path) -> Iterator[None]:
        if target.exists() or target.is_symlink():
            raise IsolationError(
                f"input {target.name} can't be put into {target.parent}: there is one of that name; empty the folder first"
            )
        with self._lock:
            self._record.paths.append(str(target))
            self._record.save()
        try:
            staging.copy(source, target)
            yield
        finally:
            self._remove(target)

    def _remove(self, path: Path) -> None:
        staging.remove(path)
        with self._lock:
            if str(path) in self._record.paths:
                self._record.paths.remove(str(path))
                self._record.save()

    def _forget(self, running: _Supervised) -> None:
        running.end()
        with self._lock:
            self._running.remove(running)


def _collect(output: Output, stream: IO[bytes], kept: bytearray) -> None:
    with stream:
        while chunk := os.read(stream.fileno(), 65536):
            output.add(kept, chunk)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
