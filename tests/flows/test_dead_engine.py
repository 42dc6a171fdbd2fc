"""An engine that goes away while SDKs are examined: a report that says so, no word for or against anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certification.errors import IsolationError
from certification.evidence.record import Evidence
from certification.isolation.choose import choose
from certification.isolation.container import ContainerRunner
from certification.isolation.runner import Job
from certification.model import Isolation, Outcome, Part, VerdictOutcome
from flows.pipeline import finish, prepare
from flows.request import RunRequest, entered_as
from flows.settings import read_settings
from flows.stages.adapters import examine_third_party
from flows.stages.api import ApiEvidence
from flows.stages.compare import Past
from flows.stages.conclude import conclude
from flows.stages.sdks import examine_sdk
from reports.store import open_store
from sdkgen.language import Language
from tests.simulators.dying_engine import REAL, dying_engine
from tests.simulators.small_adapter import small_adapter
from tests.simulators.small_exchange import write_exchange

GONE = "no container engine answers"
NOT_ASKED = ApiEvidence(contract=None, scenarios=None)


@pytest.fixture
def without_engine(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody listens where the engine was when the run began."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/gone.sock")
    return home


def test_an_sdk_that_no_engine_could_build_is_not_observed_and_the_run_is_tried_again(without_engine: Path, tmp_path: Path) -> None:
    settings = read_settings()
    profile = write_exchange(tmp_path / "mine", "small").with_name("profile.yaml")
    request = RunRequest(exchange=str(profile), isolation="process", parts=(Part.SDKS,), languages=(Language.PYTHON,))
    plan = replace(prepare(request, settings), isolation=Isolation.CONTAINER)

    evidence = examine_sdk(plan, Language.PYTHON, settings)
    assert evidence.silence("").startswith(GONE)
    assert evidence.unseen
    assert not Evidence(sdks=(evidence,)).sdks[0].steps

    conclusion = conclude(plan, (evidence,), NOT_ASKED, Past(), settings)
    told = {finding.outcome for finding in conclusion.findings if finding.subject.startswith("python")}
    assert told == {Outcome.NOT_OBSERVED}
    assert conclusion.verdict.outcome is VerdictOutcome.INCONCLUSIVE
    assert any(GONE in reason for reason in conclusion.verdict.reasons)
    (retry,) = conclusion.report.retries
    assert (retry.stage, retry.reason) == ("SDK python", evidence.silence(""))
    assert retry.again_at is not None
    with open_store(settings.database_url) as store:
        store.runs.start(plan.run_id, exchange_id=entered_as(plan), folder=str(plan.out), now=datetime.now(UTC))
        assert finish(plan, conclusion, (), store).exit_code == 3
    assert (plan.out / "report.html").is_file()


def test_an_answer_that_no_engine_gave_is_asked_for_again(without_engine: Path, tmp_path: Path) -> None:
    settings = read_settings()
    profile = write_exchange(tmp_path / "mine", "small").with_name("profile.yaml")
    plan = replace(prepare(RunRequest(exchange=str(profile), isolation="process"), settings), isolation=Isolation.CONTAINER)
    assert examine_sdk(plan, Language.GO, settings).obstacle is not None
    (kept,) = plan.steps.glob("sdk-go-*.json")
    kept.write_text(kept.read_text().replace(GONE, "a reason from before"))
    assert examine_sdk(plan, Language.GO, settings).silence("").startswith(GONE)


def test_a_third_partys_sdk_is_not_observed_either(without_engine: Path, tmp_path: Path) -> None:
    settings = read_settings()
    profile = write_exchange(tmp_path / "mine", "small").with_name("profile.yaml")
    folder = str(small_adapter(tmp_path / "adapter"))
    request = RunRequest(exchange=str(profile), isolation="process", parts=(Part.SDKS,), adapters=(folder,))
    plan = replace(prepare(request, settings), isolation=Isolation.CONTAINER)
    evidence = examine_third_party(plan, folder, settings)
    assert evidence.silence("").startswith(GONE)
    assert evidence.third_party is not None
    assert evidence.subject == evidence.third_party.adapter
    conclusion = conclude(plan, (evidence,), NOT_ASKED, Past(), settings)
    assert conclusion.verdict.outcome is VerdictOutcome.INCONCLUSIVE
    told = {finding.outcome for finding in conclusion.findings if finding.subject == evidence.subject}
    assert told == {Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE}, "that its own authors built it is known all the same"


@pytest.fixture
def engine_there() -> None:
    """Skips where no engine runs our jobs."""
    if not Path(REAL).is_socket():
        pytest.skip(f"no engine at {REAL}")
    try:
        with choose("container", base_image=os.environ.get("CERTIFY_BASE_IMAGE")).runner:
            pass
    except IsolationError as error:
        pytest.skip(str(error))


@pytest.mark.container
@pytest.mark.usefixtures("engine_there")
def test_what_could_not_be_removed_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "job").mkdir()
    with dying_engine(tmp_path, "second") as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        with ContainerRunner(base_image=os.environ.get("CERTIFY_BASE_IMAGE")) as runner:
            job = Job(name="first", argv=("python", "-c", "print(1)"), folder=tmp_path / "job")
            assert runner.run(job).stdout == b"1\n"
            with pytest.raises(IsolationError, match="job second can't be started"):
                runner.run(replace(job, name="second"))
        assert engine.died.is_set()


@pytest.mark.container
@pytest.mark.toolchain
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("engine_there")
def test_a_run_whose_engine_dies_ends_with_a_report_and_3(tmp_path: Path) -> None:
    with dying_engine(tmp_path, "staging-registry") as engine:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CERTIFY_", "PREFECT_"))}
        environment |= {name: os.environ[name] for name in ("CERTIFY_BASE_IMAGE",) if name in os.environ}
        environment |= {"CERTIFY_HOME": str(tmp_path / "home"), "DOCKER_HOST": engine.address}
        command = (
            sys.executable,
            "-m",
            "flows.cli",
            "run",
            "reference",
            "--part",
            "sdks",
            "--language",
            "python",
            "--isolation",
            "container",
        )
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert engine.died.is_set(), ended.stderr
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    report = json.loads((tmp_path / "out" / "reference" / "latest" / "report.json").read_text())
    assert report["verdict"]["outcome"] == "inconclusive"
    assert [retry["stage"] for retry in report["retries"]] == ["SDK python"]
    assert {finding["outcome"] for finding in report["findings"]} & {"failed", "error"} == set()
