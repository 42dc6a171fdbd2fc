"""What a package is to those who publish, resolve and bundle it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.simulators.reference_package import reference_package
from tests.simulators.typescript_sdk import NODE
from tests.simulators.typescript_tools import script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulators.typescript_sdk import Installed

pytestmark = pytest.mark.toolchain

NAME = "@openxapi/reference"
STREAMING = {
    "asking",
    "book",
    "connection",
    "expectations",
    "heart",
    "hub",
    "keeper",
    "queue",
    "socket",
    "subscription",
    "template",
    "topic",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return reference_package(tmp_path_factory.mktemp("typescript") / "published")


@pytest.fixture(scope="module")
def tarball(package: Installed) -> Path:
    npm = (str(NODE.with_name("npm")), "pack", "--silent", "--ignore-scripts", "--offline", "--pack-destination", str(package.folder))
    subprocess.run(npm, cwd=package.package, check=True, capture_output=True, timeout=60)
    return next(package.folder.glob("*.tgz"))


def said(*argv: str, folder: Path) -> str:
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def test_publint_finds_nothing(tarball: Path) -> None:
    assert said(*script("publint"), "run", str(tarball), "--strict", folder=tarball.parent) == ""


def test_its_types_are_those_of_its_modules_wherever_it_is_imported(tarball: Path) -> None:
    assert said(*script("attw"), str(tarball), "--profile", "esm-only", folder=tarball.parent) == ""


def bundled(package: Installed, text: str) -> tuple[int, set[str]]:
    """How many bytes a program is with all that it needs, and the modules in them."""
    (package.folder / "entry.mjs").write_text(text)
    told = package.folder / "told.json"
    argv = (*script("esbuild"), "entry.mjs", "--bundle", "--minify", "--format=esm", "--platform=browser", f"--metafile={told}")
    assert said(*argv, "--outfile=bundle.js", "--log-level=warning", folder=package.folder) == ""
    [output] = json.loads(told.read_text())["outputs"].values()
    assert output["imports"] == []  # nothing of Node.js, which a browser has not
    return output["bytes"], {
        path.rpartition("/")[2].removesuffix(".js") for path, used in output["inputs"].items() if used["bytesInOutput"] > 0
    }


def test_a_bundle_holds_only_what_is_used(package: Installed) -> None:
    everything, modules = bundled(package, f'import {{ Client }} from "{NAME}"; console.log(new Client());')
    assert {"streams", "rest", *STREAMING} <= modules
    assert everything < 110_000
    rest, modules = bundled(package, f'import {{ RestClient }} from "{NAME}"; console.log(new RestClient());')
    assert not {"streams", "client", *STREAMING} & modules
    assert rest < 72_000
    group, modules = bundled(package, f'import {{ connect, MarketApi }} from "{NAME}"; console.log(new MarketApi(connect()));')
    assert not {"rest", "orders", "account", *STREAMING} & modules
    assert group < 60_000
    values, modules = bundled(package, f'import {{ Decimal }} from "{NAME}"; console.log(new Decimal("1"));')
    assert modules == {"entry.mjs", "decimal"}
    assert values < 4_000
