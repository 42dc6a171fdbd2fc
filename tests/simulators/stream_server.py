"""A WebSocket server on the loopback interface that does with each connection what it is told to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from websockets.sync.server import ServerConnection, serve

Manners = Callable[[ServerConnection], None]


@contextmanager
def stream_server(manners: Manners) -> Iterator[str]:
    """Gives its address, ``http://``, as a sandbox's would be."""
    silent = logging.getLogger("tests.stream_server")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    with serve(manners, "127.0.0.1", 0, logger=silent, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
