"""What generating, building, exercising and trying one SDK showed."""

from __future__ import annotations

from dataclasses import dataclass

from certification.evidence.record.call import Message
from certification.evidence.record.feed import Feed
from certification.evidence.record.package import Advisories, Endurance, Hygiene, ThirdParty
from certification.evidence.record.strategy import StrategyResult
from certification.model import Obstacle, SdkPackage
from sdkgen.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStep:
    """One command of a build and how it ended."""

    name: str
    """``build``, ``install``, ``type-check``, ``vet`` …"""
    command: tuple[str, ...]
    exit_code: int
    elapsed_ms: int
    output: str
    """The last lines of what it printed, at most 4,000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTripLoss:
    """A value that did not survive."""

    type: str
    origin: str
    """Pointer of the documented example, or ``generated #<n>``."""
    probe: str
    """What the value shows: ``documented``, ``generated``, ``precision`` (numbers that binary floats can't hold), ``unknown``, ``misfit``
    (a field holds what is of another kind)."""
    value: str
    returned: str | None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrips:
    """How many values were decoded and encoded again, and those that changed."""

    documented: int
    generated: int
    precision: int
    losses: tuple[RoundTripLoss, ...]
    unknown: int = 0
    misfits: int = 0
    """Values of another kind than their field's, each of which must be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireCase:
    """One generated call of an SDK against the mock exchange."""

    case: str
    """The same in every language: ``<operation> #<n>``."""
    operation: str
    call: str
    """The harness document that made the call."""
    request: Message | None
    """What arrived, signature and user agent included."""
    mismatches: tuple[str, ...]
    """Where the request is not what the description and the arguments ask for, a sentence each."""
    result: str
    """The harness document that came back."""
    faults: tuple[str, ...] = ()
    """Where the result is not what the mock exchange answered, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCase:
    """One answer outside 2xx (or none at all) and what the SDK made of it."""

    operation: str
    situation: str
    """``429``, ``503``, ``reset``, ``slow``, ``html``, ``truncated`` …"""
    expected: str
    """The harness's error kind."""
    observed: str
    """The kind that came, or ``returned``."""
    again_after_ms: int | None = None
    """How soon the SDK asked again by itself; ``None`` where it did not."""
    told_to_wait_ms: int | None = None
    """How long the answer told it to wait; ``None`` where it said nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing tried through an SDK, on the sandbox itself or in a talk with the mock exchange."""

    id: str
    """``theme.what-was-tried``; on the sandbox themes are orders, limits and streams."""
    held: bool
    """Whether what the SDK said and did agrees with what the other side says."""
    told: str
    """What was seen, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkEvidence:
    """What generating, building and exercising one SDK showed; of a third party's, what installing and exercising it showed."""

    language: Language | None
    """``None`` for a third party's."""
    package: SdkPackage | None
    """``None`` where it did not build, and for a third party's: what is not here is never published."""
    operations: int
    types: int
    fields: int
    generation_error: str = ""
    steps: tuple[BuildStep, ...] = ()
    round_trips: RoundTrips | None = None
    wire: tuple[WireCase, ...] | None = None
    errors: tuple[ErrorCase, ...] | None = None
    trials: tuple[Trial, ...] | None = None
    """Trials on the sandbox itself; ``None`` where there were none."""
    manners: tuple[Trial, ...] | None = None
    """Talks with the mock exchange that take more than one request; ``None`` where there were none."""
    strategy: StrategyResult | None = None
    """What the reference strategy earned through it; ``None`` where none traded."""
    rebuilt: tuple[str, ...] | None = None
    """SHA-256 (hex) of each artefact of a second build from a fresh folder; ``None`` where there was none."""
    reproduce: str = ""
    """A command to paste into a shell that gathers this evidence again."""
    leaks: tuple[str, ...] | None = None
    """Where a secret that it was given showed in what it printed and told, a sentence each; ``None`` where nobody looked."""
    hygiene: Hygiene | None = None
    endurance: Endurance | None = None
    """``None`` where it was not measured."""
    advisories: Advisories | None = None
    """``None`` where nobody asked."""
    obstacle: Obstacle | None = None
    """What went away meanwhile (an engine, a sandbox), where something did: what is ``None`` here was not observed for that reason."""
    third_party: ThirdParty | None = None
    feed: Feed | None = None
    """A stream of the mock exchange's, heard through a third party's SDK; ``None`` where none was."""

    @property
    def subject(self) -> str:
        """What findings call it: the adapter's name, or the language."""
        if self.third_party is not None:
            return self.third_party.adapter
        return self.language.value if self.language is not None else "sdk"

    @property
    def called(self) -> tuple[str, ...]:
        """The operations of which a request arrived, sorted: what an examination of the SDK speaks of."""
        return tuple(sorted({case.operation for case in self.wire or () if case.request is not None}))

    @property
    def unseen(self) -> bool:
        """Whether so much went away that nothing at all can be said."""
        return self.obstacle is not None and self.wire is None

    def silence(self, otherwise: str) -> str:
        """Why something of it was not observed: what went away, or else what the caller knows."""
        return self.obstacle.reason if self.obstacle is not None else otherwise
