"""The reference implementation of request signing: what the recipe says, and nothing else.

The contract tester signs with it, the mock exchange checks against it (``sdkgen.signing.verify``), and the SDKs' own signers must
agree with it on every vector in ``tests/vectors/signing``.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never
from urllib.parse import unquote_to_bytes

from sdkgen.errors import RecipeError
from sdkgen.signing.algorithms import encoded, hashed, signature_of
from sdkgen.signing.recipe import (
    MOMENTS,
    Algorithm,
    Carrier,
    Claim,
    NonceFormat,
    Part,
    Placement,
    Recipe,
    TextEncoding,
    TimestampFormat,
    Value,
)
from sdkgen.signing.request import (
    Credentials,
    Place,
    SignedRequest,
    UnsignedRequest,
    json_text,
    members_text,
    pairs_text,
    with_text,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOKENS = {Algorithm.JWT_ES256: "ES256", Algorithm.JWT_EDDSA: "EdDSA", Algorithm.JWT_HS256: "HS256", Algorithm.JWT_HS512: "HS512"}
_MADE_FROM_THE_PAYLOAD = frozenset({Value.SIGNATURE, Value.PAYLOAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The texts that one instant gives a request; each stays the same for the whole request."""

    timestamp: str
    expires: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What one signature is made from, beside the request."""

    recipe: Recipe
    credentials: Credentials
    moment: Moment


def sign(
    recipe: Recipe,
    credentials: Credentials,
    request: UnsignedRequest,
    *,
    now_ms: int | Callable[[], int],
    nonce: str | None = None,
    declared: frozenset[Place] | None = None,
) -> SignedRequest:
    """The request as the exchange wants it.

    Args:
        recipe: what to do.
        credentials: whose request it is.
        request: everything but what the recipe adds.
        now_ms: the instant in milliseconds since 1970, or a clock that tells it.
        nonce: the nonce's text; ``None`` makes one as the recipe says.
        declared: the names that the operation declares (see ``declared_places``), for a recipe with ``only_declared``;
            ``None`` means that it declares them all.

    Raises:
        RecipeError: credentials are missing or don't fit the recipe.
    """
    instant = now_ms if isinstance(now_ms, int) else now_ms()
    moment = Moment(
        timestamp=instant_text(recipe.timestamp, instant),
        expires=instant_text(recipe.timestamp, instant + recipe.lifetime_ms),
        nonce=nonce_text(recipe.nonce, instant) if nonce is None else nonce,
    )
    occasion = Occasion(recipe=recipe, credentials=credentials, moment=moment)
    placements = places_made(recipe, declared)
    for placement in placements:
        if placement.value in _MADE_FROM_THE_PAYLOAD:
            # What a caller put there must not be signed: it gives way to the signature afterwards.
            request = without(request, placement)
        else:
            text = placed_text(occasion, request, placement)
            request = with_text(request, placement, placement.prefix + text)
    payload = payload_of(occasion, request)
    made = [placement for placement in placements if placement.value in _MADE_FROM_THE_PAYLOAD]
    for placement in sorted(made, key=lambda each: each.value is Value.SIGNATURE):
        text = _utf8(payload) if placement.value is Value.PAYLOAD else _signature_text(occasion, request, payload)
        request = with_text(request, placement, placement.prefix + text)
    return SignedRequest(
        method=request.method, host=request.host, path=request.path, query=request.query, headers=request.headers, body=request.body
    )


def places_made(recipe: Recipe, declared: frozenset[Place] | None) -> tuple[Placement, ...]:
    """The placements that a request of this operation gets, in the recipe's order."""
    if not recipe.only_declared or declared is None:
        return recipe.placements
    carrier = _signature_carrier(recipe, declared)
    made: list[Placement] = []
    for placement in recipe.placements:
        if placement.carrier is Carrier.HEADER:
            wanted = carrier is not None or placement.value not in _MADE_FROM_THE_PAYLOAD
        elif placement.value is Value.SIGNATURE:
            wanted = placement.carrier is carrier
        else:
            wanted = carrier is not None and Place(placement.carrier, placement.name) in declared
        if wanted and (placement.carrier is Carrier.HEADER or not _is_placed(made, placement)):
            made.append(placement)
    return tuple(made)


def _signature_carrier(recipe: Recipe, declared: frozenset[Place]) -> Carrier | None:
    """Where the signature of such an operation goes; ``None`` where it is not signed."""
    signatures = [placement for placement in recipe.placements if placement.value is Value.SIGNATURE]
    for placement in signatures:
        if placement.carrier is Carrier.HEADER or Place(placement.carrier, placement.name) in declared:
            return placement.carrier
    moments = [each for each in recipe.placements if each.value in MOMENTS and Place(each.carrier, each.name) in declared]
    carriers = [placement.carrier for placement in signatures]
    return next((moment.carrier for moment in moments if moment.carrier in carriers), carriers[0] if moments and carriers else None)


def _is_placed(made: list[Placement], placement: Placement) -> bool:
    named = (placement.name, placement.value)
    return any((each.name, each.value) == named for each in made if each.carrier is not Carrier.HEADER)


def instant_text(written: TimestampFormat, instant_ms: int) -> str:
    """An instant, given in milliseconds since 1970, in the asked format."""
    match written:
        case TimestampFormat.SECONDS:
            return str(instant_ms // 1000)
        case TimestampFormat.MILLISECONDS:
            return str(instant_ms)
        case TimestampFormat.MICROSECONDS:
            return f"{instant_ms}000"
        case TimestampFormat.NANOSECONDS:
            return f"{instant_ms}000000"
        case TimestampFormat.DECIMAL_SECONDS:
            return f"{instant_ms // 1000}.{instant_ms % 1000:03d}"
        case TimestampFormat.ISO_MILLISECONDS:
            second = dt.datetime.fromtimestamp(instant_ms // 1000, tz=dt.UTC)
            return f"{second:%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}Z"
        case _:
            assert_never(written)


def nonce_text(made: NonceFormat, instant_ms: int) -> str:
    """A fresh nonce. That clock-made ones grow is up to the caller's clock; a client keeps its last one."""
    match made:
        case NonceFormat.MILLISECONDS:
            return str(instant_ms)
        case NonceFormat.MICROSECONDS:
            return f"{instant_ms}000"
        case NonceFormat.NANOSECONDS:
            return f"{instant_ms}000000"
        case NonceFormat.UUID:
            return str(uuid.uuid4())
        case NonceFormat.HEX:
            return secrets.token_hex(16)
        case _:
            assert_never(made)


def placed_text(occasion: Occasion, request: UnsignedRequest, placement: Placement) -> str:
    """The text of a placement that is not made from the payload, without its prefix.

    Raises:
        RecipeError: it depends on what is still being put together, or the credentials don't hold it.
    """
    match placement.value:
        case Value.METHOD:
            return request.method.upper()
        case Value.HOST:
            return request.host.lower()
        case Value.PATH:
            return request.path.removeprefix(placement.strip)
        case _:
            return _value_text(occasion, placement.value, placement.literal)


def _value_text(occasion: Occasion, value: Value, literal: str) -> str:
    """The text of a value that does not depend on the request.

    Raises:
        RecipeError: the value depends on the request, or the credentials don't hold it.
    """
    ready = {
        Value.KEY: occasion.credentials.key,
        Value.TIMESTAMP: occasion.moment.timestamp,
        Value.EXPIRES: occasion.moment.expires,
        Value.NONCE: occasion.moment.nonce,
        Value.WINDOW: str(occasion.recipe.window_ms),
        Value.LITERAL: literal,
    }
    if value in ready:
        return ready[value]
    if value is Value.PASSPHRASE:
        return _passphrase(occasion.credentials)
    if value is Value.SIGNED_PASSPHRASE:
        return _utf8(encoded(occasion.recipe.output, _raw_signature(occasion, _passphrase(occasion.credentials).encode())))
    message = f"the recipe uses {value.value} before it is made"
    raise RecipeError(message)


def payload_of(occasion: Occasion, request: UnsignedRequest) -> bytes:
    """The payload's parts, joined, before any pre-hash."""
    return joined(occasion, request, occasion.recipe.payload)


def signed_bytes(recipe: Recipe, payload: bytes) -> bytes:
    """What the algorithm signs: the payload, hashed first where the recipe asks for it."""
    return payload if recipe.prehash is None else hashed(recipe.prehash, payload)


def joined(occasion: Occasion, request: UnsignedRequest, parts: tuple[Part, ...]) -> bytes:
    """Parts of a payload, one after the other."""
    content = b""
    for part in parts:
        text = _content(occasion, request, part)
        if part.decoded:
            text = unquote_to_bytes(text)
        if part.digest is not None and (text or not part.optional):
            text = hashed(part.digest, text)
        text = encoded(part.encoding, text)
        if text:
            content += part.prefix.encode() + text + part.suffix.encode()
    return content


def _token_input(occasion: Occasion, request: UnsignedRequest) -> bytes:
    # RFC 7515, section 5.1: header and claims, encoded each and joined by a point.
    header = [f'"alg":"{TOKENS[occasion.recipe.algorithm]}"', '"typ":"JWT"']
    header += _claimed(occasion, request, occasion.recipe.jwt_header)
    claims = _claimed(occasion, request, occasion.recipe.jwt_claims)
    return b".".join(encoded(TextEncoding.BASE64URL, ("{" + ",".join(members) + "}").encode()) for members in (header, claims))


def _claimed(occasion: Occasion, request: UnsignedRequest, claims: tuple[Claim, ...]) -> list[str]:
    texts = ((claim, _utf8(joined(occasion, request, claim.parts))) for claim in claims)
    return [f"{json_text(claim.name)}:{text if claim.number else json_text(text)}" for claim, text in texts if text]


def _signature_text(occasion: Occasion, request: UnsignedRequest, payload: bytes) -> str:
    if occasion.recipe.algorithm in TOKENS:
        content = _token_input(occasion, request)
        return _utf8(content + b"." + encoded(TextEncoding.BASE64URL, _raw_signature(occasion, content)))
    return _utf8(encoded(occasion.recipe.output, _raw_signature(occasion, signed_bytes(occasion.recipe, payload))))


def _raw_signature(occasion: Occasion, message: bytes) -> bytes:
    return signature_of(occasion.recipe.algorithm, occasion.recipe.secret_encoding, occasion.credentials.secret, message)


def _content(occasion: Occasion, request: UnsignedRequest, part: Part) -> bytes:
    ready = {
        Value.METHOD: request.method.upper().encode(),
        Value.HOST: request.host.lower().encode(),
        Value.PATH: request.path.removeprefix(part.strip).encode(),
        Value.QUERY: request.query.encode(),
        Value.BODY: request.body,
    }
    if part.value in ready:
        return ready[part.value]
    if part.value is Value.GROUP:
        return joined(occasion, request, part.parts)
    if part.value is Value.MEMBERS:
        return members_text(request.body, part.literal).encode()
    if part.value is Value.PAIRS:
        return pairs_text(request.body, part.literal).encode()
    return _value_text(occasion, part.value, part.literal).encode()


def _passphrase(credentials: Credentials) -> str:
    if credentials.passphrase is None:
        raise RecipeError("the recipe asks for a passphrase and the credentials hold none; give one")
    return credentials.passphrase


def _utf8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RecipeError("a signature or payload of raw bytes can't be placed as text; give it an encoding") from error
