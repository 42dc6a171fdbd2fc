"""Reads what a harness program says of itself: the first thing that a stranger tells us, and so validated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from certification.errors import AdapterError
from certification.evidence.sdk.stranger import CAPABILITIES

if TYPE_CHECKING:
    from certification.adapters.manifest import Adapter
    from certification.evidence.sdk.harness import Result

PROTOCOLS = (2, 3)
"""The versions of ``sdkgen/HARNESS.md`` that we speak. A program of version 2 can do all that it describes."""

_WITH_CAPABILITIES = 3
_MOST = 20_000

_Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class _Document(BaseModel):
    """The content of ``described``. What later versions add is none of our concern."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    protocol: int
    package: str = Field(max_length=200)
    version: str = Field(max_length=100)
    operations: list[_Name] = Field(max_length=_MOST)
    types: list[_Name] = Field(default=[], max_length=_MOST)
    capabilities: list[_Name] | None = Field(default=None, max_length=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a program says that it is."""

    protocol: int
    operations: tuple[str, ...]
    types: tuple[str, ...]
    capabilities: tuple[str, ...]
    """Sorted; those that we know."""


def read_described(found: Result, adapter: Adapter) -> Described:
    """Read the answer to ``describe``.

    Raises:
        AdapterError: it is none, speaks another version, or is about another package than the manifest.
    """
    where = f"{adapter.folder}: the answer to describe"
    if found.kind != "described":
        raise AdapterError(f"{where} is {found.kind!r}, not 'described'; see sdkgen/HARNESS.md")
    try:
        document = _Document.model_validate(found.content)
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in mistake["loc"]) or "described"
        raise AdapterError(f"{where}: {place}: {mistake['msg']}; see sdkgen/HARNESS.md") from error
    if document.protocol not in PROTOCOLS:
        raise AdapterError(f"{where}: protocol {document.protocol} is none of {', '.join(map(str, PROTOCOLS))}")
    named = (adapter.manifest.package, adapter.manifest.version)
    if (document.package, document.version) != named:
        said = f"{document.package[:100]} {document.version[:60]}"
        raise AdapterError(f"{where}: it is about {said}, and the manifest about {' '.join(named)}; use the version that is installed")
    if document.protocol < _WITH_CAPABILITIES:
        capabilities: tuple[str, ...] = CAPABILITIES
    elif document.capabilities is None:
        raise AdapterError(f"{where}: capabilities is missing; protocol {document.protocol} asks for it, even if it is empty")
    else:
        capabilities = tuple(sorted(set(document.capabilities) & set(CAPABILITIES)))
    return Described(
        protocol=document.protocol, operations=tuple(document.operations), types=tuple(document.types), capabilities=capabilities
    )
