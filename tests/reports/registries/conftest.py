"""A registry on disk, and the same registry served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from reports.registries.serve import registry_app
from reports.registries.static import StaticRegistry


@pytest.fixture
def registry(tmp_path: Path) -> StaticRegistry:
    return StaticRegistry(folder=tmp_path / "registry")


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup()
        self.listening.set()


@pytest.fixture
def served(registry: StaticRegistry) -> Iterator[str]:
    server = _Server(uvicorn.Config(registry_app(registry), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.listening.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
