from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reports import canonical
from reports.envelope import sign
from reports.errors import MalformedError, MissingError, RevokedError, SignatureError, StoreError, VerificationError
from reports.signers import KeyRing, open_keys
from reports.status import LIFETIME, PAYLOAD_TYPE, State, StatusList, load_status, publish_status, read_status, reinstate, revoke, suspend
from tests.simulators.certified_run import NOW

ENVELOPE = "e" * 64


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return open_keys(tmp_path / "keys", now=NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "status.dsse.json"


def states(status: StatusList) -> list[tuple[str, State]]:
    return [(entry.run_id, entry.state) for entry in status.entries]


def test_a_list_is_read_as_it_was_signed_and_is_short_lived(path: Path, keys: KeyRing) -> None:
    made = publish_status(path, (), keys=keys, now=NOW)

    assert load_status(path, trust=keys.trust) == made
    assert made.fresh(NOW)
    assert made.fresh(NOW + LIFETIME - timedelta(seconds=1))
    assert not made.fresh(NOW + LIFETIME)
    assert not made.fresh(NOW - timedelta(hours=1))


def test_a_list_is_signed_again_only_where_it_changed_or_ages(path: Path, keys: KeyRing) -> None:
    assert publish_status(path, (), keys=keys, now=NOW).sequence == 1
    before = path.read_bytes()
    assert publish_status(path, (), keys=keys, now=NOW + LIFETIME / 4).sequence == 1
    assert path.read_bytes() == before
    assert publish_status(path, (), keys=keys, now=NOW + LIFETIME / 2).sequence == 2


def test_a_revocation_is_for_good_and_said_once(path: Path, keys: KeyRing) -> None:
    first = revoke(path, run_id="r1", envelope=ENVELOPE, reason="the key leaked", keys=keys, now=NOW)

    assert states(first) == [("r1", State.REVOKED)]
    assert revoke(path, run_id="r1", envelope=ENVELOPE, reason="again", keys=keys, now=NOW) == first
    assert suspend(path, run_id="r1", envelope=ENVELOPE, reason="again", keys=keys, now=NOW) == first
    with pytest.raises(StoreError, match="is revoked, and that is for good"):
        reinstate(path, run_id="r1", keys=keys, now=NOW)


def test_a_suspension_is_lifted_or_made_a_revocation(path: Path, keys: KeyRing) -> None:
    suspend(path, run_id="r2", envelope=ENVELOPE, reason="a regression", keys=keys, now=NOW)
    assert states(suspend(path, run_id="r1", envelope="", reason="a regression", keys=keys, now=NOW)) == [
        ("r1", State.SUSPENDED),
        ("r2", State.SUSPENDED),
    ]

    assert states(reinstate(path, run_id="r1", keys=keys, now=NOW)) == [("r2", State.SUSPENDED)]
    assert states(revoke(path, run_id="r2", envelope=ENVELOPE, reason="it is worse", keys=keys, now=NOW)) == [("r2", State.REVOKED)]


@pytest.mark.parametrize(("run_id", "envelope"), [("r1", "0" * 64), ("other", ENVELOPE)])
def test_a_certificate_is_refused_by_its_run_or_its_envelope(path: Path, keys: KeyRing, run_id: str, envelope: str) -> None:
    status = revoke(path, run_id="r1", envelope=ENVELOPE, reason="the key leaked", keys=keys, now=NOW)

    with pytest.raises(RevokedError, match=r"report.json: .* is revoked since 2026-03-02T08:00:00Z: the key leaked"):
        status.refuse(run_id=run_id, envelope=envelope, name="report.json")
    status.refuse(run_id="other", envelope="0" * 64, name="report.json")


def test_a_reason_is_shown_on_one_line_with_nothing_hidden(path: Path, keys: KeyRing) -> None:
    status = revoke(path, run_id="r1", envelope="", reason="it\nbroke \x1b[2J", keys=keys, now=NOW)

    with pytest.raises(RevokedError, match=r"it broke «U\+001B»\[2J$"):
        status.refuse(run_id="r1", envelope="", name="report.json")


def test_an_entry_without_an_envelope_is_about_its_run_only(path: Path, keys: KeyRing) -> None:
    status = revoke(path, run_id="r1", envelope="", reason="no", keys=keys, now=NOW)

    status.refuse(run_id="r2", envelope="", name="report.json")


def test_a_list_that_was_touched_or_is_not_ours_is_refused(path: Path, keys: KeyRing, tmp_path: Path) -> None:
    publish_status(path, (), keys=keys, now=NOW)
    content = path.read_bytes()

    for place in range(0, len(content), 7):
        with pytest.raises(VerificationError):
            read_status(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :], trust=keys.trust)
    stranger = open_keys(tmp_path / "stranger", now=NOW)
    with pytest.raises(SignatureError, match="not in the trust root"):
        publish_status(path, (), keys=stranger, now=NOW)
    with pytest.raises(MissingError, match="the status list can't be read"):
        load_status(tmp_path / "nowhere", trust=keys.trust)


@pytest.mark.parametrize("payload", [b"{}", b"nonsense", b'{"schema":"v9"}'])
def test_something_else_that_we_signed_is_no_list(keys: KeyRing, payload: bytes) -> None:
    with pytest.raises(MalformedError):
        read_status(sign(payload, PAYLOAD_TYPE, (keys.signer,)).to_bytes(), trust=keys.trust)


def test_a_list_of_another_schema_is_refused(keys: KeyRing) -> None:
    document: canonical.Json = {
        "schema": "v9",
        "sequence": 1,
        "issued_at": "2026-03-02T08:00:00Z",
        "expires_at": "2026-03-04T08:00:00Z",
        "entries": [],
    }

    with pytest.raises(MalformedError, match="schema: 'v9'"):
        read_status(sign(canonical.write(document), PAYLOAD_TYPE, (keys.signer,)).to_bytes(), trust=keys.trust)
