"""The whole job on the embedded reference exchange, as a stranger would do it: run, verify, install, trade, revoke."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from certification.model import Level
from reports.registries.serve import registry_app
from reports.registries.static import StaticRegistry
from sdkgen.language import Language
from tests.flows.conftest import Certify
from tests.simulators.installing import Project, with_go, with_npm, with_pip
from tests.simulators.served import served

pytestmark = pytest.mark.toolchain

REPOSITORY = Path(__file__).parents[2]
CERTIFY = (sys.executable, "-m", "flows.cli")
FILES = (
    "report.json",
    "report.html",
    "report.junit.xml",
    "report.intoto.json",
    "badge.svg",
    "badge.json",
    "sdks/python/pyproject.toml",
    "sdks/typescript/package.json",
    "sdks/go/go.mod",
    "evidence/contract.json",
    "evidence/scenarios.json",
)
SIGNED = ("report.json", "report.intoto.json", "packages/*.whl", "packages/*.tar.gz", "packages/*.tgz", "packages/*.zip")
ACCOUNT = {"REFERENCE_FIRST_KEY": "key-of-a-test", "REFERENCE_FIRST_SECRET": "secret-of-a-test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """How the demo ended, and what it left."""

    home: Path
    folder: Path
    exit_code: int
    out: bytes
    err: str

    @property
    def report(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "report.json").read_bytes())
        return document


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    place = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CERTIFY_", "PREFECT_"))}
    environment |= {"CERTIFY_HOME": str(place / "home")}
    command = (*CERTIFY, "demo", "--isolation", "process", "--json", "--seed", "1")
    ended = subprocess.run(command, check=False, capture_output=True, cwd=place, env=environment, timeout=280)
    folder = place / "out" / "reference" / "latest"
    return Demo(home=place / "home", folder=folder, exit_code=ended.returncode, out=ended.stdout, err=ended.stderr.decode())


@pytest.fixture
def own(demo: Demo, home: Path, tmp_path: Path) -> Path:
    """A copy of the demo's folder, beside a copy of its home."""
    shutil.copytree(demo.home, home, ignore=shutil.ignore_patterns("prefect", "cache"))
    return Path(shutil.copytree(demo.folder, tmp_path / "copy"))


def test_it_is_certified_with_every_file_of_the_contract(demo: Demo) -> None:
    assert demo.exit_code == 0, demo.err
    assert demo.out == (demo.folder / "report.json").read_bytes(), "--json prints the report and nothing else"
    report = demo.report
    assert report["verdict"]["outcome"] == "certified"
    assert Level[report["verdict"]["level"].upper()] >= Level.SILVER
    assert {sdk["language"] for sdk in report["sdks"]} == {"python", "typescript", "go"}
    assert report["api"]["operations_exercised"] == report["api"]["operations"] == 23
    assert report["environment"]["seed"] == 1
    for name in FILES:
        assert (demo.folder / name).stat().st_size > 0, name
    assert {file.suffix for file in (demo.folder / "packages").iterdir()} == {".whl", ".gz", ".tgz", ".zip"}
    assert demo.folder.is_symlink()
    assert demo.folder.resolve().name == report["run_id"]
    assert not (demo.folder / "work").exists()
    assert not any((demo.home / "runs").iterdir())


def test_its_report_is_what_the_published_schema_says(demo: Demo) -> None:
    schema = json.loads((REPOSITORY / "reports" / "schema" / "report.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(demo.report)


def test_no_secret_and_no_binary_stands_in_what_it_left(demo: Demo) -> None:
    key = (demo.home / "keys" / "signing.pem").read_bytes().splitlines()[1]
    for file in demo.folder.resolve().rglob("*"):
        if file.is_file():
            assert key not in file.read_bytes(), file


def test_the_folder_and_each_package_verify(certify: Certify, own: Path) -> None:
    folder = certify("verify", str(own), "--json")
    assert folder.exit_code == 0, folder.err
    document = json.loads(folder.out)
    assert document["verified"]
    assert not document["not_looked_at"]
    packages = sorted((own / "packages").iterdir())
    assert {file["name"] for file in document["files"]} >= {f"packages/{package.name}" for package in packages}
    for package in packages:
        alone = certify("verify", str(package), "--level", "silver")
        assert alone.exit_code == 0, alone.err
        assert package.name in alone.out


def _flipped(file: Path, share: float) -> None:
    content = bytearray(file.read_bytes())
    place = min(int(len(content) * share), len(content) - 1)
    content[place] ^= 0x01
    file.write_bytes(content)


@pytest.mark.parametrize("share", [0.0, 0.37, 0.71, 1.0])
@pytest.mark.parametrize(
    "pattern", ["report.json", "report.intoto.json", "packages/*.whl", "packages/*.tar.gz", "packages/*.tgz", "packages/*.zip"]
)
def test_one_changed_byte_anywhere_is_named(certify: Certify, own: Path, pattern: str, share: float) -> None:
    file = next(own.glob(pattern))
    _flipped(file, share)
    ended = certify("verify", str(own))
    assert ended.exit_code == 1
    assert file.name in ended.complaint
    if file.parent.name == "packages":
        assert certify("verify", str(file)).exit_code == 1


def test_a_revoked_certificate_no_longer_verifies_until_it_is_reinstated(certify: Certify, own: Path, demo: Demo) -> None:
    run_id = demo.report["run_id"]
    assert certify("verify", str(own), "--require-status").exit_code == 0, "a run leaves a fresh status list"
    suspended = certify("revoke", run_id, "--reason", "two nights failed", "--suspend")
    assert suspended.exit_code == 0, suspended.err
    assert "suspended; status list" in suspended.out
    refused = certify("verify", str(own))
    assert refused.exit_code == 1
    assert "suspended" in refused.complaint
    assert certify("revoke", run_id, "--reason", "mended", "--reinstate").exit_code == 0
    assert certify("verify", str(own), "--require-status").exit_code == 0
    assert certify("revoke", run_id, "--reason", "forged fills").exit_code == 0
    refused = certify("verify", str(next((own / "packages").glob("*.whl"))))
    assert refused.exit_code == 1
    assert "revoked" in refused.complaint


def test_an_identical_run_publishes_nothing_new(certify: Certify, prefect: None, own: Path, home: Path) -> None:
    records = {file: file.read_bytes() for file in (home / "registry").rglob("*") if file.is_file()}
    ended = certify("run", "reference", "--part", "sdks", "--language", "python", "--isolation", "process", "--seed", "1")
    assert ended.exit_code == 0, ended.out + ended.err
    assert "0 new, 1 known already" in ended.out
    assert "published  openxapi-reference 0.1.0" in ended.out
    assert "a signing key was made" not in ended.out
    assert {file: file.read_bytes() for file in (home / "registry").rglob("*") if file.is_file()} == records


@contextmanager
def sandbox() -> Iterator[str]:
    command = (*CERTIFY, "sandbox", "reference", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ) | ACCOUNT, cwd=REPOSITORY) as process:
        try:
            assert process.stdout is not None
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody does who knows a language's tools and has nothing but the package's README."""

    language: Language
    fence: str
    """How the README marks programs."""
    install: Callable[[Path, str, str], Project]
    """Into an empty project, from the registry at an address, what the README says."""
    trading: str
    """What the program that trades holds."""
    live: str
    """What the program that keeps a book holds."""


NEWCOMERS = (
    Newcomer(
        language=Language.PYTHON,
        fence="python",
        install=lambda folder, url, package: with_pip(folder, f"{url}/pypi/simple/", package),
        trading=".cancel_order(",
        live=".book(",
    ),
    Newcomer(
        language=Language.TYPESCRIPT,
        fence="ts",
        install=lambda folder, url, package: with_npm(folder, f"{url}/npm/", package),
        trading=".cancelOrder(",
        live=".book(",
    ),
    Newcomer(
        language=Language.GO,
        fence="go",
        install=lambda folder, url, package: with_go(folder, f"{url}/go", package),
        trading=".CancelOrder(",
        live="Streams.Book(",
    ),
)
INSTALL = re.compile(r"^(?:pip install|npm install|go get) (\S+)$", re.MULTILINE)
FETCH = re.compile(r"Fetch it with `([^`]+)` and give it `([^`]+)`")
BOOK = re.compile(r"\b\d+n?\b.*\b\d{5}(\.\d+)?\b.*\b\d{5}(\.\d+)?\b")
"""A sequence number and two prices."""


def _block(readme: str, newcomer: Newcomer, holding: str) -> str:
    """The one whole program of the README that holds the text."""
    blocks = [block.partition("```")[0] for block in readme.split(f"```{newcomer.fence}\n")[1:]]
    whole = [block for block in blocks if re.search(r"^(import|from|package) ", block, re.MULTILINE)]
    return next(block for block in whole if holding in block)


@pytest.mark.parametrize("newcomer", NEWCOMERS, ids=lambda newcomer: newcomer.language.value)
def test_a_newcomer_follows_the_readme_from_an_empty_project_to_an_order_and_a_live_book(
    demo: Demo, certify: Certify, tmp_path: Path, newcomer: Newcomer
) -> None:
    readme = (demo.folder / "sdks" / newcomer.language.value / "README.md").read_text()
    package = INSTALL.findall(readme)[0]
    fetch, file = FETCH.findall(readme)[0]
    with served(registry_app(StaticRegistry(folder=demo.home / "registry"))) as url:
        project = newcomer.install(tmp_path / "project", url, package)
        project.shell(fetch)
        fetched = project.folder / project.shell(f"echo {file}").strip()
        trust = str(demo.home / "keys" / "trust.json")
        verified = certify("verify", str(fetched), "--trust", trust, "--registry", url)
        assert verified.exit_code == 0, verified.err
    with sandbox() as address:
        account = {"API_URL": address, "API_KEY": ACCOUNT["REFERENCE_FIRST_KEY"], "API_SECRET": ACCOUNT["REFERENCE_FIRST_SECRET"]}
        traded = project.run(_block(readme, newcomer, newcomer.trading), **account)
        kept = project.run(_block(readme, newcomer, newcomer.live), API_URL=address)
    assert "cancelled" in traded.lower()
    assert ACCOUNT["REFERENCE_FIRST_SECRET"] not in traded
    assert BOOK.search(kept), kept
