"""From a snapshot to the model of its API, and to what reading it showed."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from certification.model import SpecSnapshot
from sdkgen.api.load import load
from sdkgen.api.model import Api

_LOCK = threading.Lock()


def read_api(snapshot: SpecSnapshot) -> Api:
    """The description's model. Read once per process, whichever stage asks first.

    Raises:
        DescriptionError: it can't be understood.
    """
    overlays = tuple((path, Path(path).stat().st_mtime_ns) for path in snapshot.overlays)
    with _LOCK:
        return _read_api(snapshot.path, snapshot.digest, overlays, snapshot.source)


@lru_cache(maxsize=4)
def _read_api(path: str, digest: str, overlays: tuple[tuple[str, int], ...], source: str) -> Api:  # noqa: ARG001 - part of the key
    return load(Path(path).read_bytes(), overlays=tuple(Path(overlay).read_bytes() for overlay, _ in overlays), source=source)
