"""From a snapshot to the model of its API, and to what reading it showed."""

from __future__ import annotations

import threading
from functools import lru_cache

from certification.model import SpecSnapshot
from certification.specs.history import content_of, overlays_of, stream_overlays_of, streams_of
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
        return _read_api(snapshot)


@lru_cache(maxsize=4)
def _read_api(snapshot: SpecSnapshot) -> Api:
    return load(
        content_of(snapshot),
        overlays=overlays_of(snapshot),
        streams=streams_of(snapshot),
        stream_overlays=stream_overlays_of(snapshot),
        source=snapshot.source,
        streams_source=snapshot.streams_source or "streams",
    )
