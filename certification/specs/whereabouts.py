"""Where a description speaks of an operation or a channel: pointer and line, for findings that name one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import Place
from certification.specs.history import content_of, streams_of
from sdkgen.api.parse import Lines, parse

if TYPE_CHECKING:
    from collections.abc import Collection

    from certification.model import SpecSnapshot
    from sdkgen.api.model import Api


def whereabouts(api: Api, snapshot: SpecSnapshot, wanted: Collection[str]) -> dict[str, Place]:
    """The places of the operations and channels that are wanted, by their ids.

    The text is parsed once more for its lines, so nothing is done where nothing is wanted.

    Raises:
        CertificationError: the kept bytes are gone or were changed.
        DescriptionError: they can't be understood; but then there was no API to ask about.
    """
    operations = {operation.id: operation.pointer for operation in api.operations if operation.id in wanted}
    channels = {channel.id: channel.pointer for channel in api.channels if channel.id in wanted and channel.id not in operations}
    streams = streams_of(snapshot) if channels else None
    return _placed(operations, content_of(snapshot)) | _placed(channels, streams or content_of(snapshot))


def _placed(pointers: dict[str, str], content: bytes) -> dict[str, Place]:
    if not pointers:
        return {}
    lines = Lines(parse(content, source="the description"))
    # A pointer into the streams' description names its document before a #.
    return {name: Place(pointer=pointer, line=lines.of(pointer.rpartition("#")[2])) for name, pointer in pointers.items()}
