from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from certification.model import Isolation, Level, Part, VerdictOutcome
from certification.profile import KnownGap
from certification.profiles import find_profile, load_profile
from certification.verdict import GapState
from flows.request import RESUMABLE, RunPlan, RunRequest, Where, plan_run
from flows.settings import Settings, read_settings
from flows.stages.api import ApiEvidence
from flows.stages.compare import Earlier, Past, comparison, earlier_run, sandbox_of
from flows.stages.conclude import Conclusion, conclude
from flows.stages.take import take_snapshot
from reports.report import new_run_id, parse
from reports.store import open_store

HERE = Where(isolation=Isolation.PROCESS, reason="processes, as asked for")
NOTHING_SEEN = ApiEvidence(contract=None, scenarios=None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"CERTIFY_HOME": str(tmp_path / "home"), "CERTIFY_OUT": str(tmp_path / "out")})


def planned(settings: Settings) -> RunPlan:
    profile = load_profile(find_profile("reference"))
    request = RunRequest(exchange="reference", parts=(Part.API,))
    plan = plan_run(request, profile, take_snapshot(profile, None, settings), settings, where=HERE, version="1")
    (plan.out / "evidence").mkdir(parents=True, exist_ok=True)
    return plan


def concluded(settings: Settings) -> Conclusion:
    return conclude(planned(settings), (), NOTHING_SEEN, Past(), settings)


def test_a_run_that_died_after_its_signature_is_signed_over_the_same_bytes_again(settings: Settings) -> None:
    first = concluded(settings)
    (kept,) = planned(settings).steps.glob("finished-*.json")
    earlier = first.report.finished_at - timedelta(minutes=7)
    kept.write_text(json.dumps(earlier.isoformat()))
    second = concluded(settings)
    assert second.report.finished_at == earlier
    third = concluded(settings)
    assert third.issued == second.issued
    with open_store(settings.database_url) as store:
        now = datetime.now(UTC)
        assert store.certificates.issue(second.report, second.issued, now=now) == store.certificates.issue(
            third.report, third.issued, now=now
        )


def test_what_nobody_saw_is_inconclusive_and_signed_all_the_same(settings: Settings) -> None:
    conclusion = concluded(settings)
    assert conclusion.verdict.outcome is VerdictOutcome.INCONCLUSIVE
    assert {"report.json", "report.intoto.json", "report.html", "badge.svg"} <= {file.name for file in conclusion.issued.folder.iterdir()}


def test_a_run_that_began_too_long_ago_is_not_taken_up(settings: Settings) -> None:
    plan = planned(settings)
    assert planned(settings).resumed
    file = plan.steps / "run.json"
    begun = json.loads(file.read_text())
    file.write_text(json.dumps(begun | {"started_at": (plan.started_at - RESUMABLE).isoformat()}))
    again = planned(settings)
    assert not again.resumed
    assert again.run_id != plan.run_id


def test_another_overlay_is_another_run(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "overlay.json").write_text('{"overlay": "1.0.0", "info": {"title": "a", "version": "1"}, "actions": []}')
    profile = load_profile(find_profile("reference"))
    overlaid = profile.model_copy(update={"spec": profile.spec.model_copy(update={"overlays": (str(tmp_path / "overlay.json"),)})})
    request = RunRequest(exchange="reference")
    first = plan_run(request, overlaid, take_snapshot(overlaid, None, settings), settings, where=HERE, version="1")
    (tmp_path / "overlay.json").write_text('{"overlay": "1.0.0", "info": {"title": "b", "version": "2"}, "actions": []}')
    second = plan_run(request, overlaid, take_snapshot(overlaid, None, settings), settings, where=HERE, version="1")
    assert not second.resumed
    assert second.steps != first.steps


def test_a_second_run_is_compared_with_the_first_of_the_same_sandbox(settings: Settings) -> None:
    plan = planned(settings)
    gap = KnownGap(check="description.description_is_accepted", reason="they mend it in June", until=date(2030, 1, 1))
    with open_store(settings.database_url) as store:
        now = datetime.now(UTC)
        store.runs.start(plan.run_id, exchange_id="reference", folder=str(plan.out), now=now)
        assert earlier_run(store, plan) is None
        conclude(plan, (), NOTHING_SEEN, Past(), settings)
        store.runs.finish(plan.run_id, outcome=VerdictOutcome.INCONCLUSIVE, level=Level.NONE, now=now)
        assert earlier_run(store, plan) is None, "a run is not compared with itself"
        later = replace(
            plan, run_id=new_run_id(now), out=settings.out / "later", profile=plan.profile.model_copy(update={"known_gaps": (gap,)})
        )
        found = earlier_run(store, later)
        assert earlier_run(store, replace(later, request=replace(later.request, sandbox="https://other.test"))) is None
    assert found is not None
    (later.out / "evidence").mkdir(parents=True)
    report = conclude(later, (), NOTHING_SEEN, Past(earlier=found), settings).report
    assert report.environment.sandbox == "reference"
    assert report.comparison is not None
    assert (report.comparison.run_id, report.comparison.changes) == (plan.run_id, ())
    assert (report.comparison.new, report.comparison.mended) == ((), ())
    assert [gap.state for gap in report.known_gaps] == [GapState.MENDED]
    shutil.rmtree(plan.out)
    with open_store(settings.database_url) as store:
        assert earlier_run(store, later) is None, "its report is gone"


def test_what_changed_in_the_description_is_told(settings: Settings, tmp_path: Path) -> None:
    plan = planned(settings)
    conclude(plan, (), NOTHING_SEEN, Past(), settings)
    before = Earlier(report=parse((plan.out / "report.json").read_bytes()), folder=plan.out)
    text = Path(plan.snapshot.path).read_text().replace("operationId: getTime", "operationId: getTheTime")
    changed = tmp_path / "changed.yaml"
    changed.write_text(text)
    snapshot = take_snapshot(plan.profile, str(changed), settings)
    told = comparison(before, replace(plan, snapshot=snapshot), ())
    assert told is not None
    assert told.changes
    (plan.out / "evidence" / "exchange" / "description").unlink()
    gone = comparison(before, replace(plan, snapshot=snapshot), ())
    assert gone is not None
    assert gone.changes == ()


def test_a_report_says_what_was_called(settings: Settings) -> None:
    plan = planned(settings)
    assert sandbox_of(replace(plan, request=replace(plan.request, faults=("b", "a")))) == "reference a b"
    assert sandbox_of(replace(plan, request=replace(plan.request, sandbox="https://x.test"))) == "https://x.test"
    assert sandbox_of(replace(plan, request=replace(plan.request, parts=(Part.SDKS,)))) == ""
    assert plan.profile.sandbox is not None
    image = plan.profile.sandbox.model_copy(update={"reference": False, "image": "their/exchange:1"})
    assert sandbox_of(replace(plan, profile=plan.profile.model_copy(update={"sandbox": image}))) == "their/exchange:1"
    assert sandbox_of(replace(plan, profile=plan.profile.model_copy(update={"sandbox": None}))) == ""
