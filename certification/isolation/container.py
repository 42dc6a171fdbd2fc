"""Jobs in containers: no capabilities, no root, read-only but for their folder, on networks of their own, removed whatever happens."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import docker.errors
from docker.types import LogConfig, Mount

from certification.errors import IsolationError
from certification.isolation import engine, health, images, staging
from certification.isolation.networks import Shared
from certification.isolation.output import Output, last_line
from certification.isolation.runner import ENDED, Endpoint, Job, JobResult, Network, Service
from certification.model import Isolation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docker import DockerClient
    from docker.models.containers import Container
    from docker.types.daemon import CancellableStream

_LOG = logging.getLogger(__name__)
_STAND_IN_FOR_ROOT = 65532
"""The user that jobs run as where we are root; owns nothing on the host."""
_WORK = "/work"
_STDIN = "/run/certify-stdin"
_TEMPORARY = "/tmp"  # noqa: S108 - the container's own
_PORT = 8080
_TICK_S = 0.1
_LOG_LINES = 20
_OUT_OF_MEMORY = ENDED + b"more memory than it may\n"


class ContainerRunner:
    """Runs jobs in containers of the local engine.

    An untrusted *service* can reach ports that the host opens to all addresses; an untrusted job can't even that.
    """

    isolation = Isolation.CONTAINER

    def __init__(self, client: DockerClient | None = None, *, base_image: str | None = None, cache: Path | None = None) -> None:
        """Remember the engine, and what images are built from (see ``images.ensure``).

        Raises:
            IsolationError: no engine answers.
        """
        self._owned = client is None
        self._client = client or engine.connect()
        self._base_image = base_image
        self._cache = cache
        self._run = uuid.uuid4().hex
        self._shared = Shared(self._client, self._run)
        self._images: dict[str, str] = {}
        self._count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Clean up after dead runs."""
        engine.sweep(self._client)
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Remove everything of this run; where the engine went away, a later run does."""
        try:
            engine.sweep(self._client, run=self._run)
        except IsolationError as error:
            _LOG.warning("something of this run may be left: %s", error)
        finally:
            if self._owned:
                self._client.close()

    def run(self, job: Job) -> JobResult:
        """Run to the end, the time limit or the output limit (see the protocol)."""
        output = Output(job.limits.output_bytes)
        with self._created(job) as container:
            started = time.monotonic()
            with engine.translated(f"job {job.name} can't be started"):
                # Attached before the start, so that not even the first line is lost.
                stream = container.attach(stdout=True, stderr=True, stream=True, demux=True)
                reader = threading.Thread(target=_collect, args=(stream, output), daemon=True)
                reader.start()
                container.start()
            timed_out = not _ended(reader, output, started + job.limits.timeout_s)
            with engine.translated(f"job {job.name} can't be ended"):
                if timed_out or output.overflow.is_set():
                    with suppress(docker.errors.APIError):  # it ended by itself meanwhile
                        container.kill()
                code = int(container.wait()["StatusCode"])
                container.reload()
            reader.join()
            elapsed_ms = round((time.monotonic() - started) * 1000)
            stderr = bytes(output.stderr) + (_OUT_OF_MEMORY if container.attrs["State"].get("OOMKilled") else b"")
        return JobResult(
            exit_code=code,
            stdout=bytes(output.stdout),
            stderr=stderr,
            elapsed_ms=elapsed_ms,
            timed_out=timed_out,
            truncated=output.overflow.is_set(),
        )

    @contextmanager
    def serve(self, service: Service) -> Iterator[Endpoint]:
        """Run while the context is open (see the protocol)."""
        port = service.port or _PORT
        argv = tuple(word.replace("{host}", "0.0.0.0").replace("{port}", str(port)) for word in service.job.argv)  # noqa: S104 - inside
        job = replace(service.job, argv=argv, network=Network.INTERNAL)
        with self._created(job, serves=True) as container:

            def ended() -> str | None:
                with engine.translated(f"service {job.name} can't be looked at"):
                    container.reload()
                    return None if container.status in {"created", "running"} else last_line(container.logs(tail=_LOG_LINES))

            with engine.translated(f"service {job.name} can't be started"):
                container.start()
                container.reload()
            address = container.attrs["NetworkSettings"]["Networks"][self._shared.front().name]["IPAddress"] or "0.0.0.0"  # noqa: S104 - ended
            path, limit = service.health_path, service.start_timeout_s
            health.await_health(job.name, address, port, path, timeout_s=limit, last_line=ended)
            yield Endpoint(url=f"http://{job.name}:{port}", host_url=f"http://{address}:{port}")

    @contextmanager
    def _created(self, job: Job, *, serves: bool = False) -> Iterator[Container]:
        staging.check_job(job)
        image = self._image(job)
        with ExitStack() as stack:
            mounts = [Mount(_WORK, str(job.folder.resolve()), type="bind"), *self._inputs(job, stack), *self._caches(job)]
            stack.enter_context(_handed_over(job.folder))
            with engine.translated(f"job {job.name} can't be started in image {image}"):
                container = self._client.containers.create(image, **self._settings(job, serves=serves), mounts=mounts)
                stack.callback(_remove, container)
                if serves:
                    self._shared.front().connect(container)
                elif job.network is Network.OUTBOUND:
                    self._shared.inside().connect(container)
            yield container

    def _image(self, job: Job) -> str:
        if job.image not in images.RECIPES:
            return engine.image_id(self._client, job.image)
        with self._lock:
            if job.image not in self._images:
                self._images[job.image] = images.ensure(job.image, client=self._client, base=self._base_image, cache=self._cache)
            return self._images[job.image]

    def _settings(self, job: Job, *, serves: bool) -> dict[str, Any]:
        with self._lock:
            self._count += 1
            name = f"certify-{self._run[:12]}-{self._count}-{job.name}"
        limits = job.limits
        return {
            "name": name,
            "hostname": job.name[:60],
            "labels": engine.marks(self._run),
            "user": _user(),
            "working_dir": _WORK,
            "environment": {"HOME": _TEMPORARY, "TMPDIR": _TEMPORARY, "LANG": "C.UTF-8", **dict(job.environment)},
            "read_only": True,
            "tmpfs": {_TEMPORARY: "rw,exec,nosuid,nodev,mode=1777", "/run": "rw,noexec,nosuid,nodev,mode=1777,size=16m"},
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "mem_limit": limits.memory_bytes,
            "memswap_limit": limits.memory_bytes,
            "pids_limit": limits.pids,
            "nano_cpus": round(min(limits.cpus, os.cpu_count() or 1) * 1e9),
            "init": True,
            "log_config": LogConfig(type=LogConfig.types.JSON, config={"max-size": "1m", "max-file": "1"}),
            **self._network(job, serves=serves),
            **_command(job),
        }

    def _network(self, job: Job, *, serves: bool) -> dict[str, Any]:
        if job.network is Network.NONE:
            return {"network_mode": "none"}
        network = self._shared.outside() if job.network is Network.OUTBOUND else self._shared.inside()
        endpoint = self._client.api.create_endpoint_config(aliases=[job.name] if serves else [])
        return {"network": network.name, "networking_config": {network.name: endpoint}}

    def _inputs(self, job: Job, stack: ExitStack) -> Iterator[Mount]:
        """Copies that the job's user can read, mounted read-only; the originals may be private to us."""
        given = [(entry.source, f"{_WORK}/{entry.name}") for entry in job.inputs]
        given += [(job.stdin, _STDIN)] if job.stdin else []
        if not given:
            return
        staged = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="certify-inputs-")))
        stack.callback(staging.make_removable, staged)
        for number, (source, place) in enumerate(given):
            staging.copy(source, staged / str(number))
            yield Mount(place, str(staged / str(number)), type="bind", read_only=True)
        for entry in job.inputs:
            # Else the engine makes it, as root, and leaves it there.
            stack.enter_context(staging.mount_point(job.folder / entry.name, folder=entry.source.is_dir()))

    def _caches(self, job: Job) -> Iterable[Mount]:
        """An untrusted job gets a cache of its own, so that it can't put anything into a trusted one's build."""
        if job.image not in images.RECIPES:
            return ()
        return (Mount("/cache", self._shared.cache() if job.trusted else None, type="volume"),)


def _command(job: Job) -> dict[str, Any]:
    """An image without a command of ours runs its own."""
    if not job.argv:
        return {}
    redirected = ("sh", "-c", f'exec "$@" < {_STDIN}', "sh", *job.argv)
    return {"entrypoint": list(redirected if job.stdin else job.argv), "command": []}


def _user() -> str:
    """Us, so that we can read what a job wrote; never root."""
    uid, gid = os.getuid(), os.getgid()
    return f"{uid}:{gid}" if uid else f"{_STAND_IN_FOR_ROOT}:{_STAND_IN_FOR_ROOT}"


@contextmanager
def _handed_over(folder: Path) -> Iterator[None]:
    """Where we are root, the folder belongs to the job's user while it runs."""
    if os.getuid():
        yield
        return
    _give(folder, _STAND_IN_FOR_ROOT)
    try:
        yield
    finally:
        _give(folder, 0)


def _give(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):
            os.chown(path, user, user, follow_symlinks=False)


def _collect(stream: CancellableStream[tuple[bytes | None, bytes | None]], output: Output) -> None:
    try:
        for stdout, stderr in stream:
            output.add(output.stdout, stdout or b"")
            output.add(output.stderr, stderr or b"")
    except engine.FAILURES as error:  # the engine went away; whoever waits for the job's end is told so
        _LOG.warning("the output of a job ended early: %s", error)
    # NOTE: ``stream.close()`` closes the socket but not the response that still holds it, and so leaks its descriptor.
    stream._response.close()  # type: ignore[attr-defined]  # noqa: SLF001


def _ended(reader: threading.Thread, output: Output, deadline: float) -> bool:
    """Wait; whether the job closed its streams, or printed too much, before the deadline."""
    while reader.is_alive() and not output.overflow.is_set():
        if time.monotonic() > deadline:
            return False
        reader.join(_TICK_S)
    return True


def _remove(container: Container) -> None:
    """Remove a container; one that can't be is left to the sweep, so that it never hides what happened before."""
    try:
        with engine.translated(f"container {container.name} can't be removed"), suppress(docker.errors.NotFound):
            engine.knock()
            container.remove(force=True, v=True)
    except IsolationError as error:
        _LOG.warning("%s", error)
