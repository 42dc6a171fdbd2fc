"""A bad line carries every byte, late, or resets the connection."""

from __future__ import annotations

import httpx
import pytest

from benchmarks.bad_line import BadLine, bad_line
from tests.simulators.scripted_server import Scripted, scripted_server


def test_a_line_carries_what_it_does_not_reset() -> None:
    with scripted_server() as server, bad_line(server.url, BadLine(most_delay_s=0.001, resets=0.0), seed=1) as url:
        server.answer = Scripted(body=b"x" * 200_000)
        assert httpx.get(url, trust_env=False).content == b"x" * 200_000


def test_a_line_that_resets_is_an_error_of_the_connection() -> None:
    with (
        scripted_server() as server,
        bad_line(server.url, BadLine(most_delay_s=0.0, resets=1.0), seed=1) as url,
        pytest.raises(httpx.TransportError),
    ):
        httpx.get(url, trust_env=False)
