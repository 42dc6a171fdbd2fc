"""From a snapshot to the model of its API, and to what reading it showed."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache

from certification.evidence.shapes import Shapes
from certification.model import SpecSnapshot
from certification.specs.history import content_of, names_of, overlays_of, stream_overlays_of, streams_of
from sdkgen.api.load import document_meant, load
from sdkgen.api.lock import read_lock, with_names
from sdkgen.api.model import Api

_LOCK = threading.Lock()


def read_api(snapshot: SpecSnapshot) -> Api:
    """The description's model, by the names that the snapshot keeps. Read once per process, whichever stage asks first.

    Raises:
        CertificationError: the kept bytes are gone or were changed.
        DescriptionError: they can't be understood.
        LockError: the names can't be read.
    """
    with _LOCK:
        return _named_api(snapshot)


def read_shapes(snapshot: SpecSnapshot) -> Shapes:
    """What the snapshot's descriptions say that answers and messages look like.

    Raises:
        CertificationError: the kept bytes are gone or were changed.
        DescriptionError, OverlayError: they can't be understood.
    """
    root = document_meant(content_of(snapshot), overlays=overlays_of(snapshot), source=snapshot.source)
    streams = streams_of(snapshot)
    if streams is None:
        return Shapes(root, root if "asyncapi" in root else None)
    told = document_meant(streams, overlays=stream_overlays_of(snapshot), source=snapshot.streams_source or "streams")
    return Shapes(root, told)


@lru_cache(maxsize=4)
def _named_api(snapshot: SpecSnapshot) -> Api:
    names = names_of(snapshot)
    api = _read_api(replace(snapshot, names=None))
    return api if names is None else with_names(api, read_lock(names, source=f"the names lock of {snapshot.exchange_id}"))[0]


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
