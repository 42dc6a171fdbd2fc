"""Streams of binance-connector: a thread for each, which hands texts to a callback."""

import json
import queue
import time

from binance.websocket.spot.websocket_stream import SpotWebsocketStreamClient


class Streams:
    """The streams of one client, numbered from 1."""

    def __init__(self, url):
        self.url = url
        self.opened = []

    def subscribe(self, asked):
        """By the stream's name, as its README does. The SDK tells nobody whether the exchange confirmed."""
        heard = queue.Queue()
        client = SpotWebsocketStreamClient(
            stream_url=self.url,
            on_message=lambda _, text: receive(heard, text),
            on_close=lambda _: heard.put(ended()),
            on_error=lambda _, error: heard.put(ended(error)),
        )
        client.subscribe(stream=asked["arguments"]["streamName"])
        self.opened.append((client, heard))
        return {"stream": len(self.opened)}

    def hear(self, asked):
        """What came, as many as came in time."""
        _, heard = self.opened[asked["stream"] - 1]
        until = time.monotonic() + asked["timeout_ms"] / 1000
        messages = []
        while len(messages) < asked["count"] and (left := until - time.monotonic()) > 0:
            try:
                messages.append(heard.get(timeout=left))
            except queue.Empty:
                break
            if messages[-1]["type"] == "Ended":
                break
        return {"messages": messages}

    def leave(self, number):
        """Close it; what is closed already can't be closed again."""
        client, _ = self.opened[number - 1]
        client.stop()
        return {}


def receive(heard, text):
    """The user gets a text and reads it; numbers stay as they are written."""
    try:
        value = json.loads(text, parse_float=str)
    except ValueError as error:
        heard.put({"type": "DecodeError", "value": {"path": "$", "problem": str(error)}})
        return
    if not (isinstance(value, dict) and "result" in value):
        heard.put({"type": "Message", "value": value})


def ended(error=None):
    """The callback was told that it is over."""
    return {"type": "Ended", "value": None if error is None else {"problem": f"{type(error).__name__}: {error}"}}
