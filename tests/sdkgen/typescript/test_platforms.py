"""The same built package in Node.js, Deno, Bun and a browser: signed orders, and a live book."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.simulators.front_door import FrontDoor, front_door
from tests.simulators.reference_package import KEYS, reference_exchange, reference_package
from tests.simulators.typescript_sdk import NODE, program
from tests.simulators.typescript_tools import browser, executable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulators.typescript_sdk import Installed

pytestmark = pytest.mark.toolchain

TRADED = {
    "placed": "40000",
    "levels": True,
    "canceled": ["cancelled", "cancelled"],
    "refused": "authentication",
    "unreached": ["transport", False],
}
COMMAND = """
import * as sdk from "@openxapi/reference";
import { trade } from "./trades.mjs";
console.log(JSON.stringify(await trade(sdk, GIVEN)));
"""
PAGE = """<!doctype html><meta charset="utf-8"><script type="module">
import * as sdk from "./node_modules/@openxapi/reference/dist/index.js";
import { trade } from "./trades.mjs";
const told = await trade(sdk, GIVEN).then(JSON.stringify, (error) => `${error.name}: ${error.message}`);
await fetch("told", { method: "POST", body: told });
</script>"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    made = reference_package(tmp_path_factory.mktemp("typescript") / "everywhere")
    (made.folder / "package.json").write_text('{"type": "module", "dependencies": {"@openxapi/reference": "1.0.0"}}')
    (made.folder / "trades.mjs").write_text(program("trades.mjs"))
    return made


@pytest.fixture(scope="module")
def exchange() -> Iterator[str]:
    with reference_exchange() as url:
        yield url


@pytest.fixture(scope="module")
def door(exchange: str, package: Installed) -> Iterator[FrontDoor]:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with front_door(exchange, package.folder) as opened:
        given = {
            "baseUrl": opened.url,
            "streamUrl": exchange.replace("http", "ws"),
            "nowhere": nowhere,
            "key": KEYS["REFERENCE_FIRST_KEY"],
            "secret": KEYS["REFERENCE_FIRST_SECRET"],
        }
        (package.folder / "main.mjs").write_text(COMMAND.replace("GIVEN", json.dumps(given)))
        (package.folder / "page.html").write_text(PAGE.replace("GIVEN", json.dumps(given)))
        yield opened


def ran(argv: tuple[str, ...], folder: Path) -> object:
    """What the program printed."""
    home = {"HOME": str(folder), "DENO_DIR": str(folder / "deno"), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    ended = subprocess.run(argv, cwd=folder, env={**os.environ, **home}, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.usefixtures("door")
def test_it_trades_in_node(package: Installed) -> None:
    assert ran((str(NODE), "main.mjs"), package.folder) == TRADED


@pytest.mark.usefixtures("door")
def test_it_trades_in_deno_that_may_only_use_the_network(package: Installed) -> None:
    deno = executable("@deno/*/deno")
    argv = (deno, "run", "--no-prompt", "--no-lock", "--node-modules-dir=manual", "--allow-net=127.0.0.1", "main.mjs")
    assert ran(argv, package.folder) == TRADED


@pytest.mark.usefixtures("door")
def test_it_trades_in_bun(package: Installed) -> None:
    assert ran((executable("@oven/*/bin/bun"), "main.mjs"), package.folder) == TRADED


def test_it_trades_in_a_browser(package: Installed, door: FrontDoor) -> None:
    argv = (
        browser(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
    )
    profile = f"--user-data-dir={package.folder / 'profile'}"
    with subprocess.Popen((*argv, profile, door.page("page.html")), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            told = door.told.get(timeout=60)
        except queue.Empty:
            told = "the page told nothing"
        finally:
            process.terminate()
    assert told.startswith("{"), told
    assert json.loads(told) == {**TRADED, "unreached": ["transport", True]}  # a browser does not tell what failed
