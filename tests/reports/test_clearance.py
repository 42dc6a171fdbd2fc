from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.model import Level, VerdictOutcome
from reports.clearance import Clearance, Requirements, StatusCheck, verify_folder, verify_packages, verify_proof
from reports.envelope import sign
from reports.errors import (
    DigestError,
    ExpiredError,
    LogProofError,
    MalformedError,
    MissingError,
    NotCertifiedError,
    RevokedError,
    SignatureError,
    StatementError,
    VerificationError,
)
from reports.keys import TrustRoot
from reports.log import Log
from reports.proof import read_proof
from reports.signers import open_keys, rotate_keys
from reports.statement import PAYLOAD_TYPE, certification_statement
from reports.status import load_status, publish_status, revoke
from tests.simulators.certified_run import FINISHED, NOW, CertifiedRun, finish, verdict

SIGNED = ("report.json", "report.intoto.json", "report.test-result.intoto.json", "report.log.json")


def test_an_untouched_run_is_cleared_with_all_its_files(run: CertifiedRun, asked: Requirements) -> None:
    clearance = verify_folder(run.folder, asked)

    assert clearance.report == run.report
    assert clearance.envelope_digest == run.issued.envelope_digest
    assert sorted(file.name for file in clearance.files) == sorted(artefact.path for artefact in run.report.artefacts)
    assert clearance.absent == ()
    assert clearance.status is StatusCheck.UNCHECKED


def test_nobody_else_makes_a_clearance(run: CertifiedRun, asked: Requirements) -> None:
    clearance = verify_folder(run.folder, asked)

    with pytest.raises(TypeError, match=r"only reports.clearance"):
        Clearance(
            report=clearance.report,
            report_digest="",
            envelope_digest="",
            files=(),
            absent=(),
            status=StatusCheck.CURRENT,
            proof=clearance.proof,
            verified_at=NOW,
            seal=object(),
        )
    with pytest.raises(ValueError, match="seal"):
        dataclasses.replace(clearance, report_digest="0" * 64)  # type: ignore[call-arg]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_noticed_and_its_file_named(run: CertifiedRun, asked: Requirements, data: st.DataObject) -> None:
    names = (*SIGNED, *(artefact.path for artefact in run.report.artefacts))
    name = data.draw(st.sampled_from(names), label="file")
    path = run.folder / name
    before = path.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1), label="place")
    flip = data.draw(st.integers(1, 255), label="flip")

    path.write_bytes(before[:place] + bytes([before[place] ^ flip]) + before[place + 1 :])
    try:
        with pytest.raises(VerificationError, match=rf"^{re.escape(name)}: "):
            verify_folder(run.folder, asked)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("added", [b"\n", b" ", b"\0", b"{}"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_added_bytes_are_noticed(run: CertifiedRun, asked: Requirements, name: str, added: bytes, where: str) -> None:
    path = run.folder / name
    path.write_bytes(added + path.read_bytes() if where == "before" else path.read_bytes() + added)

    with pytest.raises(VerificationError, match=rf"^{re.escape(name)}: "):
        verify_folder(run.folder, asked)


@pytest.mark.parametrize("name", ["report.json", "report.intoto.json", "report.log.json", "packages/openxapi_sample-1.2.0.tar.gz"])
def test_a_missing_file_is_named(run: CertifiedRun, asked: Requirements, name: str) -> None:
    (run.folder / name).unlink()

    with pytest.raises(MissingError, match=rf"^{re.escape(name)}: "):
        verify_folder(run.folder, asked)


def test_the_test_result_may_stay_behind(run: CertifiedRun, asked: Requirements) -> None:
    (run.folder / "report.test-result.intoto.json").unlink()

    assert verify_folder(run.folder, asked).proof.tested is None


def test_a_key_that_is_not_trusted_clears_nothing(run: CertifiedRun, tmp_path: Path) -> None:
    stranger = open_keys(tmp_path / "stranger", now=FINISHED)

    with pytest.raises(SignatureError, match=r"^report.log.json: checkpoint: .*not in the trust root"):
        verify_folder(run.folder, Requirements(trust=stranger.trust, now=NOW))


def test_a_key_signs_only_in_its_roles(run: CertifiedRun) -> None:
    (key,) = run.keys.trust.keys
    trust = TrustRoot(
        schema=run.keys.trust.schema, keys=(dataclasses.replace(key, roles=tuple(role for role in key.roles if role != "reports")),)
    )

    with pytest.raises(SignatureError, match=r"^report.intoto.json: .*may not sign reports"):
        verify_folder(run.folder, Requirements(trust=trust, now=NOW))


def test_what_an_ended_key_signed_before_still_holds(run: CertifiedRun, tmp_path: Path) -> None:
    rotated = rotate_keys(tmp_path / "keys", now=NOW)

    assert verify_folder(run.folder, Requirements(trust=rotated.trust, now=NOW)).report == run.report


def test_a_key_signs_nothing_after_its_end(tmp_path: Path) -> None:
    old = open_keys(tmp_path / "keys", now=FINISHED - timedelta(days=2))
    rotated = rotate_keys(tmp_path / "keys", now=FINISHED - timedelta(days=1))
    late = finish(tmp_path, keys=old)

    with pytest.raises(ExpiredError, match="was not valid at 2026-03-01"):
        verify_folder(late.folder, Requirements(trust=rotated.trust, now=NOW))


@pytest.mark.parametrize("outcome", [VerdictOutcome.NOT_CERTIFIED, VerdictOutcome.INCONCLUSIVE])
def test_a_signed_report_that_does_not_certify_clears_nothing(tmp_path: Path, outcome: VerdictOutcome) -> None:
    run = finish(tmp_path, judged=verdict(outcome))

    with pytest.raises(NotCertifiedError, match=outcome.value):
        verify_folder(run.folder, Requirements(trust=run.keys.trust, now=NOW))


def test_a_higher_level_than_the_certified_is_refused(run: CertifiedRun, asked: Requirements) -> None:
    assert verify_folder(run.folder, dataclasses.replace(asked, level=Level.SILVER)).report.verdict.level is Level.SILVER
    with pytest.raises(NotCertifiedError, match="silver, below gold"):
        verify_folder(run.folder, dataclasses.replace(asked, level=Level.GOLD))


def test_a_certificate_expires_to_the_second(run: CertifiedRun, asked: Requirements) -> None:
    end = run.report.expires_at

    verify_folder(run.folder, dataclasses.replace(asked, now=end - timedelta(seconds=1)))
    with pytest.raises(ExpiredError, match="expires_at"):
        verify_folder(run.folder, dataclasses.replace(asked, now=end))


def test_a_report_from_the_future_is_refused(run: CertifiedRun, asked: Requirements) -> None:
    with pytest.raises(ExpiredError, match="future"):
        verify_folder(run.folder, dataclasses.replace(asked, now=FINISHED - timedelta(hours=1)))


def test_a_revoked_certificate_clears_nothing(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    path = tmp_path / "status.dsse.json"
    publish_status(path, (), keys=run.keys, now=NOW)
    fresh = load_status(path, trust=run.keys.trust)
    assert verify_folder(run.folder, dataclasses.replace(asked, status=fresh, require_status=True)).status is StatusCheck.CURRENT

    revoke(path, run_id=run.report.run_id, envelope="", reason="the key leaked", keys=run.keys, now=NOW)
    with pytest.raises(RevokedError, match="revoked since 2026-03-02T08:00:00Z: the key leaked"):
        verify_folder(run.folder, dataclasses.replace(asked, status=load_status(path, trust=run.keys.trust)))


def test_an_old_status_list_is_not_taken_for_a_fresh_one(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    status = publish_status(tmp_path / "status.dsse.json", (), keys=run.keys, now=FINISHED - timedelta(days=5))

    assert verify_folder(run.folder, dataclasses.replace(asked, status=status)).status is StatusCheck.STALE
    with pytest.raises(ExpiredError, match="no fresh status list"):
        verify_folder(run.folder, dataclasses.replace(asked, status=status, require_status=True))
    with pytest.raises(ExpiredError, match="no fresh status list"):
        verify_folder(run.folder, dataclasses.replace(asked, require_status=True))


def test_a_package_is_known_by_its_bytes_wherever_it_lies(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    source = run.folder / "packages" / "openxapi_sample-1.2.0-py3-none-any.whl"
    copy = tmp_path / "downloaded.whl"
    shutil.copy(source, copy)

    clearance = verify_packages([copy], read_proof(run.folder), asked)

    assert [(file.language, file.path) for file in clearance.files] == [("python", copy)]
    assert len(clearance.absent) == 3
    copy.write_bytes(copy.read_bytes() + b"\0")
    with pytest.raises(DigestError, match=r"downloaded.whl: its digest .* is none of those"):
        verify_packages([copy], read_proof(run.folder), asked)


def test_a_package_is_held_to_the_level_of_its_own_sdk(tmp_path: Path) -> None:
    judged = verdict()
    weaker = tuple(dataclasses.replace(entry, level=Level.BRONZE) if entry.subject == "go" else entry for entry in judged.subjects)
    run = finish(tmp_path, judged=dataclasses.replace(judged, asked=Level.BRONZE, subjects=weaker))
    asked = Requirements(trust=run.keys.trust, now=NOW, level=Level.SILVER)
    proof = read_proof(run.folder)

    verify_packages([run.folder / "packages" / "openxapi-sample-1.2.0.tgz"], proof, asked)
    with pytest.raises(NotCertifiedError, match=r"the SDK for go: .*bronze, below silver"):
        verify_packages([run.folder / "packages" / "sample-go-v1.2.0.zip"], proof, asked)


def test_a_proof_alone_covers_no_file(run: CertifiedRun, asked: Requirements) -> None:
    clearance = verify_proof(read_proof(run.folder), asked)

    assert clearance.files == ()
    assert len(clearance.absent) == 4


def test_proofs_of_two_runs_do_not_mix(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    other = finish(tmp_path, run_id="20260301T130000Z-00000001", greeting="good day")
    mine, theirs = read_proof(run.folder), read_proof(other.folder)

    for mixed, error in (
        (dataclasses.replace(mine, report=theirs.report), DigestError),
        (dataclasses.replace(mine, envelope=theirs.envelope), LogProofError),
        (dataclasses.replace(mine, log_proof=theirs.log_proof), LogProofError),
        (dataclasses.replace(mine, tested=theirs.tested), StatementError),
        (dataclasses.replace(mine, tested=mine.envelope), StatementError),
    ):
        with pytest.raises(error):
            verify_proof(mixed, asked)


def test_a_statement_that_says_more_than_the_report_is_refused(run: CertifiedRun, asked: Requirements) -> None:
    better = dataclasses.replace(run.report, verdict=dataclasses.replace(run.report.verdict, level=Level.PLATINUM))
    envelope = sign(certification_statement(better, run.issued.report_digest), PAYLOAD_TYPE, (run.keys.signer,))
    (run.folder / "report.intoto.json").write_bytes(envelope.to_bytes())
    entry = dataclasses.replace(run.log.entries()[0], envelope=envelope.digest())
    (run.folder / "report.log.json").write_bytes(run.log.append(entry).to_bytes())

    with pytest.raises(StatementError, match=r"^report.intoto.json: payload: the signed statement is not what report.json says"):
        verify_folder(run.folder, asked)


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"[]", b"not JSON", b'{ "subject": [] }', b'{"subject":1}', b'{"subject":[{"name":"report.json"}]}'],
)
def test_a_trusted_key_over_something_else_clears_nothing(run: CertifiedRun, asked: Requirements, payload: bytes) -> None:
    envelope = sign(payload, PAYLOAD_TYPE, (run.keys.signer,))
    (run.folder / "report.intoto.json").write_bytes(envelope.to_bytes())
    entry = dataclasses.replace(run.log.entries()[0], envelope=envelope.digest())
    (run.folder / "report.log.json").write_bytes(run.log.append(entry).to_bytes())

    with pytest.raises(VerificationError):
        verify_folder(run.folder, asked)


def test_changed_evidence_is_named_and_absent_evidence_is_none_of_our_business(tmp_path: Path) -> None:
    run = finish(tmp_path, evidence=b"what was seen")
    asked = Requirements(trust=run.keys.trust, now=NOW)
    file = run.folder / "evidence" / "calls.jsonl"

    verify_folder(run.folder, asked)
    file.write_bytes(b"what was not")
    with pytest.raises(DigestError, match=r"^evidence/calls.jsonl: "):
        verify_folder(run.folder, asked)
    file.unlink()
    verify_folder(run.folder, asked)


def test_a_log_entry_about_another_run_is_refused(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    log = Log(tmp_path / "second-log", signer=run.keys.signer, trust=run.keys.trust)
    entry = dataclasses.replace(run.log.entries()[0], run_id="20260101T000000Z-00000000")
    (run.folder / "report.log.json").write_bytes(log.append(entry).to_bytes())

    with pytest.raises(LogProofError, match=r"^report\.log\.json: entry: it names another run than report\.json"):
        verify_folder(run.folder, asked)


def test_a_signed_report_of_another_form_is_refused(run: CertifiedRun, asked: Requirements) -> None:
    (run.folder / "report.json").write_bytes(b'{"schema":"v9"}')
    digest = hashlib.sha256(b'{"schema":"v9"}').hexdigest()
    envelope = sign(certification_statement(run.report, digest), PAYLOAD_TYPE, (run.keys.signer,))
    (run.folder / "report.intoto.json").write_bytes(envelope.to_bytes())
    entry = dataclasses.replace(run.log.entries()[0], envelope=envelope.digest())
    (run.folder / "report.log.json").write_bytes(run.log.append(entry).to_bytes())

    with pytest.raises(MalformedError, match=r"^report\.json: the field 'run_id' is missing"):
        verify_folder(run.folder, asked)
