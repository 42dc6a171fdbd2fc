"""A program that uses an installed SDK, ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The harness program beside the SDK that it uses (see ``sdkgen/HARNESS.md``)."""

    argv: tuple[str, ...]
    folder: Path
    environment: tuple[tuple[str, str], ...] = ()
    image: str = "toolbox"
    """As in ``Job``."""
    trusted: bool = True
    """Whether it uses an SDK of ours; a third party's runs in containers only (see ``Job.trusted``)."""
