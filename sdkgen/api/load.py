"""From the bytes of an API description to the language-neutral model: Swagger 2.0, OpenAPI 3, AsyncAPI 2 and 3."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sdkgen.api.census import declared_fields, declared_operations
from sdkgen.api.content import Contents
from sdkgen.api.found import Defaults, Readers
from sdkgen.api.issues import IssueLog, quoted
from sdkgen.api.mend import Put
from sdkgen.api.model import Api
from sdkgen.api.operation import Operations
from sdkgen.api.overlay import apply_overlays
from sdkgen.api.parameter import Parameters
from sdkgen.api.parse import Document, Lines, parse
from sdkgen.api.pointer import join
from sdkgen.api.repair import repair
from sdkgen.api.resolve import Place, Resolver
from sdkgen.api.schema import Schemas
from sdkgen.api.security import requirements, schemes, servers, swagger_servers
from sdkgen.api.settle import Settling
from sdkgen.errors import DescriptionError

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.mend import Change

_ONE = "give a REST description with the streams, or the AsyncAPI description alone"
_VERSION = re.compile(r"(?:v(?=[0-9]))?([23])(?:\.([0-2])(?:\.[0-9]+)?)?(\.[0-9].*)?(?:-.*)?", re.IGNORECASE)
"""Major, minor, and what is too much. A patch number is any, and so is what follows a hyphen."""


def load(
    description: bytes,
    *,
    overlays: tuple[bytes, ...] = (),
    streams: bytes | None = None,
    stream_overlays: tuple[bytes, ...] = (),
    source: str = "description",
    streams_source: str = "streams",
) -> Api:
    """Read a description, with overlays applied in order, and the description of its streams.

    An operation's ``x-signed: true`` (or ``false``), which an overlay may set, overrules what its ``security`` says.

    Args:
        description: Swagger 2.0 or OpenAPI 3.0 to 3.2, or AsyncAPI 2 or 3 where an exchange has nothing but streams; JSON or YAML.
        overlays: OpenAPI Overlay 1.0 documents; they change ``description`` alone.
        streams: AsyncAPI 2 or 3, beside a REST description.
        stream_overlays: the same for ``streams``.
        source: what messages call the description.
        streams_source: what messages call the streams' description.

    Raises:
        DescriptionError: one can't be read at all, or describes no operation (no channel, no webhook with types).
            Lesser flaws are ``Api.issues``.
        OverlayError: an overlay can't be read, or one of its targets is not in the description.
    """
    document = parse(description, source=source)
    # Streams' readers are imported where needed: most descriptions have none, and every command waits for what is imported.
    if "asyncapi" in document.root and not document.root.keys() & {"openapi", "swagger"}:
        from sdkgen.api.asyncapi.load import read_streams  # noqa: PLC0415

        if streams is not None:
            raise DescriptionError("the description is AsyncAPI already, and other streams are given beside it", where=source, advice=_ONE)
        return read_streams(document, description, overlays=overlays, source=source)
    rest = _rest(document, description, overlays, source)
    return rest if streams is None else _with_streams(rest, (description, *overlays), (streams, *stream_overlays), streams_source)


def _with_streams(rest: Api, rest_bytes: tuple[bytes, ...], stream_bytes: tuple[bytes, ...], source: str) -> Api:
    from sdkgen.api.asyncapi.load import load_streams  # noqa: PLC0415
    from sdkgen.api.together import together  # noqa: PLC0415

    told = load_streams(stream_bytes[0], overlays=stream_bytes[1:], source=source)
    return together(rest, told, digest=hashlib.sha256(b"".join((*rest_bytes, *stream_bytes))).hexdigest())


def document_meant(description: bytes, *, overlays: tuple[bytes, ...] = (), source: str = "description") -> dict[str, JsonValue]:
    """The REST description as a document, overlays applied and repairs made: where the pointers of ``load``'s model lead.

    For those who hold what an SDK does against the description itself, not against the model. AsyncAPI comes back as it is.

    Raises:
        DescriptionError: it can't be read at all.
        OverlayError: an overlay can't be read, or one of its targets is not in the description.
    """
    document = parse(description, source=source)
    if overlays:
        document = replace(document, root=apply_overlays(document.root, overlays))
    if "asyncapi" in document.root and not document.root.keys() & {"openapi", "swagger"}:
        return document.root
    return _Reading(document, _version(document.root, source)).root


def _rest(document: Document, description: bytes, overlays: tuple[bytes, ...], source: str) -> Api:
    version = _version(document.root, source)
    if overlays:
        document = replace(document, root=apply_overlays(document.root, overlays))
    digest = hashlib.sha256(b"".join((description, *overlays))).hexdigest()
    try:
        api = _Reading(document, version).api(digest)
    except RecursionError as error:
        raise DescriptionError("the description's schemas nest too deep", where=source, advice="give inner schemas names") from error
    if api.declared_operations == 0 and not (api.types and document.root.get("webhooks")):
        raise DescriptionError(
            "the description describes no operation under “paths”", where=source, advice="check that the file is complete"
        )
    return api


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """Which OpenAPI a description is written in."""

    number: str
    flaw: str | None = None
    change: Change | None = None


def _version(root: dict[str, JsonValue], source: str) -> _Version:
    """The specification's version.

    Raises:
        DescriptionError: it is no OpenAPI description, or of a version that does not exist.
    """
    written = root.get("openapi", root.get("swagger"))
    if written is None and isinstance(root.get("paths"), dict | list):
        old = bool(root.keys() & {"definitions", "securityDefinitions", "basePath", "host"})
        key, number = ("swagger", "2.0") if old else ("openapi", "3.0.3")
        flaw = f"the description does not say which OpenAPI it is written in; it is read as {number}"
        return _Version(number=number, flaw=flaw, change=Put(pointer=f"/{key}", value=number))
    if written is None:
        raise DescriptionError(
            "the document is no API description: it has neither “openapi”, “swagger” nor “asyncapi”",
            where=source,
            advice="give an OpenAPI 3, Swagger 2.0 or AsyncAPI description",
        )
    match = _VERSION.fullmatch(str(written).strip())
    if match is None:
        raise DescriptionError(
            f"version {quoted(written)} of OpenAPI is not known", where=source, advice="Swagger 2.0 and OpenAPI 3.0 to 3.2 are"
        )
    number = "2.0" if match[1] == "2" else f"3.{match[2] or 0}"
    key = "swagger" if number == "2.0" else "openapi"
    if isinstance(root.get(key), str) and not match[3]:
        return _Version(number=number)
    flaw = f"the version {quoted(written)} is written wrongly; it is read as {number}"
    meant = "2.0" if number == "2.0" else f"{number}.0"
    return _Version(number=number, flaw=flaw, change=Put(pointer=f"/{key}", value=meant))


class _Reading:
    """One document on its way into the model."""

    def __init__(self, document: Document, version: _Version) -> None:
        self._swagger = version.number == "2.0"
        self._siblings = version.number not in ("2.0", "3.0")
        self._issues = IssueLog(Lines(document), document.root)
        if version.flaw is not None and version.change is not None:
            self._issues.mended("wrong-version", version.change.pointer, version.flaw, version.change)
        repair(self._issues, swagger=self._swagger, siblings=self._siblings)
        self.root = self._issues.root
        self._resolver = Resolver(self.root, self._issues)
        self._issues.of_text(document)

    def api(self, digest: str) -> Api:
        """The model."""
        components = _components(self.root, self._resolver, swagger=self._swagger)
        schemas = Schemas(components, self._resolver, self._issues, siblings=self._siblings)
        schemas.declare_components()
        declared_schemes = self._declared_schemes()
        defaults = self._defaults(declared_schemes)
        self._note_webhooks()
        operations = Operations(self._readers(schemas), defaults).all(Place(pointer="/paths", value=self.root.get("paths")))
        types = schemas.types()
        settling = Settling(types, self._issues)
        info = self.root.get("info")
        about = info if isinstance(info, dict) else {}
        return Api(
            title=_text(about.get("title")),
            version=_text(about.get("version")),
            description=_text(about.get("description")),
            digest=digest,
            servers=defaults.servers,
            security_schemes=schemes(declared_schemes, self._resolver, self._issues),
            operations=tuple(settling.operation(operation) for operation in operations),
            types=tuple(settling.named(declared) for declared in types),
            issues=self._issues.all(),
            declared_operations=declared_operations(self.root),
            declared_fields=declared_fields(self.root, swagger=self._swagger, siblings=self._siblings),
        )

    def _note_webhooks(self) -> None:
        webhooks = self.root.get("webhooks")
        for name in webhooks if isinstance(webhooks, dict) else ():
            message = f"the webhook {quoted(name)} is a request that the exchange sends, not one of the client's; it is no operation"
            self._issues.noted("webhook", join("/webhooks", name), message)

    def _declared_schemes(self) -> Place:
        if self._swagger:
            return Place(pointer="/securityDefinitions", value=self.root.get("securityDefinitions"))
        return _component(self.root, "securitySchemes")

    def _defaults(self, declared_schemes: Place) -> Defaults:
        known = frozenset(declared_schemes.value) if isinstance(declared_schemes.value, dict) else frozenset()
        security = self.root.get("security")
        written = Place(pointer="/servers", value=self.root.get("servers"))
        return Defaults(
            swagger=self._swagger,
            security=requirements(Place(pointer="/security", value=security), known, self._issues) if security is not None else (),
            known_schemes=known,
            servers=swagger_servers(self.root, self._issues) if self._swagger else servers(written, self._issues),
            consumes=_texts(self.root.get("consumes")),
            produces=_texts(self.root.get("produces")),
        )

    def _readers(self, schemas: Schemas) -> Readers:
        contents = Contents(schemas, self._resolver, self._issues)
        parameters = Parameters(schemas, contents, self._resolver, self._issues, swagger=self._swagger)
        return Readers(schemas=schemas, contents=contents, parameters=parameters, resolver=self._resolver, issues=self._issues)


def _component(root: dict[str, JsonValue], section: str) -> Place:
    components = root.get("components")
    return Place(pointer=join("/components", section), value=components.get(section) if isinstance(components, dict) else None)


def _components(root: dict[str, JsonValue], resolver: Resolver, *, swagger: bool) -> tuple[Place, ...]:
    section = Place(pointer="/definitions", value=root.get("definitions")) if swagger else _component(root, "schemas")
    found = resolver.follow(section)
    entries = found.value if found is not None and isinstance(found.value, dict) else {}
    return tuple(Place(pointer=join(section.pointer, name), value=value) for name, value in entries.items())


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else str(value) if value is not None else ""
