import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certification.checks import builds, conduct, errors, hygiene, values, wire
from certification.evidence.record import Evidence, SdkEvidence
from certification.evidence.sdk import ExercisePlan, exercise, plan_exercise
from certification.isolation.process import ProcessRunner
from certification.model import Outcome
from certification.sdks.typescript import TOOLS
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile
from tests.simulators.small_description import DESCRIPTION, RECIPE
from tests.simulators.small_sdks import small_sdk

pytestmark = pytest.mark.toolchain

ANSWER = b"    def answer(self, document):\n"
LEAK = b"        self.__dict__.setdefault('kept', []).append(b'x' * 40_000)\n"
NAMES = {Language.PYTHON: "small-sdk", Language.TYPESCRIPT: "@small/sdk", Language.GO: "example.com/small/sdk-go"}


ORDERS = {"application/json-seq": {"schema": {"$ref": "#/components/schemas/Order"}}}
QUOTES = {"application/x-ndjson": {"schema": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}}}
DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION)
DOCUMENT["paths"]["/orders/many"] = {
    "post": {
        "operationId": "placeMany",
        "tags": ["orders"],
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": ORDERS},
        "responses": {"200": {"description": "", "content": {"application/x-ndjson": ORDERS["application/json-seq"]}}},
    },
    "put": {
        "operationId": "quoteMany",
        "tags": ["orders"],
        "requestBody": {"content": QUOTES},
        "responses": {"200": {"description": "", "content": ORDERS}},
    },
}
WITH_LINES = json.dumps(DOCUMENT).encode()
"""The small description and operations that take and give values one after the other."""


@pytest.fixture(scope="module")
def plan() -> ExercisePlan:
    return plan_exercise(load(WITH_LINES), WITH_LINES, recipe=RECIPE, seed=1, exchange="small")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[ProcessRunner]:
    with ProcessRunner(tools=(TOOLS,), state=tmp_path / "state") as started:
        yield started


def source(language: Language) -> SdkSource:
    options = SdkOptions(package=NAMES[language], version="1.2.3", exchange_id="small", exchange_name="Small", recipe=RECIPE)
    return generate(load(WITH_LINES), language, options)


def failures(*sdks: SdkEvidence) -> list[str]:
    evidence = Evidence(sdks=sdks)
    checks = (
        builds.packages_build,
        builds.packages_install,
        builds.strict_type_checks_pass,
        values.documented_examples_survive,
        values.generated_values_survive,
        values.numbers_stay_exact,
        values.what_is_unknown_is_kept,
        wire.every_operation_can_be_called,
        wire.requests_match_the_description,
        wire.signatures_verify,
        wire.answers_reach_the_caller_unchanged,
        wire.languages_send_the_same_request,
        errors.error_statuses_become_typed_errors,
        errors.broken_connections_become_typed_errors,
        errors.damaged_answers_become_typed_errors,
        errors.no_call_is_sent_twice,
        conduct.secrets_stay_out_of_logs_and_errors,
        conduct.throttled_sdks_wait_as_long_as_told,
    )
    answers = [(check.__name__, answer) for check in checks for answer in check(evidence)]
    wanted = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    return [f"{name}: {answer.subject}: {answer.summary} {answer.evidence}" for name, answer in answers if answer.outcome not in wanted]


def test_the_sdks_of_all_languages_do_what_the_plan_asks(plan: ExercisePlan, runner: ProcessRunner, tmp_path: Path) -> None:
    sdks = tuple(exercise(source(language), plan, runner, tmp_path / language) for language in Language)
    assert failures(*sdks) == []
    described = Evidence(sdks=tuple(sdk for sdk in sdks if sdk.language is not Language.GO))
    asked = (hygiene.a_licence_is_named, hygiene.types_are_shipped, hygiene.dependencies_are_bounded, hygiene.packages_stay_small)
    assert {answer.outcome for check in asked for answer in check(described)} == {Outcome.PASSED}
    assert {answer.outcome for answer in hygiene.memory_stays_bounded(Evidence(sdks=sdks))} == {Outcome.PASSED}
    assert [answer.outcome for answer in hygiene.imports_are_quick(Evidence(sdks=sdks))] == [
        Outcome.NOT_APPLICABLE if sdk.language is Language.GO else Outcome.PASSED for sdk in sdks
    ]
    assert sdks[0].reproduce == "certify run small --part sdks --language python --seed 1"
    assert [len(sdk.wire or ()) for sdk in sdks] == [len(plan.calls)] * 3


def test_an_sdk_that_calls_another_path_is_found_out(plan: ExercisePlan, runner: ProcessRunner, tmp_path: Path) -> None:
    good = source(Language.PYTHON)
    files = tuple(SourceFile(path=file.path, content=file.content.replace(b'"/orders/{id}"', b'"/order/{id}"')) for file in good.files)
    leaking = tuple(SourceFile(path=file.path, content=file.content.replace(ANSWER, ANSWER + LEAK)) for file in good.harness)
    assert leaking != good.harness
    evidence = exercise(replace(good, files=files, harness=leaking), plan, runner, tmp_path / "wrong")
    found = failures(evidence)
    assert any(failure.startswith("requests_match_the_description: python: getOrder: the path is") for failure in found), found
    assert any(failure.startswith("signatures_verify") for failure in found) is False
    (kept,) = hygiene.memory_stays_bounded(Evidence(sdks=(evidence,)))
    assert kept.outcome is Outcome.FAILED
    assert "KiB a call stay behind" in kept.summary


def test_what_does_not_build_or_can_not_speak_leaves_the_rest_unobserved(plan: ExercisePlan, runner: ProcessRunner, tmp_path: Path) -> None:
    unbuilt = exercise(small_sdk(Language.GO, small_dot_go='package small\n\nvar x int = "y"\n'), plan, runner, tmp_path / "unbuilt")
    assert (unbuilt.package, unbuilt.wire, unbuilt.round_trips, unbuilt.errors) == (None, None, None, None)
    assert [step.name for step in unbuilt.steps] == ["build"]
    mute = exercise(replace(small_sdk(Language.GO), harness=()), plan, runner, tmp_path / "mute")
    assert mute.package is not None
    assert mute.wire is None


def test_a_harness_that_knows_nothing_gives_no_evidence_of_anything_good(plan: ExercisePlan, runner: ProcessRunner, tmp_path: Path) -> None:
    evidence = exercise(small_sdk(Language.PYTHON), plan, runner, tmp_path / "small")
    assert evidence.steps[-1].name == "exercise"
    assert evidence.steps[-1].exit_code != 0
    assert "KeyError" in evidence.steps[-1].output
    assert (evidence.wire, evidence.round_trips, evidence.errors) == (None, None, None)
    assert any(failure.startswith("every_operation_can_be_called: python: the program") for failure in failures(evidence))
