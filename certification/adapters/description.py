"""Reads what a harness program says of itself: the first thing that a stranger tells us, and so validated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from certification.errors import AdapterError
from certification.evidence.sdk.stranger import CAPABILITIES
from sdkgen.source import ExampleCall

if TYPE_CHECKING:
    from certification.adapters.manifest import Adapter
    from certification.evidence.sdk.harness import Result

PROTOCOLS = (2, 3)
"""The versions of ``sdkgen/HARNESS.md`` that we speak. A program of version 2 can do all that it describes."""

_WITH_CAPABILITIES = 3
_MOST = 20_000
_MOST_EXAMPLES, _MOST_ARGUMENTS = 5, 100

_Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]


_Value = str | int | bool
_Values = dict[_Name, Annotated[_Value, Field(union_mode="left_to_right")]]


class _Example(BaseModel):
    """A call as the SDK's documentation shows it: values by their names on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: _Values = Field(default={}, max_length=_MOST_ARGUMENTS)
    query: _Values = Field(default={}, max_length=_MOST_ARGUMENTS)
    header: _Values = Field(default={}, max_length=_MOST_ARGUMENTS)
    body: _Values = Field(default={}, max_length=_MOST_ARGUMENTS)


class _Document(BaseModel):
    """The content of ``described``. What later versions add is none of our concern."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    protocol: int
    package: str = Field(max_length=200)
    version: str = Field(max_length=100)
    operations: list[_Name] = Field(max_length=_MOST)
    types: list[_Name] = Field(default=[], max_length=_MOST)
    capabilities: list[_Name] | None = Field(default=None, max_length=100)
    examples: dict[_Name, Annotated[list[_Example], Field(max_length=_MOST_EXAMPLES)]] = Field(default={}, max_length=_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a program says that it is."""

    protocol: int
    operations: tuple[str, ...]
    types: tuple[str, ...]
    capabilities: tuple[str, ...]
    """Sorted; those that we know."""
    examples: tuple[ExampleCall, ...] = ()
    """Calls that the SDK takes, beside those that are made up: it may know better which words make sense."""


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
        protocol=document.protocol,
        operations=tuple(document.operations),
        types=tuple(document.types),
        capabilities=capabilities,
        examples=tuple(_call(operation, example) for operation, told in document.examples.items() for example in told),
    )


def _call(operation: str, example: _Example) -> ExampleCall:
    places = (("path", example.path), ("query", example.query), ("header", example.header), ("body", example.body))
    given = ((f"{carrier}.{name}", _text(value)) for carrier, values in places for name, value in values.items())
    return ExampleCall(operation=operation, arguments=tuple(given))


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
