"""Descriptions that hold one hostile text in every place where text may stand: REST and streams."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from benchmarks.hostile_payloads import PAYLOADS, Payload
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
_Json = dict[str, Any]
_STRING = {"type": "string"}


class _Places:
    """Hands out the text, and keeps the names of the places that it was put in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.names: dict[str, None] = {}

    def __call__(self, place: str) -> str:
        self.names[place] = None
        return self._text


def documents() -> tuple[HostileDocument, ...]:
    """One for each payload."""
    return tuple(_document(payload) for payload in PAYLOADS)


def _document(payload: Payload) -> HostileDocument:
    rest, streams = _Places(payload.text), _Places(payload.text)
    content, streams_content = json.dumps(_rest(rest)).encode(), json.dumps(_streams(streams)).encode()
    places = (*rest.names, *(f"streams: {name}" for name in streams.names), *(f"package: {name}" for name in _PACKAGE))
    return HostileDocument(payload=payload, content=content, streams=streams_content, places=places)


def _rest(at: _Places) -> _Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": at("title"),
            "version": at("version"),
            "description": at("description"),
            "contact": {"name": at("contact name"), "url": at("contact url"), "email": at("contact email")},
            "license": {"name": at("licence name"), "identifier": at("licence identifier")},
            "x-more": {at("extension key"): at("extension value")},
        },
        "servers": [
            {
                "url": "https://api.example.com/{stage}",
                "description": at("server description"),
                "variables": {"stage": {"default": "v1", "enum": ["v1", at("server variable")]}},
            }
        ],
        "tags": [{"name": at("tag"), "description": at("tag description")}],
        "externalDocs": {"url": at("external docs"), "description": "d"},
        "security": [{at("security scheme"): []}],
        "paths": _paths(at),
        "webhooks": {at("webhook"): {"post": {"responses": {"200": {"description": "ok"}}}}},
        "components": {
            "securitySchemes": {at("security scheme"): {"type": "apiKey", "in": "header", "name": at("key header"), "description": "d"}},
            "schemas": _schemas(at),
        },
    }


def _paths(at: _Places) -> _Json:
    order = {"$ref": "#/components/schemas/Order"}
    answer = {
        "description": at("response description"),
        "headers": {at("response header"): {"schema": _STRING, "description": at("header description")}},
        "content": {"application/json": {"schema": order, "examples": {at("example name"): {"value": at("response example")}}}},
        "links": {at("link"): {"operationId": at("link operation")}},
    }
    odd = {"description": "odd", "content": {f"application/{at('response media type')}+json": {"schema": order}}}
    return {
        "/orders/{id}": {
            "get": {
                "operationId": at("operation id"),
                "tags": [at("tag")],
                "summary": at("summary"),
                "description": at("operation description"),
                "x-deprecated": at("deprecation"),
                "parameters": [_parameter("path", "id", _STRING, required=True), *_parameters(at)],
                "responses": {
                    "200": answer,
                    "201": odd,
                    "default": {"description": "bad", "content": {"application/json": {"schema": order}}},
                },
            },
            "post": {
                "operationId": "place",
                "tags": ["orders"],
                "parameters": [_parameter("path", "id", _STRING, required=True)],
                "requestBody": {
                    "description": at("body description"),
                    "required": True,
                    "content": {
                        f"application/{at('request media type')}+json": {"schema": order},
                        "application/json": {"schema": order},
                    },
                },
                "callbacks": {at("callback"): {at("callback expression"): {"post": {"responses": {}}}}},
                "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": order}}}},
            },
        },
        f"/odd/{at('path')}": {"get": {"tags": [at("tag")], "responses": {"200": {"description": "ok"}}}},
        f"/odd/{{{at('path parameter')}}}": {
            "get": {
                "operationId": "by_key",
                "servers": [{"url": f"https://x.example.com/{at('operation server')}"}],
                "parameters": [_parameter("path", at("path parameter"), _STRING, required=True)],
                "responses": {"200": {"description": "ok"}},
            }
        },
        "/forms": {
            "post": {
                "operationId": "upload",
                "requestBody": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Form"}}}},
                "responses": {"200": {"description": "ok", "content": {"text/plain": {"schema": _STRING}}}},
            },
            "put": {
                "operationId": "send",
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Form"}}}},
                "responses": {"204": {"description": "nothing"}},
            },
        },
    }


def _parameter(location: str, name: str, schema: _Json, *, required: bool = False, **more: Any) -> _Json:
    return {"in": location, "name": name, "schema": schema, "required": required, **more}


def _parameters(at: _Places) -> list[_Json]:
    choices = {"type": "string", "enum": [at("parameter enum"), "b"], "default": at("parameter default")}
    return [
        _parameter("query", at("query parameter"), choices, description=at("parameter description")),
        _parameter("header", at("header parameter"), _STRING, example=at("parameter example")),
        _parameter("cookie", at("cookie parameter"), _STRING),
        _parameter("query", "filter", {"type": "object", "properties": {at("deep key"): _STRING}}, style="deepObject"),
    ]


def _schemas(at: _Places) -> _Json:
    named = at("schema")
    return {
        named: {
            "type": "object",
            "title": at("schema title"),
            "description": at("schema description"),
            "required": [at("property")],
            "properties": {
                at("property"): {
                    "type": "string",
                    "description": at("property description"),
                    "default": at("default"),
                    "example": at("example"),
                },
                "side": {"$ref": "#/components/schemas/Side"},
            },
        },
        "Side": {
            "type": "string",
            "enum": [at("enum value"), "SELL"],
            "description": at("enum description"),
            "x-enum-varnames": [at("enum name"), "SELL"],
            "x-enum-descriptions": [at("enum value description"), "s"],
        },
        "Order": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": _STRING,
                "named": {"$ref": "#/components/schemas/" + named.replace("~", "~0").replace("/", "~1")},
                "price": {"type": "number", "format": at("format"), "multipleOf": 0.01},
                "text": {"type": "string", "pattern": at("pattern")},
                "fixed": {"const": at("const")},
                "inline": {
                    "type": "object",
                    "title": at("inline title"),
                    "properties": {"a": {"enum": [1, at("mixed enum")]}},
                },
                "event": {"$ref": "#/components/schemas/Event"},
            },
        },
        "Event": {
            "oneOf": [{"$ref": "#/components/schemas/Fill"}, {"$ref": "#/components/schemas/Cancel"}],
            "discriminator": {
                "propertyName": at("discriminator"),
                "mapping": {at("discriminator value"): "#/components/schemas/Fill", "cancel": "#/components/schemas/Cancel"},
            },
        },
        "Fill": {"type": "object", "required": [at("discriminator")], "properties": {at("discriminator"): _STRING}},
        "Cancel": {
            "type": "object",
            "required": [at("discriminator")],
            "properties": {at("discriminator"): _STRING, "n": _STRING},
        },
        "Form": {
            "type": "object",
            "properties": {at("form field"): _STRING, "file": {"type": "string", "format": "binary"}, "note": _STRING},
        },
    }


def _streams(at: _Places) -> _Json:
    channel = "#/channels/" + at("channel").replace("~", "~0").replace("/", "~1")
    payload = {
        "type": "object",
        "title": at("payload title"),
        "description": at("payload description"),
        "required": ["type"],
        "properties": {
            "type": {"const": at("mark")},
            at("payload property"): {"type": "string", "description": at("property description")},
            "side": {"enum": [at("enum value"), "sell"]},
        },
    }
    message = {
        "name": at("message name"),
        "title": at("message title"),
        "summary": at("message summary"),
        "description": at("message description"),
        "payload": payload,
        "examples": [{"name": at("example name"), "payload": {"type": at("message example")}}],
    }
    said = {"payload": {"type": "object", "properties": {"op": {"const": at("request mark")}}}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": at("title"), "version": at("version"), "description": at("description")},
        "servers": {
            at("server"): {
                "host": "stream.example.com",
                "protocol": "wss",
                "pathname": f"/{at('server path')}",
                "description": at("server description"),
            }
        },
        "channels": {
            at("channel"): {
                "address": f"/{at('channel address')}/{{{at('channel parameter')}}}",
                "title": at("channel title"),
                "description": at("channel description"),
                "messages": {at("message"): message, "said": said},
                "parameters": {
                    at("channel parameter"): {
                        "description": at("parameter description"),
                        "default": at("parameter default"),
                        "enum": [at("parameter enum"), "ETH"],
                        "examples": [at("parameter example")],
                    }
                },
                "bindings": {"ws": {"query": {"type": "object", "properties": {at("binding query"): _STRING}}}},
            }
        },
        "operations": {
            at("operation"): {
                "action": "send",
                "channel": {"$ref": channel},
                "summary": at("operation summary"),
                "messages": [{"$ref": f"{channel}/messages/said"}],
            },
            "hear": {"action": "receive", "channel": {"$ref": channel}},
        },
    }
