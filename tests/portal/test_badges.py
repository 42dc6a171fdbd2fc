from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from portal.exchanges import badge_at
from reports.render.badge import UNKNOWN
from reports.render.colours import GREY, LEVEL_COLOURS, RED
from tests.portal.conftest import Kept
from tests.simulators.asgi_client import AsgiClient
from tests.simulators.certified_run import RUN_ID, THIRD_PARTY

SVG = "/badges/sample.svg"
ENDPOINT = "/badges/sample.json"


def test_the_image_is_an_svg_that_says_the_level(client: AsgiClient) -> None:
    answer = client.get(SVG)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "max-age=300" in answer.headers["cache-control"]
    assert "stale-if-error" in answer.headers["cache-control"]
    root = ET.fromstring(answer.text)  # noqa: S314 - our own image
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "certified silver" in "".join(root.itertext())


def test_the_endpoint_is_what_shields_reads(client: AsgiClient) -> None:
    answer = client.get(ENDPOINT)
    document = answer.json()
    known = {
        "schemaVersion",
        "label",
        "message",
        "color",
        "labelColor",
        "isError",
        "namedLogo",
        "logoSvg",
        "logoColor",
        "style",
        "cacheSeconds",
    }
    assert document["schemaVersion"] == 1
    assert document["message"] == "certified silver"
    assert document.keys() <= known, "Shields rejects keys that it does not know"
    assert "max-age=300" in answer.headers["cache-control"]


@pytest.mark.parametrize("address", [SVG, ENDPOINT])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"another", {}'])
def test_a_known_badge_is_not_sent_again(client: AsgiClient, address: str, form: str) -> None:
    etag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": form.format(etag)})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def test_another_state_has_another_etag(client: AsgiClient, kept: Kept) -> None:
    etag = client.get(SVG).headers["etag"]
    kept.store.certificates.revoke(RUN_ID, reason="forged fills", now=datetime.now(UTC))
    assert client.get(SVG, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("name", ["nobody", "..", "%00", "x" * 300, "<script>"])
def test_a_badge_never_fails_to_show(client: AsgiClient, name: str) -> None:
    answer = client.get(f"/badges/{name}.json")
    assert answer.status_code == 200
    assert (answer.json()["message"], answer.json()["color"]) == ("unknown", GREY.removeprefix("#"))
    assert client.get(f"/badges/{name}.svg").status_code == 200


def test_the_badge_of_what_was_never_certified_is_grey(client: AsgiClient) -> None:
    assert client.get("/badges/quiet.json").json()["color"] == GREY.removeprefix("#")


@pytest.mark.parametrize(("state", "colour"), [("suspended", RED), ("revoked", RED)])
def test_a_withdrawn_certificate_is_red(client: AsgiClient, kept: Kept, state: str, colour: str) -> None:
    change = {"suspended": kept.store.certificates.suspend, "revoked": kept.store.certificates.revoke}[state]
    change(RUN_ID, reason="forged fills", now=datetime.now(UTC))
    document = client.get(ENDPOINT).json()
    assert (document["message"], document["color"]) == (state, colour.removeprefix("#"))


def test_a_certificate_of_a_part_says_so_on_its_badge(kept: Kept, tmp_path: Path) -> None:
    content = dataclasses.replace(kept.run.report, third_parties=(THIRD_PARTY,)).to_bytes()
    (tmp_path / "report.json").write_bytes(content)
    certificate = kept.store.certificates.get(RUN_ID)
    assert certificate is not None
    told = "certified silver, 2 of 3 operations"
    written = dataclasses.replace(certificate, folder=str(tmp_path / "gone"), scope="2 of 3 operations")
    assert badge_at(written, written.issued_at).message == told
    read = dataclasses.replace(certificate, folder=str(tmp_path), report_digest=hashlib.sha256(content).hexdigest(), scope=None)
    assert badge_at(read, read.issued_at).message == told
    other = dataclasses.replace(read, report_digest="0" * 64)
    assert badge_at(other, other.issued_at) == UNKNOWN
    assert badge_at(other, other.expires_at).message == "expired"


def test_an_expired_certificate_is_grey(kept: Kept) -> None:
    certificate = kept.store.certificates.get(RUN_ID)
    assert certificate is not None
    assert badge_at(certificate, certificate.expires_at - timedelta(seconds=1)).colour == LEVEL_COLOURS[certificate.level]
    over = badge_at(certificate, certificate.expires_at)
    assert (over.message, over.colour) == ("expired", GREY)
