from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reports.clearance import Requirements, StatusCheck, verify_folder
from reports.errors import DigestError, FetchError, FetchUnavailableError, MissingError, RevokedError, VerificationError
from reports.fetch import Limits, fetch
from reports.registries import npm, pypi
from reports.registries.static import StaticRegistry
from reports.status import STATUS_NAME, publish_status, revoke
from reports.targets import verify_target
from tests.simulators.certified_run import NOW, CertifiedRun

WHEEL = "openxapi_sample-1.2.0-py3-none-any.whl"


@pytest.fixture
def registry(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> StaticRegistry:
    made = StaticRegistry(folder=tmp_path / "registry")
    clearance = verify_folder(run.folder, asked)
    pypi.publish(run.packages[0], clearance, made)
    npm.publish(run.packages[1], clearance, made)
    return made


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    yield from _serve(functools.partial(Quiet, directory=str(tmp_path)))


def _serve(handler: functools.partial[Quiet] | type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["", "report.json", "report.intoto.json", "report.log.json"])
def test_a_run_is_verified_by_its_folder_or_any_of_its_files(run: CertifiedRun, asked: Requirements, name: str) -> None:
    assert len(verify_target(str(run.folder / name), asked).files) == 4


def test_a_folder_must_be_whole_and_a_file_of_it_need_not(run: CertifiedRun, asked: Requirements) -> None:
    (run.folder / "packages" / WHEEL).unlink()

    clearance = verify_target(str(run.folder / "report.json"), asked)
    assert clearance.absent == (f"packages/{WHEEL}",)
    with pytest.raises(MissingError, match=WHEEL):
        verify_target(str(run.folder), asked)
    (run.folder / "packages" / "openxapi-sample-1.2.0.tgz").write_bytes(b"changed")
    with pytest.raises(DigestError, match=r"openxapi-sample-1\.2\.0\.tgz"):
        verify_target(str(run.folder / "report.json"), asked)


def test_a_package_is_verified_where_it_was_built(run: CertifiedRun, asked: Requirements) -> None:
    path = run.folder / "packages" / WHEEL
    assert [file.digest for file in verify_target(str(path), asked).files] == [run.report.sdks[0].digest]

    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(DigestError, match=rf"{WHEEL}: its digest"):
        verify_target(str(path), asked)


def test_a_package_is_verified_where_it_was_published_and_where_it_was_copied_to(
    asked: Requirements, registry: StaticRegistry, tmp_path: Path
) -> None:
    published = registry.folder / "pypi/simple/openxapi-sample" / WHEEL
    copy = tmp_path / "elsewhere" / WHEEL
    copy.parent.mkdir()
    shutil.copy(published, copy)

    assert len(verify_target(str(published), asked).files) == 1
    assert len(verify_target(str(copy), asked, registry=str(registry.folder)).files) == 1
    with pytest.raises(MissingError, match="name the registry that it came from"):
        verify_target(str(copy), asked)
    copy.write_bytes(b"changed")
    with pytest.raises(DigestError, match=r"is none that the registry .* holds a certificate for"):
        verify_target(str(copy), asked, registry=str(registry.folder))


def test_a_registry_that_names_no_run_is_refused(asked: Requirements, registry: StaticRegistry) -> None:
    for path in (registry.folder / "proofs/by-digest").iterdir():
        path.write_text("../../elsewhere")

    with pytest.raises(DigestError, match="does not hold a run id"):
        verify_target(str(registry.folder / "pypi/simple/openxapi-sample" / WHEEL), asked)


def test_nothing_there_is_said_so(asked: Requirements, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no such file or folder"):
        verify_target(str(tmp_path / "nowhere"), asked)
    with pytest.raises(MissingError, match=r"report\.json: can't be read"):
        verify_target(str(tmp_path), asked)


def test_a_status_list_beside_the_proof_is_read(run: CertifiedRun, asked: Requirements, registry: StaticRegistry) -> None:
    path = registry.folder / "status.dsse.json"
    wheel = str(registry.folder / "pypi/simple/openxapi-sample" / WHEEL)
    publish_status(path, (), keys=run.keys, now=NOW)
    assert verify_target(wheel, asked).status is StatusCheck.CURRENT

    revoke(path, run_id=run.report.run_id, envelope="", reason="the key leaked", keys=run.keys, now=NOW)
    with pytest.raises(RevokedError):
        verify_target(wheel, asked)
    shutil.copy(path, run.folder / "status.dsse.json")
    with pytest.raises(RevokedError):
        verify_target(str(run.folder), asked)


def test_an_old_status_list_beside_a_proof_does_not_hide_the_newest(
    run: CertifiedRun, asked: Requirements, registry: StaticRegistry, served: str
) -> None:
    publish_status(run.folder / "status.dsse.json", (), keys=run.keys, now=NOW)
    newest = registry.folder / "status.dsse.json"
    publish_status(newest, (), keys=run.keys, now=NOW)
    revoke(newest, run_id=run.report.run_id, envelope="", reason="the key leaked", keys=run.keys, now=NOW)

    for target in (run.folder, run.folder / "report.json", run.folder / "packages" / WHEEL):
        assert verify_target(str(target), asked).status is StatusCheck.CURRENT
        for place in (str(registry.folder), f"{served}/registry"):
            with pytest.raises(RevokedError):
                verify_target(str(target), asked, registry=place)


def test_a_package_beside_its_report_needs_no_registry(run: CertifiedRun, asked: Requirements, tmp_path: Path) -> None:
    assert verify_target(str(run.folder / "packages" / WHEEL), asked, registry=str(tmp_path / "empty")).files


def test_a_certificate_is_verified_over_http(run: CertifiedRun, asked: Requirements, served: str) -> None:
    place = f"{served}/out/{run.report.run_id}"

    for url in (place, f"{place}/", f"{place}/report.json", f"{place}/report.intoto.json"):
        assert verify_target(url, asked).report == run.report
    with pytest.raises(MissingError, match=r"report\.json: there is none at"):
        verify_target(f"{served}/out", asked)


def test_a_package_is_verified_over_http(
    run: CertifiedRun, asked: Requirements, registry: StaticRegistry, served: str, tmp_path: Path
) -> None:
    url = f"{served}/registry/pypi/simple/openxapi-sample/{WHEEL}"
    local = str(shutil.copy(run.folder / "packages" / WHEEL, tmp_path / "downloaded.whl"))

    assert verify_target(url, asked).files[0].digest == run.report.sdks[0].digest
    assert verify_target(local, asked, registry=f"{served}/registry").status is StatusCheck.UNCHECKED
    publish_status(registry.folder / "status.dsse.json", (), keys=run.keys, now=NOW)
    assert verify_target(local, asked, registry=f"{served}/registry").status is StatusCheck.CURRENT
    (registry.folder / "pypi/simple/openxapi-sample" / WHEEL).write_bytes(b"changed")
    with pytest.raises(DigestError, match="holds a certificate for; don't install it"):
        verify_target(url, asked)
    with pytest.raises(MissingError, match="there is no such file"):
        verify_target(f"{served}/registry/nothing.whl", asked)


def test_over_http_a_registry_on_this_machine_adds_what_was_revoked_and_nothing_else(
    run: CertifiedRun, asked: Requirements, registry: StaticRegistry, served: str, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    package = f"{served}/{registry.folder.name}/pypi/simple/openxapi-sample/{WHEEL}"
    targets = (f"{served}/{run.folder.relative_to(tmp_path)}/report.json", package)
    for target in targets:
        assert verify_target(target, asked, registry=str(own)).status is StatusCheck.UNCHECKED
    revoke(own / STATUS_NAME, run_id=run.report.run_id, envelope="", reason="a defect", keys=run.keys, now=NOW)
    for target in targets:
        with pytest.raises(RevokedError):
            verify_target(target, asked, registry=str(own))


def test_a_status_list_at_the_root_of_a_server_is_read(run: CertifiedRun, asked: Requirements, served: str, tmp_path: Path) -> None:
    revoke(tmp_path / "status.dsse.json", run_id=run.report.run_id, envelope="", reason="the key leaked", keys=run.keys, now=NOW)

    with pytest.raises(RevokedError):
        verify_target(f"{served}/out/{run.report.run_id}", asked)


class Hostile(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/teapot":
            self.send_response(418)
        elif self.path == "/broken":
            self.send_response(503)
        elif self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        elif self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
        else:
            self.send_response(200)
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * 5000)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    yield from _serve(Hostile)


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        pytest.param("/large", FetchError, "larger than 1000 bytes", id="too large"),
        pytest.param("/loop", FetchError, "more than 3 redirects", id="redirects for ever"),
        pytest.param("/teapot", FetchError, "the server answered 418", id="another status"),
        pytest.param("/broken", FetchUnavailableError, "the server answered 503", id="broken"),
        pytest.param("/to/http://127.0.0.2:9/x", FetchError, "leads to the private address 127.0.0.2", id="a private address"),
        pytest.param("/to/http://localhost/x", FetchError, "localhost: leads to the private address", id="a private name"),
        pytest.param("/to/http://169.254.169.254/latest", FetchError, "private address 169.254.169.254", id="a cloud's metadata"),
        pytest.param("/to/file:///etc/passwd", FetchError, "not a URL with http or https", id="a file"),
        pytest.param("/to/http://user:word@127.0.0.1/", FetchError, "credentials", id="credentials"),
    ],
)
def test_a_server_can_not_lead_us_astray(hostile: str, path: str, error: type[FetchError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        fetch(hostile + path, limits=Limits(size=1000))
    assert "\n" not in str(caught.value)


def test_a_redirect_on_the_named_host_is_followed(hostile: str) -> None:
    assert fetch(f"{hostile}/to/{hostile}/small") == b""


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        pytest.param("http://127.0.0.1:1/report.json?token=secret", FetchUnavailableError, "nobody answers there", id="nobody there"),
        pytest.param("http://name.invalid/", FetchUnavailableError, "the name does not resolve", id="no such name"),
        pytest.param("http://127.0.0.1:99999/", FetchError, "the port is not one", id="no such port"),
        pytest.param("http://[::1/", FetchError, "not a URL", id="half an address"),
        pytest.param("ftp://127.0.0.1/", FetchError, "not a URL with http or https", id="another scheme"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_clear_line(url: str, error: type[FetchError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        fetch(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_verifying_starts_without_anything_slow() -> None:
    program = """
import json, sys
import reports.targets, reports.keys, reports.status
slow = ("prefect", "pydantic", "jinja2", "schemathesis", "docker", "httpx", "sqlalchemy", "alembic", "jsonschema", "requests")
print(json.dumps([name for name in slow if name in sys.modules]))
"""
    assert json.loads(subprocess.check_output((sys.executable, "-c", program))) == []


def test_every_refusal_is_one_line_and_ends_with_1(run: CertifiedRun, asked: Requirements) -> None:
    (run.folder / "report.json").write_bytes(b'{"a":\n1}')

    with pytest.raises(VerificationError) as caught:
        verify_target(str(run.folder), asked)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1
