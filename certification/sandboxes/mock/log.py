"""What arrived at the mock exchange, byte for byte. One JSON document a line."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Arrival:
    """One request as it was on the wire."""

    lane: int | None
    """``None`` where the target names no lane of the plan."""
    method: str
    target: str
    """The request line's target, untouched: path and query with their percent-encoding, the lane's prefix included."""
    headers: tuple[tuple[str, str], ...]
    """In wire order, names as written, values as ISO 8859-1."""
    body: bytes
    at_ms: int = 0
    """When it came, by a clock that only tells how long something took."""
    connection: int = 0
    """Which of the client's connections it came over, numbered from 1; 0 where nobody counted."""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), None)


def write_arrival(arrival: Arrival) -> bytes:
    """Its line in the log."""
    document = {
        "lane": arrival.lane,
        "method": arrival.method,
        "target": arrival.target,
        "headers": arrival.headers,
        "body": base64.b64encode(arrival.body).decode(),
        "at_ms": arrival.at_ms,
        "connection": arrival.connection,
    }
    return (json.dumps(document, separators=(",", ":")) + "\n").encode()


def read_log(content: bytes) -> tuple[Arrival, ...]:
    """The requests of a log, in the order of their arrival. A last line without its end is left out: the writer was killed."""
    complete = content[: content.rfind(b"\n") + 1]
    return tuple(_arrival(line) for line in complete.splitlines())


def _arrival(line: bytes) -> Arrival:
    document = json.loads(line)
    return Arrival(
        lane=document["lane"],
        method=document["method"],
        target=document["target"],
        headers=tuple((name, value) for name, value in document["headers"]),
        body=base64.b64decode(document["body"]),
        at_ms=document["at_ms"],
        connection=document["connection"],
    )
