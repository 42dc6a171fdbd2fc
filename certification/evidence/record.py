"""What a run saw, as frozen records: what happened, never what it means.

Made by the modules beside this one, read by ``certification.checks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from certification.model import File, Hindrance, Obstacle, SdkPackage
from sdkgen.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An HTTP request or answer as it was on the wire, secrets redacted."""

    start: str
    """``GET /orders?limit=1`` or ``200``."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, in wire order."""
    body: str = ""
    """Text, or base64 where ``base64`` is set."""
    base64: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request with its answer."""

    operation: str
    """``Operation.id``, or ``METHOD /path`` where it is none of the description's."""
    actor: str
    """Who called: ``anonymous``, ``first``, ``second`` (the sandbox's accounts), ``python``, ``typescript``, ``go``."""
    request: Message
    response: Message | None
    """``None`` where no answer came."""
    status: int | None
    elapsed_ms: int
    failure: str = ""
    """Why no answer came."""
    flaw: str | None = None
    """What is not as described in the answer, in words that tell no value: empty where all is, ``None`` where nobody looked."""


class Observation(StrEnum):
    """Whether a part of the evidence could be gathered."""

    COMPLETE = "complete"
    SKIPPED = "skipped"
    """It was not asked for, or the profile has nothing to gather it from."""
    ABSENT = "absent"
    """The exchange has nothing of the kind, by its own profile."""
    UNAVAILABLE = "unavailable"
    """It was asked for, and the environment did not let us: sandbox down, engine gone, credentials refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionIssue:
    """A flaw of the description."""

    kind: str
    """``repaired``, ``refused``, ``noted``."""
    rule: str
    pointer: str
    """Where; with ``streams#`` before it in the AsyncAPI description beside a REST description."""
    line: int | None
    message: str
    mend: str | None = None
    """Overlay actions that would mend it, one per line; ``None`` where an overlay can't, or a person must decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionEvidence:
    """What reading the description showed."""

    operations_declared: int
    operations_read: int
    fields_declared: int
    fields_read: int
    issues: tuple[DescriptionIssue, ...]
    reproduce: str = ""
    """The command that reads it again and shows the same."""
    channels_declared: int = 0
    channels_read: int = 0
    messages_declared: int = 0
    messages_read: int = 0


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
    """What the value shows: ``documented``, ``generated``, ``precision`` (numbers that binary floats can't hold), ``unknown``."""
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
    """One thing tried through an SDK on the sandbox itself."""

    id: str
    """``theme.what-was-tried``; themes are orders, limits and streams."""
    held: bool
    """Whether what the SDK said and did agrees with what the sandbox says."""
    told: str
    """What was seen, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """By how much an account's holding of one asset changed while a strategy traded, as three accounts tell it."""

    asset: str
    from_fills: Decimal
    """By the strategy's own fills, as the SDK told them: quantities, prices and fees."""
    from_balances: Decimal
    """By the account's statement: what it held afterwards less what it held before, asked without the SDK."""
    from_trades: Decimal
    """By the exchange's public book of trades: prices and quantities from there; fees, which it does not tell, from the fills."""

    @property
    def agrees(self) -> bool:
        """Whether all three say the same, to the last digit."""
        return self.from_fills == self.from_balances == self.from_trades


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyResult:
    """What a small market maker earned trading through one SDK on the sandbox."""

    observation: Observation
    reason: str = ""
    """Why the observation is not complete."""
    base: str = ""
    quote: str = ""
    mark: Decimal = Decimal(0)
    """The price of its last fill, by which what is left of the base asset is valued."""
    orders: int = 0
    fills: int = 0
    changes: tuple[AssetChange, ...] = ()
    """Of every asset that it traded or paid fees in."""
    told: tuple[str, ...] = ()
    """What it did and what came of it, a line each."""
    reproduce: str = ""
    """A command to paste into a shell that has it trade again."""
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""

    def earned(self) -> tuple[Decimal, Decimal, Decimal]:
        """Profit and loss in the quote asset from fills, from balances and from trades; fees in a third asset stand apart."""
        worth = {self.quote: Decimal(1), self.base: self.mark}
        rows = [(change, worth[change.asset]) for change in self.changes if change.asset in worth]
        return (
            sum((change.from_fills * price for change, price in rows), Decimal(0)),
            sum((change.from_balances * price for change, price in rows), Decimal(0)),
            sum((change.from_trades * price for change, price in rows), Decimal(0)),
        )


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
    """Where it was installed from: ``pypi``, ``npm``, ``image``."""
    package: str
    version: str
    digest: str
    """The package's own, as its registry's lock writes it: ``sha256:…``, ``sha512:…``. Empty where it was not installed."""
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
    """By how much more memory was resident at its height in the longer run."""
    start_ms: int
    """Processor time of a start of a program that imports the SDK, the least of several."""
    bare_start_ms: int | None
    """That of the interpreter without it; ``None`` where the program is compiled."""


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

    @property
    def subject(self) -> str:
        """What findings call it: the adapter's name, or the language."""
        if self.third_party is not None:
            return self.third_party.adapter
        return self.language.value if self.language is not None else "sdk"

    @property
    def unseen(self) -> bool:
        """Whether so much went away that nothing at all can be said."""
        return self.obstacle is not None and self.wire is None

    def silence(self, otherwise: str) -> str:
        """Why something of it was not observed: what went away, or else what the caller knows."""
        return self.obstacle.reason if self.obstacle is not None else otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """What the contract test did to one operation."""

    operation: str
    calls: int
    accepted: int
    """Answers 2xx to requests that were meant to be valid."""
    statuses: tuple[tuple[int, int], ...]
    """Status and count, sorted."""
    warnings: tuple[str, ...] = ()
    """The tester's own: ``missing_auth``, ``missing_test_data``, ``validation_mismatch``."""
    signed: bool = False
    """Whether it takes credentials."""
    tried_as_second: int = 0
    """Calls in which the second account asked for what the first had got."""
    answers_described: int = 0
    answers_seen: int = 0
    """Of the described answers, by status."""
    fields_described: int = 0
    """Parameters and members of the body, without what signing adds."""
    fields_sent: int = 0
    """Of those, in a request that was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise of the contract."""

    check: str
    """The tester's own name for it: ``response_schema_conformance`` …"""
    operation: str
    summary: str
    call: Call | None
    reproduce: str
    """A command to paste into a shell."""
    reproduced: bool | None = None
    """Whether it happened again when replayed on its own; ``None`` where it was not replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEvidence:
    """What Schemathesis saw."""

    tool: str
    seed: int
    observation: Observation
    reason: str = ""
    """Why the observation is not complete."""
    operations: tuple[OperationCoverage, ...] = ()
    violations: tuple[Violation, ...] = ()
    calls_per_second: Decimal = Decimal(0)
    reports: tuple[File, ...] = ()
    """The tester's own report files."""
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""


STATED_REPLAYS = "stated.replays"
"""The fact of what the profile says becomes of the same signed bytes that come again."""
STATED_FEE = "stated.fee"
"""The fact of where the profile says that a withdrawal's fee is taken from."""
LEFT_MS = "left_ms"
"""The fact of how many milliseconds an order still had when it had been asked for."""
WHOLE = "list.whole"
"""The name of the fact that a list was read to its end without finding what was looked for."""
FLAW = "flaw"
"""The name of a step's fact that says what is not as described in a message of a stream."""
REFUSAL = "refusal"
"""The fact that the exchange refused what a step asked, where its status is 2xx all the same or its code says why: a ``Refusal``'s text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """One thing that a scenario did and saw."""

    label: str
    """What it is in the scenario's story: ``place``, ``place again with the same id``, ``balances after``."""
    call: Call | None
    facts: tuple[tuple[str, str], ...] = ()
    """What was read out of the answer through the profile's trading roles: sorted names and text values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story played on the sandbox: what happened, not what it means."""

    id: str
    """``orders.rest-and-cancel``."""
    operation: str
    """The operation that the story is about."""
    observation: Observation
    reason: str
    steps: tuple[ScenarioStep, ...]
    reproduce: str
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """How one nightly run ended."""

    run_id: str
    finished_at: datetime
    certified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a run saw. A part that is ``None`` was not looked at."""

    description: DescriptionEvidence | None = None
    sdks: tuple[SdkEvidence, ...] = ()
    contract: ContractEvidence | None = None
    scenarios: tuple[Scenario, ...] | None = None
    nights: tuple[Night, ...] | None = None
    """Past nightly runs, oldest first."""
