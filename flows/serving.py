"""The process tree of ``certify serve``: Prefect's server, our worker and the portal, started in order and ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx

from certification.errors import CertificationError, UnavailableError
from flows.deployed import LAST_DEPLOYED

_START_S = 180.0
_GRACE_S = 20.0
_LOOK_ABOVE = "see its last lines above"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One process of the tree."""

    name: str
    argv: tuple[str, ...]
    health_url: str | None = None
    """Answers 2xx there once it is up; ``None`` where nothing tells."""
    interrupted: bool = False
    """Told to end as by Ctrl-C, by itself, and trusted to end what it started; else its whole session gets SIGTERM."""
    patience_s: float = _START_S
    """How long its start may take."""


def members(*, host: str, port: int, prefect_port: int) -> tuple[Member, ...]:
    """The tree, in the order of its start. Prefect's server always listens on loopback: it has no password."""
    python = sys.executable
    return (
        Member(
            name="prefect",
            argv=(python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(prefect_port)),
            health_url=f"http://127.0.0.1:{prefect_port}/api/health",
        ),
        Member(
            name="worker",
            argv=(python, "-m", "flows.worker"),
            # It listens nowhere; once its last flow is deployed, all are.
            health_url=f"http://127.0.0.1:{prefect_port}/api/deployments/name/{LAST_DEPLOYED}",
            interrupted=True,
        ),
        Member(
            name="portal",
            argv=(python, "-m", "flows.portal", "--host", host, "--port", str(port)),
            health_url=f"http://{_loopback(host)}:{port}/health",
        ),
    )


def require_free(host: str, port: int) -> None:
    """Refuse a port that somebody else listens on.

    Raises:
        CertificationError: it is taken, or can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CertificationError(f"port {port} on {host} can't be had: {error.strerror}; choose another with --port") from error


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_tree(tree: tuple[Member, ...], environment: Mapping[str, str], *, ready: Callable[[], None]) -> int:
    """Start every member, call ``ready``, and wait for SIGINT or SIGTERM; then end them all, the last first.

    Returns:
        0 when told to end.

    Raises:
        UnavailableError: a member did not start, or ended by itself.
    """
    over = threading.Event()
    with _told_to_end(over), _started() as processes:
        for member in tree:
            processes.append((member, start(member, environment)))
            await_answer(member, processes[-1][1], over)
        if not over.is_set():
            ready()
        while not over.wait(0.5):
            for member, process in processes:
                if process.poll() is not None:
                    raise UnavailableError(f"{member.name} ended by itself with exit code {process.returncode}; see its last lines above")
    return 0


@contextmanager
def _told_to_end(over: threading.Event) -> Iterator[None]:
    known = {number: signal.signal(number, lambda *_: over.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in known.items():
            signal.signal(number, handler)


@contextmanager
def _started() -> Iterator[list[tuple[Member, subprocess.Popen[bytes]]]]:
    processes: list[tuple[Member, subprocess.Popen[bytes]]] = []
    try:
        yield processes
    finally:
        for member, process in reversed(processes):
            end(member, process)


def start(member: Member, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a member; whoever starts one ends it with ``end``."""
    # A session of its own: Ctrl-C in the terminal reaches us alone, and we end the members in order.
    return subprocess.Popen(
        member.argv,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread of ours runs yet, and it makes one system call
    )


def _die_with_parent() -> None:
    """On Linux, a member is told to end when we are killed; elsewhere it ends when its own connection to the server does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def await_answer(member: Member, process: subprocess.Popen[bytes] | None, over: threading.Event, *, advice: str = _LOOK_ABOVE) -> None:
    """Wait until the member answers, or until ``over`` is set.

    Raises:
        UnavailableError: it ended (where it is a process of ours), or took too long; with the advice.
    """
    if member.health_url is None:
        return
    deadline = time.monotonic() + member.patience_s
    with httpx.Client(timeout=2, trust_env=False) as client:
        while not _answers(client, member.health_url) and not over.wait(0.1):
            if process is not None and process.poll() is not None:
                raise UnavailableError(f"{member.name} did not start (exit code {process.returncode}); {advice}")
            if time.monotonic() > deadline:
                raise UnavailableError(f"{member.name} did not answer at {member.health_url} within {member.patience_s:.0f} s; {advice}")


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx.HTTPError:
        return False


def end(member: Member, process: subprocess.Popen[bytes]) -> None:
    """Ask the member to end, then make its whole session."""
    if member.interrupted:
        # Prefect's runner ends its flow runs in order on Ctrl-C only; on SIGTERM it leaves its own loop half way, with a traceback.
        process.send_signal(signal.SIGINT)
    else:
        _signal(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _loopback(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - not bound here, only translated
