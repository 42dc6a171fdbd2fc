"""Waiting until a service answers."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

from certification.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_FAILING = 500
_PAUSE_S = 0.05


def answers(host: str, port: int, path: str) -> bool:
    """Whether any answer below 500 comes within a second."""
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < _FIRST_FAILING
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def await_health(name: str, host: str, port: int, path: str, *, timeout_s: float, last_line: Callable[[], str | None]) -> None:
    """Return once the service answers.

    ``last_line`` gives the last line that the service printed once it has ended, else ``None``.

    Raises:
        SandboxError: it ended, or did not answer in time.
    """
    deadline = time.monotonic() + timeout_s
    while not answers(host, port, path):
        line = last_line()
        if line is not None:
            raise SandboxError(f"service {name} ended before it answered: {line or 'it printed nothing'}")
        if time.monotonic() > deadline:
            raise SandboxError(f"service {name} did not answer at {path} within {timeout_s:g} s; look at its log or raise the limit")
        time.sleep(_PAUSE_S)
    line = last_line()
    if line is not None:
        raise SandboxError(f"service {name} ended, and something else answers on port {port}: {line}")
