"""What runs by the clock, as told by servers that are none of ours or in trouble."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from certification.errors import UnavailableError
from flows.schedules import Scheduled, line, scheduled
from flows.serving import free_port
from tests.simulators.scripted_server import Scripted, scripted_server

NOW = datetime(2026, 11, 22, 14, 50, tzinfo=UTC)


def test_the_next_run_is_told_in_the_schedule_s_own_time_zone() -> None:
    entry = Scheduled(name="nightly", cron="0 2 * * *", timezone="Asia/Tokyo", active=True)
    assert line(entry, NOW) == "schedule nightly: 0 2 * * * Asia/Tokyo, next 2026-11-23 02:00"
    moment = entry.next_run(NOW)
    assert moment is not None
    assert moment.astimezone(UTC) == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def test_a_paused_schedule_has_no_next_run() -> None:
    entry = Scheduled(name="nightly", cron="0 2 * * *", timezone="UTC", active=False)
    assert line(entry, NOW) == "schedule nightly: 0 2 * * * UTC, paused"
    assert entry.next_run(NOW) is None


@pytest.mark.parametrize(
    ("paused", "active", "shown"), [(False, True, True), (True, True, False), (False, False, False)], ids=["on", "deployment", "schedule"]
)
def test_a_schedule_is_on_where_neither_it_nor_its_deployment_is_paused(paused: bool, active: bool, shown: bool) -> None:
    schedule = {"active": active, "schedule": {"cron": "* * * * *"}}
    told = [{"name": "n", "paused": paused, "schedules": [schedule]}]
    with scripted_server() as server:
        server.answer = Scripted(body=json.dumps(told).encode())
        assert scheduled(server.url) == (Scheduled(name="n", cron="* * * * *", timezone="UTC", active=shown),)


def test_a_server_that_tells_nothing_is_unavailable() -> None:
    with scripted_server() as server:
        server.answer = Scripted(body=b'[{"name": 1}]')
        with pytest.raises(UnavailableError, match="try again"):
            scheduled(server.url)
    with pytest.raises(UnavailableError, match="ConnectError") as caught:
        scheduled(f"http://127.0.0.1:{free_port()}")
    assert caught.value.exit_code == 3
