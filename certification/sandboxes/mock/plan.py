"""What the mock exchange is told beforehand: which answers wait in which lane. One JSON document a line."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What goes wrong with an answer on its way."""

    NONE = "none"
    RESET = "reset"
    """The connection is reset once the request is read."""
    CLOSE = "close"
    """The connection is closed without an answer."""
    SILENCE = "silence"
    """No answer comes, and the connection stays open until the caller gives up."""
    DRIP = "drip"
    """The answer comes one byte after the other, with ``pause_ms`` between them."""
    CUT = "cut"
    """Half the body comes, less than its header promised, then the connection closes."""


@dataclass(frozen=True)
class PlannedAnswer:
    """One answer, as it goes on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """Beside Content-Length, which is sent where the body is not chunked."""
    body: bytes = b""
    fault: Fault = Fault.NONE
    pause_ms: int = 0
    chunked: bool = False
    """Whether the body comes in chunks, without Content-Length."""


@dataclass(frozen=True)
class Lane:
    """The calls that come to one base URL, in order; a call beyond the last gets the last one's answer again.

    A lane's base URL ends with ``/~<id>``, so that a client which sends too much or too little disturbs no other lane.
    """

    id: int
    answers: tuple[PlannedAnswer, ...]

    @property
    def path(self) -> str:
        """What its base URLs end with."""
        return f"/~{self.id}"


ANNOUNCEMENT = "/.announced"
"""What a request to a lane ends with that only says: calls outside every lane are this one's from now on.

For clients that can't keep a path in their base URL. It is answered with 204, and is no arrival.
"""

_LANE = re.compile(r"/~(\d+)(?=[/?#]|$)")


def lane_of(target: str) -> int | None:
    """The lane that a request's target belongs to; ``None`` where it is in none."""
    found = _LANE.search(target)
    return int(found[1]) if found else None


def write_plan(lanes: tuple[Lane, ...]) -> bytes:
    """The plan file."""
    return "".join(json.dumps(_lane_document(lane), separators=(",", ":")) + "\n" for lane in lanes).encode()


def read_plan(content: bytes) -> dict[int, Lane]:
    """The lanes of a plan file, by their ids.

    Raises:
        ValueError: the content is no plan.
    """
    try:
        lanes = [_lane(json.loads(line)) for line in content.splitlines() if line.strip()]
    except (KeyError, TypeError) as error:
        raise ValueError(f"a lane lacks {error}") from error
    return {lane.id: lane for lane in lanes}


def _lane_document(lane: Lane) -> dict[str, Any]:
    return {
        "lane": lane.id,
        "answers": [
            {
                "status": answer.status,
                "headers": answer.headers,
                "body": base64.b64encode(answer.body).decode(),
                "fault": answer.fault.value,
                "pause_ms": answer.pause_ms,
                "chunked": answer.chunked,
            }
            for answer in lane.answers
        ],
    }


def _lane(document: dict[str, Any]) -> Lane:
    answers = tuple(
        PlannedAnswer(
            status=answer["status"],
            headers=tuple((name, value) for name, value in answer["headers"]),
            body=base64.b64decode(answer["body"]),
            fault=Fault(answer["fault"]),
            pause_ms=answer["pause_ms"],
            chunked=answer["chunked"],
        )
        for answer in document["answers"]
    )
    if not answers:
        raise ValueError(f"lane {document['lane']} has no answer")
    return Lane(id=document["lane"], answers=answers)
