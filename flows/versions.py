"""Which version an SDK gets: a new one for every new source, as large a step as the change of the description asks for.

Kept as one small file per exchange and language, oldest version first. The same source always gets the same version, so that a nightly run
that changes nothing publishes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from certification.errors import CertificationError
from certification.files import locked, write_atomically
from certification.model import SpecSnapshot
from certification.specs.changelog import next_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A version and the source that it was given to."""

    version: str
    source: str
    """Digest of the generated tree under the first version: all that decides the source decides it."""
    snapshot: SpecSnapshot
    """The description that it comes from, to compare the next one with."""


_LEDGER = TypeAdapter(tuple[Numbered, ...])


def version_for(ledger: Path, *, source: str, snapshot: SpecSnapshot, first: str, bump: Callable[[SpecSnapshot], str]) -> str:
    """The version of a source: the one it has, else the next.

    Args:
        ledger: the file of one exchange's SDK in one language.
        source: what the version stands for.
        snapshot: the description it comes from.
        first: the version that an exchange begins with.
        bump: tells ``major``, ``minor``, ``patch`` or ``none`` for the step from an older description to this one.

    Raises:
        CertificationError: the ledger can't be read.
    """
    with locked(ledger.with_suffix(".lock")):
        known = _read(ledger)
        for entry in known:
            if entry.source == source:
                return entry.version
        version = next_version(known[-1].version, bump(known[-1].snapshot)) if known else first
        write_atomically(ledger, _LEDGER.dump_json((*known, Numbered(version=version, source=source, snapshot=snapshot)), indent=1))
        return version


def _read(ledger: Path) -> tuple[Numbered, ...]:
    try:
        return _LEDGER.validate_json(ledger.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise CertificationError(f"{ledger}: can't be read; restore it, or published versions would be given twice") from error
