"""Where registries tell of known vulnerabilities; light enough for settings to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where vulnerabilities are asked for; base URLs, no trailing slash; empty where none may be asked."""

    pypi: str
    npm: str
    go: str
