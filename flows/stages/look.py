"""Looking at an exchange's description: is it the one that we last made SDKs from?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from certification.errors import CertificationError, ProfileError
from certification.extensions import extensions_digest
from certification.files import write_atomically
from certification.model import Change, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from certification.specs.diff import diff
from flows.settings import Settings
from flows.stages.names import settle_names
from flows.stages.read import read_api
from flows.stages.take import take_snapshot
from flows.steps import digest_of, read_kept
from sdkgen.errors import SdkgenError


class Sight(StrEnum):
    """What a look showed."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNREADABLE = "unreadable"
    """It could not be fetched or understood; the reason says why, and the next look tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one exchange."""

    exchange_id: str
    sight: Sight
    reason: str = ""
    snapshot: SpecSnapshot | None = None
    changes: tuple[Change, ...] = ()
    """What is different from the description that SDKs were last made from; empty for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What SDKs were last made from."""

    key: str
    snapshot: SpecSnapshot


def look_at(profile: ExchangeProfile, settings: Settings) -> Look:
    """Fetch the description if it changed, and compare. Trouble with one exchange is its own: it becomes the look's reason."""
    try:
        snapshot = settle_names(profile, take_snapshot(profile, None, settings), settings)
        seen = _seen(profile.id, settings)
        if seen is not None and seen.key == made_from(profile, snapshot):
            return Look(exchange_id=profile.id, sight=Sight.UNCHANGED, snapshot=snapshot)
        changes = diff(read_api(seen.snapshot), read_api(snapshot)) if seen is not None else ()
    except (CertificationError, SdkgenError) as error:
        return Look(exchange_id=profile.id, sight=Sight.UNREADABLE, reason=str(error))
    return Look(exchange_id=profile.id, sight=Sight.CHANGED, snapshot=snapshot, changes=changes)


def look_at_file(file: Path, settings: Settings) -> Look:
    """The same for a profile's file: one that can't be read is its own trouble, too."""
    try:
        profile = load_profile(file)
    except ProfileError as error:
        return Look(exchange_id=file.parent.name, sight=Sight.UNREADABLE, reason=str(error))
    return look_at(profile, settings)


def made_from(profile: ExchangeProfile, snapshot: SpecSnapshot) -> str:
    """What decides an exchange's SDKs, as one digest: description, overlays, streams, names, profile and extensions."""
    return digest_of(snapshot.identity(), profile.model_dump(mode="json"), extensions_digest(profile.folder))


def remember(profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings) -> None:
    """Note that SDKs were made from this description. Not before: what was begun and not ended is changed still."""
    seen = _Seen(key=made_from(profile, snapshot), snapshot=snapshot)
    write_atomically(_file(profile.id, settings), TypeAdapter(_Seen).dump_json(seen))


def _seen(exchange_id: str, settings: Settings) -> _Seen | None:
    return read_kept(_file(exchange_id, settings), _Seen)


def _file(exchange_id: str, settings: Settings) -> Path:
    return settings.home / "watched" / f"{exchange_id}.json"
