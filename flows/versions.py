"""Which version an SDK gets: a new one for every new source, as large a step as the change of the description asks for.

Kept as one small file per exchange and language, oldest version first, with what each changed for programs. The same source always gets
the same version, so that a nightly run that changes nothing publishes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from certification.errors import CertificationError
from certification.files import locked, write_atomically
from certification.model import Change, SpecSnapshot
from certification.specs.changelog import changelog, next_version
from certification.specs.diff import version_bump

_SAME = "The API is the same. The generator, the profile or an extension changed."
_MOST = 100
"""Versions that a changelog tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A version and the source that it was given to."""

    version: str
    source: str
    """Digest of the generated tree under the first version: all that decides the source decides it."""
    snapshot: SpecSnapshot
    """The description that it comes from, to compare the next one with."""
    entry: str = ""
    """Its entry in the changelog, in Markdown; empty for the first, and where an older program wrote the ledger."""


_LEDGER = TypeAdapter(tuple[Numbered, ...])


def numbered(
    ledger: Path, *, source: str, snapshot: SpecSnapshot, first: str, changes: Callable[[SpecSnapshot], tuple[Change, ...]]
) -> tuple[Numbered, ...]:
    """The versions up to that of a source, oldest first: the last is the one that it has, or else gets now.

    Args:
        ledger: the file of one exchange's SDK in one language.
        source: what the version stands for.
        snapshot: the description it comes from.
        first: the version that an exchange begins with, or goes on with where it is higher than what follows from the changes.
        changes: tells the difference of an older description to this one.

    Raises:
        CertificationError: the ledger can't be read.
    """
    with locked(ledger.with_suffix(".lock")):
        known = _read(ledger)
        for place, each in enumerate(known, 1):
            if each.source == source:
                return known[:place]
        version, entry = _next(known[-1], changes(known[-1].snapshot), at_least=first) if known else (first, "")
        versions = (*known, Numbered(version=version, source=source, snapshot=snapshot, entry=entry))
        write_atomically(ledger, _LEDGER.dump_json(versions, indent=1))
        return versions


def changelog_of(versions: tuple[Numbered, ...]) -> str:
    """What each version changed, the newest first, in Markdown."""
    told = tuple(reversed(versions))[:_MOST]
    entries = [each.entry or f"## {each.version}\n\n{'First version.' if each is versions[0] else _SAME}\n" for each in told]
    return "\n".join(entries)


def _next(last: Numbered, changes: tuple[Change, ...], *, at_least: str) -> tuple[str, str]:
    version = max(next_version(last.version, version_bump(changes)), at_least, key=lambda each: [int(part) for part in each.split(".")])
    return version, changelog(changes, version=version) if changes else f"## {version}\n\n{_SAME}\n"


def _read(ledger: Path) -> tuple[Numbered, ...]:
    try:
        return _LEDGER.validate_json(ledger.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise CertificationError(f"{ledger}: can't be read; restore it, or published versions would be given twice") from error
