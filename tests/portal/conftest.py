"""A portal over a folder of its own: three exchanges, one of them certified a moment ago, and one profile that is broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.app import create_app
from portal.settings import PortalSettings
from reports.clearance import Requirements, verify_folder
from reports.registries import go, npm, pypi
from reports.registries.static import StaticRegistry
from reports.render.folder import render_into
from reports.status import STATUS_NAME, publish_status
from reports.store import Store, open_store
from tests.simulators.asgi_client import AsgiClient, asking
from tests.simulators.certified_run import RUN_ID, CertifiedRun, finish

TOKEN = "the-token-of-a-test"
HOSTILE_NAME = "<script>alert(1)</script>\u202eevil\u2066"
URL = "https://certify.example.test"

_PROFILE = """
id: {id}
name: "{name}"
product: "{product}"
spec:
  rest: {{file: openapi.yaml}}
sdk:
  packages: {{python: {python}, typescript: '{typescript}', go: {go}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the portal shows, and where it lies."""

    settings: PortalSettings
    run: CertifiedRun
    store: Store


def write_profile(folder: Path, exchange: str, name: str, product: str, *, packages: str) -> None:
    """A profile with the packages ``openxapi-<packages>`` and their like."""
    (folder / exchange).mkdir(parents=True)
    content = _PROFILE.format(
        id=exchange,
        name=name,
        product=product,
        python=f"openxapi-{packages}",
        typescript=f"@openxapi/{packages}",
        go=f"example.test/openxapi/{packages}-go",
    )
    (folder / exchange / "profile.yaml").write_text(content, encoding="utf-8")


def certify_sample(place: Path, *, run_id: str = RUN_ID) -> CertifiedRun:
    """A certified run with every file that a run leaves."""
    moment = datetime.now(UTC).replace(microsecond=0)
    run = finish(place, run_id=run_id, finished_at=moment)
    render_into(run.report, run.folder, now=moment, envelope_digest=run.issued.envelope_digest, key_ids=(run.keys.signer.key_id,))
    return run


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What every test of the portal begins with, made once and copied."""

    folder: Path
    run: CertifiedRun


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> _World:
    folder = tmp_path_factory.mktemp("portal")
    exchanges = folder / "world" / "exchanges"
    write_profile(exchanges, "sample", "Sample Exchange", "Spot", packages="sample")
    write_profile(exchanges, "hostile", HOSTILE_NAME.replace("\u202e", "\\u202e").replace("\u2066", "\\u2066"), "", packages="hostile")
    write_profile(exchanges, "quiet", "Quiet Exchange", "Futures", packages="quiet")
    (exchanges / "broken").mkdir()
    (exchanges / "broken" / "profile.yaml").write_text("id: [")
    run = certify_sample(folder)
    registry = StaticRegistry(folder=folder / "world" / "registry")
    now = datetime.now(UTC)
    clearance = verify_folder(run.folder, Requirements(trust=run.keys.trust, now=now))
    for publish, package in zip((pypi.publish, npm.publish, go.publish), run.packages, strict=True):
        publish(package, clearance, registry)
    with open_store(f"sqlite:///{folder / 'world' / 'certify.sqlite'}") as store:
        store.runs.start(run.report.run_id, exchange_id="sample", folder=str(run.folder), now=now - timedelta(minutes=3))
        store.runs.finish(run.report.run_id, outcome=run.report.verdict.outcome, level=run.report.verdict.level, now=now)
        store.certificates.issue(run.report, run.issued, now=now)
        publish_status(registry.folder / STATUS_NAME, store.certificates.status_entries(), keys=run.keys, now=now)
    shutil.copyfile(folder / "keys" / "trust.json", folder / "world" / "trust.json")
    return _World(folder=folder / "world", run=run)


@pytest.fixture
def kept(world: _World, tmp_path: Path) -> Iterator[Kept]:
    own = tmp_path / "portal"
    shutil.copytree(world.folder, own)
    settings = PortalSettings(
        database_url=f"sqlite:///{own / 'certify.sqlite'}",
        registry=StaticRegistry(folder=own / "registry"),
        exchanges=own / "exchanges",
        trust=own / "trust.json",
        public_url=URL,
        token=TOKEN,
    )
    with open_store(settings.database_url) as store:
        yield Kept(settings=settings, run=world.run, store=store)


@pytest.fixture
def client(kept: Kept) -> Iterator[AsgiClient]:
    with asking(create_app(kept.settings)) as started:
        yield started


@pytest.fixture
def closed(kept: Kept) -> Iterator[AsgiClient]:
    """The same portal, whose operator has set no token."""
    with asking(create_app(replace(kept.settings, token=None))) as started:
        yield started
