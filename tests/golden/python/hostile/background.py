"""The harness's asynchronous client: in an event loop of its own in the background, asked from the program's one thread."""

import asyncio
import threading

from openxapi_hostile import AsyncClient


class Background:
    """One asynchronous client and its loop."""

    def __init__(self, credentials, options):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.client = self.run(self.made(credentials, options))

    async def made(self, credentials, options):
        return AsyncClient(*credentials, **options)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def close(self):
        self.run(self.client.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def raw(self, call):
        return self.run(self.client.raw(call))

    def request(self, *arguments, **options):
        return self.run(self.client.request(*arguments, **options))

    def sync_clock(self):
        return self.run(self.client.sync_clock())

    def items(self, iterate, most):
        return self.run(self.iterated(iterate, most))

    async def iterated(self, iterate, most):
        items = []
        async for item in iterate(self.client):
            items.append(item)
            if len(items) == most:
                break
        return items
