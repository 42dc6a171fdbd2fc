"""Starts the reference exchange: in this process for tests, or as the process of its own that ``python -m`` makes."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from certification.errors import SandboxError
from certification.sandboxes.reference.assembly import ReferenceOptions, assemble
from certification.sandboxes.reference.venue import Clock, system_clock
from certification.sandboxes.reference.web.app import application

if TYPE_CHECKING:
    from starlette.routing import Router


def _application(options: ReferenceOptions, environment: Mapping[str, str], clock: Clock) -> Router:
    parts = assemble(options, environment=environment, clock=clock)
    return application(parts.gateway, parts.streams)


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


def server(app: Router) -> _Server:
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
        SandboxError: the address can't be had.
        ProfileError: a fault has no such name.
    """
    options = options or ReferenceOptions()
    app = _application(options, environment, clock)
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
        SandboxError: the address can't be had.
        ProfileError: a fault has no such name.
    """
    running = server(_application(options, os.environ, system_clock))
    with listening_socket(options) as listener, running.capture_signals():
        announce(address(listener))
        running.run(sockets=[listener])
