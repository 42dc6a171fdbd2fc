"""Where what comes with the product lies."""

from __future__ import annotations

from pathlib import Path

EXCHANGES = Path(__file__).resolve().parent.parent / "exchanges"
"""One folder per exchange, each with a ``profile.yaml``."""
