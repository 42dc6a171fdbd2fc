"""Statuses of answers that turn the caller away, whatever was asked. Imports nothing: contract tests' jobs have it too."""

from __future__ import annotations

THROTTLED = frozenset({418, 429})
"""RFC 6585, section 4; and what some exchanges answer to who goes on regardless."""
TURNED_AWAY = frozenset({401, 403}) | THROTTLED
"""Statuses that refuse the caller, or the moment, not what was asked for."""
