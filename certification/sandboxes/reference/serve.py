"""Starts the reference exchange: in this process for tests, or as the process of its own that ``python -m`` makes."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from certification.errors import SandboxError
from certification.sandboxes.reference.accounts import demo_credentials
from certification.sandboxes.reference.faults import faults_named
from certification.sandboxes.reference.venue import Clock, Venue, system_clock
from certification.sandboxes.reference.web.app import application
from certification.sandboxes.reference.web.authentication import Authenticator
from certification.sandboxes.reference.web.budget import Budgets
from certification.sandboxes.reference.web.contract import Contract
from certification.sandboxes.reference.web.description import Description
from certification.sandboxes.reference.web.gateway import Gateway
from certification.sandboxes.reference.web.stream_session import StreamProtocol
from certification.sandboxes.reference.web.stream_socket import HEARTBEAT_S, Streams

if TYPE_CHECKING:
    from starlette.applications import Starlette

DESCRIPTIONS = Path(__file__).resolve().parents[3] / "exchanges" / "reference"
DEFAULT_RATE_LIMIT = 100_000
"""Calls in ten seconds: more than a contract test makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceOptions:
    """How the exchange is started."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    faults: tuple[str, ...] = ()
    seed: int = 0
    rate_limit: int = DEFAULT_RATE_LIMIT
    heartbeat_s: float = HEARTBEAT_S
    """How long a stream may be silent."""


def build(options: ReferenceOptions, *, environment: Mapping[str, str] = os.environ, clock: Clock = system_clock) -> Starlette:
    """The exchange as an ASGI application.

    Raises:
        SandboxError: one of the faults has no such name.
    """
    try:
        faults = faults_named(options.faults)
    except KeyError as error:
        raise SandboxError(f"the reference exchange has no fault {error}; --list-faults names them") from error
    credentials = demo_credentials(environment)
    venue = Venue(credentials, seed=options.seed, rules=faults.engine, clock=clock)
    authenticator = Authenticator(credentials, faults.web)
    budgets = Budgets(options.rate_limit, faults.web)
    gateway = Gateway(venue, Contract(DESCRIPTIONS / "openapi.yaml", faults.web), authenticator, budgets, faults)
    protocol = StreamProtocol(venue.exchange, authenticator, Description(DESCRIPTIONS / "asyncapi.yaml"), faults.web)
    return application(gateway, Streams(venue, protocol, budgets, faults.web, options.heartbeat_s))


def listening_socket(options: ReferenceOptions) -> socket.socket:
    """A bound and listening socket, so that the address is known before the first call.

    Raises:
        SandboxError: the address can't be had.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise SandboxError(
            f"the reference exchange can't listen on {options.host} port {options.port}: {error.strerror}; choose another port"
        ) from error
    return listener


def address(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that ends when it is told to, and does not tell it again to the process once it has ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def server(app: Starlette) -> uvicorn.Server:
    """A server for the application; it says nothing but errors."""
    return _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="websockets-sansio",
            ws_max_size=64 * 1024,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
    )


@contextmanager
def serve_reference(
    options: ReferenceOptions | None = None, *, environment: Mapping[str, str] = os.environ, clock: Clock = system_clock
) -> Iterator[str]:
    """Run the exchange in a thread of this process while the context is open; gives its base URL.

    Raises:
        SandboxError: the address can't be had, or a fault has no such name.
    """
    options = options or ReferenceOptions()
    app = build(options, environment=environment, clock=clock)
    listener = listening_socket(options)
    running = server(app)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True, name="reference-exchange")
    thread.start()
    try:
        yield address(listener)
    finally:
        running.should_exit = True
        thread.join()
        listener.close()


Announce = Callable[[str], None]


def run_until_signal(options: ReferenceOptions, announce: Announce) -> None:
    """Run the exchange in this process until it is told to end by SIGTERM or SIGINT.

    Raises:
        SandboxError: the address can't be had, or a fault has no such name.
    """
    app = build(options)
    with listening_socket(options) as listener:
        announce(address(listener))
        server(app).run(sockets=[listener])
