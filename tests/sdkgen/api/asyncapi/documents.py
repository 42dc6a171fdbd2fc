"""Parts of AsyncAPI 3 documents, and what is found out about them."""

from __future__ import annotations

from typing import Any

from sdkgen.api.model import Issue
from tests.simulators.stream_descriptions import read

TICK: dict[str, Any] = {"payload": {"type": "object", "required": ["e"], "properties": {"e": {"const": "tick"}, "p": {"type": "string"}}}}


ASK: dict[str, Any] = {"payload": {"type": "object", "required": ["op"], "properties": {"op": {"const": "subscribe"}}}}


ANSWER: dict[str, Any] = {"payload": {"type": "object", "properties": {"ok": {"type": "boolean"}}}}


def ref(*tokens: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(token.replace("/", "~1") for token in tokens)}


def operation(action: str, identity: str, *messages: str, **more: Any) -> dict[str, Any]:
    listed = {"messages": [ref("channels", identity, "messages", one) for one in messages]} if messages else {}
    return {"action": action, "channel": ref("channels", identity), **listed, **more}


def issue(document: dict[str, Any], rule: str) -> Issue:
    [found] = [issue for issue in read(document).issues if issue.rule == rule]
    return found
