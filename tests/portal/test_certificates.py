from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.clearance import Requirements
from reports.keys import read_trust
from reports.targets import verify_target
from tests.portal.conftest import Kept, certify_sample
from tests.simulators.asgi_client import AsgiClient
from tests.simulators.certified_run import RUN_ID

FILES = {
    "report.html": "text/html; charset=utf-8",
    "report.json": "application/json",
    "report.intoto.json": "application/json",
    "report.test-result.intoto.json": "application/json",
    "report.log.json": "application/json",
    "report.junit.xml": "application/xml",
    "report.sarif": "application/sarif+json",
}


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_a_file_comes_byte_for_byte_and_may_do_nothing(client: AsgiClient, kept: Kept, name: str, media_type: str) -> None:
    answer = client.get(f"/certificates/{RUN_ID}/{name}")
    assert answer.content == (kept.run.folder / name).read_bytes()
    assert answer.headers["content-type"] == media_type
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"/certificates/{RUN_ID}/{name}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        f"{RUN_ID}/packages",
        f"{RUN_ID}/badge.svg",
        f"{RUN_ID}/..%2F..%2Fkeys%2Fsigning.pem",
        f"{RUN_ID}/%2Fetc%2Fpasswd",
        f"{RUN_ID}/report.json%00",
        "20200101T000000Z-00000000/report.json",
    ],
)
def test_no_other_name_is_a_file(client: AsgiClient, path: str) -> None:
    answer = client.get(f"/certificates/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_file_that_was_cleared_away_is_said_to_be(client: AsgiClient, kept: Kept, tmp_path: Path) -> None:
    run_id = "20260302T120000Z-00000002"
    other = certify_sample(tmp_path, run_id=run_id)
    kept.store.certificates.issue(other.report, other.issued, now=datetime.now(UTC))
    assert client.get(f"/certificates/{run_id}/report.sarif").status_code == 200
    (other.folder / "report.sarif").unlink()
    answer = client.get(f"/certificates/{run_id}/report.sarif")
    assert (answer.status_code, answer.json()["detail"]) == (404, "this file is no longer kept here")


def test_the_trust_root_is_the_one_that_verifies(client: AsgiClient, kept: Kept, tmp_path: Path) -> None:
    answer = client.get("/trust.json")
    downloaded = tmp_path / "downloaded.json"
    downloaded.write_bytes(answer.content)
    asked = Requirements(trust=read_trust(downloaded), now=datetime.now(UTC))
    assert verify_target(str(kept.run.folder), asked).report.run_id == RUN_ID
    assert b"PRIVATE" not in answer.content
    kept.settings.trust.unlink()
    assert client.get("/trust.json").status_code == 404


@pytest.mark.parametrize("place", ["/packages/status.dsse.json", "/status.dsse.json"])
def test_revocations_are_public_where_verifiers_look(client: AsgiClient, kept: Kept, place: str) -> None:
    answer = client.get(place)
    assert answer.status_code == 200
    assert json.loads(answer.content)["signatures"]
    (kept.settings.registry.folder / "status.dsse.json").unlink()
    assert client.get(place).status_code == 404
