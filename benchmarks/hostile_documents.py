"""Descriptions that hold one hostile text in every place where text may stand: REST and streams."""

from __future__ import annotations

import json
from dataclasses import dataclass

from benchmarks.hostile_payloads import PAYLOADS, Payload
from benchmarks.hostile_places import Places
from benchmarks.hostile_rest import hostile_rest
from benchmarks.hostile_streams import hostile_streams
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.language import Language
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileDocument:
    """The descriptions of an API and of its streams, and a package's settings, with one hostile text in every place."""

    payload: Payload
    content: bytes
    streams: bytes
    places: tuple[str, ...]
    """Where the text stands: each is a case."""

    def api(self) -> Api:
        """The model of both.

        Raises:
            DescriptionError: one is refused.
        """
        return load(self.content, streams=self.streams)

    def options(self, language: Language) -> SdkOptions:
        """What a package is called, and what it says of itself in the hostile text."""
        text = self.payload.text
        recipe = Recipe(
            algorithm=Algorithm.HMAC_SHA256,
            payload=(Part(value=Value.TIMESTAMP, prefix=text), Part(value=Value.LITERAL, literal=text, suffix=text)),
            placements=(
                Placement(carrier=Carrier.HEADER, name="X-Time", value=Value.TIMESTAMP),
                Placement(carrier=Carrier.HEADER, name="X-Sign", value=Value.SIGNATURE),
                Placement(carrier=Carrier.QUERY, name=text, value=Value.LITERAL, literal=text, prefix=text),
            ),
        )
        return SdkOptions(
            package="example.com/hostile-go" if language is Language.GO else "hostile",
            version="0.1.0",
            exchange_id="hostile",
            exchange_name=text,
            authors=(text, "An Author"),
            website=f"https://example.com/{text}",
            base_url=f"https://api.example.com/{text}",
            recipe=recipe,
        )


_PACKAGE = ("exchange name", "author", "website", "base url", "recipe prefix", "recipe literal", "recipe suffix", "recipe placement")


def documents() -> tuple[HostileDocument, ...]:
    """One for each payload."""
    return tuple(_document(payload) for payload in PAYLOADS)


def _document(payload: Payload) -> HostileDocument:
    rest, streams = Places(payload.text), Places(payload.text)
    content, streams_content = json.dumps(hostile_rest(rest)).encode(), json.dumps(hostile_streams(streams)).encode()
    places = (*rest.names, *(f"streams: {name}" for name in streams.names), *(f"package: {name}" for name in _PACKAGE))
    return HostileDocument(payload=payload, content=content, streams=streams_content, places=places)
