"""What the containers of one run share: networks on which they meet, and a volume with what Go has compiled."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from certification.isolation import engine

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.networks import Network

_NO_HOST = {"com.docker.network.bridge.inhibit_ipv4": "true"}


class Shared:
    """Each made when first needed; ``engine.sweep`` removes them by their marks."""

    def __init__(self, client: DockerClient, run: str) -> None:
        self._client = client
        self._run = run
        self._networks: dict[str, Network] = {}
        self._volume = ""
        self._lock = threading.Lock()

    def inside(self) -> Network:
        """Where services and jobs meet. The host has no address on it: a job reaches the run's services and nothing else."""
        return self._network("inside", internal=True, options=_NO_HOST)

    def front(self) -> Network:
        """Where this process reaches services. Only services are on it; it leads nowhere but to the host's own address on it."""
        return self._network("front", internal=True, options={})

    def outside(self) -> Network:
        """The way out, for our own jobs that test a remote sandbox."""
        return self._network("outside", internal=False, options={})

    def cache(self) -> str:
        """The volume's name. The engine fills it from the image when it is first mounted."""
        with self._lock:
            if not self._volume:
                with engine.translated("a volume for the run can't be made"):
                    volume = self._client.volumes.create(name=f"certify-{self._run}-cache", labels=engine.marks(self._run))
                self._volume = str(volume.name)
            return self._volume

    def _network(self, purpose: str, *, internal: bool, options: dict[str, str]) -> Network:
        with self._lock:
            if purpose not in self._networks:
                with engine.translated("a network for the run can't be made"):
                    self._networks[purpose] = self._client.networks.create(
                        f"certify-{self._run}-{purpose}",
                        driver="bridge",
                        internal=internal,
                        options=options,
                        labels=engine.marks(self._run),
                    )
            return self._networks[purpose]
