"""What a generator takes and gives: options in, a tree of source files out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sdkgen.behaviour import PLAIN, Behaviour

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.language import Language
    from sdkgen.signing.recipe import Recipe


LOCK_FILE = "names.lock.json"
"""Holds every public name (``sdkgen.api.lock``); stands beside the languages' folders, because it holds for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCall:
    """A call that a README shows."""

    operation: str
    """``Operation.id``."""
    arguments: tuple[tuple[str, str], ...]
    """Dotted place (``body.symbol``, ``path.order_id``) and the value's plain text; its type says whether it is a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingExample:
    """How an order is placed and cancelled, so that a README shows a program that really does it."""

    place: ExampleCall
    cancel: ExampleCall
    order_id: tuple[str, str]
    """Where the answer of ``place`` holds the order's id, and the place among the arguments of ``cancel`` that takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkOptions:
    """What a package is called and what it says of itself."""

    package: str
    """The name in its registry: ``openxapi-kraken-futures``, ``@openxapi/kraken-futures``, ``github.com/openxapi/kraken-futures-go``."""
    version: str
    """Semantic version, ``MAJOR.MINOR.PATCH``, without a prefix."""
    exchange_id: str
    exchange_name: str
    licence: str = "Apache-2.0"
    """SPDX identifier."""
    authors: tuple[str, ...] = ()
    website: str = ""
    base_url: str | None = None
    """Where the client calls unless told otherwise; ``None`` means the description's first server."""
    recipe: Recipe | None = None
    """How requests are signed; ``None`` where nothing is."""
    behaviour: Behaviour = PLAIN
    """How the exchange wants to be treated beyond single requests."""
    example: TradingExample | None = None
    """What the README's program does; ``None`` lets the emitter choose a call."""
    extensions: tuple[SourceFile, ...] = ()
    """Files written by hand that the package ships as they are; their paths are relative to its folder of extensions."""
    changelog: str = ""
    """What each version changed, the newest first, in Markdown; empty for a first version."""
    portal: str = ""
    """Address of the portal that shows the exchange's certificate, without a slash at its end; empty where there is none to point at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One generated file."""

    path: str
    """Relative, with ``/``; never ``..``, never absolute, only ``[A-Za-z0-9._-]`` and ``/``."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkSource:
    """A package's source tree, and beside it the harness program that exercises the package once it is installed."""

    language: Language
    package: str
    version: str
    files: tuple[SourceFile, ...]
    """Sorted by path."""
    harness: tuple[SourceFile, ...]
    """Sorted by path: a program of its own that uses the package only through its public API (see ``sdkgen/HARNESS.md``)."""
    operations: int
    """Operations that the source has a method for."""
    types: int
    """Named types that the source declares."""
    fields: int
    """Fields of object types that the source declares."""
    extensions: str = ""
    """The folder, relative to the root, that is written by hand and never generated into; empty where there is none."""

    def digest(self) -> str:
        """SHA-256 (hex) over the sorted lines ``<SHA-256 of the content>  <path>`` of the package's files, not of the harness."""
        listing = "".join(f"{hashlib.sha256(file.content).hexdigest()}  {file.path}\n" for file in self.files)
        return hashlib.sha256(listing.encode()).hexdigest()


class Emitter(Protocol):
    """One arrow: ``Api -> SdkSource`` in one language. Pure: same input, same bytes."""

    def __call__(self, api: Api, options: SdkOptions) -> SdkSource:
        """Write the whole SDK."""
        ...
