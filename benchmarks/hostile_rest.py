"""A description of REST that holds one hostile text in every place where text may stand."""

from __future__ import annotations

from typing import Any

from benchmarks.hostile_places import STRING, Json, Places, in_pointer

_ORDER = {"$ref": "#/components/schemas/Order"}


def hostile_rest(at: Places) -> Json:
    """A description of an API over REST with the text everywhere."""
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


def _paths(at: Places) -> Json:
    return {"/orders/{id}": {"get": _reading(at), "post": _placing(at)}, **_odd_paths(at), "/forms": _forms()}


def _reading(at: Places) -> Json:
    answer = {
        "description": at("response description"),
        "headers": {at("response header"): {"schema": STRING, "description": at("header description")}},
        "content": {"application/json": {"schema": _ORDER, "examples": {at("example name"): {"value": at("response example")}}}},
        "links": {at("link"): {"operationId": at("link operation")}},
    }
    odd = {"description": "odd", "content": {f"application/{at('response media type')}+json": {"schema": _ORDER}}}
    return {
        "operationId": at("operation id"),
        "tags": [at("tag")],
        "summary": at("summary"),
        "description": at("operation description"),
        "x-deprecated": at("deprecation"),
        "parameters": [_parameter("path", "id", STRING, required=True), *_parameters(at)],
        "responses": {
            "200": answer,
            "201": odd,
            "default": {"description": "bad", "content": {"application/json": {"schema": _ORDER}}},
        },
    }


def _placing(at: Places) -> Json:
    return {
        "operationId": "place",
        "tags": ["orders"],
        "parameters": [_parameter("path", "id", STRING, required=True)],
        "requestBody": {
            "description": at("body description"),
            "required": True,
            "content": {
                f"application/{at('request media type')}+json": {"schema": _ORDER},
                "application/json": {"schema": _ORDER},
            },
        },
        "callbacks": {at("callback"): {at("callback expression"): {"post": {"responses": {}}}}},
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": _ORDER}}}},
    }


def _odd_paths(at: Places) -> Json:
    return {
        f"/odd/{at('path')}": {"get": {"tags": [at("tag")], "responses": {"200": {"description": "ok"}}}},
        f"/odd/{{{at('path parameter')}}}": {
            "get": {
                "operationId": "by_key",
                "servers": [{"url": f"https://x.example.com/{at('operation server')}"}],
                "parameters": [_parameter("path", at("path parameter"), STRING, required=True)],
                "responses": {"200": {"description": "ok"}},
            }
        },
    }


def _forms() -> Json:
    return {
        "post": {
            "operationId": "upload",
            "requestBody": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Form"}}}},
            "responses": {"200": {"description": "ok", "content": {"text/plain": {"schema": STRING}}}},
        },
        "put": {
            "operationId": "send",
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Form"}}}},
            "responses": {"204": {"description": "nothing"}},
        },
    }


def _parameter(location: str, name: str, schema: Json, *, required: bool = False, **more: Any) -> Json:
    return {"in": location, "name": name, "schema": schema, "required": required, **more}


def _parameters(at: Places) -> list[Json]:
    choices = {"type": "string", "enum": [at("parameter enum"), "b"], "default": at("parameter default")}
    return [
        _parameter("query", at("query parameter"), choices, description=at("parameter description")),
        _parameter("header", at("header parameter"), STRING, example=at("parameter example")),
        _parameter("cookie", at("cookie parameter"), STRING),
        _parameter("query", "filter", {"type": "object", "properties": {at("deep key"): STRING}}, style="deepObject"),
    ]


def _schemas(at: Places) -> Json:
    named = at("schema")
    return {named: _named(at), "Side": _side(at), "Order": _order(at, named), **_events(at), "Form": _form(at)}


def _named(at: Places) -> Json:
    return {
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
    }


def _side(at: Places) -> Json:
    return {
        "type": "string",
        "enum": [at("enum value"), "SELL"],
        "description": at("enum description"),
        "x-enum-varnames": [at("enum name"), "SELL"],
        "x-enum-descriptions": [at("enum value description"), "s"],
    }


def _order(at: Places, named: str) -> Json:
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": STRING,
            "named": {"$ref": "#/components/schemas/" + in_pointer(named)},
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
    }


def _events(at: Places) -> Json:
    return {
        "Event": {
            "oneOf": [{"$ref": "#/components/schemas/Fill"}, {"$ref": "#/components/schemas/Cancel"}],
            "discriminator": {
                "propertyName": at("discriminator"),
                "mapping": {at("discriminator value"): "#/components/schemas/Fill", "cancel": "#/components/schemas/Cancel"},
            },
        },
        "Fill": {"type": "object", "required": [at("discriminator")], "properties": {at("discriminator"): STRING}},
        "Cancel": {
            "type": "object",
            "required": [at("discriminator")],
            "properties": {at("discriminator"): STRING, "n": STRING},
        },
    }


def _form(at: Places) -> Json:
    return {
        "type": "object",
        "properties": {at("form field"): STRING, "file": {"type": "string", "format": "binary"}, "note": STRING},
    }
