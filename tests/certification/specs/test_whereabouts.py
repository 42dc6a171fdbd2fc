"""Where descriptions speak of operations and channels."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults import ground_in
from certification.model import SpecSnapshot
from certification.specs.fetched import Fetched
from certification.specs.history import History, content_of, streams_of
from certification.specs.whereabouts import whereabouts
from sdkgen.api.load import load

OVERLAID = b"overlay: 1.0.0\ninfo: {title: o, version: '1'}\nactions: [{target: $.paths, update: {/b: {get: {operationId: b}}}}]\n"


def line(text: bytes, number: int | None) -> str:
    assert number is not None
    return text.decode().splitlines()[number - 1]


def reference(folder: Path) -> SpecSnapshot:
    return ground_in(folder).snapshot


def test_operations_and_channels_have_pointer_and_line(tmp_path: Path) -> None:
    snapshot = reference(tmp_path)
    streams = streams_of(snapshot)
    assert streams is not None
    api = load(content_of(snapshot), streams=streams, streams_source="s", source="r")

    found = whereabouts(api, snapshot, {"placeOrder", "depth", "nobody"})
    assert sorted(found) == ["depth", "placeOrder"]
    assert found["placeOrder"].pointer == "/paths/~1v1~1orders/post"
    assert "post" in line(content_of(snapshot), found["placeOrder"].line)
    assert found["depth"].pointer == "streams#/channels/depth"
    assert "depth" in line(streams, found["depth"].line)
    assert whereabouts(api, snapshot, ()) == {}


def test_what_an_overlay_adds_has_the_line_of_what_it_is_added_to(tmp_path: Path) -> None:
    content = b"openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths:\n  /a: {get: {operationId: a}}\n"
    snapshot = History(tmp_path).record("shop", Fetched(source="s", content=content), overlays=(OVERLAID,))
    api = load(content, overlays=(OVERLAID,), source="s")
    found = whereabouts(api, snapshot, {"a", "b"})
    assert (found["a"].line, found["b"].line) == (4, 3)
