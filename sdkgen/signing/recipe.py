"""A signing recipe: how an exchange wants a request signed, as data.

The order of work, the same in every language:

1. Take the instant once. From it come ``timestamp``, ``expires`` and a clock-made ``nonce``; each keeps one text for the whole request.
2. Put every placement that is neither the signature nor made from it (``PAYLOAD``) into the headers, the query or the body.
3. Serialise path, query and body to the exact bytes that will go on the wire.
4. Join the payload's parts, hash as asked, sign, encode.
5. Put the signature (and payload) into its place. In the query it goes last, percent-encoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sdkgen.api.model import Location
from sdkgen.errors import RecipeError

if TYPE_CHECKING:
    from sdkgen.api.model import Operation


class Algorithm(StrEnum):
    """How the payload becomes a signature."""

    NONE = "none"
    """Nothing is computed; the placements alone prove who calls (a key header, a bearer token)."""
    HMAC_SHA256 = "hmac-sha256"
    HMAC_SHA384 = "hmac-sha384"
    HMAC_SHA512 = "hmac-sha512"
    ED25519 = "ed25519"
    RSA_PKCS1V15_SHA256 = "rsa-pkcs1v15-sha256"
    RSA_PSS_SHA256 = "rsa-pss-sha256"
    """Salt as long as the digest (32 bytes)."""
    JWT_ES256 = "jwt-es256"
    """The signature is a whole JSON Web Token (RFC 7515, 7519) made from ``jwt_header`` and ``jwt_claims``."""
    JWT_EDDSA = "jwt-eddsa"
    JWT_HS256 = "jwt-hs256"
    JWT_HS512 = "jwt-hs512"


class SecretEncoding(StrEnum):
    """How the secret's text becomes key bytes."""

    TEXT = "text"
    BASE64 = "base64"
    HEX = "hex"
    PEM = "pem"
    """For every asymmetric algorithm: PKCS#8, PKCS#1 or SEC1 in PEM."""


class TimestampFormat(StrEnum):
    """How an instant is written."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    NANOSECONDS = "nanoseconds"
    DECIMAL_SECONDS = "decimal-seconds"
    """Seconds, a point and three digits: ``1700000000.123``."""
    ISO_MILLISECONDS = "iso-milliseconds"
    """``2023-11-14T22:13:20.123Z``"""


class NonceFormat(StrEnum):
    """How a nonce is made; one client never sends the same twice, and clock-made ones only grow."""

    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    NANOSECONDS = "nanoseconds"
    UUID = "uuid"
    """A random UUID, version 4."""
    HEX = "hex"
    """16 random bytes in hexadecimal."""


class Digest(StrEnum):
    """A hash over bytes."""

    SHA256 = "sha256"
    SHA512 = "sha512"


class TextEncoding(StrEnum):
    """How bytes become text."""

    RAW = "raw"
    """Not at all: the bytes themselves (inside a payload only)."""
    HEX = "hex"
    """Lower case."""
    BASE64 = "base64"
    """With padding (RFC 4648, section 4)."""
    BASE64URL = "base64url"
    """Without padding (RFC 4648, section 5)."""


class Value(StrEnum):
    """What can be signed or placed."""

    KEY = "key"
    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    NONCE = "nonce"
    EXPIRES = "expires"
    """``timestamp`` plus ``lifetime_ms``, in the same format."""
    PASSPHRASE = "passphrase"
    SIGNED_PASSPHRASE = "signed-passphrase"
    """The passphrase put through the recipe's own algorithm and output."""
    WINDOW = "window"
    """``window_ms`` as decimal text."""
    LITERAL = "literal"
    METHOD = "method"
    """Upper case."""
    HOST = "host"
    """Host and, where it is not the scheme's own, port."""
    PATH = "path"
    """As on the wire, base path included, query excluded."""
    QUERY = "query"
    """As on the wire (percent-encoded), without ``?``; empty where there is none."""
    BODY = "body"
    """As on the wire; empty where there is none."""
    PAYLOAD = "payload"
    """The joined payload itself (as text)."""
    GROUP = "group"
    """Several parts, joined, as one."""
    MEMBERS = "members"
    """The member of the JSON body that ``literal`` names (the whole body where it names none), without punctuation: the keys of an
    object sorted, each followed by its value; the items of a list in their order; numbers as they are written; ``true``, ``null``."""
    PAIRS = "pairs"
    """The members of the object that ``literal`` names in the JSON body (of the whole body where it names none) as ``key=value``, keys
    sorted, with ``&`` between: texts as they are, the rest as compact JSON (Binance's WebSocket API)."""


_UNFINISHED = frozenset({Value.QUERY, Value.BODY, Value.GROUP, Value.MEMBERS, Value.PAIRS})

MOMENTS = (Value.TIMESTAMP, Value.EXPIRES, Value.NONCE)
"""What tells one request from another: an operation that declares one of them is meant to be signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the payload: a value, hashed and encoded as asked, between prefix and suffix where it is not empty."""

    value: Value
    literal: str = ""
    """For ``LITERAL``."""
    parts: tuple[Part, ...] = ()
    """For ``GROUP``."""
    digest: Digest | None = None
    encoding: TextEncoding = TextEncoding.RAW
    prefix: str = ""
    suffix: str = ""
    strip: str = ""
    """A prefix taken off a ``PATH`` first (Kraken futures signs its paths without ``/derivatives``)."""
    decoded: bool = False
    """Whether percent-encoding is taken off first (Upbit hashes its queries as they read, not as they travel)."""
    optional: bool = False
    """Whether nothing is hashed where there is nothing: the part is then empty, and not the hash of an empty text."""


class Carrier(StrEnum):
    """Where a placement goes."""

    HEADER = "header"
    QUERY = "query"
    BODY = "body"
    """A field of the JSON object or form; a body is begun where there is none. Written after the caller's own fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One value's place in the request."""

    carrier: Carrier
    name: str
    value: Value
    literal: str = ""
    """For ``LITERAL``."""
    prefix: str = ""
    """Put before the value, such as ``Bearer ``."""
    strip: str = ""
    """A prefix taken off a ``PATH`` first. Method, host and path can be placed too (WhiteBIT's ``request``)."""
    number: bool = False
    """Whether a JSON body takes the text as a number (``"nonce": 1700000000123``) and not as a string."""
    within: str = ""
    """The member of a JSON body that is the object which takes it, made where there is none (``params``); empty means the body itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One member of a token's header or claims; left out where its parts come out empty."""

    name: str
    parts: tuple[Part, ...]
    number: bool = False
    """Whether the joined text is a JSON number (``exp``, ``nbf``) and not a string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an exchange wants a request signed."""

    algorithm: Algorithm
    placements: tuple[Placement, ...]
    payload: tuple[Part, ...] = ()
    prehash: Digest | None = None
    """The joined payload is hashed to raw bytes before it is signed."""
    output: TextEncoding = TextEncoding.HEX
    secret_encoding: SecretEncoding = SecretEncoding.TEXT
    timestamp: TimestampFormat = TimestampFormat.MILLISECONDS
    nonce: NonceFormat = NonceFormat.MILLISECONDS
    window_ms: int = 5000
    lifetime_ms: int = 60_000
    jwt_header: tuple[Claim, ...] = ()
    """Beside ``alg`` and ``typ``, which are always there."""
    jwt_claims: tuple[Claim, ...] = ()
    only_declared: bool = False
    """Whether query and body placements go only where the operation declares a parameter (or body field) of that name. The
    signature, which descriptions often forget, then goes to the carrier of the declared timestamp, expiry or nonce where it is not
    declared itself. Of several places for one value the first that is declared is taken. An operation that declares neither is not
    signed: it gets the header placements only (Binance, whose orders are forms and whose queries are not)."""

    def __post_init__(self) -> None:
        """Refuse a recipe that contradicts itself.

        Raises:
            RecipeError: a signature is computed and never placed, or placed and never computed; or a placement asks for what is only
                known when all placements are made.
        """
        for placement in self.placements:
            if placement.value in _UNFINISHED:
                message = f"signing.placements can't place {placement.value.value}: placements change it; sign it in the payload"
                raise RecipeError(message)
        placed = any(placement.value is Value.SIGNATURE for placement in self.placements)
        if self.algorithm is Algorithm.NONE and placed:
            raise RecipeError("signing.placements places a signature, but signing.algorithm is none; name an algorithm")
        if self.algorithm is not Algorithm.NONE and not placed:
            raise RecipeError("signing.placements places no signature; add one with value: signature")


def managed_parameters(recipe: Recipe | None, operation: Operation) -> frozenset[tuple[Location, str]]:
    """The operation's declared parameters that the client fills by itself when it signs, so that no caller passes them."""
    if recipe is None or not operation.signed:
        return frozenset()
    carriers = {Carrier.HEADER: Location.HEADER, Carrier.QUERY: Location.QUERY}
    placed = {(carriers[placement.carrier], placement.name.lower()) for placement in recipe.placements if placement.carrier in carriers}
    declared = {(parameter.location, parameter.wire_name) for parameter in operation.parameters}
    if recipe.only_declared and not any(
        (Location.QUERY, placement.name) in declared
        for placement in recipe.placements
        if placement.carrier is Carrier.QUERY and placement.value in (Value.SIGNATURE, *MOMENTS)
    ):
        placed = {place for place in placed if place[0] is Location.HEADER}
    return frozenset(
        (parameter.location, parameter.wire_name)
        for parameter in operation.parameters
        if (parameter.location, parameter.wire_name.lower()) in placed
    )


def credentials_needed(recipe: Recipe | None) -> tuple[str, ...]:
    """Which of ``key``, ``secret`` and ``passphrase`` a signed call needs, in this order."""
    if recipe is None:
        return ()
    used = {placement.value for placement in recipe.placements} | _values(recipe.payload)
    for claim in (*recipe.jwt_header, *recipe.jwt_claims):
        used |= _values(claim.parts)
    needed = {
        "key": Value.KEY in used,
        "secret": recipe.algorithm is not Algorithm.NONE,
        "passphrase": bool({Value.PASSPHRASE, Value.SIGNED_PASSPHRASE} & used),
    }
    return tuple(name for name, need in needed.items() if need)


def _values(parts: tuple[Part, ...]) -> set[Value]:
    """Those of parts, and of the parts inside them."""
    return {part.value for part in parts} | {value for part in parts for value in _values(part.parts)}
