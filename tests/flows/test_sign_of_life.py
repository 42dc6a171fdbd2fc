from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certification.model import Level
from flows.answer import _sign_of_life, worker_of
from reports.store import NewRequest, open_store


def test_a_beat_renews_the_lease_and_outlives_a_database_that_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    now = datetime.now(UTC)
    with open_store(f"sqlite:///{tmp_path / 'own.sqlite'}") as store:
        new = NewRequest(exchange_id="small", requested_by="me", spec=None, sandbox=None, level=Level.BRONZE)
        request = store.requests.create(new, now=now)
        store.requests.claim(worker_of(request.id), now=now, lasts=timedelta(seconds=1))
        _sign_of_life(request.id, store)
        assert store.requests.reclaim(now=now + timedelta(seconds=30)) == ()
        with sqlite3.connect(tmp_path / "own.sqlite") as other:
            other.execute("ALTER TABLE requests RENAME TO hidden")
        other.close()
        with caplog.at_level(logging.WARNING):
            _sign_of_life(request.id, store)
        assert "no sign of life" in caplog.text
