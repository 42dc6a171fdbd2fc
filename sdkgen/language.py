"""The languages that SDKs are made in, and who can write them; apart from the rest, because saying so must cost nothing to import."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The languages that SDKs are made in."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"
    GO = "go"


class Backend(StrEnum):
    """Who writes the source."""

    NATIVE = "native"
    OPENAPI_GENERATOR = "openapi-generator"
    """OpenAPI Generator, to compare with: the same checks judge both. What it makes is never published."""
