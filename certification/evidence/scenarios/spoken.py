"""The documents that are sent over a stream: templates of a profile, filled, and the proof of a login."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sdkgen.signing.recipe import Carrier, Part, Placement, Recipe, TimestampFormat, Value
from sdkgen.signing.request import Credentials, UnsignedRequest
from sdkgen.signing.sign import sign

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = re.compile(r"\{(\w+)(#?)\}")
"""A place in a template."""
_PROOF = "X-Proof"


def text_signature(recipe: Recipe, credentials: Credentials, payload: str, now_ms: int, written: TimestampFormat | None) -> str:
    """The payload's signature by the recipe's own algorithm, key and encoding."""
    text = replace(
        recipe,
        payload=(Part(value=Value.LITERAL, literal=payload),),
        placements=(Placement(carrier=Carrier.HEADER, name=_PROOF, value=Value.SIGNATURE),),
        timestamp=written or recipe.timestamp,
        only_declared=False,
    )
    signed = sign(text, credentials, UnsignedRequest(method="GET", host="", path="/"), now_ms=now_ms)
    return signed.header(_PROOF) or ""


def filled(template: Any, words: Mapping[str, str]) -> Any:
    """A document with its places filled; one that is all of a text and ends in ``#`` becomes a number."""
    match template:
        case dict():
            return {name: filled(value, words) for name, value in template.items()}
        case list():
            return [filled(value, words) for value in template]
        case str():
            whole = PLACE.fullmatch(template)
            text = filled_text(template, words)
            return int(text) if whole and whole[2] and text.isdecimal() else text
        case _:
            return template


def filled_text(template: str, words: Mapping[str, str]) -> str:
    """A text with its places filled; those without a word stay."""
    return PLACE.sub(lambda place: words.get(place[1], place[0]), template)
