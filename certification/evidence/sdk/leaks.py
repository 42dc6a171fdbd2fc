"""Looks for the secrets that an SDK was given in everything that it printed and told."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.isolation.runner import JobResult
    from sdkgen.signing.request import Credentials

_SHORTEST = 8
"""Characters below which a text proves nothing."""
_AROUND = 40
_MOST = 5


def leaks(credentials: Credentials | None, result: JobResult) -> tuple[str, ...] | None:
    """Where the secret or the passphrase shows, a sentence each, without it; ``None`` where the SDK was given none.

    Errors are looked at as the program told them, logs where it wrote them. The key is no secret: it travels with every request.
    """
    if credentials is None:
        return None
    places = (("standard error", result.stderr), ("an answer or error", result.stdout))
    hidden = {"secret": credentials.secret, "passphrase": credentials.passphrase or ""}
    found = (
        f"{place} shows the {what}: {line}" for place, text in places for what, value in hidden.items() for line in _lines(text, value)
    )
    return tuple(dict.fromkeys(found))[:_MOST]


def _lines(text: bytes, secret: str) -> Iterator[str]:
    """The lines that show a form of the secret, cut around it, the secret replaced."""
    for form in _forms(secret):
        start = text.find(form)
        if start >= 0:
            before = text[max(0, start - _AROUND) : start].decode(errors="replace").rpartition("\n")[2]
            after = text[start + len(form) : start + len(form) + _AROUND].decode(errors="replace").partition("\n")[0]
            shown = f"{before}(hidden){after}"
            yield "".join(letter if letter.isprintable() else " " for letter in shown)


def _forms(secret: str) -> tuple[bytes, ...]:
    """The secret as it may be written; of a key in several lines the longest alone, for no log keeps the breaks."""
    longest = max(secret.split("\n"), key=len)
    texts = (secret, longest, quote(longest, safe=""), json.dumps(longest)[1:-1], base64.b64encode(secret.encode()).decode())
    return tuple(dict.fromkeys(text.encode() for text in texts if len(text) >= _SHORTEST))
