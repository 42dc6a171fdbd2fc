"""Signs requests as the exchange's recipe says."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from .draft import Draft
from .errors import ConfigurationError
from .jsontext import parse, quoted, write
from .kinds import is_array, is_object
from .template import filled_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .draft import Credentials
    from .jsontext import JsonValue
    from .recipe import Claim, Part, Placement, Recipe

_MADE_FROM_THE_PAYLOAD: Final = ("payload", "signature")
_UNITS: Final = {"seconds": (1000, ""), "milliseconds": (1, ""), "microseconds": (1, "000"), "nanoseconds": (1, "000000")}
_NONCE_UNITS: Final = {"milliseconds": 1, "microseconds": 1000, "nanoseconds": 1_000_000}
_TOKENS: Final = {"jwt-es256": "ES256", "jwt-eddsa": "EdDSA", "jwt-hs256": "HS256", "jwt-hs512": "HS512"}
_HMACS: Final = {"hmac-sha256": "sha256", "hmac-sha384": "sha384", "hmac-sha512": "sha512", "jwt-hs256": "sha256", "jwt-hs512": "sha512"}
_OF_THE_REQUEST: Final = ("method", "host")


class Nonces:
    """The clock-made nonces of one client: they only grow, whatever they are for."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._lock = Lock()
        self._last: dict[int, int] = {}

    def next(self, now: int, unit: int) -> str:
        """A nonce of so many units a millisecond."""
        with self._lock:
            self._last[unit] = max(self._last.get(unit, 0) + 1, now * unit)
            return str(self._last[unit])


class Signer:
    """Signs the requests of one client."""

    def __init__(
        self,
        recipe: Recipe,
        credentials: Credentials,
        clock: Callable[[], int],
        nonce: Callable[[], str] | None,
        package: str,
        *,
        nonces: Nonces | None = None,
    ) -> None:
        """Take the recipe, who signs, the clock (milliseconds since 1970) and, where it is not the recipe's, the nonce."""
        self._recipe = recipe
        self._credentials = credentials
        self._clock = clock
        self._nonce = nonce
        self._package = package
        self._nonces = nonces or Nonces()

    def __repr__(self) -> str:
        return f"Signer({self._recipe.algorithm})"

    def sign(self, draft: Draft, places: tuple[int, ...] | None) -> None:
        """Put into the request what the recipe asks for; ``places`` are the placements that the operation has room for.

        Raises:
            ConfigurationError: credentials are missing or don't fit.
        """
        recipe = self._recipe
        placements = recipe.placements if places is None else tuple(recipe.placements[index] for index in places)
        texts = self._texts()
        for placement in placements:
            if placement.value in _MADE_FROM_THE_PAYLOAD:
                draft.clear(placement)
            else:
                draft.place(placement, self._placed(draft, texts, placement))
        made = [placement for placement in placements if placement.value in _MADE_FROM_THE_PAYLOAD]
        if made:
            payload = self._joined(draft, texts, recipe.payload)
            for placement in sorted(made, key=lambda each: each.value == "signature"):
                draft.place(placement, self._signature(draft, texts, payload) if placement.value == "signature" else payload.decode())

    def sign_message(self, message: dict[str, JsonValue], places: tuple[int, ...]) -> JsonValue:
        """The message with what the recipe puts into it: as the body of a request that has nothing else.

        Raises:
            ConfigurationError: credentials are missing or don't fit.
        """
        draft = Draft("POST", "", "")
        draft.members = message
        self.sign(draft, places)
        return draft.members

    def words(self, payload: str, written: str) -> dict[str, str]:
        """What a login over a stream is made of: key, passphrase, time, and the signature of the payload filled in with them.

        Raises:
            ConfigurationError: credentials are missing or don't fit.
        """
        now = self._clock()
        words = {**self._texts(), "key": self._credential("key")}
        if written:
            words["timestamp"] = _instant(written, now)
        if self._credentials.passphrase is not None:
            words["passphrase"] = self._credentials.passphrase
        words["signature"] = self._signature(Draft("GET", "", ""), words, filled_text(payload, words).encode())
        return words

    def _texts(self) -> dict[str, str]:
        now = self._clock()
        recipe = self._recipe
        return {
            "timestamp": _instant(recipe.timestamp, now),
            "expires": _instant(recipe.timestamp, now + recipe.lifetime_ms),
            "nonce": self._nonce() if self._nonce is not None else self._next_nonce(now),
            "window": str(recipe.window_ms),
        }

    def _next_nonce(self, now: int) -> str:
        made = self._recipe.nonce
        if made in _NONCE_UNITS:
            return self._nonces.next(now, _NONCE_UNITS[made])
        import os  # noqa: PLC0415  # most recipes need no randomness

        if made == "hex":
            return os.urandom(16).hex()
        import uuid  # noqa: PLC0415  # as above

        return str(uuid.uuid4())

    def _placed(self, draft: Draft, texts: dict[str, str], placement: Placement) -> str:
        if placement.value == "path":
            return draft.path.removeprefix(placement.strip)
        if placement.value in _OF_THE_REQUEST:
            return str(getattr(draft, placement.value))
        return self._text(texts, placement.value, placement.literal)

    def _text(self, texts: dict[str, str], value: str, literal: str) -> str:
        if value == "literal":
            return literal
        if value == "key":
            return self._credential("key")
        if value == "passphrase":
            return self._credential("passphrase")
        if value == "signed-passphrase":
            return _encoded(self._recipe.output, self._raw(self._credential("passphrase").encode())).decode()
        return texts[value]

    def _credential(self, name: str) -> str:
        found: str | None = getattr(self._credentials, name)
        if found is None:
            message = f"this call is signed and needs {name}; give the client one: Client({name}=...)"
            raise ConfigurationError(message)
        return found

    def _joined(self, draft: Draft, texts: dict[str, str], parts: tuple[Part, ...]) -> bytes:
        joined = b""
        for part in parts:
            content = self._content(draft, texts, part)
            if part.decoded:
                content = unquote_to_bytes(content)
            if part.digest and (content or not part.optional):
                content = hashlib.new(part.digest, content).digest()
            content = _encoded(part.encoding, content)
            if content:
                joined += part.prefix.encode() + content + part.suffix.encode()
        return joined

    def _content(self, draft: Draft, texts: dict[str, str], part: Part) -> bytes:
        value = part.value
        if value == "query":
            return draft.query_text().encode()
        if value == "body":
            return draft.content()
        if value == "group":
            return self._joined(draft, texts, part.parts)
        if value == "path":
            return draft.path.removeprefix(part.strip).encode()
        if value in _OF_MEMBERS:
            return _OF_MEMBERS[value](draft.content(), part.literal).encode()
        return (self._text(texts, value, part.literal) if value not in _OF_THE_REQUEST else str(getattr(draft, value))).encode()

    def _signature(self, draft: Draft, texts: dict[str, str], payload: bytes) -> str:
        recipe = self._recipe
        if recipe.algorithm in _TOKENS:
            header = [f'"alg":"{_TOKENS[recipe.algorithm]}"', '"typ":"JWT"', *self._members(draft, texts, recipe.jwt_header)]
            claims = self._members(draft, texts, recipe.jwt_claims)
            content = b".".join(_encoded("base64url", ("{" + ",".join(each) + "}").encode()) for each in (header, claims))
            return (content + b"." + _encoded("base64url", self._raw(content))).decode()
        if recipe.prehash:
            payload = hashlib.new(recipe.prehash, payload).digest()
        return _encoded(recipe.output, self._raw(payload)).decode()

    def _members(self, draft: Draft, texts: dict[str, str], claims: tuple[Claim, ...]) -> list[str]:
        joined = [(claim, self._joined(draft, texts, claim.parts).decode()) for claim in claims]
        return [f"{quoted(claim.name)}:{text if claim.number else quoted(text)}" for claim, text in joined if text]

    def _raw(self, message: bytes) -> bytes:
        recipe = self._recipe
        secret = self._credential("secret")
        if recipe.algorithm in _HMACS:
            return hmac.digest(_key_bytes(recipe.secret_encoding, secret), message, _HMACS[recipe.algorithm])
        from . import asymmetric  # noqa: PLC0415  # needs a package that HMAC does without

        return asymmetric.signature(recipe.algorithm, recipe.secret_encoding, secret, message, self._package)


def _instant(written: str, now: int) -> str:
    if written in _UNITS:
        divisor, zeros = _UNITS[written]
        return f"{now // divisor}{zeros}"
    second, millisecond = divmod(now, 1000)
    if written == "decimal-seconds":
        return f"{second}.{millisecond:03d}"
    import time  # noqa: PLC0415  # only one format needs it

    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)) + f".{millisecond:03d}Z"


def _members_text(body: bytes, name: str) -> str:
    try:
        value = parse(body)
    except ValueError:
        return ""
    if not is_object(value) or (name and name not in value):
        return ""
    return _run_together(value[name] if name else value)


def _pairs_text(body: bytes, name: str) -> str:
    try:
        value = parse(body)
    except ValueError:
        return ""
    if is_object(value) and name:
        value = value.get(name)
    if not is_object(value):
        return ""
    return "&".join(f"{key}={each if isinstance(each, str) else write(each)}" for key, each in sorted(value.items()))


def _run_together(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if is_object(value):
        return "".join(key + _run_together(value[key]) for key in sorted(value))
    return "".join(_run_together(item) for item in value) if is_array(value) else write(value)


_OF_MEMBERS: Final = {"members": _members_text, "pairs": _pairs_text}


def _encoded(encoding: str, content: bytes) -> bytes:
    if encoding == "hex":
        return content.hex().encode()
    if encoding == "base64":
        return base64.b64encode(content)
    return base64.urlsafe_b64encode(content).rstrip(b"=") if encoding == "base64url" else content


def _key_bytes(encoding: str, secret: str) -> bytes:
    try:
        if encoding == "base64":
            return base64.b64decode(secret.strip(), validate=True)
        if encoding == "hex":
            return bytes.fromhex(secret.strip())
    except (ValueError, binascii.Error):
        message = f"the secret is no {encoding} text; check what you gave the client"
        raise ConfigurationError(message) from None
    return secret.encode()
