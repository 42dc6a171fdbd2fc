"""From a snapshot to the model of its API, and to what reading it showed."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from certification.model import SpecSnapshot
from certification.specs.history import content_of, overlays_of
from sdkgen.api.load import load
from sdkgen.api.model import Api

_LOCK = threading.Lock()


def read_api(snapshot: SpecSnapshot) -> Api:
    """The description's model. Read once per process, whichever stage asks first.

    Raises:
        CertificationError: the kept bytes are gone or were changed.
        DescriptionError: they can't be understood.
    """
    with _LOCK:
        return _read_api(snapshot.digest, tuple(Path(overlay).name for overlay in snapshot.overlays), _Ignored(snapshot))


class _Ignored:
    """A snapshot that takes no part in a cache's key: its digests already do."""

    def __init__(self, snapshot: SpecSnapshot) -> None:
        self.snapshot = snapshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ignored)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _read_api(digest: str, overlays: tuple[str, ...], given: _Ignored) -> Api:  # noqa: ARG001 - the key
    snapshot = given.snapshot
    return load(content_of(snapshot), overlays=overlays_of(snapshot), source=snapshot.source)
