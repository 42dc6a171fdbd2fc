"""Examines one third party's SDK: installs it, asks it what it has, has it do that against the mock exchange, and records what happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from certification.adapters.description import Described, read_described
from certification.adapters.install import install
from certification.adapters.manifest import Ecosystem
from certification.errors import AdapterError
from certification.evidence.record import Hygiene, SdkEvidence, ThirdParty
from certification.evidence.sdk.exercise import ask, endured, feed_service, mock_exchange, run_plan
from certification.evidence.sdk.feeds.plan import plan_feed
from certification.evidence.sdk.feeds.run import hear_feed
from certification.evidence.sdk.fold import by_lane, error_cases, left_out, round_trips, wire_cases
from certification.evidence.sdk.harness import DESCRIBE_ONLY, read_results, results_in
from certification.evidence.sdk.leaks import leaks
from certification.evidence.sdk.plan import plan_exercise
from certification.evidence.sdk.stranger import Stranger
from certification.evidence.sdk.talks.ground import Ground
from certification.evidence.sdk.talks.pages import strangers_page_talks
from certification.evidence.sdk.talks.run import hold
from certification.evidence.sdk.traded import traded_calls
from certification.evidence.trials.calls import stream_symbol
from certification.sdks.hygiene import go_hygiene, node_hygiene, python_hygiene
from sdkgen.behaviour_check import fitted

if TYPE_CHECKING:
    from certification.adapters.install import Installed
    from certification.adapters.manifest import Adapter
    from certification.evidence.record import Feed, Trial
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.isolation.runner import JobResult, Runner
    from certification.profile import ExchangeProfile
    from certification.sdks.program import Program
    from sdkgen.api.model import Api
    from sdkgen.source import ExampleCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What an SDK is held against."""

    api: Api
    description: bytes
    """The bytes that the API was read from: requests are held against them."""
    overlays: tuple[bytes, ...]
    profile: ExchangeProfile
    seed: int
    reproduce: str = ""
    """The command that examines it again."""


def examine_adapter(adapter: Adapter, yardstick: Yardstick, runner: Runner, folder: Path, *, downloads: Path, trusted: bool) -> SdkEvidence:
    """Do with a third party's SDK what its adapter says it can, and record it.

    What the SDK has not is not asked, and counted; what the adapter refuses is left out, with its reason.

    Args:
        adapter: read and checked.
        yardstick: what the SDK is held against.
        runner: where it all runs.
        folder: gets the work; empty or absent.
        downloads: where packages are kept between runs.
        trusted: whether a person asked for it to run as a process, with that person's rights.

    Raises:
        AdapterError: the packages can't be had, or the program does not speak the protocol.
        BuildError: a tool is missing.
        IsolationError: a job can't be started, or nobody trusted it outside a container.
        SandboxError: the mock exchange does not start.
    """
    installed = install(adapter, runner, folder / "consumer", downloads=downloads, trusted=trusted)
    return examine_installed(adapter, yardstick, installed, runner, folder)


def examine_installed(adapter: Adapter, yardstick: Yardstick, installed: Installed, runner: Runner, folder: Path) -> SdkEvidence:
    """The same for an SDK that is installed already, or could not be.

    Raises:
        AdapterError: the program does not speak the protocol.
        BuildError: a tool is missing.
        IsolationError: a job can't be started.
        SandboxError: the mock exchange does not start.
    """
    evidence = _begun(adapter, yardstick, installed)
    if installed.program is None:
        return evidence
    said = describe(adapter, installed.program, runner, folder)
    stranger = stranger_of(adapter, yardstick, said)
    evidence = replace(evidence, operations=len(stranger.operations), types=len(said.types), third_party=_told(evidence.third_party, said))
    plan = plan_exercise(
        yardstick.api,
        yardstick.description,
        overlays=yardstick.overlays,
        recipe=yardstick.profile.signing,
        seed=yardstick.seed,
        stranger=stranger,
    )
    evidence = _exercised(evidence, plan, installed.program, runner, folder)
    speech = _Speech(program=installed.program, runner=runner, folder=folder)
    feed, paged = _heard(yardstick, plan, speech), _paged(yardstick, plan, speech)
    return replace(evidence, feed=feed, manners=paged, leaks=_leaks(evidence.leaks, plan, speech))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speech:
    """What the program is asked beside single calls, and all that it says to it."""

    program: Program
    runner: Runner
    folder: Path
    said: list[JobResult] = field(default_factory=list)

    def ask(self, questions: bytes, name: str) -> JobResult:
        """Ask, and keep what is said."""
        self.said.append(ask(self.program, questions, self.runner, self.folder, name=name).result)
        return self.said[-1]


def _leaks(known: tuple[str, ...] | None, plan: ExercisePlan, speech: _Speech) -> tuple[str, ...] | None:
    """The secrets that showed in calls, and those that show while lists are read and streams are heard."""
    more = tuple(leak for result in speech.said for leak in leaks(plan.credentials, result) or ())
    return known if not more else tuple(dict.fromkeys((*(known or ()), *more)))


def describe(adapter: Adapter, program: Program, runner: Runner, folder: Path) -> Described:
    """Ask the program what it is.

    Raises:
        AdapterError: it does not answer, or not as the protocol says.
    """
    ended = ask(program, DESCRIBE_ONLY, runner, folder, name="describe")
    found = results_in(ended.result.stdout).get(0)
    if found is None:
        last = ended.step.output.strip().rpartition("\n")[2][:200]
        raise AdapterError(
            f"{adapter.folder}: the program said nothing of itself (exit code {ended.step.exit_code}): {last or 'no output'}"
        )
    return read_described(found, adapter)


def stranger_of(adapter: Adapter, yardstick: Yardstick, said: Described) -> Stranger:
    """Whose SDK it is, by what its program says: of its operations those that the description has, in the description's order.

    Raises:
        AdapterError: there is none.
    """
    known = tuple(operation.id for operation in yardstick.api.operations if operation.id in said.operations)
    if not known:
        raise AdapterError(f"{adapter.folder}: none of its operations is one of the description's; name them by operationId")
    return Stranger(
        operations=known,
        types=said.types,
        capabilities=said.capabilities,
        forms_in_query=yardstick.profile.forms_in_query,
        repeatable=yardstick.profile.behaviour.repeatable,
        traded=(*traded_calls(yardstick.profile), *_sensible(adapter, yardstick, said)),
        success=tuple(yardstick.profile.behaviour.errors.success.items()),
    )


def _sensible(adapter: Adapter, yardstick: Yardstick, said: Described) -> tuple[ExampleCall, ...]:
    """The calls that the program gives as examples, of operations that the description has.

    Raises:
        AdapterError: one names an argument that the description does not have: it could only be held against the SDK.
    """
    operations = {operation.id: operation for operation in yardstick.api.operations}
    for example in said.examples:
        operation = operations.get(example.operation)
        known = {f"{each.location.value}.{each.wire_name}" for each in operation.parameters} if operation is not None else set()
        for place, _ in example.arguments:
            if operation is not None and place not in known and not (place.startswith("body.") and operation.body is not None):
                raise AdapterError(f"{adapter.folder}: an example of {example.operation} has {place}, which the description does not have")
    return tuple(example for example in said.examples if example.operation in operations)


def _begun(adapter: Adapter, yardstick: Yardstick, installed: Installed) -> SdkEvidence:
    manifest = adapter.manifest
    third_party = ThirdParty(
        adapter=manifest.name,
        adapter_digest=adapter.digest,
        language=manifest.language,
        ecosystem=manifest.ecosystem.value,
        package=manifest.package,
        version=manifest.version,
        digest=installed.digest,
        described=len(yardstick.api.operations),
    )
    return SdkEvidence(
        language=None,
        package=None,
        operations=0,
        types=0,
        fields=0,
        steps=installed.steps,
        reproduce=yardstick.reproduce,
        hygiene=_hygiene(adapter, installed.packages),
        third_party=third_party,
    )


def _hygiene(adapter: Adapter, packages: Path | None) -> Hygiene | None:
    if packages is None:
        return None
    match adapter.manifest.ecosystem:
        case Ecosystem.PYPI:
            return python_hygiene(adapter.manifest.package, packages)
        case Ecosystem.NPM:
            return node_hygiene(adapter.manifest.package, packages)
        case Ecosystem.GO:
            return go_hygiene(adapter.manifest.package, packages)
        case Ecosystem.IMAGE:
            return None


def _told(third_party: ThirdParty | None, said: Described) -> ThirdParty | None:
    return replace(third_party, protocol=said.protocol, capabilities=said.capabilities) if third_party is not None else None


def _heard(yardstick: Yardstick, plan: ExercisePlan, speech: _Speech) -> Feed | None:
    """What the SDK makes of a stream, where its adapter can ask for one and the profile says which."""
    if plan.stranger is None or not plan.stranger.can("streams"):
        return None
    profile = yardstick.profile
    feed = plan_feed(yardstick.api, profile.behaviour, symbol=stream_symbol(profile), seed=yardstick.seed)
    if feed is None:
        return None
    return hear_feed(
        feed,
        plan,
        speech.folder / "feed",
        lambda place: speech.runner.serve(feed_service(place)),
        lambda questions: speech.ask(questions, "feed-questions").stdout,
    )


def _paged(yardstick: Yardstick, plan: ExercisePlan, speech: _Speech) -> tuple[Trial, ...] | None:
    """How the SDK reads lists page after page, where it does so by itself."""
    if plan.stranger is None or not plan.stranger.can("iterate"):
        return None
    ground = Ground(api=yardstick.api, behaviour=fitted(yardstick.profile.behaviour, yardstick.api), plan=plan)
    talks = tuple(strangers_page_talks(ground))
    if not talks:
        return None
    return hold(
        talks,
        plan,
        speech.folder / "talks",
        lambda place: speech.runner.serve(mock_exchange(place)),
        lambda questions: speech.ask(questions, "talks-questions"),
    ).trials


def _exercised(evidence: SdkEvidence, plan: ExercisePlan, program: Program, runner: Runner, folder: Path) -> SdkEvidence:
    ended, arrivals = run_plan(program, plan, runner, folder)
    results = read_results(plan, ended.result.stdout)
    evidence = replace(evidence, steps=(*evidence.steps, ended.step))
    third_party = evidence.third_party
    if not results.by_id or third_party is None:
        return evidence
    lanes = by_lane(arrivals)
    # An SDK knows better than the description which arguments make sense: the long run takes a call that it does make.
    answered = frozenset(call.lane for call in plan.calls if results.of_lane(call.lane).kind == "returned")
    return replace(
        evidence,
        round_trips=round_trips(plan, results),
        wire=wire_cases(plan, results, lanes),
        errors=error_cases(plan, results, lanes),
        leaks=leaks(plan.credentials, ended.result),
        endurance=endured(program, plan, runner, folder, answered=answered),
        third_party=replace(third_party, left_out=left_out(plan, results)),
    )
