"""Real exchanges' descriptions out of the shared folder, as their profiles name them; each is read once."""

from __future__ import annotations

import json
from pathlib import Path

from certification.profile import ExchangeProfile, SpecSource
from sdkgen.api.load import load
from sdkgen.api.model import Api


class Descriptions:
    """The folder of descriptions; its manifest tells which public file each one is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[tuple[str, str], str] = {
            (entry["source_repo"].removeprefix("https://github.com/"), entry["source_path"]): entry["file"]
            for entry in json.loads((folder / "manifest.json").read_text())
        }
        self._read: dict[str, Api] = {}

    def content(self, profile: ExchangeProfile, source: SpecSource) -> bytes:
        """What stands at a source: a file of the profile's own, or the folder's copy of a public one."""
        if source.file is not None:
            return (profile.folder / source.file).read_bytes()
        place, _, path = (source.github or "").partition(":")
        return (self._folder / self._files[place.partition("@")[0], path]).read_bytes()

    def api(self, profile: ExchangeProfile) -> Api:
        """The profile's REST description with its overlays applied."""
        if profile.id not in self._read:
            overlays = tuple((profile.folder / name).read_bytes() for name in profile.spec.overlays)
            self._read[profile.id] = load(self.content(profile, profile.spec.rest), overlays=overlays)
        return self._read[profile.id]

    def streams(self, profile: ExchangeProfile) -> Api:
        """The profile's description of streams with its overlays applied, as an API of its own; it may be the only one."""
        if profile.spec.streams is None:
            return self.api(profile)
        overlays = tuple((profile.folder / name).read_bytes() for name in profile.spec.stream_overlays)
        return load(self.content(profile, profile.spec.streams), overlays=overlays)

    def whole(self, profile: ExchangeProfile) -> Api:
        """REST and streams of the profile as one API."""
        assert profile.spec.streams is not None
        return load(
            self.content(profile, profile.spec.rest),
            overlays=tuple((profile.folder / name).read_bytes() for name in profile.spec.overlays),
            streams=self.content(profile, profile.spec.streams),
            stream_overlays=tuple((profile.folder / name).read_bytes() for name in profile.spec.stream_overlays),
        )
