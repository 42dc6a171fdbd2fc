"""What the portal is told when it starts; it reads no environment itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reports.registries.static import StaticRegistry


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """Where the portal finds what it shows, and who may ask for certifications."""

    database_url: str
    registry: StaticRegistry
    exchanges: Path
    """The folder of exchange profiles."""
    trust: Path
    """The public trust root, ``trust.json``."""
    public_url: str
    """Where strangers reach the portal; no trailing slash."""
    token: str | None = field(default=None, repr=False)
    """What a certification request must carry; ``None`` refuses them all."""
