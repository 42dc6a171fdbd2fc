"""What the tool recorded of its cases and calls, read one by one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from certification.evidence.record import Call, Message

_MOST_BODY = 8000


def shown_by(entry: dict[str, Any], case_id: str, interactions: dict[str, Any]) -> str:
    """The case whose call shows a failure: what a check sent on its own account shows more than the case it began with."""
    own = entry["failure_info"]["failure"].get("case_id")
    return str(own) if own in interactions else case_id


def led_to(case_id: str, nodes: dict[str, Any]) -> Iterator[str]:
    """The calls that led to a case, the newest first."""
    seen = {case_id}
    parent = (nodes.get(case_id) or {}).get("parent_id")
    while parent and parent not in seen:
        yield parent
        seen.add(parent)
        parent = (nodes.get(parent) or {}).get("parent_id")


def succeeded(response: dict[str, Any] | None) -> bool:
    """Whether an answer has a status of 2xx."""
    return response is not None and 200 <= int(response["status_code"]) < 300  # noqa: PLR2004 - RFC 9110, section 15.3


def call_of(operation: str, case: dict[str, Any], interaction: dict[str, Any]) -> Call:
    """What was sent and answered, as evidence holds it."""
    request, response = interaction["request"], interaction.get("response")
    parts = urlsplit(request["uri"])
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Call(
        operation=operation,
        actor=case.get("auth_identity") or "anonymous",
        request=_message(f"{request['method']} {target}", request.get("headers"), request.get("body")),
        response=_message(str(response["status_code"]), response.get("headers"), response.get("content")) if response else None,
        status=int(response["status_code"]) if response else None,
        elapsed_ms=round(float(response.get("elapsed") or 0) * 1000) if response else 0,
        failure="" if response else "no answer came",
    )


def _message(start: str, headers: dict[str, list[str]] | None, body: Any) -> Message:
    pairs = tuple((name.lower(), value) for name, values in (headers or {}).items() for value in values)
    content = content_of(body)
    try:
        text, is_base64 = content.decode(), False
    except UnicodeDecodeError:
        text, is_base64 = base64.b64encode(content).decode(), True
    return Message(start=start, headers=pairs, body=text[:_MOST_BODY], base64=is_base64)


def content_of(body: Any) -> bytes:
    """The bytes of a recorded body; none where it is absent or not understood."""
    encoded = body.get("$base64", "") if isinstance(body, dict) else ""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
