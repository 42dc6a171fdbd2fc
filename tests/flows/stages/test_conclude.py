from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certification.model import Isolation, Part, VerdictOutcome
from certification.profiles import find_profile, load_profile
from flows.request import RESUMABLE, RunPlan, RunRequest, Where, plan_run
from flows.settings import Settings, read_settings
from flows.stages.api import ApiEvidence
from flows.stages.conclude import Conclusion, conclude
from flows.stages.take import take_snapshot
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
    return conclude(planned(settings), (), NOTHING_SEEN, (), settings)


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
