from __future__ import annotations

from datetime import UTC, datetime

import pytest

from certification.model import Level
from flows.answer import asked
from flows.pipeline import speaks_for_the_exchange
from flows.request import RunRequest
from reports.store import Request, RequestState

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def request(*, spec: str | None = None, sandbox: str | None = None) -> Request:
    return Request(
        id="1",
        exchange_id="reference",
        requested_by="somebody",
        spec=spec,
        sandbox=sandbox,
        level=Level.SILVER,
        state=RequestState.RECEIVED,
        reason="",
        run_id=None,
        worker=None,
        leased_until=None,
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_request_for_the_exchange_as_it_is_publishes_and_certifies_it() -> None:
    run = asked(request())
    assert run.publish
    assert not run.trusted
    assert speaks_for_the_exchange(run)


@pytest.mark.parametrize("chosen", [{"spec": "https://x.test/a.yaml"}, {"sandbox": "https://x.test"}])
def test_a_stranger_s_own_input_becomes_nobody_s_certificate_and_no_package(chosen: dict[str, str]) -> None:
    run = asked(request(**chosen))
    assert not run.publish
    assert not speaks_for_the_exchange(run)


def test_a_person_at_this_machine_may_certify_another_description() -> None:
    assert speaks_for_the_exchange(RunRequest(exchange="reference", spec="a.yaml"))
