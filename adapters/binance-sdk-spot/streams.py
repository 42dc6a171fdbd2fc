"""Streams of binance-sdk-spot: a loop of asyncio in a thread, which hands models to a callback."""

import asyncio
import queue
import re
import threading
import time

from binance_common.configuration import ConfigurationWebSocketStreams
from binance_sdk_spot.spot import Spot

_DIFF_DEPTH = re.compile(r"(?P<symbol>[a-z0-9]+)@depth(?:@(?P<speed>100ms))?")


class Streams:
    """The streams of one client, numbered from 1."""

    def __init__(self, url):
        self.url = url
        self.opened = []
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def wait(self, what):
        """Its answer."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(timeout=30)

    def subscribe(self, asked):
        """By the method of the stream; ``None`` where this adapter maps none."""
        named = _DIFF_DEPTH.fullmatch(asked["arguments"]["streamName"])
        if named is None:
            return None
        heard = queue.Queue()
        self.opened.append((self.wait(self.diff_depth(named, heard)), heard))
        return {"stream": len(self.opened)}

    async def diff_depth(self, named, heard):
        """As its README does, with callbacks for what happens to the connection."""
        streams = Spot(config_ws_streams=ConfigurationWebSocketStreams(stream_url=self.url)).websocket_streams
        await streams.create_connection()
        streams.on_connection("close", lambda: heard.put({"type": "Ended", "value": None}))
        streams.on_connection("reconnect", lambda: heard.put({"type": "Reconnected", "value": None}))
        streams.on_connection("error", lambda error: heard.put({"type": "DecodeError", "value": {"path": "$", "problem": str(error)}}))
        handle = await streams.diff_book_depth(symbol=named["symbol"], update_speed=named["speed"])
        handle.on("message", lambda model: heard.put({"type": type(model).__name__, "value": model}))
        return streams

    def hear(self, asked, plain):
        """What came, as many as came in time."""
        _, heard = self.opened[asked["stream"] - 1]
        until = time.monotonic() + asked["timeout_ms"] / 1000
        messages = []
        while len(messages) < asked["count"] and (left := until - time.monotonic()) > 0:
            try:
                item = heard.get(timeout=left)
            except queue.Empty:
                break
            messages.append({"type": item["type"], "value": plain(item["value"])})
            if item["type"] == "Ended":
                break
        return {"messages": messages}

    def leave(self, number):
        """Close the connection."""
        streams, _ = self.opened[number - 1]
        self.wait(streams.close_connection(close_session=True))
        return {}
