"""A signing recipe as Go source, and which of its placements an operation takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.go.text import quoted
from sdkgen.signing.recipe import Value
from sdkgen.signing.request import declared_places
from sdkgen.signing.sign import places_made

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Operation
    from sdkgen.signing.recipe import Claim, Part, Placement, Recipe


def placed(api: Api, recipe: Recipe, operation: Operation) -> tuple[int, ...] | None:
    """The indices of the placements that the operation takes; ``None`` where it takes all of them."""
    if not recipe.only_declared:
        return None
    made = places_made(recipe, declared_places(api, operation))
    return tuple(place for place, placement in enumerate(recipe.placements) if placement in made)


def recipe_source(recipe: Recipe) -> str:
    """The recipe as a Go composite literal, one line a member, as gofmt writes it."""
    members = [
        ("algorithm", quoted(recipe.algorithm.value)),
        ("secretEncoding", quoted(recipe.secret_encoding.value)),
        ("output", quoted(recipe.output.value)),
        ("prehash", quoted("" if recipe.prehash is None else recipe.prehash.value)),
        ("timestamp", quoted(recipe.timestamp.value)),
        ("nonce", quoted(recipe.nonce.value)),
        ("window", str(recipe.window_ms)),
        ("lifetime", str(recipe.lifetime_ms)),
        ("payload", _parts(recipe.payload)),
        ("placements", f"[]placement{{{', '.join(_placement(each) for each in recipe.placements)}}}"),
        ("jwtHeader", _claims(recipe.jwt_header)),
        ("jwtClaims", _claims(recipe.jwt_claims)),
    ]
    width = max(len(key) for key, _ in members) + 1
    lines = "".join(f"\t{f'{key}:'.ljust(width)} {value},\n" for key, value in members)
    return f"&recipe{{\n{lines}}}"


def _placement(placement: Placement) -> str:
    return _literal(
        ("carrier", placement.carrier.value),
        ("name", placement.name),
        ("value", placement.value.value),
        ("literal", placement.literal),
        ("prefix", placement.prefix),
        ("strip", placement.strip),
        ("within", placement.within),
        true=("number",) if placement.number else (),
    )


def _parts(parts: tuple[Part, ...]) -> str:
    return f"[]payloadPart{{{', '.join(_part(part) for part in parts)}}}"


def _part(part: Part) -> str:
    text = _literal(
        ("value", part.value.value),
        ("literal", part.literal),
        ("digest", "" if part.digest is None else part.digest.value),
        ("encoding", part.encoding.value),
        ("prefix", part.prefix),
        ("suffix", part.suffix),
        ("strip", part.strip),
        true=tuple(name for name, wanted in (("decoded", part.decoded), ("optional", part.optional)) if wanted),
    )
    return text if part.value is not Value.GROUP else f"{text[:-1]}, parts: {_parts(part.parts)}}}"


def _claims(claims: tuple[Claim, ...]) -> str:
    texts = (f"{{name: {quoted(claim.name)}, parts: {_parts(claim.parts)}{', number: true' if claim.number else ''}}}" for claim in claims)
    return f"[]claim{{{', '.join(texts)}}}"


def _literal(*members: tuple[str, str], true: tuple[str, ...]) -> str:
    texts = [f"{key}: {quoted(value)}" for key, value in members if value]
    return f"{{{', '.join([*texts, *(f'{name}: true' for name in true)])}}}"
