"""What an SDK's package is made of and brings along, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What an SDK was not asked, and why: no word for or against it."""

    about: str
    """An operation's id."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdParty:
    """Whose SDK was examined, where it is none of ours, and how far its adapter let us see."""

    adapter: str
    """The adapter's name: the subject of findings."""
    adapter_digest: str
    """SHA-256 (hex) over the adapter's files."""
    language: str
    ecosystem: str
    """Where it was installed from: ``pypi``, ``npm``, ``go``, ``image``."""
    package: str
    version: str
    digest: str
    """The package's own, as its registry's lock writes it: ``sha256:…``, ``sha512:…``, ``h1:…``. Empty where it was not installed."""
    protocol: int = 0
    """The version of ``sdkgen/HARNESS.md`` that the adapter speaks."""
    capabilities: tuple[str, ...] = ()
    described: int = 0
    """Operations that the description declares."""
    left_out: tuple[LeftOut, ...] = ()
    """Calls that the adapter refused to make: the SDK has no such argument, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPackage:
    """A package that lies beside an SDK, or the SDK of a third party itself."""

    ecosystem: str
    """``pypi``, ``npm`` or ``go``."""
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """A vulnerability that a registry knows of."""

    package: str
    version: str
    """The one that is installed."""
    id: str
    """As the registry names it: ``GHSA-…``, ``PYSEC-…``, ``GO-…``."""
    summary: str
    fixed_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisories:
    """What registries know of the packages that an SDK needs."""

    packages: int
    """How many were asked about."""
    found: tuple[Advisory, ...] = ()
    reason: str = ""
    """Why nobody knows; empty where the registries answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hygiene:
    """What a package says of itself, and what it brings along."""

    licence: str
    """As it names it; empty where it names none."""
    typed: bool | None
    """Whether types are shipped; ``None`` where the language has them anyway, or has none."""
    dependencies: tuple[str, ...]
    """As it states them, sorted."""
    unbounded: tuple[str, ...]
    """Those of them that any version fits."""
    packages: int
    """How many packages are installed with it, itself included."""
    size: int
    """Bytes of all of them."""
    installed: tuple[InstalledPackage, ...] = ()
    """All of them, itself included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endurance:
    """What an SDK takes of a machine, start by start and call by call."""

    calls: int
    """How many more calls the longer of two runs made."""
    growth_bytes: int
    """By how much more memory was resident at its height in the longer run, or was held after these calls than before (``exact``)."""
    start_ms: int
    """Processor time of a start of a program that imports the SDK, the least of several."""
    bare_start_ms: int | None
    """That of the interpreter without it; ``None`` where the program is compiled."""
    exact: bool = False
    """Whether what grew was counted by the program itself, once all was let go; else it is the height of resident memory."""
