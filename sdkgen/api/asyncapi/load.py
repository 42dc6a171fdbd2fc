"""From the bytes of an AsyncAPI description, version 2 or 3, to the language-neutral model."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.assemble import Assembly
from sdkgen.api.asyncapi.census import declared_channels, declared_messages, declared_stream_fields
from sdkgen.api.asyncapi.normal import normal
from sdkgen.api.asyncapi.raw import Source
from sdkgen.api.asyncapi.repairs import repair_streams
from sdkgen.api.asyncapi.version2 import Version2
from sdkgen.api.asyncapi.version3 import Version3
from sdkgen.api.issues import IssueLog, quoted
from sdkgen.api.model import Api
from sdkgen.api.overlay import apply_overlays
from sdkgen.api.parse import Document, Lines, parse
from sdkgen.api.resolve import Resolver
from sdkgen.errors import DescriptionError

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

_VERSION = re.compile(r"[23]\.[0-9]+(\.[0-9]+)?(-[0-9A-Za-z.-]+)?")


def load_streams(description: bytes, *, overlays: tuple[bytes, ...] = (), source: str = "description") -> Api:
    """Read an AsyncAPI description: an API without operations.

    Args:
        description: AsyncAPI 2 or 3, in JSON or YAML.
        overlays: OpenAPI Overlay 1.0 documents, applied in order.
        source: what messages call the description.

    Raises:
        DescriptionError: it can't be read at all, or describes no channel. Lesser flaws are ``Api.issues``.
        OverlayError: an overlay can't be read, or one of its targets is not in the description.
    """
    return read_streams(parse(description, source=source), description, overlays=overlays, source=source)


def read_streams(document: Document, description: bytes, *, overlays: tuple[bytes, ...] = (), source: str) -> Api:
    """As ``load_streams``, of a document that is parsed already."""
    version2 = _is_version2(document.root, source)
    if overlays:
        document = replace(document, root=apply_overlays(document.root, overlays))
    if declared_channels(document.root) == 0:
        raise DescriptionError(
            "the description describes no channel under “channels”", where=source, advice="check that the file is complete"
        )
    digest = hashlib.sha256(b"".join((description, *overlays))).hexdigest()
    try:
        return _api(document, digest, version2=version2)
    except RecursionError as error:
        raise DescriptionError("the description's schemas nest too deep", where=source, advice="give inner schemas names") from error


def _is_version2(root: dict[str, JsonValue], source: str) -> bool:
    """Whether it is AsyncAPI 2, and not 3.

    Raises:
        DescriptionError: it is no AsyncAPI description, or of a version that does not exist.
    """
    written = root.get("asyncapi")
    if written is None:
        raise DescriptionError("the document is no AsyncAPI description", where=source, advice="give one of AsyncAPI 2 or 3")
    if not _VERSION.fullmatch(str(written)):
        raise DescriptionError(f"version {quoted(written)} of AsyncAPI is not known", where=source, advice="versions 2 and 3 are")
    return str(written).startswith("2")


def _api(document: Document, digest: str, *, version2: bool) -> Api:
    issues = IssueLog(Lines(document), document.root)
    issues.of_text(document)
    issues.root = normal(document.root, issues)
    repair_streams(issues)
    root = issues.root
    source = Source(root, Resolver(root, issues), issues, version2=version2)
    found = (Version2 if version2 else Version3)(source).read()
    model = Assembly(found, source).model()
    info = root.get("info")
    about = info if isinstance(info, dict) else {}
    title, version, text = (_text(about.get(key)) for key in ("title", "version", "description"))
    return Api(
        title=title,
        version=version,
        description=text,
        digest=digest,
        servers=(),
        security_schemes=model.security_schemes,
        operations=(),
        types=model.types,
        issues=issues.all(),
        declared_operations=0,
        declared_fields=declared_stream_fields(root),
        channels=model.channels,
        messages=model.messages,
        requests=model.requests,
        stream_servers=model.servers,
        stream_title=title,
        stream_version=version,
        stream_description=text,
        declared_channels=declared_channels(root),
        declared_messages=declared_messages(root),
    )


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else str(value) if value is not None else ""
