import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from certification.errors import IsolationError
from certification.evidence.sdk import exercise, plan_exercise
from certification.isolation.choose import choose
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Runner
from certification.sdks.build import build
from certification.sdks.typescript import TOOLS
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api

pytestmark = [pytest.mark.container, pytest.mark.toolchain, pytest.mark.timeout(600)]

NAMES = {Language.PYTHON: "small-sdk", Language.TYPESCRIPT: "@small/sdk", Language.GO: "example.com/small/sdk-go"}


@pytest.fixture(scope="module")
def containers() -> Iterator[Runner]:
    try:
        choice = choose("container", base_image=os.environ.get("CERTIFY_BASE_IMAGE"))
    except IsolationError as error:
        pytest.skip(str(error))
    with choice.runner as runner:
        yield runner


@pytest.mark.parametrize("language", list(Language))
def test_containers_build_the_same_bytes_and_see_the_same_as_processes(language: Language, containers: Runner, tmp_path: Path) -> None:
    options = SdkOptions(package=NAMES[language], version="1.2.3", exchange_id="small", exchange_name="Small", recipe=RECIPE)
    source = generate(small_api(), language, options)
    plan = plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=1)
    seen = exercise(source, plan, containers, tmp_path / "container")
    with ProcessRunner(tools=(TOOLS,), state=tmp_path / "state") as processes:
        package, _ = build(source, processes, tmp_path / "process")
    assert seen.package == package
    assert {step.name: step.exit_code for step in seen.steps if step.exit_code} == {}
    assert [case.mismatches + case.faults for case in seen.wire or () if case.mismatches or case.faults] == []
    assert [replace(case, observed=case.expected) for case in seen.errors or ()] == list(seen.errors or ())
