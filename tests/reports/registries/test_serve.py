from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from reports.clearance import Requirements, verify_folder
from reports.registries import go, npm, pypi
from reports.registries.serve import registry_app
from reports.registries.static import StaticRegistry
from reports.status import publish_status
from reports.targets import verify_target
from tests.simulators.certified_run import NOW, CertifiedRun

WHEEL = "openxapi_sample-1.2.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def url(run: CertifiedRun, asked: Requirements, registry: StaticRegistry, served: str) -> str:
    clearance = verify_folder(run.folder, asked)
    for publish, package in zip((pypi.publish, npm.publish, go.publish), run.packages, strict=True):
        publish(package, clearance, registry)
    return served


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        pytest.param("*/*", "text/html; charset=utf-8", id="a browser"),
        pytest.param(f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01", JSON, id="pip"),
        pytest.param(f"text/html, {JSON};q=0.5", "text/html; charset=utf-8", id="HTML liked better"),
        pytest.param(
            "application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html; charset=utf-8", id="HTML by its other name"
        ),
        pytest.param(f"{JSON};q=nonsense", "text/html; charset=utf-8", id="a weight that is none"),
    ],
)
def test_a_simple_page_comes_in_the_form_asked_for(url: str, accept: str, kind: str) -> None:
    answer = httpx.get(f"{url}/pypi/simple/openxapi-sample/", headers={"Accept": accept})

    assert answer.headers["content-type"] == kind
    assert answer.headers["vary"] == "Accept"
    assert WHEEL in answer.text
    again = httpx.get(str(answer.url), headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_without_its_slash_is_led_to_it(url: str) -> None:
    answer = httpx.get(f"{url}/pypi/simple/openxapi-sample")

    assert (answer.status_code, answer.headers["location"]) == (307, "/pypi/simple/openxapi-sample/")
    assert "openxapi-sample" in httpx.get(f"{url}/pypi/simple/").text


@pytest.mark.parametrize("name", ["@openxapi/sample", "@openxapi%2fsample", "@openxapi%2Fsample"])
def test_a_packument_points_where_the_request_came_to(url: str, run: CertifiedRun, name: str) -> None:
    document = httpx.get(f"{url}/npm/{name}").json()

    tarball = document["versions"]["1.2.0"]["dist"]["tarball"]
    assert tarball == f"{url}/npm/@openxapi/sample/-/sample-1.2.0.tgz"
    assert httpx.get(tarball).content == (run.folder / "packages/openxapi-sample-1.2.0.tgz").read_bytes()


def test_a_mounted_registry_points_into_itself(run: CertifiedRun, asked: Requirements, registry: StaticRegistry) -> None:
    npm.publish(run.packages[1], verify_folder(run.folder, asked), registry)
    app = Starlette(routes=[Mount("/shelf", Starlette(routes=[Mount("/registry", registry_app(registry))]))])

    async def ask() -> tuple[str, bytes]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://certify.test:8443") as client:
            document = (await client.get("/shelf/registry/npm/@openxapi%2fsample")).json()
            tarball = str(document["versions"]["1.2.0"]["dist"]["tarball"])
            return tarball, (await client.get(tarball)).content

    tarball, content = asyncio.run(ask())
    assert tarball == "http://certify.test:8443/shelf/registry/npm/@openxapi/sample/-/sample-1.2.0.tgz"
    assert content == (run.folder / "packages/openxapi-sample-1.2.0.tgz").read_bytes()


def test_go_finds_its_files(url: str, run: CertifiedRun) -> None:
    base = f"{url}/go/example.test/openxapi/sample-go"

    assert httpx.get(f"{base}/@v/list").text == "v1.2.0\n"
    assert json.loads(httpx.get(f"{base}/@v/v1.2.0.info").text)["Version"] == "v1.2.0"
    assert httpx.get(f"{base}/@latest").headers["content-type"] == "application/json"
    archive = httpx.get(f"{base}/@v/v1.2.0.zip")
    assert archive.content == (run.folder / "packages/sample-go-v1.2.0.zip").read_bytes()
    assert archive.headers["cache-control"] == "max-age=31536000, immutable"


def test_a_served_package_can_be_verified(url: str, run: CertifiedRun, asked: Requirements, registry: StaticRegistry) -> None:
    publish_status(registry.folder / "status.dsse.json", (), keys=run.keys, now=NOW)

    clearance = verify_target(f"{url}/pypi/simple/openxapi-sample/{WHEEL}", asked)

    assert clearance.files[0].digest == run.report.sdks[0].digest
    assert clearance.status == "current"
    artefact = run.report.sdks[0].artefacts[0]
    assert httpx.get(f"{url}/files/{artefact.digest}").headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/records/python/openxapi-sample/1.2.0.json",
        "/.lock",
        "/npm/",
        "/npm/%2e%2e/records/python/openxapi-sample/1.2.0.json",
        "/npm/..%2f..%2fkeys/signing.pem",
        "/proofs/",
        "/pypi/simple/nothing/",
        "/files/%00",
        "/files/escape",
    ],
)
def test_nothing_else_is_served(url: str, registry: StaticRegistry, path: str) -> None:
    (registry.folder / "files" / "escape").symlink_to(registry.folder.parent / "keys" / "signing.pem")

    assert httpx.get(url + path).status_code == 404
