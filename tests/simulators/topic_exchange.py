"""OKX's and Bitget's way of speaking on a stream, written from their documentation and not from our profiles."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection

Told = dict[str, Any]


class TopicExchange:
    """Confirms topics, refuses unknown ones, wants a signed login for private ones, and says what a topic has when it is asked for."""

    def __init__(self, *, secret: str, verified_path: str, private: tuple[str, ...], says: dict[str, list[Told]]) -> None:
        self._secret = secret
        self._verified_path = verified_path
        self._private = private
        self._says = says
        self._lock = threading.Lock()
        self.asked: list[str] = []
        """Every text of every client, in order."""

    def __call__(self, connection: ServerConnection) -> None:
        known = False
        for text in connection:
            with self._lock:
                self.asked.append(str(text))
            if text == "ping":
                connection.send("pong")
                continue
            asked = json.loads(text)
            [argument] = asked["args"]
            if asked["op"] == "login":
                known = self._verified(argument)
                answer = (
                    {"event": "login", "code": "0", "msg": ""} if known else {"event": "error", "code": "60009", "msg": "Login failed."}
                )
                connection.send(json.dumps(answer))
                continue
            topic = argument["channel"]
            if topic not in self._says or (topic in self._private and not known):
                connection.send(json.dumps({"event": "error", "arg": argument, "code": "60018", "msg": f"{topic} doesn't exist"}))
                continue
            connection.send(json.dumps({"event": asked["op"], "arg": argument}))
            if asked["op"] == "subscribe":
                for told in self._says[topic]:
                    connection.send(json.dumps({"arg": argument, **told}))

    def _verified(self, argument: dict[str, str]) -> bool:
        signed = f"{argument['timestamp']}GET{self._verified_path}".encode()
        signature = base64.b64encode(hmac.new(self._secret.encode(), signed, hashlib.sha256).digest()).decode()
        return abs(time.time() - int(argument["timestamp"])) < 30 and argument["sign"] == signature and argument["passphrase"] == "word"
