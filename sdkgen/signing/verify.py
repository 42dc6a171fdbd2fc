"""Whether a request that arrived is signed as the recipe says: what the mock exchange asks."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sdkgen.signing.algorithms import decoded, signature_holds
from sdkgen.signing.recipe import Claim, Part, Placement, Recipe, TextEncoding, Value
from sdkgen.signing.request import Credentials, Place, SignedRequest, UnsignedRequest, json_text, text_at, without
from sdkgen.signing.sign import TOKENS, Moment, Occasion, joined, payload_of, placed_text, places_made, signed_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOLD_BY_THE_REQUEST = frozenset({Value.TIMESTAMP, Value.EXPIRES, Value.NONCE})
_MADE_FROM_THE_PAYLOAD = frozenset({Value.SIGNATURE, Value.PAYLOAD})


def signing_faults(
    recipe: Recipe, credentials: Credentials, received: SignedRequest, *, declared: frozenset[Place] | None = None
) -> tuple[str, ...]:
    """Where the request is not signed as the recipe says, a sentence each; empty where it is.

    Timestamp, expiry and nonce are taken as the request tells them: whether they are fresh is the caller's question.

    Raises:
        RecipeError: the credentials don't fit the recipe.
    """
    placements = places_made(recipe, declared)
    missing = tuple(f"{_place(placement)} is missing" for placement in placements if text_at(received, placement) is None)
    if missing:
        return missing
    occasion = Occasion(recipe=recipe, credentials=credentials, moment=_moment(received, placements))
    request = _unsigned(received, placements)
    return (*_wrong_texts(occasion, received, request, placements), *_wrong_signatures(occasion, received, request, placements))


def _place(placement: Placement) -> str:
    return f"{placement.carrier.value} {placement.name}"


def _moment(received: SignedRequest, placements: tuple[Placement, ...]) -> Moment:
    told = {placement.value: text_at(received, placement) or "" for placement in placements if placement.value in _TOLD_BY_THE_REQUEST}
    return Moment(timestamp=told.get(Value.TIMESTAMP, ""), expires=told.get(Value.EXPIRES, ""), nonce=told.get(Value.NONCE, ""))


def _unsigned(received: SignedRequest, placements: tuple[Placement, ...]) -> UnsignedRequest:
    request = UnsignedRequest(
        method=received.method,
        host=received.host,
        path=received.path,
        query=received.query,
        headers=received.headers,
        body=received.body,
    )
    for placement in placements:
        if placement.value in _MADE_FROM_THE_PAYLOAD:
            request = without(request, placement)
    return request


def _wrong_texts(occasion: Occasion, received: SignedRequest, request: UnsignedRequest, placements: tuple[Placement, ...]) -> Iterator[str]:
    for placement in placements:
        if placement.value in _MADE_FROM_THE_PAYLOAD | _TOLD_BY_THE_REQUEST:
            continue
        if text_at(received, placement) != placed_text(occasion, request, placement):
            yield f"{_place(placement)} is not this account's {placement.value.value}"


def _wrong_signatures(
    occasion: Occasion, received: SignedRequest, request: UnsignedRequest, placements: tuple[Placement, ...]
) -> Iterator[str]:
    payload = payload_of(occasion, request)
    for placement in placements:
        text = text_at(received, placement) or ""
        if placement.value is Value.PAYLOAD and text.encode() != payload:
            yield f"{_place(placement)} is not this request's payload"
        if placement.value is Value.SIGNATURE and occasion.recipe.algorithm in TOKENS:
            yield from (f"{_place(placement)} {fault}" for fault in _token_faults(occasion, request, text))
        elif placement.value is Value.SIGNATURE and not _holds(occasion, payload, text):
            yield f"{_place(placement)} is no {occasion.recipe.algorithm.value} signature over this request"


def _holds(occasion: Occasion, payload: bytes, text: str) -> bool:
    recipe = occasion.recipe
    signature = decoded(recipe.output, text)
    return signature is not None and _signed(recipe, occasion.credentials, signed_bytes(recipe, payload), signature)


def _signed(recipe: Recipe, credentials: Credentials, message: bytes, signature: bytes) -> bool:
    return signature_holds(recipe.algorithm, recipe.secret_encoding, credentials.secret, message, signature)


def _token_faults(occasion: Occasion, request: UnsignedRequest, token: str) -> Iterator[str]:
    signed, _, signature_text = token.rpartition(".")
    signature = decoded(TextEncoding.BASE64URL, signature_text)
    documents = tuple(_document(part) for part in signed.split("."))
    if signature is None or len(documents) != len(("header", "claims")) or not all(documents):
        yield "is no JSON Web Token"
        return
    if not _signed(occasion.recipe, occasion.credentials, signed.encode(), signature):
        yield f"is no {occasion.recipe.algorithm.value} token of this account"
    for document, claims in zip(documents, (occasion.recipe.jwt_header, occasion.recipe.jwt_claims), strict=True):
        for claim in claims:
            if not _claim_holds(occasion, request, claim, document.get(claim.name)):
                yield f"claims another {claim.name} than this request's"
    if documents[0].get("alg") != TOKENS[occasion.recipe.algorithm]:
        yield "names another algorithm"


def _document(part: str) -> dict[str, Any]:
    content = decoded(TextEncoding.BASE64URL, part)
    try:
        document = json.loads(content or b"", parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _claim_holds(occasion: Occasion, request: UnsignedRequest, claim: Claim, value: object) -> bool:
    if _tells_the_moment(claim.parts):
        return value is not None
    text = joined(occasion, request, claim.parts).decode()
    if not text:
        return value is None
    return value == text if not claim.number else json_text(value) == text


def _tells_the_moment(parts: tuple[Part, ...]) -> bool:
    return any(part.value in _TOLD_BY_THE_REQUEST or _tells_the_moment(part.parts) for part in parts)
