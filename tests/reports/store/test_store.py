from __future__ import annotations

import dataclasses
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from certification.model import Level, VerdictOutcome
from reports.errors import StoreError, StoreUnavailableError
from reports.status import State
from reports.store import (
    CertificateState,
    IdempotencyKey,
    NewRequest,
    RequestState,
    RunState,
    Store,
    open_store,
)
from reports.store.database import Database
from reports.store.tables import METADATA
from tests.simulators.certified_run import NOW, THIRD_PARTY, CertifiedRun

ASKED = NewRequest(exchange_id="sample", requested_by="desk", sandbox="https://sandbox.sample.test", level=Level.GOLD)
KEY = IdempotencyKey(owner="desk", key="order-1", digest="a" * 64)
MINUTE = timedelta(minutes=1)


def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    database = Database(url)
    database.migrate()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_opening_twice_keeps_what_was_there(url: str) -> None:
    with open_store(url) as first:
        made = first.requests.create(ASKED, now=NOW)
    with open_store(url) as second:
        assert second.requests.get(made.id) == made


def test_several_that_open_a_new_store_at_once_all_get_one(url: str) -> None:
    def use(number: int) -> str:
        with open_store(url) as store:
            return store.requests.create(dataclasses.replace(ASKED, requested_by=str(number)), now=NOW).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(use, range(4)))) == 4


def test_a_request_goes_from_received_to_its_answer(store: Store) -> None:
    made = store.requests.create(ASKED, now=NOW)
    assert (made.state, made.level, made.spec, made.created_at) == (RequestState.RECEIVED, Level.GOLD, None, NOW)

    store.requests.transition(made.id, RequestState.QUEUED, now=NOW)
    store.requests.transition(made.id, RequestState.RUNNING, now=NOW, run_id="20260301T120000Z-00c0ffee")
    ended = store.requests.transition(made.id, RequestState.CERTIFIED, now=NOW + MINUTE)

    assert (ended.state, ended.run_id, ended.updated_at) == (RequestState.CERTIFIED, "20260301T120000Z-00c0ffee", NOW + MINUTE)
    assert ended.state.final
    assert not made.state.final


@pytest.mark.parametrize("final", [RequestState.CERTIFIED, RequestState.NOT_CERTIFIED, RequestState.INCONCLUSIVE, RequestState.FAILED])
def test_nothing_follows_an_answer(store: Store, final: RequestState) -> None:
    made = store.requests.create(ASKED, now=NOW)
    store.requests.transition(made.id, RequestState.RUNNING, now=NOW)
    ended = store.requests.transition(made.id, final, now=NOW, reason="so it is")

    assert store.requests.transition(made.id, final, now=NOW + MINUTE) == ended
    with pytest.raises(StoreError, match=f"is {final.value}; it can't become running"):
        store.requests.transition(made.id, RequestState.RUNNING, now=NOW)


def test_a_request_can_not_skip_its_run(store: Store) -> None:
    made = store.requests.create(ASKED, now=NOW)

    with pytest.raises(StoreError, match="is received; it can't become certified"):
        store.requests.transition(made.id, RequestState.CERTIFIED, now=NOW)
    with pytest.raises(StoreError, match="there is no request"):
        store.requests.transition("nobody", RequestState.QUEUED, now=NOW)
    assert store.requests.get("nobody") is None


def test_the_same_key_gives_the_same_request(store: Store) -> None:
    first = store.requests.create(ASKED, now=NOW, idempotency=KEY)

    assert store.requests.create(ASKED, now=NOW + MINUTE, idempotency=KEY) == first
    assert store.requests.create(ASKED, now=NOW, idempotency=dataclasses.replace(KEY, owner="other")) != first
    with pytest.raises(StoreError, match="used for another request"):
        store.requests.create(ASKED, now=NOW, idempotency=dataclasses.replace(KEY, digest="b" * 64))
    assert len(store.requests.list()) == 2


def test_one_key_from_many_threads_makes_one_request(store: Store) -> None:
    ready = threading.Barrier(6)

    def send(_: int) -> str:
        ready.wait()
        return store.requests.create(ASKED, now=NOW, idempotency=KEY).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert len(store.requests.list()) == 1


def test_requests_are_listed_newest_first_and_narrowed(store: Store) -> None:
    ids = [store.requests.create(dataclasses.replace(ASKED, exchange_id=name), now=NOW).id for name in ("a", "b", "a")]
    store.requests.transition(ids[0], RequestState.QUEUED, now=NOW)

    assert [entry.id for entry in store.requests.list()] == ids[::-1]
    assert [entry.id for entry in store.requests.list(exchange_id="a")] == [ids[2], ids[0]]
    assert [entry.id for entry in store.requests.list(state=RequestState.QUEUED)] == [ids[0]]
    assert [entry.id for entry in store.requests.list(limit=1, offset=1)] == [ids[1]]


def test_the_oldest_waiting_request_is_claimed_once(store: Store) -> None:
    first, second = (store.requests.create(ASKED, now=NOW).id for _ in range(2))

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda worker: store.requests.claim(f"w{worker}", now=NOW, lasts=MINUTE), range(4)))

    got = [claim for claim in claims if claim is not None]
    assert sorted(claim.id for claim in got) == sorted([first, second])
    assert {claim.state for claim in got} == {RequestState.RUNNING}
    assert len({claim.worker for claim in got}) == 2
    store.requests.create(ASKED, now=NOW)
    third = store.requests.claim("w", now=NOW, lasts=MINUTE)
    assert third is not None
    assert third.leased_until == NOW + MINUTE


def test_a_dead_workers_request_is_queued_again_and_a_living_ones_is_not(store: Store) -> None:
    store.requests.create(ASKED, now=NOW)
    store.requests.create(ASKED, now=NOW)
    dead = store.requests.claim("dead", now=NOW, lasts=MINUTE)
    alive = store.requests.claim("alive", now=NOW, lasts=MINUTE)
    assert dead is not None
    assert alive is not None
    assert store.requests.heartbeat(alive.id, "alive", now=NOW + MINUTE, lasts=MINUTE)

    (queued,) = store.requests.reclaim(now=NOW + MINUTE)

    assert (queued.id, queued.state, queued.worker) == (dead.id, RequestState.QUEUED, None)
    assert not store.requests.heartbeat(dead.id, "dead", now=NOW + MINUTE, lasts=MINUTE)
    assert store.requests.reclaim(now=NOW + MINUTE) == ()


def test_a_run_tells_its_stages_and_its_end(store: Store) -> None:
    started = store.runs.start("r1", exchange_id="sample", folder="/out/r1", now=NOW)
    assert (started.state, started.stage, started.outcome) == (RunState.RUNNING, "", None)

    staged = store.runs.stage("r1", "build", now=NOW + MINUTE, spec_digest="1" * 64)
    assert (staged.stage, staged.spec_digest) == ("build", "1" * 64)
    assert store.runs.stage("r1", "judge", now=NOW + MINUTE).spec_digest == "1" * 64
    ended = store.runs.finish("r1", outcome=VerdictOutcome.CERTIFIED, level=Level.SILVER, now=NOW + MINUTE)
    assert (ended.state, ended.level, ended.started_at, ended.finished_at) == (RunState.FINISHED, Level.SILVER, NOW, NOW + MINUTE)
    assert store.runs.get("r1") == ended


def test_a_run_that_died_takes_up_where_it_was(store: Store) -> None:
    store.runs.start("r1", exchange_id="sample", folder="/out/r1", now=NOW)
    store.runs.stage("r1", "build", now=NOW)
    failed = store.runs.fail("r1", reason="the disk is full", now=NOW)
    assert (failed.state, failed.reason) == (RunState.FAILED, "the disk is full")

    again = store.runs.start("r1", exchange_id="sample", folder="/out/r1", now=NOW + MINUTE)

    assert (again.state, again.stage, again.started_at, again.reason, again.finished_at) == (RunState.RUNNING, "build", NOW, "", None)
    with pytest.raises(StoreError, match="there is no run r9"):
        store.runs.stage("r9", "build", now=NOW)
    assert store.runs.get("r9") is None


def test_silent_runs_are_found_and_runs_listed(store: Store) -> None:
    store.runs.start("r1", exchange_id="a", folder="/r1", now=NOW)
    store.runs.start("r2", exchange_id="b", folder="/r2", now=NOW + MINUTE)
    store.runs.start("r3", exchange_id="b", folder="/r3", now=NOW + MINUTE)
    store.runs.fail("r3", reason="no", now=NOW + MINUTE)

    assert [run.run_id for run in store.runs.silent_since(NOW + MINUTE)] == ["r1"]
    assert [run.run_id for run in store.runs.list()] == ["r3", "r2", "r1"]
    assert [run.run_id for run in store.runs.list(exchange_id="b", state=RunState.RUNNING)] == ["r2"]


def test_a_certificate_is_entered_once(store: Store, run: CertifiedRun) -> None:
    made = store.certificates.issue(run.report, run.issued, now=NOW)

    assert (made.level, made.issued_at, made.expires_at) == (Level.SILVER, run.report.finished_at, run.report.expires_at)
    store.certificates.suspend(made.run_id, reason="a regression", now=NOW)
    assert store.certificates.issue(run.report, run.issued, now=NOW).state is CertificateState.SUSPENDED
    with pytest.raises(StoreError, match="has another certificate"):
        store.certificates.issue(run.report, dataclasses.replace(run.issued, envelope_digest="f" * 64), now=NOW)


def test_a_suspension_can_be_lifted_and_a_revocation_can_not(store: Store, run: CertifiedRun) -> None:
    run_id = store.certificates.issue(run.report, run.issued, now=NOW).run_id

    assert store.certificates.suspend(run_id, reason="a regression", now=NOW).state_at(NOW) is CertificateState.SUSPENDED
    assert [(entry.state, entry.reason) for entry in store.certificates.status_entries()] == [(State.SUSPENDED, "a regression")]
    assert store.certificates.reinstate(run_id, reason="mended", now=NOW).state_at(NOW) is CertificateState.VALID
    assert store.certificates.status_entries() == ()

    revoked = store.certificates.revoke(run_id, reason="the key leaked", now=NOW)
    assert store.certificates.revoke(run_id, reason="again", now=NOW + MINUTE) == revoked
    with pytest.raises(StoreError, match="is revoked, and that is for good"):
        store.certificates.reinstate(run_id, reason="please", now=NOW)
    with pytest.raises(StoreError, match="there is no certificate nobody"):
        store.certificates.revoke("nobody", reason="", now=NOW)
    (entry,) = store.certificates.status_entries()
    assert (entry.run_id, entry.envelope, entry.since) == (run_id, run.issued.envelope_digest, NOW)


def test_what_a_certificate_is_worth_depends_on_the_time(store: Store, run: CertifiedRun) -> None:
    made = store.certificates.issue(run.report, run.issued, now=NOW)

    assert made.state_at(made.expires_at - timedelta(seconds=1)) is CertificateState.VALID
    assert made.state_at(made.expires_at) is CertificateState.EXPIRED
    assert store.certificates.revoke(made.run_id, reason="no", now=NOW).state_at(made.expires_at) is CertificateState.REVOKED


def test_the_latest_certificate_of_each_exchange(store: Store, run: CertifiedRun) -> None:
    def enter(run_id: str, exchange_id: str, days: int) -> None:
        exchange = dataclasses.replace(run.report.exchange, id=exchange_id)
        report = dataclasses.replace(run.report, exchange=exchange, finished_at=run.report.finished_at + timedelta(days=days))
        issued = dataclasses.replace(run.issued, run_id=run_id, envelope_digest=run_id * 32)
        store.certificates.issue(report, issued, now=NOW)

    for run_id, exchange_id, days in (("a1", "a", 3), ("a2", "a", 1), ("b1", "b", 1), ("b2", "b", 2)):
        enter(run_id, exchange_id, days)

    assert [entry.run_id for entry in store.certificates.latest_of_each()] == ["a1", "b2"]
    latest = store.certificates.latest("a")
    assert latest is not None
    assert latest.run_id == "a1"
    assert store.certificates.latest("c") is None
    assert [entry.run_id for entry in store.certificates.list()] == ["a1", "b2", "b1", "a2"]
    assert store.certificates.get("a2") is not None


def test_a_lease_has_one_holder_until_it_ends(store: Store) -> None:
    assert store.leases.acquire("sandbox:sample", "one", now=NOW, lasts=MINUTE)
    assert not store.leases.acquire("sandbox:sample", "two", now=NOW, lasts=MINUTE)
    assert store.leases.acquire("sandbox:sample", "one", now=NOW + MINUTE / 2, lasts=MINUTE)
    assert store.leases.holder("sandbox:sample", now=NOW + MINUTE) == "one"
    assert store.leases.acquire("sandbox:sample", "two", now=NOW + 2 * MINUTE, lasts=MINUTE)
    store.leases.release("sandbox:sample", "one")
    assert store.leases.holder("sandbox:sample", now=NOW + 2 * MINUTE) == "two"
    store.leases.release("sandbox:sample", "two")
    assert store.leases.holder("sandbox:sample", now=NOW) is None


def test_of_many_that_want_a_lease_one_gets_it(store: Store) -> None:
    ready = threading.Barrier(6)

    def take(number: int) -> bool:
        ready.wait()
        return store.leases.acquire("sandbox", str(number), now=NOW, lasts=MINUTE)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(6))) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("mysql://host/name", "databases are SQLite and PostgreSQL", id="another kind"),
        pytest.param("not a url", "the database's URL is not one", id="no url"),
        pytest.param("sqlite://", "the database is a file", id="in memory"),
        pytest.param("sqlite:////proc/certify/certify.db", "the folder can't be made", id="no folder"),
    ],
)
def test_a_wrong_url_is_one_clear_line(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreUnavailableError, match="the database does not answer") as caught:
        open_store("postgresql://certify:hunter2@127.0.0.1:1/certify")
    assert "hunter2" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "certify.db").write_text("this is not a database, but a text that is long enough to be looked at" * 20)

    with pytest.raises(StoreError, match="is not a database"):
        open_store(f"sqlite:///{tmp_path}/certify.db")


def test_tables_of_a_newer_program_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "certify.db"
    open_store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreError, match="is this an older program"):
        open_store(f"sqlite:///{path}")


def test_the_part_that_a_certificate_speaks_of_is_written_down_and_not_known_of_older_ones(tmp_path: Path, run: CertifiedRun) -> None:
    path = tmp_path / "certify.db"
    partial = dataclasses.replace(run.report, third_parties=(THIRD_PARTY,))
    with open_store(f"sqlite:///{path}") as store:
        assert store.certificates.issue(partial, run.issued, now=NOW).scope == "2 of 3 operations"
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE certificates DROP COLUMN scope")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        (older,) = store.certificates.list()
    assert (older.run_id, older.scope) == (run.issued.run_id, None)
