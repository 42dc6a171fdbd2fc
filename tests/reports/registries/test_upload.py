from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from reports.clearance import Clearance, Requirements, verify_folder
from reports.errors import PublishError, RegistryUnavailableError
from reports.registries import npm, pypi
from reports.registries.npm import NpmRegistry
from reports.registries.pypi import UploadIndex
from tests.simulators.certified_run import NOW, CertifiedRun, finish


@pytest.fixture
def clearance(run: CertifiedRun, asked: Requirements) -> Clearance:
    return verify_folder(run.folder, asked)


_PYPISERVER = """
import sys, pypiserver
from wsgiref.simple_server import WSGIRequestHandler, make_server
class Quiet(WSGIRequestHandler):
    def log_message(self, *_): pass
knows = lambda user, word: (user, word) == ("__token__", "made-up-token")
application = pypiserver.app(roots=[sys.argv[1]], authenticate=["update"], auther=knows, disable_fallback=True)
server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""
"""A real pypiserver that lets one user upload. In a process of its own: it imports what Python is about to drop."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[UploadIndex]:
    folder = tmp_path / "index"
    folder.mkdir()
    command = (sys.executable, "-W", "ignore", "-c", _PYPISERVER, str(folder))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        yield UploadIndex(upload_url=f"{url}/", simple_url=f"{url}/simple", token="made-up-token")
        process.kill()


def test_an_upload_arrives_byte_for_byte_and_once(run: CertifiedRun, clearance: Clearance, index: UploadIndex, tmp_path: Path) -> None:
    assert pypi.publish(run.packages[0], clearance, index).changed
    assert not pypi.publish(run.packages[0], clearance, index).changed

    for artefact in run.report.sdks[0].artefacts:
        name = artefact.path.rpartition("/")[2]
        assert (tmp_path / "index" / name).read_bytes() == (run.folder / artefact.path).read_bytes()
    options = ("-q", "--isolated", "--disable-pip-version-check", "--no-cache-dir", "--target", str(tmp_path / "site"))
    subprocess.run((sys.executable, "-m", "pip", "install", *options, "--index-url", index.simple_url, "openxapi-sample"), check=True)
    assert (tmp_path / "site/openxapi_sample/__init__.py").is_file()


def test_an_upload_that_broke_off_is_completed(run: CertifiedRun, clearance: Clearance, index: UploadIndex, tmp_path: Path) -> None:
    pypi.publish(run.packages[0], clearance, index)
    sdist = tmp_path / "index" / "openxapi_sample-1.2.0.tar.gz"
    sdist.unlink()

    assert pypi.publish(run.packages[0], clearance, index).changed
    assert sdist.is_file()


def test_other_bytes_in_an_index_are_refused(run: CertifiedRun, clearance: Clearance, index: UploadIndex, tmp_path: Path) -> None:
    pypi.publish(run.packages[0], clearance, index)
    other = finish(tmp_path, run_id="20260301T130000Z-00000001", greeting="good day")

    with pytest.raises(PublishError, match=r"the index holds other bytes .* raise the version"):
        pypi.publish(other.packages[0], verify_folder(other.folder, Requirements(trust=run.keys.trust, now=NOW)), index)


def test_a_wrong_token_is_one_clear_line(run: CertifiedRun, clearance: Clearance, index: UploadIndex) -> None:
    wrong = UploadIndex(upload_url=index.upload_url, simple_url=index.simple_url, token="guessed")

    with pytest.raises(PublishError, match=r"refuses the user '__token__' and its token \(40[13]\)") as caught:
        pypi.publish(run.packages[0], clearance, wrong)
    assert "guessed" not in str(caught.value) + repr(wrong)


class NpmServer:
    """What npm's protocol needs for publishing: a packument that can be read and put."""

    def __init__(self) -> None:
        self.packuments: dict[str, dict[str, Any]] = {}
        self.puts = 0
        self.status: int | None = None
        self.body: bytes | None = None


@pytest.fixture
def npm_server() -> Iterator[tuple[NpmServer, NpmRegistry]]:
    state = NpmServer()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            name = unquote(self.path).strip("/")
            status, answer = self._answer(name, body)
            content = state.body if state.body is not None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _answer(self, name: str, body: bytes) -> tuple[int, Any]:
            if state.status is not None:
                return state.status, {}
            if self.headers["authorization"] != "Bearer made-up-token":
                return 401, {}
            if self.command == "GET":
                return (200, state.packuments[name]) if name in state.packuments else (404, {})
            state.puts += 1
            known = state.packuments.setdefault(name, {"versions": {}})
            known["versions"] |= json.loads(body)["versions"]
            known["_attachments"] = json.loads(body)["_attachments"]
            return 201, {}

        do_GET = do_PUT = _serve  # noqa: N815 - the names that the base class looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state, NpmRegistry(url=f"http://127.0.0.1:{server.server_port}/", token="made-up-token")
    server.shutdown()
    server.server_close()


def test_a_tarball_is_put_once_with_its_packument(
    run: CertifiedRun, clearance: Clearance, npm_server: tuple[NpmServer, NpmRegistry]
) -> None:
    state, registry = npm_server

    assert npm.publish(run.packages[1], clearance, registry).changed
    assert not npm.publish(run.packages[1], clearance, registry).changed

    assert state.puts == 1
    packument = state.packuments["@openxapi/sample"]
    assert packument["versions"]["1.2.0"]["dist"]["tarball"] == f"{registry.url}@openxapi/sample/-/sample-1.2.0.tgz"
    attachment = packument["_attachments"]["@openxapi/sample-1.2.0.tgz"]
    assert base64.b64decode(attachment["data"]) == (run.folder / "packages/openxapi-sample-1.2.0.tgz").read_bytes()


def test_another_version_is_added_and_other_bytes_are_refused(
    run: CertifiedRun, clearance: Clearance, npm_server: tuple[NpmServer, NpmRegistry], tmp_path: Path
) -> None:
    state, registry = npm_server
    npm.publish(run.packages[1], clearance, registry)
    newer = finish(tmp_path, run_id="20260301T130000Z-00000001", version="1.3.0")
    other = finish(tmp_path, run_id="20260301T140000Z-00000001", greeting="good day")
    asked = Requirements(trust=run.keys.trust, now=NOW.replace(day=3))

    assert npm.publish(newer.packages[1], verify_folder(newer.folder, asked), registry).changed
    assert sorted(state.packuments["@openxapi/sample"]["versions"]) == ["1.2.0", "1.3.0"]
    with pytest.raises(PublishError, match=r"@openxapi/sample 1\.2\.0: the registry holds other bytes; raise the version"):
        npm.publish(other.packages[1], verify_folder(other.folder, asked), registry)


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        pytest.param(401, None, PublishError, r"the registry refuses the token \(401\)", id="wrong token"),
        pytest.param(503, None, RegistryUnavailableError, "the registry answered 503", id="down"),
        pytest.param(418, None, PublishError, "the registry refuses", id="refused"),
        pytest.param(200, b"<html>", RegistryUnavailableError, "is no packument", id="a page instead of a packument"),
        pytest.param(200, b"[]", RegistryUnavailableError, "is no packument", id="a list instead of a packument"),
        pytest.param(200, b'{"versions": {"1.2.0": {"dist": 1}}}', PublishError, "holds other bytes", id="no integrity"),
    ],
)
def test_a_refusal_of_an_npm_registry_is_one_clear_line(  # noqa: PLR0917 - fixtures and a table
    run: CertifiedRun,
    clearance: Clearance,
    npm_server: tuple[NpmServer, NpmRegistry],
    status: int,
    body: bytes | None,
    error: type[Exception],
    said: str,
) -> None:
    state, registry = npm_server
    state.status, state.body = status, body

    with pytest.raises(error, match=said) as caught:
        npm.publish(run.packages[1], clearance, registry)
    assert "made-up-token" not in str(caught.value) + repr(registry)
    assert "\n" not in str(caught.value)


class _Broken(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = {"/gone": 404, "/away": 302, "/down": 503, "/plain": 200}["/" + self.path.split("/")[1]]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://localhost:{self.server.server_port}/plain/")  # type: ignore[attr-defined]
        self.end_headers()
        if status == 200:
            self.wfile.write(b'<a href="file.whl">openxapi_sample-1.2.0-py3-none-any.whl</a>')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response({"/gone": 500, "/away": 409}["/" + self.path.split("/")[1]])
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.mark.parametrize(
    ("place", "error", "said"),
    [
        pytest.param("gone", RegistryUnavailableError, "the index answered 500", id="breaks on upload"),
        pytest.param("away", PublishError, r"refuses openxapi_sample.*409", id="refuses the upload, and led to another index before"),
        pytest.param("down", RegistryUnavailableError, "the index answered 503", id="down"),
        pytest.param("plain", PublishError, "the index holds other bytes", id="links without digests"),
    ],
)
def test_a_refusal_of_an_index_is_one_clear_line(
    run: CertifiedRun, clearance: Clearance, place: str, error: type[Exception], said: str
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{place}"

    with pytest.raises(error, match=said) as caught:
        pypi.publish(run.packages[0], clearance, UploadIndex(upload_url=url, simple_url=url, token="made-up-token"))
    server.shutdown()
    server.server_close()
    assert "\n" not in str(caught.value)


def test_a_registry_that_nobody_serves_is_said_so(run: CertifiedRun, clearance: Clearance) -> None:
    url = "http://127.0.0.1:1"

    with pytest.raises(RegistryUnavailableError, match="the index does not answer"):
        pypi.publish(run.packages[0], clearance, UploadIndex(upload_url=url, simple_url=url, token="t"))
    with pytest.raises(RegistryUnavailableError, match="the registry does not answer"):
        npm.publish(run.packages[1], clearance, NpmRegistry(url=url, token="t"))
