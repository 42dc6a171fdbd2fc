"""What the exchange's signing recipe is made of; the recipe itself stands in this package's ``_recipe`` module."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One part of the payload."""

    value: str
    literal: str = ""
    parts: tuple[Part, ...] = ()
    digest: str = ""
    encoding: str = "raw"
    prefix: str = ""
    suffix: str = ""
    strip: str = ""
    decoded: bool = False
    optional: bool = False


class Placement(NamedTuple):
    """One value's place in the request."""

    carrier: str
    name: str
    value: str
    literal: str = ""
    prefix: str = ""
    strip: str = ""
    number: bool = False
    within: str = ""


class Claim(NamedTuple):
    """One member of a token's header or claims."""

    name: str
    parts: tuple[Part, ...]
    number: bool = False


class Recipe(NamedTuple):
    """How the exchange wants a request signed."""

    algorithm: str
    placements: tuple[Placement, ...]
    payload: tuple[Part, ...] = ()
    prehash: str = ""
    output: str = "hex"
    secret_encoding: str = "text"  # noqa: S105  # the name of an encoding
    timestamp: str = "milliseconds"
    nonce: str = "milliseconds"
    window_ms: int = 5000
    lifetime_ms: int = 60000
    jwt_header: tuple[Claim, ...] = ()
    jwt_claims: tuple[Claim, ...] = ()
