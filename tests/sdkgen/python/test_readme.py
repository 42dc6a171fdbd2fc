from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from certification.folders import EXCHANGES
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.serve import serve_reference
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.python.emit import emit
from sdkgen.source import SdkOptions
from tests.sdkgen.python.conftest import written


def programs(readme: str) -> list[str]:
    """The whole programs: those that import something."""
    return [block for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "import " in block]


def run(program: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    argv = (sys.executable, "-W", "error", "-c", program)
    given = {"PYTHONPATH": str(folder / "src"), **environment}
    return subprocess.run(argv, env=given, capture_output=True, text=True, timeout=60, check=False)


def test_the_readme_s_programs_do_what_they_say(reference_installed: Path) -> None:
    first, second = programs((reference_installed / "README.md").read_text())
    keys = demo_environment({})
    with serve_reference() as url:
        environment = {"API_URL": url, "API_KEY": keys["REFERENCE_FIRST_KEY"], "API_SECRET": keys["REFERENCE_FIRST_SECRET"]}
        placed = run(first, reference_installed, **environment)
        assert (placed.returncode, placed.stderr) == (0, "")
        assert "OrderStatus('cancelled')" in placed.stdout
        kept = run(second, reference_installed, **environment)
        assert (kept.returncode, kept.stderr) == (0, "")
        assert kept.stdout.startswith("True ")


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """A package of streams alone."""
    api = load_streams((EXCHANGES / "reference" / "asyncapi.yaml").read_bytes())
    written(emit(api, SdkOptions(package="spoken", version="1.0.0", exchange_id="x", exchange_name="X")), tmp_path)
    return tmp_path


ALONE = """
import asyncio
from spoken import AsyncClient, Client, ConfigurationError

async def main():
    async with AsyncClient() as client:
        print(client, client.streams.trades())
        try:
            await client.request("GET", "/x")
        except ConfigurationError as error:
            print(error)
    try:
        Client().request("GET", "/x")
    except ConfigurationError as error:
        print(error)

asyncio.run(main())
"""


def test_a_package_of_streams_alone_needs_no_server_for_calls(spoken: Path) -> None:
    done = run(ALONE, spoken)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "AsyncClient(AsyncSession()) Subscription(trades)",
        *["the description names no server; give the client a base_url"] * 2,
    ]
    readme = (spoken / "README.md").read_text()
    assert "4 channels and" in readme
    assert "for it in client.streams.control()" in programs(readme)[0]


def test_the_package_s_own_tests_hold(reference_installed: Path, spoken: Path) -> None:
    for folder in (reference_installed, spoken):
        done = subprocess.run(
            (
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--rootdir",
                str(folder),
                "-c",
                "/dev/null",
                str(folder / "tests"),
            ),
            env={"PYTHONPATH": str(folder / "src"), "PATH": ""},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "4 passed" in done.stdout, done.stdout


def test_the_readme_s_call_of_each_group_is_one(reference_installed: Path, sdk: ModuleType) -> None:
    block = (
        (reference_installed / "README.md")
        .read_text()
        .partition("One call of each group")[2]
        .partition("```python\n")[2]
        .partition("```")[0]
    )
    calls = [node.value for node in ast.parse(block).body if isinstance(node, ast.Expr)]
    client = sdk.Client(base_url="http://127.0.0.1:9")
    shown = set()
    for call in calls:
        assert isinstance(call, ast.Call)
        _, group, method = ast.unparse(call.func).split(".")
        arguments = {each.arg: None for each in call.keywords if each.arg}
        inspect.signature(getattr(getattr(client, group), method)).bind(**arguments)
        shown.add(group)
    assert shown == {"market", "orders", "account", "withdrawals"}
