"""What a description says of itself: enough to list it, without loading all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen.api.census import declared_operations
from sdkgen.api.json_text import JsonValue
from sdkgen.api.parse import parse
from sdkgen.errors import DescriptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A description in four words."""

    format: str
    """``openapi 3.0.3``, ``swagger 2.0``, ``asyncapi 3.0.0``."""
    title: str
    version: str
    operations: int
    """What can be asked over HTTP, or what is sent either way on channels."""

    @property
    def is_streams(self) -> bool:
        """Whether it is an AsyncAPI description."""
        return self.format.startswith("asyncapi")


def summarise(content: bytes, *, source: str) -> Summary:
    """Read a description's head.

    Raises:
        DescriptionError: it can't be read, or is neither OpenAPI, Swagger nor AsyncAPI.
    """
    root = parse(content, source=source).root
    info = root.get("info")
    about = info if isinstance(info, dict) else {}
    kind = next((word for word in ("openapi", "swagger", "asyncapi") if word in root), None)
    if kind is None:
        raise DescriptionError(
            "the document is no API description: it has neither “openapi”, “swagger” nor “asyncapi”",
            where=source,
            advice="give an OpenAPI, Swagger or AsyncAPI document",
        )
    return Summary(
        format=f"{kind} {root[kind]}",
        title=_text(about.get("title")),
        version=_text(about.get("version")),
        operations=_streams(root) if kind == "asyncapi" else declared_operations(root),
    )


def _streams(root: dict[str, JsonValue]) -> int:
    """AsyncAPI 3 lists operations at the top, AsyncAPI 2 under each channel."""
    operations = root.get("operations")
    if isinstance(operations, dict):
        return len(operations)
    channels = root.get("channels")
    items = channels.values() if isinstance(channels, dict) else ()
    return sum(("publish" in item) + ("subscribe" in item) for item in items if isinstance(item, dict))


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)
