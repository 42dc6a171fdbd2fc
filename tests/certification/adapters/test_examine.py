from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from certification.adapters.description import Described
from certification.adapters.examine import Yardstick, examine_adapter, examine_installed, stranger_of
from certification.adapters.install import Installed
from certification.adapters.manifest import read_adapter
from certification.checks.catalogue import catalogue
from certification.errors import AdapterError, IsolationError
from certification.evidence.description import describe
from certification.evidence.record import BuildStep, Evidence, SdkEvidence
from certification.evidence.sdk.plan import plan_exercise
from certification.evidence.sdk.stranger import Stranger
from certification.isolation.process import ProcessRunner
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Level, Outcome
from certification.verdict import Question, decide
from sdkgen.api.together import together
from sdkgen.source import ExampleCall
from sdkgen.stream_protocol import StreamProtocol
from tests.certification.evidence.sdk.talks.test_strangers_pages import API as LISTS
from tests.certification.evidence.sdk.talks.test_strangers_pages import BEHAVIOUR as PAGES
from tests.certification.evidence.sdk.talks.test_strangers_pages import DESCRIPTION as LISTED
from tests.simulators.book_streams import BOOK, book_api
from tests.simulators.small_adapter import MANIFEST, installed, small_adapter, small_profile
from tests.simulators.small_description import DESCRIPTION, small_api
from tests.simulators.stages import reference_profile

YARDSTICK = Yardstick(api=small_api(), description=DESCRIPTION, overlays=(), profile=small_profile(), seed=1, reproduce="certify run small")

Examine = Callable[..., SdkEvidence]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(state=tmp_path / "state") as started:
        yield started


@pytest.fixture
def examine(tmp_path: Path, runner: ProcessRunner) -> Examine:
    """What is found of an SDK that is installed."""

    def examined(*faults: str, **more: object) -> SdkEvidence:
        adapter = read_adapter(small_adapter(tmp_path / "adapter", *faults, **more))  # type: ignore[arg-type]
        return examine_installed(adapter, YARDSTICK, installed(adapter, tmp_path / "work"), runner, tmp_path)

    return examined


@pytest.fixture
def from_lock(tmp_path: Path, runner: ProcessRunner, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """The same from the lock on: the plain package manager, with a folder instead of a registry."""

    def examined(*faults: str, trusted: bool = True) -> SdkEvidence:
        folder = small_adapter(tmp_path / "adapter", *faults)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "adapter-wheels"))
        downloads = tmp_path / "downloads"
        return examine_adapter(read_adapter(folder), YARDSTICK, runner, tmp_path / "fresh", downloads=downloads, trusted=trusted)

    return examined


def failed(evidence: SdkEvidence) -> list[Finding]:
    return [found for found in judge(Evidence(sdks=(evidence,)), catalogue(), STANDARD) if found.outcome is Outcome.FAILED]


def level(evidence: SdkEvidence) -> Level:
    findings = judge(Evidence(description=describe(small_api()), sdks=(evidence,)), catalogue(), STANDARD)
    question = Question(asked=Level.BRONZE, subjects=(evidence.subject,), gaps=(), today=date(2026, 1, 1))
    return decide(findings, STANDARD, question).level


def test_a_third_party_s_sdk_is_examined_as_far_as_its_adapter_reaches(from_lock: Examine) -> None:
    evidence = from_lock()
    third = evidence.third_party
    assert third is not None
    assert (evidence.subject, third.package, third.version, third.protocol) == ("small-thing", "small-thing", "1.0.0", 3)
    assert third.digest.startswith("sha256:")
    assert len(third.digest) == len("sha256:") + 64
    assert evidence.package is None
    assert evidence.operations == 2
    assert third.described == len(small_api().operations)
    assert {left.about for left in third.left_out} == {"listOrders"}
    assert {case.operation for case in evidence.wire or ()} == {"getOrder", "listOrders"}
    assert failed(evidence) == []
    trips = evidence.round_trips
    assert trips is not None
    assert trips.precision > 0
    answers = {found.check: found for found in judge(Evidence(sdks=(evidence,)), catalogue(), STANDARD) if found.subject == "small-thing"}
    covered = answers["builds.everything_is_generated"]
    assert covered.outcome is Outcome.NOT_APPLICABLE
    assert covered.summary == f"offers 2 of {third.described} operations; of what it does not offer nothing is said"
    assert answers["builds.enough_is_offered"].summary == f"2 of {third.described} described operations were called through it"
    assert answers["builds.packages_build"].outcome is Outcome.NOT_APPLICABLE
    assert answers["values.numbers_stay_exact"].outcome is Outcome.PASSED
    assert level(evidence) is Level.BRONZE
    assert level(replace(evidence, third_party=replace(third, described=20))) is Level.BRONZE
    assert level(replace(evidence, third_party=replace(third, described=21))) is Level.NONE


def test_a_secret_in_the_log_is_found_and_not_shown(tmp_path: Path, runner: ProcessRunner) -> None:
    behaviour = replace(PAGES, streams=StreamProtocol(book=BOOK))
    profile = small_profile().model_copy(update={"behaviour": behaviour, "trading": reference_profile().trading})
    yardstick = replace(YARDSTICK, api=together(LISTS, book_api(), digest=""), description=LISTED, profile=profile)
    adapter = read_adapter(small_adapter(tmp_path / "adapter", "secret", "iterate", "streams", operations=("trades",)))
    evidence = examine_installed(adapter, yardstick, installed(adapter, tmp_path / "work"), runner, tmp_path)
    assert evidence.manners is not None
    assert evidence.feed is not None
    shown = {f"standard error shows the secret: {what} with (hidden)" for what in ("signing", "iterate", "subscribe")}
    (found,) = [each for each in failed(evidence) if each.check == "conduct.secrets_stay_out_of_logs_and_errors"]
    assert set(found.evidence) == shown


def test_numbers_that_pass_through_floats_are_told_once(examine: Examine) -> None:
    (found,) = failed(examine("floats"))
    assert found.check == "values.numbers_stay_exact"
    assert found.subject.startswith("small-thing: ")
    assert found.reproduce == "certify run small"


def test_a_program_that_dies_leaves_the_rest_unobserved(examine: Examine) -> None:
    evidence = examine("dies")
    (found,) = failed(evidence)
    assert found.check == "wire.every_operation_can_be_called"
    assert found.summary == "the program that uses the SDK ended with exit code 3"
    assert evidence.errors == ()
    assert evidence.wire


def test_an_sdk_that_does_not_install_is_a_finding(tmp_path: Path) -> None:
    adapter = read_adapter(small_adapter(tmp_path / "adapter"))
    refused = BuildStep(name="install", command=("pip",), exit_code=1, elapsed_ms=1, output="the wheel is broken")
    gone = Installed(program=None, steps=(refused,), digest="")
    with ProcessRunner(state=tmp_path / "state2") as runner:
        evidence = examine_installed(adapter, YARDSTICK, gone, runner, tmp_path)
    assert [found.check for found in failed(evidence)] == ["builds.packages_install"]
    assert evidence.wire is None


def test_an_adapter_of_other_operations_is_refused(examine: Examine) -> None:
    with pytest.raises(AdapterError, match="none of its operations is one of the description's"):
        examine(operations=("elsewhere",))


def test_calls_that_an_sdk_takes_are_made_beside_those_that_are_made_up(tmp_path: Path) -> None:
    adapter = read_adapter(small_adapter(tmp_path / "adapter"))

    def stranger(*examples: ExampleCall) -> Stranger:
        said = Described(protocol=3, operations=("getOrder", "placeOrder"), types=(), capabilities=(), examples=examples)
        return stranger_of(adapter, YARDSTICK, said)

    order = ExampleCall(operation="placeOrder", arguments=(("body.symbol", "BTC-USD"),))
    elsewhere = ExampleCall(operation="elsewhere", arguments=(("query.x", "1"),))
    assert stranger(order, elsewhere).traded == (order,)
    plan = plan_exercise(small_api(), DESCRIPTION, recipe=None, seed=1, stranger=stranger(order))
    assert [call.arguments.body for call in plan.calls if call.operation == "placeOrder"][-1] == ({"symbol": "BTC-USD"},)
    for place in ("query.never", "body.symbol"):
        with pytest.raises(AdapterError, match=f"an example of getOrder has {place}, which the description does not have"):
            stranger(ExampleCall(operation="getOrder", arguments=((place, "1"),)))


def test_a_program_that_says_nothing_is_refused_with_its_last_line(examine: Examine) -> None:
    with pytest.raises(AdapterError, match=r"the program said nothing of itself \(exit code 2\): .*nowhere.py"):
        examine(manifest=MANIFEST.replace("main.py", "nowhere.py"))


def test_packages_that_can_not_be_had_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_adapter(tmp_path / "adapter")
    lock = folder / "requirements.lock"
    adapter = read_adapter(folder)
    lock.write_text(lock.read_text() + f"absent==1 --hash=sha256:{'a' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with (
        ProcessRunner(state=tmp_path / "state2") as runner,
        pytest.raises(AdapterError, match=r"requirements\.lock: .* can't be downloaded"),
    ):
        examine_adapter(adapter, YARDSTICK, runner, tmp_path / "work", downloads=tmp_path / "downloads", trusted=True)


def test_what_nobody_trusts_does_not_run_as_a_process(from_lock: Examine) -> None:
    with pytest.raises(IsolationError, match="is untrusted and runs in containers only"):
        from_lock(trusted=False)


def test_what_was_not_examined_says_nothing_of_our_own_sdks(examine: Examine) -> None:
    evidence = replace(examine("dies at once"), wire=())
    (answer,) = [found for found in judge(Evidence(sdks=(evidence,)), catalogue(), STANDARD) if found.check.startswith("wire.languages")]
    assert answer.outcome is Outcome.NOT_APPLICABLE
