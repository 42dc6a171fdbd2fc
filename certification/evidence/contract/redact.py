"""Taking credentials out of everything that is kept of a contract test."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from sdkgen.signing.recipe import Value

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile
    from sdkgen.signing.recipe import Recipe
    from sdkgen.signing.request import Credentials
    from sdkgen.stream_protocol import ListenKey

HIDDEN = "***"
_MOST_KNOWN, _MOST_KNOWN_LENGTH = 5_000, 100
"""How many short texts are kept with what became of them, and how short they are."""
_LEAST_KEY = 16
"""How long a key to a private stream is at least: shorter ones could be guessed."""
_LAST_NAME = re.compile(r"\w+$")
_PROOFS = frozenset({Value.KEY, Value.SIGNATURE, Value.PASSPHRASE, Value.SIGNED_PASSPHRASE, Value.PAYLOAD})


def listen_key_of(profile: ExchangeProfile) -> ListenKey | None:
    """How the exchange gives keys to private streams, where it does."""
    return profile.behaviour.streams.listen_key if profile.behaviour.streams is not None else None


class Redactor:
    """Knows the accounts' secrets and the names under which a recipe sends what is made of them."""

    def __init__(self, accounts: tuple[Credentials, ...], recipe: Recipe | None, listen_key: ListenKey | None = None) -> None:
        """Know them, and the names under which answers give keys to private streams, and requests take them."""
        texts = {text for account in accounts for text in (account.key, account.secret, account.passphrase) if text}
        written = {form for text in texts for form in (text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1])}
        self._texts = sorted(written, key=lambda text: (-len(text), text))
        names = {placement.name for placement in recipe.placements if placement.value in _PROOFS} if recipe else set()
        self.names = frozenset(name.lower() for name in names)
        alternatives = "|".join(re.escape(name) for name in sorted(names))
        self._known: dict[str, str] = {}
        # In a header line, a curl command, a query or a form: the name, then what follows up to the end of the value.
        self._named = re.compile(rf"(\b(?:{alternatives})(?:: |=))[^\s'\"&<]+", re.IGNORECASE) if names else None
        places = (listen_key.place, listen_key.argument, listen_key.parameter) if listen_key is not None else ()
        self._keys = frozenset(name.lower() for place in places for name in _LAST_NAME.findall(place))
        keys = "|".join(re.escape(name) for name in sorted(self._keys))
        # In JSON, once more escaped or not, and as above. What is shorter is no key, but another thing of that name: a currency is a token.
        given = rf"""(\b(?:{keys})(?:\\?"\s*:\s*\\?"|: |=))(?:[^\s'"&<\\]|\\/){{{_LEAST_KEY},}}"""
        self._given = re.compile(given, re.IGNORECASE) if keys else None

    def text(self, text: str) -> str:
        """Text without the secrets, in whatever way they were escaped."""
        # A run's events are hundreds of thousands of texts, most of them short and the same again.
        if len(text) > _MOST_KNOWN_LENGTH:
            return self._redacted(text)
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[text] = self._redacted(text)
        return known

    def _redacted(self, text: str) -> str:
        for secret in self._texts:
            text = text.replace(secret, HIDDEN)
        if self._given is not None:
            text = self._given.sub(rf"\g<1>{HIDDEN}", text)
        if self._named is None or not ("=" in text or ": " in text):
            return text
        return self._named.sub(rf"\g<1>{HIDDEN}", text)

    def value(self, value: Any, name: str = "") -> Any:
        """A JSON document without the secrets; bodies in Schemathesis's ``$base64`` are looked into."""
        if value and name and name.lower() in self.names:
            return [HIDDEN] if isinstance(value, list) else HIDDEN
        match value:
            case str():
                return HIDDEN if len(value) >= _LEAST_KEY and name.lower() in self._keys else self.text(value)
            case dict():
                encoded = value.get("$base64")
                if len(value) == 1 and isinstance(encoded, str):
                    return {"$base64": self._encoded(encoded)}
                return {self.text(key): self.value(member, key) for key, member in value.items()}
            case list():
                return [self.value(item) for item in value]
            case _:
                return value

    def _encoded(self, encoded: str) -> str:
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return HIDDEN
        # Latin-1 maps every byte to itself, so that what is no text survives.
        return base64.b64encode(self.text(content.decode("latin-1")).encode("latin-1", "replace")).decode()
