"""A signing recipe as the object literal that the runtime's signer reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdkgen.signing.recipe import Claim, Part, Placement, Recipe

Json = dict[str, object]


def recipe_text(recipe: Recipe) -> str:
    """The recipe as TypeScript: JSON, every character beyond ASCII escaped. Its members are the runtime's ``Recipe``."""
    document: Json = {
        "algorithm": recipe.algorithm.value,
        "placements": [_placement(each) for each in recipe.placements],
        "payload": [_part(each) for each in recipe.payload],
        **({} if recipe.prehash is None else {"prehash": recipe.prehash.value}),
        "output": recipe.output.value,
        "secretEncoding": recipe.secret_encoding.value,
        "timestamp": recipe.timestamp.value,
        "nonce": recipe.nonce.value,
        "windowMs": recipe.window_ms,
        "lifetimeMs": recipe.lifetime_ms,
        "jwtHeader": [_claim(each) for each in recipe.jwt_header],
        "jwtClaims": [_claim(each) for each in recipe.jwt_claims],
    }
    return json.dumps(document, indent=2)


def _placement(placement: Placement) -> Json:
    optional: Json = {
        "literal": placement.literal,
        "prefix": placement.prefix,
        "strip": placement.strip,
        "number": placement.number,
        "within": placement.within,
    }
    return {"carrier": placement.carrier.value, "name": placement.name, "value": placement.value.value, **_told(optional)}


def _part(part: Part) -> Json:
    optional: Json = {
        "literal": part.literal,
        "parts": [_part(each) for each in part.parts],
        "digest": None if part.digest is None else part.digest.value,
        "encoding": None if part.encoding.value == "raw" else part.encoding.value,
        "prefix": part.prefix,
        "suffix": part.suffix,
        "strip": part.strip,
        "decoded": part.decoded,
        "optional": part.optional,
    }
    return {"value": part.value.value, **_told(optional)}


def _claim(claim: Claim) -> Json:
    return {"name": claim.name, "parts": [_part(each) for each in claim.parts], **_told({"number": claim.number})}


def _told(optional: Json) -> Json:
    return {name: value for name, value in optional.items() if value}
