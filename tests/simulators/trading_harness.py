"""A harness program (``sdkgen/HARNESS.md``) for the reference exchange without an SDK: signs and sends by itself, and lies where told to.

``python trading_harness.py [LIE]``; lies are ``dear`` (fees a hundred-millionth higher), ``mute`` (no fills) and ``deaf`` (every call is
refused). Needs nothing but the standard library, so that it starts at once.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import sys
import time
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

_OPERATIONS = {
    "getDepth": ("GET", "/v1/instruments/{symbol}/depth"),
    "placeOrder": ("POST", "/v1/orders"),
    "cancelOrder": ("POST", "/v1/orders/{order_id}/cancel"),
    "listFills": ("GET", "/v1/fills"),
}
_WINDOW = "5000"


def main(lie: str) -> None:
    """Answer every line."""
    settings: dict[str, Any] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any] = {"refused": {"message": "this program only calls"}}
        if "configure" in asked:
            settings, answer = asked["configure"], {"configured": {}}
        elif "call" in asked and lie != "deaf":
            answer = _told(asked["call"], settings, lie)
        print(json.dumps({"id": asked["id"], **answer}), flush=True)  # noqa: T201 - the protocol


def _told(call: dict[str, Any], settings: dict[str, Any], lie: str) -> dict[str, Any]:
    """The answer as the protocol has it, or nearly."""
    status, value = _sent(call, settings)
    if status >= http.client.BAD_REQUEST:
        return {"raised": {"kind": "api", "status": status, "message": value["message"]}}
    if call["operation"] == "listFills":
        if lie == "mute":
            value["items"] = []
        for fill in value["items"] if lie == "dear" else ():
            fill["fee"] = f"{Decimal(fill['fee']) + Decimal('0.00000001'):f}"
    return {"returned": {"status": status, "value": value}}


def _sent(call: dict[str, Any], settings: dict[str, Any]) -> tuple[int, Any]:
    method, path = _OPERATIONS[call["operation"]]
    for name, value in call["path"].items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = urlencode(call["query"])
    target = path + (f"?{query}" if query else "")
    body = json.dumps(call["body"]) if "body" in call else ""
    now = str(time.time_ns() // 1_000_000)
    signature = hmac.new(settings["secret"].encode(), f"{now}{_WINDOW}{method}{target}{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Ref-Key": settings["key"], "X-Ref-Timestamp": now, "X-Ref-Window": _WINDOW, "X-Ref-Signature": signature}
    connection = http.client.HTTPConnection(urlsplit(settings["base_url"]).netloc, timeout=10)
    connection.request(method, target, body or None, headers | ({"Content-Type": "application/json"} if body else {}))
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


if __name__ == "__main__":
    main(*(sys.argv[1:] or ("",)))
