from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.settings import Settings, read_settings
from flows.stages.status import renew_status
from reports.keys import read_trust
from reports.status import LIFETIME, STATUS_NAME, load_status
from reports.store import open_store
from tests.simulators.certified_run import NOW, finish


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"CERTIFY_HOME": str(tmp_path / "home")})


def test_the_list_says_what_the_tables_say_and_is_renewed_before_its_time_is_over(settings: Settings, tmp_path: Path) -> None:
    run = finish(tmp_path / "run")
    with open_store(settings.database_url) as store:
        store.certificates.issue(run.report, run.issued, now=NOW)
        assert renew_status(store, settings, now=NOW).entries == ()
        store.certificates.revoke(run.report.run_id, reason="a defect", now=NOW)
        first = renew_status(store, settings, now=NOW)
        assert [entry.run_id for entry in first.entries] == [run.report.run_id]
        assert renew_status(store, settings, now=NOW + timedelta(minutes=1)) == first
        later = renew_status(store, settings, now=NOW + LIFETIME)
    assert later.fresh(NOW + LIFETIME)
    assert load_status(settings.registry / STATUS_NAME, trust=read_trust(settings.keys / "trust.json")) == later
