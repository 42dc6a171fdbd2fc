"""Signatures over a part of what is to be signed: made as the recipe says, but for one thing that is left out, or is another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sdkgen.signing.recipe import MOMENTS, Part, Recipe, Value

if TYPE_CHECKING:
    from certification.evidence.scenarios.tamper import Draft
    from sdkgen.signing.request import UnsignedRequest

OTHER_METHOD = "signed for another method"
_LEFT_OUT: dict[str, frozenset[Value]] = {
    "signed without its time": frozenset(MOMENTS),
    "signed without its query": frozenset({Value.QUERY}),
    "signed without its body": frozenset({Value.BODY, Value.MEMBERS, Value.PAIRS}),
}
_CARRIED = {"signed without its query": "query.", "signed without its body": "body."}
"""Where a call must carry something, or leaving it out of the signature would change nothing."""


def is_partly(tamper: str) -> bool:
    """Whether a way of breaking a proof is one of these."""
    return tamper == OTHER_METHOD or tamper in _LEFT_OUT


def partly_breakable(tamper: str, draft: Draft, recipe: Recipe) -> bool:
    """Whether the recipe's payload holds what is to be left out, and the call carries it."""
    told = _values(recipe.payload)
    if tamper == OTHER_METHOD:
        return Value.METHOD in told or any(Value.METHOD in _values(claim.parts) for claim in recipe.jwt_claims)
    carrier = _CARRIED.get(tamper)
    carried = carrier is None or any(place.startswith(carrier) for place, _ in draft.given)
    return carried and bool(told & _LEFT_OUT[tamper]) and bool(told - _LEFT_OUT[tamper])


def partly(tamper: str, recipe: Recipe) -> Recipe:
    """The recipe that makes such a signature; any other way's is the recipe itself."""
    left_out = _LEFT_OUT.get(tamper)
    return recipe if left_out is None else replace(recipe, payload=_without(recipe.payload, left_out))


def meant(tamper: str, request: UnsignedRequest) -> UnsignedRequest:
    """The request that is signed in place of the one that is sent."""
    if tamper != OTHER_METHOD:
        return request
    return replace(request, method="POST" if request.method.upper() == "GET" else "GET")


def _values(parts: tuple[Part, ...]) -> set[Value]:
    return {part.value for part in parts} | {value for part in parts for value in _values(part.parts)}


def _without(parts: tuple[Part, ...], left_out: frozenset[Value]) -> tuple[Part, ...]:
    """The parts that stay; a group that nothing is left of goes too."""
    kept = (replace(part, parts=_without(part.parts, left_out)) for part in parts if part.value not in left_out)
    return tuple(part for part in kept if part.value is not Value.GROUP or part.parts)
