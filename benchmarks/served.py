"""Serves one of the exchanges that the product was not written for, on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette


def serve(app: Starlette, port: int) -> None:
    """Listen on loopback until a signal ends it; the address is printed first."""
    with _listening(port) as listener:
        print(_address(listener), flush=True)
        _server(app).run(sockets=[listener])


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Run the exchange in a thread of this process while the context is open; gives its address, without a path."""
    with _listening(0) as listener:
        running = _server(app)
        thread = threading.Thread(target=running.run, args=([listener],), daemon=True, name="exchange")
        thread.start()
        try:
            yield _address(listener)
        finally:
            running.should_exit = True
            thread.join()


def _listening(port: int) -> socket.socket:
    listener = socket.create_server(("127.0.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="websockets-sansio",
            ws_ping_interval=15,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
