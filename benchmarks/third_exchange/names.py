"""Ids in the manner `OXXXXX-XXXXX-XXXXXX`: told apart by their first letter, never guessable from one another."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from itertools import count

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Names:
    """Gives ids; none twice."""

    def __init__(self) -> None:
        self._seed = secrets.token_bytes(16)
        self._count = count(1)

    def next(self, letter: str) -> str:
        """The next id that begins with this letter."""
        digest = hmac.digest(self._seed, b"%d" % next(self._count), hashlib.sha256)
        text = "".join(_ALPHABET[byte & 31] for byte in digest[:16])
        return f"{letter}{text[:5]}-{text[5:10]}-{text[10:]}"
